"""Who takes over an appointment, and how does it change hands?

For the client nothing changes: time, link, code and interpreter stay, and no letter
names a counsellor. So nothing is written to her, and what was told before still
stands; both counsellors' calendars learn of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from booking.models import (
    Appointment,
    Client,
    ConsultationType,
    InterpreterRequest,
    Letter,
    Place,
    StaffMember,
    Status,
    db,
)
from booking.models.running import zone
from booking.scheduling import by_preference
from booking.services import feeds, invitations
from booking.services.appointments import TooLate, changeable
from booking.services.availability import days_between
from booking.services.claim import SlotTaken, pass_on
from booking.services.invitations import Change
from booking.services.journal import Actor, note
from booking.services.look import as_it_stands, week_of
from booking.services.rota import Rota
from booking.services.writing import tried_again, write_session


class BelongsToRoute(SlotTaken):
    """It is a visit: its route says who drives there, and is changed as a whole."""


@tried_again
def hand_over(appointment: UUID, to: int | None, *, now: datetime, by: int) -> None:
    """Let another counsellor keep the same appointment, at the same time.

    ``to`` None is whoever fits best. Handed over twice to the same is no mistake.
    Raises ``SlotTaken``, or ``TooLate`` when it has begun or changed hands meanwhile.
    """
    before = changeable(db.session(), appointment, now)
    giver = before.counsellor_id
    if giver == to:
        return
    takers = [one.id for one in may_take([before], now=now)[before.id]]
    chosen = [one for one in takers if to in {None, one}]
    if not chosen:
        raise _refusal(before)
    with write_session() as session:
        row = changeable(session, appointment, now)
        if row.counsellor_id == to:
            return
        if row.counsellor_id != giver:
            raise TooLate
        was = invitations.as_it_was(row)
        pass_on(session, row, chosen, now=now)
        row.raise_sequence(at=now)
        still_stands(session, row)
        invitations.keep_told(session, [Change(row, was)], now=now, by=by)
        feeds.bump(session, [giver, row.counsellor_id], at=now)
        note(session, Actor.STAFF, "hand over", row.about, now=now, staff=by)


def may_take(
    appointments: Sequence[Appointment], *, now: datetime
) -> Mapping[int, tuple[StaffMember, ...]]:
    """Return, by an appointment's number, which colleagues could take it, best first.

    Whoever does not speak the language is named only if an interpreter comes. Nobody
    takes a visit or what has begun. The queries do not grow with the appointments.
    """
    talks = _talks(appointments, now)
    takers: dict[int, tuple[int, ...]] = {one.id: () for one in appointments}
    if talks:
        rota = Rota.read(db.session(), _weeks_of(talks), now=now)
        takers |= {talk.row.id: _takers(talk, rota) for talk in talks}
    staff = _staff({one for found in takers.values() for one in found})
    return {
        number: tuple(staff[one] for one in found) for number, found in takers.items()
    }


@dataclass(frozen=True, slots=True)
class _Talk:
    row: Appointment
    own: int | None  # the counsellor in whose care the client is

    @property
    def week(self) -> tuple[date, ...]:
        return week_of(self.row.starts_at.astimezone(zone()).date())


def _talks(appointments: Sequence[Appointment], now: datetime) -> list[_Talk]:
    """Return what somebody else could keep: talks ahead that belong to no route."""
    known = db.session.execute(
        select(Appointment.id, Client.counsellor_id)
        .join(Appointment.type)
        .outerjoin(Appointment.client)
        .where(
            Appointment.id.in_([one.id for one in appointments]),
            ConsultationType.place != Place.HOME,
        )
    )
    own = dict(known.all())
    return [
        _Talk(row, own[row.id])
        for row in appointments
        if row.id in own and row.status == Status.BOOKED and row.starts_at > now
    ]


def _weeks_of(talks: Sequence[_Talk]) -> tuple[date, ...]:
    weeks = [talk.week for talk in talks]
    return days_between(min(weeks)[0], max(weeks)[-1])


def _takers(talk: _Talk, rota: Rota) -> tuple[int, ...]:
    row, rules = talk.row, as_it_stands(talk.row)
    understood = (
        rota.speaking(row.language) if row.interpreter_id is None else rota.counsellors
    )
    candidates = by_preference(
        rota.candidate(
            one, row.language, talk.week, own=talk.own, woman=row.woman_preferred
        )
        for one in understood
        if one != row.counsellor_id
        and rota.is_free(one, row.type_id, rules, row.starts_at)
    )
    return tuple(one.id for one in candidates)


def _staff(numbers: set[int]) -> dict[int, StaffMember]:
    if not numbers:
        return {}
    found = db.session.scalars(
        select(StaffMember)
        .where(StaffMember.id.in_(numbers))
        .options(selectinload(StaffMember._languages))  # noqa: SLF001 - its own loader
    )
    return {one.id: one for one in found}


def _refusal(row: Appointment) -> SlotTaken:
    return BelongsToRoute() if row.type.place == Place.HOME else SlotTaken()


def still_stands(session: Session, row: Appointment) -> None:
    """Let what client and interpreter were told stand: for them nothing has changed.

    A letter of an earlier sequence would be taken for overtaken, and never go out.
    """
    for told in (Letter, InterpreterRequest):
        session.execute(
            update(told)
            .where(told.appointment_id == row.id, told.sequence == row.sequence - 1)
            .values(sequence=row.sequence)
        )
