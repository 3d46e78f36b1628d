"""Who and what can come along on a plan's days? Interpreters and the office's vehicles.

An interpreter's time is taken, in the calendar, from the moment in which the counsellor
leaves for the visit; so between two visits she needs about as long as a way across
the town, however she gets there herself.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from booking.models import Place, Ride, Route, RouteState, Stop, Vehicle
from booking.models.running import zone
from booking.routing import Interpreter
from booking.routing import Vehicle as PooledVehicle
from booking.scheduling import TimeWindow, hours_on
from booking.services.interpreter_pool import Member, Pool
from booking.services.planning_time import seconds

BETWEEN_VISITS = timedelta(minutes=45)


@dataclass(frozen=True, slots=True)
class Interpreters:
    """Who could interpret on these days, and who of them speaks which language."""

    all: tuple[Interpreter, ...]
    speaking: dict[str, frozenset[str]]


def interpreters(
    session: Session,
    languages: Collection[str],
    days: Sequence[date],
    *,
    now: datetime,
) -> Interpreters:
    """Read their free hours: three queries, however many languages there are."""
    pools = Pool.of_languages(session, languages, Place.HOME, days, now=now)
    members = {
        one: member for pool in pools.values() for one, member in pool.members.items()
    }
    return Interpreters(
        all=tuple(
            Interpreter(
                id=str(one),
                hours=tuple(_free(member, days, now)),
                between=int(BETWEEN_VISITS.total_seconds()),
            )
            for one, member in sorted(members.items())
        ),
        speaking={
            language: frozenset(map(str, pool.members))
            for language, pool in pools.items()
            if pool.members
        },
    )


def _free(
    member: Member, days: Iterable[date], now: datetime
) -> Iterator[tuple[int, int]]:
    """Yield her hours without what is taken, once she can know of a visit."""
    knows = now + member.lead
    for day in days:
        for hours in hours_on(member.hours, day, zone()):
            begins = max(hours.start, knows)
            if begins < hours.end:
                yield from _between(TimeWindow(begins, hours.end), member.taken)


def _between(
    hours: TimeWindow, taken: Iterable[TimeWindow]
) -> Iterator[tuple[int, int]]:
    begins = seconds(hours.start)
    for window in sorted(taken, key=lambda one: one.start):
        if window.overlaps(hours):
            if begins < seconds(window.start):
                yield begins, seconds(window.start)
            begins = max(begins, seconds(window.end))
    if begins < seconds(hours.end):
        yield begins, seconds(hours.end)


def vehicles(
    session: Session, days: Sequence[date], *, moves_published: bool
) -> tuple[PooledVehicle, ...]:
    """Read the pool, and when each is away or on a published route: three queries.

    Published routes that are planned anew give their vehicles back.
    """
    rows = session.scalars(
        select(Vehicle)
        .where(Vehicle.retired_at.is_(None))
        .order_by(Vehicle.id)
        .options(selectinload(Vehicle.away))
    ).all()
    if not rows:
        return ()
    taken = {} if moves_published else _ridden(session, days)
    return tuple(
        PooledVehicle(
            id=str(row.id),
            mode=row.mode,
            busy=tuple(
                (seconds(begins), seconds(ends))
                for begins, ends in sorted(
                    [
                        *((away.starts_at, away.ends_at) for away in row.away),
                        *taken.get(row.id, ()),
                    ]
                )
            ),
        )
        for row in rows
    )


def _ridden(
    session: Session, days: Sequence[date]
) -> dict[int, list[tuple[datetime, datetime]]]:
    rides = session.execute(
        select(
            Ride.vehicle_id,
            func.min(Stop.leaves_for_at),
            func.max(func.coalesce(Stop.back_at, Stop.ends_at)),
        )
        .join(Route, Route.id == Ride.route_id)
        .join(Stop, Stop.route_id == Route.id)
        .where(Route.day.in_(days), Route.state == RouteState.PUBLISHED)
        .group_by(Ride.id, Ride.vehicle_id)
    )
    found: defaultdict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for vehicle, leaves, back in rides:
        found[vehicle].append((leaves, back))
    return found
