"""Who of several free counsellors is chosen? Her own, as wished, a fair share."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

_FULL = 1.0  # share of the offered hours that are booked


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A counsellor who is free, with what she offers that week and what is booked."""

    id: int
    is_own: bool
    is_wished: bool  # a woman, where a client would rather talk with one
    speaks_language: bool
    offered: timedelta
    booked: timedelta

    @property
    def share_booked(self) -> float:
        """How much of her offered time is booked; who offers none counts as full."""
        return self.booked / self.offered if self.offered else _FULL


def by_preference(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Order counsellors: the client's own, as wished, a shared language, least booked.

    The share, not the hours, is compared, so that part-timers are not overloaded.
    """
    return sorted(
        candidates,
        key=lambda one: (
            not one.is_own,
            not one.is_wished,
            not one.speaks_language,
            one.share_booked,
            one.id,
        ),
    )
