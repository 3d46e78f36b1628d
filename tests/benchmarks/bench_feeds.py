"""What does a calendar app's question cost? Run: python -m tests.benchmarks.bench_feeds

A feed of 1,000 events, asked through the WSGI test client in one process. The yardstick
is a bare Flask application that answers one ready page of 10 kB; Radicale, a calendar
server from PyPI, serves the very same 1,000 events from its own folder. All are asked in
turn, again and again; the figures are the medians of the rounds' ratios. Network and
server are left out.

Then: what fifty subscribed feeds cost whoever books. Two offices take the same bookings
in turn, one without subscriptions, one with fifty; and after each booking all fifty
feeds are asked, as their apps would.
"""

import argparse
import base64
import logging
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from time import process_time
from typing import Self
from uuid import uuid4

import radicale
from flask import Flask
from radicale import config
from sqlalchemy import select
from werkzeug.test import Client

from booking import clock, create_app, longevity
from booking.models import Appointment, ConsultationType, Place, Reach, Status, db
from booking.models.migration import migrate_to_newest
from booking.models.running import zone
from booking.scheduling import TimeWindow, instant
from booking.services import appointments, feed_files, feeds, office
from booking.services.appointments import Choice, Person
from booking.services.availability import Wish
from booking.services.filling import BUERGERHAUS
from booking.services.writing import write_session
from tests import make
from tests.reliability.arrange import crowded_office, working_days

EVENTS, FEEDS = 1_000, 50
YARDSTICK_BYTES = 10_000
TALK = timedelta(minutes=45)
PLAIN = {"Accept-Encoding": "identity"}
OPENS, CLOSES = time(8), time(18)
WARM_UP = 3
THEIRS = "Radicale: GET"

Ask = Callable[[], object]


def main() -> None:
    """Measure everything and print it."""
    asked = _arguments()
    logging.getLogger("radicale").setLevel(logging.ERROR)
    with _office() as (app, counsellor, token), tempfile.TemporaryDirectory() as folder:
        _print_polls(app, counsellor, f"/feeds/{token}.ics", Path(folder), asked)
    _print_bookings(asked)


def _arguments() -> argparse.Namespace:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--rounds", type=int, default=15)
    wanted.add_argument("--requests", type=int, default=50)
    wanted.add_argument("--bookings", type=int, default=40)
    return wanted.parse_args()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


# --- Polls -------------------------------------------------------------------


class Device:
    """A calendar app: it keeps the tag it was given last."""

    def __init__(self, app: Flask, path: str) -> None:
        self._client, self._path, self._tag = app.test_client(), path, ""

    def ask(self) -> int:
        """Ask for the whole feed."""
        return self._asked(PLAIN)

    def ask_again(self) -> int:
        """Ask whether there is anything new."""
        return self._asked(PLAIN | {"If-None-Match": self._tag})

    def _asked(self, headers: dict[str, str]) -> int:
        answer = self._client.get(self._path, headers=headers)
        answer.get_data()
        self._tag = answer.headers["ETag"]
        return answer.status_code


@dataclass(frozen=True, slots=True)
class Question:
    """One line of the table: what is asked, and what happens before, untimed."""

    name: str
    ask: Ask
    before: Ask | None = None
    slower: int = 1  # asked so many times less often


def _print_polls(
    app: Flask, counsellor: int, path: str, folder: Path, asked: argparse.Namespace
) -> None:
    body = app.test_client().get(path, headers=PLAIN).get_data()
    _say(f"{body.count(b'BEGIN:VEVENT')} events, {len(body) / 1000:.0f} kB")
    questions = _questions(app, counsellor, path, _radicale(folder, body))
    longevity.settle_in()
    pairs = _measured(questions, asked)
    _say(f"{'':46}{'of a bare page':>15}{'CPU ms':>9}{'of Radicale':>13}")
    for name, found in pairs.items():
        ms = statistics.median(mine for mine, _bare in found)
        bare = statistics.median(mine / one for mine, one in found)
        both = zip(found, pairs[THEIRS], strict=True)
        ratio = statistics.median(mine / his for (mine, _), (his, _) in both)
        _say(f"{name:46}{bare:15.2f}{ms:9.3f}{ratio:13.4f}")


