"""What if somebody must read a stranger's file now? With a reason, and others see it.

A counsellor who names a file and says why reads this one file for an hour. Heads and
the data protection officer learn of it at once, the client's own counsellor too unless
that would harm: then a day later, or when the head or the officer says. Nothing tells
whether a file exists before a reason was given, and tries are few.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from booking.models import (
    Client,
    EmergencyOpening,
    EmergencySeen,
    LetterKind,
    Role,
    StaffMember,
    StaffRole,
    db,
    keyring,
)
from booking.models.running import zone
from booking.scheduling import day_window
from booking.services import client_file, clients, staff_letters
from booking.services.client_file import File
from booking.services.clients import UnknownClient
from booking.services.journal import Actor, note
from booking.services.limits import Limit
from booking.services.sessions import SignedIn
from booking.services.writing import tried_again, write_session

OPEN_FOR = timedelta(hours=1)  # a call, and what has to be arranged after it
LATER = timedelta(days=1)  # until head or officer have decided
LATEST = timedelta(days=31)  # after that the counsellor learns of it in any case
SHORTEST_REASON = 10  # signs: “.” is none
LONGEST_REASON = 500
# By account: an emergency is rare, and nobody tries out names with made-up reasons.
TRIES = Limit(misses=5, stretch=timedelta(hours=1))
OVERSEERS = (Role.HEAD, Role.DATA_PROTECTION)


class NotHersToSee(Exception):
    """There is no such opening, it is over, or nobody tells her of it."""


class HersAnyway(Exception):
    """It is a file of hers, or of whom she stands in for: no emergency is needed."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference


class NoReason(Exception):
    """Nothing is opened, or kept back, without a reason in a sentence."""


class TooLongBack(Exception):
    """The counsellor cannot be told so late, nor before it happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whose file, why, and whether her counsellor must not learn of it at once."""

    reference: str  # of the file, or the client's whole name
    reason: str
    tell_later: bool = False


@tried_again
def open_file(person: SignedIn, wanted: Wanted, *, now: datetime) -> UUID:
    """Open one file for an hour, and let it be known; sent twice, it is opened once.

    Raises ``NoReason``, ``TooManyGuesses``, ``HersAnyway``, or ``UnknownClient``
    unless exactly one file is meant.
    """
    if not SHORTEST_REASON <= len(wanted.reason) <= LONGEST_REASON:
        raise NoReason
    account = keyring().lookup("emergency", str(person.id))
    TRIES.check(account, now=now)
    TRIES.count_miss(account, now=now)
    found = _meant(wanted.reference)
    if found is not None and clients.may_open(person, found):
        raise HersAnyway(found.reference)
    with write_session() as session:
        if found is not None:
            return _opened(session, person, found, wanted, now)
        about = f"staff:{person.uuid}"
        note(session, Actor.STAFF, "emergency in vain", about, now=now, staff=person.id)
    raise UnknownClient


def file_of(
    person: SignedIn, opening: UUID, *, now: datetime
) -> tuple[EmergencyOpening, File]:
    """Return the file that she has opened, and write down that she read it.

    Raises ``NotHersToSee``, also once the hour is over.
    """
    row = db.session.scalar(
        _openings().where(
            EmergencyOpening.uuid == opening,
            EmergencyOpening.staff_id == person.id,
            EmergencyOpening.ends_at > now,
        )
    )
    if row is None:
        raise NotHersToSee
    number = row.id
    with write_session() as session:
        deed, about = "read client in emergency", f"client:{row.client.uuid}"
        note(session, Actor.STAFF, deed, about, now=now, staff=person.id)
    row = db.session.scalars(_openings().where(EmergencyOpening.id == number)).one()
    return row, client_file.gathered(row.client, now=now)


def still_open(person: SignedIn, *, now: datetime) -> Sequence[EmergencyOpening]:
    """Return what she has opened and may still read."""
    hers = EmergencyOpening.staff_id == person.id, EmergencyOpening.ends_at > now
    return list(db.session.scalars(_openings().where(*hers)))


def told_to(person: SignedIn, *, now: datetime) -> Sequence[EmergencyOpening]:
    """Return the openings this person is told of, the latest first."""
    return list(db.session.scalars(_openings().where(_tells(person, now))))


def unseen_number(person: SignedIn, *, now: datetime) -> int:
    """Count the openings she is told of and has not seen yet."""
    found = select(func.count()).select_from(EmergencyOpening)
    query = found.where(_tells(person, now), ~_seen_by(person))
    return db.session.scalar(query.join(EmergencyOpening.client)) or 0


