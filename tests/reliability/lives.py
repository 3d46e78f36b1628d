"""What do people do all day? Anything, in any order; and what was each of them told?

One ``Life`` does random deeds through the services and writes down what it was told.
Several may live in one office at once, each in a process of its own. Chance comes from
outside, so that Hypothesis can play with it.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import select

from booking.models import (
    Absence,
    Appointment,
    CalendarSource,
    InterpreterRequest,
    PartOfDay,
    Reach,
    Route,
    Status,
    Stop,
    VisitRequest,
    WaitingKind,
    WalkInState,
    db,
)
from booking.scheduling import ImpossibleHours, TimeWindow
from booking.services import (
    absences,
    appointments,
    handing_over,
    holds,
    interpreters,
    letters,
    notices,
    opening_hours,
    publishing,
    sources,
    visits,
    waiting,
    walk_ins,
    wishes,
)
from booking.services.absences import Away, UnknownAbsence
from booking.services.appointments import TooLate
from booking.services.claim import SlotTaken
from booking.services.interpreters import NotAskedAnyMore, UnknownRequest
from booking.services.opening_hours import HoursCollide, Line, UnknownHours
from booking.services.publishing import Clash, NothingToPublish
from booking.services.source_states import UnknownSource
from booking.services.sources import NewFile, TooManySources
from booking.services.walk_ins import Arrival, HasMovedOn, NobodyWaits, UnknownWalkIn
from booking.services.wishes import Door, VisitWish
from tests import make
from tests.calendars.reading import calendar

LANGUAGES = ("de", "ar", "ti")
WAYS = (Reach.EMAIL, Reach.POST, Reach.CALL)
AN_HOUR = timedelta(hours=1)
REFUSALS = (
    *(SlotTaken, TooLate, Clash, NothingToPublish, TooManySources, HoursCollide),
    *(ImpossibleHours, UnknownHours, UnknownAbsence, UnknownSource, UnknownRequest),
    *(NotAskedAnyMore, NobodyWaits, HasMovedOn),
    UnknownWalkIn,  # midnight has passed since she was called
)


@dataclass
class Told:
    """What the people of one life were told, and rely on."""

    booked: dict[UUID, datetime] = field(default_factory=dict)
    visits: set[UUID] = field(default_factory=set)
    moves: Counter[UUID] = field(default_factory=Counter)
    cancelled: set[UUID] = field(default_factory=set)
    waiting: set[UUID] = field(default_factory=set)
    walk_ins: set[UUID] = field(default_factory=set)


@dataclass
class Life:
    """Somebody who does anything; ``lives`` is how many live here at once."""

    team: list[int]
    chance: Random
    now: make.StoppedClock
    days: int = 8
    lives: int = 1
    number: int = 0
    told: Told = field(default_factory=Told)
    walks: list[holds.Choice] = field(default_factory=list)
    did: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def go_on(self) -> None:
        """Do any one thing."""
        self.do(self.chance.choice(ANYTHING))

    def do(self, deed: str) -> None:
        """Do this; being refused is part of life."""
        try:
            getattr(self, deed)()
        except REFUSALS as refusal:
            self.refused[type(refusal).__name__] += 1
        else:
            self.did[deed] += 1
        finally:
            db.session.rollback()

    # --- What clients do ---------------------------------------------------------

    def begin(self) -> None:
        wish = make.wish(language=self.chance.choice(LANGUAGES))
        self.walks = [*self.walks[-8:], make.choice(self.start(), wish=wish)]

    def hold(self) -> None:
        network = bytes([self.chance.randrange(20)])
        holds.hold(self.a_walk(), network=network, now=self.now.now())

    def hold_another_time(self) -> None:
        other = make.choice(self.start(), key=self.a_walk().key)
        holds.hold(other, network=b"c", now=self.now.now())

    def book(self) -> None:
        people = self.chance.randint(1, 6)
        person = make.person(people=people, reach=self.chance.choice(WAYS))
        way = appointments.book(self.a_walk(), person, now=self.now.now())
        # Sent again after a cancellation, the form shows that it is cancelled.
        if way.appointment.status == Status.BOOKED:
            self.told.booked[way.appointment.uuid] = way.appointment.starts_at

    def call_and_book(self) -> None:
        self.begin()
        self.book()

    def move(self) -> None:
        uuid, start = self.one_of(self.told.booked), self.start()
        if uuid and start != self.told.booked[uuid]:
            appointments.move(uuid, start, now=self.now.now())
            self.told.booked[uuid] = start
            self.told.moves[uuid] += 1

    def cancel(self) -> None:
        if uuid := self.one_of(self.told.booked.keys() - self.told.cancelled):
            appointments.cancel(uuid, now=self.now.now())
            self.told.cancelled.add(uuid)

    def wait_for_a_time(self) -> None:
        place = waiting.Place(
            key=f"{self.chance.getrandbits(64):x}",
            kind=WaitingKind.SLOT,
            wish=make.wish(language=self.chance.choice(LANGUAGES)),
            letter_language="de",
            until=self.day(),
        )
        way = waiting.join(place, make.person(), now=self.now.now())
        self.told.waiting.add(way.waiting.uuid)

    # --- What the office does ------------------------------------------------------

    def call_off_anybodys(self) -> None:
        if row := self.any_row(Appointment, Appointment.status == Status.BOOKED):
            appointments.cancel(row.uuid, now=self.now.now(), by=self.one())
            self.told.cancelled.add(row.uuid)

    def hand_over(self) -> None:
        if row := self.any_row(Appointment, Appointment.status == Status.BOOKED):
            to = self.chance.choice([*self.team, None])
            handing_over.hand_over(row.uuid, to, now=self.now.now(), by=self.one())

    def fall_ill(self) -> None:
        begins = self.start()
        away = Away((self.one(),), (TimeWindow(begins, begins + AN_HOUR),))
        away.save(by=self.one(), now=self.now.now())

    def recover(self) -> None:
        if row := self.any_row(Absence):
            whose = row.counsellor_id
            absences.take_back(row.uuid, whose=whose, now=self.now.now())

    def lend_a_calendar(self) -> None:
        begins = f"{self.start():%Y%m%dT%H%M%SZ}"
        hours = self.chance.choice([1, 1, 1, 1, 72])
        content = calendar(f"DTSTART:{begins}\nDURATION:PT{hours}H")
        file = NewFile(content=content, valid_until=date(2027, 12, 31))
        sources.add_file(self.one(), "Hers", file, now=self.now.now())

    def take_a_calendar_back(self) -> None:
        if row := self.any_row(CalendarSource):
            sources.remove(row.uuid, by=row.staff_id, now=self.now.now())

    def change_hours(self) -> None:
        today, day = self.now.now().date(), self.day()
        lines = opening_hours.listed(self.one(), today=today)
        row = [one for one in lines if one.weekday == day.weekday()][-1]
        opens = time(self.chance.randint(8, 11))
        hours = replace(row.as_weekly_hours(), opens=opens, valid_from=day)
        new = opening_hours.instead_of(row, Line(hours), today=today)
        new.save(by=self.one(), now=self.now.now())

    def plan_and_publish_a_visit(self) -> None:
        """Visit one home; each life has days of its own, as a coordinator has."""
        counsellor, start = self.one(), self.start()
        day = start.date()
        known = select(Route.id).filter_by(counsellor_id=counsellor, day=day)
        if day.toordinal() % self.lives != self.number or db.session.scalar(known):
            return
        way = wishes.wish(self.wish(), make.person(), now=self.now.now())
        make.visit_planned(way.request.uuid, counsellor, start)
        try:
            publishing.publish([day], by=counsellor, now=self.now.now())
        except Clash:
            visits.discard([day], by=counsellor, now=self.now.now())
            raise
        self.told.visits.add(self.visited(way.request.uuid))

    def come_without_an_appointment(self) -> None:
        person = make.signed_in(self.one())
        arrival = Arrival(key=f"{self.chance.getrandbits(64):x}")
        row = walk_ins.came(person, arrival, now=self.now.now())
        self.told.walk_ins.add(row.uuid)

    def call_the_next(self) -> None:
        person = make.signed_in(self.one())
        row = walk_ins.call_next(person, now=self.now.now())
        walk_ins.end(person, row.uuid, WalkInState.DONE, now=self.now.now())

    # --- What interpreters and the worker do ---------------------------------------

    def answer(self) -> None:
        is_open = InterpreterRequest.state.in_(interpreters.OPEN)
        if row := self.any_row(InterpreterRequest, is_open):
            said = self.chance.choice(list(interpreters.Answer))
            interpreters.answer(row.token, said, now=self.now.now())

    def make_a_round(self) -> None:
        holds.expire(now=self.now.now())
        notices.notify(now=self.now.now())
        letters.write_due(now=self.now.now())
        letters.post(now=self.now.now())

    def wait_until_holds_are_over(self) -> None:
        self.now.move(minutes=21)

    # --- What chance decides ---------------------------------------------------------

    def a_walk(self) -> holds.Choice:
        if not self.walks:
            self.begin()
        return self.chance.choice(self.walks)

    def day(self) -> date:
        today = self.now.now().date()
        ahead = (today + timedelta(days=n) for n in range(1, 2 * self.days + 4))
        weekdays = [day for day in ahead if day.weekday() < 5]
        return self.chance.choice(weekdays[: self.days])

    def start(self) -> datetime:
        quarter = self.chance.randrange(10)
        return make.at(self.day(), 9 + quarter // 4, 15 * (quarter % 4))

    def one(self) -> int:
        return self.chance.choice(self.team)

    def one_of(self, uuids) -> UUID | None:
        # In the order in which they were told: chance must be the same next time.
        known = [uuid for uuid in self.told.booked if uuid in uuids]
        return self.chance.choice(known) if known else None

    def any_row(self, kind, *such):
        rows = db.session.scalars(select(kind).where(*such).order_by(kind.id.desc()))
        few = rows.fetchmany(40)
        return self.chance.choice(few) if few else None

    def wish(self) -> VisitWish:
        return VisitWish(
            key=f"{self.chance.getrandbits(64):x}",
            weekdays=tuple(range(5)),
            parts_of_day=tuple(PartOfDay),
            from_day=self.now.now().date(),
            language="de",
            letter_language="de",
            interpreter=False,
            door=Door(street="Musterweg 5", postcode="73033", town="Göppingen"),
        )

    def visited(self, request: UUID) -> UUID:
        query = select(Appointment.uuid).join(Stop).join(VisitRequest)
        return db.session.scalars(query.where(VisitRequest.uuid == request)).one()


OFTEN = (
    *("begin", "hold", "book", "call_and_book", "move"),
    *("hold_another_time", "book", "call_and_book", "answer"),
)
SELDOM = (
    *(
        "cancel",
        "wait_for_a_time",
        "call_off_anybodys",
        "hand_over",
        "fall_ill",
        "recover",
    ),
    *("lend_a_calendar", "take_a_calendar_back", "change_hours"),
    *("plan_and_publish_a_visit", "come_without_an_appointment", "call_the_next"),
    *("make_a_round", "wait_until_holds_are_over"),
)
ANYTHING = OFTEN * 3 + SELDOM
