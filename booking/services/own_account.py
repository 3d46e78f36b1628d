"""What can somebody do about her own account? Another password; end other browsers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select

from booking.models import Passkey, StaffMember, StaffSession, db, keyring
from booking.models.running import settings
from booking.services import passkeys, second_factor
from booking.services.accounts import HASHER, end_link, is_password
from booking.services.journal import Actor, note
from booking.services.sessions import AT_MOST, IDLE, TRIES, SignedIn, WrongPassword
from booking.services.writing import write_session

SHORTEST = 12  # signs; longer than OWASP ASVS 5 asks (6.2.1), and no other rule
LONGEST = 200
FEWEST_KINDS = 5  # different signs: “aaaaaaaaaaaa” is no password


class WeakPassword(Exception):
    """Others would guess it: too short, too plain, or her own address."""


@dataclass(frozen=True, slots=True)
class Browser:
    """Where she is signed in."""

    since: datetime
    last_seen_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class Account:
    """What her own page shows."""

    email: str
    browsers: tuple[Browser, ...]
    passkeys: tuple[Passkey, ...]
    has_second_factor: bool
    recovery_codes: int


def account(person: SignedIn, *, now: datetime) -> Account:
    """Return what stands of her own account, in a fixed number of queries."""
    rows = db.session.scalars(
        select(StaffSession)
        .where(
            StaffSession.staff_id == person.id,
            StaffSession.last_seen_at > now - IDLE,
            StaffSession.created_at > now - AT_MOST,
        )
        .order_by(StaffSession.created_at.desc())
    )
    return Account(
        email=db.session.get_one(StaffMember, person.id).email,
        browsers=tuple(
            Browser(row.created_at, row.last_seen_at, row.id == person.session)
            for row in rows
        ),
        passkeys=tuple(passkeys.kept_by(person)),
        has_second_factor=second_factor.is_set_up(person),
        recovery_codes=second_factor.codes_left(person),
    )


def change_password(person: SignedIn, old: str, new: str, *, now: datetime) -> None:
    """Take another password; other browsers are signed out.

    Raises ``WrongPassword``, ``WeakPassword``, or ``TooManyGuesses``.
    """
    row = _proved(person, old, now)
    if not is_strong(new, row.email) or new == old:
        raise WeakPassword
    hashed = HASHER.hash(new)
    with write_session() as session:
        session.get_one(StaffMember, person.id).password_hash = hashed
        end_link(session, person.id)
        session.execute(delete(StaffSession).where(_others(person)))
        about = f"staff:{person.uuid}"
        note(session, Actor.STAFF, "change password", about, now=now, staff=person.id)


def prove_again(person: SignedIn, password: str, *, now: datetime) -> None:
    """Say once more that it is she; her session is fresh again.

    Raises ``WrongPassword`` or ``TooManyGuesses``.
    """
    _proved(person, password, now)
    with write_session() as session:
        session.get_one(StaffSession, person.session).proved_at = now
        about = f"staff:{person.uuid}"
        note(session, Actor.STAFF, "prove again", about, now=now, staff=person.id)


def sign_out_others(person: SignedIn, *, now: datetime) -> None:
    """End her sessions in all other browsers."""
    with write_session() as session:
        session.execute(delete(StaffSession).where(_others(person)))
        about = f"staff:{person.uuid}"
        note(session, Actor.STAFF, "sign out others", about, now=now, staff=person.id)


def is_strong(password: str, email: str) -> bool:
    """Tell whether others would have to guess for long."""
    own = email.partition("@")[0].casefold()
    return (
        SHORTEST <= len(password) <= LONGEST
        and len(set(password)) >= FEWEST_KINDS
        and own not in password.casefold()
    )


def _proved(person: SignedIn, password: str, now: datetime) -> StaffMember:
    """Return her own record once she has typed her password; count what is wrong."""
    if settings().closes_passwords:
        raise WrongPassword
    guesses = keyring().lookup("own password", person.uuid)
    TRIES.check(guesses, now=now)
    row = db.session.get_one(StaffMember, person.id)
    if not is_password(row.password_hash or "", password):
        TRIES.count_miss(guesses, now=now)
        raise WrongPassword
    return row


def _others(person: SignedIn) -> ColumnElement[bool]:
    return (StaffSession.staff_id == person.id) & (StaffSession.id != person.session)
