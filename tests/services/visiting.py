"""Builders for home visits: an office on the map, wishes at doors near it."""

from datetime import date, time

from booking import routing
from booking.geography import House
from booking.models import PartOfDay
from booking.routing import Rounds, plan
from booking.services import (
    addresses,
    office,
    planning,
    publishing,
    visits,
    wishes,
)
from booking.services.planning_process import Outcome
from booking.services.wishes import Door, VisitWish
from booking.services.writing import write_session
from tests import make

OFFICE = (48.7025, 9.6528)
MONDAY, TUESDAY, WEDNESDAY = (date(2027, 3, day) for day in (8, 9, 10))
ALL_DAY = ((time(8), time(12)), (time(13), time(17)))
KEYS = iter(range(1_000_000))


def town(now):
    """Put the office and a street of twenty houses on the map."""
    street = [
        House("Musterweg", str(n), "73033", "Göppingen", 48.7025 + n / 1000, 9.66)
        for n in range(1, 21)
    ]
    addresses.take_in(street, now=now.now())
    with write_session() as session:
        office.decide(session, now=now.now(), office_point=OFFICE)


def wish(now, number=5, **changes):
    """Let somebody at Musterweg wish for a visit on any day; give the way to it."""
    person = make.person(**changes.pop("person", {}))
    street = changes.pop("street", f"Musterweg {number}")
    usual = {
        "key": f"wish-{next(KEYS)}",
        "weekdays": tuple(range(5)),
        "parts_of_day": tuple(PartOfDay),
        "from_day": now.now().date(),
        "language": "ar",
        "letter_language": "ar",
        "interpreter": False,
        "door": Door(
            street=street, postcode="73033", town="Göppingen", bell="Beispiel"
        ),
    }
    return wishes.wish(VisitWish(**(usual | changes)), person, now=now.now())


def planned(now, counsellors, *days, by=None, mode="car", moves_published=False):
    """Plan some days in this very process, by rounds."""
    modes = dict.fromkeys(counsellors, mode)
    job = visits.plan(
        days or (TUESDAY,),
        modes,
        seconds=1,
        by=by or counsellors[0],
        now=now.now(),
        moves_published=moves_published,
    )
    assert planning.work_on_next(now=now.now, search=_in_rounds)
    return job


def published(now, counsellors, *days):
    """Plan and publish some days."""
    planned(now, counsellors, *days)
    return publishing.publish(days or (TUESDAY,), by=counsellors[0], now=now.now())


def sick(now, counsellor, day=TUESDAY, *, by=None):
    """Plan a day again without somebody, in this very process; return the job."""
    job = visits.plan_without(
        counsellor, day, seconds=1, by=by or counsellor, now=now.now()
    )
    assert planning.work_on_next(now=now.now, search=_in_rounds)
    return job


def _in_rounds(week, _seconds, seed, _goes_on, illness=None):
    if illness is None:
        return Outcome(plan(week, seed=seed, watch=Rounds(64)))
    found = routing.sick(
        week,
        illness.stood,
        counsellor=illness.counsellor,
        day=illness.day,
        seed=seed,
        watch=Rounds(64),
    )
    return Outcome(found)
