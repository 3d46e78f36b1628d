"""Who waits for an earlier time than she has? Kept beside her appointment."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from booking.models import (
    Appointment,
    Reach,
    Status,
    Waiting,
    WaitingKind,
    WaitingState,
    db,
)
from booking.services import freed
from booking.services.appointments import TooLate
from booking.services.claim import queue_behind
from booking.services.journal import Actor, note
from booking.services.writing import tried_again, write_session


class NoWayToReachHer(Exception):
    """Who may not be written to cannot be told of a free time."""


@tried_again
def wait_for_earlier(appointment: UUID, *, now: datetime) -> None:
    """Tell her if an earlier day becomes free; asked twice, she waits once.

    Raises ``NoWayToReachHer``, or ``TooLate`` once the appointment has begun or was
    given up.
    """
    row = db.session.scalars(
        select(Appointment)
        .where(Appointment.uuid == appointment)
        .options(joinedload(Appointment.type), joinedload(Appointment.client))
    ).one()
    if row.status != Status.BOOKED or row.starts_at <= now:
        raise TooLate
    if row.reach == Reach.NONE:
        raise NoWayToReachHer
    wish = freed.wish_for_earlier(row)
    starts = freed.starts(wish, now=now)
    with write_session() as session:
        queue_behind(session, row.about)
        if session.scalar(_EARLIER, _of(row)) is None:
            place = _place_beside(row, now)
            session.add(place)
            session.flush()
            freed.remember(session, freed.name(place, wish.own), starts, now=now)
            note(session, Actor.CLIENT, "wait", place.about, now=now)


def waits_for_earlier(appointment: Appointment) -> bool:
    """Tell whether she is told of an earlier time than this one."""
    connection = db.session.connection()
    return connection.scalar(_WAITS_FOR_EARLIER, _of(appointment)) is not None


@tried_again
def leave_earlier(appointment: UUID, *, now: datetime) -> None:
    """Wait for no earlier time any more."""
    with write_session() as session:
        appointed = session.scalars(
            select(Appointment).where(Appointment.uuid == appointment)
        ).one()
        wanted = _EARLIER.with_for_update(of=Waiting)
        row = session.scalar(wanted, _of(appointed))
        if row is not None:
            row.state, row.changed_at = WaitingState.WITHDRAWN, now
            note(session, Actor.CLIENT, "leave the list", row.about, now=now)


def _place_beside(appointment: Appointment, now: datetime) -> Waiting:
    """Return a place that reaches her as her appointment does."""
    row = Waiting(
        kind=WaitingKind.EARLIER,
        state=WaitingState.OPEN,
        type_id=appointment.type_id,
        client_id=appointment.client_id,
        appointment_id=appointment.id,
        until=freed.local_day(appointment.starts_at),
        language=appointment.language,
        letter_language=appointment.letter_language,
        interpreter_wanted=appointment.interpreter_wanted,
        woman_preferred=appointment.woman_preferred,
        people=appointment.people,
        reach=appointment.reach,
        no_message=appointment.no_message,
        contact_hash=appointment.contact_hash,
        created_at=now,
        changed_at=now,
    )
    row.name, row.safe_hours = appointment.name, appointment.safe_hours
    row.phone, row.email = appointment.phone, appointment.email
    row.address = appointment.address
    return row


def _of(appointment: Appointment) -> dict[str, object]:
    return {
        "appointment": appointment.id,
        "day": freed.local_day(appointment.starts_at),
    }


# Her open place, unless the appointment has moved to another day since. Built once:
# every page behind a link asks.
_EARLIER = select(Waiting).where(
    Waiting.appointment_id == bindparam("appointment"),
    Waiting.kind == WaitingKind.EARLIER,
    Waiting.state == WaitingState.OPEN,
    Waiting.until == bindparam("day"),
)
_WAITS_FOR_EARLIER = _EARLIER.with_only_columns(Waiting.id)
