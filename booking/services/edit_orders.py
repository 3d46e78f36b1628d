"""In which order does a coordinator want the stops? Her deed, applied to the tours."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from uuid import UUID

from booking.models import TO_BE_PLANNED
from booking.routing import Kept, Spot, Tour
from booking.services.draft_shots import Key
from booking.services.paper_tours import Interval
from booking.services.paper_week import PaperWeek
from booking.services.plan_steps import Deed

NOBODY = frozenset[str]()


class ChangedMeanwhile(Exception):
    """The route is not any more what the page showed."""


class NotOnDraft(Exception):
    """The visit stands on no draft that can be changed by hand."""


class NowhereToGo(Exception):
    """There is nothing earlier, or later, on her day."""


class TwoGoTogether(Exception):
    """Two counsellors are needed, and a place for only one was named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A deed that somebody asks for, and what the page showed when she did.

    ``counsellor`` says whose stop it is if two go; ``start`` and ``interpreter`` come
    with a place that was offered; ``seen`` are versions of drafts.
    """

    deed: Deed
    visit: UUID
    counsellor: int | None = None
    spots: tuple[Spot, ...] = ()
    start: int | None = None
    interpreter: str | None = None
    seen: frozenset[str] = NOBODY
    agreed: str = ""


def concerned(week: PaperWeek, wanted: Wanted) -> frozenset[Key]:
    """Return the drafts that the deed is about.

    Raises ``NotOnDraft``, or ``ChangedMeanwhile`` where a place is no more.
    """
    there = week.where(str(wanted.visit))
    known = week.wishes.get(str(wanted.visit))
    if wanted.deed == Deed.PUT_IN:
        if there or known is None or known.state not in TO_BE_PLANNED:
            raise ChangedMeanwhile
    elif not there:
        raise NotOnDraft
    spots = {(spot.counsellor, spot.shift_starts) for spot in wanted.spots}
    if not spots <= week.orders.keys():
        raise ChangedMeanwhile  # her hours are others now
    if wanted.deed in {Deed.EARLIER, Deed.LATER}:
        return frozenset({week.key_of(_hers(week, wanted))})
    return frozenset(week.key_of(one) for one in (*there, *spots))


def _hers(week: PaperWeek, wanted: Wanted) -> Interval:
    """Return the tour of the counsellor whose stop was named."""
    there = week.where(str(wanted.visit))
    named = [one for one in there if one[0] == str(wanted.counsellor)]
    if not there or (wanted.counsellor is not None and not named):
        raise NotOnDraft
    return (named or there)[0]


def ordered(week: PaperWeek, wanted: Wanted) -> dict[Interval, Tour]:
    """Return all tours as they are wanted. Raises the other refusals above."""
    visit, orders = str(wanted.visit), dict(week.orders)
    if wanted.deed in {Deed.EARLIER, Deed.LATER}:
        return orders | dict(_shifted(week, _hers(week, wanted), wanted))
    leaving = week.where(visit)
    crew = next(one.crew for one in week.week.visits if one.id == visit)
    if wanted.deed == Deed.MOVE and len(wanted.spots) < crew:
        leaving = [_hers(week, wanted)]
    elif wanted.deed == Deed.PUT_IN and len(wanted.spots) < crew:
        raise TwoGoTogether
    for one in leaving:
        left = tuple(name for name in orders[one].visits if name != visit)
        orders[one] = replace(orders[one], visits=left)
    for spot in wanted.spots:
        there = (spot.counsellor, spot.shift_starts)
        visits, at = orders[there].visits, spot.position
        orders[there] = replace(
            orders[there], visits=(*visits[:at], visit, *visits[at:])
        )
    return orders


def _shifted(
    week: PaperWeek, here: Interval, wanted: Wanted
) -> Iterator[tuple[Interval, Tour]]:
    """Move a stop by one, or into the free interval before or behind."""
    visit, tour = str(wanted.visit), week.orders[here]
    place, by = tour.visits.index(visit), -1 if wanted.deed == Deed.EARLIER else 1
    others = [name for name in tour.visits if name != visit]
    if 0 <= place + by <= len(others):
        others.insert(place + by, visit)
        yield here, replace(tour, visits=tuple(others))
        return
    next_one = _neighbour(week, here, by)
    if next_one is None:
        raise NowhereToGo
    there = week.orders[next_one]
    joined = (*there.visits, visit) if by < 0 else (visit, *there.visits)
    yield here, replace(tour, visits=tuple(others))
    yield next_one, replace(there, visits=joined)


def _neighbour(week: PaperWeek, here: Interval, by: int) -> Interval | None:
    """Return her free interval before or behind this one, on the same day."""
    key = week.key_of(here)
    day = sorted(one for one in week.orders if week.key_of(one) == key)
    place = day.index(here) + by
    return day[place] if 0 <= place < len(day) else None


def still_kept(kept: Kept, visit: str, wanted: Wanted) -> Kept:
    """Let go of the moment of the visit that moves; it may bring one of its own."""
    starts = {name: start for name, start in kept.starts.items() if name != visit}
    if wanted.start is not None:
        starts[visit] = wanted.start
    called = {visit: wanted.interpreter} if wanted.interpreter else {}
    return Kept(starts, {**kept.interpreters, **called})
