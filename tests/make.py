"""Builders: an office, its people, a day of hours, a walk through the form."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from booking import clock
from booking.config import Settings
from booking.models import (
    ACTIVE,
    Absence,
    Appointment,
    BusyTime,
    CalendarSource,
    Client,
    Closure,
    Company,
    ContactKind,
    Deputy,
    Feedback,
    FeedLevel,
    Interpreter,
    InterpreterHours,
    InterpreterRequest,
    OpeningHours,
    Place,
    Reach,
    ReleaseScope,
    Role,
    Route,
    ShortContact,
    SourceKind,
    StaffMember,
    StaffSession,
    Status,
    Stop,
    VisitRequest,
    VisitState,
    WalkIn,
    db,
)
from booking.models.running import zone
from booking.scheduling import TimeWindow, WeeklyHours, instant
from booking.services import (
    accounts,
    clients,
    emergencies,
    feeds,
    interpreters,
    invitations,
    open_hours,
    publishing,
    releases,
    sessions,
    short_contacts,
    staff_list,
    walk_ins,
)
from booking.services import feedback as barriers
from booking.services import office as offices
from booking.services.accounts import NewStaffMember
from booking.services.appointments import Person
from booking.services.availability import Wish
from booking.services.emergencies import Wanted
from booking.services.feedback import Told
from booking.services.filling import BUERGERHAUS
from booking.services.holds import Choice
from booking.services.releases import NewRelease
from booking.services.sessions import SignedIn
from booking.services.short_contacts import NewContact
from booking.services.stand_ins import standing_in
from booking.services.walk_ins import Arrival
from booking.services.writing import write_session
from booking.web import signing_in

SINCE = date(2027, 1, 1)


def settings(folder: Path, database_url: str, **changes) -> Settings:
    """Settings of a small office that keeps everything in one folder."""
    usual = {
        "data": folder / "data",
        "keys": folder / "keys",
        "secret_key": "a secret of at least thirty-two characters",
        "database_url": database_url,
        "mail_url": f"folder://{folder / 'letters'}",
        "public_url": "https://termine.example.org",
        "log": "json",
    }
    return Settings(**(usual | changes))


@dataclass
class StoppedClock:
    """A clock that stands still until somebody moves it."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def move(self, **forward) -> datetime:
        self.moment += timedelta(**forward)
        return self.moment


@dataclass
class Office:
    """What the tests need of an office."""

    counsellors: list[int] = field(default_factory=list)

    @property
    def counsellor(self) -> int:
        return self.counsellors[0]


def office() -> Office:
    """Found the Bürgerhaus with one counsellor who is there nine to twelve."""
    with write_session() as session:
        offices.founded(session, BUERGERHAUS)
    founded = Office()
    founded.counsellors.append(counsellor())
    return founded


def counsellor(
    *, languages=("de", "ar"), hours=((time(9), time(12)),), weekdays=range(5), **facts
) -> int:
    """Hire a counsellor with the same hours on every given weekday."""
    newcomer = NewStaffMember(
        name="Ayla Sommer",
        email=f"{uuid4().hex}@example.org",
        roles=frozenset({Role.COUNSELLOR}),
        languages=frozenset(languages),
        **facts,
    )
    with write_session() as session:
        row = _quickly_entered(session, newcomer)
        session.flush()
        session.add_all(
            OpeningHours(
                counsellor_id=row.id,
                weekday=weekday,
                opens=opens,
                closes=closes,
                valid_from=SINCE,
            )
            for weekday in weekdays
            for opens, closes in hours
        )
    return row.id


