"""Who did what? Every deed leaves a line, in the deed's own transaction."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from booking.models import JournalEntry
from booking.services.writing import add_at_once


class Actor(StrEnum):
    """Who acts; a staff member is named besides."""

    CLIENT = "client"
    INTERPRETER = "interpreter"
    WORKER = "worker"
    COMMAND = "command"
    STAFF = "staff"


def note(
    session: Session,
    actor: Actor,
    deed: str,
    about: str,
    *,
    now: datetime,
    staff: int | None = None,
) -> None:
    """Write one line; it names the deed and its object, never a person's data."""
    line = JournalEntry(
        at=now, actor=actor, staff_id=staff, deed=deed, about=about, fields=[]
    )
    add_at_once(session, line)
