"""Hold, book, move and cancel an appointment.

What takes up time goes through ``claim``, the one guard; a look before the lock
turns away those who come too late, so that losers never queue for it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, delete, func, literal_column, select
from sqlalchemy.orm import Session, joinedload

from booking.models import (
    Appointment,
    Instant,
    LetterKind,
    Place,
    Reach,
    Status,
    VisitState,
    db,
    keyring,
)
from booking.models.running import zone
from booking.scheduling import day_window
from booking.services import feeds, interpreters, letters, links, stops
from booking.services.availability import Booker, Wish
from booking.services.claim import SlotTaken, claim, end_holds, queue_behind
from booking.services.journal import Actor, note
from booking.services.links import WayBack
from booking.services.look import Look, look_at
from booking.services.office import decisions
from booking.services.writing import tried_again, write_session

HOLD = timedelta(minutes=20)  # WCAG 2.2.1: nobody needs to ask for more time
HOLDS_ARE_KEPT = timedelta(days=1)  # afterwards nobody comes back to one

_NOT_YET_BOOKED = frozenset({Status.HELD, Status.EXPIRED})


class _Kept(NamedTuple):
    """What a walk through the form has taken so far: a few columns of its row."""

    id: int
    status: str
    starts_at: datetime
    counsellor_id: int
    interpreter_id: int | None
    language: str
    hold_until: datetime | None


class TooLate(Exception):
    """The appointment has begun or was given up; there is nothing left to change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom we meet, and how she wants to hear from us: what the form asked."""

    name: str
    reach: Reach = Reach.NONE
    phone: str = ""
    email: str = ""
    address: str = ""
    safe_hours: str = ""
    supporter: str = ""
    no_message: bool = False
    people: int = 1
    woman_preferred: bool = False
    remind_days: int | None = None  # None: as the office usually does


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


@tried_again
def hold(choice: Choice, *, network: bytes, now: datetime) -> None:
    """Keep a time while somebody types.

    The same key moves the same hold. When too many are held already, nothing is
    kept and nobody is refused: the last page's POST decides. Raises ``SlotTaken``.
    """
    kept = _kept(choice.key)
    if kept and kept.status not in _NOT_YET_BOOKED:
        return
    look = _first_look(kept, choice, now)
    with write_session() as session:
        queue_behind(session, choice.key)
        row = _row_of(session, choice.key) or _new_row(choice, now)
        if row.status not in _NOT_YET_BOOKED:
            return
        if _too_many_holds(session, row, choice, look, network, now):
            row.status = Status.EXPIRED  # she has left the time she held before
            return
        row.hold_until, row.network_hash, row.changed_at = now + HOLD, network, now
        row.language = choice.wish.language
        claim(session, row, look, choice.start, status=Status.HELD, now=now)


@tried_again
def book(choice: Choice, person: Person, *, now: datetime) -> WayBack:
    """Book the time for a person; the database settles a tie.

    Sent twice, it shows the first result; sent again for another time or person,
    it books that too. A hold that ran out is no obstacle as long as the time is
    free. Raises ``SlotTaken``.
    """
    kept = _kept(choice.key)
    if kept and kept.status not in _NOT_YET_BOOKED:
        before = db.session.get_one(Appointment, kept.id)
        if _is_repeated(before, choice, person):
            return links.way_to(db.session(), before)
        return book(_begun_anew(choice, person), person, now=now)
    wish = replace(choice.wish, woman=choice.wish.woman or person.woman_preferred)
    look = _first_look(kept, replace(choice, wish=wish), now)
    with write_session() as session:
        queue_behind(session, choice.key)
        row = _row_of(session, choice.key) or _new_row(choice, now)
        if row.status not in _NOT_YET_BOOKED:
            return links.way_to(session, row)
        _describe(row, choice, person)
        row.hold_until = row.network_hash = None
        row.changed_at = now
        claim(session, row, look, choice.start, status=Status.BOOKED, now=now)
        way = links.new_link(session, row)
        letters.write(session, row, LetterKind.CONFIRMATION, now=now)
        interpreters.ask(session, row, now=now)
        feeds.bump(session, [row.counsellor_id], at=now)
        _note(session, "book", row, choice.booked_by, now)
    return way


@tried_again
def move(
    appointment: UUID, start: datetime, *, now: datetime, by: int | None = None
) -> None:
    """Let the same appointment take place at another time.

    Its counsellor comes first, then whoever else fits; when staff move it (``by``),
    only its counsellor. Its interpreter comes along if she can. Raises ``SlotTaken``
    or ``TooLate``.
    """
    before = changeable(db.session(), appointment, now)
    if before.starts_at == start:
        return
    booker = Booker.CLIENT if by is None else Booker.STAFF
    look = look_at(wish_of(before, booker), start, now=now, excluding=before.id)
    look = look.kept_with(before.counsellor_id, before.interpreter_id)
    if by is not None:
        look = look.only(before.counsellor_id)
    with write_session() as session:
        row = changeable(session, appointment, now)
        before_that = row.counsellor_id
        claim(session, row, look, start, status=Status.BOOKED, now=now)
        row.raise_sequence(at=now)
        row.moved_by_office = by is not None
        letters.write(session, row, LetterKind.MOVED, now=now)
        interpreters.keep_asked(session, row, now=now)
        feeds.bump(session, [before_that, row.counsellor_id], at=now)
        _note(session, "move", row, by, now)


@tried_again
def cancel(appointment: UUID, *, now: datetime, by: int | None = None) -> None:
    """Give the time back; cancelling twice is no mistake. Raises ``TooLate``.

    ``by`` is the staff member who does it, or None for the client herself.
    """
    with write_session() as session:
        if _found(session, appointment).status == Status.CANCELLED:
            return
        row = changeable(session, appointment, now)
        row.status = Status.CANCELLED
        row.raise_sequence(at=now)
        row.cancelled_by_office = by is not None
        if stop := stops.stop_of(session, row):
            stops.give_up(session, stop, state=VisitState.DECLINED, now=now)
        letters.write(session, row, LetterKind.CANCELLED, now=now)
        interpreters.keep_asked(session, row, now=now)
        feeds.bump(session, [row.counsellor_id], at=now)
        _note(session, "cancel", row, by, now)


@tried_again
def expire_holds(*, now: datetime) -> None:
    """End the holds whose time is over, and forget those of yesterday."""
    with write_session() as session:
        end_holds(session, now=now)
        session.execute(
            delete(Appointment).where(
                Appointment.status == Status.EXPIRED,
                Appointment.changed_at < now - HOLDS_ARE_KEPT,
            )
        )


def held_until(choice: Choice, *, now: datetime) -> datetime | None:
    """Return until when the chosen time is kept, or None if it is not."""
    kept = _kept(choice.key)
    if kept is None or kept.status != Status.HELD or kept.starts_at != choice.start:
        return None
    return kept.hold_until if kept.hold_until and kept.hold_until > now else None


def kept_by(key: str) -> int | None:
    """Return the row that a walk through the form holds, to be left out of account."""
    kept = _kept(key)
    return kept.id if kept and kept.status in _NOT_YET_BOOKED else None


def wish_of(appointment: Appointment, booker: Booker = Booker.CLIENT) -> Wish:
    """Return what would be asked for to get the same talk again."""
    return Wish(
        place=Place(appointment.type.place),
        language=appointment.language,
        interpreter=appointment.interpreter_wanted,
        woman=appointment.woman_preferred,
        booker=booker,
    )


def _first_look(kept: _Kept | None, choice: Choice, now: datetime) -> Look:
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


def _still_fits(kept: _Kept, choice: Choice, look: Look) -> bool:
    """Tell whether the hold's counsellor suits what is asked for now."""
    understood = look.interpreted or kept.language == choice.wish.language
    return kept.starts_at == choice.start and understood


