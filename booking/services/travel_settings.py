"""How fast does one get about in this town? What the office says of its streets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from booking.models.running import zone
from booking.routing import MODES, ImpossibleWeek, TravelMode
from booking.scheduling import TimeWindow, instant
from booking.services.journal import Actor, note
from booking.services.office import Decisions, ImpossibleSetting, decide
from booking.services.writing import write_session

# From a slow day to a fast one; faster than that, nobody gets through a town.
SPEEDS = {"foot": (2, 7), "bike": (6, 30), "car": (8, 60), "pt": (6, 50)}  # km/h
DETOURS = (100, 250)  # percent of the way as the crow flies
EXTRAS = (0, 30)  # minutes for parking, locking, waiting
RUSH = (0, 150)  # percent longer
RUSH_PERCENT = 0  # until the office says otherwise
RUSH_HOURS = ((time(7), time(9)), (time(16), time(18)))
IN_RUSH_HOUR = "car"
SATURDAY = 5  # Monday is 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelSettings:
    """How fast, with which detours and extra minutes; impossible ones are refused."""

    modes: Mapping[str, TravelMode]
    rush_percent: int = RUSH_PERCENT
    rush_hours: tuple[tuple[time, time], ...] = RUSH_HOURS

    def __post_init__(self) -> None:
        sound = (
            self.modes.keys() == MODES.keys()
            and all(_is_sound(name, mode) for name, mode in self.modes.items())
            and RUSH[0] <= self.rush_percent <= RUSH[1]
            and all(begin < end for begin, end in self.rush_hours)
        )
        if not sound:
            raise ImpossibleSetting

    def rush_on(self, days: Iterable[date]) -> list[TimeWindow]:
        """Return when the streets of these days are full; at weekends they are not."""
        return [
            TimeWindow(instant(day, begin, zone()), instant(day, end, zone()))
            for day in days
            if day.weekday() < SATURDAY
            for begin, end in self.rush_hours
        ]


def travel_settings(decided: Decisions) -> TravelSettings:
    """Return what the office has decided, or what it starts out with."""
    kept = decided.travel
    modes = {
        name: _mode(usual, kept.get("modes", {}).get(name, {}))
        for name, usual in MODES.items()
    }
    hours = kept.get("rush_hours")
    return TravelSettings(
        modes=_never_slower_than_walking(modes),
        rush_percent=int(kept.get("rush_percent", RUSH_PERCENT)),
        rush_hours=RUSH_HOURS if hours is None else tuple(map(_span, hours)),
    )


def travel_modes(
    figures: Mapping[str, tuple[float, float, float]],
) -> Mapping[str, TravelMode]:
    """Make the modes of an office from km/h, detour and extra minutes.

    Raises ``ImpossibleSetting``.
    """
    try:
        modes = {name: _mode(MODES[name], kept) for name, kept in figures.items()}
    except ImpossibleWeek as fault:
        raise ImpossibleSetting from fault
    return _never_slower_than_walking(modes)


def save_travel_settings(wanted: TravelSettings, *, by: int, now: datetime) -> None:
    """Decide how travel is planned from now on."""
    kept = {
        "modes": {
            name: [mode.kmh, mode.detour, mode.extra_minutes]
            for name, mode in wanted.modes.items()
        },
        "rush_percent": wanted.rush_percent,
        "rush_hours": [
            [begin.isoformat("minutes"), end.isoformat("minutes")]
            for begin, end in wanted.rush_hours
        ],
    }
    with write_session() as session:
        decide(session, now=now, travel=kept)
        note(session, Actor.STAFF, "settle travel", "office", now=now, staff=by)


def _mode(usual: TravelMode, kept: Any) -> TravelMode:
    if not kept:
        return usual
    kmh, detour, extra = kept
    return replace(usual, kmh=kmh, detour=detour, extra_minutes=extra)


def _never_slower_than_walking(
    modes: Mapping[str, TravelMode],
) -> Mapping[str, TravelMode]:
    return {
        name: replace(mode, slowest=modes["foot"]) if mode.slowest else mode
        for name, mode in modes.items()
    }


def _span(kept: list[str]) -> tuple[time, time]:
    begin, end = kept
    return time.fromisoformat(begin), time.fromisoformat(end)


def _is_sound(name: str, mode: TravelMode) -> bool:
    slowest, fastest = SPEEDS[name]
    least, most = (percent / 100 for percent in DETOURS)
    return (
        slowest <= mode.kmh <= fastest
        and least <= mode.detour <= most
        and EXTRAS[0] <= mode.extra_minutes <= EXTRAS[1]
    )
