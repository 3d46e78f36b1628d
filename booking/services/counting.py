"""How many talks were there? Counted before they go, without anybody's name.

Beside what is offered (by its slug) stand who walked in and, by their kind, short
contacts; of these the minutes stand where an appointment has its outcome.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time

from sqlalchemy import Date, bindparam, func, select, text
from sqlalchemy.orm import Session

from booking.models import Appointment, ConsultationType, ShortContact, WalkIn
from booking.models.running import zone
from booking.scheduling import instant

WALK_IN, CONTACT = "walk-in", "contact-{}"
NOT_ASKED = ""  # a language that nobody wrote down

# SQLite and PostgreSQL read this alike.
_SO_MANY_MORE = text(
    "INSERT INTO counted (month, type, status, language, number) "
    "VALUES (:month, :type, :status, :language, :number) "
    "ON CONFLICT (month, type, status, language) "
    "DO UPDATE SET number = counted.number + excluded.number"
).bindparams(bindparam("month", type_=Date()))


def count(session: Session, appointments: Sequence[int]) -> None:
    """Add these appointments to the numbers of their months.

    Inside the unit of work that erases them: none is counted twice, none is lost.
    """
    for month in _months(session, appointments):
        rows = session.execute(
            select(
                ConsultationType.slug.label("type"),
                Appointment.status,
                Appointment.language,
                func.count(Appointment.id).label("number"),
            )
            .join(Appointment.type)
            .where(
                Appointment.id.in_(appointments),
                Appointment.starts_at >= _begins(month),
                Appointment.starts_at < _begins(_after(month)),
            )
            .group_by(ConsultationType.slug, Appointment.status, Appointment.language)
        ).mappings()
        if numbers := [{"month": month, **row} for row in rows]:
            session.execute(_SO_MANY_MORE, numbers)


def count_walk_ins(session: Session, ids: Sequence[int]) -> None:
    """Add these to the numbers of their months, as ``count`` does."""
    rows = session.execute(
        select(WalkIn.day, WalkIn.state, WalkIn.language).where(WalkIn.id.in_(ids))
    )
    _add(
        session,
        Counter(
            (day.replace(day=1), WALK_IN, state, language or NOT_ASKED)
            for day, state, language in rows
        ),
    )


def count_contacts(session: Session, ids: Sequence[int]) -> None:
    """Add these to the numbers of their months, as ``count`` does."""
    rows = session.execute(
        select(ShortContact.at, ShortContact.kind, ShortContact.minutes).where(
            ShortContact.id.in_(ids)
        )
    )
    _add(
        session,
        Counter(
            (_month_of(at), CONTACT.format(kind), str(minutes), NOT_ASKED)
            for at, kind, minutes in rows
        ),
    )


def _add(session: Session, numbers: Counter[tuple[date, str, str, str]]) -> None:
    columns = ("month", "type", "status", "language")
    rows = [
        {**dict(zip(columns, what, strict=True)), "number": number}
        for what, number in numbers.items()
    ]
    if rows:
        session.execute(_SO_MANY_MORE, rows)


def _months(session: Session, appointments: Sequence[int]) -> Iterator[date]:
    starts = Appointment.starts_at
    if not appointments:
        return
    first, last = session.execute(
        select(func.min(starts), func.max(starts)).where(
            Appointment.id.in_(appointments)
        )
    ).one()
    month, end = _month_of(first), _month_of(last)
    while month <= end:
        yield month
        month = _after(month)


def _month_of(moment: datetime) -> date:
    return moment.astimezone(zone()).date().replace(day=1)


def _after(month: date) -> date:
    years, following = divmod(month.month, 12)
    return date(month.year + years, following + 1, 1)


def _begins(month: date) -> datetime:
    return instant(month, time.min, zone())
