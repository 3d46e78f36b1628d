"""Which calendars could an app subscribe to in an invented office?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from booking.models import FeedScope, Role, StaffMember
from booking.services import feeds, interpreter_list

LABEL = "Demo"


@dataclass(frozen=True, slots=True)
class InventedFeed:
    """A calendar that an app could subscribe to."""

    counsellor: str
    token: str


@dataclass(frozen=True, slots=True)
class OtherFeed:
    """A calendar that is no counsellor's own: an interpreter's, or of all routes."""

    of: str
    token: str


def of_counsellors(
    team: Iterable[StaffMember], *, now: datetime
) -> Iterator[InventedFeed]:
    """Open a feed of each counsellor."""
    for one in team:
        yield InventedFeed(one.name, feeds.subscribe(one.id, LABEL, now=now))


def of_others(team: Sequence[StaffMember], *, now: datetime) -> Iterator[OtherFeed]:
    """Open one of all routes, and one of each interpreter who is asked for."""
    for one in team:
        if Role.COORDINATOR in one.roles:
            shows = FeedScope.ROUTES
            token = feeds.subscribe(one.id, LABEL, now=now, shows=shows)
            yield OtherFeed(f"all routes, for {one.name}", token)
    for listed in interpreter_list.listed(now=now):
        if listed.coming:
            uuid, by = listed.row.uuid, team[0].id
            token = feeds.subscribe_interpreter(uuid, LABEL, by=by, now=now)
            yield OtherFeed(f"{listed.row.name}, interpreter", token)
