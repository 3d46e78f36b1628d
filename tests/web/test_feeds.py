"""Does a calendar app that polls get what a counsellor needs, and nothing more often?"""

import gzip
from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest
import vobject
from icalendar import Calendar
from sqlalchemy import event

from booking.models import Appointment, ConsultationType, StaffMember, Status, db
from booking.scheduling import TimeWindow
from booking.services import feeds
from booking.services.writing import write_session
from tests import make

NAME, PHONE, STREET = "Canaria Beispiel", "0151 5550199", "Kanarienweg"
ANSWERS = {"name": NAME, "reach": "call", "phone": PHONE, "safe_hours": "evening"}
NINE = datetime.fromisoformat("2027-03-04T08:00+00:00")


@pytest.fixture
def path(office, visitor, now):
    token = feeds.subscribe(office.counsellor, "Telefon", now=now.now())
    return f"/feeds/{token}.ics"


@pytest.fixture
def poll(browser_like, path):
    """Ask as a calendar app does: no cookie, no language, only what it knows."""

    def ask(method="GET", **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return browser_like.open(path, method=method, headers=named)

    return ask


def booked(visitor, **choices):
    page = visitor.booked_page(answers=ANSWERS, **choices)
    assert page.status == 200
    return page


def read_by_both(answer):
    """Return start, end, number and words of each event, as two readers find them."""
    first = Calendar.from_ical(answer.data).walk("VEVENT")
    second = vobject.readOne(answer.get_data(as_text=True)).contents.get("vevent", [])
    found = [
        (one["dtstart"].dt, one["dtend"].dt, str(one["uid"]), str(one["summary"]))
        for one in first
    ]
    assert found == [
        (one.dtstart.value, one.dtend.value, one.uid.value, one.summary.value)
        for one in second
    ]
    return found


@pytest.fixture
def statements(app):
    """Note what SQLite itself is asked, past SQLAlchemy too."""
    asked = []

    def listen(connection, _record, _proxy):
        connection.set_trace_callback(asked.append)

    event.listen(db.engine.pool, "checkout", listen)
    yield Asked(asked)
    event.remove(db.engine.pool, "checkout", listen)


class Asked:
    """The statements, without those that only begin and end a transaction."""

    def __init__(self, every):
        self._every = every

    def clear(self):
        self._every.clear()

    def __iter__(self):
        bare = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")
        return (one for one in self._every if not one.startswith(bare))

    def __len__(self):
        return len(list(iter(self)))


# --- From the client's booking to the counsellor's phone -----------------------


def test_a_booking_stands_in_the_feed_until_it_is_given_up(visitor, poll):
    page = booked(visitor)
    first = poll()
    ((start, end, uid, words),) = read_by_both(first)
    assert (start, end) == (NINE, NINE + timedelta(minutes=45))

    page = visitor.get(f"{page.link('/move')}?day=2027-03-05")
    page = visitor.send(page.form("/new-time"), time="10:00")
    second = poll(If_None_Match=first.headers["ETag"])
    assert second.status_code == 200
    (moved,) = read_by_both(second)
    assert moved[0] == NINE + timedelta(days=1, hours=1)
    assert moved[2:] == (uid, words), "the same event at another time"

    page = visitor.get(page.link("/cancel"))
    visitor.send(page.form("/cancellation"))
    third = poll(If_None_Match=second.headers["ETag"])
    assert (third.status_code, read_by_both(third)) == (200, [])
    tags = {one.headers["ETag"] for one in (first, second, third)}
    assert len(tags) == 3


def test_no_byte_of_the_feed_names_the_client(visitor, poll):
    booked(visitor)
    answer = poll()
    told = (answer.data + str(answer.headers).encode()).lower()
    for canary in (*NAME.split(), PHONE, PHONE.replace(" ", ""), "5550199", STREET):
        assert canary.lower().encode() not in told


def test_who_already_has_it_is_told_so_in_two_queries_at_most(
    visitor, poll, statements
):
    booked(visitor)
    first = poll()
    statements.clear()
    answer = poll(If_None_Match=first.headers["ETag"])
    assert (answer.status_code, answer.data) == (304, b"")
    assert 1 <= len(statements) <= 2, list(statements)
    assert not [one for one in statements if "appointment" in one]
    of_a_body = {"Content-Type", "Content-Length"}
    assert dict(answer.headers) == {
        name: value for name, value in first.headers if name not in of_a_body
    }


def test_what_is_asked_at_a_304_is_found_by_an_index(visitor, poll, statements):
    booked(visitor)
    tag = poll().headers["ETag"]
    statements.clear()
    poll(If_None_Match=tag)
    (asked,) = statements
    plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}")
    steps = [row[-1] for row in plan]
    assert [one for one in steps if one.startswith("SCAN")] == ["SCAN office"]
    assert any("token_hash=?" in one for one in steps)


