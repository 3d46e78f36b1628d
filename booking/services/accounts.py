"""Who may work here? Staff members are added, with a first password."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from argon2 import PasswordHasher
from argon2.profiles import RFC_9106_LOW_MEMORY
from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.models import Role, StaffMember, keyring
from booking.services.journal import Actor, note
from booking.services.writing import write_session

# Argon2id, 64 MiB, three passes: the second recommendation of RFC 9106, section 4.
HASHER = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
PASSWORD_BYTES = 12  # 96 random bits, sixteen signs to copy


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


def entered(
    session: Session, newcomer: NewStaffMember, password: str, *, now: datetime
) -> StaffMember:
    """Put a staff member into a unit of work that is already open."""
    email_hash = keyring().lookup("email", newcomer.email.strip().lower())
    if session.scalar(select(StaffMember.id).filter_by(email_hash=email_hash)):
        raise EmailTaken(newcomer.email)
    row = StaffMember(
        name=newcomer.name,
        email=newcomer.email,
        email_hash=email_hash,
        password_hash=HASHER.hash(password),
        post_share=newcomer.post_share,
        daily_maximum=newcomer.daily_maximum,
        created_at=now,
    )
    row.roles, row.languages = newcomer.roles, newcomer.languages
    session.add(row)
    return row
