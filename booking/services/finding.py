"""Whom does a counsellor look for? By name, number, code or reference, among her own.

For whom she stands in, she finds too: the files, and the appointments of these days.

Names and numbers lie sealed, so a few hundred of them are opened in memory and
compared there: parts of a name, in any script, are found too. What the front desk
may look up is another question: see ``front_desk``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from booking.models import (
    Appointment,
    Client,
    ClientLink,
    Status,
    Stop,
    VisitRequest,
    db,
)
from booking.services import clients, desk
from booking.services.desk import Entry
from booking.services.journal import Actor, note
from booking.services.links import CODE_LENGTH, code_hash
from booking.services.outcomes import LOOKED_BACK
from booking.services.sessions import SignedIn
from booking.services.spelling import is_part_of, plain
from booking.services.writing import write_session

MOST = 50  # shown of each kind
REFERENCE_SIGNS = 5  # of a uuid, as it stands in her calendar
SHOWN = (Status.BOOKED, Status.MET, Status.MISSED, Status.CANCELLED)


@dataclass(frozen=True, slots=True)
class Found:
    """Files and appointments that fit; the next appointment stands first."""

    clients: Sequence[Client]
    entries: Sequence[Entry]


def found(person: SignedIn, typed: str, *, now: datetime) -> Found:
    """Look through her files and appointments; the look is journaled."""
    if not plain(typed):
        return Found((), ())
    # Before anything is loaded: afterwards each row would have to be loaded again.
    with write_session() as session:
        note(session, Actor.STAFF, "search", "clients", now=now, staff=person.id)
    files = [one for one in clients.in_reach(person) if clients.fits(one, typed)]
    named = _named(typed)
    rows = [
        row
        for row in _appointments(person, named, now)
        if row.id in named or _fits(row, typed)
    ]
    ahead = [row for row in rows if row.ends_at > now]
    behind = [row for row in reversed(rows) if row.ends_at <= now]
    entries = desk.with_stops([*ahead, *behind][:MOST])
    return Found(files[:MOST], entries)


def uuids_beginning(reference: str) -> tuple[UUID, UUID] | None:
    """Return the first and the last uuid with such a short name, if it is one."""
    signs = reference.strip().lower()
    try:
        bounds = [UUID(signs.ljust(32, rest)) for rest in "0f"]
    except ValueError:
        return None
    return (bounds[0], bounds[1]) if len(signs) == REFERENCE_SIGNS else None


def _named(typed: str) -> set[int]:
    """Return which appointments a paper code or a visit's short name leads to."""
    found: set[int | None] = set()
    if sum(sign.isalnum() for sign in typed) == CODE_LENGTH:
        links = select(ClientLink.appointment_id)
        found |= set(
            db.session.scalars(links.where(ClientLink.code_hash == code_hash(typed)))
        )
    if bounds := uuids_beginning(typed):
        stops = select(Stop.appointment_id).join(Stop.visit_request)
        found |= set(
            db.session.scalars(stops.where(VisitRequest.uuid.between(*bounds)))
        )
    return {one for one in found if one is not None}


def _appointments(
    person: SignedIn, named: set[int], now: datetime
) -> list[Appointment]:
    rows = (
        desk.in_reach(person)
        .where(
            Appointment.status.in_(SHOWN),
            or_(Appointment.starts_at > now - LOOKED_BACK, Appointment.id.in_(named)),
        )
        .options(joinedload(Appointment.counsellor))
    )
    return list(db.session.scalars(rows.order_by(Appointment.starts_at)))


def _fits(row: Appointment, typed: str) -> bool:
    if row.uuid.hex[:REFERENCE_SIGNS] == typed.strip().lower():
        return True
    return is_part_of(typed, row.name) or clients.is_number_of(row.phone, typed)