def _is_repeated(row: Appointment, choice: Choice, person: Person) -> bool:
    """Tell whether this is the very form that led to the appointment."""
    if row.status == Status.CANCELLED or row.name != person.name:
        return False
    # Once moved, it no longer stands where the form said.
    return row.starts_at == choice.start or row.sequence > 0


def _begun_anew(choice: Choice, person: Person) -> Choice:
    """Return the same with a key of its own; sent twice, it is the same again."""
    facts = f"{choice.key}|{choice.start.isoformat()}|{person.name}"
    return replace(choice, key=sha256(facts.encode()).hexdigest())


def _too_many_holds(
    session: Session,
    row: Appointment,
    choice: Choice,
    look: Look,
    network: bytes,
    now: datetime,
) -> bool:
    day = day_window(choice.start.astimezone(zone()).date(), zone())
    facts = {
        "now": now,
        "own": row.id or 0,
        "network": network,
        "since": day.start,
        "until": day.end,
    }
    held_that_day, held_here = session.connection().execute(_HELD, facts).one()
    limits = decisions()
    share = (look.capacity + held_that_day) // limits.share_of_holds
    most = max(limits.holds_a_day, share)
    return held_that_day >= most or held_here >= limits.holds_a_network


# How many times are held on one day, and how many by one network.
_HELD = select(
    func.count().filter(
        Appointment.starts_at >= bindparam("since", type_=Instant),
        Appointment.starts_at < bindparam("until", type_=Instant),
    ),
    func.count().filter(Appointment.network_hash == bindparam("network")),
).where(
    # Written out: only so is the small index of the holds used.
    Appointment.status == literal_column(f"'{Status.HELD}'"),
    Appointment.hold_until > bindparam("now", type_=Instant),
    Appointment.id != bindparam("own"),
)


