"""What has become free for a wish, and since when? Looked at once for all."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.models import Appointment, FreeTimes, Place, Waiting
from booking.models.running import zone
from booking.services import availability
from booking.services.appointments import wish_of
from booking.services.availability import NothingOffered, Wish


def local_day(moment: datetime) -> date:
    """Return the day of a moment at the office."""
    return moment.astimezone(zone()).date()


def name(waiting: Waiting, own: int | None) -> str:
    """Name the wish that somebody waits with, the same for all who share it."""
    interpreted = "i" if waiting.interpreter_wanted else "-"
    return f"{waiting.type_id}|{waiting.language}|{interpreted}|{own or '-'}"


def wish_of_waiting(waiting: Waiting) -> Wish:
    """Return what to look for; nobody waits for a type that the office gave up."""
    if waiting.type is None:
        raise NothingOffered
    return Wish(
        place=Place(waiting.type.place),
        language=waiting.language,
        interpreter=waiting.interpreter_wanted,
        own=own_of(waiting),
    )


def wish_for_earlier(appointment: Appointment) -> Wish:
    """Return what to look for when she could come earlier."""
    own = appointment.client.counsellor_id if appointment.client else None
    return replace(wish_of(appointment), own=own)


def own_of(waiting: Waiting) -> int | None:
    """Return the counsellor of who waits, if there is a file."""
    return waiting.client.counsellor_id if waiting.client else None


def starts(wish: Wish, *, now: datetime) -> list[datetime]:
    """Return when a talk could begin that can be booked now."""
    found = availability.offer(wish, now=now)
    return [slot.window.start for slot in found.slots]


def remember(
    session: Session, wish: str, starts: Iterable[datetime], *, now: datetime
) -> FreeTimes:
    """Write down what is free now; what was free before keeps its since."""
    row = session.scalar(
        select(FreeTimes).where(FreeTimes.wish == wish).with_for_update()
    )
    if row is None:
        row = FreeTimes(wish=wish, since={}, looked_at=now, told_at=now)
        session.add(row)
    known, moment = row.since, _written(now)
    row.since = {
        written: known.get(written, moment) for written in map(_written, starts)
    }
    row.looked_at = now
    return row


def since(times: FreeTimes) -> dict[datetime, datetime]:
    """Return since when each start is free, the earliest start first."""
    return {
        datetime.fromisoformat(start): datetime.fromisoformat(freed)
        for start, freed in sorted(times.since.items())
    }


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
