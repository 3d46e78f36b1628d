"""Which times can be offered, and who of the counsellors takes one?"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum, auto

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.models import Appointment, BookableBy, ConsultationType, Place, db
from booking.models.running import zone
from booking.scheduling import SlotRules, TimeWindow, by_preference, nearest
from booking.services.interpreter_pool import Pool
from booking.services.interpreter_pool import (
    free_interpreters as free_interpreters,  # noqa: PLC0414 - what this module promises
)
from booking.services.rota import DayOffer, Rota, Slot

FIRST_DAYS = 7  # looked at before all the others
NEAREST = 3  # times offered when the wanted one is taken
NOBODY: frozenset[int] = frozenset()


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
        return next(self.slots, None)

    def on(self, day: date) -> tuple[Slot, ...]:
        """Return the free times of one day."""
        return next((offer.slots for offer in self.days if offer.day == day), ())

    def without(self, start: datetime) -> "Offer":
        """Return the same without one start: that of the appointment to be moved."""
        days = (
            DayOffer(day.day, slots)
            for day in self.days
            if (slots := tuple(s for s in day.slots if s.window.start != start))
        )
        return replace(self, days=tuple(days))

    def nearest_to(self, moment: datetime) -> list[TimeWindow]:
        """Return the three free times closest to one that is gone."""
        return nearest((slot.window for slot in self.slots), moment, count=NEAREST)


def type_for(place: Place, session: Session | None = None) -> ConsultationType:
    """Return what the office offers anybody at this place, or ``NothingOffered``."""
    found = (session or db.session()).scalar(
        select(ConsultationType)
        .where(
            ConsultationType.place == place,
            ConsultationType.active,
            ConsultationType.bookable_by == BookableBy.ANYONE,
        )
        .order_by(ConsultationType.id)
        .limit(1)
    )
    if found is None:
        raise NothingOffered(place)
    return found


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
    kind = type_for(wish.place)
    search = _Search.within(kind, wish, now)
    chosen = [
        day
        for day in search.days
        if (first is None or day >= first)
        and (days is None or day < (first or search.days[0]) + timedelta(days=days))
    ]
    if not chosen:
        return Offer(kind, (), interpreted=wish.interpreter)
    return search.offer(chosen, excluding)


@dataclass(frozen=True, slots=True)
class _Search:
    """One look for times: what is wished, over which days, seen at which moment."""

    kind: ConsultationType
    wish: Wish
    days: list[date]  # the whole horizon
    not_before: datetime
    not_after: datetime
    now: datetime

    @classmethod
    def within(cls, kind: ConsultationType, wish: Wish, now: datetime) -> "_Search":
        """Search from the end of the notice to the horizon."""
        notice = kind.notice if wish.booker is Booker.CLIENT else 0
        not_before = now + timedelta(minutes=notice)
        not_after = now + timedelta(days=kind.horizon)
        first, last = (
            moment.astimezone(zone()).date() for moment in (not_before, not_after)
        )
        return cls(kind, wish, _days(first, last), not_before, not_after, now)

    def offer(self, days: list[date], excluding: int | None) -> Offer:
        """Return what is free on these days, in the narrowest way that leaves any."""
        rota = Rota.read(db.session(), days, now=self.now, excluding=excluding)
        speakers = rota.speaking(self.wish.language)
        interpreted = self.wish.interpreter or not speakers
        pool = self._pool(days, excluding) if interpreted else None
        narrowed = pool is not None or self.wish.own in rota.counsellors
        if narrowed and len(days) < len(self.days):
            # Whether anything is left can only be said of all days together.
            whole = self.offer(self.days, excluding)
            wanted = frozenset(days)
            left = tuple(one for one in whole.days if one.day in wanted)
            return replace(whole, days=left)
        team = rota.counsellors if interpreted else speakers
        rules = self.kind.rules(interpreted=interpreted, group=False)
        teams = _teams(team, self.wish.own)
        if pool is not None:
            for who in teams:
                if found := tuple(self._interpreted(rota, who, rules, pool)):
                    return Offer(self.kind, found, interpreted=True, pool=pool)
        for who in teams:
            if found := tuple(self._free(rota, who, rules)):
                return Offer(self.kind, found, interpreted=interpreted)
        return Offer(self.kind, (), interpreted=interpreted)

    def _pool(self, days: list[date], excluding: int | None) -> Pool | None:
        pool = Pool.read(
            db.session(),
            self.wish.language,
            self.wish.place,
            days,
            now=self.now,
            excluding=excluding,
        )
        return pool if pool.members else None

    def _free(
        self, rota: Rota, team: tuple[int, ...], rules: SlotRules
    ) -> Iterator[DayOffer]:
        return rota.offers(
            team,
            self.kind,
            rules,
            not_before=self.not_before,
            not_after=self.not_after,
        )

    def _interpreted(
        self, rota: Rota, team: tuple[int, ...], rules: SlotRules, pool: Pool
    ) -> Iterator[DayOffer]:
        asked_at = self.now if self.wish.booker is Booker.CLIENT else None
        for day in self._free(rota, team, rules):
            slots = tuple(
                replace(slot, interpreters=tuple(free))
                for slot in day.slots
                if (
                    free := pool.free(
                        slot.window, rules.busy(slot.window), asked_at=asked_at
                    )
                )
            )
            if slots:
                yield DayOffer(day.day, slots)


def _teams(team: tuple[int, ...], own: int | None) -> list[tuple[int, ...]]:
    """Return whose times to offer, the narrowest first: her own counsellor's alone."""
    return [(own,), team] if own in team and own is not None else [team]


