"""What if a counsellor falls ill? Her day is planned again; others hardly notice.

First nobody else moves: her visits go into what is free between the others. Then the
others may move, too, but what has been told to them costs something (``Promise``);
this second plan is taken only if it is cheaper and few of the others move in it.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from booking.routing.construct import Draft, first_order
from booking.routing.improve import Progress, Watch
from booking.routing.outcome import Plan
from booking.routing.plan import Earlier, plan
from booking.routing.problem import Problem
from booking.routing.standing import tables_of
from booking.routing.telling import as_plan
from booking.routing.ties import draft_for
from booking.routing.week import A_DAY, Counsellor, Promise, StartWindow, Visit, Week

MAY_MOVE = 10  # percent of the others


@dataclass(frozen=True, slots=True)
class _Half:
    """One half of a budget, told as if it were a whole one."""

    watch: Watch
    done: float = 0.0

    def __call__(self, progress: Progress) -> float:
        return 2 * self.watch(progress) - self.done


@dataclass(slots=True)
class _Counting:
    """Counts rounds on from an earlier search, so that a watch sees one search."""

    watch: Watch
    rounds: int = 0

    def __call__(self, progress: Progress) -> float:
        return self.watch(replace(progress, rounds=self.rounds + progress.rounds))


@dataclass(slots=True)
class _Noting:
    """Notes how many rounds a search has had."""

    watch: Watch
    rounds: int = 0

    def __call__(self, progress: Progress) -> float:
        self.rounds = progress.rounds
        return self.watch(progress)


def sick(
    week: Week, found: Plan, *, counsellor: str, day: int, seed: int, watch: Watch
) -> Plan:
    """Plan one counsellor's day again, without her, moving as few others as can be.

    ``day`` is any moment of the day. At most a tenth of the other visits move.
    """
    absent = _without(week, counsellor, day)
    told = _told(found)
    hers = _stops_of(found, counsellor, day)
    others = {name: promise for name, promise in told.items() if name not in hers}
    first = _Noting(watch)
    still = replace(absent, visits=tuple(_held(one, others) for one in absent.visits))
    calm = plan(still, seed=seed, watch=_Half(first), starts=[Earlier(found)])
    loose = replace(
        absent,
        visits=tuple(
            replace(one, published=told.get(one.id, one.published))
            for one in absent.visits
        ),
    )
    second = _Half(_Counting(watch, first.rounds), done=1.0)
    better = plan(loose, seed=seed, watch=second, starts=[Earlier(calm)])
    if _are_few(moved(found, better, set(others)), others):
        return better
    return _with_few_moves(loose, calm, others)


def moved(before: Plan, after: Plan, visits: set[str]) -> set[str]:
    """Return which of these visits have another counsellor or time, or none."""
    was, now = _told(before), _told(after)
    return {name for name in visits & set(was) if now.get(name) != was[name]}


def _with_few_moves(week: Week, calm: Plan, others: Mapping[str, Promise]) -> Plan:
    """Put in whom the calm plan leaves out, as long as few of the others move."""
    problem = Problem(week)
    draft = draft_for(problem)
    draft.adopt(tables_of(draft, calm))
    for visit in sorted(draft.left_over, key=first_order(problem)):  # type: ignore[arg-type]  # orders compare with themselves
        draft.mark()
        if draft.insert(visit) and not _are_few(_elsewhere(draft, others), others):
            draft.undo()
    return as_plan(draft)


def _are_few(some: AbstractSet[str], others: Mapping[str, Promise]) -> bool:
    return len(some) * 100 <= MAY_MOVE * len(others)


def _elsewhere(draft: Draft, others: Mapping[str, Promise]) -> set[str]:
    """Return which of the others have another time; nobody is ever taken out here."""
    problem = draft.problem
    return {
        name
        for table in draft.tables
        for node, start in zip(table.visits, table.starts(), strict=True)
        if (name := problem.week.visits[problem.base[node]].id) in others
        and others[name].start != start
    }


def _without(week: Week, counsellor: str, day: int) -> Week:
    return replace(
        week,
        counsellors=tuple(
            _absent(one, day) if one.id == counsellor else one
            for one in week.counsellors
        ),
    )


def _absent(one: Counsellor, day: int) -> Counsellor:
    left = (duty for duty in one.duties if duty.start // A_DAY != day // A_DAY)
    return replace(one, duties=tuple(left))


def _told(plan_: Plan) -> dict[str, Promise]:
    return {
        stop.visit: Promise(route.counsellor, stop.starts)
        for route in reversed(plan_.routes)
        for stop in route.stops
    }


def _stops_of(found: Plan, counsellor: str, day: int) -> set[str]:
    return {
        stop.visit
        for route in found.routes
        if route.counsellor == counsellor
        and route.shift_starts // A_DAY == day // A_DAY
        for stop in route.stops
    }


def _held(visit: Visit, others: dict[str, Promise]) -> Visit:
    """Return the visit as if it were pinned to where it is, if it is one of others."""
    promise = others.get(visit.id)
    if promise is None:
        return visit
    window = (StartWindow(promise.start, promise.start),)
    if visit.crew > 1:
        return replace(visit, windows=window)
    return replace(visit, windows=window, allowed=frozenset({promise.counsellor}))
