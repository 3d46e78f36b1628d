"""What is a staff member told by mail that is no appointment of hers? Neutral words.

About a route that she is asked about, and about a colleague who has not come back from
a home: neither mail says who lives where, or why two go there. And with the link by
which she sets her own password.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.languages import clock_time, day_in_words
from booking.models import (
    Letter,
    LetterKind,
    Reach,
    SignInLink,
    SignInLinkKind,
    StaffMember,
)
from booking.models.running import settings, zone
from booking.services import letter_facts
from booking.services.addressees import Addressee
from booking.services.letter_facts import Facts
from booking.services.writing import add_at_once

ABOUT = "staff:"


def write(
    session: Session,
    staff: StaffMember,
    kind: LetterKind,
    occasion: int,
    *,
    now: datetime,
) -> None:
    """Tell a staff member at once of what waits for her; of one occasion but once."""
    about = f"{ABOUT}{staff.uuid}"
    known = select(Letter.id).where(
        Letter.about == about, Letter.kind == kind, Letter.sequence == occasion
    )
    if session.scalar(known.limit(1)) is not None:
        return
    letter = Letter(
        about=about,
        kind=kind,
        channel=Reach.EMAIL,
        sequence=occasion,
        language="de",
        created_at=now,
        next_try_at=now,
    )
    add_at_once(session, letter)


def is_to_staff(letter: Letter) -> bool:
    """Tell whether a letter goes to a staff member by her name alone."""
    return letter.about.startswith(ABOUT)


def addressee(session: Session, letter: Letter) -> Addressee:
    """Return to whom it goes."""
    row = _staff(session, letter)
    return Addressee(name=row.name, reach=Reach.EMAIL, email=row.email)


def said(session: Session, letter: Letter, now: datetime) -> Facts | None:
    """Say what stands behind its sentences; None if she works here no more."""
    row = _staff(session, letter)
    if row.disabled_at is not None:
        return None
    if letter.kind == LetterKind.SIGN_IN_LINK:
        return _of_link(session, row.id, letter.sequence, now)
    return letter_facts.of_office(session)


def password_url(token: str) -> str:
    """Return where somebody sets her own password."""
    return f"{settings().public_url.rstrip('/')}/staff/links/{token}"


def sign_in_url() -> str:
    """Return where staff sign in."""
    return f"{settings().public_url.rstrip('/')}/staff/sign-in"


def _of_link(session: Session, staff: int, number: int, now: datetime) -> Facts | None:
    """Say where to set a password; None once the link is used, old or replaced."""
    row = session.scalar(select(SignInLink).filter_by(staff_id=staff, number=number))
    if row is None or not row.token or row.expires_at <= now:
        return None
    until = row.expires_at.astimezone(zone())
    return letter_facts.of_office(session) | {
        "url": password_url(row.token),
        "is_invitation": row.kind == SignInLinkKind.INVITATION,
        "day": day_in_words(until.date(), today=now.astimezone(zone()).date()),
        "time": clock_time(until, zone()),
    }


def _staff(session: Session, letter: Letter) -> StaffMember:
    uuid = UUID(letter.about.removeprefix(ABOUT))
    return session.scalars(select(StaffMember).where(StaffMember.uuid == uuid)).one()
