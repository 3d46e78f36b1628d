"""After a talk: a note on it, and the next one in two clicks."""

import secrets
from datetime import date, timedelta
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.languages import gettext as _
from booking.models import Place, cleaned
from booking.models.running import zone
from booking.services import follow_ups, notes
from booking.services.claim import SlotTaken
from booking.services.desk import Entry
from booking.services.notes import NoteChanged
from booking.web.access import Audience, open_to
from booking.web.counsellor import words
from booking.web.counsellor.appointments import (
    appointment_page,
    found_entry,
    url_of_entry,
)
from booking.web.counsellor.pages import pages
from booking.web.counsellor.times import FreeTime, by_day, chosen_time
from booking.web.dates import day_written
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]
WEEKS = (0, 1, 2, 4)  # from when on: mostly one meets again after some weeks
KEY_LENGTH = 64


@pages.post("/appointments/<uuid:appointment>/note")
@open_to(Audience.COUNSELLOR)
def note(appointment: UUID) -> Page:
    """Keep a note, unless somebody has written another one meanwhile."""
    entry = found_entry(appointment)
    text = request.form.get("note", "")
    edition = request.form.get("edition", "")
    if len(text) > notes.LONGEST:
        sentence = _(
            "Write this in at most %(longest)s characters.", longest=notes.LONGEST
        )
        return appointment_page(entry, sentence, note=text), 422
    try:
        notes.write(person(), appointment, text, edition=edition, now=clock.now())
    except NoteChanged:
        sentence = _(
            "Somebody has changed the note meanwhile. It says: “%(note)s”. Put both "
            "together and keep it.",
            note=entry.row.note,
        )
        return appointment_page(entry, sentence, note=text), 409
    return redirect(f"{url_of_entry(entry)}#note", 303)


@pages.get("/appointments/<uuid:appointment>/follow-up")
@open_to(Audience.COUNSELLOR)
def follow_up(appointment: UUID) -> str:
    """Show when the same people could meet again; one tap books."""
    return _page(found_entry(appointment))


@pages.post("/appointments/<uuid:appointment>/follow-up")
@open_to(Audience.COUNSELLOR)
def book_follow_up(appointment: UUID) -> Page:
    """Book the next talk."""
    entry = found_entry(appointment)
    start = chosen_time(request.form.get("slot", ""))
    if start is None:
        return _page(entry, _("Choose a time.")), 422
    key = cleaned(request.form.get("key", ""))[:KEY_LENGTH] or secrets.token_hex(16)
    try:
        way = follow_ups.book(
            person(), entry.row, _place(entry), start, key=key, now=clock.now()
        )
    except SlotTaken:
        sentence = _("Somebody else has just taken this time. Choose another one.")
        return _page(entry, sentence), 409
    booked = url_for("counsellor.booked", appointment=way.appointment.uuid)
    return redirect(booked, 303)


def _page(entry: Entry, complaint: str = "") -> str:
    now, place, first = clock.now(), _place(entry), _first()
    windows = follow_ups.times(entry.row, place, first, now=now)
    return render_template(
        "counsellor/follow_up.html",
        entry=entry,
        complaint=complaint,
        days=by_day(map(FreeTime.in_window, windows)),
        place=place,
        places=follow_ups.places(entry.row),
        first=first,
        starts=[(weeks, _monday_in(weeks)) for weeks in WEEKS],
        last=first + timedelta(days=follow_ups.DAYS_SHOWN - 1),
        key=request.form.get("key") or secrets.token_hex(16),
        words=words,
    )


def _place(entry: Entry) -> Place:
    """Read where they meet; what is missing or wrong is as before."""
    possible = follow_ups.places(entry.row)
    wanted = request.values.get("place", "")
    return next((one for one in possible if one == wanted), possible[0])


def _first() -> date:
    """Read from which day on; what is missing or wrong is today."""
    return max(day_written(request.values.get("from")) or _today(), _today())


def _monday_in(weeks: int) -> date:
    today = _today()
    if not weeks:
        return today
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)


def _today() -> date:
    return clock.today(zone())
