"""What does a booking cost, in CPU? Run by hand: python -m tests.benchmarks.bench_booking

The yardstick is a bare Flask application that answers one ready page of 10 kB: what
any page costs in this framework, on this machine, at this moment. Both are asked in
turn, again and again, through the WSGI test client, in one process over one SQLite
file; the figure is the median of the rounds' ratios. Network, server and browser are
left out; so is the operating system's share of what SQLite waits for on the disk.

While nobody writes, a process reads nothing twice; “written between” are the same
pages when somebody has written just before each of them, which is not counted in.
"""

import argparse
import logging
import random
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from time import process_time

from flask import Flask
from sqlalchemy import event, insert, select

from booking import clock, create_app, longevity
from booking.models import (
    Appointment,
    ConsultationType,
    OpeningHours,
    Reach,
    Status,
    db,
)
from booking.models.migration import migrate_to_newest
from booking.models.running import zone
from booking.scheduling import TimeWindow, instant
from booking.services import office, rounds
from booking.services.filling import BUERGERHAUS
from booking.services.writing import write_session
from tests import make
from tests.reliability.arrange import working_days
from tests.reliability.pages import Page
from tests.reliability.walk import FIRST, Answer, Walk

COUNSELLORS, APPOINTMENTS = 5, 2_000
WEEKS_BACK, WEEKS_AHEAD = 12, 6
MORNING, AFTERNOON = (time(8, 30), time(12)), (time(13), time(16, 30))
TALK = timedelta(minutes=45)
BUSY = timedelta(minutes=60)
SHORT = timedelta(minutes=15)
YARDSTICK_BYTES = 10_000
_CHANCE = random.Random(1)  # noqa: S311 - the same office each time, no secret

