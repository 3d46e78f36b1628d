"""Who works on these days, speaks what, is away, is taken? Facts, read at once."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from booking.models.running import zone
from booking.scheduling import (
    Candidate,
    Raster,
    SlotRules,
    TimeWindow,
    ceiling,
    day_window,
    floor,
    merged,
)
from booking.services import rota_facts
from booking.services.roster import Roster, hours_offered, open_days
from booking.services.rota_facts import NOT_TAKEN, Taken, spans, starts_left

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that may be booked now, and the counsellors who could take it."""

    window: TimeWindow
    counsellors: tuple[int, ...]
    interpreters: tuple[int, ...] = ()  # one of them comes too, if there are any


@dataclass(frozen=True, slots=True)
class DayOffer:
    """The free times of one day, kept as starts until somebody asks for them."""

    day: date
    raster: Raster
    length: timedelta
    free: Mapping[int, int]  # starts of each counsellor
    interpreters: Mapping[int, int] = field(default_factory=dict)

    @property
    def starts(self) -> int:
        """All starts, whoever takes them."""
        return _together(self.free)

    @property
    def count(self) -> int:
        """How many times are free."""
        return self.starts.bit_count()

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Every free time, earliest first."""
        return tuple(self._slots(self.starts))

    @property
    def first(self) -> Slot:
        """The earliest free time."""
        return next(self._slots(self.starts))

    def at(self, start: datetime) -> Slot | None:
        """Return the free time that starts at this very moment."""
        if start.microsecond:
            return None
        return next(self._slots(self.starts & self.raster.bit(floor(start))), None)

    def with_interpreters(self, interpreters: Mapping[int, int]) -> "DayOffer":
        """Return what is left when one of these must come too."""
        either = _together(interpreters)
        free = {
            one: left for one, starts in self.free.items() if (left := starts & either)
        }
        return replace(self, free=free, interpreters=interpreters)

    def without(self, start: datetime) -> "DayOffer":
        """Return the same without one start."""
        bit = self.raster.bit(floor(start))
        free = {
            one: left for one, starts in self.free.items() if (left := starts & ~bit)
        }
        return replace(self, free=free)

    def _slots(self, starts: int) -> Iterator[Slot]:
        for start in self.raster.moments(starts):
            bit = self.raster.bit(floor(start))
            yield Slot(
                TimeWindow(start, start + self.length),
                tuple(one for one, free in self.free.items() if free & bit),
                tuple(one for one, free in self.interpreters.items() if free & bit),
            )


@dataclass(frozen=True, slots=True)
class Rota:
    """The facts of some days: who works, speaks what, is away, is taken."""

    roster: Roster
    counsellors: tuple[int, ...]
    maxima: dict[int, int | None]
    women: frozenset[int]
    languages: dict[int, frozenset[str]]
    _taken: dict[int, Taken]

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
        """Read the facts: one query, however many counsellors and days."""
        days = tuple(days)
        window = TimeWindow(
            day_window(days[0], zone()).start, day_window(days[-1], zone()).end
        )
        team, roster, taken = rota_facts.facts(
            session, days, window, now=now, excluding=excluding
        )
        asked = team.maxima if only is None else set(only) & set(team.maxima)
        return cls(
            roster=roster,
            counsellors=tuple(one for one in team.maxima if one in asked),
            maxima={one: most for one, most in team.maxima.items() if one in asked},
            women=team.women,
            languages=team.languages,
            _taken=taken,
        )

    @property
    def days(self) -> tuple[date, ...]:
        """The days these facts are about."""
        return self.roster.days

    @property
    def away(self) -> dict[int, list[TimeWindow]]:
        """When each counsellor is not there."""
        return {one: self.roster.away(one) for one in self.counsellors}

    def speaking(self, language: str) -> tuple[int, ...]:
        """Return the counsellors who counsel in a language."""
        return tuple(one for one in self.counsellors if language in self.languages[one])

    def offers(
        self,
        team: Iterable[int],
        kind: int,
        rules: SlotRules,
        *,
        not_before: datetime,
        not_after: datetime,
    ) -> Iterator[DayOffer]:
        """Yield each day with free times: the union over the counsellors."""
        left = {one: self._left(one, kind, rules) for one in team}
        if not left:
            return
        # The raster of a day is the same for everybody.
        rasters = [
            opened.raster
            for opened in open_days(self.roster, next(iter(left)), kind, rules)
        ]
        earliest, latest = ceiling(not_before), ceiling(not_after)
        for day, raster, *hers in zip(self.days, rasters, *left.values(), strict=True):
            offered = raster.from_until(earliest, latest)
            free = _with(offered, dict(zip(left, hers, strict=True)))
            if free:
                yield DayOffer(day, raster, rules.length, free)

    def is_free(
        self, counsellor: int, kind: int, rules: SlotRules, start: datetime
    ) -> bool:
        """Tell whether one counsellor could take a talk at this very moment."""
        if counsellor not in self.maxima or start.microsecond:
            return False
        days = open_days(self.roster, counsellor, kind, rules)
        left = self._left(counsellor, kind, rules)
        return any(
            starts & opened.raster.bit(floor(start))
            for starts, opened in zip(left, days, strict=True)
        )

    def duties(self, counsellor: int, day: date, kind: int) -> list[TimeWindow]:
        """Return when she is at work on a day: hours for this kind, less absences."""
        return self.roster.duties(counsellor, day, kind)

    def busy(
        self, counsellor: int, day: date, *, without: Iterable[TimeWindow] = ()
    ) -> list[TimeWindow]:
        """Return what takes up her day, and what reaches into it from the next.

        ``without`` are windows of appointments that may move: they take up nothing.
        """
        freed = {(floor(one.start), ceiling(one.end)) for one in without}
        around = TimeWindow(
            day_window(day - A_DAY, zone()).start, day_window(day + A_DAY, zone()).end
        )
        windows = (
            _window(since, until)
            for since, until in spans(self._taken.get(counsellor, NOT_TAKEN))
            if (since, until) not in freed
        )
        return merged(window for window in windows if window.overlaps(around))

    def candidate(
        self,
        counsellor: int,
        language: str,
        week: tuple[date, ...],
        *,
        own: int | None,
        woman: bool,
    ) -> Candidate:
        """Weigh a counsellor by the share of a week that is booked."""
        since = floor(day_window(week[0], self.roster.zone).start)
        until = floor(day_window(week[-1], self.roster.zone).end)
        booked = sum(
            busy_until - busy_from
            for busy_from, busy_until in spans(self._taken.get(counsellor, NOT_TAKEN))
            if since <= busy_from < until
        )
        return Candidate(
            id=counsellor,
            is_own=counsellor == own,
            is_wished=woman and counsellor in self.women,
            speaks_language=language in self.languages[counsellor],
            offered=hours_offered(self.roster, counsellor, week),
            booked=timedelta(seconds=booked),
        )

    def _left(self, counsellor: int, kind: int, rules: SlotRules) -> tuple[int, ...]:
        return starts_left(
            self.roster.midnights,
            open_days(self.roster, counsellor, kind, rules),
            self._taken.get(counsellor, NOT_TAKEN),
            self.maxima[counsellor],
        )


def _window(busy_from: int, until: int) -> TimeWindow:
    moments = (datetime.fromtimestamp(one, UTC) for one in (busy_from, until))
    return TimeWindow(*moments)


def _with(starts: int, free: Mapping[int, int]) -> dict[int, int]:
    return {one: left for one, hers in free.items() if (left := hers & starts)}


def _together(starts: Mapping[int, int]) -> int:
    either = 0
    for one in starts.values():
        either |= one
    return either
