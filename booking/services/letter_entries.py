"""What does a letter do to its reader's own calendar? It puts in, or takes out."""

from dataclasses import dataclass, replace

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.calendars import CalendarEvent, Method
from booking.models import (
    Appointment,
    Letter,
    LetterKind,
    LetterState,
    Office,
    Place,
    Reach,
)
from booking.scheduling import TimeWindow

# A reminder enters nothing: what was confirmed stands in her calendar already.
_ENTERS = {
    LetterKind.CONFIRMATION: Method.REQUEST,
    LetterKind.MOVED: Method.REQUEST,
    LetterKind.VISIT: Method.REQUEST,
    LetterKind.CANCELLED: Method.CANCEL,
}
# Only what an earlier letter has put into a calendar can be taken out of it again.
PUT_IN = tuple(kind for kind, method in _ENTERS.items() if method is Method.REQUEST)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What the letter does to its reader's own calendar."""

    event: CalendarEvent
    method: Method


def was_entered(session: Session, letter: Letter) -> bool:
    """Tell whether an earlier letter has put the appointment into her calendar."""
    sent = select(Letter.id).where(
        Letter.appointment_id == letter.appointment_id,
        Letter.channel == Reach.EMAIL,
        Letter.kind.in_(PUT_IN),
        Letter.state == LetterState.SENT,
    )
    return session.scalar(sent.limit(1)) is not None


def entry_of(
    session: Session, letter: Letter, row: Appointment, window: TimeWindow
) -> Entry | None:
    """Return what goes into her calendar; for discreet clients nothing does."""
    method = _ENTERS.get(LetterKind(letter.kind))
    if method is None or letter.channel != Reach.EMAIL:
        return None
    if row.client is not None and row.client.discreet:
        return None
    if method is Method.CANCEL and not was_entered(session, letter):
        return None
    event = row.as_event(
        summary=_("Appointment"), location=_where(session, row), url=""
    )
    return Entry(event=replace(event, window=window), method=method)


def _where(session: Session, row: Appointment) -> str:
    if row.type.place != Place.OFFICE:
        return ""
    office = session.scalars(select(Office)).one()
    return (
        f"{office.name}, {office.street} {office.house_number}, "
        f"{office.postcode} {office.town}"
    )
