"""What do we keep about one person? All of it, for herself (GDPR Art. 15 and 20).

By the reference of her file; who has none brings the code of her appointment, wish or
place on the waiting list. Secrets that open something (links, hashes) are left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, inspect, or_, select
from sqlalchemy.orm import joinedload

from booking.languages import Language, language_of_code
from booking.models import (
    Appointment,
    Client,
    ClientLink,
    EmergencyOpening,
    JournalEntry,
    Letter,
    Record,
    Release,
    ShortContact,
    StaffMember,
    VisitRequest,
    Waiting,
    WalkIn,
    db,
)
from booking.models.running import zone
from booking.models.sealed import Sealed
from booking.scheduling import day_window
from booking.services.accounts import NoSuchStaff, email_hash
from booking.services.clients import UnknownClient
from booking.services.journal import Actor, note
from booking.services.links import CODE_SIGNS, code_hash
from booking.services.writing import write_session

# Numbers of rows say nothing outside; what opens something is nobody else's.
SECRET = ("_hash", "_sealed", "_id")
EVER = datetime(1970, 1, 1, tzinfo=UTC)
NUMBERS = frozenset({"id", "idempotency_key"})


def seen_by(email: str, *, since: date | None, now: datetime) -> Sequence[JournalEntry]:
    """Return what an account has read and done since a day; the look is journaled.

    Raises ``NoSuchStaff``.
    """
    staff = db.session.scalar(
        select(StaffMember).filter_by(email_hash=email_hash(email))
    )
    if staff is None:
        raise NoSuchStaff(email)
    number, about = staff.id, f"staff:{staff.uuid}"
    with write_session() as session:
        note(session, Actor.COMMAND, "seen by", about, now=now)
    begins = day_window(since, zone()).start if since else EVER
    return _rows(
        select(JournalEntry)
        .where(JournalEntry.staff_id == number, JournalEntry.at >= begins)
        .order_by(JournalEntry.id)
    )


@dataclass(frozen=True, slots=True)
class Hers:
    """By what the rows of one person are found: her file, or what her code opens."""

    client: int | None = None
    appointment: int | None = None
    visit_request: int | None = None
    waiting: int | None = None

    def rows(self, of: Any, own: int | None = None) -> ColumnElement[bool]:
        """Select hers among the rows of one kind."""
        if self.client is not None:
            return cast("ColumnElement[bool]", of.client_id == self.client)
        return cast("ColumnElement[bool]", of.id == (own or 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """All rows about one person, each kind in the order in which it came."""

    reference: str
    client: Client | None
    appointments: Sequence[Appointment]
    visit_requests: Sequence[VisitRequest]
    waiting: Sequence[Waiting]
    walk_ins: Sequence[WalkIn]
    contacts: Sequence[ShortContact]
    releases: Sequence[Release]
    openings: Sequence[EmergencyOpening]
    letters: Sequence[Letter]
    journal: Sequence[JournalEntry]

    @property
    def language(self) -> Language:
        """The language in which she reads."""
        if self.client is not None:
            return language_of_code(self.client.language)
        codes = [row.letter_language for row in self.appointments]
        codes += [row.letter_language for row in self.visit_requests]
        codes += [row.letter_language for row in self.waiting]
        return language_of_code(codes[0])

    def as_json(self) -> dict[str, Any]:
        """Return everything in a form that machines read (Art. 20)."""
        return {
            "reference": self.reference,
            "client": _facts(self.client) if self.client else None,
            "appointments": [_facts(row) for row in self.appointments],
            "visit_requests": [_facts(row) for row in self.visit_requests],
            "waiting": [_facts(row) for row in self.waiting],
            "walk_ins": [_facts(row) for row in self.walk_ins],
            "short_contacts": [_facts(row) for row in self.contacts],
            "releases": [_facts(row) for row in self.releases],
            "emergency_openings": [_opening(row) for row in self.openings],
            "letters": [_facts(row) for row in self.letters],
            "journal": [_facts(row) for row in self.journal],
        }


def about(reference: str, *, now: datetime, by: int | None = None) -> About:
    """Return all that is kept about one person, and write down who asked for it.

    ``reference`` is that of a file (``ABCD-2345``), or a code; ``by`` is a staff
    member's number, or nobody's if a command asks. Raises ``UnknownClient``.
    """
    client, hers = found(reference)
    # Before the rest is loaded: afterwards each row would have to be loaded again.
    with write_session() as session:
        actor = Actor.STAFF if by else Actor.COMMAND
        note(session, actor, "export", name_of(client, hers), now=now, staff=by)
    return _gathered(*found(reference))


def name_of(client: Client | None, hers: Hers) -> str:
    """Name whom a deed concerns to the journal; never her code."""
    if client is not None:
        return f"client:{client.uuid}"
    return f"code of {hers.appointment or hers.visit_request or hers.waiting}"


def found(reference: str) -> tuple[Client | None, Hers]:
    """Return whose rows are meant; raises ``UnknownClient``.

    Never by a phone number: a family shares one, and each is told of her own alone.
    """
    signs = "".join(sign for sign in reference.upper() if sign in CODE_SIGNS)
    written = (reference.strip().upper(), f"{signs[:4]}-{signs[4:]}")
    client = db.session.scalar(select(Client).where(Client.reference.in_(written)))
    if client is not None:
        return client, Hers(client=client.id)
    link = db.session.scalar(
        select(ClientLink).where(ClientLink.code_hash == code_hash(reference))
    )
    if link is None:
        raise UnknownClient
    return None, Hers(
        appointment=link.appointment_id,
        visit_request=link.visit_request_id,
        waiting=link.waiting_id,
    )


def _gathered(client: Client | None, hers: Hers) -> About:
    appointments = _rows(
        select(Appointment)
        .where(hers.rows(Appointment, hers.appointment))
        .order_by(Appointment.starts_at)
        .options(joinedload(Appointment.type), joinedload(Appointment.counsellor))
    )
    wishes = _rows(
        select(VisitRequest)
        .where(hers.rows(VisitRequest, hers.visit_request))
        .order_by(VisitRequest.created_at)
    )
    waiting = _rows(
        select(Waiting).where(hers.rows(Waiting, hers.waiting)).order_by(Waiting.id)
    )
    told = or_(
        Letter.appointment_id.in_([row.id for row in appointments]),
        Letter.visit_request_id.in_([row.id for row in wishes]),
        Letter.waiting_id.in_([row.id for row in waiting]),
    )
    names = [row.about for row in (*appointments, *wishes, *waiting)]
    names += [name_of(client, hers)]
    return About(
        reference=client.reference if client else "",
        client=client,
        appointments=appointments,
        visit_requests=wishes,
        waiting=waiting,
        walk_ins=_rows(select(WalkIn).where(hers.rows(WalkIn)).order_by(WalkIn.id)),
        contacts=_rows(
            select(ShortContact)
            .where(hers.rows(ShortContact))
            .order_by(ShortContact.id)
        ),
        releases=_rows(_on_file(Release, client)),
        openings=_rows(_on_file(EmergencyOpening, client)),
        letters=_rows(
            select(Letter)
            .where(told, Letter.interpreter_request_id.is_(None))
            .where(Letter.invitation_id.is_(None))
            .order_by(Letter.id)
        ),
        journal=_rows(
            select(JournalEntry)
            .where(JournalEntry.about.in_(names))
            .order_by(JournalEntry.id)
        ),
    )


def _on_file(of: Any, client: Client | None) -> Select[Any]:
    """Select what hangs on a file; without one there is nothing."""
    return (
        select(of).where(of.client_id == (client.id if client else 0)).order_by(of.id)
    )


def _rows(query: Any) -> Sequence[Any]:
    return list(db.session.scalars(query))


def _facts(row: Record) -> dict[str, Any]:
    """Return the fields of a row, the sealed ones opened, no secrets, no numbers."""
    columns = [column.key for column in inspect(type(row)).columns]
    facts = {
        name: _plain(getattr(row, name))
        for name in columns
        if not name.endswith(SECRET) and name not in NUMBERS
    }
    return facts | {name: getattr(row, name) for name in _sealed_of(type(row))}


def _opening(row: EmergencyOpening) -> dict[str, Any]:
    """Leave out what head or officer wrote about her counsellor."""
    return {k: v for k, v in _facts(row).items() if k not in {"why_later", "told_from"}}


def _sealed_of(of: type) -> Iterable[str]:
    """Return the names of what lies sealed, but for what opens something."""
    return [
        name.lstrip("_")  # a point is read as two numbers
        for name, value in vars(of).items()
        if isinstance(value, Sealed)
    ]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, (date, datetime)) else _text(value)


def _text(value: Any) -> Any:
    simple = value is None or isinstance(value, (bool, int, str, list, dict))
    return value if simple else str(value)
