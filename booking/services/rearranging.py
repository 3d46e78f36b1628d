"""What becomes of the appointments that a change of hours or an absence hits?

A change is looked at before it is saved: which appointments would lie where nobody is
any more, and what may become of each. Saved is the change first, so that nothing new
is booked into it; then each appointment is dealt with by a deed of its own. What one
of them cannot do stops none of the others, and is said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from booking.models import Appointment, Place, StaffMember
from booking.scheduling import TimeWindow
from booking.services import appointments, handing_over
from booking.services.appointments import TooLate
from booking.services.claim import SlotTaken
from booking.services.later_times import later_time, later_times


class Change(Protocol):
    """What somebody is about to save: an absence, other hours, a closed day."""

    def hit(self, *, now: datetime) -> tuple[Appointment, ...]:
        """Return the booked appointments that it hits."""

    def leaves(self, kind: int, window: TimeWindow) -> bool:
        """Tell whether a talk of this type could still be held in a window."""

    def is_there(self, counsellor: int) -> bool:
        """Tell whether a colleague could take over what is hit."""

    def save(self, *, by: int, now: datetime) -> None:
        """Keep it."""


class Way(StrEnum):
    """What may become of an appointment that is hit."""

    KEEP = "keep"
    MOVE = "move"
    GIVE = "give"
    CANCEL = "cancel"


# What is suggested first: planned ahead, a later time; on the very day, a colleague.
PLANNED = (Way.MOVE, Way.GIVE, Way.CANCEL)
ON_THE_DAY = (Way.GIVE, Way.MOVE, Way.CANCEL)


MOST_TAKERS = 4  # colleagues named for one appointment, the best first


class Reason(StrEnum):
    """Why a deed was not done."""

    TAKEN = "taken"
    LATE = "late"  # it has begun, or somebody else was quicker
    NOTHING_FREE = "nothing_free"
    BOOKED_MEANWHILE = "booked_meanwhile"


@dataclass(frozen=True, slots=True)
class Hit:
    """An appointment that is hit, and what may become of it."""

    row: Appointment
    later: datetime | None  # the next time of the same counsellor
    takers: tuple[StaffMember, ...]

    @property
    def is_visit(self) -> bool:
        """Whether it belongs to a route: it is planned anew, and nobody takes it."""
        return self.row.type.place == Place.HOME

    @property
    def may_move(self) -> bool:
        """Whether the same counsellor has another time, known now or to be found.

        Where an interpreter must come too, the time is found in moving.
        """
        return self.later is not None or _is_to_be_found(self.row)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody has chosen for one appointment."""

    way: Way
    start: datetime | None = None  # to move to; None is the next that can be found
    to: UUID | None = None  # the colleague who takes it; None is whoever fits best


Choices = Mapping[UUID, Chosen]


@dataclass(frozen=True, slots=True)
class Undone:
    """An appointment for which what was chosen could not be done."""

    row: Appointment
    reason: Reason


class StillToChoose(Exception):
    """Appointments are hit for which nothing was chosen yet."""

    def __init__(self, hits: tuple[Hit, ...]) -> None:
        super().__init__(len(hits))
        self.hits = hits


def carry_out(
    change: Change, choices: Choices, *, by: int, now: datetime
) -> tuple[Undone, ...]:
    """Save a change and deal with all that it hits; return what could not be done.

    Raises ``StillToChoose``, and what saving the change raises.
    """
    rows = change.hit(now=now)
    if {row.uuid for row in rows} - set(choices):
        raise StillToChoose(with_ways(rows, change, now=now))
    takers = _numbers(rows, choices, now)
    change.save(by=by, now=now)
    dealt_with = [
        _dealt_with(row, choices[row.uuid], change, takers, by=by, now=now)
        for row in rows
    ]
    meanwhile = [row for row in change.hit(now=now) if row.uuid not in choices]
    return (
        *(undone for undone in dealt_with if undone is not None),
        *(Undone(row, Reason.BOOKED_MEANWHILE) for row in meanwhile),
    )


