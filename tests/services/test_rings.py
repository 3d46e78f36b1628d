"""Do two who work at once wait for each other in a ring? PostgreSQL only: it has many writers."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from booking.models import db
from booking.services import busy_times, claim
from booking.services.journal import Actor, note
from booking.services.publishing_clashes import lock
from tests import make


@pytest.fixture
def database_url(postgresql_url):
    return postgresql_url


@pytest.mark.parametrize("who", ["books", "publishes", "reads a calendar"])
def test_whoever_takes_her_time_does_not_hold_up_what_is_written_of_her(
    office, now, who
):
    hers = office.counsellor
    with Session(db.engine) as one, Session(db.engine) as other:
        if who == "books":
            claim.wait_for(one, [hers, make.counsellor()])
        elif who == "publishes":
            lock(one, [hers], now.now())
        else:
            busy_times.let_nobody_book(one, hers)
        other.execute(text("SET LOCAL lock_timeout = '500ms'"))
        note(other, Actor.STAFF, "look", "a file", now=now.now(), staff=hers)
        other.commit()
        one.commit()
