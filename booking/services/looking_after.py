"""Has a counsellor come back from a home to which nobody goes alone? Else one is told.

No position is tracked: only that nobody has marked “left” some time after the visit
should have been over. Why two go there stands nowhere here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from booking.models import (
    Appointment,
    Company,
    Doorstep,
    LetterKind,
    Role,
    Route,
    RouteState,
    StaffMember,
    StaffRole,
    Status,
    Stop,
    TwoTogether,
    VisitRequest,
    db,
)
from booking.services import staff_letters
from booking.services.journal import Actor, note
from booking.services.office import decisions
from booking.services.route_settings import route_settings
from booking.services.sessions import SignedIn
from booking.services.writing import read_session, tried_again, write_session

LOOKED_BACK = timedelta(hours=12)  # after that the day is over, and others ask


@dataclass(frozen=True, slots=True)
class Missed:
    """A visit that nobody has marked as left."""

    stop: UUID
    counsellor: str
    reference: str
    ended_at: datetime


@tried_again
def alert(*, now: datetime) -> int:
    """Tell the named colleague of each such visit, once; return how many there are."""
    with read_session() as session:
        if not session.scalars(_overdue(now).where(_not_told()).limit(1)).first():
            return 0
    with write_session() as session:
        rows = session.scalars(
            _overdue(now).where(_not_told()).with_for_update(of=Stop)
        ).all()
        for row in rows:
            if row.doorstep is None:
                row.doorstep = Doorstep()
            row.doorstep.alerted_at = now
            for colleague in _told(session, row):
                staff_letters.write(
                    session, colleague, LetterKind.NOT_BACK, row.id, now=now
                )
            note(session, Actor.WORKER, "alert", f"stop:{row.uuid}", now=now)
    return len(rows)


def not_back(person: SignedIn, *, now: datetime) -> list[Missed]:
    """Return the visits about which this person was told, and that go on."""
    rows = db.session.scalars(_overdue(now).where(~_not_told())).all()
    return [
        Missed(
            row.uuid,
            row.route.counsellor.name,
            row.visit_request.reference,
            row.ends_at,
        )
        for row in rows
        if any(one.id == person.id for one in _told(db.session(), row))
    ]


def _overdue(now: datetime) -> Select[Stop]:
    """Select published stops of crews that should have been left long ago."""
    limit = timedelta(minutes=route_settings(decisions()).alert_minutes)
    return (
        select(Stop)
        .join(Stop.route)
        .join(Stop.visit_request)
        .join(Stop.appointment)
        .where(
            Route.state == RouteState.PUBLISHED,
            Stop.ends_at <= now - limit,
            Stop.ends_at > now - LOOKED_BACK,
            Appointment.status == Status.BOOKED,
            _two_go(),
            ~_has_left(),
            ~_goes_along(),
        )
        .order_by(Stop.id)
        .options(
            joinedload(Stop.doorstep),
            joinedload(Stop.visit_request),
            joinedload(Stop.route).joinedload(Route.counsellor),
        )
    )


def _two_go() -> ColumnElement[bool]:
    """Tell whether a second one goes to this visit, or its home is marked."""
    second, other = aliased(Company), aliased(Stop)
    with_crew = exists().where(
        second.stop_id == other.id, second.is_second, _is_of_the_visit(other)
    )
    home = exists().where(TwoTogether.address_hash == VisitRequest.address_hash)
    return or_(with_crew, home)


def _has_left() -> ColumnElement[bool]:
    """Tell whether somebody of those who went there has marked that she left."""
    marked, other = aliased(Doorstep), aliased(Stop)
    return exists().where(
        marked.stop_id == other.id, marked.left_at.is_not(None), _is_of_the_visit(other)
    )


def _is_of_the_visit(other: type[Stop]) -> ColumnElement[bool]:
    return and_(
        other.visit_request_id == Stop.visit_request_id,
        other.starts_at == Stop.starts_at,
    )


def _goes_along() -> ColumnElement[bool]:
    """Tell whether this is the stop of the second one: the first one's is looked at."""
    second = aliased(Company)
    return exists().where(second.stop_id == Stop.id, second.is_second)


def _not_told() -> ColumnElement[bool]:
    told = aliased(Doorstep)
    return ~exists().where(and_(told.stop_id == Stop.id, told.alerted_at.is_not(None)))


def _told(session: Session, row: Stop) -> list[StaffMember]:
    """Return who is told: whom the mark of the home names, else the heads."""
    named = session.scalar(
        select(StaffMember)
        .join(TwoTogether, TwoTogether.alerts_id == StaffMember.id)
        .where(
            TwoTogether.address_hash == row.visit_request.address_hash,
            StaffMember.disabled_at.is_(None),
        )
    )
    if named is not None:
        return [named]
    heads = session.scalars(
        select(StaffMember)
        .join(StaffRole)
        .where(StaffRole.role == Role.HEAD, StaffMember.disabled_at.is_(None))
        .order_by(StaffMember.id)
    )
    return list(heads)
