"""What became of a place on the waiting list? Its own page, and the way off it."""

from dataclasses import dataclass

from flask import abort, redirect, render_template, url_for

from booking.models import Place, WaitingKind, WaitingState
from booking.services.links import WayToWaiting, readable
from booking.web.client.answers import Answers
from booking.web.client.showing import day_label, language_name
from booking.web.client.signed import signed_place
from booking.web.client.steps import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPlace:
    """A place on the list as its own page shows it: no name, no number."""

    kind: str
    state: str
    until_label: str
    place: str
    language_name: str
    interpreter: bool
    code: str

    @classmethod
    def of(cls, way: WayToWaiting) -> "ShownPlace":
        """Put a place into words."""
        row = way.waiting
        return cls(
            kind=row.kind,
            state=row.state,
            until_label=day_label(row.until),
            place=row.type.place if row.type else Place.OFFICE,
            language_name=language_name(row.language),
            interpreter=row.interpreter_wanted,
            code=readable(way.code),
        )


def page(way: WayToWaiting) -> str:
    """Say what happens next; lead to the free times, and off the list."""
    shown = ShownPlace.of(way)
    waits = way.waiting.state == WaitingState.OPEN
    return render_template(
        "client/waiting.html",
        waiting=shown,
        free_times=_free_times(way, shown) if waits else None,
        leave_url=_url("cancel", way) if waits else None,
    )


def page_to_leave(way: WayToWaiting) -> str:
    """Ask once more before a place is given up."""
    if way.waiting.state != WaitingState.OPEN:
        abort(redirect(_url("appointment", way), 303))
    return render_template(
        "client/leave.html",
        called=way.waiting.kind == WaitingKind.CALL_BACK,
        step=Step(_url("cancellation", way), "post"),
        keep_url=_url("appointment", way),
        back=Step(_url("appointment", way), "get"),
    )


def _free_times(way: WayToWaiting, shown: ShownPlace) -> Step:
    """Lead to booking with her choices; booking then closes her place."""
    given = {
        "place": shown.place,
        "language": way.waiting.language,
        "interpreter": "yes" if shown.interpreter else "no",
        "listed": signed_place(way.waiting.uuid),
    }
    return Answers(given, posted=False).form("client.day")


def _url(page: str, way: WayToWaiting) -> str:
    return url_for(f"client.{page}", token=way.token)
