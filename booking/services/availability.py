"""Which times can be offered, and who of the counsellors takes one?"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum, auto

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from booking.models import (
    ACTIVE,
    Appointment,
    BookableBy,
    ConsultationType,
    Interpreter,
    InterpreterHours,
    InterpreterLanguage,
    Place,
    db,
)
from booking.models.running import zone
from booking.scheduling import (
    SlotRules,
    TimeWindow,
    by_preference,
    instant,
    nearest,
)
from booking.services.rota import DayOffer, Rota, Slot

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

    The notice is kept for clients; staff see what is free from now on.

    ``excluding`` is an appointment that is about to move and stands in nobody's way.
    """
    kind = type_for(wish.place)
    notice = kind.notice if wish.booker is Booker.CLIENT else 0
    not_before = now + timedelta(minutes=notice)
    not_after = now + timedelta(days=kind.horizon)
    start = max(first or date.min, not_before.astimezone(zone()).date())
    last = not_after.astimezone(zone()).date()
    if last < start:
        return Offer(kind, (), interpreted=wish.interpreter)
    if days is not None:
        last = min(last, start + timedelta(days=days - 1))
    rota = Rota.read(db.session(), _days(start, last), now=now, excluding=excluding)
    speakers = rota.speaking(wish.language)
    interpreted = wish.interpreter or not speakers
    offered = rota.offers(
        rota.counsellors if interpreted else speakers,
        kind,
        kind.rules(interpreted=interpreted, group=False),
        not_before=not_before,
        not_after=not_after,
    )
    return Offer(kind, tuple(offered), interpreted=interpreted)


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
    capacity: int  # talks that still fit into that day, all counsellors together

    @property
    def rules(self) -> SlotRules:
        """How the talk is cut."""
        return self.kind.rules(interpreted=self.interpreted, group=False)


def look_at(
    wish: Wish, start: datetime, *, now: datetime, excluding: int | None = None
) -> Look:
    """Look who could take a time; the guard looks again, behind the lock."""
    day = start.astimezone(zone()).date()
    found = offer(wish, now=now, first=day, days=1, excluding=excluding)
    slots = found.on(day)
    free = next((slot.counsellors for slot in slots if slot.window.start == start), ())
    ordered = in_order(free, wish.language, day, now=now) if len(free) > 1 else free
    rules = found.kind.rules(interpreted=found.interpreted, group=False)
    starts = sum(len(slot.counsellors) for slot in slots)
    capacity = starts * rules.raster // (rules.before + rules.length + rules.after)
    return Look(found.kind, found.interpreted, tuple(ordered), capacity)


def in_order(
    counsellors: Collection[int], language: str, day: date, *, now: datetime
) -> list[int]:
    """Order counsellors by language and by the share of their week that is booked."""
    monday = day - timedelta(days=day.weekday())
    week = _days(monday, monday + timedelta(days=6))
    rota = Rota.read(db.session(), week, now=now, only=counsellors)
    return [
        candidate.id
        for candidate in by_preference(
            rota.candidate(counsellor, language) for counsellor in counsellors
        )
    ]


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


def free_interpreters(
    session: Session,
    appointment: Appointment,
    *,
    now: datetime,
    besides: Collection[int] = (),
) -> list[int]:
    """Return who could interpret an appointment, in order of preference."""
    day = appointment.starts_at.astimezone(zone()).date()
    hours = session.execute(
        select(InterpreterHours, Interpreter.lead_hours)
        .join(Interpreter, Interpreter.id == InterpreterHours.interpreter_id)
        .join(InterpreterLanguage, InterpreterLanguage.interpreter_id == Interpreter.id)
        .where(
            Interpreter.active,
            InterpreterLanguage.language == appointment.language,
            Interpreter.id.not_in(besides),
            InterpreterHours.weekday == day.weekday(),
            InterpreterHours.valid_from <= day,
            or_(
                InterpreterHours.valid_until.is_(None),
                InterpreterHours.valid_until >= day,
            ),
            ~_is_taken(appointment),
        )
        .order_by(Interpreter.id)
    )
    return list(
        dict.fromkeys(
            row.interpreter_id
            for row, lead in hours
            if instant(day, row.opens, zone()) <= appointment.starts_at
            and appointment.ends_at <= instant(day, row.closes, zone())
            and now + timedelta(hours=lead) <= appointment.starts_at
        )
    )


def _is_taken(appointment: Appointment) -> ColumnElement[bool]:
    return (
        select(Appointment.id)
        .where(
            Appointment.interpreter_id == Interpreter.id,
            Appointment.id != appointment.id,
            Appointment.status.in_(ACTIVE),
            Appointment.busy_from < appointment.busy_until,
            Appointment.busy_until > appointment.busy_from,
        )
        .exists()
    )


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
