"""How long is a time kept for somebody who still types? Twenty minutes, and for few.

A hold is the row of the appointment-to-be. It is found by the key of one walk through
the form, so that going back moves it, and the last button books it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, literal_column, select
from sqlalchemy.orm import Session

from booking.models import Appointment, Instant, Reach, Status, db
from booking.models.running import zone
from booking.scheduling import day_window
from booking.services.availability import Wish
from booking.services.claim import SlotTaken, claim, end_holds, queue_behind
from booking.services.look import Look, look_at, look_at_own
from booking.services.office import decisions
from booking.services.writing import tried_again, write_session

HOLD = timedelta(minutes=20)  # WCAG 2.2.1: nobody needs to ask for more time
HOLDS_ARE_KEPT = timedelta(days=1)  # afterwards nobody comes back to one

NOT_YET_BOOKED = frozenset({Status.HELD, Status.EXPIRED})
_ROWS = Appointment.__table__.alias()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A wish with the time chosen for it. ``key`` is one per walk through the form.

    ``counsellor`` is set when it must be she and nobody else; ``booked_by`` is who
    fills in the form for somebody on the phone.
    """

    wish: Wish
    start: datetime
    key: str
    letter_language: str
    counsellor: int | None = None
    booked_by: int | None = None
    client: int | None = None  # whose file it belongs to, by a personal link or staff


class Kept(NamedTuple):
    """What a walk through the form has taken so far: a few columns of its row."""

    id: int
    status: str
    type_id: int
    starts_at: datetime
    counsellor_id: int
    interpreter_id: int | None
    interpreter_wanted: bool
    language: str
    hold_until: datetime | None


@tried_again
def hold(choice: Choice, *, network: bytes, now: datetime) -> datetime | None:
    """Keep a time while somebody types; return until when, or None if it is not.

    The same key moves the same hold. When too many are held already, nothing is
    kept and nobody is refused: the last page's POST decides. Raises ``SlotTaken``.
    """
    before = kept(choice.key)
    if before and before.status not in NOT_YET_BOOKED:
        return None
    look = first_look(before, choice, now)
    with write_session() as session:
        queue_behind(session, choice.key)
        held = _held(session, choice, network, now)
        row = session.get_one(Appointment, held.own) if held.own else None
        row = row or new_row(choice, now)
        if row.status not in NOT_YET_BOOKED:
            return None
        if _too_many(held, look):
            row.status = Status.EXPIRED  # she has left the time she held before
            return None
        row.hold_until, row.network_hash, row.changed_at = now + HOLD, network, now
        row.language = choice.wish.language
        claim(session, row, look, choice.start, status=Status.HELD, now=now)
    return now + HOLD


def held_until(choice: Choice, *, now: datetime) -> datetime | None:
    """Return until when the chosen time is kept, or None if it is not."""
    found = kept(choice.key)
    if found is None or found.starts_at != choice.start or not _is_held(found, now):
        return None
    return found.hold_until


def kept_by(key: str) -> int | None:
    """Return the row that a walk through the form holds, to be left out of account."""
    found = kept(key)
    return found.id if found and found.status in NOT_YET_BOOKED else None


@tried_again
def expire(*, now: datetime) -> None:
    """End the holds whose time is over, and forget those of yesterday."""
    with write_session() as session:
        end_holds(session, now=now)
        session.execute(
            delete(Appointment).where(
                Appointment.status == Status.EXPIRED,
                Appointment.changed_at < now - HOLDS_ARE_KEPT,
            )
        )


def kept(key: str) -> Kept | None:
    """Return what a walk through the form has taken so far, if anything."""
    found = db.session.connection().execute(_KEPT, {"key": key}).first()
    return Kept(*found) if found else None


def row_of(session: Session, key: str) -> Appointment | None:
    """Return the row of a walk through the form, inside a write unit."""
    return session.scalar(_BY_KEY, {"key": key})


def new_row(choice: Choice, now: datetime) -> Appointment:
    """Begin the row of a walk through the form."""
    return Appointment(
        status=Status.EXPIRED,  # until it is claimed
        idempotency_key=choice.key,
        people=1,
        reach=Reach.NONE,
        created_at=now,
        changed_at=now,
        language=choice.wish.language,
        letter_language=choice.letter_language,
    )


def first_look(kept: Kept | None, choice: Choice, now: datetime) -> Look:
    """Look before the lock: who holds the time comes first, then the others."""
    own_row = kept.id if kept else None
    look = look_at(choice.wish, choice.start, now=now, excluding=own_row)
    if kept and _still_fits(kept, choice, look):
        same = look.interpreted and kept.language == choice.wish.language
        look = look.led_by(kept.counsellor_id, kept.interpreter_id if same else None)
    if choice.counsellor is not None:
        look = look.only(choice.counsellor)
    if not look.counsellors:
        raise SlotTaken
    return look


def look_at_hold(kept: Kept, choice: Choice, now: datetime) -> Look | None:
    """Look no further than her own hold, if that is all she asks for.

    Whoever wishes for somebody else, or an interpreter, is looked for among all.
    """
    wish = choice.wish
    somebody_else = wish.woman or wish.own not in {None, kept.counsellor_id}
    if somebody_else or wish.interpreter or kept.interpreter_wanted:
        return None
    look = look_at_own(wish, kept.counsellor_id)
    same = (kept.type_id, kept.starts_at, kept.language)
    if same != (look.kind.id, choice.start, wish.language) or not _is_held(kept, now):
        return None
    return look if choice.counsellor in {None, kept.counsellor_id} else None


def _is_held(kept: Kept, now: datetime) -> bool:
    until = kept.hold_until if kept.status == Status.HELD else None
    return until is not None and until > now


def _still_fits(kept: Kept, choice: Choice, look: Look) -> bool:
    """Tell whether the hold's counsellor suits what is asked for now."""
    understood = look.interpreted or kept.language == choice.wish.language
    return kept.starts_at == choice.start and understood


class _Held(NamedTuple):
    """What is held just now, but for what a walk through the form holds itself."""

    that_day: int
    here: int  # by the same network
    own: int | None  # the walk's own row


def _held(session: Session, choice: Choice, network: bytes, now: datetime) -> _Held:
    day = day_window(choice.start.astimezone(zone()).date(), zone())
    facts = {
        "now": now,
        "key": choice.key,
        "network": network,
        "since": day.start,
        "until": day.end,
    }
    return _Held(*session.connection().execute(_HELD, facts).one())


def _too_many(held: _Held, look: Look) -> bool:
    limits = decisions()
    share = (look.capacity + held.that_day) // limits.share_of_holds
    most = max(limits.holds_a_day, share)
    return held.that_day >= most or held.here >= limits.holds_a_network


_HELD = select(
    func.count().filter(
        Appointment.starts_at >= bindparam("since", type_=Instant),
        Appointment.starts_at < bindparam("until", type_=Instant),
    ),
    func.count().filter(Appointment.network_hash == bindparam("network")),
    select(_ROWS.c.id)
    .where(_ROWS.c.idempotency_key == bindparam("key"))
    .scalar_subquery(),
).where(
    # Written out: only so is the small index of the holds used.
    Appointment.status == literal_column(f"'{Status.HELD}'"),
    Appointment.hold_until > bindparam("now", type_=Instant),
    Appointment.idempotency_key.is_distinct_from(bindparam("key")),
)


_IS_KEY = Appointment.idempotency_key == bindparam("key")
_BY_KEY = select(Appointment).where(_IS_KEY)
_KEPT = select(*(Appointment.__table__.c[name] for name in Kept._fields)).where(_IS_KEY)
