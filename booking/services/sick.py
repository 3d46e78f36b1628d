"""Somebody is ill today: what becomes of her appointments, and who can still be told?

At half past seven somebody else sits at the desk. What she sees are times, codes,
languages and whether people can be reached; names and numbers stand on the call list.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from booking.models import Appointment, Place, Reach, Role, StaffMember
from booking.models.running import zone
from booking.scheduling import day_window
from booking.services import opening_hours
from booking.services.absences import Away
from booking.services.calls import is_safe
from booking.services.rearranging import Hit
from booking.services.sessions import SignedIn

AT_THE_DESK = (Role.FRONT_DESK, Role.COORDINATOR, Role.HEAD)
AN_HOUR = timedelta(hours=1)


class NotForHer(Exception):
    """Nobody has named her to stand in for this counsellor, on this day."""


def may_act_for(person: SignedIn, day: date) -> list[StaffMember]:
    """Return for whom somebody may deal with a day, by name.

    The desk, the coordinator and the head for everybody; a counsellor for herself;
    whoever is named for those for whom she stands in.
    """
    team = opening_hours.counsellors()
    if person.may(*AT_THE_DESK):
        return team
    return [one for one in team if _is_hers(person, one, day)]


def away_on(team: Sequence[StaffMember], chosen: Collection[UUID], day: date) -> Away:
    """Return the absence of those of a team who are ill. Raises ``NotForHer``."""
    if not set(chosen) <= {one.uuid for one in team}:
        raise NotForHer
    numbers = tuple(one.id for one in team if one.uuid in chosen)
    return Away(numbers, (day_window(day, zone()),))


def by_reach(hits: Iterable[Hit], *, now: datetime) -> list[Hit]:
    """Order them: first who can still be told, and of these the earliest."""
    return sorted(
        hits, key=lambda one: (not can_be_told(one.row, now=now), one.row.starts_at)
    )


def can_be_told(row: Appointment, *, now: datetime) -> bool:
    """Tell whether somebody can hear of a change before she sets out."""
    if row.reach in {Reach.SMS, Reach.EMAIL}:
        return True
    if row.reach == Reach.CALL:
        return any(is_safe(row.safe_hours, one) for one in _hours(now, row.starts_at))
    return bool(row.type.place == Place.PHONE and row.phone)


def _hours(now: datetime, until: datetime) -> Iterator[datetime]:
    while now < until:
        yield now
        now += AN_HOUR


def _is_hers(person: SignedIn, counsellor: StaffMember, day: date) -> bool:
    if counsellor.id == person.id:
        return True
    noon = day_window(day, zone()).start + 12 * AN_HOUR
    return person.stands_in_for(counsellor.id, noon)
