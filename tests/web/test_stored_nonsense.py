"""What somebody typed and we stored: does it come out as words wherever it is shown?

Every free text of every record is exchanged for nonsense, and then everything that
leaves the house is read: pages of clients and of staff, slips and sheets, letters,
feeds, entries for calendars, files for map apps, what is handed out to a client.
By default all that acts in one; BOOKING_TEST_STRINGS=all takes each kind there is.
"""

import json
import os
from email import message_from_bytes, policy
from xml.etree import ElementTree as ET

import icalendar
import pytest
from flask.cli import ScriptInfo

from booking.cli.clients import export
from booking.languages import language_of_code
from booking.models import (
    Answer,
    Appointment,
    CalendarSource,
    Client,
    ClientLink,
    EmergencyOpening,
    Feedback,
    Interpreter,
    LegalHold,
    Letter,
    Office,
    OfficeFile,
    OfficeText,
    Passkey,
    Reach,
    Release,
    Route,
    ShortContact,
    StaffMember,
    Subscription,
    Vehicle,
    VisitRequest,
    Waiting,
    db,
)
from booking.models.base import Base
from booking.models.sealed import Sealed
from booking.models.wording import cleaned
from booking.services import feed_levels, feeds, letters
from booking.services.writing import write_session
from tests.mailbox import html
from tests.web.nonsense import CURATED
from tests.web.reading import Page
from tests.web.test_every_page import addresses
from tests.web.test_every_page import arguments as _of_clients
from tests.web.test_every_page import staff_arguments as _of_staff

arguments, staff_arguments = _of_clients, _of_staff

# The free texts of each record; an address, a number or a code is checked before it is
# stored, and a secret is ours.
FREE = {
    Answer: {"why"},
    Appointment: {"name", "supporter", "address", "note"},
    CalendarSource: {"label"},
    Client: {"name", "address"},
    EmergencyOpening: {"reason", "why_later"},
    Feedback: {"text", "contact"},
    Interpreter: {"name"},
    LegalHold: {"reason"},
    Office: {"name", "service", "street", "town", "floor"},
    OfficeFile: {"description"},
    OfficeText: {"body"},
    Passkey: {"label"},
    Release: {"supporter", "contact"},
    ShortContact: {"note"},
    StaffMember: {"name"},
    Subscription: {"label"},
    Vehicle: {"name"},
    VisitRequest: {
        *("name", "supporter", "street", "postcode", "town"),
        *("entrance", "floor", "room", "bell"),
    },
    Waiting: {"name", "address"},
}
NOT_FREE = {
    *("phone", "email", "safe_hours", "topic", "token", "code", "secret"),
    *("tag", "modified", "_point"),
}
# As short as the shortest line: markup, a template, a header, a formula, an entry.
SHOWN = "<b onx=1>\"'&{{191*7}}%(s)\r\nX-Evil: 1\n=1;,\\:{%x%}\u05d0\u202e"
KINDS = CURATED if os.environ.get("BOOKING_TEST_STRINGS") == "all" else [SHOWN]


def plant(words):
    """Let every free text that is stored be these words."""
    with write_session() as session:
        for record, names in FREE.items():
            for row in session.query(record):
                for name in names:
                    length = _length(record, name)
                    setattr(row, name, cleaned(words)[:length].strip() or "x")


def _length(record, name):
    column = record.__table__.columns.get(name)
    return 120 if column is None else column.type.length or 120


def test_no_free_text_is_forgotten():
    sealed = {
        (mapper.class_, name)
        for mapper in Base.registry.mappers
        for name, field in vars(mapper.class_).items()
        if isinstance(field, Sealed)
    }
    missing = {(of, name) for of, name in sealed if name not in FREE.get(of, set())}
    assert {name for of, name in missing if of is not CalendarSource} <= NOT_FREE


@pytest.mark.parametrize("words", KINDS, ids=repr)
def test_pages_of_staff_show_it_as_words(app, browser_like, staff_arguments, words):
    plant(words)
    paths = addresses(app, language_of_code("de"), staff_arguments, staff=True)
    shown = sum(is_shown(browser_like, path, words) for path in paths)
    assert shown > 15 or words != SHOWN


