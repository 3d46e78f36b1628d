"""Which interpreters could come to a talk, and who of them is asked first?"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from booking.models import (
    ACTIVE,
    Appointment,
    ConsultationType,
    Interpreter,
    InterpreterHours,
    InterpreterKind,
    InterpreterLanguage,
    Place,
    Status,
)
from booking.models.running import zone
from booking.scheduling import (
    SlotRules,
    TimeWindow,
    WeeklyHours,
    ceiling,
    day_window,
    hours_on,
    opened_hours,
    span,
)

# Who comes in person cannot join a call; who is rung up can also be rung from a desk.
KINDS = {
    Place.OFFICE: tuple(InterpreterKind),
    Place.PHONE: (InterpreterKind.PHONE, InterpreterKind.VIDEO),
    Place.HOME: (InterpreterKind.ON_SITE, InterpreterKind.PHONE),
}
A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Member:
    """What is known of one interpreter."""

    lead: timedelta  # she must know of a talk this long before
    is_woman: bool
    hours: tuple[WeeklyHours, ...]
    taken: tuple[TimeWindow, ...]


@dataclass(frozen=True, slots=True)
class Pool:
    """The active interpreters for one language and place, over whole weeks."""

    zone: ZoneInfo
    members: dict[int, Member]

    @classmethod
    def read(
        cls,
        session: Session,
        language: str,
        place: Place,
        days: Collection[date],
        *,
        now: datetime,
        excluding: int | None = None,
    ) -> Self:
        """Read the facts: three queries, however many interpreters and days.

        ``excluding`` is an appointment that stands in nobody's way.
        """
        pools = cls.of_languages(
            session, [language], place, days, now=now, excluding=excluding
        )
        return pools[language]

    @classmethod
    def of_languages(
        cls,
        session: Session,
        languages: Collection[str],
        place: Place,
        days: Collection[date],
        *,
        now: datetime,
        excluding: int | None = None,
    ) -> dict[str, Self]:
        """Read one pool for each language, by three queries for all of them."""
        known = session.execute(
            select(
                Interpreter.id,
                Interpreter.lead_hours,
                Interpreter.is_woman,
                InterpreterLanguage.language,
            )
            .join(InterpreterLanguage)
            .where(
                Interpreter.active,
                Interpreter.kind.in_(KINDS[place]),
                InterpreterLanguage.language.in_(languages),
            )
            .order_by(Interpreter.id)
        ).all()
        ids = list(dict.fromkeys(row.id for row in known))
        hours = _hours(session, ids) if ids else {}
        taken = _taken(session, ids, _weeks(days), now, excluding) if ids else {}
        members: dict[str, dict[int, Member]] = {one: {} for one in languages}
        for one, lead, woman, language in known:
            members[language][one] = Member(
                timedelta(hours=lead),
                bool(woman),
                tuple(hours.get(one, ())),
                tuple(taken.get(one, ())),
            )
        return {language: cls(zone(), those) for language, those in members.items()}

    def free(
        self, window: TimeWindow, busy: TimeWindow, *, asked_at: datetime | None
    ) -> list[int]:
        """Return who could interpret: her hours hold the talk, nothing else is there.

        ``asked_at`` is when she would learn of it; None asks for no lead time.
        """
        return [
            one
            for one, member in self.members.items()
            if (asked_at is None or asked_at + member.lead <= window.start)
            and any(hours.contains(window) for hours in self._hours_of(member, window))
            and not any(taken.overlaps(busy) for taken in member.taken)
        ]

    def starts(
        self, day: date, rules: SlotRules, *, asked_at: datetime | None
    ) -> dict[int, int]:
        """Return at which starts of a day each could interpret, as bits."""
        found = {}
        for one, member in self.members.items():
            hours = hours_on(member.hours, day, self.zone)
            opened = opened_hours(day, self.zone, hours, rules)
            starts = opened.left(map(span, member.taken)) if opened.starts else 0
            if starts and asked_at is not None:
                raster = opened.raster
                starts &= raster.from_until(ceiling(asked_at + member.lead), raster.end)
            if starts:
                found[one] = starts
        return found

    def by_preference(
        self, interpreters: Iterable[int], start: datetime, *, woman: bool
    ) -> list[int]:
        """Order them: a woman if one is wished, then who comes least that week."""
        day = start.astimezone(self.zone).date()
        week = TimeWindow(*_span_of([_monday(day)], self.zone))
        return sorted(
            interpreters,
            key=lambda one: (
                woman and not self.members[one].is_woman,
                sum(taken.overlaps(week) for taken in self.members[one].taken),
                one,
            ),
        )

    def women(self) -> frozenset[int]:
        """Return who of them is a woman."""
        return frozenset(one for one, member in self.members.items() if member.is_woman)

    def _hours_of(self, member: Member, window: TimeWindow) -> list[TimeWindow]:
        day = window.start.astimezone(self.zone).date()
        return hours_on(member.hours, day, self.zone)


def free_interpreters(
    session: Session,
    appointment: Appointment,
    *,
    now: datetime,
    besides: Collection[int],
) -> list[int]:
    """Return who else could interpret an appointment, in order of preference.

    Who would learn of it in good time comes first; the others may still say yes.
    """
    kind = session.get_one(ConsultationType, appointment.type_id)
    day = appointment.starts_at.astimezone(zone()).date()
    pool = Pool.read(
        session,
        appointment.language,
        Place(kind.place),
        [day],
        now=now,
        excluding=appointment.id,
    )
    busy = TimeWindow(appointment.busy_from, appointment.busy_until)
    in_time = pool.free(appointment.window, busy, asked_at=now)
    free = pool.free(appointment.window, busy, asked_at=None)
    ordered = pool.by_preference(
        free, appointment.starts_at, woman=appointment.woman_preferred
    )
    left = [one for one in ordered if one not in besides]
    return sorted(left, key=lambda one: one not in in_time)


def _hours(session: Session, ids: list[int]) -> dict[int, list[WeeklyHours]]:
    hours: defaultdict[int, list[WeeklyHours]] = defaultdict(list)
    for row in session.scalars(
        select(InterpreterHours).where(InterpreterHours.interpreter_id.in_(ids))
    ):
        hours[row.interpreter_id].append(row.as_weekly_hours())
    return hours


def _taken(
    session: Session,
    ids: list[int],
    span: TimeWindow,
    now: datetime,
    excluding: int | None,
) -> dict[int, list[TimeWindow]]:
    query = select(
        Appointment.interpreter_id, Appointment.busy_from, Appointment.busy_until
    ).where(
        Appointment.interpreter_id.in_(ids),
        Appointment.status.in_(ACTIVE),
        Appointment.busy_from < span.end,
        Appointment.busy_until > span.start,
        or_(Appointment.status != Status.HELD, Appointment.hold_until > now),
        Appointment.id != (excluding or 0),
    )
    taken: defaultdict[int, list[TimeWindow]] = defaultdict(list)
    for one, busy_from, busy_until in session.execute(query):
        if one is not None:  # as the query asks, which the types cannot know
            taken[one].append(TimeWindow(busy_from, busy_until))
    return taken


def _weeks(days: Collection[date]) -> TimeWindow:
    """Return the whole weeks in which the days lie: shares are weighed by the week."""
    return TimeWindow(*_span_of([_monday(min(days)), _monday(max(days))], zone()))


def _span_of(mondays: list[date], here: ZoneInfo) -> tuple[datetime, datetime]:
    first, last = mondays[0], mondays[-1] + A_WEEK - timedelta(days=1)
    return day_window(first, here).start, day_window(last, here).end


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
