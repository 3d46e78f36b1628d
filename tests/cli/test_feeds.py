"""Can an operator see who reads along, and close a feed without knowing its secret?"""

from dataclasses import dataclass

import pytest

from booking import cli
from booking.models import FeedScope, Role, Subscription, db
from booking.services import feeds
from booking.services.feed_polls import UnknownFeed, feed_for
from tests import make


@pytest.fixture
def settings(sqlite_url, tmp_path):
    return make.settings(tmp_path, sqlite_url)


@dataclass(frozen=True)
class Outcome:
    """What a command left behind."""

    status: int
    said: str
    complained: str


@pytest.fixture
def booking(app, monkeypatch, capsys):
    """Run the command over the office of the test."""

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["booking", *arguments])
        with pytest.raises(SystemExit) as left:
            cli.run(lambda: app)
        db.session.rollback()
        written = capsys.readouterr()
        return Outcome(left.value.code or 0, written.out, written.err)

    return run


@pytest.fixture
def token(office, now):
    return feeds.subscribe(office.counsellor, "Diensthandy", now=now.now())


def numbers():
    return [str(row.uuid) for row in db.session.query(Subscription)]


def in_one_sentence(outcome, *words):
    assert (outcome.status, outcome.said) == (1, "")
    assert len(outcome.complained.strip().splitlines()) == 1, outcome.complained
    return all(word in outcome.complained for word in words)


def test_every_feed_is_listed_with_its_owner_and_its_last_use_but_no_secret(
    booking, token, now
):
    (number,) = numbers()
    said = booking("feeds", "list").said
    assert said == (
        f"{number} Diensthandy; Ayla Sommer; place; "
        "since 2027-03-01; last read never; open\n"
    )
    feed_for(token, now=now.now())
    assert "last read 2027-03-01; open" in booking("feeds", "list").said
    booking("feeds", "revoke", number)
    said = booking("feeds", "list").said
    assert "; revoked 2027-03-01" in said
    assert token not in said


def test_interpreters_and_coordinators_stand_there_too_and_are_closed_alike(
    booking, office, now
):
    coordinator = make.staff_member(Role.COORDINATOR)
    shows = FeedScope.ROUTES
    routes = feeds.subscribe(coordinator, "Tablet", now=now.now(), shows=shows)
    hers = make.interpreters_feed(make.interpreter_named())
    said = booking("feeds", "list").said
    assert "Tablet; Karin Amtmann, all routes; place; " in said
    assert "phone; Saba Muster, interpreter; place; " in said
    for number in numbers():
        assert booking("feeds", "revoke", number).status == 0
    for token in (routes, hers):
        with pytest.raises(UnknownFeed):
            feed_for(token, now=now.now())


def test_an_office_without_feeds_lists_none(booking, office):
    outcome = booking("feeds", "list")
    assert (outcome.status, outcome.said, outcome.complained) == (0, "", "")


def test_the_first_signs_of_its_number_close_a_feed(booking, token, now):
    (number,) = numbers()
    outcome = booking("feeds", "revoke", number[:8])
    assert (outcome.status, outcome.said) == (0, "The feed Diensthandy is closed.\n")
    with pytest.raises(UnknownFeed):
        feed_for(token, now=now.now())
    assert booking("feeds", "revoke", number).status == 0, "twice is no mistake"


def test_an_unknown_number_and_one_that_fits_several_close_nothing(
    booking, office, token, now
):
    assert in_one_sentence(booking("feeds", "revoke", "nonsense"), "feeds list")
    assert in_one_sentence(booking("feeds", "revoke", ""), "feeds list")
    first = numbers()[0][0]
    while len([one for one in numbers() if one.startswith(first)]) == 1:
        feeds.subscribe(office.counsellor, "noch eins", now=now.now())
    assert in_one_sentence(booking("feeds", "revoke", first), "Write more")
    assert "revoked" not in booking("feeds", "list").said
