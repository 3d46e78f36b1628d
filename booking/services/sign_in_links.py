"""How does somebody come to a password that only she knows? By a link that counts once.

An invitation lives some days, a reset an hour. A new link ends the one before; so do
another password and the end of the account. A reset changes the password alone: what
her phone knows stays, and only the office admin can make her set that up anew.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session, joinedload

from booking.models import (
    LetterKind,
    SignInLink,
    SignInLinkKind,
    StaffMember,
    StaffSession,
    db,
    keyring,
)
from booking.models.running import settings
from booking.services import staff_letters
from booking.services.accounts import HASHER, email_hash, end_link
from booking.services.journal import Actor, note
from booking.services.limits import Limit
from booking.services.own_account import WeakPassword, is_strong
from booking.services.sessions import behind_password
from booking.services.staff_letters import password_url, sign_in_url
from booking.services.writing import write_session

TOKEN_BYTES = 32
LASTS = {
    SignInLinkKind.INVITATION: timedelta(days=7),  # over a week's leave it is renewed
    SignInLinkKind.RESET: timedelta(hours=1),
}
# By account, never by network, and whether or not anybody has this address.
ASKS = Limit(misses=3, stretch=timedelta(hours=1))


class UnknownSignInLink(Exception):
    """There is no such link, or it has been used, replaced, or is too old."""


@dataclass(frozen=True, slots=True)
class WayIn:
    """A new link: where it leads, until when, and whether a letter brings it.

    Where the town's single sign-on is the only way in, it leads there and has no end.
    """

    email: str
    url: str
    until: datetime | None
    is_mailed: bool


def issue(
    session: Session, staff: StaffMember, kind: SignInLinkKind, *, now: datetime
) -> WayIn:
    """Give somebody a link inside a unit of work; it is mailed where mail is set up."""
    if settings().closes_passwords:
        return WayIn(staff.email, sign_in_url(), None, is_mailed=False)
    row = _link_of(session, staff) or SignInLink(staff_id=staff.id, number=0)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    is_mailed = bool(settings().mail_url)
    row.kind, row.token_hash, row.expires_at = kind, _hash(token), now + LASTS[kind]
    row.token = token if is_mailed else ""  # kept for no longer than the letter waits
    row.number += 1
    session.add(row)
    if is_mailed:
        staff_letters.write(
            session, staff, LetterKind.SIGN_IN_LINK, row.number, now=now
        )
    return WayIn(staff.email, password_url(token), row.expires_at, is_mailed)


def kind_for(session: Session, staff: StaffMember) -> SignInLinkKind:
    """Choose a link: who has never used her invitation gets another one."""
    row = _link_of(session, staff)
    was_invited = row is not None and row.kind == SignInLinkKind.INVITATION
    if was_invited and staff.password_hash is None:
        return SignInLinkKind.INVITATION
    return SignInLinkKind.RESET


def ask(email: str, *, now: datetime) -> None:
    """Mail a link to whoever has this address; nobody learns whether somebody has.

    Known or not, it is one look-up and one commit. Raises ``TooManyGuesses``.
    """
    account = keyring().lookup("reset", email.strip().lower())
    ASKS.check(account, now=now)
    hashed = email_hash(email)
    with write_session() as session:
        ASKS.count(session, account, now=now)
        staff = session.scalar(
            select(StaffMember)
            .filter_by(email_hash=hashed, disabled_at=None)
            .with_for_update()
        )
        if staff is not None and are_mailed():
            issue(session, staff, kind_for(session, staff), now=now)
            about = f"staff:{staff.uuid}"
            note(session, Actor.STAFF, "ask for reset link", about, now=now)


def are_mailed() -> bool:
    """Tell whether somebody can have a link mailed to her."""
    return bool(settings().mail_url) and not settings().closes_passwords


def opened(token: str, *, now: datetime) -> SignInLink:
    """Return whose link this is; looking at it does not use it up.

    Raises ``UnknownSignInLink``.
    """
    return _living(db.session.scalar(_with(token, now)))


def set_password(token: str, new: str, *, now: datetime) -> str:
    """Take her password, end her other sessions, and begin one.

    It opens nothing before the second step. Raises ``UnknownSignInLink`` or
    ``WeakPassword``; a password that is refused does not use the link up.
    """
    if not is_strong(new, opened(token, now=now).staff.email):
        raise WeakPassword
    hashed = HASHER.hash(new)
    with write_session() as session:
        # Two who use it at once: the second finds it used.
        query = _with(token, now).with_for_update(of=SignInLink)
        staff = _living(session.scalar(query)).staff
        staff.password_hash = hashed
        end_link(session, staff.id)
        session.execute(delete(StaffSession).where(StaffSession.staff_id == staff.id))
        about = f"staff:{staff.uuid}"
        note(session, Actor.STAFF, "password by link", about, now=now, staff=staff.id)
        return behind_password(session, staff.id, now=now)


def forget_old(*, now: datetime) -> None:
    """Wipe the links that were never used."""
    with write_session() as session:
        session.execute(
            update(SignInLink)
            .where(SignInLink.expires_at <= now, SignInLink.token_hash.is_not(None))
            .values(token_hash=None, token_sealed=None)
        )


def _link_of(session: Session, staff: StaffMember) -> SignInLink | None:
    query = select(SignInLink).filter_by(staff_id=staff.id)
    return session.scalar(query.with_for_update())


def _with(token: str, now: datetime) -> Select[SignInLink]:
    return (
        select(SignInLink)
        .where(SignInLink.token_hash == _hash(token), SignInLink.expires_at > now)
        .options(joinedload(SignInLink.staff))
    )


def _living(row: SignInLink | None) -> SignInLink:
    is_open = row is not None and row.staff.disabled_at is None
    if row is None or not is_open or settings().closes_passwords:
        raise UnknownSignInLink
    return row


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "replace")).digest()