def interpreter_named(
    *,
    name: str = "Saba Muster",
    languages=("ar",),
    hours=((time(8), time(18)),),
    weekdays=range(5),
    email="saba@example.org",
    **facts,
) -> int:
    """Add an interpreter with the same hours on every given weekday."""
    with write_session() as session:
        row = Interpreter(name=name, email=email, **facts)
        row.languages = frozenset(languages)
        session.add(row)
        session.flush()
        session.add_all(
            InterpreterHours(
                interpreter_id=row.id,
                weekday=weekday,
                opens=opens,
                closes=closes,
                valid_from=SINCE,
            )
            for weekday in weekdays
            for opens, closes in hours
        )
    return row.id


def asked_interpreter(now: datetime, appointment: UUID | None = None) -> str:
    """Ask an interpreter for an appointment, or for the last one; return her token."""
    chosen = interpreter_named()
    with write_session() as session:
        rows = session.query(Appointment).filter_by(status=Status.BOOKED)
        if appointment is not None:
            rows = rows.filter_by(uuid=appointment)
        row = rows.order_by(Appointment.id.desc()).first()
        row.interpreter_wanted, row.interpreter_id = True, chosen
        interpreters.keep_asked(session, row, now=now)
        return session.query(InterpreterRequest).filter_by(appointment=row).one().token


def staff_member(*roles: Role, name: str = "Karin Amtmann", email: str = "") -> int:
    """Employ somebody with these roles and no hours."""
    newcomer = NewStaffMember(
        name=name,
        email=email or f"{uuid4().hex}@example.org",
        roles=frozenset(roles),
    )
    with write_session() as session:
        row = _quickly_entered(session, newcomer)
        session.flush()
    return row.id


def sign_in(client, staff: int) -> None:
    """Let this browser be a staff member's, without the time Argon2 takes."""
    secret, moment = uuid4().hex, clock.now()
    with write_session() as session:
        session.add(
            StaffSession(
                staff_id=staff,
                token_hash=sessions._hash(secret),
                created_at=moment,
                last_seen_at=moment,
                proved_at=moment,
            )
        )
    client.set_cookie(signing_in.cookie_name(), secret, domain="localhost")


def sign_in_link(now) -> str:
    """Invite a front desk; return what stands in the address of her link."""
    newcomer = NewStaffMember(
        name="Nadia Haddad",
        email=f"{uuid4().hex}@example.org",
        roles=frozenset({Role.FRONT_DESK}),
    )
    way = staff_list.invite(newcomer, by=None, now=now.now())
    return way.url.rpartition("/")[2]


def signed_in(staff: int, *roles: Role) -> SignedIn:
    """Say who acts, where no browser is needed."""
    return SignedIn(
        id=staff,
        uuid="",
        name="",
        roles=frozenset(roles or {Role.COUNSELLOR}),
        session=0,
        stands_in=standing_in(staff, clock.today(zone())),
    )


def interpreter(
    *,
    languages=("ti",),
    hours=((time(9), time(12)),),
    weekdays=range(5),
    lead_hours=0,
    **facts,
) -> int:
    """Find an interpreter who can come at once."""
    return interpreter_named(
        name="Selam Tesfay",
        email=f"{uuid4().hex}@example.org",
        languages=languages,
        hours=hours,
        weekdays=weekdays,
        lead_hours=lead_hours,
        **facts,
    )


def absent(counsellor: int, starts_at: datetime, ends_at: datetime) -> None:
    """Send a counsellor away."""
    with write_session() as session:
        session.add(
            Absence(counsellor_id=counsellor, starts_at=starts_at, ends_at=ends_at)
        )


def busy(counsellor: int, *times: tuple[datetime, datetime], **facts) -> CalendarSource:
    """Let a counsellor's own calendar, a file, say when she is busy."""
    usual = {"kind": SourceKind.UPLOAD, "valid_until": date(2027, 12, 31)}
    moment = clock.now()
    with write_session() as session:
        row = CalendarSource(
            staff_id=counsellor,
            created_at=moment,
            fetched_at=moment,
            tried_at=moment,
            **(usual | facts),
        )
        row.label = "Hers"
        if row.kind == SourceKind.ADDRESS:
            row.address = "https://calendar.example/a-secret.ics"
            row.due_at, row.valid_until = row.due_at or moment, None
        session.add(row)
        session.flush()
        session.add_all(
            BusyTime(
                source_id=row.id,
                counsellor_id=counsellor,
                starts_at=starts_at,
                ends_at=ends_at,
            )
            for starts_at, ends_at in times
        )
    return row


