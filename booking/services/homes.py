"""To which homes does nobody go alone? Marked by who knows, and looked at again.

The class of reason is for who counsels there and for the head. Coordinators, day
sheets and feeds learn only that two go (visits.md); the reason is in none of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from booking.models import (
    Client,
    Role,
    Route,
    StaffMember,
    StaffRole,
    Stop,
    TwoTogether,
    VisitRequest,
    WhyTwo,
    db,
)
from booking.models.running import zone
from booking.services.journal import Actor, note
from booking.services.sessions import SignedIn
from booking.services.writing import tried_again, write_session

LOOK_AGAIN = timedelta(days=182)  # half a year, unless she says otherwise
LONGEST = timedelta(days=366)  # no home is marked for ever without another look


class UnknownHome(Exception):
    """There is no such home, or she does not counsel there; both look the same."""


class ImpossibleMark(Exception):
    """The day to look again lies behind us or too far ahead, or nobody is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Why two go, who is told if somebody has not left in time, when to look again."""

    reason: WhyTwo
    alerts: UUID | None
    review_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A marked home."""

    wish: UUID  # one of the wishes for a visit there
    address: str
    reason: WhyTwo
    marked_by: str
    alerts: str
    review_on: date


def standing(person: SignedIn, wish: UUID) -> tuple[VisitRequest, TwoTogether | None]:
    """Return the home of a wish in this person's reach, and its mark if it has one.

    Raises ``UnknownHome``.
    """
    row = db.session.scalar(_in_reach(person).where(VisitRequest.uuid == wish))
    if row is None or row.address_hash is None:
        raise UnknownHome
    return row, db.session.scalar(_mark_of(row.address_hash))


def marked() -> Sequence[Home]:
    """Return all marked homes for the head, first those to be looked at again."""
    marks = db.session.scalars(
        select(TwoTogether)
        .order_by(TwoTogether.review_on, TwoTogether.id)
        .options(joinedload(TwoTogether.marked_by), joinedload(TwoTogether.alerts))
    ).all()
    hashes = [mark.address_hash for mark in marks]
    wishes = db.session.scalars(
        select(VisitRequest)
        .where(VisitRequest.address_hash.in_(hashes))
        .order_by(VisitRequest.id)
    )
    latest = {row.address_hash: row for row in wishes}
    return [
        Home(
            wish=row.uuid,
            address=row.address,
            reason=WhyTwo(mark.reason),
            marked_by=mark.marked_by.name,
            alerts=mark.alerts.name if mark.alerts else "",
            review_on=mark.review_on,
        )
        for mark in marks
        if (row := latest.get(mark.address_hash)) is not None
    ]


def due(today: date) -> int:
    """Count the homes at which somebody should look again by now."""
    found = select(func.count()).select_from(TwoTogether)
    return db.session.scalar(found.where(TwoTogether.review_on <= today)) or 0


@tried_again
def mark(person: SignedIn, wish: UUID, wanted: Mark, *, now: datetime) -> None:
    """Let nobody go to a home alone from now on; said again, the latter counts.

    Raises ``UnknownHome`` or ``ImpossibleMark``.
    """
    ahead = wanted.review_on - now.astimezone(zone()).date()
    with write_session() as session:
        row = _home(session, person, wish)
        alerts = _told(session, wanted.alerts)
        if not timedelta() < ahead <= LONGEST or (wanted.alerts and alerts is None):
            raise ImpossibleMark
        found = session.scalar(_mark_of(row.address_hash))
        if found is None:
            found = TwoTogether(address_hash=row.address_hash, created_at=now)
            session.add(found)
        found.reason, found.review_on = wanted.reason, wanted.review_on
        found.marked_by_id, found.alerts_id = person.id, alerts
        about = row.about
        note(session, Actor.STAFF, "mark home", about, now=now, staff=person.id)


@tried_again
def clear(person: SignedIn, wish: UUID, *, now: datetime) -> None:
    """Let one counsellor go there again.

    Raises ``UnknownHome``.
    """
    with write_session() as session:
        row = _home(session, person, wish)
        found = session.scalar(_mark_of(row.address_hash))
        if found is not None:
            session.delete(found)
            note(
                session, Actor.STAFF, "clear home", row.about, now=now, staff=person.id
            )


def who_can_be_told() -> list[StaffMember]:
    """Return who may be named as the colleague that is told, by name."""
    return sorted(
        db.session.scalars(_working()).unique(), key=lambda one: one.name.casefold()
    )


def of_nobody(_now: datetime) -> Select[int]:
    """Select the marks of homes where nobody's wish is left."""
    return select(TwoTogether.id).where(
        ~exists().where(VisitRequest.address_hash == TwoTogether.address_hash)
    )


def _home(session: Session, person: SignedIn, wish: UUID) -> VisitRequest:
    row = session.scalar(_in_reach(person).where(VisitRequest.uuid == wish))
    if row is None or row.address_hash is None:
        raise UnknownHome
    return row


def _in_reach(person: SignedIn) -> Select[VisitRequest]:
    """Select her clients' wishes and those she drives to; the head's are all marked."""
    hers = or_(
        VisitRequest.own_counsellor_id == person.id,
        VisitRequest.client_id.in_(
            select(Client.id).where(Client.counsellor_id == person.id)
        ),
        exists().where(
            Stop.visit_request_id == VisitRequest.id,
            Stop.route_id == Route.id,
            Route.counsellor_id == person.id,
        ),
    )
    if person.may(Role.HEAD):
        hers = or_(
            hers, exists().where(TwoTogether.address_hash == VisitRequest.address_hash)
        )
    return select(VisitRequest).where(hers)


def _mark_of(address_hash: bytes | None) -> Select[TwoTogether]:
    return (
        select(TwoTogether)
        .where(TwoTogether.address_hash == address_hash)
        .options(joinedload(TwoTogether.marked_by), joinedload(TwoTogether.alerts))
    )


def _told(session: Session, colleague: UUID | None) -> int | None:
    if colleague is None:
        return None
    row = session.scalar(_working().where(StaffMember.uuid == colleague))
    return row.id if row else None


def _working() -> Select[StaffMember]:
    return (
        select(StaffMember)
        .join(StaffRole, StaffRole.staff_id == StaffMember.id)
        .where(
            StaffMember.disabled_at.is_(None),
            StaffRole.role.in_(
                (Role.COUNSELLOR, Role.HEAD, Role.COORDINATOR, Role.FRONT_DESK)
            ),
        )
        .distinct()
    )
