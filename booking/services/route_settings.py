"""What does a plan weigh, and how are routes published? An office decides."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime

from booking.routing import Costs
from booking.services.journal import Actor, note
from booking.services.office import Decisions, ImpossibleSetting, decide
from booking.services.writing import write_session

A_MINUTE, AN_HOUR = 60, 3600  # seconds
# What each number may be: none of them turns a plan upside down.
BOUNDS = {
    "other_counsellor": (0, 120),
    "familiar": (0, 120),
    "moved_counsellor": (0, 120),
    "moved_day": (0, 120),
    "moved_hour": (0, 120),
    "unfair": (0, 200),
    "unplanned": (1, 48),
    "overdue": (0, 48),
    "overdue_weeks": (1, 52),
    "publish_days": (0, 20),
    "near_minutes": (1, 60),
    "alert_minutes": (5, 240),
}
LONGEST_LINK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSettings:
    """How visits are weighed, published and driven; impossible ones are refused.

    The first five are minutes of travel; ``unfair`` is percent; ``unplanned`` and
    ``overdue`` (for each week) are hours. ``publish_days`` are working days before
    the route, because letters go by post. ``map_link`` is an address with ``{lat}``
    and ``{lon}``; "" is the phone's own map (a geo: link, RFC 5870).
    """

    other_counsellor: int = 15
    familiar: int = 5
    moved_counsellor: int = 10
    moved_day: int = 5
    moved_hour: int = 5
    unfair: int = 25
    unplanned: int = 4  # doubled for each step of urgency
    overdue: int = 2
    overdue_weeks: int = 3  # after so many weeks a wish is overdue, unless staff say
    publish_days: int = 3
    near_minutes: int = 10
    alert_minutes: int = 30  # after the end of a visit for two that nobody has left
    may_export: bool = False  # GPX, GeoJSON and links to maps
    map_link: str = ""

    def __post_init__(self) -> None:
        sound = all(
            low <= getattr(self, name) <= high for name, (low, high) in BOUNDS.items()
        )
        link = self.map_link
        if not sound or len(link) > LONGEST_LINK or not _is_link(link):
            raise ImpossibleSetting

    @property
    def costs(self) -> Costs:
        """What the search weighs, in seconds of travel."""
        least = self.unplanned * AN_HOUR
        return Costs(
            other_counsellor=self.other_counsellor * A_MINUTE,
            familiar=self.familiar * A_MINUTE,
            unplanned=(least, 2 * least, 4 * least),
            overdue=self.overdue * AN_HOUR,
            moved_counsellor=self.moved_counsellor * A_MINUTE,
            moved_day=self.moved_day * A_MINUTE,
            moved_hour=self.moved_hour * A_MINUTE,
            unfair=self.unfair,
        )


def route_settings(decided: Decisions) -> RouteSettings:
    """Return what the office has decided, or what it starts out with."""
    names = {one.name for one in fields(RouteSettings)}
    return RouteSettings(**{k: v for k, v in decided.routes.items() if k in names})


def save_route_settings(wanted: RouteSettings, *, by: int, now: datetime) -> None:
    """Decide how routes are weighed, published and driven from now on."""
    with write_session() as session:
        decide(session, now=now, routes=asdict(wanted))
        note(session, Actor.STAFF, "settle routes", "office", now=now, staff=by)


def _is_link(link: str) -> bool:
    if not link:
        return True
    begun = link.startswith(("https://", "http://", "geo:"))
    return begun and "{lat}" in link and "{lon}" in link
