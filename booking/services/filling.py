"""What does an office at work look like? An invented one: nobody in it is real."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking import clock
from booking.models import (
    Appointment,
    Client,
    ConsultationType,
    Office,
    OpeningHours,
    Reach,
    Role,
    StaffMember,
    Status,
)
from booking.models.running import zone
from booking.scheduling import (
    CounsellingPeriod,
    TimeWindow,
    holidays_between,
    instant,
)
from booking.services import (
    accounts,
    invented_calendars,
    invented_day,
    invented_feeds,
    invented_files,
    invented_help,
    invented_people,
    invented_visits,
    links,
    street_map,
)
from booking.services.accounts import NewStaffMember
from booking.services.clients import name_hash, phone_hash
from booking.services.invented_feeds import InventedFeed, OtherFeed
from booking.services.invented_help import InventedLink
from booking.services.invented_town import (
    OFFICE_POINT,
    an_address,
    streets_drawn,
    streets_laid_out,
)
from booking.services.office import AlreadySetUp, NewOffice, decide, founded
from booking.services.writing import write_session

COUNSELLORS = 7
VISITS = 32
BUERGERHAUS = NewOffice(
    name="Bürgerhaus",
    service="Integrationsmanagement",
    street="Kirchstraße",
    house_number="11",
    postcode="73033",
    town="Göppingen",
    floor="3",
    phone="07161 650 55730",
    email="integration@goeppingen.de",
)
CLIENT_LANGUAGES = ("ar", "de", "en", "fa", "ku", "tr", "uk")
MORNING, AFTERNOON = (time(8, 30), time(12, 0)), (time(13, 0), time(16, 30))
HALF_POST = 60  # percent; below, mornings only
TALK = timedelta(minutes=45)
BUSY = timedelta(minutes=60)
WEEKS_BACK, WEEKS_AHEAD = 3, 6
MET_OF_PAST = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """How somebody of the invented office signs in."""

    roles: list[str]
    name: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Filled:
    """What one needs to know to walk through the invented office."""

    staff: tuple[SignIn, ...]
    feeds: tuple[InventedFeed, ...]
    other_feeds: tuple[OtherFeed, ...]
    personal_links: tuple[InventedLink, ...]


def fill(*, counsellors: int, appointments: int, visits: int, seed: int) -> Filled:
    """Fill an empty database; the same seed gives the same office.

    Passwords and feeds alone are always new. Raises ``AlreadySetUp``.
    """
    chance = random.Random(seed)  # noqa: S311 - invents people, guards nothing
    now = clock.now()
    with write_session() as session:
        if session.scalar(select(Office.id).limit(1)):
            raise AlreadySetUp
        founded(session, BUERGERHAUS)
        signs = [_hired(session, one, now) for one in invented_people.team(counsellors)]
        team = _counsellors(session)
        _open(session, team, now.astimezone(zone()).date())
        invented_help.interpreted(session, now.astimezone(zone()).date())
        clients = _clients(session, chance, team, appointments // 2 + 1, now)
        session.flush()
        _appoint(session, chance, team, clients, appointments, now)
        invented_help.asked(session, team[0], now=now)
        invented_calendars.lent(session, team, now=now)
        streets_laid_out(session)
        decide(session, now=now, office_point=OFFICE_POINT)
        invented_visits.wished(session, chance, clients, visits, now=now)
    street_map.take_in_first(streets_drawn())
    if visits:
        invented_visits.planned(team, now=now, seed=seed)
    if appointments:
        _lived(team, now)
    return Filled(
        tuple(signs),
        tuple(invented_feeds.of_counsellors(team, now=now)),
        tuple(invented_feeds.of_others(team, now=now)),
        invented_help.linked(team, now=now),
    )


def _lived(team: list[StaffMember], now: datetime) -> None:
    invented_help.waited(now=now)
    invented_day.lived(team, now=now)
    invented_files.kept(team, now=now)


def _counsellors(session: Session) -> list[StaffMember]:
    session.flush()
    staff = session.scalars(select(StaffMember).order_by(StaffMember.id))
    return [one for one in staff if Role.COUNSELLOR in one.roles]


def _hired(session: Session, newcomer: NewStaffMember, now: datetime) -> SignIn:
    password = accounts.first_password()
    accounts.entered(session, newcomer, password, now=now)
    return SignIn(
        roles=sorted(newcomer.roles),
        name=newcomer.name,
        email=newcomer.email,
        password=password,
    )


def _open(session: Session, team: list[StaffMember], today: date) -> None:
    """Give everybody hours that fit her post: full ones four and a half days."""
    since = today - timedelta(weeks=WEEKS_BACK + 1)
    for counsellor in team:
        for weekday in range(5):
            for part in _parts(counsellor.post_share, weekday):
                session.add(
                    OpeningHours(
                        counsellor_id=counsellor.id,
                        weekday=weekday,
                        opens=part[0],
                        closes=part[1],
                        valid_from=since,
                    )
                )


def _parts(post_share: int, weekday: int) -> list[tuple[time, time]]:
    friday = 4
    if post_share <= HALF_POST or weekday == friday:
        return [MORNING]
    return [MORNING, AFTERNOON]


def _clients(
    session: Session,
    chance: random.Random,
    team: list[StaffMember],
    number: int,
    now: datetime,
) -> list[Client]:
    clients = []
    for index in range(number):
        name = invented_people.a_name(chance)
        start = now.date() - timedelta(days=chance.randrange(900))
        period = CounsellingPeriod.from_start(start)
        reach = chance.choice([Reach.NONE, Reach.CALL, Reach.POST])
        phone = invented_help.PHONE.format(index % 100) if reach == Reach.CALL else ""
        client = Client(
            reference=f"K{index + 1:05}",
            phone=phone,
            phone_hash=phone_hash(phone) if phone else None,
            name=name,
            name_hash=name_hash(name),
            address="{}\n{} {}".format(*an_address(chance)),
            language=chance.choice(CLIENT_LANGUAGES),
            reach=reach,
            counsellor_id=chance.choice(team).id,
            counselling_from=period.starts,
            counselling_until=period.ends,
            created_at=now,
        )
        session.add(client)
        clients.append(client)
    return clients


def _appoint(
    session: Session,
    chance: random.Random,
    team: list[StaffMember],
    clients: list[Client],
    number: int,
    now: datetime,
) -> None:
    """Spread appointments over weeks behind and ahead; none overlaps another."""
    kind = session.scalars(select(ConsultationType).filter_by(slug="office")).one()
    theirs: dict[int | None, list[Client]] = {}
    for one in clients:
        theirs.setdefault(one.counsellor_id, []).append(one)
    places = [
        (counsellor, start)
        for counsellor in team
        for start in _starts(counsellor.post_share, now)
    ]
    for counsellor, start in chance.sample(places, min(number, len(places))):
        client = chance.choice(theirs.get(counsellor.id, clients))
        over = start + TALK < now
        met = chance.random() < MET_OF_PAST
        status = (Status.MET if met else Status.MISSED) if over else Status.BOOKED
        row = Appointment(
            type_id=kind.id,
            counsellor_id=counsellor.id,
            client_id=client.id,
            status=status,
            language=client.language,
            letter_language="de",
            people=chance.choice([1, 1, 1, 2, 3]),
            reach=Reach.NONE,
            name=client.name,
            created_at=now - timedelta(days=30),
            changed_at=now - timedelta(days=30),
        )
        row.take(TimeWindow(start, start + TALK), TimeWindow(start, start + BUSY))
        session.add(row)
        session.flush()
        links.new_link(session, row)


def _starts(post_share: int, now: datetime) -> Iterator[datetime]:
    """Yield hourly starts within the invented hours, leaving holidays out."""
    first = now.astimezone(zone()).date() - timedelta(weeks=WEEKS_BACK)
    days = [first + timedelta(days=n) for n in range(7 * (WEEKS_BACK + WEEKS_AHEAD))]
    holidays = holidays_between(days[0], days[-1])
    for day in days:
        if day.weekday() >= 5 or day in holidays:  # noqa: PLR2004 - the weekend
            continue
        for opens, closes in _parts(post_share, day.weekday()):
            start = instant(day, opens, zone())
            while start + BUSY <= instant(day, closes, zone()):
                yield start
                start += BUSY
