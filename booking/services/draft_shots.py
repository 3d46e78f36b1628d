"""How do the drafts of a day stand? As values that can be compared, kept, put back.

A counsellor's draft of one day is a shot; without stops it says that there is none.
It names wishes, people and times by number, so that it may be kept with a step.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.models import Company, Ride, Route, RouteState, Stop

Key = tuple[int, date]  # a counsellor, and a day
PARKED = 10_000  # no position of a route is so high
VERSION = 16  # characters of a digest
MOMENTS = ("leaves_for_at", "arrives_at", "starts_at", "ends_at", "back_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class StopShot:
    """One stop as it stands; people and wishes by their number in the database."""

    uuid: UUID = field(default_factory=uuid4)
    wish: int
    leaves_for_at: datetime
    arrives_at: datetime
    starts_at: datetime
    ends_at: datetime
    back_at: datetime | None
    pinned: bool = False
    is_second: bool = False
    interpreter: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteShot:
    """One counsellor's draft of a day; lengths in seconds."""

    counsellor: int
    day: date
    mode: str
    uuid: UUID = field(default_factory=uuid4)
    job: int | None = None
    state: RouteState = RouteState.DRAFT
    travel: int = 0
    waiting: int = 0
    vehicle: int | None = None
    stops: tuple[StopShot, ...] = ()

    @property
    def key(self) -> Key:
        """Whose route it is, and of which day."""
        return (self.counsellor, self.day)

    @property
    def version(self) -> str:
        """Tell this state from every other one; all that have no stops are one."""
        told = (
            self.as_kept() if self.stops else {"none": [self.counsellor, f"{self.day}"]}
        )
        return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:VERSION]

    def as_kept(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        found: dict[str, Any] = json.loads(json.dumps(asdict(self), default=_as_text))
        return found

    @classmethod
    def kept(cls, found: Mapping[str, Any]) -> "RouteShot":
        """Read back what ``as_kept`` has made."""
        facts = dict(found)
        stops = tuple(_stop(one) for one in facts.pop("stops"))
        facts["day"] = date.fromisoformat(facts["day"])
        facts["uuid"], facts["state"] = UUID(facts["uuid"]), RouteState(facts["state"])
        return cls(**facts, stops=stops)

    @classmethod
    def of(cls, row: Route) -> "RouteShot":
        """Take a record, read by ``drafts_of``, as it stands."""
        return cls(
            uuid=row.uuid,
            counsellor=row.counsellor_id,
            day=row.day,
            job=row.job_id,
            mode=row.mode,
            state=RouteState(row.state),
            travel=row.travel,
            waiting=row.waiting,
            vehicle=row.ride.vehicle_id if row.ride else None,
            stops=tuple(_shot(stop) for stop in row.stops),
        )


def drafts_of(session: Session, days: Collection[date]) -> list[Route]:
    """Return the drafts of these days with all that a shot shows: two queries."""
    return list(session.scalars(_drafts(days)))


def locked(session: Session, keys: Collection[Key]) -> list[Route]:
    """Return the drafts with these keys, which nobody else changes meanwhile."""
    rows = session.scalars(_drafts({day for _, day in keys}).with_for_update(of=Route))
    return [row for row in rows if (row.counsellor_id, row.day) in keys]


def shots_of(rows: Iterable[Route]) -> dict[Key, RouteShot]:
    """Return a shot of each draft; days with two drafts of one person are left out."""
    found = [RouteShot.of(row) for row in rows]
    times = Counter(shot.key for shot in found)
    return {shot.key: shot for shot in found if times[shot.key] == 1}


def put_back(
    session: Session, rows: Collection[Route], shots: Iterable[RouteShot], now: datetime
) -> None:
    """Make these locked drafts look like the shots; who is on none is taken off.

    What a counsellor has said to a stop that changes is no word any more.
    """
    stops = {stop.uuid: stop for row in rows for stop in row.stops}
    drafts = {(row.counsellor_id, row.day): row for row in rows}
    before = {uuid: _promise(stop) for uuid, stop in stops.items()}
    for stop in stops.values():
        stop.position += PARKED  # a position belongs to one stop at every moment
    session.flush()
    wanted = [shot for shot in shots if shot.stops]
    kept = {stop.uuid for shot in wanted for stop in shot.stops}
    filled = {shot.key: drafts.pop(shot.key, None) for shot in wanted}
    rows_of = {s.key: filled[s.key] or _new(session, s, now) for s in wanted}
    with session.no_autoflush:  # half a move would have two stops at one position
        for shot in wanted:
            _fill(rows_of[shot.key], shot, stops, now)
    session.flush()
    gone = [stop for uuid, stop in stops.items() if uuid not in kept]
    for row in (*gone, *drafts.values()):
        session.delete(row)
    for uuid in kept & before.keys():
        if stops[uuid].answer and _promise(stops[uuid]) != before[uuid]:
            stops[uuid].answer = None
    session.flush()


def _drafts(days: Collection[date]) -> Select[Route]:
    return (
        select(Route)
        .where(Route.day.in_(days), Route.state != RouteState.PUBLISHED)
        .order_by(Route.day, Route.counsellor_id, Route.id)
        .options(
            selectinload(Route.stops).options(
                joinedload(Stop.visit_request),
                joinedload(Stop.company),
                joinedload(Stop.answer),
                joinedload(Stop.doorstep),
            ),
            joinedload(Route.ride),
            joinedload(Route.proposal),
        )
    )


def _new(session: Session, shot: RouteShot, now: datetime) -> Route:
    row = Route(
        uuid=shot.uuid,
        job_id=shot.job,
        counsellor_id=shot.counsellor,
        day=shot.day,
        mode=shot.mode,
        state=RouteState.DRAFT,  # who has been asked about a route asks it anew
        travel=0,
        waiting=0,
        changed_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _fill(
    row: Route, shot: RouteShot, stops: Mapping[UUID, Stop], now: datetime
) -> None:
    row.mode, row.travel, row.waiting = shot.mode, shot.travel, shot.waiting
    row.changed_at = now
    if (row.ride.vehicle_id if row.ride else None) != shot.vehicle:
        row.ride = Ride(vehicle_id=shot.vehicle) if shot.vehicle else None
    for position, one in enumerate(shot.stops, start=1):
        stop = stops.get(one.uuid) or Stop(uuid=one.uuid, visit_request_id=one.wish)
        stop.position, stop.pinned = position, one.pinned
        stop.leaves_for_at, stop.arrives_at = one.leaves_for_at, one.arrives_at
        stop.starts_at, stop.ends_at, stop.back_at = (
            *(one.starts_at, one.ends_at),
            one.back_at,
        )
        _accompany(stop, one)
        if stop.route is not row:
            row.stops.append(stop)


def _accompany(stop: Stop, one: StopShot) -> None:
    if not (one.is_second or one.interpreter):
        stop.company = None
        return
    stop.company = stop.company or Company()
    stop.company.is_second = one.is_second
    stop.company.interpreter_id = one.interpreter


def _promise(stop: Stop) -> tuple[int, datetime]:
    return stop.route.counsellor_id, stop.starts_at


def _shot(stop: Stop) -> StopShot:
    company = stop.company
    return StopShot(
        uuid=stop.uuid,
        wish=stop.visit_request_id,
        leaves_for_at=stop.leaves_for_at,
        arrives_at=stop.arrives_at,
        starts_at=stop.starts_at,
        ends_at=stop.ends_at,
        back_at=stop.back_at,
        pinned=stop.pinned,
        is_second=company.is_second if company else False,
        interpreter=company.interpreter_id if company else None,
    )


def _stop(found: Mapping[str, Any]) -> StopShot:
    facts = dict(found)
    facts["uuid"] = UUID(facts["uuid"])
    for name in MOMENTS:
        facts[name] = facts[name] and datetime.fromisoformat(facts[name])
    return StopShot(**facts)


def _as_text(value: date | UUID) -> str:
    if isinstance(value, datetime):
        value = value.astimezone(UTC)
    return value.isoformat() if isinstance(value, date) else str(value)
