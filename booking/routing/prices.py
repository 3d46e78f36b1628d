"""What is each visit worth, and how good can a plan be at all?

A visit has a price: whoever takes it on gets it, and whoever leaves it out pays it.
Every shift then drives what gains it most, as if there were no others. What visits
and shifts earn together no plan can exceed. Where two shifts want one visit its price
rises, where none does it falls, until the bound is as low as it gets: Lagrangian
relaxation (Held and Karp 1971; Fisher 1981), with the step of Polyak (1969).
"""

from collections.abc import Sequence
from typing import NamedTuple

from booking.routing.columns import Column, Spend
from booking.routing.problem import NEVER

FIRST = 0.6  # of what leaving out costs: near where prices end, as measured
PATIENCE = 8  # rounds of prices without a better bound, until steps are halved
PROGRESS = 1000  # a bound that is better by less than such a part is not


class Prices(NamedTuple):
    """The price of each visit, and the gain that no plan can exceed."""

    of: list[int]
    bound: int


def priced(
    columns: Sequence[Sequence[Column]],
    leave_out: Sequence[int],
    reached: int,
    spend: Spend,
) -> Prices:
    """Find prices with a low bound; ``reached`` is the gain of a plan that there is."""
    size = sum(len(some) for some in columns)
    asked = {visit for some in columns for column in some for visit in column.visits}
    prices = [int(FIRST * cost) * (n in asked) for n, cost in enumerate(leave_out)]
    best, share, since = Prices(prices, NEVER), 1.0, 0
    while True:
        bound, excess = _answered(columns, prices)
        spend(size)
        since = 0 if _is_progress(bound, best.bound, reached) else since + 1
        if bound < best.bound:
            best = Prices(prices, bound)
        if since >= PATIENCE:
            share, since, prices = share / 2, 0, best.of
        step = share * (bound - reached) / max(1, sum(one * one for one in excess))
        if step < 1 or not any(excess):
            return best
        prices = [
            max(0, price + round(step * more))
            for price, more in zip(prices, excess, strict=True)
        ]


def _answered(
    columns: Sequence[Sequence[Column]], prices: list[int]
) -> tuple[int, list[int]]:
    """Let every shift choose: return the bound, and how many too many want a visit."""
    bound, excess = sum(prices), [-1] * len(prices)
    for some in columns:
        most, chosen = 0, tuple[int, ...]()
        for gain, visits in some:
            left = gain
            for visit in visits:
                left -= prices[visit]
            if left > most:
                most, chosen = left, visits
        bound += most
        for visit in chosen:
            excess[visit] += 1
    free = (price == 0 and more < 0 for price, more in zip(prices, excess, strict=True))
    return bound, [0 if no else more for no, more in zip(free, excess, strict=True)]


def _is_progress(bound: int, best: int, reached: int) -> bool:
    return best - bound > max(1, (best - reached) // PROGRESS)
