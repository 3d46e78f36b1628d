"""The open hour: who came, in the order of the numbers; one tap for each step."""

import secrets
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.languages import SPOKEN
from booking.languages import gettext as _
from booking.models import Role, Topic, WalkIn, WalkInState, cleaned
from booking.models.running import zone
from booking.services import clients, open_hours, walk_ins
from booking.services.clients import UnknownClient
from booking.services.sessions import SignedIn
from booking.services.walk_ins import (
    Arrival,
    HasMovedOn,
    Heard,
    NobodyWaits,
    UnknownWalkIn,
)
from booking.web.access import Audience, open_to
from booking.web.counsellor import day_words, words
from booking.web.counsellor.pages import pages
from booking.web.forms import LINE_LENGTH
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]
AT_THE_DOOR = (Audience.COUNSELLOR, Audience.FRONT_DESK)
KEY_LENGTH = 64


@pages.get("/walk-ins", endpoint="walk_ins")
@open_to(*AT_THE_DOOR)
def today() -> str:
    """Show who waits, who is with whom, and the number that is called."""
    return _page()


@pages.post("/walk-ins", endpoint="came")
@open_to(*AT_THE_DOOR)
def came() -> Response:
    """Give the next number; what is missing or wrong is not asked again."""
    arrival = Arrival(
        key=_key(), language=_language(), topic=_topic() if _counsels() else None
    )
    row = walk_ins.came(person(), arrival, now=clock.now())
    return redirect(url_for("counsellor.walk_in", walk_in=row.uuid), 303)


@pages.get("/walk-ins/<uuid:walk_in>", endpoint="walk_in")
@open_to(*AT_THE_DOOR)
def ticket(walk_in: UUID) -> str:
    """Show one number, large, to say or to print; the next comer is one tap away."""
    try:
        row = walk_ins.found(walk_in, now=clock.now())
    except UnknownWalkIn:
        abort(404)
    return render_template(
        "counsellor/walk_in.html", row=row, words=words, **_arrival_form()
    )


@pages.post("/walk-ins/call", endpoint="call_next")
@open_to(Audience.COUNSELLOR)
def call_next() -> Page:
    """Call the lowest number that waits."""
    try:
        walk_ins.call_next(person(), now=clock.now())
    except NobodyWaits:
        return _page(_("Nobody waits any more.")), 409
    return _to_list()


@pages.post("/walk-ins/<uuid:walk_in>/call", endpoint="call_number")
@open_to(Audience.COUNSELLOR)
def call(walk_in: UUID) -> Page:
    """Call this number now."""
    return _done(walk_ins.call, walk_in)


@pages.post("/walk-ins/<uuid:walk_in>/end", endpoint="walk_in_seen")
@open_to(Audience.COUNSELLOR)
def seen(walk_in: UUID) -> Page:
    """Say that she was seen."""
    return _done(_was_seen, walk_in)


@pages.post("/walk-ins/<uuid:walk_in>/leaving", endpoint="walk_in_left")
@open_to(*AT_THE_DOOR)
def left(walk_in: UUID) -> Page:
    """Say that she has left."""
    return _done(_has_left, walk_in)


@pages.post("/walk-ins/<uuid:walk_in>/return", endpoint="walk_in_again")
@open_to(*AT_THE_DOOR)
def again(walk_in: UUID) -> Page:
    """Let her wait again, at her old place."""
    return _done(walk_ins.back_in_line, walk_in)


@pages.post("/walk-ins/<uuid:walk_in>/talk", endpoint="walk_in_talk")
@open_to(Audience.COUNSELLOR)
def talk(walk_in: UUID) -> Response:
    """Write down what was learned, and whose file it belongs to."""
    file = request.form.get("file", "").strip()[:LINE_LENGTH]
    heard = Heard(language=_language(), topic=_topic(), file=file or None)
    try:
        walk_ins.describe(person(), walk_in, heard, now=clock.now())
    except (UnknownWalkIn, UnknownClient):
        abort(404)
    return _to_list()


@pages.get("/walk-ins/<any(call):_noun>", endpoint="back_to_walk_ins")
@open_to(*AT_THE_DOOR)
def back(_noun: str) -> Response:
    """Lead somebody who reloads a deed back to the list."""
    return _to_list()


@pages.get(
    "/walk-ins/<uuid:walk_in>/<any(call, end, leaving, return, talk):_noun>",
    endpoint="back_from_walk_in",
)
@open_to(*AT_THE_DOOR)
def back_from(walk_in: UUID, _noun: str) -> Response:  # noqa: ARG001 - the address has both
    """Lead somebody who reloads a deed back to the list."""
    return _to_list()


def _done(deed: Callable[..., None], walk_in: UUID) -> Page:
    """Do it, or say that a colleague was quicker."""
    try:
        deed(person(), walk_in, now=clock.now())
    except UnknownWalkIn:
        abort(404)
    except HasMovedOn:
        sentence = _("A colleague was quicker. The list shows how it stands now.")
        return _page(sentence), 409
    return _to_list()


def _was_seen(who: SignedIn, walk_in: UUID, *, now: datetime) -> None:
    walk_ins.end(who, walk_in, WalkInState.DONE, now=now)


def _has_left(who: SignedIn, walk_in: UUID, *, now: datetime) -> None:
    walk_ins.end(who, walk_in, WalkInState.LEFT, now=now)


def _to_list() -> Response:
    return redirect(url_for("counsellor.walk_ins"), 303)


def _page(complaint: str = "") -> str:
    now, day = clock.now(), clock.today(zone())
    rows, hours = _in_line(now), open_hours.standing(now=now)
    hers = [row for row in rows if _is_with_her(row)]
    return render_template(
        "counsellor/walk_ins.html",
        day=day,
        rows=rows,
        hers=hers,
        called=[row for row in rows if row.state == WalkInState.CALLED],
        waiting=sum(row.state == WalkInState.WAITING for row in rows),
        open_today=open_hours.on(day, hours),
        open_next=open_hours.next_after(day, hours),
        may_set_hours=person().may(Role.ADMIN),
        files=clients.of_mine(person()) if hers else [],
        may_read_topic=_may_read_topic,
        complaint=complaint,
        words=words,
        **_arrival_form(),
    )


def _in_line(now: datetime) -> list[WalkIn]:
    """Return who came today by number; who is gone stands behind the others."""
    rows = walk_ins.of_today(now=now)
    return sorted(rows, key=lambda row: (row.state in walk_ins.ENDS, row.number))


def _arrival_form() -> dict[str, object]:
    """Return what the tap for a newcomer needs; it may stand on any page."""
    return {
        "key": secrets.token_hex(16),
        "counsels": _counsels(),
        "day_words": day_words,
    }


def _is_with_her(row: WalkIn) -> bool:
    return row.state == WalkInState.CALLED and row.called_by_id == person().id


def _may_read_topic(row: WalkIn) -> bool:
    return walk_ins.may_read_topic(person(), row)


def _counsels() -> bool:
    return person().may(Role.COUNSELLOR)


def _key() -> str:
    return cleaned(request.form.get("key", ""))[:KEY_LENGTH] or secrets.token_hex(16)


def _language() -> str | None:
    code = request.form.get("language", "")
    return code if code in SPOKEN else None


def _topic() -> Topic | None:
    found = request.form.get("topic", "")
    return Topic(found) if found in list(Topic) else None