Ask = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: a page against the yardstick."""

    name: str
    ratio: float
    disturbed: float  # the same ratio when somebody writes before each page
    page_ms: float
    bare_ms: float
    queries: int


def main() -> None:
    """Measure everything and print the table."""
    asked = _arguments()
    _say(f"rounds: {asked.rounds}, each {asked.requests} requests of both, in turn")
    _say("CPU of this process; ratio = page / bare Flask page of 10 kB; medians")
    _say(f"{'':52}{'ratio':>7}{'written between':>17}{'ms':>7}{'bare ms':>9}{'SQL':>5}")
    offices = (
        (_spread_over_weeks, f"{APPOINTMENTS:,} appointments over 18 weeks"),
        (_all_ahead, f"{APPOINTMENTS:,} appointments ahead"),
        (_with_a_past(asked.past), f"the same, and {asked.past:,} past"),
    )
    for fill, words in offices:
        with _office(fill) as app:
            for line in _pages(app, words, asked):
                _say(
                    f"{line.name:52}{line.ratio:7.1f}{line.disturbed:17.1f}"
                    f"{line.page_ms:7.2f}{line.bare_ms:9.3f}{line.queries:5}"
                )
    with _office(_spread_over_weeks) as app:
        _print_walk(app, asked.walks)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def _arguments() -> argparse.Namespace:
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--rounds", type=int, default=15)
    wanted.add_argument("--requests", type=int, default=20)
    wanted.add_argument("--walks", type=int, default=40)
    wanted.add_argument("--past", type=int, default=200_000)
    return wanted.parse_args()


# --- Pages -------------------------------------------------------------------


def _pages(app: Flask, words: str, asked: argparse.Namespace) -> Iterator[Line]:
    bare = _asking(_bare(), "/")
    for name, path in (
        ("first booking page /", "/"),
        ("first booking page /de/", "/de/"),
        ("first booking page /de/book", "/de/book"),
        (f"days, {words}", FIRST),
        (f"times of a day, {words}", _first_day(app)),
    ):
        page = _asking(app, path)
        measured = [
            (
                _ms(page, asked.requests),
                _ms(bare, asked.requests),
                _ms(page, asked.requests, between=partial(_write, app)),
            )
            for _ in range(asked.rounds)
        ]
        yield Line(
            name,
            statistics.median(one / other for one, other, _ in measured),
            statistics.median(one / other for _, other, one in measured),
            statistics.median(one for one, _, _ in measured),
            statistics.median(other for _, other, _ in measured),
            _queries(app, page),
        )


def _first_day(app: Flask) -> str:
    page = Page(app.test_client().get(FIRST).get_data(as_text=True))
    return next(link for link in page.links if "day=" in link)


def _asking(app: Flask, path: str) -> Ask:
    client = app.test_client()
    headers = {"Accept-Encoding": "identity"}  # compression is another question
    return lambda: client.get(path, headers=headers).get_data()


def _bare() -> Flask:
    app = Flask("bare")
    page = "<!doctype html>".ljust(YARDSTICK_BYTES, ".")
    app.add_url_rule("/", "page", lambda: page)
    return app


def _ms(ask: Ask, requests: int, *, between: Ask = lambda: None) -> float:
    ask()
    spent = 0.0
    for _ in range(requests):
        between()
        begun = process_time()
        ask()
        spent += process_time() - begun
    return 1000 * spent / requests


def _write(app: Flask) -> None:
    """Write as a worker does in its round: what pages show stays as it is."""
    with app.app_context():
        rounds.show_alive("benchmark", now=clock.now())


def _queries(app: Flask, ask: Ask) -> int:
    ask()  # what is remembered between requests is remembered now
    _write(app)  # and what is kept only while nobody writes is not
    with app.app_context():
        engine = db.engine
    sent: list[str] = []

    def count(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    ask()
    event.remove(engine, "before_cursor_execute", count)
    return sum(not statement.startswith("BEGIN") for statement in sent)


# --- A whole booking ---------------------------------------------------------


def _print_walk(app: Flask, walks: int) -> None:
    costs = [_walked(app) for _ in range(walks + 3)][3:]  # three to warm up
    _say(f"\na whole booking, {walks} walks, CPU ms, medians")
    for step in costs[0]:
        _say(f"  {step:50}{statistics.median(cost[step] for cost in costs):8.1f}")
    total = statistics.median(sum(cost.values()) for cost in costs)
    _say(f"  {'from the first page to the confirmation':50}{total:8.1f}")


def _walked(app: Flask) -> dict[str, float]:
    """Walk from the first page to the confirmation; return the CPU of each page."""
    client, spent = app.test_client(), {}

    def ask(method: str, path: str, fields: dict[str, str] | None = None) -> Answer:
        begun = process_time()
        got = client.open(path, method=method, data=fields)
        answer = Answer(got.status_code, got.headers.get("Location", ""), got.text)
        parts = path.partition("?")[0].split("/")
        shown = "/".join([*parts[:3], "…"]) if parts[2] == "a" else "/".join(parts)
        spent[f"{method} {shown}"] = 1000 * (process_time() - begun)
        return answer

    for path in ("/de/", "/de/book", "/de/book/language?place=office"):
        ask("GET", path)
    walk = Walk(ask)
    links = [link for link in walk.to_days().links if "day=" in link]
    if walk.choose_any(_CHANCE.choice(links)).status != 200:
        raise AssertionError("nobody else books here")
    walk.describe("Amal Beispiel", reach="email", email="amal@example.org")
    ask("GET", walk.book().location)
    return spent


# --- Offices -----------------------------------------------------------------

Fill = Callable[[list[int]], None]


@contextmanager
def _office(fill: Fill) -> Iterator[Flask]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lotse.sqlite"
        app = create_app(make.settings(Path(folder), f"sqlite:///{path}", log="text"))
        with app.app_context():
            _quiet()
            migrate_to_newest()
            with write_session() as session:
                office.founded(session, BUERGERHAUS)
            fill([make.counsellor(hours=()) for _ in range(COUNSELLORS)])
        longevity.settle_in()  # as the server does
        # Outside of any context: each request then opens a session of its own.
        yield app
        with app.app_context():
            db.engine.dispose()


def _quiet() -> None:
    logging.getLogger("booking").setLevel(logging.ERROR)
    logging.getLogger("alembic").setLevel(logging.ERROR)


def _spread_over_weeks(team: list[int]) -> None:
    """As an office has them: talks of 45 minutes, twelve weeks back and six ahead."""
    today = clock.today(zone())
    first = today - timedelta(weeks=WEEKS_BACK)
    span = [first + timedelta(days=n) for n in range(7 * (WEEKS_BACK + WEEKS_AHEAD))]
    hours = (MORNING, AFTERNOON)
    _open(team, first, hours)
    _appoint(team, [day for day in span if day.weekday() < 5], hours, TALK, BUSY)


def _all_ahead(team: list[int]) -> None:
    """Harder than any office: all of them within the 42 days that the page shows."""
    with write_session() as session:
        kind = session.scalars(select(ConsultationType).filter_by(slug="office")).one()
        kind.minutes, kind.buffer_after = 15, 0
    hours = ((time(8), time(12)), (time(13), time(17)))
    _open(team, clock.today(zone()), hours)
    _appoint(team, list(working_days()), hours, SHORT, SHORT)


def _with_a_past(past: int) -> Fill:
    """Put years of talks, a quarter of an hour each, before what lies ahead."""

    def fill(team: list[int]) -> None:
        days = past // len(team) // len(list(_quarters(clock.today(zone()))))
        with write_session() as session:
            kind = session.scalars(
                select(ConsultationType.id).filter_by(slug="office")
            ).one()
            # The oldest first: the overlap rule then has nothing later to look through.
            for ago in range(days, 0, -1):
                day = clock.today(zone()) - timedelta(days=ago)
                rows = [
                    _bare_row(kind, one, start)
                    for start in _quarters(day)
                    for one in team
                ]
                session.connection().execute(insert(Appointment), rows)
        _all_ahead(team)

    return fill


def _quarters(day: date) -> Iterator[datetime]:
    return _starts(day, time(8), time(16), SHORT)


def _bare_row(kind: int, counsellor: int, start: datetime) -> dict[str, object]:
    end = start + SHORT
    return {
        "type_id": kind,
        "counsellor_id": counsellor,
        "status": Status.MET,
        "language": "de",
        "letter_language": "de",
        "reach": Reach.NONE,
        "starts_at": start,
        "ends_at": end,
        "busy_from": start,
        "busy_until": end,
        "created_at": start,
        "changed_at": start,
    }


def _open(team: list[int], since: date, hours: tuple[tuple[time, time], ...]) -> None:
    with write_session() as session:
        session.add_all(
            OpeningHours(
                counsellor_id=one,
                weekday=weekday,
                opens=opens,
                closes=closes,
                valid_from=since,
            )
            for one in team
            for weekday in range(5)
            for opens, closes in hours
        )


def _appoint(
    team: list[int],
    days: list[date],
    hours: tuple[tuple[time, time], ...],
    talk: timedelta,
    busy: timedelta,
) -> None:
    places = [
        (one, start)
        for one in team
        for day in days
        for opens, closes in hours
        for start in _starts(day, opens, closes, busy)
    ]
    with write_session() as session:
        kind = session.scalars(select(ConsultationType).filter_by(slug="office")).one()
        for one, start in _CHANCE.sample(places, min(APPOINTMENTS, len(places))):
            session.add(_appointment(kind.id, one, start, talk, busy))
    if len(places) <= APPOINTMENTS:
        _say(f"only {len(places)} appointments fit, and nothing is free")


def _starts(
    day: date, opens: time, closes: time, busy: timedelta
) -> Iterator[datetime]:
    start, end = instant(day, opens, zone()), instant(day, closes, zone())
    while start + busy <= end:
        yield start
        start += busy


def _appointment(
    kind: int, counsellor: int, start: datetime, talk: timedelta, busy: timedelta
) -> Appointment:
    row = Appointment(
        type_id=kind,
        counsellor_id=counsellor,
        status=Status.BOOKED if start > clock.now() else Status.MET,
        language="de",
        letter_language="de",
        people=1,
        reach=Reach.NONE,
        name="Amal Beispiel",
        created_at=clock.now(),
        changed_at=clock.now(),
    )
    row.take(TimeWindow(start, start + talk), TimeWindow(start, start + busy))
    return row


if __name__ == "__main__":
    main()
