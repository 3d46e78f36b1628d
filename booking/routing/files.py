"""How is a week written down? JSON in local wall time, as ``check_plan`` reads it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from booking.routing.explain import sentence
from booking.routing.week import (
    Costs,
    Counsellor,
    Duty,
    ImpossibleWeek,
    Plan,
    Point,
    Route,
    StartWindow,
    TravelMode,
    Visit,
    Week,
)

T = TypeVar("T")

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall time, as the file has it
A_MINUTE, AN_HOUR = 60, 3600  # seconds


class UnreadableWeek(Exception):
    """This is no week of visits; the message says what is wrong, and where."""


def read_week(facts: Any) -> Week:
    """Read a week from parsed JSON; times become seconds of wall time since 1970.

    Fields that are not known are passed over. Raises ``UnreadableWeek``.
    """
    if not isinstance(facts, dict):
        raise UnreadableWeek("A week is a JSON object.")
    try:
        return Week(
            name=str(facts.get("name", "week")),
            office=_at("office", _point, facts["office"]),
            setup=round(A_MINUTE * _number(facts.get("setup_minutes", 0))),
            shortest_shift=round(
                A_MINUTE * _number(facts.get("shortest_shift_minutes", 0))
            ),
            modes={
                name: _at(f"travel {name}", _mode, mode)
                for name, mode in facts["travel"].items()
            },
            costs=_at("costs", _costs, facts["costs"]),
            counsellors=_each("counsellor", _counsellor, facts["counsellors"]),
            visits=_each("visit", _visit, facts["visits"]),
        )
    except ImpossibleWeek as fault:
        raise UnreadableWeek(str(fault)) from fault
    except KeyError as fault:
        raise UnreadableWeek(f"The week has no {fault.args[0]}.") from fault
    except (AttributeError, TypeError, ValueError) as fault:
        raise UnreadableWeek("The week does not have the expected form.") from fault


def written_plan(plan: Plan, week: Week) -> dict[str, Any]:
    """Write a plan as ``check_plan`` reads it, with what people want to know."""
    visits = {visit.id: visit for visit in week.visits}
    return {
        "week": week.name,
        "cost": plan.cost.total,
        "travel": plan.cost.travel,
        "routes": [_written_route(route) for route in plan.routes],
        "unplanned": [
            {
                "visit": one.visit,
                "reason": one.reason.value,
                "minutes": one.minutes,
                "others": list(one.others),
                "sentence": sentence(one, visits[one.visit]),
            }
            for one in plan.unplanned
        ],
    }


def _written_route(route: Route) -> dict[str, Any]:
    return {
        "counsellor": route.counsellor,
        "start": _wall(route.shift_starts),
        "back": _wall(route.back),
        "travel": route.travel,
        "waiting": route.waiting,
        "stops": [
            {
                "visit": stop.visit,
                "leaves_for": _wall(stop.leaves_for),
                "arrives": _wall(stop.arrives),
                "start": _wall(stop.starts),
                "ends": _wall(stop.ends),
            }
            for stop in route.stops
        ],
    }


def _each(
    kind: str, read: Callable[[dict[str, Any]], T], entries: list[dict[str, Any]]
) -> tuple[T, ...]:
    if not isinstance(entries, list):
        raise UnreadableWeek(f"The week lists no {kind}s.")
    return tuple(
        _at(f"{kind} {number}", read, entry)
        for number, entry in enumerate(entries, start=1)
    )


def _at(place: str, read: Callable[[Any], T], entry: Any) -> T:
    """Read one part; a fault names where it is."""
    try:
        return read(entry)
    except ImpossibleWeek as fault:
        raise UnreadableWeek(f"In {place}: {fault}") from fault
    except KeyError as fault:
        raise UnreadableWeek(f"In {place}: {fault.args[0]} is missing.") from fault
    except (AttributeError, TypeError, ValueError) as fault:
        raise UnreadableWeek(f"In {place}: {_plain(fault)}") from fault


def _plain(fault: Exception) -> str:
    return str(fault) if isinstance(fault, ValueError) else "this has another form."


def _counsellor(entry: dict[str, Any]) -> Counsellor:
    return Counsellor(
        id=_name(entry["id"]),
        languages=frozenset(map(_name, entry["languages"])),
        mode=_name(entry["mode"]),
        duties=tuple(
            Duty(
                _moment(shift["start"]),
                _moment(shift["end"]),
                tuple((_moment(a), _moment(b)) for a, b in shift.get("busy", [])),
            )
            for shift in entry["shifts"]
        ),
    )


def _visit(entry: dict[str, Any]) -> Visit:
    allowed = entry.get("allowed")
    return Visit(
        id=_name(entry["id"]),
        address=_name(entry["address"]),
        point=_point(entry),
        service=round(A_MINUTE * _number(entry["minutes"])),
        language=_name(entry["language"]),
        windows=tuple(
            StartWindow(_moment(early), _moment(late))
            for early, late in entry["windows"]
        ),
        priority=int(entry.get("priority", 0)),
        own=entry.get("own"),
        allowed=None if allowed is None else frozenset(map(_name, allowed)),
        excluded=frozenset(map(_name, entry.get("excluded") or ())),
    )


def _point(entry: dict[str, Any]) -> Point:
    return Point(_number(entry["lat"]), _number(entry["lon"]))


def _mode(entry: dict[str, Any]) -> TravelMode:
    return TravelMode(
        kmh=_number(entry["kmh"]),
        detour=_number(entry["detour"]),
        extra_minutes=_number(entry.get("extra_minutes", 0)),
    )


def _costs(entry: dict[str, Any]) -> Costs:
    hours = tuple(round(AN_HOUR * _number(one)) for one in entry["unplanned_hours"])
    other = round(A_MINUTE * _number(entry["other_counsellor_minutes"]))
    return Costs(other_counsellor=other, unplanned=hours)


def _name(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"{value!r} is no name.")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{value!r} is no number.")  # noqa: TRY004 - one kind of fault for what a file says
    if not 0 <= abs(value) < float("inf"):
        raise ValueError(f"{value!r} is no number.")
    return value


def _moment(text: Any) -> int:
    if not isinstance(text, str):
        raise ValueError(f"{text!r} is no time.")  # noqa: TRY004 - the same
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None or moment.microsecond:
        raise ValueError(f"{text} is no wall time in whole seconds.")
    return round((moment - EPOCH).total_seconds())


def _wall(seconds: int) -> str:
    return (EPOCH + timedelta(seconds=seconds)).isoformat()