def _questions(
    app: Flask, counsellor: int, path: str, radicale_at: Callable[..., Ask]
) -> tuple[Question, ...]:
    device, feed = Device(app, path), Device(app, path)
    changing = partial(_changed, app, counsellor, count(1))
    return (
        # The first, untimed, learns of what was booked meanwhile.
        Question("304: the newest version is known", device.ask_again),
        Question("GET, warm", feed.ask),
        Question("GET after one booking", feed.ask, changing, 10),
        Question("GET, cold", feed.ask, feed_files._shelf.cache_clear, 25),
        Question(THEIRS, radicale_at(), None, 25),
        Question("Radicale: with If-None-Match", radicale_at(known=True), None, 25),
    )


def _measured(
    questions: tuple[Question, ...], asked: argparse.Namespace
) -> dict[str, list[tuple[float, float]]]:
    """Ask each in turn, round by round, and the yardstick beside it."""
    client = _bare().test_client()
    yardstick = Question("bare", lambda: client.get("/", headers=PLAIN).get_data())
    found: dict[str, list[tuple[float, float]]] = {one.name: [] for one in questions}
    for _ in range(asked.rounds):
        for one in questions:
            times = max(1, asked.requests // one.slower)
            pair = _ms(one, times), _ms(yardstick, asked.requests)
            found[one.name].append(pair)
    return found


def _ms(question: Question, times: int) -> float:
    spent = 0.0
    for warming_up in (True, *[False] * times):
        if question.before:
            question.before()
        begun = process_time()
        question.ask()
        spent += 0 if warming_up else process_time() - begun
    return 1000 * spent / times


def _bare() -> Flask:
    app = Flask("bare")
    page = "<!doctype html>".ljust(YARDSTICK_BYTES, ".")
    app.add_url_rule("/", "page", lambda: page)
    return app


def _radicale(folder: Path, calendar: bytes) -> Callable[..., Ask]:
    """Start Radicale over a folder with this calendar; return how to ask for it."""
    settings = config.load()
    settings.update(
        {
            "storage": {"filesystem_folder": str(folder)},
            "auth": {"type": "none"},
            "logging": {"level": "error"},
        },
        "benchmark",
    )
    client = Client(radicale.app.Application(settings))
    person = "Basic " + base64.b64encode(b"ayla:x").decode()
    headers = {"Authorization": person, "Content-Type": "text/calendar"}
    client.open("/ayla/", method="MKCOL", headers=headers)
    client.put("/ayla/calendar/", data=calendar, headers=headers)
    tag = client.get("/ayla/calendar/", headers=headers).headers["ETag"]

    def asking(*, known: bool = False) -> Ask:
        asked = headers | ({"If-None-Match": tag} if known else {})
        return lambda: client.get("/ayla/calendar/", headers=asked).get_data()

    return asking


def _changed(app: Flask, counsellor: int, numbers: Iterator[int]) -> None:
    """Let one of the appointments change, as a booking changes a feed."""
    with app.app_context(), write_session() as session:
        row = session.get_one(Appointment, next(numbers) % EVENTS + 1)
        row.raise_sequence(at=clock.now())
        feeds.bump(session, [counsellor], at=clock.now())


@contextmanager
def _office() -> Iterator[tuple[Flask, int, str]]:
    with _application() as app:
        with app.app_context():
            with write_session() as session:
                office.founded(session, BUERGERHAUS)
            counsellor = make.counsellor(hours=())
            _appoint(counsellor)
            token = feeds.subscribe(counsellor, "phone", now=clock.now())
        yield app, counsellor, token


@contextmanager
def _application() -> Iterator[Flask]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lotse.sqlite"
        app = create_app(make.settings(Path(folder), f"sqlite:///{path}", log="text"))
        with app.app_context():
            for name in ("booking", "alembic"):
                logging.getLogger(name).setLevel(logging.ERROR)
            migrate_to_newest()
        # Outside of any context: each request then opens a session of its own.
        yield app
        with app.app_context():
            db.engine.dispose()


def _appoint(counsellor: int) -> None:
    """Fill ten hours of each day, with visits of the past and talks ahead alike."""
    first = clock.today(zone()) - timedelta(days=40)
    starts = [
        instant(first + timedelta(days=number // 10), time(8 + number % 10), zone())
        for number in range(EVENTS)
    ]
    with write_session() as session:
        kind = session.scalars(select(ConsultationType).filter_by(slug="office")).one()
        for start in starts:
            window = TimeWindow(start, start + TALK)
            row = Appointment(
                type_id=kind.id,
                counsellor_id=counsellor,
                status=Status.BOOKED,
                language="de",
                letter_language="de",
                reach=Reach.NONE,
                name="Amal Beispiel",
                created_at=clock.now(),
                changed_at=clock.now(),
            )
            row.take(window, window)
            session.add(row)


# --- Bookings ----------------------------------------------------------------


def _print_bookings(asked: argparse.Namespace) -> None:
    with _application() as without, _application() as among, _application() as hers:
        offices = (
            Office.founded("no subscription", without),
            Office.founded(f"{FEEDS} feeds, of {FEEDS} counsellors", among),
            Office.founded(f"{FEEDS} feeds, all of who is booked", hers),
        )
        offices[1].subscribe(offices[1].team)
        offices[2].subscribe([offices[2].team[0]] * FEEDS)
        starts = offices[0].starts(asked.bookings + WARM_UP)
        for number, start in enumerate(starts):
            first = number % len(offices)  # each is once the first, which pays most
            for one in (*offices[first:], *offices[:first]):
                one.book_and_poll(start)
    _say(f"\na booking, {asked.bookings} in each office in turn, CPU ms, medians")
    _say(f"{'':46}{'the booking':>15}{'ratio':>9}{'then all feeds':>16}")
    plain = [booking for booking, _polls in offices[0].spent[WARM_UP:]]
    for one in offices:
        spent = one.spent[WARM_UP:]
        ratio = statistics.median(
            mine / other for (mine, _), other in zip(spent, plain, strict=True)
        )
        booking, polls = (statistics.median(side) for side in zip(*spent, strict=True))
        _say(f"{one.name:46}{booking:15.2f}{ratio:9.2f}{polls:16.2f}")


@dataclass
class Office:
    """An office whose first counsellor is booked, and the apps that read along."""

    name: str
    app: Flask
    team: list[int]
    devices: list[Device] = field(default_factory=list)
    spent: list[tuple[float, float]] = field(default_factory=list)

    @classmethod
    def founded(cls, name: str, app: Flask) -> Self:
        """Employ fifty counsellors who are there all day, six weeks long."""
        with app.app_context():
            hours = dict.fromkeys(working_days(), (OPENS, CLOSES))
            return cls(name, app, crowded_office(hours, minutes=15, counsellors=FEEDS))

    def subscribe(self, owners: list[int]) -> None:
        """Open a feed for each of them."""
        with self.app.app_context():
            for one in owners:
                token = feeds.subscribe(one, "phone", now=clock.now())
                self.devices.append(Device(self.app, f"/feeds/{token}.ics"))
        for device in self.devices:
            device.ask()

    def starts(self, number: int) -> list[datetime]:
        """Return so many times, spread over the weeks."""
        with self.app.app_context():
            starts = [
                instant(day, time(hour, minute), zone())
                for day in working_days()
                for hour in range(OPENS.hour, CLOSES.hour)
                for minute in (0, 15, 30, 45)
            ]
        return starts[:: max(1, len(starts) // number)][:number]

    def book_and_poll(self, start: datetime) -> None:
        """Book once, then let every app ask what is new."""
        with self.app.app_context():
            begun = process_time()
            _book(start, self.team[0])
            booked = process_time()
        for device in self.devices:
            device.ask_again()
        polled = process_time()
        self.spent.append((1000 * (booked - begun), 1000 * (polled - booked)))


def _book(start: datetime, counsellor: int) -> None:
    wish = Wish(place=Place.OFFICE, language="de")
    choice = Choice(
        wish=wish,
        start=start,
        key=uuid4().hex,
        letter_language="de",
        counsellor=counsellor,
    )
    person = Person(name="Amal Beispiel", reach=Reach.EMAIL, email="amal@example.org")
    appointments.book(choice, person, now=clock.now())


if __name__ == "__main__":
    main()
