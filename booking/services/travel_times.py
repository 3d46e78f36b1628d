"""How long are the ways of a week? Asked of roads or a server, outside of any unit.

Whatever fails, a plan is drawn up: great circles then take its place, and the
coordinator is told so.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import product
from pathlib import Path

from booking.geography import (
    NoTravelTimes,
    RoadMap,
    Roads,
    TravelServer,
    Ways,
    known_ways,
)
from booking.models import AT_THE_OFFICE
from booking.models.running import settings, zone
from booking.routing import Point, TravelMode, Visit, Week
from booking.scheduling import TimeWindow
from booking.services.travel_settings import IN_RUSH_HOUR, TravelSettings

SILENT = "travel_silent"  # nobody measured anything
GAPS = "travel_gaps"  # for some ways, no way was found
A_MINUTE = 60  # seconds

# Minutes of the ways that staff know, by mode and by their two ends.
Known = Mapping[str, Mapping[frozenset[bytes], int]]


@dataclass(frozen=True, slots=True)
class Measured:
    """The ways of a week, and what had to be done without."""

    ways: Ways
    warnings: tuple[str, ...] = ()


def measured(
    week: Week, *, decided: TravelSettings, known: Known, alive: Callable[[], object]
) -> Measured:
    """Measure all ways of a week by the modes in use; ``alive`` is called meanwhile."""
    modes = _in_traffic(week, decided)
    in_use = {one.mode for one in week.counsellors}
    found, warnings = _asked(week, in_use, modes, decided, alive)
    for mode in in_use:
        said = dict(_said(week, known.get(mode, {})))
        found[mode] = found.get(mode, {}) | said
    return Measured(Ways(modes, found), tuple(sorted(warnings)))


def _asked(
    week: Week,
    in_use: set[str],
    modes: Mapping[str, TravelMode],
    decided: TravelSettings,
    alive: Callable[[], object],
) -> tuple[dict[str, dict[tuple[Point, Point], int]], set[str]]:
    points = list(dict.fromkeys([week.office, *(one.point for one in week.visits)]))
    found: dict[str, dict[tuple[Point, Point], int]] = {}
    warnings: set[str] = set()
    road_map = _road_map()
    if road_map is None:
        return found, warnings
    for mode in sorted(in_use & set(road_map.modes)):
        alive()
        try:
            rows = road_map.measured(points, mode)
        except NoTravelTimes:
            warnings.add(SILENT)
            break  # the next mode would only wait as long
        warnings |= {GAPS} if any(None in row for row in rows) else set()
        slower = decided.modes[mode].kmh / modes[mode].kmh
        found[mode] = known_ways(points, rows, modes[mode], slower=slower)
    return found, warnings


def share_within(week: Week, mode: str, rush: list[TimeWindow]) -> float:
    """Return which part of the work of those who travel so lies in the rush hour."""
    duties = [
        (duty.start, duty.end)
        for one in week.counsellors
        if one.mode == mode
        for duty in one.duties
    ]
    full = [(window.start.timestamp(), window.end.timestamp()) for window in rush]
    worked = sum(end - start for start, end in duties)
    slow = sum(
        max(0.0, min(end, until) - max(start, begin))
        for start, end in duties
        for begin, until in full
    )
    return slow / worked if worked else 0.0


def _in_traffic(week: Week, decided: TravelSettings) -> Mapping[str, TravelMode]:
    """Return the modes as they are on these days, cars slowed down by the rush hour.

    Times of a plan do not depend on the hour: the mean is taken, by how much of the
    work lies in the rush hour. At ten minutes a way the error is a minute or two.
    """
    share = share_within(week, IN_RUSH_HOUR, decided.rush_on(_days_of(week)))
    slower = 1 + decided.rush_percent / 100 * share
    car = decided.modes[IN_RUSH_HOUR]
    return {**decided.modes, IN_RUSH_HOUR: replace(car, kmh=car.kmh / slower)}


def _road_map() -> RoadMap | None:
    kind, url = settings().travel, settings().travel_url
    if kind == "roads":
        return Roads(Path(url))
    return None if kind == "circle" else TravelServer(kind, url)


def _said(
    week: Week, known: Mapping[frozenset[bytes], int]
) -> Iterator[tuple[tuple[Point, Point], int]]:
    """Yield the ways that staff know, there and back."""
    if not known:
        return
    places: dict[bytes, set[Point]] = {AT_THE_OFFICE: {week.office}}
    for visit in week.visits:
        places.setdefault(_hash_of(visit), set()).add(visit.point)
    for ends, minutes in known.items():
        one, other = (places.get(end, set()) for end in ends)
        for here, there in product(one, other):
            if here != there:
                yield (here, there), minutes * A_MINUTE
                yield (there, here), minutes * A_MINUTE


def _hash_of(visit: Visit) -> bytes:
    """Return the hash of its address; one without an address has ways of its own."""
    try:
        return bytes.fromhex(visit.address)
    except ValueError:
        return visit.address.encode()


def _days_of(week: Week) -> set[date]:
    starts = (duty.start for one in week.counsellors for duty in one.duties)
    return {datetime.fromtimestamp(start, zone()).date() for start in starts}