def closed(starts_at: datetime, ends_at: datetime) -> None:
    """Close the whole office."""
    with write_session() as session:
        session.add(Closure(starts_at=starts_at, ends_at=ends_at))


def deputy(
    deputy: int, counsellor: int | None, first: date, last: date | None = None
) -> UUID:
    """Let somebody stand in for a counsellor, or for everybody."""
    with write_session() as session:
        row = Deputy(
            deputy_id=deputy,
            counsellor_id=counsellor,
            first_day=first,
            last_day=last or first,
            named_by_id=deputy,
            created_at=clock.now(),
        )
        session.add(row)
        session.flush()
    return row.uuid


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A wall time in the office's zone, as an instant."""
    return instant(day, time(hour, minute), zone())


def wish(**changes) -> Wish:
    """A talk at the office in German."""
    return Wish(**({"place": Place.OFFICE, "language": "de"} | changes))


def choice(start: datetime, **changes) -> Choice:
    """A walk through the form that has arrived at a time."""
    usual = {
        "wish": wish(),
        "start": start,
        "key": uuid4().hex,
        "letter_language": "de",
    }
    return Choice(**(usual | changes))


def person(**changes) -> Person:
    """Somebody who wants letters by e-mail."""
    usual = {"name": "Amal Beispiel", "reach": Reach.EMAIL, "email": "amal@example.org"}
    return Person(**(usual | changes))


def client(counsellor: int, *, name: str = "Selam Geheim", **facts) -> Client:
    """Open a file for a client of this counsellor."""
    usual = {"reference": "K7-42", "language": "ar"}
    with write_session() as session:
        row = Client(
            uuid=uuid4(),
            counsellor_id=counsellor,
            created_at=clock.now(),
            name_hash=clients.name_hash(name),
            **(usual | facts),
        )
        row.name = name
        session.add(row)
        session.flush()
    return row


def release(person: SignedIn, file: Client, now: StoppedClock, **facts) -> UUID:
    """Write down that a client has let somebody be told of her appointments."""
    day = now.now().date()
    usual = {
        "supporter": "Helferkreis Mitte",
        "contact": "07161 99",
        "scopes": frozenset({ReleaseScope.APPOINTMENTS}),
        "signed_on": day,
        "last_day": day + timedelta(days=30),
    }
    new = NewRelease(**(usual | facts))
    return releases.record(person, file.reference, new, now=now.now())


def opened_file(person: SignedIn, file: Client, now: StoppedClock) -> UUID:
    """Let somebody read a stranger's file in an emergency."""
    wanted = Wanted(reference=file.reference, reason="She stands at the door.")
    return emergencies.open_file(person, wanted, now=now.now())


def visit_planned(request: UUID, counsellor: int, start: datetime) -> None:
    """Draw up a route with one stop: ten minutes there, ten back."""
    way, end = timedelta(minutes=10), start + timedelta(hours=1)
    with write_session() as session:
        wish = session.query(VisitRequest).filter_by(uuid=request).one()
        wish.state = VisitState.PLANNED
        route = Route(
            counsellor_id=counsellor,
            day=start.astimezone(zone()).date(),
            mode="bike",
            travel=1200,
            waiting=0,
            changed_at=clock.now(),
        )
        route.stops.append(
            Stop(
                position=1,
                visit_request_id=wish.id,
                leaves_for_at=start - way,
                arrives_at=start,
                starts_at=start,
                ends_at=end,
                back_at=end + way,
            )
        )
        session.add(route)


