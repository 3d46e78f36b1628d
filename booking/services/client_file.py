"""What stands in a client's file? All that was done with her, for her counsellor."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from booking.models import (
    STILL_TO_BE,
    Appointment,
    Client,
    PersonalLink,
    Release,
    ShortContact,
    Status,
    VisitRequest,
    Waiting,
    WaitingState,
    WalkIn,
    db,
)
from booking.services import clients, personal_links, releases
from booking.services.clients import SHOWN
from booking.services.journal import Actor, note
from booking.services.sessions import SignedIn
from booking.services.writing import write_session


@dataclass(frozen=True, slots=True)
class File:
    """A client's file as her counsellor reads it."""

    client: Client
    coming: Sequence[Appointment]
    past: Sequence[Appointment]
    waiting: Sequence[Waiting]
    walk_ins: Sequence[WalkIn]
    contacts: Sequence[ShortContact]
    links: Sequence[PersonalLink]
    wishes: Sequence[VisitRequest]  # for visits that are still to be
    releases: Sequence[Release]  # that hold today


def opened(person: SignedIn, reference: str, *, now: datetime) -> File:
    """Return a file of hers, and write down that she read it.

    Raises ``UnknownClient``.
    """
    client = clients.found(person, reference)
    # Before the rest is loaded: afterwards each row would have to be loaded again.
    with write_session() as session:
        about = f"client:{client.uuid}"
        note(session, Actor.STAFF, "read client", about, now=now, staff=person.id)
    return gathered(client, now=now)


def gathered(client: Client, *, now: datetime) -> File:
    """Put together what stands in a file; who may read it was asked before."""
    rows = list(db.session.scalars(_appointments(client)))
    coming = [row for row in rows if row.starts_at > now and _stands(row)]
    return File(
        client=client,
        coming=coming[::-1],
        past=[row for row in rows if row not in coming],
        waiting=list(db.session.scalars(_waiting(client))),
        walk_ins=list(db.session.scalars(_walk_ins(client))),
        contacts=list(db.session.scalars(_contacts(client))),
        links=personal_links.links_of(client.id),
        wishes=list(db.session.scalars(_wishes(client))),
        releases=releases.in_force(client.id, now=now),
    )


def _appointments(client: Client) -> Select[Appointment]:
    return (
        select(Appointment)
        .where(Appointment.client_id == client.id, Appointment.status.in_(SHOWN))
        .options(joinedload(Appointment.type), joinedload(Appointment.counsellor))
        .order_by(Appointment.starts_at.desc())
    )


def _stands(row: Appointment) -> bool:
    return row.status == Status.BOOKED


def _waiting(client: Client) -> Select[Waiting]:
    return (
        select(Waiting)
        .where(Waiting.client_id == client.id, Waiting.state == WaitingState.OPEN)
        .order_by(Waiting.created_at)
    )


def _walk_ins(client: Client) -> Select[WalkIn]:
    return (
        select(WalkIn)
        .where(WalkIn.client_id == client.id)
        .options(joinedload(WalkIn.called_by))
        .order_by(WalkIn.came_at.desc())
    )


def _contacts(client: Client) -> Select[ShortContact]:
    return (
        select(ShortContact)
        .where(ShortContact.client_id == client.id)
        .options(joinedload(ShortContact.staff))
        .order_by(ShortContact.at.desc())
    )


def _wishes(client: Client) -> Select[VisitRequest]:
    return (
        select(VisitRequest)
        .where(
            VisitRequest.client_id == client.id,
            VisitRequest.state.in_(STILL_TO_BE),
        )
        .order_by(VisitRequest.created_at)
    )
