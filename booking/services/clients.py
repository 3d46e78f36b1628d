"""Whose files does a counsellor keep, and what stands in them?

Everything is loaded through the person: a stranger's file is not found. Whoever stands
in for a colleague opens her files as long as she does. What the front desk may look
up, it looks up by code, name or phone: see ``front_desk``.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from booking.models import (
    Appointment,
    Client,
    Reach,
    Role,
    StaffMember,
    StaffRole,
    Status,
    cleaned,
    db,
    keyring,
)
from booking.scheduling import CounsellingPeriod
from booking.services.held_files import refuse
from booking.services.journal import Actor, note
from booking.services.links import CODE_SIGNS
from booking.services.sessions import SignedIn
from booking.services.spelling import is_part_of
from booking.services.writing import write_session

REFERENCE_SIGNS = 8  # of thirty: nobody guesses one, and few read it wrong
FEWEST_DIGITS = 5  # of a number, to find a client by it
SHOWN = (Status.BOOKED, Status.MET, Status.MISSED, Status.CANCELLED)


class UnknownClient(Exception):
    """There is no such file, or it is not hers; both look the same."""


class UnknownCounsellor(Exception):
    """Nobody counsels here under this name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a file says about a client."""

    name: str
    language: str
    counsellor: UUID
    reach: Reach = Reach.NONE
    phone: str = ""
    email: str = ""
    address: str = ""
    safe_hours: str = ""
    no_message: bool = False
    discreet: bool = False
    period: CounsellingPeriod | None = None


def of_mine(person: SignedIn) -> list[Client]:
    """Return her clients by name: one query, opened in memory."""
    return _by_name(select(Client).where(Client.counsellor_id == person.id))


def in_reach(person: SignedIn) -> list[Client]:
    """Return her clients, and those of whom she stands in for, by name."""
    return _by_name(_in_reach(person))


def may_open(person: SignedIn, client: Client) -> bool:
    """Tell whether a file is hers, or that of somebody for whom she stands in."""
    return client.counsellor_id in _counsellors_of(person)


def fits(client: Client, typed: str) -> bool:
    """Tell whether a client is whom somebody looks for; nothing typed fits all."""
    return (
        is_part_of(typed, client.name)
        or _signs(typed) == _signs(client.reference)
        or is_number_of(client.phone, typed)
    )


def is_number_of(phone: str, typed: str) -> bool:
    """Tell whether a number, or a good piece of one, was typed."""
    digits = "".join(sign for sign in typed if sign.isdecimal()).lstrip("0")
    number = "".join(sign for sign in phone if sign.isdecimal())
    return len(digits) >= FEWEST_DIGITS and digits in number


def found(person: SignedIn, reference: str) -> Client:
    """Return one client of hers, or raise ``UnknownClient``."""
    return _found(db.session(), person, reference)


def of_hers(session: Session, person: SignedIn, reference: str) -> Client:
    """Return one client of hers inside a unit of work, or raise ``UnknownClient``."""
    return _found(session, person, reference)


def meant(person: SignedIn, typed: str) -> list[Client]:
    """Return whom of hers somebody means who typed a reference, a name or a number."""
    fitting = [one for one in in_reach(person) if fits(one, typed)]
    exact = [one for one in fitting if _signs(one.reference) == _signs(typed)]
    return exact or fitting


def begin(person: SignedIn, facts: Facts, *, now: datetime) -> str:
    """Open a new file; return its reference. Raises ``UnknownCounsellor``."""
    with write_session() as session:
        row = entered(session, facts, now=now)
        _note(session, "open a file", row, person, now)
        return row.reference


def change(person: SignedIn, reference: str, facts: Facts, *, now: datetime) -> None:
    """Write down what is true now; she may hand the file to a colleague.

    Raises ``UnknownClient`` or ``UnknownCounsellor``.
    """
    with write_session() as session:
        row = _found(session, person, reference)
        _describe(session, row, facts)
        _note(session, "change a file", row, person, now)


def file_under(
    person: SignedIn, appointment: UUID, reference: str | None, *, now: datetime
) -> None:
    """Put an appointment of hers into a file of hers, or take it out again.

    Nobody is recognised from a shared number: staff say whose it is. Raises
    ``UnknownClient``, or ``UnderHold`` if it would leave a file that is held.
    """
    with write_session() as session:
        row = session.scalar(
            select(Appointment)
            .where(
                Appointment.uuid == appointment, Appointment.counsellor_id == person.id
            )
            .with_for_update()
        )
        if row is None or row.status not in SHOWN:
            raise UnknownClient
        if row.client is not None and not may_open(person, row.client):
            raise UnknownClient
        client = _found(session, person, reference) if reference else None
        _put_into(session, row, client)
        deed = "file appointment"
        note(session, Actor.STAFF, deed, row.about, now=now, staff=person.id)


def entered(session: Session, facts: Facts, *, now: datetime) -> Client:
    """Put a file into a unit of work that is already open."""
    row = Client(reference=new_reference(), created_at=now)
    _describe(session, row, facts)
    session.add(row)
    session.flush()
    return row


def counsellors() -> list[StaffMember]:
    """Return who may have files of her own, by name."""
    rows = db.session.scalars(
        select(StaffMember)
        .join(StaffRole, StaffRole.staff_id == StaffMember.id)
        .where(StaffRole.role == Role.COUNSELLOR, StaffMember.disabled_at.is_(None))
        .options(selectinload(StaffMember._roles))  # noqa: SLF001 - loaded along, read by its property
    )
    return sorted(rows, key=lambda one: one.name)


def new_reference() -> str:
    """Make the name of a file: random, and easy to read out."""
    signs = "".join(secrets.choice(CODE_SIGNS) for _ in range(REFERENCE_SIGNS))
    return f"{signs[:4]}-{signs[4:]}"


def name_hash(name: str) -> bytes:
    """Return by what a file is found under a name."""
    return keyring().lookup("name", " ".join(name.casefold().split()))


def phone_hash(phone: str) -> bytes:
    """Return by what a file is found under a phone number."""
    return keyring().lookup("phone", phone)


def _signs(reference: str) -> str:
    return "".join(sign for sign in reference.upper() if sign.isalnum())


def _in_reach(person: SignedIn) -> Select[Client]:
    return select(Client).where(Client.counsellor_id.in_(_counsellors_of(person)))


def _counsellors_of(person: SignedIn) -> set[int]:
    return {person.id, *(one.counsellor for one in person.stands_in)}


def _by_name(query: Select[Client]) -> list[Client]:
    return sorted(db.session.scalars(query), key=lambda one: one.name.casefold())


def _found(session: Session, person: SignedIn, reference: str) -> Client:
    query = _in_reach(person).where(Client.reference == cleaned(reference).upper())
    row = session.scalar(query if session is db.session() else query.with_for_update())
    if row is None:
        raise UnknownClient
    return row


def _describe(session: Session, row: Client, facts: Facts) -> None:
    row.name, row.name_hash = facts.name, name_hash(facts.name)
    row.phone, row.phone_hash = facts.phone, None
    if facts.phone:
        row.phone_hash = phone_hash(facts.phone)
    row.email, row.email_hash = facts.email, None
    if facts.email:
        row.email_hash = keyring().lookup("email", facts.email.casefold())
    row.address, row.safe_hours = facts.address, facts.safe_hours
    row.language, row.reach = facts.language, facts.reach
    row.no_message, row.discreet = facts.no_message, facts.discreet
    row.counselling_from = facts.period.starts if facts.period else None
    row.counselling_until = facts.period.ends if facts.period else None
    row.counsellor_id = _counsellor(session, facts.counsellor)


def _counsellor(session: Session, uuid: UUID) -> int:
    found = session.scalar(
        select(StaffMember.id)
        .join(StaffRole, StaffRole.staff_id == StaffMember.id)
        .where(
            StaffMember.uuid == uuid,
            StaffRole.role == Role.COUNSELLOR,
            StaffMember.disabled_at.is_(None),
        )
    )
    if found is None:
        raise UnknownCounsellor
    return found


def _put_into(session: Session, row: Appointment, client: Client | None) -> None:
    number = client.id if client else None
    if row.client_id not in {None, number}:
        refuse(session, [row.client_id])
    row.client_id = number


def _note(
    session: Session, deed: str, row: Client, person: SignedIn, now: datetime
) -> None:
    about = f"client:{row.uuid}"
    note(session, Actor.STAFF, deed, about, now=now, staff=person.id)
