"""Is it really she? A code of her phone, or one of her paper, behind the password.

TOTP after RFC 6238: six digits, thirty seconds, one step early or late. A code counts
once (section 5.2). Who has lost her phone uses a recovery code, or the office admin
resets her account.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import pyotp
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from booking.models import RecoveryCode, SecondFactor, StaffSession, db, keyring
from booking.services.journal import Actor, note
from booking.services.limits import Limit
from booking.services.links import CODE_SIGNS
from booking.services.sessions import SignedIn, Step, new_session
from booking.services.writing import write_session

STEP = 30  # seconds
EARLY_OR_LATE = 1  # steps: clocks differ, and people type
RECOVERY_CODES, RECOVERY_SIGNS = 10, 10  # 30 ** 10: 49 bits each
FEW_CODES = 3  # from here on she is reminded to make new ones
# As with passwords: by account, never by network.
TRIES = Limit(misses=10, stretch=timedelta(minutes=15))


class WrongCode(Exception):
    """The code is wrong, used already, or too old; which of them is not said."""


class NoFactor(Exception):
    """She signs in without a second factor, as in a demo."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a phone needs to make codes: shown until the first code has come."""

    secret: str  # base32, to type
    address: str  # otpauth://, to scan


def enrolment(person: SignedIn, *, service: str) -> Enrolment | None:
    """Return what to put into a phone, or None once a factor is set."""
    row = db.session.scalar(
        select(SecondFactor).where(SecondFactor.staff_id == person.id)
    )
    if row is None or row.confirmed_at is not None:
        return None
    address = pyotp.TOTP(row.secret).provisioning_uri(
        name=person.name, issuer_name=service
    )
    return Enrolment(row.secret, address)


def confirm(person: SignedIn, code: str, *, now: datetime) -> tuple[str, list[str]]:
    """Set the factor up by its first code; return her new session, and paper codes.

    Raises ``WrongCode`` or ``TooManyGuesses``.
    """
    if person.step is not Step.SETUP:
        raise WrongCode
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    token = _with_code(person, code, now, confirmed=now, codes=codes)
    return token, codes


def prove(person: SignedIn, code: str, *, now: datetime) -> str:
    """Take the second step by a code of the phone, or of the paper.

    Returns the secret of her new session. Raises ``WrongCode`` or ``TooManyGuesses``.
    """
    if person.step is not Step.CODE:
        raise WrongCode
    return _with_code(person, code, now)


def is_set_up(person: SignedIn) -> bool:
    """Tell whether her phone makes codes; in a demo it need not."""
    row = select(SecondFactor.id).where(
        SecondFactor.staff_id == person.id, SecondFactor.confirmed_at.is_not(None)
    )
    return db.session.scalar(row) is not None


def renew_codes(person: SignedIn, *, now: datetime) -> list[str]:
    """Make new codes for her paper; the old ones count no more.

    Raises ``NoFactor`` where no phone makes codes that paper could stand in for.
    """
    if not is_set_up(person):
        raise NoFactor
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    with write_session() as session:
        _replace_codes(session, person.id, codes)
        about = f"staff:{person.uuid}"
        note(
            session, Actor.STAFF, "new recovery codes", about, now=now, staff=person.id
        )
    return codes


def codes_left(person: SignedIn) -> int:
    """Count the codes on her paper that still count."""
    rows = select(RecoveryCode.id).where(
        RecoveryCode.staff_id == person.id, RecoveryCode.used_at.is_(None)
    )
    return len(db.session.scalars(rows).all())


def _with_code(
    person: SignedIn,
    code: str,
    now: datetime,
    *,
    confirmed: datetime | None = None,
    codes: list[str] | None = None,
) -> str:
    account = keyring().lookup("second step", person.uuid)
    TRIES.check(account, now=now)
    signs = "".join(sign for sign in code.upper() if sign.isalnum())
    with write_session() as session:
        if _is_right(session, person.id, signs, now):
            _settle(session, person.id, confirmed, codes)
            old = StaffSession.id == person.session
            session.execute(delete(StaffSession).where(old))
            deed = "set up second factor" if confirmed else "second step"
            about = f"staff:{person.uuid}"
            note(session, Actor.STAFF, deed, about, now=now, staff=person.id)
            return new_session(session, person.id, now=now, proved_at=now)
    TRIES.count_miss(account, now=now)
    raise WrongCode


def _is_right(session: Session, staff: int, signs: str, now: datetime) -> bool:
    if len(signs) == RECOVERY_SIGNS:
        used = session.execute(
            update(RecoveryCode)
            .where(
                RecoveryCode.staff_id == staff,
                RecoveryCode.code_hash == _hash(signs),
                RecoveryCode.used_at.is_(None),
            )
            .values(used_at=now)
        )
        return used.rowcount == 1  # type: ignore[attr-defined,no-any-return]  # of a cursor, not in every result
    row = session.scalar(
        select(SecondFactor).where(SecondFactor.staff_id == staff).with_for_update()
    )
    if row is None:
        return False
    step = _step_of(row, signs, now)
    if step is None or step <= row.last_step:
        return False
    row.last_step = step
    return True


def _step_of(row: SecondFactor, digits: str, now: datetime) -> int | None:
    """Return the step whose code this is, if it is one of about now."""
    made = pyotp.TOTP(row.secret)
    current = int(now.timestamp()) // STEP
    for step in range(current - EARLY_OR_LATE, current + EARLY_OR_LATE + 1):
        if hmac.compare_digest(made.generate_otp(step), digits):
            return step
    return None


def _settle(
    session: Session, staff: int, confirmed: datetime | None, codes: list[str] | None
) -> None:
    if confirmed is not None:
        session.execute(
            update(SecondFactor)
            .where(SecondFactor.staff_id == staff)
            .values(confirmed_at=confirmed)
        )
    if codes is not None:
        _replace_codes(session, staff, codes)


def _replace_codes(session: Session, staff: int, codes: list[str]) -> None:
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff))
    session.add_all(RecoveryCode(staff_id=staff, code_hash=_hash(one)) for one in codes)


def _recovery_code() -> str:
    return "".join(secrets.choice(CODE_SIGNS) for _ in range(RECOVERY_SIGNS))


def _hash(code: str) -> bytes:
    return sha256(code.encode()).digest()
