"""Who could take one time, and who of them first? A look ahead of the lock, and behind.

The look before the lock turns away those who come too late; inside the write unit
``still_free`` and ``still_interprets`` ask the same of what is true then.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from booking.models import Appointment, ConsultationType, Place
from booking.models.running import zone
from booking.scheduling import FINEST_RASTER, SlotRules, TimeWindow, by_preference
from booking.services.availability import Search, Wish, days_between, type_for
from booking.services.interpreter_pool import Pool
from booking.services.rota import Rota, Slot

NOBODY: frozenset[int] = frozenset()


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
    search = Search.within(type_for(wish.place), wish, now, excluding)
    if day not in search.days:
        return _nobody(search.kind, wish)
    week = week_of(day)
    found, rota = search.through((day,), also=week)
    offered = found.of_day(day)
    slot = offered.at(start) if offered else None
    rules = search.kind.rules(interpreted=found.interpreted, group=False)
    starts = sum(one.bit_count() for one in offered.free.values()) if offered else 0
    counsellors, wished = _in_order(slot, wish, week, rota)
    interpreters: list[int] = []
    if slot and found.pool:
        interpreters = found.pool.by_preference(
            slot.interpreters, start, woman=wish.woman
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


def look_at_own(wish: Wish, counsellor: int) -> Look:
    """Return what is known of a time that is already kept for this client."""
    return replace(_nobody(type_for(wish.place), wish), counsellors=(counsellor,))


def _nobody(kind: ConsultationType, wish: Wish) -> Look:
    return Look(
        kind,
        wish.interpreter,
        counsellors=(),
        interpreters=(),
        wished=NOBODY,
        women_wished=NOBODY,
        capacity=0,
    )


def _in_order(
    slot: Slot | None, wish: Wish, week: tuple[date, ...], rota: Rota
) -> tuple[tuple[int, ...], frozenset[int]]:
    """Order who could take a slot; say who of all is wished for."""
    free = slot.counsellors if slot else ()
    ordered = by_preference(
        rota.candidate(one, wish.language, week, own=wish.own, woman=wish.woman)
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
    rules = replace(look.rules, length=window.length)
    return window.start >= now and rota.is_free(
        counsellor, look.kind.id, rules, window.start
    )


def still_takes(
    session: Session, counsellor: int, row: Appointment, *, now: datetime
) -> bool:
    """Tell, inside a write unit, whether a counsellor can take a talk as it stands."""
    day = row.starts_at.astimezone(zone()).date()
    rota = Rota.read(session, [day], now=now, only=[counsellor], excluding=row.id)
    return row.starts_at >= now and rota.is_free(
        counsellor, row.type_id, as_it_stands(row), row.starts_at
    )


def as_it_stands(row: Appointment) -> SlotRules:
    """Return how a talk is cut that keeps its window, whatever is offered by now."""
    return SlotRules(
        length=row.window.length,
        raster=FINEST_RASTER,
        before=row.starts_at - row.busy_from,
        after=row.busy_until - row.ends_at,
    )


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
    if not look.interpreters:
        return []
    place = Place(look.kind.place)
    day = window.start.astimezone(zone()).date()
    pool = Pool.read(session, row.language, place, [day], now=now, excluding=row.id)
    free = pool.free(window, look.rules.busy(window), asked_at=None)
    return [one for one in look.interpreters if one in free]


def week_of(day: date) -> tuple[date, ...]:
    """Return the days of the week in which a day lies, from its Monday on."""
    monday = day - timedelta(days=day.weekday())
    return days_between(monday, monday + timedelta(days=6))
