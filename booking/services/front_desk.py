"""What may the front desk look up? When, where and with whom; never a file.

By a code or a short name read out, by the whole name or by the whole number. Hashes
are compared; only the name of who has no file has none, and is opened and compared.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload, load_only

from booking.models import (
    Appointment,
    Client,
    ClientLink,
    Place,
    Status,
    db,
    keyring,
)
from booking.scheduling import TimeWindow
from booking.services.clients import name_hash, phone_hash
from booking.services.finding import uuids_beginning
from booking.services.journal import Actor, note
from booking.services.links import CODE_LENGTH, code_hash
from booking.services.sessions import SignedIn
from booking.services.spelling import plain
from booking.services.writing import write_session

LOOKED_BACK = timedelta(days=1)  # who came yesterday asks today
MOST = 50  # appointments shown
A_LONG_TALK = timedelta(days=1)  # none takes longer


@dataclass(frozen=True, slots=True)
class Seen:
    """What the desk sees of an appointment."""

    uuid: UUID
    window: TimeWindow
    place: Place
    counsellor: str
    status: Status
    lies_ahead: bool  # the client can still say that she does not come


def coming(appointment: UUID, *, now: datetime) -> Seen | None:
    """Return one appointment that lies ahead, as the desk sees it."""
    row = db.session.scalar(
        select(Appointment)
        .where(
            Appointment.uuid == appointment,
            Appointment.status == Status.BOOKED,
            Appointment.starts_at > now,
        )
        .options(joinedload(Appointment.type), joinedload(Appointment.counsellor))
    )
    return _seen(row, now) if row else None


def looked_up(
    person: SignedIn, typed: str, *, phone: str = "", now: datetime
) -> list[Seen]:
    """Return coming appointments by code, name or phone; the look is journaled.

    ``phone`` is what was typed, written internationally, if it is a number.
    """
    coming = and_(
        Appointment.status.in_((Status.BOOKED, Status.CANCELLED)),
        Appointment.starts_at > now - LOOKED_BACK - A_LONG_TALK,  # for the index
        Appointment.ends_at > now - LOOKED_BACK,
    )
    named = Appointment.id.in_(_named(typed, coming))
    rows = db.session.scalars(
        select(Appointment)
        .where(coming, or_(named, *_matches(typed, phone)))
        .options(joinedload(Appointment.type), joinedload(Appointment.counsellor))
        .order_by(Appointment.starts_at)
        .limit(MOST)
    )
    seen = [_seen(row, now) for row in rows]
    with write_session() as session:
        note(session, Actor.STAFF, "look up", "clients", now=now, staff=person.id)
    return seen


def _seen(row: Appointment, now: datetime) -> Seen:
    return Seen(
        row.uuid,
        row.window,
        Place(row.type.place),
        row.counsellor.name,
        Status(row.status),
        lies_ahead=row.status == Status.BOOKED and row.starts_at > now,
    )


def _named(typed: str, coming: ColumnElement[bool]) -> list[int]:
    """Return the coming appointments of who is called so and has no file."""
    wanted = plain(typed)
    if not wanted or any(sign.isdigit() for sign in wanted):
        return []
    rows = db.session.scalars(
        select(Appointment)
        .where(coming, Appointment.client_id.is_(None))
        .options(load_only(Appointment.uuid, Appointment.name_sealed))
    )
    return [row.id for row in rows if plain(row.name) == wanted]


def _matches(typed: str, phone: str) -> list[ColumnElement[bool]]:
    clients = [Client.name_hash == name_hash(typed)]
    found = []
    if phone:
        clients.append(Client.phone_hash == phone_hash(phone))
        found.append(Appointment.contact_hash == keyring().lookup("contact", phone))
    if sum(sign.isalnum() for sign in typed) == CODE_LENGTH:
        links = select(ClientLink.appointment_id).where(
            ClientLink.code_hash == code_hash(typed)
        )
        found.append(Appointment.id.in_(links))
    if bounds := uuids_beginning(typed):
        found.append(Appointment.uuid.between(*bounds))
    files = select(Client.id).where(or_(*clients))
    return [*found, Appointment.client_id.in_(files)]
