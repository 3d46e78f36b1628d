"""Two go to a home together: what becomes of the second's own appointment?

It takes her time and nothing else: it holds no name, number or address, and no letter
is about it. What becomes of the visit becomes of it.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.models import Accompaniment, Appointment, Reach, Status, Stop
from booking.services import feeds, invitations, stops
from booking.services.invitations import Change


def come_along(
    session: Session,
    stop: Stop,
    lead: Appointment,
    before: Appointment | None,
    *,
    now: datetime,
) -> Appointment:
    """Take the second's time for a stop of hers; ``before`` is her older one."""
    row = before or Appointment(
        type_id=lead.type_id,
        status=Status.BOOKED,
        created_at=now,
        changed_at=now,
        language=lead.language,
        letter_language=lead.letter_language,
        people=lead.people,
        reach=Reach.NONE,
        booked_by_id=lead.booked_by_id,
    )
    row.counsellor_id = stop.route.counsellor_id
    row.take(stop.window, stop.busy)
    session.add(row)
    session.flush()
    stop.appointment = row
    if before is None:
        session.add(Accompaniment(appointment_id=row.id, lead_id=lead.id))
        session.flush()
    return row


def of(session: Session, lead: Appointment) -> list[Appointment]:
    """Return the appointments of those who come along to a visit."""
    return list(
        session.scalars(
            select(Appointment)
            .join(Accompaniment, Accompaniment.appointment_id == Appointment.id)
            .where(Accompaniment.lead_id == lead.id)
        )
    )


def led_by(session: Session, row: Appointment) -> Appointment | None:
    """Return the visit to which this appointment only comes along."""
    return session.scalar(
        select(Appointment)
        .join(Accompaniment, Accompaniment.lead_id == Appointment.id)
        .where(Accompaniment.appointment_id == row.id)
    )


def stay_at_home(session: Session, lead: Appointment, *, now: datetime) -> None:
    """Give the time of those back who were to come along: nobody goes there now."""
    for row in of(session, lead):
        if row.status != Status.BOOKED:
            continue
        was = invitations.as_it_was(row)
        row.status = Status.CANCELLED
        row.raise_sequence(at=now)
        if stop := stops.stop_of(session, row):
            stops.leave(session, stop, now=now)
        invitations.keep_told(session, [Change(row, was)], now=now)
        feeds.bump(session, [row.counsellor_id], at=now)


def share_outcome(
    session: Session, row: Appointment, outcome: Status, *, now: datetime
) -> list[Appointment]:
    """Record for all of a crew what one has recorded; return the others' rows."""
    lead = led_by(session, row)
    crew = [lead, *of(session, lead)] if lead else of(session, row)
    others = [one for one in crew if one.id != row.id]
    for one in others:
        one.status = outcome
        one.raise_sequence(at=now)
    feeds.bump(session, [one.counsellor_id for one in others], at=now)
    return others
