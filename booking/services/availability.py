"""Which times can be offered, and who of the counsellors takes one?"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum, auto

from booking.models import ConsultationType, Place, db
from booking.models.running import zone
from booking.scheduling import SlotRules, TimeWindow, nearest
from booking.services import office, unchanged
from booking.services.interpreter_pool import Pool
from booking.services.interpreter_pool import (
    free_interpreters as free_interpreters,  # noqa: PLC0414 - what this module promises
)
from booking.services.rota import DayOffer, Rota, Slot

A_MINUTE = timedelta(minutes=1)
FIRST_DAYS = 7  # looked at before all the others
NEAREST = 3  # times offered when the wanted one is taken


class NothingOffered(Exception):
    """The office offers no such consultation, or not to this person."""


class Booker(Enum):
    """Who looks for a time: staff know whether this very day still works."""

    CLIENT = auto()
    STAFF = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a client asks for before any time is chosen."""

    place: Place
    language: str
    interpreter: bool = False
    woman: bool = False  # preferred; it never empties the list
    own: int | None = None  # the client's own counsellor, by a personal link
    booker: Booker = Booker.CLIENT


@dataclass(frozen=True, slots=True)
class Offer:
    """All days with free times, the earliest first."""

    kind: ConsultationType
    days: tuple[DayOffer, ...]
    interpreted: bool  # by wish, or because nobody here speaks the language
    pool: Pool | None = None  # of interpreters, when times are kept to theirs

    @property
    def slots(self) -> Iterator[Slot]:
        """Every free time of every day."""
        return (slot for day in self.days for slot in day.slots)

    def next_free(self) -> Slot | None:
        """Return the earliest free time."""
        return self.days[0].first if self.days else None

    def of_day(self, day: date) -> DayOffer | None:
        """Return what is offered on one day."""
        return next((offer for offer in self.days if offer.day == day), None)

    def on(self, day: date) -> tuple[Slot, ...]:
        """Return the free times of one day."""
        offered = self.of_day(day)
        return offered.slots if offered else ()

    def without(self, start: datetime) -> "Offer":
        """Return the same without one start: that of the appointment to be moved."""
        days = (day.without(start) for day in self.days)
        return replace(self, days=tuple(day for day in days if day.free))

    def nearest_to(self, moment: datetime) -> list[TimeWindow]:
        """Return the three free times closest to one that is gone."""
        return nearest((slot.window for slot in self.slots), moment, count=NEAREST)


def type_for(place: Place) -> ConsultationType:
    """Return what the office offers anybody at this place, or ``NothingOffered``."""
    found = (one for one in office.offered() if one.place == place)
    kind = next(found, None)
    if kind is None:
        raise NothingOffered(place)
    return kind


def offer(
    wish: Wish,
    *,
    now: datetime,
    first: date | None = None,
    days: int | None = None,
    excluding: int | None = None,
) -> Offer:
    """Return what may be booked, within the notice and horizon of its type.

    The notice is kept for clients; staff see what is free from now on. Times are
    kept to those of an interpreter, and to those of the client's own counsellor, as
    long as that leaves any at all.

    ``excluding`` is an appointment that is about to move and stands in nobody's way.
    """
    search = Search.within(type_for(wish.place), wish, now, excluding)
    chosen = tuple(
        day
        for day in search.days
        if (first is None or day >= first)
        and (days is None or day < (first or search.days[0]) + timedelta(days=days))
    )
    if not chosen:
        return Offer(search.kind, (), interpreted=wish.interpreter)
    return search.through(chosen)[0]


