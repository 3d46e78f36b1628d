"""What do clients meet when the disk is full? The phone number; and nothing half done.

SQLite's disk is full as ``full_disk`` says. PostgreSQL is made to write nothing any more,
as hosts of PostgreSQL do when a disk is full.
"""

import itertools
from contextlib import contextmanager
from datetime import time

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from booking import clock
from booking.models import Appointment, JournalEntry, Letter, Status, db
from booking.services.soundness import faults
from tests.reliability import full_disk
from tests.reliability.arrange import crowded_office, working_days
from tests.reliability.processes import PRODUCT, servers
from tests.reliability.walk import Walk, over_http

DAYS = "/ar/book/day?place=office&language=de&interpreter=no"
PERSON = {
    "name": "Amal Beispiel",
    "whose": "me",
    "reach": "email",
    "email": "amal@example.org",
}


@pytest.fixture
def server(settings, app):
    """Run a server on the disk of this test."""
    hours = dict.fromkeys(itertools.islice(working_days(), 3), (time(9), time(12)))
    crowded_office(hours, minutes=15)
    sqlite = settings.database_url.startswith("sqlite")
    module = full_disk.__name__ if sqlite else PRODUCT
    with servers(1, settings, module=module) as [running]:
        yield running


def test_a_full_disk_costs_a_call_and_nothing_that_was_confirmed(server, settings):
    ask = over_http([server.port])
    own_page = booked(ask)
    form = at_the_last_button(ask)
    with a_full_disk(settings):
        for refused in (
            ask("POST", form.action, form.filled),
            ask("POST", form.action, form.filled),
            chosen(ask),
        ):
            assert (refused.status, refused.page.says_call) == (503, True)
            assert '<html lang="ar"' in refused.text
            assert "Traceback" not in refused.text
        assert [ask("GET", path, None).status for path in (DAYS, own_page)] == [200] * 2
    assert ask("POST", form.action, form.filled).status == 303
    assert kept() == {"booked": 2, "letters": 2, "lines": 2}
    assert [one for one in faults(now=clock.now()) if "worker" not in one] == []


def booked(ask) -> str:
    """Book; return where the client's own page is."""
    form = at_the_last_button(ask)
    return ask("POST", form.action, form.filled).location


def at_the_last_button(ask):
    check = chosen(ask).page.form_to("/book/check")
    page = ask("POST", check.action, check.filled | PERSON).page
    return page.form_to("/book/appointment")


def chosen(ask):
    """Choose the first time there is: it is held from then on."""
    walk = Walk(ask)
    day = ask("GET", DAYS, None).page.link_to("/book/time", "day=")
    form = ask("GET", day, None).page.form_to("/book/you")
    return walk._ask(
        "POST", form.action, form.filled | {"time": form.choices["time"][0]}
    )


@contextmanager
def a_full_disk(settings):
    """Let nothing be written for a while."""
    sqlite = db.engine.dialect.name == "sqlite"
    sign = full_disk.sign_of(settings)
    try:
        sign.touch() if sqlite else read_only("= on")
        yield
    finally:
        sign.unlink() if sqlite else read_only("TO DEFAULT")


def read_only(state: str) -> None:
    """Let PostgreSQL's next connections write or not, and end those there are."""
    with db.engine.connect() as connection:
        name = db.engine.url.database
        setting = "default_transaction_read_only"
        connection.execute(text("SET TRANSACTION READ WRITE"))
        connection.execute(text(f'ALTER DATABASE "{name}" SET {setting} {state}'))
        connection.commit()
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
        connection.commit()
    db.engine.dispose()


def kept() -> dict[str, int]:
    asked = {
        "booked": select(func.count(Appointment.id)).filter_by(status=Status.BOOKED),
        "letters": select(func.count(Letter.id)),
        "lines": select(func.count(JournalEntry.id)).filter_by(deed="book"),
    }
    with Session(db.engine) as session:
        return {name: session.scalar(query) for name, query in asked.items()}
