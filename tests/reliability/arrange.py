"""Which office do these tests crowd? One that is open from today, by the real clock."""

from collections.abc import Iterator
from datetime import date, time, timedelta

from sqlalchemy import update

from booking import clock
from booking.models import ConsultationType, OpeningHours
from booking.models.running import zone
from booking.scheduling import holidays_between
from booking.services import office
from booking.services.filling import BUERGERHAUS
from booking.services.writing import write_session
from tests import make

NOTICE_IS_OVER = 2  # days ahead; the type asks for one
HORIZON = 42  # days; the type's


def working_days() -> Iterator[date]:
    """Yield the days that can be booked: no weekend, no holiday, notice over."""
    today = clock.today(zone())
    days = [today + timedelta(days=n) for n in range(NOTICE_IS_OVER, HORIZON)]
    holidays = holidays_between(days[0], days[-1])
    return (day for day in days if day.weekday() < 5 and day not in holidays)


def crowded_office(
    hours: dict[date, tuple[time, time]], *, minutes: int, counsellors: int = 1
) -> list[int]:
    """Found an office whose talks follow one another, on exactly these days."""
    with write_session() as session:
        office.founded(session, BUERGERHAUS)
        session.flush()
        session.execute(
            update(ConsultationType)
            .where(ConsultationType.slug == "office")
            .values(
                minutes=minutes,
                raster=minutes,
                buffer_after=0,
                # Days that are closed anyway need not be looked at.
                horizon=(max(hours) - clock.today(zone())).days + 1,
            )
        )
    team = [make.counsellor(hours=()) for _ in range(counsellors)]
    with write_session() as session:
        session.add_all(
            OpeningHours(
                counsellor_id=one,
                weekday=day.weekday(),
                opens=opens,
                closes=closes,
                valid_from=day,
                valid_until=day,
            )
            for one in team
            for day, (opens, closes) in hours.items()
        )
    return team
