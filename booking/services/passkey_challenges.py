"""What is a passkey to sign? Something new each time, kept here and good for once."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Delete, delete
from sqlalchemy.orm import Session

from booking.models import PasskeyChallenge
from booking.services.writing import write_session

LASTS = timedelta(minutes=5)  # the browser gives up sooner
CHALLENGE_BYTES = 32  # WebAuthn, 13.4.3: sixteen at least


class NoChallenge(Exception):
    """This browser was asked nothing, or too long ago, or has answered already."""


def ask(browser: str, staff: int | None, *, now: datetime) -> bytes:
    """Ask this browser something new; what it was asked before counts no more."""
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    with write_session() as session:
        _forget(session, now)
        session.execute(_of(browser))
        session.add(
            PasskeyChallenge(
                browser_hash=_hash(browser),
                challenge=challenge,
                staff_id=staff,
                created_at=now,
            )
        )
    return challenge


def take(browser: str, staff: int | None, *, now: datetime) -> bytes:
    """Return what this browser was asked, for this purpose; it is forgotten then.

    Raises ``NoChallenge``.
    """
    with write_session() as session:
        row = session.scalar(_of(browser).returning(PasskeyChallenge))
    if row is None or row.staff_id != staff or now - row.created_at > LASTS:
        raise NoChallenge
    challenge: bytes = row.challenge
    return challenge


def forget_old(*, now: datetime) -> None:
    """Forget what nobody has answered."""
    with write_session() as session:
        _forget(session, now)


def _forget(session: Session, now: datetime) -> None:
    old = PasskeyChallenge.created_at < now - LASTS
    session.execute(delete(PasskeyChallenge).where(old))


def _of(browser: str) -> Delete:
    return delete(PasskeyChallenge).where(
        PasskeyChallenge.browser_hash == _hash(browser)
    )


def _hash(browser: str) -> bytes:
    return sha256(b"passkey:" + browser.encode("utf-8", "replace")).digest()