def test_a_304_is_told_over_tls_as_any_answer_and_written_down(
    browser_like, visitor, path, caplog
):
    booked(visitor)
    over_tls = {"base_url": "https://localhost"}
    tag = browser_like.get(path, **over_tls).headers["ETag"]
    with caplog.at_level("INFO"):
        known = {"If-None-Match": tag}
        answer = browser_like.get(path, headers=known, **over_tls)
    assert answer.status_code == 304
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    line = caplog.records[-1]
    assert (line.route, line.method, line.status) == (
        "/feeds/<string:token>.ics",
        "GET",
        304,
    )


def test_when_the_database_is_gone_the_app_is_told_to_come_back(
    poll, visitor, monkeypatch
):
    from booking.services import feed_lookup

    tag = poll().headers["ETag"]
    broken = ("SELECT nothing FROM nowhere WHERE x = ?", True)
    monkeypatch.setattr(feed_lookup, "_written_for", lambda _dialect: broken)
    for headers in ({}, {"If_None_Match": tag}):
        assert poll(**headers).status_code == 503


def test_a_full_feed_asks_the_same_few_questions_however_much_there_is(
    visitor, poll, statements
):
    poll()
    counts = []
    for time in ("09:00", "11:00"):
        booked(visitor, time=time)
        statements.clear()
        assert poll().status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 4, list(statements)


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        ("2027-03-26", "08:00"),  # the Friday before the clocks go forward
        ("2027-03-29", "07:00"),  # the Monday after, a holiday: staff may work
        ("2027-10-29", "07:00"),
        ("2027-11-02", "08:00"),
    ],
)
def test_nine_o_clock_stays_nine_o_clock_when_the_clocks_change(
    app, office, now, browser_like, day, utc
):
    start = make.at(datetime.fromisoformat(day).date(), 9)
    now.move(days=(start - now.now()).days - 3)
    token = feeds.subscribe(office.counsellor, "Telefon", now=now.now())
    taken_at(office.counsellor, start)
    ((found, *_),) = read_by_both(browser_like.get(f"/feeds/{token}.ics"))
    assert found == datetime.fromisoformat(f"{day}T{utc}+00:00")


def taken_at(counsellor, start):
    window = TimeWindow(start, start + timedelta(hours=1))
    with write_session() as session:
        row = Appointment(
            type_id=session.query(ConsultationType.id).limit(1).scalar(),
            counsellor_id=counsellor,
            status=Status.BOOKED,
            created_at=start,
            changed_at=start,
            language="de",
            letter_language="de",
        )
        row.take(window, window)
        session.add(row)


# --- What an app reads in the headers ------------------------------------------


def test_an_answer_says_what_it_is_and_how_it_may_be_kept(visitor, poll):
    booked(visitor)
    answer = poll()
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.content_length == len(answer.data)
    assert answer.headers["ETag"].startswith('"'), "a strong one"
    assert answer.last_modified is not None
    assert {"Set-Cookie", "Content-Encoding"}.isdisjoint(answer.headers.keys())


def test_head_says_the_same_and_sends_nothing(visitor, poll):
    booked(visitor)
    head, get = poll("HEAD"), poll()
    volatile = {"Date"}
    assert head.data == b""
    assert {n: v for n, v in head.headers if n not in volatile} == {
        n: v for n, v in get.headers if n not in volatile
    }


