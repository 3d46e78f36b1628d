"""What stands in the journal? For the data protection officer, whose look is in it too.

Clients appear by signs, staff by name: it is about what was done, never a time clock.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, select

from booking.models import (
    Appointment,
    Client,
    JournalEntry,
    Role,
    StaffMember,
    VisitRequest,
    Waiting,
    db,
)
from booking.models.running import zone
from booking.scheduling import day_window
from booking.services import exporting
from booking.services.accounts import NoSuchStaff
from booking.services.journal import Actor, note
from booking.services.pseudonyms import Subject, subjects_of
from booking.services.sessions import SignedIn
from booking.services.stand_ins import standing_in
from booking.services.writing import write_session

LINES_A_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which lines: of whom, about whom, which deed, from when until when."""

    first: date
    last: date
    staff: UUID | None = None
    reference: str = ""  # of a file, or a code
    deed: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it is shown."""

    at: datetime
    actor: str
    staff: str
    deed: str
    subject: Subject


@dataclass(frozen=True, slots=True)
class Found:
    """A page of lines, the latest first, and whether there are older ones."""

    lines: Sequence[Line]
    has_more: bool


@dataclass(slots=True)
class Touched:
    """One person whose data somebody has read or changed, by her sign."""

    subject: Subject
    first: datetime
    last: datetime
    times: int = 0
    deeds: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Seen:
    """Whose data an account could have seen: written down, and within its reach."""

    name: str
    roles: frozenset[Role]
    touched: Sequence[Touched]
    in_reach: Sequence[str]  # files whose list she could open


def search(person: SignedIn, asked: Question, *, now: datetime) -> Found:
    """Return lines of the journal, and write down that they were read.

    Raises ``UnknownClient`` or ``NoSuchStaff``.
    """
    names = _names_about(asked.reference) if asked.reference else None
    account = _account(asked.staff) if asked.staff else None
    about = f"staff:{account.uuid}" if account else "journal"
    number = account.id if account else None
    with write_session() as session:
        about = names[0] if names else about
        note(session, Actor.STAFF, "read journal", about, now=now, staff=person.id)
    query = _lines(asked, names, number).offset((asked.page - 1) * LINES_A_PAGE)
    rows = db.session.scalars(query.limit(LINES_A_PAGE + 1)).all()
    return Found(_shown(rows[:LINES_A_PAGE]), len(rows) > LINES_A_PAGE)


def deeds() -> list[str]:
    """Return which deeds stand in the journal, to choose from."""
    return sorted(db.session.scalars(select(JournalEntry.deed).distinct()))


def seen_by(person: SignedIn, staff: UUID, since: date, *, now: datetime) -> Seen:
    """Return whose data an account could have seen since a day (Art. 33).

    The look is written down. Raises ``NoSuchStaff``.
    """
    account = _account(staff)
    number, about = account.id, f"staff:{account.uuid}"
    with write_session() as session:
        note(session, Actor.STAFF, "seen by", about, now=now, staff=person.id)
    account = _account(staff)
    rows = db.session.scalars(
        select(JournalEntry)
        .where(
            JournalEntry.staff_id == number,
            JournalEntry.at >= day_window(since, zone()).start,
        )
        .order_by(JournalEntry.id)
    ).all()
    reach = _in_reach(account, now) if Role.COUNSELLOR in account.roles else ()
    return Seen(account.name, account.roles, _touched(rows), reach)


def _account(uuid: UUID) -> StaffMember:
    row = db.session.scalar(select(StaffMember).where(StaffMember.uuid == uuid))
    if row is None:
        raise NoSuchStaff(str(uuid))
    return row


def _names_about(reference: str) -> list[str]:
    """Return under which names one person stands in the journal; her own first."""
    _, hers = exporting.found(reference)
    names = [hers.about]
    for kind, of, own in (
        ("appointment", Appointment, hers.appointment),
        ("visit", VisitRequest, hers.visit_request),
        ("waiting", Waiting, hers.waiting),
    ):
        uuids = db.session.scalars(select(of.uuid).where(hers.rows(of, own)))
        names += [f"{kind}:{uuid}" for uuid in uuids]
    return names


def _lines(
    asked: Question, names: Collection[str] | None, staff: int | None
) -> Select[JournalEntry]:
    query = select(JournalEntry).where(
        JournalEntry.at >= day_window(asked.first, zone()).start,
        JournalEntry.at < day_window(asked.last, zone()).end,
    )
    if names is not None:
        query = query.where(JournalEntry.about.in_(names))
    if staff is not None:
        query = query.where(JournalEntry.staff_id == staff)
    if asked.deed:
        query = query.where(JournalEntry.deed == asked.deed)
    return query.order_by(JournalEntry.id.desc())


def _shown(rows: Sequence[JournalEntry]) -> list[Line]:
    subjects = subjects_of(row.about for row in rows)
    numbers = {row.staff_id for row in rows}
    staff = db.session.scalars(select(StaffMember).where(StaffMember.id.in_(numbers)))
    names = {one.id: one.name for one in staff}
    return [
        Line(
            row.at,
            row.actor,
            names.get(row.staff_id or 0, ""),
            row.deed,
            subjects[row.about],
        )
        for row in rows
    ]


def _touched(rows: Sequence[JournalEntry]) -> list[Touched]:
    """Gather by person: an appointment in a file counts to the file."""
    subjects = subjects_of(row.about for row in rows)
    found: dict[Subject, Touched] = {}
    for row in rows:
        subject = subjects[row.about]
        if not subject.is_of_client:
            continue
        whose = Subject("client", "", subject.file) if subject.file else subject
        one = found.setdefault(whose, Touched(whose, row.at, row.at))
        one.last, one.times = row.at, one.times + 1
        one.deeds.add(row.deed)
    return sorted(found.values(), key=_subject)


def _subject(one: Touched) -> Subject:
    return one.subject


def _in_reach(account: StaffMember, now: datetime) -> list[str]:
    today = now.astimezone(zone()).date()
    stood_in = {one.counsellor for one in standing_in(account.id, today)}
    hers = Client.counsellor_id.in_({account.id, *stood_in})
    return sorted(db.session.scalars(select(Client.reference).where(hers)))
