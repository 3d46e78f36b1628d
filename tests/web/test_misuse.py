"""Can a program keep people from their times? Can a house of sixty be mistaken for one?"""

from datetime import date, timedelta

import pytest

from booking.models import Appointment, Status, db
from booking.services.office import HOLDS_A_DAY, SHARE_OF_HOLDS
from tests import make
from tests.reliability.walk import Answer, Walk

THURSDAY = "2027-03-04"
TALK = timedelta(minutes=60)  # with what it costs afterwards
DAYS = "/de/book/day?place=office&language=de&interpreter=no"
TIMES = f"/de/book/time?place=office&language=de&interpreter=no&day={THURSDAY}"


@pytest.fixture
def team(office):
    return [office.counsellor, *(make.counsellor() for _ in range(7))]


def behind(browser, network):
    """Ask through this network's address."""

    def ask(method, path, fields=None):
        got = browser.open(
            path, method=method, data=fields, environ_base={"REMOTE_ADDR": network}
        )
        return Answer(got.status_code, got.headers.get("Location", ""), got.text)

    return ask


def held(now, day=THURSDAY):
    db.session.rollback()
    start = make.at(date.fromisoformat(day), 0)
    return (
        db.session.query(Appointment)
        .filter(
            Appointment.status == Status.HELD,
            Appointment.hold_until > now.now(),
            Appointment.starts_at >= start,
            Appointment.starts_at < start + timedelta(days=1),
        )
        .count()
    )


def test_sixty_clients_behind_one_address_book_within_ten_minutes(
    browser_like, team, now
):
    ask = behind(browser_like, "203.0.113.7")
    for number in range(60):
        walk = Walk(ask)
        links = [link for link in walk.to_days().links if "day=" in link]
        times = walk._opened(links[0]).form_to("/book/you").choices["time"]
        assert walk.choose(times[0]).status == 200
        walk.describe(f"Amal Beispiel {number}")
        assert walk.book().status == 303
        now.move(seconds=10)
    booked = db.session.query(Appointment).filter_by(status=Status.BOOKED)
    assert booked.count() == 60


def test_five_hundred_scripted_walks_hold_a_fifth_of_a_day_and_stop_nobody(
    browser_like, team, now
):
    talks = len(team) * 3  # from nine to twelve, an hour each
    most = max(HOLDS_A_DAY, talks // SHARE_OF_HOLDS)
    for number in range(500):
        ask = behind(browser_like, f"198.51.{number // 250}.{number % 250 + 1}")
        form = Walk(ask)._opened(TIMES).form_to("/book/you", asking="time")
        times = form.choices["time"]
        chosen = {"time": times[number % len(times)], "website": "http://x.example"}
        answer = ask("POST", form.action, form.filled | chosen)
        if number % 100 == 0 and answer.status == 200:
            fill_in_every_field(ask, answer)
        assert held(now) <= most or number % 50
        now.move(seconds=1)
    assert 0 < held(now) <= most
    assert db.session.query(Appointment).filter_by(status=Status.BOOKED).count() == 0
    assert_somebody_still_books(behind(browser_like, "203.0.113.9"))


def fill_in_every_field(ask, answer):
    """A program writes into every field that it finds, the trap included."""
    form = answer.page.form_to("/book/check")
    typed = {"name": "Bot", "whose": "me", "reach": "none", "website": "http://x"}
    for action in (form.action, "/de/book/appointment"):
        assert ask("POST", action, form.filled | typed).status == 422


def assert_somebody_still_books(ask):
    walk = Walk(ask)
    link = walk.to_days().link_to("/book/time", f"day={THURSDAY}")
    times = walk._opened(link).form_to("/book/you").choices["time"]
    assert walk.choose(times[-1]).status == 200
    walk.describe("Amal Beispiel")
    assert walk.book().status == 303
