"""Which deeds must be done wholly or not at all? Each sets its stage and says what to do."""

from collections.abc import Callable, Iterator
from contextvars import Context
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

import pyotp
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from booking.cli.clients import export
from booking.models import (
    Appointment,
    CalendarSource,
    Client,
    Letter,
    LetterState,
    Role,
    SecondFactor,
    StaffMember,
    Stop,
    db,
)
from booking.models.keyring import FIELD_KEYS
from booking.models.running import settings, zone
from booking.models.sealed import Sealed
from booking.scheduling import day_window
from booking.services import (
    accounts,
    appointments,
    backups,
    erasing_people,
    handing_over,
    holds,
    letters,
    publishing,
    rearranging,
    refreshing,
    resealing,
    second_factor,
    sessions,
    sick,
    sources,
    visits,
    waiting,
    wishes,
)
from booking.services.absences import Away
from booking.services.accounts import NewStaffMember
from booking.services.rearranging import Chosen, Way
from booking.services.sources import NewFile
from tests import make
from tests.reliability.faults import Call
from tests.reliability.walk import Answer, Walk
from tests.services import visiting
from tests.services.strangers import Stranger
from tests.services.visiting import TUESDAY

THURSDAY, FRIDAY = date(2027, 3, 4), date(2027, 3, 5)
CALENDAR = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//x//y//EN\r
BEGIN:VEVENT\r
UID:1\r
DTSTAMP:20270101T000000Z\r
DTSTART:20270304T120000Z\r
DTEND:20270304T130000Z\r
RRULE:FREQ=DAILY;COUNT=3\r
END:VEVENT\r
END:VCALENDAR\r
"""


ANY = -1  # units of work: nobody has counted them


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What is done, in how many units of work, and what must hold whatever failed."""

    do: Callable[[], object]
    units: int = 1
    still: Callable[[], list[object]] = list  # what is wrong besides the rows
    undone: Callable[[], list[object]] = list  # what is wrong when it was done at last
    again: bool = True  # done twice it is done once
    aside: frozenset[str] = frozenset()  # columns that say when to try again
    set_back: Callable[[], object] = lambda: None  # what a snapshot does not hold


class Unavailable(Exception):
    """A page answered 503, as it should when the database fails."""


@dataclass
class Stage:
    """An office on the map with two counsellors, one client's file, and the worker's."""

    app: Flask
    now: make.StoppedClock
    folder: Path
    stranger: Stranger
    counsellor: int = 0
    colleague: int = 0
    file: Client | None = None

    def open(self) -> None:
        """Found it all."""
        self.counsellor = make.office().counsellor
        self.colleague = make.counsellor(hours=visiting.ALL_DAY)
        visiting.town(self.now)
        self.file = make.client(self.counsellor)

    def booked(self, hour: int, day: date = THURSDAY, **changes: object) -> Appointment:
        """Book with the counsellor."""
        usual = {"counsellor": self.counsellor}
        choice = make.choice(make.at(day, hour), **(usual | changes))
        person = make.person()
        return appointments.book(choice, person, now=self.now.now()).appointment


# --- Clients -----------------------------------------------------------------


def hold(stage: Stage) -> Deed:
    choice = make.choice(make.at(THURSDAY, 9))
    return Deed(do=lambda: holds.hold(choice, network=b"n", now=stage.now.now()))


def book(stage: Stage) -> Deed:
    choice = make.choice(make.at(THURSDAY, 9))
    holds.hold(choice, network=b"n", now=stage.now.now())
    person = make.person()
    return Deed(do=lambda: appointments.book(choice, person, now=stage.now.now()))


def book_with_an_interpreter(stage: Stage) -> Deed:
    make.interpreter(languages=("ti",))
    wish = make.wish(language="ti", interpreter=True)
    choice, person = make.choice(make.at(THURSDAY, 9), wish=wish), make.person()
    return Deed(do=lambda: appointments.book(choice, person, now=stage.now.now()))


