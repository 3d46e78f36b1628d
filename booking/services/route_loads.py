"""How much does each counsellor drive in a week, and what would be a fair share?"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from booking.models import ConsultationType, Place, RouteState, db
from booking.services.board import routes_on, week_of
from booking.services.board_rows import RouteRow
from booking.services.paper_week import team
from booking.services.rota import Rota

NOTHING = timedelta()


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRow:
    """A counsellor's week: the hours she offers, and what routes take of them.

    ``fair`` is the part of everybody's load that her part of the hours makes hers.
    """

    counsellor: str
    offered: timedelta
    visits: int
    at_doors: timedelta
    on_the_way: timedelta
    waiting: timedelta
    fair: timedelta

    @property
    def load(self) -> timedelta:
        """What is weighed against her fair share: visits and ways."""
        return self.at_doors + self.on_the_way

    @property
    def over(self) -> timedelta:
        """How much more than her fair share it is; below zero it is less."""
        return self.load - self.fair


@dataclass(frozen=True, slots=True, kw_only=True)
class Loads:
    """The loads of a week, drafts and published routes apart."""

    days: tuple[date, ...]
    drafts: tuple[LoadRow, ...]
    published: tuple[LoadRow, ...]


def loads(day: date, *, now: datetime) -> Loads:
    """Return the loads of a day's week; the number of queries does not grow."""
    days = week_of(day)
    session = db.session()
    names = {one: row.name for one, row in team(session).items()}
    kind = session.scalars(
        select(ConsultationType.id).where(ConsultationType.place == Place.HOME)
    ).first()
    rota = Rota.read(session, days, now=now, only=names.keys())
    offered = {
        one: sum(
            (
                stretch.length
                for each in days
                for stretch in rota.duties(one, each, kind or 0)
            ),
            NOTHING,
        )
        for one in rota.counsellors
    }
    routes = routes_on(days)
    published = [one for one in routes if one.state == RouteState.PUBLISHED]
    drafts = [one for one in routes if one.state != RouteState.PUBLISHED]
    return Loads(
        days=days,
        drafts=_rows(drafts, offered, names),
        published=_rows(published, offered, names),
    )


def _rows(
    routes: Iterable[RouteRow],
    offered: dict[int, timedelta],
    names: dict[int, str],
) -> tuple[LoadRow, ...]:
    hers: defaultdict[int, list[RouteRow]] = defaultdict(list)
    for route in routes:
        hers[route.counsellor_id].append(route)
    if not hers:
        return ()
    hours = sum(offered.values(), NOTHING)
    load = sum((_load(one) for some in hers.values() for one in some), NOTHING)
    known = names | {one: some[0].counsellor for one, some in hers.items()}
    return tuple(
        LoadRow(
            counsellor=known[one],
            offered=(mine := offered.get(one, NOTHING)),
            visits=sum(len(route.stops) for route in hers[one]),
            at_doors=sum(map(_at_doors, hers[one]), NOTHING),
            on_the_way=sum((route.travel for route in hers[one]), NOTHING),
            waiting=sum((route.waiting for route in hers[one]), NOTHING),
            fair=load * (mine / hours) if hours else NOTHING,
        )
        for one in sorted(known, key=lambda one: (known[one], one))
        if offered.get(one) or one in hers
    )


def _at_doors(route: RouteRow) -> timedelta:
    return sum((stop.ends_at - stop.starts_at for stop in route.stops), NOTHING)


def _load(route: RouteRow) -> timedelta:
    return _at_doors(route) + route.travel
