"""What may not be erased, because a court or an authority may ask for it?

A hold is on a file and keeps everything in it from every erasing: the daily job, the
commands, the pages. An appointment without a file is put into one first.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from booking.models import Client, LegalHold, db
from booking.models.running import zone
from booking.services import clients
from booking.services.journal import Actor, note
from booking.services.sessions import SignedIn
from booking.services.writing import tried_again, write_session

LOOK_AGAIN = timedelta(days=182)  # half a year, unless she says otherwise
LONGEST = timedelta(days=366)  # nothing is held for ever without another look
LONGEST_REASON = 500  # signs


class ImpossibleHold(Exception):
    """A hold has a reason, and a day within a year to look at it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHold:
    """Why nothing may be erased, and when somebody looks at it again."""

    reason: str
    look_again_on: date


@tried_again
def place(person: SignedIn, reference: str, new: NewHold, *, now: datetime) -> None:
    """Hold a file of hers, or say anew why and until when it is held.

    Raises ``UnknownClient`` or ``ImpossibleHold``.
    """
    today = now.astimezone(zone()).date()
    if not (0 < len(new.reason) <= LONGEST_REASON):
        raise ImpossibleHold
    if not today < new.look_again_on <= today + LONGEST:
        raise ImpossibleHold
    with write_session() as session:
        file = clients.of_hers(session, person, reference)
        row = session.scalar(_on(file.id))
        deed = "look at hold again" if row else "place hold"
        if row is None:
            row = LegalHold(client_id=file.id, placed_by_id=person.id, placed_at=now)
            session.add(row)
        row.reason, row.look_again_on = new.reason, new.look_again_on
        _note(session, deed, file, person, now)


@tried_again
def end(person: SignedIn, reference: str, *, now: datetime) -> None:
    """Let a file of hers go its usual way again. Raises ``UnknownClient``."""
    with write_session() as session:
        file = clients.of_hers(session, person, reference)
        row = session.scalar(_on(file.id))
        if row is None:
            return
        row.ended_at, row.ended_by_id = now, person.id
        _note(session, "end hold", file, person, now)


def standing(file: int) -> LegalHold | None:
    """Return the hold on a file, if there is one."""
    return db.session.scalar(_on(file).options(joinedload(LegalHold.placed_by)))


def all_standing() -> list[LegalHold]:
    """Return every hold, first those to be looked at again."""
    query = select(LegalHold).where(LegalHold.ended_at.is_(None))
    ordered = query.order_by(LegalHold.look_again_on, LegalHold.id)
    return list(db.session.scalars(ordered.options(joinedload(LegalHold.client))))


def _on(file: int) -> Select[LegalHold]:
    return select(LegalHold).where(
        LegalHold.client_id == file, LegalHold.ended_at.is_(None)
    )


def _note(
    session: Session, deed: str, file: Client, person: SignedIn, now: datetime
) -> None:
    about = f"client:{file.uuid}"
    note(session, Actor.STAFF, deed, about, now=now, staff=person.id)
