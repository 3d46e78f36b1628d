"""What is a staff member told by mail that is no appointment of hers? Neutral words.

About a route that she is asked about, and about a colleague who has not come back from
a home: neither mail says who lives where, or why two go there.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.models import Letter, LetterKind, Reach, StaffMember
from booking.services import letter_facts
from booking.services.addressees import Addressee
from booking.services.letter_facts import Facts

ABOUT = "staff:"


def letter_to(
    staff: StaffMember, kind: LetterKind, occasion: int, *, now: datetime
) -> Letter:
    """Return a letter for the outbox; one for each occasion, however often written."""
    return Letter(
        about=f"{ABOUT}{staff.uuid}",
        kind=kind,
        channel=Reach.EMAIL,
        sequence=occasion,
        language="de",
        created_at=now,
        next_try_at=now,
    )


def is_to_staff(letter: Letter) -> bool:
    """Tell whether a letter goes to a staff member by her name alone."""
    return letter.about.startswith(ABOUT)


def addressee(session: Session, letter: Letter) -> Addressee:
    """Return to whom it goes."""
    row = _staff(session, letter)
    return Addressee(name=row.name, reach=Reach.EMAIL, email=row.email)


def said(session: Session, letter: Letter) -> Facts | None:
    """Say what stands behind its sentences; None if she works here no more."""
    if _staff(session, letter).disabled_at is not None:
        return None
    return letter_facts.of_office(session)


def _staff(session: Session, letter: Letter) -> StaffMember:
    uuid = UUID(letter.about.removeprefix(ABOUT))
    return session.scalars(select(StaffMember).where(StaffMember.uuid == uuid)).one()
