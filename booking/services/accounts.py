"""Who may work here? Staff members are added, disabled, given a new password."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session, selectinload

from booking.models import (
    Passkey,
    RecoveryCode,
    Role,
    SecondFactor,
    SignInLink,
    StaffMember,
    StaffSession,
    Subscription,
    db,
    keyring,
)
from booking.services import busy_times
from booking.services.journal import Actor, note
from booking.services.writing import write_session

# Argon2id, 64 MiB, three passes: the second recommendation of RFC 9106, section 4.
HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
PASSWORD_BYTES = 12  # 96 random bits, sixteen signs to copy


class NoSuchStaff(Exception):
    """Nobody here signs in with this address."""


class EmailTaken(Exception):
    """Somebody here already signs in with this address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStaffMember:
    """Who starts work here."""

    name: str
    email: str
    roles: frozenset[Role]
    languages: frozenset[str] = frozenset()
    post_share: int = 100  # percent
    daily_maximum: int | None = None
    is_woman: bool | None = None  # None: nobody has said


def add_staff(newcomer: NewStaffMember, *, now: datetime) -> str:
    """Add a staff member; return her first password, which is stored nowhere.

    Raises ``EmailTaken``.
    """
    password = first_password()
    with write_session() as session:
        row = entered(session, newcomer, password, now=now)
        session.flush()
        note(session, Actor.COMMAND, "add staff", f"staff:{row.uuid}", now=now)
    return password


def first_password() -> str:
    """Make a password that somebody can copy once and then change."""
    return secrets.token_urlsafe(PASSWORD_BYTES)


def is_password(kept: str, typed: str) -> bool:
    """Tell whether somebody has typed the password of which this is kept."""
    try:
        return HASHER.verify(kept, typed)
    except (VerificationError, InvalidHashError):
        return False


def entered(
    session: Session, newcomer: NewStaffMember, password: str | None, *, now: datetime
) -> StaffMember:
    """Put a staff member into a unit of work that is already open.

    Without a password she needs a link to set one. Raises ``EmailTaken``.
    """
    hashed = email_hash(newcomer.email)
    if session.scalar(select(StaffMember.id).filter_by(email_hash=hashed)):
        raise EmailTaken(newcomer.email)
    row = StaffMember(
        name=newcomer.name,
        email=newcomer.email,
        email_hash=hashed,
        password_hash=None if password is None else HASHER.hash(password),
        post_share=newcomer.post_share,
        daily_maximum=newcomer.daily_maximum,
        is_woman=newcomer.is_woman,
        created_at=now,
    )
    row.roles, row.languages = newcomer.roles, newcomer.languages
    session.add(row)
    return row


def email_hash(email: str) -> bytes:
    """Return by what a staff member's address is found."""
    return keyring().lookup("email", email.strip().lower())


def address_of(staff_id: int) -> str:
    """Return where a staff member reads her mail."""
    return db.session.get_one(StaffMember, staff_id).email


def listed() -> list[StaffMember]:
    """Return everybody who works here or did, by name."""
    query = select(StaffMember).options(
        selectinload(StaffMember._roles),  # noqa: SLF001 - loaded along, read by its property
        selectinload(StaffMember._languages),  # noqa: SLF001 - the same
    )
    return sorted(db.session.scalars(query), key=lambda one: one.name)


def named(email: str) -> UUID:
    """Return by what pages know the person with this address.

    Raises ``NoSuchStaff``.
    """
    query = select(StaffMember.uuid).filter_by(email_hash=email_hash(email))
    uuid = db.session.scalar(query)
    if uuid is None:
        raise NoSuchStaff(email)
    return uuid


def disable(email: str, *, now: datetime) -> None:
    """Let somebody in no more; open sessions and calendar feeds end with it.

    Raises ``NoSuchStaff``.
    """
    with write_session() as session:
        row = _with_address(session, email)
        shut_out(session, row, now=now)
        note(session, Actor.COMMAND, "disable staff", f"staff:{row.uuid}", now=now)


def reset(email: str, *, now: datetime) -> str:
    """Give somebody a new first password, and end her sessions.

    Who was disabled works here again. Raises ``NoSuchStaff``.
    """
    password = first_password()
    with write_session() as session:
        row = _with_address(session, email)
        begin_anew(session, row)
        row.password_hash = HASHER.hash(password)
        note(session, Actor.COMMAND, "reset staff", f"staff:{row.uuid}", now=now)
    return password


def shut_out(session: Session, row: StaffMember, *, now: datetime) -> None:
    """Close every door to somebody, inside a unit of work that is already open.

    Her own calendars are none of our business any more.
    """
    row.disabled_at = row.disabled_at or now
    session.execute(
        update(Subscription)
        .where(Subscription.staff_id == row.id, Subscription.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    busy_times.forget_all_of(session, row.id)
    _end_sessions(session, row)
    end_link(session, row.id)


def begin_anew(session: Session, row: StaffMember) -> None:
    """Forget how somebody has signed in: password, phone, codes, keys, sessions.

    What ties her to the town's single sign-on goes too. Who was disabled works here
    again.
    """
    row.password_hash, row.disabled_at = None, None
    row.sign_on_hash = row.sign_on_issuer_hash = None
    _end_sessions(session, row)
    end_link(session, row.id)
    for kind in (RecoveryCode, SecondFactor, Passkey):
        session.execute(delete(kind).where(kind.staff_id == row.id))


def end_link(session: Session, staff: int) -> None:
    """Let the link by which somebody may set her password open nothing any more."""
    session.execute(
        update(SignInLink)
        .where(SignInLink.staff_id == staff)
        .values(token_hash=None, token_sealed=None)
    )


def _with_address(session: Session, email: str) -> StaffMember:
    query = select(StaffMember).filter_by(email_hash=email_hash(email))
    row = session.scalar(query.with_for_update())
    if row is None:
        raise NoSuchStaff(email)
    return row


def _end_sessions(session: Session, row: StaffMember) -> None:
    session.execute(delete(StaffSession).where(StaffSession.staff_id == row.id))