def book_on_the_page(stage: Stage) -> Deed:
    """The last button, as a phone presses it."""
    browser = stage.app.test_client()

    def ask(method: str, path: str, fields: dict[str, str] | None = None) -> Answer:
        # Each request stands alone, as behind a server.
        got = Context().run(browser.open, path, method=method, data=fields)
        return Answer(got.status_code, got.headers.get("Location", ""), got.text)

    walk = Walk(ask)
    walk.to_times(THURSDAY.isoformat())
    walk.choose("09:00")
    form = walk.describe("Amal Beispiel", reach="email", email="amal@example.org")
    last = form.page.form_to("/book/appointment")
    return Deed(do=lambda: _answered(browser.post(last.action, data=last.filled)))


def move(stage: Stage) -> Deed:
    row, start = stage.booked(9), make.at(FRIDAY, 10)
    return Deed(do=lambda: appointments.move(row.uuid, start, now=stage.now.now()))


def cancel(stage: Stage) -> Deed:
    row = stage.booked(9)
    return Deed(do=lambda: appointments.cancel(row.uuid, now=stage.now.now()))


def wait_on_the_list(stage: Stage) -> Deed:
    place = waiting.Place(
        key=uuid4().hex,
        kind=waiting.WaitingKind.SLOT,
        wish=make.wish(),
        letter_language="ar",
        until=date(2027, 3, 19),
    )
    return Deed(do=lambda: waiting.join(place, make.person(), now=stage.now.now()))


def wish(stage: Stage) -> Deed:
    return Deed(do=lambda: visiting.wish(stage.now, key="the same"))


# --- Home visits -------------------------------------------------------------


def publish_routes(stage: Stage) -> Deed:
    for number in (3, 5, 8):
        visiting.wish(stage.now, number)
    visiting.planned(stage.now, [stage.colleague])
    return Deed(
        do=lambda: publishing.publish(
            [TUESDAY], by=stage.colleague, now=stage.now.now()
        ),
        again=False,  # there is nothing left to publish
    )


def give_up_a_stop(stage: Stage) -> Deed:
    publish_routes(stage).do()
    stop = db.session.query(Stop).filter_by(position=2).one()
    visit = stop.appointment.uuid
    return Deed(do=lambda: appointments.cancel(visit, now=stage.now.now()))


def take_a_wish_back(stage: Stage) -> Deed:
    request = visiting.wish(stage.now).request.uuid
    return Deed(do=lambda: wishes.withdraw(request, now=stage.now.now()))


def plan_without_her(stage: Stage) -> Deed:
    publish_routes(stage).do()
    return Deed(
        do=lambda: visits.plan_without(
            stage.colleague,
            TUESDAY,
            seconds=1,
            by=stage.counsellor,
            now=stage.now.now(),
        ),
        again=False,  # ordered twice, the first order is called off
    )


# --- The office --------------------------------------------------------------


def be_away(stage: Stage) -> Deed:
    """Three appointments are hit: one moves, one is cancelled, one stays."""
    ways = (Way.MOVE, Way.CANCEL, Way.KEEP)
    rows = [stage.booked(hour) for hour in (9, 10, 11)]
    choices = {row.uuid: Chosen(way) for row, way in zip(rows, ways, strict=True)}
    away = Away((stage.counsellor,), (day_window(THURSDAY, zone()),))
    # Each appointment is dealt with by a deed of its own, after the absence.
    return Deed(do=lambda: _carried_out(stage, away, choices), units=3)


def call_in_sick(stage: Stage) -> Deed:
    """A colleague takes one appointment, the other is cancelled."""
    give, give_up = stage.booked(9), stage.booked(10)
    team = sick.may_act_for(make.signed_in(0, Role.HEAD), THURSDAY)
    ill = next(one.uuid for one in team if one.id == stage.counsellor)
    away = sick.away_on(team, [ill], THURSDAY)
    choices = {give.uuid: Chosen(Way.GIVE), give_up.uuid: Chosen(Way.CANCEL)}
    return Deed(do=lambda: _carried_out(stage, away, choices), units=3)


