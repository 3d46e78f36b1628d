"""Does opening a page, whichever it is, leave every byte of the database as it was?

Every address of the application is opened, those of later days too: what stands in
an address is made up here by its name, else by its kind.
"""

import logging
from datetime import date
from hashlib import sha256
from uuid import uuid4

import pytest
from sqlalchemy import text
from werkzeug.routing import AnyConverter

from booking.logs import JsonLines, TextLines
from booking.models import Appointment, Base, ClientLink, Role, StaffMember, db
from booking.services import feeds
from booking.services.writing import write_session
from booking.web.access import NO_SIGN_IN
from tests import make

THURSDAY = date(2027, 3, 4)
CHOICES = "?place=office&language=de&interpreter=no&day=2027-03-04&weekdays=1"
# What staff's pages may write by being opened (decisions.md); clients' may nothing.
READ_BY_STAFF = {"journal_entry", "staff_session", "subscription"}
BY_KIND = {
    "UUIDConverter": uuid4,
    "IntegerConverter": lambda: 1,
    "DatePath": lambda: THURSDAY,
    "LanguagePath": lambda: "de",
}


def dumped(besides=()):
    """Return every row of every table, as the database itself writes it."""
    db.session.rollback()
    return {
        table.name: rows_of(table)
        for table in Base.metadata.sorted_tables
        if table.name not in besides
    }


def rows_of(table):
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    bare = text(f"SELECT {columns} FROM {table.name}")  # noqa: S608 - names of our own
    return sorted(map(repr, db.session.execute(bare)))


def made_up(kind):
    """Return something that this part of an address may be."""
    if isinstance(kind, AnyConverter):
        return min(kind.items)
    return BY_KIND.get(type(kind).__name__, lambda: "x")()


def opened(app, browser, known):
    """Open every address that can be opened; yield its endpoint and its answer."""
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods:
            continue
        values = {
            name: known.get(name) or made_up(kind)
            for name, kind in rule._converters.items()
        }
        with app.test_request_context():  # the rule's own: an endpoint may have two
            _host, path = rule.build({"lang": "de"} | values)
        yield rule, path, browser


def is_for_clients(app, rule):
    view = app.view_functions[rule.endpoint]
    return bool(getattr(view, "audience", frozenset()) & NO_SIGN_IN)


@pytest.fixture
def known(token, office, now):
    row = db.session.query(Appointment).one()
    return {"token": token, "appointment": row.uuid, "day": THURSDAY, "lang": "de"}


def test_no_page_of_clients_changes_a_byte_by_being_opened(app, browser_like, known):
    before = dumped()
    assert before["appointment"]
    seen = 0
    for rule, path, browser in opened(app, browser_like, known):
        if not is_for_clients(app, rule):
            continue
        for ask in (browser.get, browser.head):
            assert ask(path + CHOICES).status_code < 500, path
        assert dumped() == before, path
        seen += 1
    assert seen > 20


def test_no_page_of_staff_changes_more_than_it_says_by_being_opened(
    app, browser_like, known, office, now
):
    with write_session() as session:
        session.get(StaffMember, office.counsellor).roles = frozenset(Role)
    make.sign_in(browser_like, office.counsellor)
    feeds.subscribe(office.counsellor, "Telefon", now=now.now())
    before = dumped(besides=READ_BY_STAFF)
    for rule, path, browser in opened(app, browser_like, known):
        if is_for_clients(app, rule) or rule.endpoint == "static":
            continue
        assert browser.get(path).status_code < 500, path
        assert dumped(besides=READ_BY_STAFF) == before, path


class EveryLine(logging.Handler):
    """All that the house would write, in both of its forms."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        for form in (JsonLines(), TextLines("%(message)s")):
            self.lines.append(form.format(record))


def link_of(token):
    hashed = sha256(token.encode()).digest()
    return db.session.query(ClientLink).filter_by(token_hash=hashed).one()


def test_no_link_and_no_code_appears_in_a_line_of_the_log(
    app, browser_like, token, known
):
    watcher, loggers = EveryLine(), (logging.getLogger(), logging.getLogger("booking"))
    for logger in loggers:
        logger.addHandler(watcher)
    try:
        for rule, path, browser in opened(app, browser_like, known):
            if is_for_clients(app, rule):
                browser.get(path)
                browser.get(f"{path}/nothing-here")
        for noun in ("new-time", "cancellation"):
            browser_like.post(f"/de/a/{token}/{noun}", data={"slot": "x"})
    finally:
        for logger in loggers:
            logger.removeHandler(watcher)
    written = "\n".join(watcher.lines)
    assert "/<lang:lang>/a/<string:token>" in written
    assert token not in written
    assert link_of(token).code not in written
