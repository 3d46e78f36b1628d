"""Who else could keep this appointment, at the same time? One tap each."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.languages import gettext as _
from booking.models import StaffMember
from booking.services import handing_over
from booking.services.appointments import TooLate
from booking.services.claim import SlotTaken
from booking.services.desk import Entry
from booking.web.access import Audience, open_to
from booking.web.counsellor import words
from booking.web.counsellor.appointments import found_entry, may_change, url_of_entry
from booking.web.counsellor.days import url_of_day
from booking.web.counsellor.pages import pages
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]


@pages.get("/appointments/<uuid:appointment>/hand-over")
@open_to(Audience.COUNSELLOR)
def hand_over(appointment: UUID) -> Page:
    """List who could take it, who fits best first."""
    entry = found_entry(appointment)
    if not may_change(entry) or entry.stop:
        return redirect(url_of_entry(entry), 303)
    return _page(entry)


@pages.post("/appointments/<uuid:appointment>/hand-over")
@open_to(Audience.COUNSELLOR)
def handed_over(appointment: UUID) -> Page:
    """Let a colleague keep it, at the same time."""
    entry = found_entry(appointment)
    taker = _chosen(entry)
    if taker is None:
        return _page(entry, _("Choose who keeps it.")), 422
    try:
        handing_over.hand_over(appointment, taker.id, now=clock.now(), by=person().id)
    except SlotTaken:
        sentence = _("She has no time any more. Choose somebody else.")
        return _page(entry, sentence), 409
    except TooLate:
        return redirect(url_of_entry(entry), 303)
    return redirect(_after(entry), 303)


def _chosen(entry: Entry) -> StaffMember | None:
    wanted = request.form.get("counsellor", "")
    return next((one for one in _takers(entry) if str(one.uuid) == wanted), None)


def _takers(entry: Entry) -> tuple[StaffMember, ...]:
    return handing_over.may_take([entry.row], now=clock.now())[entry.row.id]


def _after(entry: Entry) -> str:
    """Lead to her day: the appointment may be a stranger's to her now."""
    day = words.local_day(entry.row.starts_at)
    return f"{url_of_day(day)}?handed-over=yes"


def _page(entry: Entry, complaint: str = "") -> str:
    return render_template(
        "counsellor/hand_over.html",
        entry=entry,
        takers=_takers(entry),
        complaint=complaint,
        appointment=url_for("counsellor.appointment", appointment=entry.row.uuid),
        words=words,
    )
