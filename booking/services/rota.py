"""Who works on these days, speaks what, is away, is taken? Facts, read at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from booking.models import (
    ACTIVE,
    Absence,
    Appointment,
    Closure,
    ConsultationType,
    Office,
    OpeningHours,
    Role,
    StaffLanguage,
    StaffMember,
    StaffRole,
    Status,
    opening_hours_type,
)
from booking.models.running import zone
from booking.scheduling import (
    Candidate,
    SlotRules,
    TimeWindow,
    WeeklyHours,
    Workday,
    day_window,
    free_slots,
    holidays_between,
    hours_on,
    merged,
)

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that may be booked now, and the counsellors who could take it."""

    window: TimeWindow
    counsellors: tuple[int, ...]
    interpreters: tuple[int, ...] = ()  # one of them comes too, if there are any


# Opening hours and the types they are kept for; no type means all.
Line = tuple[WeeklyHours, frozenset[int]]


@dataclass(frozen=True, slots=True)
class DayOffer:
    """The free times of one day."""

    day: date
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Rota:
    """The facts of some days: who works, speaks what, is away, is taken."""

    zone: ZoneInfo
    days: tuple[date, ...]
    counsellors: tuple[int, ...]
    maxima: dict[int, int | None]
    women: frozenset[int]
    languages: dict[int, frozenset[str]]
    hours: dict[int, dict[int, list[Line]]]  # by counsellor and weekday
    away: dict[int, list[TimeWindow]]
    taken: dict[int, dict[date, list[TimeWindow]]]

    @classmethod
    def read(
        cls,
        session: Session,
        days: Iterable[date],
        *,
        now: datetime,
        only: Collection[int] | None = None,
        excluding: int | None = None,
    ) -> "Rota":
        """Read the facts: seven queries, however many counsellors and days."""
        days = tuple(days)
        span = TimeWindow(
            day_window(days[0], zone()).start, day_window(days[-1], zone()).end
        )
        staff = _staff(session, only)
        closed = _closures(session, span, days)
        away = _absences(session, span, staff)
        return cls(
            zone=zone(),
            days=days,
            counsellors=tuple(staff),
            maxima={one: maximum for one, (maximum, _) in staff.items()},
            women=frozenset(one for one, (_, woman) in staff.items() if woman),
            languages=_languages(session, staff),
            hours=_hours(session, span, staff),
            away={one: merged([*away[one], *closed]) for one in staff},
            taken=_taken(session, span, staff, now, excluding),
        )

    def speaking(self, language: str) -> tuple[int, ...]:
        """Return the counsellors who counsel in a language."""
        return tuple(one for one in self.counsellors if language in self.languages[one])

    def offers(
        self,
        team: Iterable[int],
        kind: ConsultationType,
        rules: SlotRules,
        *,
        not_before: datetime,
        not_after: datetime,
    ) -> Iterator[DayOffer]:
        """Yield each day with free times: the union over the counsellors."""
        team = tuple(team)
        for day in self.days:
            free: defaultdict[TimeWindow, list[int]] = defaultdict(list)
            for one in team:
                for window in self.free(
                    one, kind, day, rules, not_before=not_before, not_after=not_after
                ):
                    free[window].append(one)
            if free:
                yield DayOffer(
                    day,
                    tuple(Slot(window, tuple(free[window])) for window in sorted(free)),
                )

    def free(
        self,
        counsellor: int,
        kind: ConsultationType,
        day: date,
        rules: SlotRules,
        *,
        not_before: datetime,
        not_after: datetime,
    ) -> list[TimeWindow]:
        """Return the free windows of one counsellor on one day."""
        hours = self._hours_on(counsellor, day, kind.id)
        if not hours:
            return []
        taken = self.taken.get(counsellor, {})
        around = (day - A_DAY, day, day + A_DAY)
        workday = Workday(
            day=day,
            zone=self.zone,
            hours=tuple(hours),
            away=tuple(self.away[counsellor]),
            taken=tuple(window for near in around for window in taken.get(near, ())),
            appointments=len(taken.get(day, ())),
            daily_maximum=self.maxima[counsellor],
        )
        return free_slots(workday, rules, not_before=not_before, not_after=not_after)

    def duties(self, counsellor: int, day: date, kind: int) -> list[TimeWindow]:
        """Return when she is at work on a day: hours for this kind, less absences."""
        return [
            stretch
            for opening in merged(self._hours_on(counsellor, day, kind))
            for stretch in opening.without(self.away[counsellor])
        ]

    def busy(self, counsellor: int, day: date) -> list[TimeWindow]:
        """Return what takes up her day, and what reaches into it from the next."""
        taken = self.taken.get(counsellor, {})
        around = (day - A_DAY, day, day + A_DAY)
        return merged([window for near in around for window in taken.get(near, ())])

    def candidate(
        self, counsellor: int, language: str, *, own: int | None, woman: bool
    ) -> Candidate:
        """Weigh a counsellor by the share of these days that is booked."""
        nothing = timedelta()
        taken = self.taken.get(counsellor, {})
        offered = (
            stretch.length
            for day in self.days
            for window in self._hours_on(counsellor, day)
            for stretch in window.without(self.away[counsellor])
        )
        booked = (window.length for day in self.days for window in taken.get(day, ()))
        return Candidate(
            id=counsellor,
            is_own=counsellor == own,
            is_wished=woman and counsellor in self.women,
            speaks_language=language in self.languages[counsellor],
            offered=sum(offered, nothing),
            booked=sum(booked, nothing),
        )

    def _hours_on(
        self, counsellor: int, day: date, kind: int | None = None
    ) -> list[TimeWindow]:
        lines = self.hours.get(counsellor, {}).get(day.weekday(), ())
        fitting = (
            line for line, types in lines if kind is None or not types or kind in types
        )
        return hours_on(fitting, day, self.zone)