def _kept(key: str) -> _Kept | None:
    found = db.session.connection().execute(_KEPT, {"key": key}).first()
    return _Kept(*found) if found else None


def _row_of(session: Session, key: str) -> Appointment | None:
    return session.scalar(_BY_KEY, {"key": key})


_IS_KEY = Appointment.idempotency_key == bindparam("key")
_BY_KEY = select(Appointment).where(_IS_KEY)
_KEPT = select(*(Appointment.__table__.c[name] for name in _Kept._fields)).where(
    _IS_KEY
)


def _new_row(choice: Choice, now: datetime) -> Appointment:
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


def _describe(row: Appointment, choice: Choice, person: Person) -> None:
    row.language, row.letter_language = choice.wish.language, choice.letter_language
    row.name, row.supporter = person.name, person.supporter
    row.phone, row.email, row.address = person.phone, person.email, person.address
    row.reach, row.safe_hours = person.reach, person.safe_hours
    row.no_message, row.people = person.no_message, person.people
    row.woman_preferred = person.woman_preferred
    row.remind_days = person.remind_days
    row.client_id = choice.client
    row.booked_by_id = choice.booked_by
    contact = person.phone or person.email
    row.contact_hash = keyring().lookup("contact", contact) if contact else None


def _note(
    session: Session, deed: str, row: Appointment, by: int | None, now: datetime
) -> None:
    actor = Actor.CLIENT if by is None else Actor.STAFF
    note(session, actor, deed, row.about, now=now, staff=by)


def _found(session: Session, appointment: UUID) -> Appointment:
    """Load an appointment; in a write unit nobody else changes it meanwhile."""
    query = (
        select(Appointment)
        .where(Appointment.uuid == appointment)
        .options(joinedload(Appointment.type))
    )
    if session is not db.session():
        query = query.with_for_update(of=Appointment)
    return session.scalars(query).one()


def changeable(session: Session, appointment: UUID, now: datetime) -> Appointment:
    """Load what is booked and lies ahead, locked in a write unit, or ``TooLate``."""
    row = _found(session, appointment)
    if row.status != Status.BOOKED or row.starts_at <= now:
        raise TooLate
    return row
