"""Which appointments does a counsellor have while she is busy by her own calendar?

What was booked before her calendar said so stays: nobody moves or drops a client's
appointment. It is found by looking, and only what she decided to keep is stored.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from booking.models import (
    Appointment,
    BusyTime,
    ConsultationType,
    KeptConflict,
    Place,
    StaffMember,
    Status,
    db,
)
from booking.scheduling import TimeWindow, merged
from booking.services import handing_over
from booking.services.claim import SlotTaken
from booking.services.desk import UnknownAppointment
from booking.services.journal import Actor, note
from booking.services.sessions import SignedIn
from booking.services.writing import tried_again, write_session

# Of a visit the way there and back counts; what surrounds other talks is soft.
_AT_HOME = ConsultationType.place == Place.HOME
_BEGINS = case((_AT_HOME, Appointment.busy_from), else_=Appointment.starts_at)
_ENDS = case((_AT_HOME, Appointment.busy_until), else_=Appointment.ends_at)


@dataclass(frozen=True, slots=True)
class Conflict:
    """An appointment of hers, when she is busy then, and who could take it instead."""

    row: Appointment
    busy: tuple[TimeWindow, ...]
    takers: tuple[StaffMember, ...]  # the best first; a visit is taken by nobody

    @property
    def is_visit(self) -> bool:
        """Whether it stands on a route, and is changed there."""
        return bool(self.row.type.place == Place.HOME)


def listed(person: SignedIn, *, now: datetime) -> list[Conflict]:
    """Return her open conflicts, the earliest first; no query for each of them."""
    pairs = db.session.execute(
        _open(person.id, now)
        .options(contains_eager(Appointment.type), joinedload(Appointment.client))
        .order_by(Appointment.starts_at, Appointment.id)
    )
    found: dict[Appointment, list[TimeWindow]] = {}
    for row, busy in pairs:
        found.setdefault(row, []).append(busy.window)
    takers = handing_over.may_take(list(found), now=now) if found else {}
    return [
        Conflict(row, tuple(merged(windows)), takers[row.id])
        for row, windows in found.items()
    ]


def number(person: SignedIn, *, now: datetime) -> int:
    """Count them, for the page that leads to them."""
    query = _open(person.id, now).with_only_columns(
        func.count(Appointment.id.distinct())
    )
    return db.session.scalar(query) or 0


@tried_again
def keep(person: SignedIn, appointment: UUID, *, now: datetime) -> None:
    """Let both stand, as far as they lie over each other now; she has decided it.

    Raises ``UnknownAppointment``.
    """
    with write_session() as session:
        hers = select(Appointment.id).where(
            Appointment.uuid == appointment, Appointment.counsellor_id == person.id
        )
        if session.scalar(hers) is None:
            raise UnknownAppointment
        pairs = session.execute(
            _open(person.id, now)
            .where(Appointment.uuid == appointment)
            .with_only_columns(Appointment.id, _BEGINS, _ENDS, BusyTime)
        ).all()
        for number_, begins, ends, busy in pairs:
            session.merge(
                KeptConflict(
                    appointment_id=number_,
                    starts_at=max(begins, busy.starts_at),
                    ends_at=min(ends, busy.ends_at),
                )
            )
        if pairs:
            about = f"appointment:{appointment}"
            deed = "keep conflict"
            note(session, Actor.STAFF, deed, about, now=now, staff=person.id)


def give(
    person: SignedIn, appointment: UUID, colleague: UUID, *, now: datetime
) -> None:
    """Give an appointment of hers to a colleague who is free then.

    Raises ``UnknownAppointment``, ``SlotTaken``, or ``TooLate`` once it has begun.
    """
    row = db.session.scalar(
        select(Appointment).where(
            Appointment.uuid == appointment, Appointment.counsellor_id == person.id
        )
    )
    if row is None:
        raise UnknownAppointment
    takers = handing_over.may_take([row], now=now)[row.id]
    found = [one.id for one in takers if one.uuid == colleague]
    if not found:
        raise SlotTaken
    handing_over.hand_over(appointment, found[0], now=now, by=person.id)


def _open(counsellor: int, now: datetime) -> Select[Appointment, BusyTime]:
    """Select each of her appointments ahead with each busy time that it lies in."""
    return (
        select(Appointment, BusyTime)
        .join(Appointment.type)
        .join(BusyTime, BusyTime.counsellor_id == Appointment.counsellor_id)
        .where(
            Appointment.counsellor_id == counsellor,
            Appointment.status == Status.BOOKED,
            Appointment.starts_at > now,
            Appointment.busy_until > now,  # says nothing new, but has an index
            BusyTime.starts_at < _ENDS,
            BusyTime.ends_at > _BEGINS,
            ~_is_kept(),
        )
    )


def _is_kept() -> ColumnElement[bool]:
    """Tell in SQL whether she has decided on all of the time that both share."""
    kept = select(KeptConflict.appointment_id).where(
        KeptConflict.appointment_id == Appointment.id,
        and_(
            or_(
                KeptConflict.starts_at <= BusyTime.starts_at,
                KeptConflict.starts_at <= _BEGINS,
            ),
            or_(
                KeptConflict.ends_at >= BusyTime.ends_at, KeptConflict.ends_at >= _ENDS
            ),
        ),
    )
    return kept.exists()
