"""How is a plan written down? JSON in local wall time, as ``check_plan`` reads it."""

from datetime import timedelta
from math import ceil
from typing import Any

from booking.routing.explain import sentence
from booking.routing.files import A_MINUTE, EPOCH
from booking.routing.outcome import Change, Plan, Route, Stop
from booking.routing.week import Week


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
                "change": _written_change(one.change),
                "sentence": sentence(one, visits[one.visit]),
            }
            for one in plan.unplanned
        ],
    }


def _written_route(route: Route) -> dict[str, Any]:
    vehicle = {"vehicle": route.vehicle} if route.vehicle else {}
    return {
        "counsellor": route.counsellor,
        "start": _wall(route.shift_starts),
        "back": _wall(route.back),
        "travel": route.travel,
        "waiting": route.waiting,
        "stops": [_written_stop(stop) for stop in route.stops],
        **vehicle,
    }


def _written_stop(stop: Stop) -> dict[str, Any]:
    interpreter = {"interpreter": stop.interpreter} if stop.interpreter else {}
    return {
        "visit": stop.visit,
        "leaves_for": _wall(stop.leaves_for),
        "arrives": _wall(stop.arrives),
        "start": _wall(stop.starts),
        "ends": _wall(stop.ends),
        **interpreter,
    }


def _written_change(change: Change | None) -> dict[str, Any] | None:
    if change is None:
        return None
    return {
        "counsellor": change.counsellor,
        "start": _wall(change.start),
        "earlier_minutes": ceil(change.earlier / A_MINUTE),
        "later_minutes": ceil(change.later / A_MINUTE),
    }


def _wall(seconds: int) -> str:
    return (EPOCH + timedelta(seconds=seconds)).isoformat()
