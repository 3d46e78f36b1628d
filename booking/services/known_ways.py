"""Which ways do coordinators know better than any map?

"This bus takes 35 minutes." A way is kept between two addresses, by their hashes: it
counts for every wish at that door, and goes when nobody there wishes to be visited any
more.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from booking.models import (
    AT_THE_OFFICE,
    LONGEST_WAY,
    STILL_TO_BE,
    KnownWay,
    VisitRequest,
    db,
)
from booking.routing import MODES
from booking.services.journal import Actor, note
from booking.services.writing import tried_again, write_session

ABOUT = "ways"
OFFICE = "office"  # instead of the uuid of a wish


class ImpossibleWay(Exception):
    """No way leads from a door to itself, and none takes so long."""


class DoorGone(Exception):
    """Nobody at this door wishes to be visited any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way as the page shows it; an empty address is the office."""

    uuid: UUID
    mode: str
    one: str
    other: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Door:
    """Where a way may lead: the uuid of some wish there, and its address."""

    key: str
    address: str


def listed() -> list[Way]:
    """Return the known ways, in two queries."""
    rows = list(db.session.scalars(select(KnownWay).order_by(KnownWay.id)))
    names = _addresses({one for row in rows for one in (row.one_hash, row.other_hash)})
    return [
        Way(
            uuid=row.uuid,
            mode=row.mode,
            one=names.get(row.one_hash, ""),
            other=names.get(row.other_hash, ""),
            minutes=row.minutes,
        )
        for row in rows
    ]


def doors() -> list[Door]:
    """Return one door for each address where somebody wishes to be visited."""
    wishes = db.session.scalars(
        select(VisitRequest)
        .where(
            VisitRequest.state.in_(STILL_TO_BE), VisitRequest.address_hash.is_not(None)
        )
        .order_by(VisitRequest.id)
    )
    distinct = {row.address_hash: Door(str(row.uuid), row.address) for row in wishes}
    return sorted(distinct.values(), key=lambda door: door.address)


@tried_again
def keep(
    ends: Sequence[str], mode: str, minutes: int, *, by: int, now: datetime
) -> None:
    """Keep how long the way between two doors takes; what was known is replaced.

    ``ends`` are two uuids of wishes, or ``OFFICE``. Raises ``ImpossibleWay`` or
    ``DoorGone``.
    """
    if mode not in MODES or not 1 <= minutes <= LONGEST_WAY:
        raise ImpossibleWay
    with write_session() as session:
        one, other = sorted(_hash_at(session, end) for end in ends)
        if one == other:
            raise ImpossibleWay
        session.execute(
            delete(KnownWay).where(
                KnownWay.mode == mode,
                KnownWay.one_hash == one,
                KnownWay.other_hash == other,
            )
        )
        session.add(
            KnownWay(
                mode=mode,
                one_hash=one,
                other_hash=other,
                minutes=minutes,
                changed_at=now,
            )
        )
        note(session, Actor.STAFF, "keep way", ABOUT, now=now, staff=by)


def forget(way: UUID, *, by: int, now: datetime) -> None:
    """Forget a way; the map counts again."""
    with write_session() as session:
        row = session.scalar(select(KnownWay).where(KnownWay.uuid == way))
        if row is not None:
            session.delete(row)
            note(session, Actor.STAFF, "forget way", ABOUT, now=now, staff=by)


def by_mode(session: Session) -> Mapping[str, Mapping[frozenset[bytes], int]]:
    """Return the minutes of every known way, by its two ends."""
    found: dict[str, dict[frozenset[bytes], int]] = {}
    for row in session.scalars(select(KnownWay)):
        ends = frozenset({row.one_hash, row.other_hash})
        found.setdefault(row.mode, {})[ends] = row.minutes
    return found


def to_nobody(_now: datetime) -> Select[int]:
    """Select the ways to doors where nobody's wish is left."""
    return select(KnownWay.id).where(
        or_(
            *(
                (end != AT_THE_OFFICE)
                & ~select(VisitRequest.id)
                .where(VisitRequest.address_hash == end)
                .exists()
                for end in (KnownWay.one_hash, KnownWay.other_hash)
            )
        )
    )


def _hash_at(session: Session, end: str) -> bytes:
    if end == OFFICE:
        return AT_THE_OFFICE
    try:
        uuid = UUID(end)
    except ValueError as fault:
        raise DoorGone from fault
    found = session.scalar(
        select(VisitRequest.address_hash).where(VisitRequest.uuid == uuid)
    )
    if found is None:
        raise DoorGone
    return found


def _addresses(hashes: Collection[bytes]) -> Mapping[bytes, str]:
    rows: Iterable[VisitRequest] = db.session.scalars(
        select(VisitRequest)
        .where(VisitRequest.address_hash.in_(hashes))
        .order_by(VisitRequest.id)
    )
    return {row.address_hash: row.address for row in rows if row.address_hash}