def next_free(wish: Wish, *, now: datetime) -> Slot | None:
    """Return the earliest free time; mostly the first days are enough to look at."""
    soon = offer(wish, now=now, days=FIRST_DAYS).next_free()
    return soon or offer(wish, now=now).next_free()


def places() -> list[Place]:
    """Return where the office offers talks that anybody may book."""
    offered = set(
        db.session.scalars(
            select(ConsultationType.place).where(
                ConsultationType.active,
                ConsultationType.bookable_by == BookableBy.ANYONE,
            )
        )
    )
    return [place for place in Place if place in offered]


@dataclass(frozen=True, slots=True)
class Look:
    """What an optimistic look, before any lock, found out about one time."""

    kind: ConsultationType
    interpreted: bool
    counsellors: tuple[int, ...]  # who could take it, the best choice first
    interpreters: tuple[int, ...]  # one of these must come too, unless there is none
    wished: frozenset[int]  # counsellors who come before who held the time until now
    women_wished: frozenset[int]  # the same, of the interpreters
    capacity: int  # talks that still fit into that day, all counsellors together

    @property
    def rules(self) -> SlotRules:
        """How the talk is cut."""
        return self.kind.rules(interpreted=self.interpreted, group=False)

    def led_by(self, counsellor: int | None, interpreter: int | None) -> "Look":
        """Return the same with who had the time until now first, but for a wish."""
        return replace(
            self,
            counsellors=_led_by(counsellor, self.counsellors, self.wished),
            interpreters=_led_by(interpreter, self.interpreters, self.women_wished),
        )

    def kept_with(self, counsellor: int, interpreter: int | None) -> "Look":
        """Return the same with these first, as far as they can take it at all."""
        return replace(
            self,
            counsellors=tuple(sorted(self.counsellors, key=lambda o: o != counsellor)),
            interpreters=tuple(
                sorted(self.interpreters, key=lambda o: o != interpreter)
            ),
        )

    def only(self, counsellor: int) -> "Look":
        """Return the same for one counsellor alone, if she could take it."""
        kept = tuple(one for one in self.counsellors if one == counsellor)
        return replace(self, counsellors=kept)


def look_at(
    wish: Wish, start: datetime, *, now: datetime, excluding: int | None = None
) -> Look:
    """Look who could take a time; the guard looks again, behind the lock."""
    day = start.astimezone(zone()).date()
    found = offer(wish, now=now, first=day, days=1, excluding=excluding)
    slots = found.on(day)
    free = next((slot for slot in slots if slot.window.start == start), None)
    rules = found.kind.rules(interpreted=found.interpreted, group=False)
    starts = sum(len(slot.counsellors) for slot in slots)
    counsellors, wished = _in_order(free, wish, day, now=now)
    interpreters: list[int] = []
    if free and found.pool:
        interpreters = found.pool.by_preference(
            free.interpreters, start, woman=wish.woman
        )
    return Look(
        found.kind,
        found.interpreted,
        counsellors,
        tuple(interpreters),
        wished=wished,
        women_wished=found.pool.women() if found.pool and wish.woman else NOBODY,
        capacity=starts * rules.raster // (rules.before + rules.length + rules.after),
    )


def _in_order(
    slot: Slot | None, wish: Wish, day: date, *, now: datetime
) -> tuple[tuple[int, ...], frozenset[int]]:
    """Order who could take a slot; say who of all is wished for."""
    free = slot.counsellors if slot else ()
    monday = day - timedelta(days=day.weekday())
    week = _days(monday, monday + timedelta(days=6))
    rota = Rota.read(db.session(), week, now=now)
    ordered = by_preference(
        rota.candidate(one, wish.language, own=wish.own, woman=wish.woman)
        for one in free
    )
    if wish.own in free and wish.own is not None:
        wished = frozenset({wish.own})
    else:
        wished = rota.women if wish.woman else NOBODY
    return tuple(one.id for one in ordered), wished


def _led_by(
    first: int | None, others: tuple[int, ...], wished: frozenset[int]
) -> tuple[int, ...]:
    ordered = dict.fromkeys(((first,) if first is not None else ()) + others)
    return tuple(sorted(ordered, key=lambda one: one not in wished))


def still_free(
    session: Session,
    counsellor: int,
    look: Look,
    window: TimeWindow,
    *,
    now: datetime,
    excluding: int | None,
) -> bool:
    """Tell, inside a write unit, whether a counsellor can take a window.

    ``excluding`` is the row that is about to move there. Notice and horizon are
    not asked: they limit what is offered, not what was promised.
    """
    day = window.start.astimezone(zone()).date()
    rota = Rota.read(session, [day], now=now, only=[counsellor], excluding=excluding)
    free = rota.free(
        counsellor,
        look.kind,
        day,
        replace(look.rules, length=window.length),
        not_before=max(now, window.start),
        not_after=window.start + timedelta.resolution,
    )
    return window in free


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def still_interprets(
    session: Session,
    look: Look,
    row: Appointment,
    window: TimeWindow,
    *,
    now: datetime,
) -> list[int]:
    """Return, inside a write unit, who of the interpreters can come to a window.

    Her lead time is not asked: it limits what is offered, not what was promised.
    """
    place = Place(look.kind.place)
    day = window.start.astimezone(zone()).date()
    pool = Pool.read(session, row.language, place, [day], now=now, excluding=row.id)
    free = pool.free(window, look.rules.busy(window), asked_at=None)
    return [one for one in look.interpreters if one in free]