def _carried_out(stage: Stage, change: Away, choices: rearranging.Choices) -> None:
    undone = rearranging.carry_out(
        change, choices, by=stage.counsellor, now=stage.now.now()
    )
    assert undone == ()


def hand_over(stage: Stage) -> Deed:
    row = stage.booked(9)
    return Deed(
        do=lambda: handing_over.hand_over(
            row.uuid, stage.colleague, now=stage.now.now(), by=stage.counsellor
        )
    )


def take_in_a_file(stage: Stage) -> Deed:
    file = NewFile(content=CALENDAR, valid_until=date(2027, 12, 31))
    return Deed(
        do=lambda: sources.add_file(
            stage.counsellor, "Hers", file, now=stage.now.now()
        ),
        again=False,  # nobody can tell that it is the same file
    )


def read_her_calendar_again(stage: Stage) -> Deed:
    hour = (make.at(THURSDAY, 14), make.at(THURSDAY, 15))
    source = make.busy(
        stage.counsellor, hour, kind="address", valid_until=None, due_at=stage.now.now()
    )
    stage.stranger.content = CALENDAR
    # Its lease is a unit of its own: whoever died with it in hand leaves it to others.
    return Deed(
        do=lambda: refreshing.refresh(
            source.id, now=_after_the_lease(stage), pace=refreshing.Pace.REGULAR
        ),
        aside=frozenset({"tried_at", "fetched_at", "due_at", "taken_until"}),
    )


def _after_the_lease(stage: Stage) -> datetime:
    """Come back whenever the last reader's lease is over."""
    lease = db.session.scalar(select(func.max(CalendarSource.taken_until)))
    db.session.remove()
    return lease or stage.now.now()


def add_a_colleague(stage: Stage) -> Deed:
    newcomer = NewStaffMember(
        name="Karin Amtmann",
        email="karin@example.org",
        roles=frozenset({Role.HEAD, Role.ADMIN}),
        languages=frozenset({"de"}),
    )
    return Deed(
        do=lambda: accounts.add_staff(newcomer, now=stage.now.now()),
        again=False,  # EmailTaken
    )


def sign_in(stage: Stage) -> Deed:
    email = db.session.get_one(StaffMember, stage.counsellor).email
    return Deed(
        do=lambda: sessions.sign_in(email, "right", now=stage.now.now()),
        again=False,  # another session
    )


def take_the_second_step(stage: Stage) -> Deed:
    email = db.session.get_one(StaffMember, stage.counsellor).email
    token = sessions.sign_in(email, "right", now=stage.now.now())
    row = db.session.query(SecondFactor).one()
    digits = pyotp.TOTP(row.secret).at(stage.now.now())
    person = sessions.behind(token, now=stage.now.now())
    return Deed(
        do=lambda: second_factor.confirm(person, digits, now=stage.now.now()),
        again=False,  # a code counts once
    )


def send_a_letter(stage: Stage) -> Deed:
    """Which try it is stands aside: what counts is that it is sent at last."""
    stage.booked(9)
    return Deed(do=lambda: _posted(stage), undone=_unsent, aside=RETRIED)


def send_a_text_message(stage: Stage) -> Deed:
    start = make.at(THURSDAY, 9)
    person = make.person(reach="sms", email="", phone="0151 23456789")
    appointments.book(make.choice(start), person, now=stage.now.now())
    return Deed(do=lambda: _posted(stage), undone=_unsent, aside=RETRIED)


RETRIED = frozenset({"tries", "next_try_at", "sent_at", "error"})


def _posted(stage: Stage) -> None:
    """Send what waits, whenever it may be tried again."""
    waits = db.session.scalar(select(func.max(Letter.next_try_at)))
    db.session.remove()
    letters.post(now=max(waits, stage.now.now()))


def _unsent() -> list[object]:
    rows = db.session.query(Letter).filter(Letter.state != LetterState.SENT)
    return [row.error for row in rows]


# --- Operators ---------------------------------------------------------------


