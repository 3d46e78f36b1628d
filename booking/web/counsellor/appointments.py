"""One appointment of hers: who comes, how to reach her, what can be done."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.languages import gettext as _
from booking.models import Place, Status
from booking.services import (
    appointments,
    availability,
    choosing_interpreters,
    clients,
    contacts,
    corrections,
    desk,
    interpreters,
    notes,
    releases,
    resending,
)
from booking.services.appointments import TooLate, Whose
from booking.services.availability import Booker, NothingOffered
from booking.services.choosing_interpreters import InterpreterTaken
from booking.services.claim import SlotTaken
from booking.services.desk import Entry, NotYet, UnknownAppointment
from booking.services.interpreters import (
    NotAskedAnyMore,
    UnknownRequest,
)
from booking.web.access import Audience, open_to
from booking.web.counsellor import words
from booking.web.counsellor.days import url_of_day
from booking.web.counsellor.pages import pages
from booking.web.counsellor.times import FreeTime, by_day, chosen_time
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]
OUTCOMES = {"met": Status.MET, "missed": Status.MISSED}


@pages.get("/appointments/<uuid:appointment>")
@open_to(Audience.COUNSELLOR)
def appointment(appointment: UUID) -> str:
    """Show everything about one appointment, and what can be done with it."""
    return appointment_page(found_entry(appointment))


@pages.get("/appointments/<uuid:appointment>/move")
@open_to(Audience.COUNSELLOR)
def move(appointment: UUID) -> Page:
    """List her own free times."""
    entry = found_entry(appointment)
    if not may_change(entry) or entry.stop:
        return redirect(url_of_entry(entry), 303)
    return _move_page(entry)


@pages.post("/appointments/<uuid:appointment>/new-time")
@open_to(Audience.COUNSELLOR)
def move_to(appointment: UUID) -> Page:
    """Let it take place at another time of hers."""
    entry = found_entry(appointment)
    start = chosen_time(request.form.get("slot", ""))
    if start is None:
        return _move_page(entry, complaint="choose"), 422
    try:
        appointments.move(entry.row.uuid, start, now=clock.now(), by=person().id)
    except SlotTaken:
        return _move_page(entry, complaint="taken"), 409
    except TooLate:
        pass  # its page says how it stands
    return redirect(url_of_entry(entry), 303)


@pages.get("/appointments/<uuid:appointment>/cancel")
@open_to(Audience.COUNSELLOR)
def cancel(appointment: UUID) -> Page:
    """Ask once more, and say what the client is told."""
    entry = found_entry(appointment)
    if not may_change(entry):
        return redirect(url_of_entry(entry), 303)
    return render_template("counsellor/cancel.html", entry=entry, words=words)


@pages.post("/appointments/<uuid:appointment>/cancellation")
@open_to(Audience.COUNSELLOR)
def cancellation(appointment: UUID) -> Response:
    """Give the time back; the client is written to."""
    entry = found_entry(appointment)
    said = request.form.get("whose") == Whose.CLIENT
    whose = Whose.CLIENT if said else Whose.OFFICE
    with suppress(TooLate):
        appointments.cancel(
            entry.row.uuid, now=clock.now(), by=person().id, whose=whose
        )
    return redirect(url_of_entry(entry), 303)


@pages.post("/appointments/<uuid:appointment>/outcome")
@open_to(Audience.COUNSELLOR)
def outcome(appointment: UUID) -> Response:
    """Write down whether they met."""
    recorded = OUTCOMES.get(request.form.get("outcome", ""))
    if recorded is None:
        abort(422)
    try:
        starts_at = desk.record(person(), appointment, recorded, now=clock.now())
    except UnknownAppointment:
        abort(404)
    except NotYet:
        abort(409)
    return redirect(_back_from(appointment, starts_at), 303)


@pages.post("/appointments/<uuid:appointment>/interpreter")
@open_to(Audience.COUNSELLOR)
def ask_interpreter(appointment: UUID) -> Page:
    """Ask the interpreter whom she has chosen."""
    entry = found_entry(appointment)
    try:
        chosen = UUID(request.form.get("interpreter", ""))
        choosing_interpreters.ask_by_hand(
            person(), appointment, chosen, now=clock.now()
        )
    except ValueError:
        return appointment_page(entry, _("Choose an interpreter.")), 422
    except UnknownRequest:
        abort(404)
    except InterpreterTaken:
        sentence = _("She interprets another talk at this time. Choose somebody else.")
        return appointment_page(entry, sentence), 409
    except NotAskedAnyMore:
        pass  # its page says how it stands
    return redirect(url_of_entry(entry), 303)


@pages.get(
    "/appointments/<uuid:appointment>/"
    "<any('new-time', cancellation, outcome, interpreter, file, note):_noun>"
)
@open_to(Audience.COUNSELLOR)
def back_to_appointment(appointment: UUID, _noun: str) -> Response:
    """Lead somebody who reloads a deed back to the appointment."""
    return redirect(url_for("counsellor.appointment", appointment=appointment), 303)


def found_entry(appointment: UUID) -> Entry:
    """Return one of hers, or an unknown page; that she reads it is journaled."""
    try:
        return desk.found(person(), appointment, now=clock.now())
    except UnknownAppointment:
        abort(404)


def appointment_page(entry: Entry, complaint: str = "", note: str | None = None) -> str:
    """Show all of one appointment; ``note`` is what was typed and is not kept yet."""
    now, row = clock.now(), entry.row
    changeable = may_change(entry)
    return render_template(
        "counsellor/appointment.html",
        entry=entry,
        letters=desk.letters_of(entry),
        resending=resending,
        may_change=changeable,
        may_correct=corrections.may_be_corrected(row, now=now),
        begun=row.starts_at <= now and row.status != Status.CANCELLED,
        asked=interpreters.requests_of(row),
        candidates=choosing_interpreters.candidates(row) if changeable else [],
        crowd=contacts.beside(row, now=now),
        files=clients.of_mine(person()),
        releases=releases.in_force(row.client_id, now=now),
        may_open=row.client is not None and clients.may_open(person(), row.client),
        complaint=complaint,
        note=row.note if note is None else note,
        edition=notes.edition_of(row.note),
        longest_note=notes.LONGEST,
        mine=person().id,
        words=words,
    )


def may_change(entry: Entry) -> bool:
    """Tell whether it can still be moved, cancelled or handed over."""
    return entry.row.status == Status.BOOKED and entry.row.starts_at > clock.now()


def url_of_entry(entry: Entry) -> str:
    """Return where an appointment is shown."""
    return url_for("counsellor.appointment", appointment=entry.row.uuid)


def _back_from(appointment: UUID, starts_at: datetime) -> str:
    """Return to where the button stood: a day, the list, the appointment itself."""
    match request.form.get("back", ""):
        case "day":
            return url_of_day(words.local_day(starts_at))
        case "unrecorded":
            return url_for("counsellor.unrecorded")
        case _:
            return url_for("counsellor.appointment", appointment=appointment)


def _move_page(entry: Entry, complaint: str = "") -> str:
    return render_template(
        "counsellor/move.html",
        entry=entry,
        days=by_day(_own_times(entry, clock.now())),
        complaint=complaint,
        words=words,
    )


def _own_times(entry: Entry, now: datetime) -> list[FreeTime]:
    """Return when she herself could see this client."""
    if entry.row.type.place == Place.HOME:
        return []
    wish = appointments.wish_of(entry.row, Booker.STAFF)
    try:
        offer = availability.offer(wish, now=now, excluding=entry.row.id)
    except NothingOffered:
        return []
    return [
        FreeTime.of(slot)
        for slot in offer.slots
        if entry.row.counsellor_id in slot.counsellors
        and slot.window.start != entry.row.starts_at
    ]