def with_ways(
    rows: Sequence[Appointment], change: Change, *, now: datetime
) -> tuple[Hit, ...]:
    """Say what may become of appointments; the queries do not grow with them."""
    later = later_times(rows, change.leaves, now=now)
    takers = handing_over.may_take(rows, now=now)
    return tuple(
        Hit(row, later.get(row.id), _there(takers[row.id], change)) for row in rows
    )


def suggested(hits: Sequence[Hit], order: Sequence[Way]) -> dict[UUID, Chosen]:
    """Suggest for each the first way of an order that it has; else it is kept.

    No colleague is suggested twice at a time.
    """
    promised: dict[UUID, list[TimeWindow]] = {}
    suggestions = {}
    for hit in hits:
        open_to_it = (_suggestion(hit, way, promised) for way in order)
        chosen = next((one for one in open_to_it if one), Chosen(Way.KEEP))
        if chosen.to:
            promised.setdefault(chosen.to, []).append(_busy(hit.row))
        suggestions[hit.row.uuid] = chosen
    return suggestions


def _there(takers: Sequence[StaffMember], change: Change) -> tuple[StaffMember, ...]:
    return tuple(one for one in takers if change.is_there(one.id))[:MOST_TAKERS]


def _suggestion(
    hit: Hit, way: Way, promised: Mapping[UUID, Sequence[TimeWindow]]
) -> Chosen | None:
    if way is Way.MOVE and hit.may_move:
        return Chosen(way, start=hit.later)
    if way is Way.GIVE:
        busy = _busy(hit.row)
        for taker in hit.takers:
            if not any(busy.overlaps(one) for one in promised.get(taker.uuid, ())):
                return Chosen(way, to=taker.uuid)
    if way is Way.CANCEL and hit.is_visit:
        return Chosen(way)  # planned anew, as the client is told
    return None


def _busy(row: Appointment) -> TimeWindow:
    return TimeWindow(row.busy_from, row.busy_until)


def _numbers(
    rows: Sequence[Appointment], choices: Choices, now: datetime
) -> dict[UUID, int]:
    """Return by which number the chosen colleagues are known.

    Read before anything changes: one who could take nothing is not among them.
    """
    given = [row for row in rows if choices[row.uuid].way is Way.GIVE]
    found = handing_over.may_take(given, now=now)
    return {one.uuid: one.id for takers in found.values() for one in takers}


def _dealt_with(
    row: Appointment,
    chosen: Chosen,
    change: Change,
    takers: Mapping[UUID, int],
    *,
    by: int,
    now: datetime,
) -> Undone | None:
    try:
        if chosen.way is Way.MOVE:
            return _moved(row, chosen, change, by=by, now=now)
        if chosen.way is Way.GIVE:
            return _given(row, chosen, takers, by=by, now=now)
        if chosen.way is Way.CANCEL:
            appointments.cancel(row.uuid, now=now, by=by)
    except SlotTaken:
        return Undone(row, Reason.TAKEN)
    except TooLate:
        return Undone(row, Reason.LATE)
    return None


def _moved(
    row: Appointment, chosen: Chosen, change: Change, *, by: int, now: datetime
) -> Undone | None:
    start = chosen.start or later_time(row, change.leaves, now=now)
    if start is None:
        return Undone(row, Reason.NOTHING_FREE)
    appointments.move(row.uuid, start, now=now, by=by)
    return None


def _given(
    row: Appointment,
    chosen: Chosen,
    takers: Mapping[UUID, int],
    *,
    by: int,
    now: datetime,
) -> Undone | None:
    to = takers.get(chosen.to) if chosen.to else None
    if chosen.to and to is None:
        return Undone(row, Reason.TAKEN)
    handing_over.hand_over(row.uuid, to, now=now, by=by)
    return None


def _is_to_be_found(row: Appointment) -> bool:
    return row.interpreter_wanted and row.type.place != Place.HOME
