"""What became of a wish for a visit? Its own page, and the way to take it back."""

from dataclasses import replace

from flask import abort, redirect, render_template, url_for

from booking import clock
from booking.calendars import CalendarEvent
from booking.languages import gettext as _
from booking.models import VisitState
from booking.services.links import WayToWish
from booking.web.client.showing import ShownVisit
from booking.web.client.steps import Step

_MAY_BE_TAKEN_BACK = {VisitState.WISHED, VisitState.PLANNED, VisitState.PUBLISHED}


def page(way: WayToWish) -> str:
    """Show how far the wish has come; once it is published, day and window."""
    return render_template(
        "client/wish.html",
        visit=ShownVisit.of(way, clock.now()),
        urls={
            "cancel": _url("cancel", way) if _may_take_back(way) else None,
            "slip": _url("slip", way),
            "ics": _url("calendar_entry", way),
        },
        discreet=way.request.client is not None and way.request.client.discreet,
    )


def page_to_take_back(way: WayToWish) -> str:
    """Ask once more before a wish or a visit is given up."""
    if not _may_take_back(way):
        abort(redirect(_url("appointment", way), 303))
    return render_template(
        "client/take_back.html",
        visit=ShownVisit.of(way, clock.now()),
        step=Step(_url("cancellation", way), "post"),
        keep_url=_url("appointment", way),
        back=Step(_url("appointment", way), "get"),
    )


def event(way: WayToWish, link: str) -> CalendarEvent:
    """Return a published visit as an entry for the client's own calendar.

    It fills the window that she was told, and says neither place nor topic.
    """
    told = way.request.told
    if way.appointment is None or told is None:
        abort(404)
    entry = way.appointment.as_event(summary=_("Appointment"), location="", url=link)
    return replace(entry, window=told)


def _may_take_back(way: WayToWish) -> bool:
    begun = way.appointment is not None and way.appointment.starts_at <= clock.now()
    if way.request.state == VisitState.PUBLISHED and begun:
        return False
    return way.request.state in _MAY_BE_TAKEN_BACK


def _url(page: str, way: WayToWish) -> str:
    return url_for(f"client.{page}", token=way.token)