@pytest.mark.parametrize("words", KINDS, ids=repr)
def test_pages_of_clients_show_it_as_words(app, browser_like, arguments, words):
    plant(words)
    paths = addresses(app, language_of_code("de"), arguments)
    shown = sum(is_shown(browser_like, path, words) for path in paths)
    assert shown > 3 or words != SHOWN


def is_shown(browser, path, words):
    """Tell whether a page shows the words, and let none of them act."""
    answer = browser.get(path, follow_redirects=True)
    assert answer.status_code == 200, path
    assert "X-Evil" not in answer.headers
    if answer.mimetype != "text/html":
        return False
    page = Page(answer)
    assert acts(page) == [], path
    return " ".join(cleaned(words).split())[:9] in page.text


def acts(page):
    """Return what would do something: an element of theirs, a sum that was done."""
    found = [e.tag for e in page.elements if e.get("onx") or e.get("onerror")]
    found += [e.tag for e in page.all("script", "style", "iframe", "object")]
    return found + ["1337"] * ("1337" in page.text)


@pytest.mark.parametrize("words", KINDS, ids=repr)
def test_letters_carry_it_as_words(app, office, staff_arguments, now, words, tmp_path):
    plant(words)
    with write_session() as session:
        for row in (*session.query(Appointment), *session.query(VisitRequest)):
            row.reach, row.email = Reach.EMAIL, "amal@example.org"
        session.query(Letter).update({"channel": Reach.EMAIL, "state": "due"})
        session.query(Letter).update({"next_try_at": now.now()})
    while letters.post(now=now.now()):
        pass
    written = list((tmp_path / "letters").glob("*.eml"))
    assert written
    for file in written:
        letter = message_from_bytes(file.read_bytes(), policy=policy.default)
        assert letter["X-Evil"] is None
        assert len(letter.get_all("To")) == len(letter.get_all("Subject")) == 1
        assert acts(Page(_Answered(html(letter)))) == []


class _Answered:
    """A letter's HTML, as if it were a page."""

    status_code, headers = 200, {}

    def __init__(self, text):
        self._text = text

    def get_data(self, *, as_text):
        assert as_text
        return self._text


@pytest.mark.parametrize("words", KINDS, ids=repr)
def test_calendars_carry_it_as_words(browser_like, office, staff_arguments, now, words):
    plant(words)
    link = db.session.query(ClientLink).filter(ClientLink.appointment_id.is_not(None))
    token = link.first().token
    secret = feeds.subscribe(office.counsellor, "another", now=now.now())
    subscribed = db.session.query(Subscription).order_by(Subscription.id.desc()).first()
    with write_session() as session:
        session.merge(subscribed).level = max(feed_levels.FeedLevel, key=_fullness)
    for path in (f"/feeds/{secret}.ics", f"/de/a/{token}.ics"):
        answer = browser_like.get(path)
        assert (answer.status_code, "X-Evil" in answer.headers) == (200, False)
        read = icalendar.Calendar.from_ical(answer.data)
        assert read.walk("VEVENT")
        for part in read.walk():
            assert part.errors == []
            assert not {name for name in part if name.upper() == "X-EVIL"}


def _fullness(level):
    return list(feed_levels.FeedLevel).index(level)


@pytest.mark.parametrize("words", KINDS, ids=repr)
def test_files_for_maps_and_for_clients_can_be_read(
    app, browser_like, staff_arguments, words, tmp_path
):
    plant(words)
    route = db.session.query(Route).first()
    for kind, read in (("gpx", ET.fromstring), ("geojson", json.loads)):
        answer = browser_like.get(f"/staff/routes/{route.day}/{route.uuid}.{kind}")
        if answer.status_code == 200:
            read(answer.data)
    command = [staff_arguments["reference"], f"--into={tmp_path}"]
    export.main(command, standalone_mode=False, obj=ScriptInfo(create_app=lambda: app))
    (page,), (facts,) = tmp_path.glob("*.html"), tmp_path.glob("export-*.json")
    assert acts(Page(_Answered(page.read_text("utf-8")))) == []
    name = json.loads(facts.read_text("utf-8"))["client"]["name"]
    assert name == cleaned(words)[:120].strip() or not cleaned(words)