def see(person: SignedIn, opening: UUID, *, now: datetime) -> None:
    """Keep that she knows of it; said twice, it stands there once.

    Raises ``NotHersToSee``.
    """
    with write_session() as session:
        row = _locked(session, person, opening, now)
        if row.is_seen_by(person.id):
            return
        row.seen.append(EmergencySeen(staff_id=person.id, at=now))
        _note(session, "seen emergency", row, person, now)


def tell_from(
    person: SignedIn, opening: UUID, day: date, reason: str, *, now: datetime
) -> None:
    """Let the client's counsellor learn of it on a day: later, or at once.

    Only head and officer decide that. Raises ``NotHersToSee``, ``NoReason`` or
    ``TooLongBack``.
    """
    if not person.may(*OVERSEERS):
        raise NotHersToSee
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise NoReason
    with write_session() as session:
        row = _locked(session, person, opening, now)
        moment = max(day_window(day, zone()).start, row.opened_at)
        today = now.astimezone(zone()).date()
        if day < today or moment > row.opened_at + LATEST:
            raise TooLongBack
        row.told_from, row.why_later = moment, reason
        _note(session, "tell of emergency on a day", row, person, now)


def _meant(typed: str) -> Client | None:
    """Return the one file of this reference or whole name; None of none or several."""
    signs = "".join(sign for sign in typed.upper() if sign.isalnum())
    written = (typed.strip().upper(), f"{signs[:4]}-{signs[4:]}")
    rows = db.session.scalars(
        select(Client)
        .where(
            or_(
                Client.reference.in_(written),
                Client.name_hash == clients.name_hash(typed),
            )
        )
        .limit(2)
    ).all()
    return rows[0] if len(rows) == 1 else None


def _opened(
    session: Session, person: SignedIn, client: Client, wanted: Wanted, now: datetime
) -> UUID:
    open_already = session.scalar(
        select(EmergencyOpening.uuid).where(
            EmergencyOpening.staff_id == person.id,
            EmergencyOpening.client_id == client.id,
            EmergencyOpening.ends_at > now,
        )
    )
    if open_already is not None:
        return open_already
    row = EmergencyOpening(
        staff_id=person.id,
        client_id=client.id,
        opened_at=now,
        ends_at=now + OPEN_FOR,
        told_from=now + LATER if wanted.tell_later else now,
    )
    row.reason = wanted.reason
    session.add(row)
    session.flush()
    about = f"client:{client.uuid}"
    note(session, Actor.STAFF, "break glass", about, now=now, staff=person.id)
    for one in _overseers(session):
        staff_letters.write(session, one, LetterKind.OPENED, row.id, now=now)
    return row.uuid


def _overseers(session: Session) -> Sequence[StaffMember]:
    query = (
        select(StaffMember)
        .join(StaffRole)
        .where(StaffRole.role.in_(OVERSEERS), StaffMember.disabled_at.is_(None))
        .order_by(StaffMember.id)
        .distinct()
    )
    return session.scalars(query).all()


def _openings() -> Select[EmergencyOpening]:
    return (
        select(EmergencyOpening)
        .join(EmergencyOpening.client)
        .options(
            joinedload(EmergencyOpening.staff),
            joinedload(EmergencyOpening.client).joinedload(Client.counsellor),
            selectinload(EmergencyOpening.seen).joinedload(EmergencySeen.staff),
        )
        .order_by(EmergencyOpening.id.desc())
    )


def _tells(person: SignedIn, now: datetime) -> ColumnElement[bool]:
    """Select what a person is told of: all, or what concerns her own clients."""
    own = and_(Client.counsellor_id == person.id, EmergencyOpening.told_from <= now)
    not_by_her = EmergencyOpening.staff_id != person.id
    if person.may(*OVERSEERS):
        return not_by_her
    return and_(own, not_by_her)


def _seen_by(person: SignedIn) -> ColumnElement[bool]:
    return exists().where(
        EmergencySeen.opening_id == EmergencyOpening.id,
        EmergencySeen.staff_id == person.id,
    )


def _locked(
    session: Session, person: SignedIn, opening: UUID, now: datetime
) -> EmergencyOpening:
    query = select(EmergencyOpening).join(EmergencyOpening.client)
    row = session.scalar(
        query.where(EmergencyOpening.uuid == opening, _tells(person, now))
        .options(joinedload(EmergencyOpening.client, innerjoin=True))
        .with_for_update(of=EmergencyOpening)
    )
    if row is None:
        raise NotHersToSee
    return row


def _note(
    session: Session, deed: str, row: EmergencyOpening, person: SignedIn, now: datetime
) -> None:
    about = f"client:{row.client.uuid}"
    note(session, Actor.STAFF, deed, about, now=now, staff=person.id)
