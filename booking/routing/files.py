"""How is a week written down? JSON in local wall time, as ``check_plan`` reads it.

What ``check_plan`` does not know is optional; without it everything is as it says.

    costs        familiar_minutes, overdue_hours (a week), unfair_percent,
                 moved_minutes {counsellor, day, hour}
    counsellors  own_vehicle: needs none of the pool
    visits       familiar: [counsellor, …]   the deputy, and the last three visits
                 overdue_weeks
                 published {counsellor, start}   may move, at a cost
                 crew: 2   two counsellors at once; the visit is a stop of both
                 interpreter: true (whoever speaks the language), or [id, …]
    apart        [{visits: [one, other], how: "order" or "counsellor"}]
    interpreters [{id, languages, hours: [[start, end], …], between_minutes}]
    vehicles     [{id, mode, busy: [[start, end], …]}]   whoever travels by such a
                 mode has one of them from leaving the office until she is back

A plan then also names the ``vehicle`` of a route and the ``interpreter`` of a stop.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from booking.routing.week import (
    Apart,
    Costs,
    Counsellor,
    Distance,
    Duty,
    ImpossibleWeek,
    Interpreter,
    Point,
    Promise,
    StartWindow,
    TravelMode,
    Vehicle,
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
        interpreters = facts.get("interpreters", [])
        speakers = _speakers(interpreters)
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
            visits=_each("visit", partial(_visit, speakers), facts["visits"]),
            apart=_each("pair kept apart", _apart, facts.get("apart", [])),
            interpreters=_each("interpreter", _interpreter, interpreters),
            vehicles=_each("vehicle", _vehicle, facts.get("vehicles", [])),
        )
    except ImpossibleWeek as fault:
        raise UnreadableWeek(str(fault)) from fault
    except KeyError as fault:
        raise UnreadableWeek(f"The week has no {fault.args[0]}.") from fault
    except (AttributeError, TypeError, ValueError) as fault:
        raise UnreadableWeek("The week does not have the expected form.") from fault


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
                _spans(shift.get("busy", [])),
            )
            for shift in entry["shifts"]
        ),
        own_vehicle=_truth(entry.get("own_vehicle", False)),
    )


def _visit(speakers: Mapping[str, frozenset[str]], entry: dict[str, Any]) -> Visit:
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
        familiar=frozenset(map(_name, entry.get("familiar") or ())),
        overdue=int(_number(entry.get("overdue_weeks", 0))),
        published=_promise(entry["published"]) if entry.get("published") else None,
        crew=int(_number(entry.get("crew", 1))),
        interpreters=_called(entry, speakers),
    )


def _promise(entry: dict[str, Any]) -> Promise:
    return Promise(_name(entry["counsellor"]), _moment(entry["start"]))


def _called(
    entry: dict[str, Any], speakers: Mapping[str, frozenset[str]]
) -> frozenset[str] | None:
    wanted = entry.get("interpreter", False)
    if isinstance(wanted, list):
        return frozenset(map(_name, wanted))
    return speakers.get(entry["language"], frozenset()) if _truth(wanted) else None


def _speakers(interpreters: list[dict[str, Any]]) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one in interpreters:
        for language in one["languages"]:
            found[_name(language)].add(_name(one["id"]))
    return {language: frozenset(ids) for language, ids in found.items()}


def _interpreter(entry: dict[str, Any]) -> Interpreter:
    return Interpreter(
        id=_name(entry["id"]),
        hours=_spans(entry["hours"]),
        between=round(A_MINUTE * _number(entry.get("between_minutes", 0))),
    )


def _vehicle(entry: dict[str, Any]) -> Vehicle:
    return Vehicle(
        id=_name(entry["id"]),
        mode=_name(entry["mode"]),
        busy=_spans(entry.get("busy", [])),
    )


def _apart(entry: dict[str, Any]) -> Apart:
    one, other = map(_name, entry["visits"])
    return Apart(one, other, Distance(entry.get("how", Distance.ORDER)))


def _point(entry: dict[str, Any]) -> Point:
    return Point(_number(entry["lat"]), _number(entry["lon"]))


def _mode(entry: dict[str, Any]) -> TravelMode:
    return TravelMode(
        kmh=_number(entry["kmh"]),
        detour=_number(entry["detour"]),
        extra_minutes=_number(entry.get("extra_minutes", 0)),
    )


def _costs(entry: dict[str, Any]) -> Costs:
    usual, moved = Costs(), entry.get("moved_minutes", {})
    return Costs(
        other_counsellor=round(A_MINUTE * _number(entry["other_counsellor_minutes"])),
        familiar=_seconds(entry, "familiar_minutes", A_MINUTE, usual.familiar),
        unplanned=tuple(
            round(AN_HOUR * _number(one)) for one in entry["unplanned_hours"]
        ),
        overdue=_seconds(entry, "overdue_hours", AN_HOUR, usual.overdue),
        moved_counsellor=_seconds(
            moved, "counsellor", A_MINUTE, usual.moved_counsellor
        ),
        moved_day=_seconds(moved, "day", A_MINUTE, usual.moved_day),
        moved_hour=_seconds(moved, "hour", A_MINUTE, usual.moved_hour),
        unfair=round(_number(entry.get("unfair_percent", 0))),
    )


def _seconds(entry: dict[str, Any], name: str, unit: int, usual: int) -> int:
    return round(unit * _number(entry[name])) if name in entry else usual


def _spans(entries: list[list[str]]) -> tuple[tuple[int, int], ...]:
    return tuple((_moment(start), _moment(end)) for start, end in entries)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither true nor false.")  # noqa: TRY004 - one kind of fault for what a file says
    return value


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
