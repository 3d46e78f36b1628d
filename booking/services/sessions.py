"""Who is signed in? Sessions lie on our side, and end when we say so."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256

import pyotp
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session, joinedload

from booking.models import (
    Appointment,
    Role,
    SecondFactor,
    StaffMember,
    StaffSession,
    db,
    keyring,
)
from booking.models.running import settings, zone
from booking.services.accounts import HASHER, email_hash, is_password
from booking.services.journal import Actor, note
from booking.services.limits import Limit
from booking.services.stand_ins import StandIn, standing_in
from booking.services.writing import if_it_can_be_kept, write_session

IDLE = timedelta(minutes=30)  # OWASP ASVS 5, 7.3.1: an unattended desk
AT_MOST = timedelta(hours=10)  # a long working day
# Last seen further ahead than two servers' clocks differ, a session was seen before the
# clock was set back: nobody knows how old it is, so it is over.
CLOCKS_DIFFER = timedelta(minutes=5)
FRESH = timedelta(minutes=15)  # for what a browser left open must not give away
LAST_MOMENT_EVERY = timedelta(minutes=1)  # not a write per page
TOKEN_BYTES = 32
# By account, never by network: a whole town hall shares one address. Whoever is
# signed in already is not asked.
TRIES = Limit(misses=10, stretch=timedelta(minutes=15))


class Step(StrEnum):
    """How far somebody has proved who she is."""

    PROVED = "proved"
    CODE = "code"  # the password was right: her phone's code is still asked for
    SETUP = "setup"  # the same, and her phone does not know the secret yet


class WrongPassword(Exception):
    """Address and password do not belong together; which is wrong is not said."""


class PasswordsClosed(Exception):
    """The town's single sign-on is the only way in."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The staff member whose browser this is."""

    id: int
    uuid: str
    name: str
    roles: frozenset[Role]
    session: int
    stands_in: tuple[StandIn, ...] = ()
    step: Step = Step.PROVED
    proved_at: datetime | None = None

    is_authenticated = True  # what Flask-Login asks of everybody
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Name the person to Flask-Login."""
        return self.uuid

    def may(self, *roles: Role) -> bool:
        """Tell whether the person has one of these roles."""
        return not self.roles.isdisjoint(roles)

    def stands_in_for(self, counsellor: int, moment: datetime) -> bool:
        """Tell whether she stands in for a counsellor now, and at that moment."""
        return any(one.holds(counsellor, moment) for one in self.stands_in)

    def is_fresh(self, now: datetime) -> bool:
        """Tell whether she has proved who she is a moment ago."""
        return self.proved_at is not None and now - self.proved_at < FRESH

    def keeps(self, row: Appointment) -> bool:
        """Tell whether an appointment is hers, or that of whom she stands in for."""
        mine = row.counsellor_id == self.id
        return mine or self.stands_in_for(row.counsellor_id, row.starts_at)


def sign_in(email: str, password: str, *, now: datetime) -> str:
    """Begin a session and return its secret, which is stored nowhere.

    It opens nothing before the second step, but in a demo. Raises ``WrongPassword``,
    ``PasswordsClosed``, or ``TooManyGuesses`` for this account.
    """
    if settings().closes_passwords:
        raise PasswordsClosed
    account = keyring().lookup("sign-in", email.strip().lower())
    TRIES.check(account, now=now)
    person = _of_address(email)
    kept = (person and person.password_hash) or _nobodys_password()
    right = is_password(kept, password)
    if person is None or not right:
        TRIES.count_miss(account, now=now)
        raise WrongPassword
    with write_session() as session:
        token = behind_password(session, person.id, now=now)
        about = f"staff:{person.uuid}"
        note(session, Actor.STAFF, "sign in", about, now=now, staff=person.id)
    return token


def behind_password(session: Session, staff: int, *, now: datetime) -> str:
    """Begin a session that the second step must follow, but in a demo."""
    known = session.scalar(select(SecondFactor).where(SecondFactor.staff_id == staff))
    is_enough = known is None and settings().is_demo
    if known is None and not is_enough:
        _begin_setup(session, staff, now)
    proved_at = now if is_enough else None
    return new_session(session, staff, now=now, proved_at=proved_at)


def new_session(
    session: Session, staff: int, *, now: datetime, proved_at: datetime | None
) -> str:
    """Begin a session inside a unit of work; return its secret."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        StaffSession(
            staff_id=staff,
            token_hash=_hash(token),
            created_at=now,
            last_seen_at=now,
            proved_at=proved_at,
        )
    )
    return token


def behind(token: str, *, now: datetime) -> SignedIn | None:
    """Return who is signed in with this secret, if the session still lives."""
    row = db.session.scalar(
        select(StaffSession)
        .where(StaffSession.token_hash == _hash(token))
        .options(joinedload(StaffSession.staff).selectinload(StaffMember._roles))  # noqa: SLF001 - loaded along, read by its property
    )
    if row is None or row.staff.disabled_at or _is_over(row, now):
        return None
    person = SignedIn(
        id=row.staff.id,
        uuid=str(row.staff.uuid),
        name=row.staff.name,
        roles=row.staff.roles,
        session=row.id,
        stands_in=standing_in(row.staff.id, now.astimezone(zone()).date()),
        proved_at=row.proved_at,
        step=Step.PROVED if row.proved_at else _next_step(row.staff_id),
    )
    if now - row.last_seen_at >= LAST_MOMENT_EVERY:
        with if_it_can_be_kept():
            _remember_the_moment(row.id, now)
    return person


def sign_out(person: SignedIn, *, now: datetime) -> None:
    """End this session; the cookie opens nothing any more."""
    with write_session() as session:
        session.execute(delete(StaffSession).where(StaffSession.id == person.session))
        about = f"staff:{person.uuid}"
        note(session, Actor.STAFF, "sign out", about, now=now, staff=person.id)


def forget_ended(*, now: datetime) -> None:
    """Remove the sessions whose time is over."""
    with write_session() as session:
        session.execute(
            delete(StaffSession).where(
                or_(
                    StaffSession.last_seen_at <= now - IDLE,
                    StaffSession.last_seen_at > now + CLOCKS_DIFFER,
                    StaffSession.created_at <= now - AT_MOST,
                )
            )
        )


def _of_address(email: str) -> StaffMember | None:
    return db.session.scalar(
        select(StaffMember).where(
            StaffMember.email_hash == email_hash(email),
            StaffMember.disabled_at.is_(None),
        )
    )


@lru_cache
def _nobodys_password() -> str:
    # Compared with when nobody has this address, so that both take as long.
    return HASHER.hash(secrets.token_urlsafe())


def _begin_setup(session: Session, staff: int, now: datetime) -> None:
    """Make the secret that her phone is going to know."""
    row = SecondFactor(staff_id=staff, created_at=now)
    row.secret = pyotp.random_base32()
    session.add(row)


def _next_step(staff: int) -> Step:
    confirmed = db.session.scalar(
        select(SecondFactor.confirmed_at).where(SecondFactor.staff_id == staff)
    )
    return Step.CODE if confirmed else Step.SETUP


def _is_over(row: StaffSession, now: datetime) -> bool:
    unseen = now - row.last_seen_at
    return not -CLOCKS_DIFFER <= unseen < IDLE or now - row.created_at >= AT_MOST


def _remember_the_moment(session_id: int, now: datetime) -> None:
    with write_session() as session:
        session.execute(
            update(StaffSession)
            .where(StaffSession.id == session_id)
            .values(last_seen_at=now)
        )


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "replace")).digest()
