"""Who did what? Every deed leaves a line, in the deed's own transaction."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from booking.models import JournalEntry


class Actor(StrEnum):
    """Who acts when no staff member is signed in."""

    CLIENT = "client"
    WORKER = "worker"
    COMMAND = "command"


def note(
    session: Session, actor: Actor, deed: str, about: str, *, now: datetime
) -> None:
    """Write one line; it names the deed and its object, never a person's data."""
    session.add(JournalEntry(at=now, actor=actor, deed=deed, about=about, fields=[]))