def visit_published(request: UUID, counsellor: int, start: datetime) -> None:
    """Plan one visit for this moment, and tell the client."""
    visit_planned(request, counsellor, start)
    day = start.astimezone(zone()).date()
    publishing.publish([day], by=counsellor, now=clock.now())


def walk_in(person: SignedIn, now: StoppedClock, **facts) -> WalkIn:
    """Somebody comes without an appointment and gets a number."""
    arrival = Arrival(**({"key": uuid4().hex} | facts))
    return walk_ins.came(person, arrival, now=now.now())


def short_contact(person: SignedIn, now: StoppedClock, **facts) -> UUID:
    """Note a call of five minutes, unless it is said else; return the row's name."""
    usual = {"key": uuid4().hex, "kind": ContactKind.PHONE, "minutes": 5}
    new = NewContact(**(usual | facts))
    short_contacts.record(person, new, now=now.now())
    with write_session() as session:
        row = session.query(ShortContact).filter_by(idempotency_key=new.key).one()
    return row.uuid


def open_hour(now: StoppedClock, weekday=1, opens=time(14), closes=time(16), **facts):
    """Let anybody come on Tuesday afternoons."""
    usual = {"valid_from": SINCE, "valid_until": None} | facts
    hours = WeeklyHours(weekday=weekday, opens=opens, closes=closes, **usual)
    open_hours.add(hours, by=1, now=now.now())


def interpreters_feed(interpreter: int) -> str:
    """Open a feed for an interpreter; return its secret."""
    uuid = db.session.query(Interpreter.uuid).filter_by(id=interpreter).scalar()
    return feeds.subscribe_interpreter(uuid, "phone", by=1, now=clock.now())


def own_mailbox(counsellor: int, level: FeedLevel = FeedLevel.PLACE) -> None:
    """Let a counsellor want invitations to her own mailbox."""
    invitations.choose(counsellor, level, now=clock.now())


def feedback(text="The button is too small.", **changes) -> str:
    """Somebody tells us of a barrier; return the row's name."""
    usual = {"page": "booking", "contact": "", "language": "ar", "key": uuid4().hex}
    told = Told(**({"text": text} | usual | changes))
    barriers.tell(told, network=b"network", now=clock.now())
    with write_session() as session:
        row = session.query(Feedback).filter_by(idempotency_key=told.key).one()
    return str(row.uuid)


def busy_windows(session, counsellor: int) -> list[TimeWindow]:
    """What takes up a counsellor's time, in order."""
    rows = session.query(Appointment).filter_by(counsellor_id=counsellor)
    return sorted(
        TimeWindow(row.busy_from, row.busy_until)
        for row in rows
        if row.status in ACTIVE
    )


def _quickly_entered(session, newcomer: NewStaffMember) -> StaffMember:
    # Argon2 takes its time on purpose; a test need not wait for it.
    hasher, accounts.HASHER = accounts.HASHER, _NoHasher()
    try:
        return accounts.entered(
            session, newcomer, "no password", now=datetime.now().astimezone()
        )
    finally:
        accounts.HASHER = hasher


class _NoHasher:
    def hash(self, password: str) -> str:
        return "$never$matches"


def second_stop(session, lead: Stop, counsellor: int) -> Stop:
    """Let a second counsellor come along to a stop, on a draft of her own."""
    way = timedelta(minutes=10)
    route = Route(
        counsellor_id=counsellor,
        day=lead.route.day,
        mode=lead.route.mode,
        travel=1200,
        waiting=0,
        changed_at=lead.route.changed_at,
    )
    stop = Stop(
        position=1,
        visit_request_id=lead.visit_request_id,
        leaves_for_at=lead.starts_at - way,
        arrives_at=lead.starts_at,
        starts_at=lead.starts_at,
        ends_at=lead.ends_at,
        back_at=lead.ends_at + way,
        company=Company(is_second=True),
    )
    route.stops.append(stop)
    session.add(route)
    return stop
