"""What may staff change about a wish for a visit? How long, how urgent, when, by whom.

What a client was told is not changed here: a published visit is moved by a new plan,
or given up on her word.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from booking.models import (
    NOT_TOLD,
    STILL_TO_BE,
    KeptApart,
    PartOfDay,
    StaffMember,
    VisitRequest,
    VisitState,
    db,
)
from booking.routing import Distance
from booking.services.board_rows import TWO, WishRow
from booking.services.journal import Actor, note
from booking.services.writing import tried_again, write_session


class UnknownWish(Exception):
    """There is no such wish, or it is settled; both look the same."""


class AlreadyTold(Exception):
    """The visit is published: what its client was told is not changed here."""


class SameWish(Exception):
    """A household cannot be kept apart from itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WishFacts:
    """What planning needs to know of a wish; counsellors by their uuid."""

    minutes: int
    priority: int
    weekdays: tuple[int, ...]
    parts_of_day: tuple[PartOfDay, ...]
    from_day: date
    due_on: date | None
    set_aside_until: date | None
    crew: int
    own: UUID | None
    excluded: UUID | None


@dataclass(frozen=True, slots=True)
class Apart:
    """Another household that is kept apart, and how."""

    uuid: UUID
    reference: str
    how: Distance


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish as its own page shows it."""

    row: WishRow
    facts: WishFacts
    apart: tuple[Apart, ...]
    others: tuple[WishRow, ...]  # open wishes, from which it may be kept apart

    @property
    def is_published(self) -> bool:
        """Whether the client was told when we come."""
        return self.row.state == VisitState.PUBLISHED


def found(wish: UUID) -> Wish:
    """Return a wish that is not settled yet, in a fixed number of queries.

    Raises ``UnknownWish``.
    """
    row = db.session.scalar(_unsettled(wish))
    if row is None:
        raise UnknownWish
    excluded = db.session.get(StaffMember, row.excluded_counsellor_id or 0)
    apart = tuple(_apart_from(db.session(), row))
    known = {one.uuid for one in apart} | {row.uuid}
    return Wish(
        WishRow.of(row),
        _facts_of(row, excluded),
        apart,
        tuple(one for one in _open_rows() if one.uuid not in known),
    )


@tried_again
def change(wish: UUID, facts: WishFacts, *, by: int, now: datetime) -> None:
    """Keep what planning needs to know from now on.

    Raises ``UnknownWish`` or ``AlreadyTold``.
    """
    with write_session() as session:
        row = session.scalar(_unsettled(wish).with_for_update(of=VisitRequest))
        if row is None:
            raise UnknownWish
        if row.state not in NOT_TOLD:
            raise AlreadyTold
        staff = _staff(session, [facts.own, facts.excluded])
        row.minutes, row.priority = facts.minutes, facts.priority
        row.weekdays = sorted(set(facts.weekdays))
        row.parts_of_day = [part.value for part in facts.parts_of_day]
        row.from_day, row.due_on = facts.from_day, facts.due_on
        row.set_aside_until = facts.set_aside_until
        row.crew = facts.crew if facts.crew == TWO else None
        row.own_counsellor_id = staff.get(facts.own)
        row.excluded_counsellor_id = staff.get(facts.excluded)
        row.changed_at = now
        note(session, Actor.STAFF, "change wish", row.about, now=now, staff=by)


@tried_again
def keep_apart(
    wish: UUID, other: UUID, how: Distance, *, by: int, now: datetime
) -> None:
    """Keep two households apart in every plan; said again, the latter way counts.

    Raises ``UnknownWish`` or ``SameWish``.
    """
    if wish == other:
        raise SameWish
    with write_session() as session:
        one, two = sorted(_ids(session, wish, other))
        pair = session.scalar(
            select(KeptApart).where(KeptApart.one_id == one, KeptApart.other_id == two)
        )
        if pair is None:
            pair = KeptApart(one_id=one, other_id=two, kept_by_id=by, created_at=now)
            session.add(pair)
        pair.how = how.value
        note(session, Actor.STAFF, "keep apart", f"visit:{wish}", now=now, staff=by)


@tried_again
def bring_together(wish: UUID, other: UUID, *, by: int, now: datetime) -> None:
    """Let two households be planned as all others again.

    Raises ``UnknownWish``.
    """
    with write_session() as session:
        one, two = sorted(_ids(session, wish, other))
        pair = session.scalar(
            select(KeptApart).where(KeptApart.one_id == one, KeptApart.other_id == two)
        )
        if pair is not None:
            session.delete(pair)
            about = f"visit:{wish}"
            note(session, Actor.STAFF, "bring together", about, now=now, staff=by)


def _unsettled(wish: UUID) -> Select[VisitRequest]:
    return (
        select(VisitRequest)
        .where(
            VisitRequest.uuid == wish,
            VisitRequest.state.in_(STILL_TO_BE),
        )
        .options(joinedload(VisitRequest.own_counsellor))
    )


def _open_rows() -> Iterable[WishRow]:
    rows = db.session.scalars(
        select(VisitRequest)
        .where(VisitRequest.state.in_(NOT_TOLD))
        .order_by(VisitRequest.created_at)
        .options(joinedload(VisitRequest.own_counsellor))
    )
    return [WishRow.of(row) for row in rows]


def _facts_of(row: VisitRequest, excluded: StaffMember | None) -> WishFacts:
    return WishFacts(
        minutes=row.minutes,
        priority=row.priority,
        weekdays=tuple(row.weekdays),
        parts_of_day=tuple(PartOfDay(part) for part in row.parts_of_day),
        from_day=row.from_day,
        due_on=row.due_on,
        set_aside_until=row.set_aside_until,
        crew=row.crew or 1,
        own=row.own_counsellor.uuid if row.own_counsellor else None,
        excluded=excluded.uuid if excluded else None,
    )


def _apart_from(session: Session, row: VisitRequest) -> Iterable[Apart]:
    pairs = session.scalars(
        select(KeptApart)
        .where(or_(KeptApart.one_id == row.id, KeptApart.other_id == row.id))
        .order_by(KeptApart.id)
        .options(joinedload(KeptApart.one), joinedload(KeptApart.other))
    )
    for pair in pairs:
        other = pair.other if pair.one_id == row.id else pair.one
        yield Apart(other.uuid, other.reference, Distance(pair.how))


def _staff(session: Session, wanted: Iterable[UUID | None]) -> dict[UUID | None, int]:
    asked = [one for one in wanted if one is not None]
    rows = session.scalars(select(StaffMember).where(StaffMember.uuid.in_(asked)))
    return {row.uuid: row.id for row in rows}


def _ids(session: Session, wish: UUID, other: UUID) -> list[int]:
    rows = session.scalars(
        select(VisitRequest.id).where(VisitRequest.uuid.in_([wish, other]))
    ).all()
    if len(rows) != TWO:
        raise UnknownWish
    return list(rows)