def _staff(
    session: Session, only: Collection[int] | None
) -> dict[int, tuple[int | None, bool | None]]:
    query = (
        select(StaffMember.id, StaffMember.daily_maximum, StaffMember.is_woman)
        .join(StaffRole)
        .where(StaffRole.role == Role.COUNSELLOR, StaffMember.disabled_at.is_(None))
        .order_by(StaffMember.id)
    )
    if only is not None:
        query = query.where(StaffMember.id.in_(only))
    return {one: (maximum, woman) for one, maximum, woman in session.execute(query)}


def _languages(session: Session, staff: Collection[int]) -> dict[int, frozenset[str]]:
    spoken: defaultdict[int, set[str]] = defaultdict(set)
    for one, language in session.execute(
        select(StaffLanguage.staff_id, StaffLanguage.language).where(
            StaffLanguage.staff_id.in_(staff)
        )
    ):
        spoken[one].add(language)
    return {one: frozenset(spoken[one]) for one in staff}


def _hours(
    session: Session, span: TimeWindow, staff: Collection[int]
) -> dict[int, dict[int, list[Line]]]:
    first, last = (
        moment.astimezone(zone()).date() for moment in (span.start, span.end)
    )
    rows = session.scalars(
        select(OpeningHours).where(
            OpeningHours.counsellor_id.in_(staff),
            OpeningHours.valid_from <= last,
            or_(OpeningHours.valid_until.is_(None), OpeningHours.valid_until >= first),
        )
    ).all()
    types: defaultdict[int, set[int]] = defaultdict(set)
    for hours_id, type_id in session.execute(select(opening_hours_type)):
        types[hours_id].add(type_id)
    lines: dict[int, dict[int, list[Line]]] = {one: {} for one in staff}
    for row in rows:
        line = (row.as_weekly_hours(), frozenset(types[row.id]))
        lines[row.counsellor_id].setdefault(row.weekday, []).append(line)
    return lines


def _closures(
    session: Session, span: TimeWindow, days: tuple[date, ...]
) -> list[TimeWindow]:
    closures = session.scalars(
        select(Closure).where(
            Closure.starts_at < span.end, Closure.ends_at > span.start
        )
    )
    where = session.execute(select(Office.country, Office.subdivision)).first()
    country, subdivision = where or ("DE", "BW")
    free_days = holidays_between(
        days[0], days[-1], country=country, subdivision=subdivision or None
    )
    return [closure.window for closure in closures] + [
        day_window(day, zone()) for day in free_days
    ]


def _absences(
    session: Session, span: TimeWindow, staff: Collection[int]
) -> defaultdict[int, list[TimeWindow]]:
    away: defaultdict[int, list[TimeWindow]] = defaultdict(list)
    for absence in session.scalars(
        select(Absence).where(
            Absence.counsellor_id.in_(staff),
            Absence.starts_at < span.end,
            Absence.ends_at > span.start,
        )
    ):
        away[absence.counsellor_id].append(absence.window)
    return away


def _taken(
    session: Session,
    span: TimeWindow,
    staff: Collection[int],
    now: datetime,
    excluding: int | None,
) -> dict[int, dict[date, list[TimeWindow]]]:
    """Read what takes up time, by counsellor and day; overdue holds no longer do."""
    here = zone()
    query = select(
        Appointment.counsellor_id,
        Appointment.starts_at,
        Appointment.busy_from,
        Appointment.busy_until,
    ).where(
        Appointment.counsellor_id.in_(staff),
        Appointment.status.in_(ACTIVE),
        # The neighbouring days' buffers may reach into ours.
        Appointment.busy_from < span.end + A_DAY,
        Appointment.busy_until > span.start - A_DAY,
        or_(Appointment.status != Status.HELD, Appointment.hold_until > now),
    )
    if excluding is not None:
        query = query.where(Appointment.id != excluding)
    taken: dict[int, dict[date, list[TimeWindow]]] = {}
    for one, starts_at, busy_from, busy_until in session.execute(query):
        day = starts_at.astimezone(here).date()
        window = TimeWindow(busy_from, busy_until)
        taken.setdefault(one, {}).setdefault(day, []).append(window)
    return taken
