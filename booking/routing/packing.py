"""Which routes make the best plan of all? Proven, where a part of a week is small.

Every visit and every shift is an item that one choice covers: a route covers its shift
and its visits, and "left out" or "stays in the office" covers one item. With good
prices (``prices``) a choice costs what it falls short of the bound by, and hardly any
costs little; so those within a small reach are searched in full, and the reach grows
until a plan is found: set partitioning (Balinski and Quandt 1964) with reduced costs
as in Baldacci, Christofides and Mingozzi (2008), Knuth's Algorithm X (2000) and
iterative deepening (Korf 1985).
"""

from collections.abc import Iterator, Sequence
from functools import reduce
from operator import or_
from typing import NamedTuple

from booking.routing.columns import Column, Spend, columns_of
from booking.routing.construct import Draft
from booking.routing.prices import priced
from booking.routing.problem import Problem
from booking.routing.schedule import Timetable, timetable

REACH = 128  # seconds of cost below the bound, to begin with


class Choice(NamedTuple):
    """One way to cover some items (a bit for each), and what it costs."""

    cost: int
    covers: int
    shift: int
    visits: tuple[int, ...]


class _Node(NamedTuple):
    """Choices made, what they cost, and what is open: items, and choices for them."""

    spent: int
    items: int
    open: Sequence[Choice]
    made: tuple[Choice, ...]


def is_separable(problem: Problem) -> bool:
    """Tell whether a route costs the same whatever the others are, and when it is."""
    return not problem.is_tied and not problem.has_promises


def best_of_all(draft: Draft, shifts: Sequence[int], spend: Spend) -> list[Timetable]:
    """Return the best timetables that these shifts can have; raises ``TooMuch``.

    Best for the visits that are on them and for those that are on none.
    """
    problem, leave_out = draft.problem, _leave_out(draft)
    standing = [draft.tables[shift] for shift in shifts]
    visits = {visit for table in standing for visit in table.visits}
    reached = sum(leave_out[visit] for visit in visits)
    reached -= sum(table.cost for table in standing)
    worth = {visit: leave_out[visit] for visit in visits | draft.left_over}
    columns = columns_of(problem, shifts, worth, spend)
    prices = priced(columns, leave_out, reached, spend)
    choices = sorted(_choices(shifts, columns, prices.of))
    made = _deepened(choices, prices.bound - reached, spend)
    if made is None:
        return standing
    driven = [one for one in made if one.shift >= 0]
    return [timetable(problem, one.shift, one.visits) for one in driven]


def _leave_out(draft: Draft) -> list[int]:
    """Return what leaving out costs: of what is pinned and stands, more than all."""
    problem, left_over = draft.problem, draft.left_over
    iron = sum(problem.leave_out)
    return [
        cost + iron * (problem.pinned[visit] and visit not in left_over)
        for visit, cost in enumerate(problem.leave_out)
    ]


def _choices(
    shifts: Sequence[int], columns: Sequence[Sequence[Column]], prices: Sequence[int]
) -> Iterator[Choice]:
    """Yield all choices, with what the bound would fall by if they were made."""
    asked = {visit for some in columns for column in some for visit in column.visits}
    for visit in asked:
        yield Choice(prices[visit], 1 << visit, -1, (visit,))
    for number, (shift, some) in enumerate(zip(shifts, columns, strict=True)):
        item = 1 << len(prices) + number
        left = [gain - sum(prices[v] for v in visits) for gain, visits in some]
        most = max([0, *left])
        yield Choice(most, item, shift, ())
        for (_, visits), one in zip(some, left, strict=True):
            covers = item | sum(1 << visit for visit in visits)
            yield Choice(most - one, covers, shift, visits)


def _deepened(
    choices: Sequence[Choice], most: int, spend: Spend
) -> tuple[Choice, ...] | None:
    """Cover all items as cheaply as can be, and below ``most``, if that can be."""
    items = reduce(or_, (choice.covers for choice in choices), 0)
    reach = min(REACH, most)
    while True:
        near = [choice for choice in choices if choice.cost < reach]
        made = _covered(_Node(0, items, near, ()), reach, spend)
        if made is not None or reach >= most:
            return made
        reach = min(2 * reach, most)


def _covered(root: _Node, below: int, spend: Spend) -> tuple[Choice, ...] | None:
    """Cover all items as cheaply as can be, and ``below`` a cost; depth first."""
    best, todo = None, [(root, choice) for choice in _hardest(root, below)]
    while todo:
        node, choice = todo.pop()
        if node.spent + choice.cost >= below:
            continue
        node = _after(node, choice)
        spend(len(node.open))
        if not node.items:
            best, below = node.made, node.spent
        todo += ((node, choice) for choice in _hardest(node, below - node.spent))
    return best


def _after(node: _Node, made: Choice) -> _Node:
    return _Node(
        node.spent + made.cost,
        node.items & ~made.covers,
        [choice for choice in node.open if not choice.covers & made.covers],
        (*node.made, made),
    )


def _hardest(node: _Node, room: int) -> Sequence[Choice]:
    """Return the choices for the item that is hardest to cover, the dearest first.

    That is one with a single choice left; else the one whose cheapest choice costs
    most, or whose second does. None at all if some item cannot be covered.
    """
    found: dict[int, list[Choice]] = {}
    for choice in node.open:
        if choice.cost >= room:
            break
        items = choice.covers
        while items:
            item = items & -items
            found.setdefault(item, []).append(choice)
            items ^= item
    if not node.items or len(found) < node.items.bit_count():
        return ()
    return min(found.values(), key=_ease)[::-1]


def _ease(choices: Sequence[Choice]) -> tuple[bool, int, int]:
    several = len(choices) > 1
    return several, -choices[0].cost, -choices[several].cost
