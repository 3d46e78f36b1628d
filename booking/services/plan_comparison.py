"""What would publishing the drafts change? New, moved, gone and unchanged visits."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from booking.models import PlanningJob, Route, RouteState, db
from booking.services.board import routes_on, week_of
from booking.services.board_rows import RouteRow, StopRow
from booking.services.draft_shots import Key


class Difference(StrEnum):
    """What becomes of a visit when the drafts are published."""

    GONE = "gone"
    MOVED = "moved"
    NEW = "new"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """Who comes, and when she begins; two if two go together."""

    counsellors: tuple[str, ...]
    starts_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRow:
    """One visit as it is published, and as the drafts have it."""

    reference: str
    difference: Difference
    published: Promised | None
    draft: Promised | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A week's visits, those first that somebody has to be told of."""

    days: tuple[date, ...]
    rows: tuple[ComparedRow, ...]

    def of(self, difference: Difference) -> tuple[ComparedRow, ...]:
        """Return the visits of one kind."""
        return tuple(one for one in self.rows if one.difference == difference)


class _There(NamedTuple):
    promised: Promised
    keys: frozenset[Key]


def compared(day: date) -> Comparison:
    """Compare the drafts of a day's week with what is published."""
    days = week_of(day)
    routes = routes_on(days)
    published = _promised(r for r in routes if r.state == RouteState.PUBLISHED)
    drafts = _promised(r for r in routes if r.state != RouteState.PUBLISHED)
    replaced = _replaced(days)
    rows = [
        ComparedRow(
            reference=visit.hex[:5].upper(),
            difference=_difference(was, will, replaced),
            published=was.promised if was else None,
            draft=will.promised if will else None,
        )
        for visit in published.keys() | drafts.keys()
        for was, will in [(published.get(visit), drafts.get(visit))]
    ]
    order = list(Difference)
    rows.sort(key=lambda one: (order.index(one.difference), *_when(one)))
    return Comparison(days=days, rows=tuple(rows))


def _difference(
    was: _There | None, will: _There | None, replaced: set[Key]
) -> Difference:
    if was is None:
        return Difference.NEW
    if will is None:
        return Difference.GONE if was.keys & replaced else Difference.UNCHANGED
    same = was.promised == will.promised
    return Difference.UNCHANGED if same else Difference.MOVED


def _promised(routes: Iterable[RouteRow]) -> dict[UUID, _There]:
    there: defaultdict[UUID, list[tuple[RouteRow, StopRow]]] = defaultdict(list)
    for route in routes:
        for stop in route.stops:
            there[stop.wish.uuid].append((route, stop))
    return {
        visit: _There(
            Promised(
                counsellors=tuple(sorted(route.counsellor for route, _ in stops)),
                starts_at=stops[0][1].starts_at,
            ),
            frozenset((route.counsellor_id, route.day) for route, _ in stops),
        )
        for visit, stops in there.items()
    }


def _replaced(days: Iterable[date]) -> set[Key]:
    """Return whose published days the drafts plan anew, published visits and all."""
    jobs = db.session.scalars(
        select(PlanningJob).where(
            PlanningJob.id.in_(
                select(Route.job_id).where(
                    Route.day.in_(days), Route.state != RouteState.PUBLISHED
                )
            )
        )
    )
    return {
        (int(counsellor), date.fromisoformat(day))
        for job in jobs
        if (job.terms or {}).get("moves_published")
        for counsellor in job.modes
        for day in job.days
    }


def _when(row: ComparedRow) -> tuple[datetime, str]:
    there = row.draft or row.published
    return there.starts_at, row.reference  # type: ignore[union-attr]  # it is somewhere
