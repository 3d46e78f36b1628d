"""When does a counsellor see people, week by week? Lines that begin, change and end.

What was true stays: a line is changed by ending it the day before and beginning
another one. Only what has not begun yet is rewritten.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, selectinload

from booking.models import (
    Appointment,
    ConsultationType,
    OpeningHours,
    Role,
    StaffMember,
    StaffRole,
    db,
)
from booking.models.running import zone
from booking.scheduling import TimeWindow, WeeklyHours, day_window, hours_on
from booking.services.claim import wait_for
from booking.services.hits import hit_by
from booking.services.journal import Actor, note
from booking.services.writing import write_session

A_DAY = timedelta(days=1)
AHEAD = timedelta(days=366)  # farther nobody has booked


class UnknownHours(Exception):
    """There is no such line, or it is somebody else's; both look the same."""


class UnknownCounsellor(Exception):
    """Nobody with this number counsels here."""


class HoursCollide(Exception):
    """Another line of hers has the same weekday and a common time."""

    def __init__(self, other: WeeklyHours) -> None:
        super().__init__(other)
        self.other = other


class InThePast(Exception):
    """What was true cannot be changed any more: from today on."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of weekly hours, and the types it is kept for; none is all."""

    hours: WeeklyHours
    kinds: frozenset[int] = frozenset()

    @classmethod
    def of(cls, row: OpeningHours) -> "Line":
        """Read a line as it is kept."""
        return cls(row.as_weekly_hours(), frozenset(one.id for one in row.types))


@dataclass(frozen=True, slots=True)
class NewHours:
    """A counsellor's lines as they are, and as they are about to be.

    ``ended`` is the line that stops with the day before ``since``; ``begun`` the one
    that begins then. Either may be missing: a line is added, changed or ended.
    """

    counsellor: int
    since: date
    standing: tuple[Line, ...]  # all others
    ended: Line | None = None
    ended_id: int | None = None
    begun: Line | None = None

    @property
    def before(self) -> tuple[Line, ...]:
        """Her lines as they are."""
        return (*self.standing, self.ended) if self.ended else self.standing

    @property
    def after(self) -> tuple[Line, ...]:
        """Her lines as they are about to be."""
        new = (self.rest, self.begun)
        return (*self.standing, *(one for one in new if one is not None))

    @property
    def rest(self) -> Line | None:
        """What is left of the line that ends; nothing if it never began."""
        if self.ended is None:
            return None
        left = self.ended.hours.until(self.since - A_DAY)
        return replace(self.ended, hours=left) if left else None

    def hit(self, *, now: datetime) -> tuple[Appointment, ...]:
        """Return what lies in her hours now, and would not any more."""
        since = max(day_window(self.since, zone()).start, now)
        ahead = TimeWindow(since, since + AHEAD)
        return tuple(
            row
            for row in hit_by([self.counsellor], [ahead], now=now)
            if is_within(self.before, row.type_id, row.window)
            and not self.leaves(row.type_id, row.window)
        )

    def leaves(self, kind: int, window: TimeWindow) -> bool:
        """Tell whether a talk of this type could still be held in a window."""
        return is_within(self.after, kind, window)

    def is_there(self, counsellor: int) -> bool:
        """Tell whether a colleague could take over what is hit."""
        return counsellor != self.counsellor

    def save(self, *, by: int, now: datetime) -> None:
        """Keep the new hours; what was true before stays.

        Raises ``HoursCollide``, or ``UnknownHours`` if the line is gone meanwhile.
        """
        with write_session() as session:
            wait_for(session, [self.counsellor])
            if self.begun:
                _refuse_collision(self.begun, _others(session, self))
            row = _rest_of(session, self)
            about = f"staff:{session.get_one(StaffMember, self.counsellor).uuid}"
            if self.begun:
                _write(session, row, self.counsellor, self.begun)
            elif row is not None:
                session.delete(row)
            note(session, Actor.STAFF, "change hours", about, now=now, staff=by)


def is_within(lines: Iterable[Line], kind: int, window: TimeWindow) -> bool:
    """Tell whether these lines hold a window, for talks of one type."""
    fitting = [one.hours for one in lines if not one.kinds or kind in one.kinds]
    day = window.start.astimezone(zone()).date()
    return any(one.contains(window) for one in hours_on(fitting, day, zone()))