@dataclass(frozen=True, slots=True)
class Search:
    """One look for times: what is wished, over which days, seen at which moment."""

    kind: ConsultationType
    wish: Wish
    days: tuple[date, ...]  # the whole horizon
    not_before: datetime
    not_after: datetime
    now: datetime
    excluding: int | None

    @classmethod
    def within(
        cls, kind: ConsultationType, wish: Wish, now: datetime, excluding: int | None
    ) -> "Search":
        """Search from the end of the notice to the horizon."""
        notice = kind.notice if wish.booker is Booker.CLIENT else 0
        not_before = now + timedelta(minutes=notice)
        not_after = now + timedelta(days=kind.horizon)
        first, last = (
            moment.astimezone(zone()).date() for moment in (not_before, not_after)
        )
        days = days_between(first, last)
        return cls(kind, wish, days, not_before, not_after, now, excluding)

    def through(
        self, days: tuple[date, ...], also: tuple[date, ...] = ()
    ) -> tuple[Offer, Rota]:
        """Return what is free on these days, and the facts it was found in.

        It is offered in the narrowest way that leaves anything. Whether one does can
        only be said of all days together: then all of them are read. ``also`` names
        days whose facts are wanted besides.
        """
        read = tuple(sorted({*days, *also}))
        rota = Rota.read(db.session(), read, now=self.now, excluding=self.excluding)
        speakers = rota.speaking(self.wish.language)
        interpreted = self.wish.interpreter or not speakers
        pool = self._pool(read) if interpreted else None
        narrowed = pool is not None or self.wish.own in rota.counsellors
        if narrowed and not set(self.days) <= set(read):
            return self._narrowed(days, (*read, *self.days))
        team = rota.counsellors if interpreted else speakers
        rules = self.kind.rules(interpreted=interpreted, group=False)
        for who, interpreters in _ways(team, self.wish.own, pool):
            if found := tuple(self._days_with(rota, who, interpreters, rules)):
                return Offer(self.kind, found, interpreted, interpreters), rota
        return Offer(self.kind, (), interpreted), rota

    def _narrowed(
        self, days: tuple[date, ...], read: tuple[date, ...]
    ) -> tuple[Offer, Rota]:
        whole, rota = self.through(self.days, read)
        left = tuple(one for one in whole.days if one.day in days)
        return replace(whole, days=left), rota

    def _pool(self, days: tuple[date, ...]) -> Pool | None:
        pool = Pool.read(
            db.session(),
            self.wish.language,
            self.wish.place,
            days,
            now=self.now,
            excluding=self.excluding,
        )
        return pool if pool.members else None

    def _days_with(
        self, rota: Rota, team: tuple[int, ...], pool: Pool | None, rules: SlotRules
    ) -> Iterator[DayOffer]:
        """Yield the days on which somebody is free, with an interpreter if need be."""
        asked_at = self.now if self.wish.booker is Booker.CLIENT else None
        for day in rota.offers(
            team,
            self.kind.id,
            rules,
            not_before=self.not_before,
            not_after=self.not_after,
        ):
            if pool is None:
                yield day
                continue
            both = day.with_interpreters(pool.starts(day.day, rules, asked_at=asked_at))
            if both.free:
                yield both


def _ways(
    team: tuple[int, ...], own: int | None, pool: Pool | None
) -> Iterator[tuple[tuple[int, ...], Pool | None]]:
    """Yield whose times may be offered, the narrowest first.

    To be understood counts more than to meet one's own counsellor.
    """
    teams = [(own,), team] if own in team and own is not None else [team]
    for interpreters in (pool, None) if pool else (None,):
        for who in teams:
            yield who, interpreters


def next_free(wish: Wish, *, now: datetime) -> Slot | None:
    """Return the earliest free time; mostly the first days are enough to look at.

    While nobody writes, it is looked for once a minute: a hold that runs out shows
    that much later.
    """
    return unchanged.read(
        db.session.connection(),
        ("next free", wish),
        lambda: _next_free(wish, now),
        now=now,
        until=lambda slot: min(
            now + A_MINUTE, _last_chance(slot, wish) if slot else now
        ),
    )


def _next_free(wish: Wish, now: datetime) -> Slot | None:
    soon = offer(wish, now=now, days=FIRST_DAYS).next_free()
    return soon or offer(wish, now=now).next_free()


def _last_chance(slot: Slot, wish: Wish) -> datetime:
    """Return when a time is no longer offered: its notice then begins."""
    notice = type_for(wish.place).notice if wish.booker is Booker.CLIENT else 0
    return slot.window.start - timedelta(minutes=notice)


def places() -> list[Place]:
    """Return where the office offers talks that anybody may book."""
    offered = {one.place for one in office.offered()}
    return [place for place in Place if place in offered]


def days_between(first: date, last: date) -> tuple[date, ...]:
    """Return all days from the first to the last."""
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