@pytest.mark.parametrize(
    "known",
    ["{tag}", "W/{tag}", '"other", {tag}', '"a", W/"b", W/{tag}', "*", "{zipped}"],
)
def test_every_way_to_name_a_known_version_is_understood(poll, known):
    tag, zipped = (
        poll(**headers).headers["ETag"] for headers in ({}, {"Accept_Encoding": "gzip"})
    )
    assert tag != zipped, "other bytes, another strong tag"
    wanted = known.format(tag=tag, zipped=zipped)
    assert poll(If_None_Match=wanted).status_code == 304
    assert poll("HEAD", If_None_Match=wanted).status_code == 304


@pytest.mark.parametrize("known", ['"other"', 'W/"a", "b"', "nonsense", '""'])
def test_who_knows_another_version_gets_this_one(poll, known):
    assert poll(If_None_Match=known).status_code == 200


def test_without_a_tag_the_date_decides(visitor, poll, now):
    now.move(minutes=5)
    booked(visitor)
    first = poll()
    since = first.headers["Last-Modified"]
    assert since == format_datetime(now.now(), usegmt=True)
    earlier = format_datetime(now.now() - timedelta(seconds=1), usegmt=True)
    assert poll(If_Modified_Since=since).status_code == 304
    assert poll(If_Modified_Since=earlier).status_code == 200
    assert poll(If_Modified_Since="yesterday").status_code == 200
    # RFC 9110, 13.1.3: a tag, even a wrong one, is asked instead of the date.
    assert poll(If_Modified_Since=since, If_None_Match='"x"').status_code == 200
    now.move(days=1)
    assert poll(If_Modified_Since=since).status_code == 200, "the window has moved on"


def test_only_who_asks_for_it_gets_it_compressed(visitor, poll):
    booked(visitor)
    plain = poll()
    for wanted in ("gzip", "br;q=1, gzip;q=0.5"):
        packed = poll(Accept_Encoding=wanted)
        assert packed.headers["Content-Encoding"] == "gzip"
        assert packed.content_length == len(packed.data)
        assert gzip.decompress(packed.data) == plain.data
    for unwanted in ("identity", "br", "gzip;q=0"):
        answer = poll(Accept_Encoding=unwanted)
        assert "Content-Encoding" not in answer.headers
        assert answer.data == plain.data


# --- What nobody may do --------------------------------------------------------


@pytest.mark.parametrize(
    "method", ["OPTIONS", "PROPFIND", "PUT", "POST", "DELETE", "REPORT"]
)
def test_a_feed_can_only_be_read(poll, method):
    answer = poll(method)
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD"}
    assert "Set-Cookie" not in answer.headers


def test_unknown_mistyped_revoked_and_left_look_the_same(
    browser_like, path, office, now
):
    gone = feeds.subscribe(office.counsellor, "Tablet", now=now.now())
    newest = feeds.subscriptions_of(office.counsellor)[0]
    feeds.revoke(newest.uuid, now=now.now(), staff=None)
    wrong = [gone, "a" * 43, "x", "%00", "%F0%9F%98%80", "..", path[7:-5]]
    answers = [browser_like.get(f"/feeds/{one}.ics") for one in wrong]
    with write_session() as session:
        session.get(StaffMember, office.counsellor).disabled_at = now.now()
    answers.append(browser_like.get(path))
    assert {one.status_code for one in answers} == {404}
    assert len({one.data for one in answers}) == 1
    assert len(answers[0].data) < 20
    assert len({str(sorted(one.headers)) for one in answers}) == 1
    assert answers[0].headers["Cache-Control"] == "no-store"


def test_the_secret_is_in_no_log_and_in_no_byte_of_the_feed(
    visitor, poll, path, caplog, capfd
):
    booked(visitor)
    secret = path[7:-4]
    answer = poll()
    assert secret.encode() not in answer.data + str(answer.headers).encode()
    with caplog.at_level("DEBUG"):
        for method in ("GET", "HEAD", "PUT"):
            poll(method)
        poll(If_None_Match=answer.headers["ETag"])
    said = caplog.text + "".join(capfd.readouterr())
    assert said.count("/feeds/<string:token>.ics") >= 4
    assert secret not in said