def counsellor(staff: UUID) -> StaffMember:
    """Return a counsellor who works here, or raise ``UnknownCounsellor``."""
    row = db.session.scalar(_counsellors().where(StaffMember.uuid == staff))
    if row is None:
        raise UnknownCounsellor
    return row


def counsellors() -> list[StaffMember]:
    """Return everybody who counsels here, by name."""
    return sorted(db.session.scalars(_counsellors()), key=lambda one: one.name)


def kinds() -> list[ConsultationType]:
    """Return what a line may be kept for."""
    query = select(ConsultationType).where(ConsultationType.active)
    return list(db.session.scalars(query.order_by(ConsultationType.id)))


def listed(counsellor: int, *, today: date) -> list[OpeningHours]:
    """Return her lines that are not over, in the order of the week."""
    rows = db.session.scalars(_not_over(counsellor, today))
    return sorted(rows, key=lambda one: (one.weekday, one.opens, one.valid_from))


def found(hours: UUID) -> OpeningHours:
    """Return one line, or raise ``UnknownHours``."""
    row = db.session.scalar(
        select(OpeningHours)
        .where(OpeningHours.uuid == hours)
        .options(selectinload(OpeningHours.types))
    )
    if row is None:
        raise UnknownHours
    return row


def with_line(counsellor: int, line: Line, *, today: date) -> NewHours:
    """Add a line. Raises ``InThePast`` or ``HoursCollide``."""
    standing = tuple(map(Line.of, listed(counsellor, today=today)))
    new = NewHours(counsellor, line.hours.valid_from, standing, begun=line)
    return _possible(new, line, today)


def instead_of(row: OpeningHours, line: Line, *, today: date) -> NewHours:
    """Let a line be another from the other's first day on.

    Raises ``InThePast`` or ``HoursCollide``.
    """
    ended = without(row, line.hours.valid_from - A_DAY, today=today)
    return _possible(replace(ended, begun=line), line, today)


def without(row: OpeningHours, last: date, *, today: date) -> NewHours:
    """End a line with a day; before its first day, it never is.

    Raises ``InThePast``.
    """
    if last < today - A_DAY:
        raise InThePast
    others = (one for one in listed(row.counsellor_id, today=today) if one is not row)
    return NewHours(
        row.counsellor_id,
        last + A_DAY,
        tuple(map(Line.of, others)),
        ended=Line.of(row),
        ended_id=row.id,
    )


def _possible(new: NewHours, line: Line, today: date) -> NewHours:
    if line.hours.valid_from < today:
        raise InThePast
    _refuse_collision(line, (one.hours for one in new.standing))
    return new


def _counsellors() -> Select[StaffMember]:
    return (
        select(StaffMember)
        .join(StaffRole, StaffRole.staff_id == StaffMember.id)
        .where(StaffRole.role == Role.COUNSELLOR, StaffMember.disabled_at.is_(None))
    )


def _not_over(counsellor: int, today: date) -> Select[OpeningHours]:
    return (
        select(OpeningHours)
        .where(
            OpeningHours.counsellor_id == counsellor,
            or_(OpeningHours.valid_until.is_(None), OpeningHours.valid_until >= today),
        )
        .options(selectinload(OpeningHours.types))
    )


def _refuse_collision(line: Line, others: Iterable[WeeklyHours]) -> None:
    for other in others:
        if other.collides_with(line.hours):
            raise HoursCollide(other)


def _others(session: Session, new: NewHours) -> list[WeeklyHours]:
    """Return what else stands by now: another tab may have been quicker."""
    rows = session.scalars(_not_over(new.counsellor, new.since))
    return [row.as_weekly_hours() for row in rows if row.id != new.ended_id]


def _rest_of(session: Session, new: NewHours) -> OpeningHours | None:
    """End the old line, if it has begun; return it if it has not: it is rewritten."""
    if new.ended_id is None:
        return None
    row = session.get(OpeningHours, new.ended_id)
    if row is None or Line.of(row) != new.ended:
        raise UnknownHours
    if new.rest is None:
        return row
    row.valid_until = new.rest.hours.valid_until
    return None


def _write(
    session: Session, row: OpeningHours | None, counsellor: int, line: Line
) -> None:
    row = row or OpeningHours(counsellor_id=counsellor)
    for name in (*WeeklyHours.__dataclass_fields__,):
        setattr(row, name, getattr(line.hours, name))
    row.types = list(
        session.scalars(
            select(ConsultationType).where(ConsultationType.id.in_(line.kinds))
        )
    )
    session.add(row)