def erase_somebody(stage: Stage) -> Deed:
    row = stage.booked(9, client=stage.file.id)
    appointments.cancel(row.uuid, now=stage.now.now())
    make.short_contact(
        make.signed_in(stage.counsellor), stage.now, file=stage.file.reference
    )
    reference = stage.file.reference
    return Deed(
        do=lambda: erasing_people.erase(reference, now=stage.now.now()),
        again=False,  # UnknownClient
    )


def export_somebody(stage: Stage) -> Deed:
    """Both files, or none: half an answer would be handed over as a whole one."""
    stage.booked(9, client=stage.file.id)
    reference, into = stage.file.reference, stage.folder / "exports"

    def write() -> None:
        command = [reference, f"--into={into / uuid4().hex}"]
        export.main(command, standalone_mode=False, obj=ScriptInfo(create_app=_none))

    def halves() -> list[object]:
        found = ([f.stat().st_size for f in one.iterdir()] for one in into.glob("*"))
        return [sizes for sizes in found if len(sizes) == 1 or 0 in sizes]

    return Deed(do=write, still=halves, again=False)  # each look is journaled


def _none() -> Flask:
    raise AssertionError("the application is there already")


def back_up(stage: Stage) -> Deed:
    kept = stage.folder / "backups"
    kept.mkdir(exist_ok=True)
    data = settings().data

    def left_behind() -> Iterator[Path]:
        yield from kept.glob(".*")
        yield from data.glob(".room-*")
        yield from (one for one in kept.glob("*.age") if not one.stat().st_size)

    return Deed(
        do=lambda: backups.back_up(kept / f"{uuid4().hex}.age"),
        units=0,
        still=lambda: list(left_behind()),
    )


def rotate_keys(stage: Stage) -> Deed:
    """Batches, each of its own; broken off anywhere, everything stays readable."""
    for hour in (9, 10):
        stage.booked(hour)
    folder = settings().keys
    before = (folder / FIELD_KEYS).read_text()

    def wrong() -> list[object]:
        return [*folder.glob(".*"), *_closed_for_good()]

    return Deed(
        do=lambda: resealing.rotate(now=stage.now.now()),
        units=ANY,  # as many as there are tables and batches
        still=wrong,
        again=False,  # the next run makes the next key
        set_back=lambda: (folder / FIELD_KEYS).write_text(before),
    )


def _closed_for_good() -> list[object]:
    """Return the fields that no key opens."""
    unreadable: list[object] = []
    for mapper in db.Model.registry.mappers:
        names = [n for n, f in vars(mapper.class_).items() if isinstance(f, Sealed)]
        for row in db.session.query(mapper.class_) if names else ():
            for name in names:
                try:
                    getattr(row, name)
                except Exception as fault:  # noqa: BLE001 - whatever it is, it is one
                    unreadable.append((mapper.class_.__name__, name, repr(fault)))
    db.session.remove()
    return unreadable


def _answered(answer: TestResponse) -> None:
    if answer.status_code == 503:
        raise Unavailable
    assert answer.status_code in {303, 409}, answer.status_code


DEEDS = (
    *(hold, book, book_with_an_interpreter, book_on_the_page, move, cancel),
    *(wait_on_the_list, wish, take_a_wish_back),
    *(publish_routes, give_up_a_stop, plan_without_her),
    *(be_away, call_in_sick, hand_over, take_in_a_file, read_her_calendar_again),
    *(
        add_a_colleague,
        sign_in,
        take_the_second_step,
        send_a_letter,
        send_a_text_message,
    ),
    *(erase_somebody, export_somebody, back_up, rotate_keys),
)
SHORT = (book, move, publish_routes, be_away, take_in_a_file)  # where time is short
# What else may fail for these than the database.
BESIDES = {
    export_somebody: {Call.FILE},
    back_up: {Call.FILE},
    rotate_keys: {Call.FILE},
    send_a_letter: {Call.LINE},
    send_a_text_message: {Call.LINE},
}
