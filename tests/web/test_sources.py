"""Can a counsellor have her own calendars read, see what they block, and settle clashes?"""

from datetime import date, timedelta
from functools import partial
from io import BytesIO
from uuid import uuid4

import pytest

from booking.calendars import sieve
from booking.models import (
    Appointment,
    BusyTime,
    CalendarSource,
    KeptConflict,
    Role,
    db,
)
from booking.services import appointments, soundness
from booking.services.calendar_fetch import (
    AddressRefused,
    FetchFailed,
    Refusal,
    Trouble,
)
from booking.services.source_reading import AT_ONCE, Unread
from booking.web.counsellor import source_forms, source_words
from tests import make
from tests.calendars.reading import calendar
from tests.counting import queries_of
from tests.services.strangers import ADDRESS, played
from tests.web.reading import Visitor

THURSDAY = date(2027, 3, 4)
NINE = "UID:n\nDTSTART:20270304T080000Z\nDTEND:20270304T090000Z\nSUMMARY:Canary"
WEEKLY = "UID:w\nDTSTART:20270302T080000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY"
ODD = "UID:o\nDTSTART:20270305T080000Z\nDURATION:PT1H\nRRULE:FREQ=SECONDLY"


class Desk(Visitor):
    """A counsellor's browser; its pages are read in English."""

    def get(self, path, **headers):
        return super().get(path, **({"Accept-Language": "en"} | headers))

    def open(self, path=""):
        return self.get(f"/staff/{path}")


@pytest.fixture
def hers(desk, office, now):
    desk.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    make.sign_in(desk, office.counsellor)
    return Desk(desk)


@pytest.fixture
def stranger(monkeypatch):
    return played(monkeypatch)


def at(hour, minute=0, day=THURSDAY):
    return make.at(day, hour, minute)


def book(now, hour=9):
    choice = make.choice(at(hour))
    return appointments.book(choice, make.person(), now=now.now()).appointment


def add(hers, **typed):
    form = hers.open("calendar/sources/new").form("/calendar/sources")
    return hers.send(form, **{"label": "Town hall"} | typed)


def file_of(*entries, name="mine.ics"):
    return BytesIO(calendar(*entries)), name


def row():
    db.session.rollback()
    return db.session.query(CalendarSource).one()


def page_of(one):
    return f"calendar/sources/{one.uuid}"


# --- Adding -------------------------------------------------------------------


def test_after_saving_she_sees_what_blocks_what_was_unclear_and_the_week(
    hers, stranger
):
    stranger.content = calendar(NINE, WEEKLY, ODD)
    page = add(hers, address=ADDRESS)
    assert page.heading == "Calendar “Town hall”"
    # Eight Tuesdays, one Thursday, one Friday.
    assert "10 busy blocks in the next 8 weeks, 1 warning." in page.text
    assert "As of: today, 08:00." in page.text
    assert "Series with a rule that cannot be followed: 1." in page.text
    hatched = [one for one in page.all("td") if one.get("class") == "elsewhere"]
    assert [one.get("rowspan") for one in hatched] == ["4", "4", "4"]
    assert "busy elsewhere" in hatched[0].text
    later = hers.get(page.link("/2027-03-08"))
    hatched = [one for one in later.all("td") if one.get("class") == "elsewhere"]
    assert len(hatched) == 1
    assert "09:00\u201310:00 busy elsewhere" in later.text
    assert hers.get(later.link("/2027-03-01")).heading == page.heading


def test_the_address_is_never_shown_again(hers, stranger):
    stranger.content = calendar(NINE)
    page = add(hers, address=ADDRESS)
    listed = hers.open("calendar/sources")
    for one in (page, listed):
        assert "https://calendar.example/…" in one.text
        assert "canary" not in one.html.casefold()


def test_a_file_comes_in_the_same_way_and_blocks_until_its_last_day(hers, stranger):
    page = add(hers, file=file_of(NINE, WEEKLY), valid_until="2027-03-09")
    assert "3 busy blocks in the next 8 weeks, 0 warnings." in page.text
    assert row().valid_until == date(2027, 3, 9)
    assert "file, valid until Tuesday 9 March" in hers.open("calendar/sources").text


def test_a_calendar_that_blocks_nothing_says_so_loudly(hers, stranger):
    for entries, sentence in (
        ((), "This calendar has no entries at all"),
        ((NINE + "\nTRANSP:TRANSPARENT",), "This calendar has 1 entry, but"),
    ):
        page = add(hers, file=file_of(*entries))
        assert "no busy block in the next 8 weeks" in page.text
        assert sentence in page.text
        notices = [
            one for one in page.all("div") if one.get("class") == "notice danger"
        ]
        assert sentence in notices[0].text


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({}, "address", "Write the calendar's address, or choose a file."),
        ({"label": " "}, "label", "Write which calendar it is"),
        ({"label": "x" * 41}, "label", "at most 40 characters"),
        ({"address": ADDRESS, "file": file_of(NINE)}, "file", "one calendar at a time"),
        ({"file": file_of(), "valid_until": ""}, "valid_until", "from today on"),
        ({"file": file_of(), "valid_until": "2027-02-28"}, "valid_until", "today on"),
        ({"file": file_of(), "valid_until": "2028-06-01"}, "valid_until", "a year"),
        ({"address": "http://x.example/"}, "address", "begins with https://"),
        ({"file": (BytesIO(b"PK"), "a.zip")}, "file", "This is no calendar."),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(
    hers, stranger, typed, field, sentence
):
    typed = {"label": "Town hall", "valid_until": "2027-04-30"} | typed
    page = add(hers, **typed)
    assert page.status == 422
    assert sentence in page.error_at(field)
    again = page.form("/calendar/sources").fields
    for name in {"label", "address", "valid_until"} & set(typed):
        assert again[name] == typed[name]
    assert db.session.query(CalendarSource).count() == 0


def test_a_file_of_more_than_five_megabytes_is_refused_at_its_field(
    hers, stranger, monkeypatch
):
    for module in (sieve, source_forms):
        monkeypatch.setattr(module, "MOST_BYTES", 100)
    page = add(hers, file=(BytesIO(b" " * 101), "a.ics"))
    assert (page.status, "larger than 5 MB" in page.error_at("file")) == (422, True)


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (FetchFailed(Trouble.WEB_PAGE), "mostly it ends in .ics"),
        (FetchFailed(Trouble.NOT_ALLOWED), "The server wants a sign-in"),
        (AddressRefused(Refusal.NOT_PUBLIC), "leads into an internal network"),
    ],
)
def test_a_first_reading_that_fails_keeps_nothing_but_what_she_typed(
    hers, stranger, fault, sentence
):
    stranger.fault = fault
    page = add(hers, address=ADDRESS)
    assert page.status == 422
    assert sentence in page.error_at("address")
    fields = page.form("/calendar/sources").fields
    assert (fields["label"], fields["address"]) == ("Town hall", ADDRESS)
    assert db.session.query(CalendarSource).count() == 0


def test_every_reason_has_a_sentence_of_its_own(app):
    codes = [*Refusal, *Trouble, *Unread]
    with app.test_request_context("/staff/today"):
        sentences = {code.value: source_words.refused(code.value) for code in codes}
        assert source_words.refused("unheard of") == sentences[Trouble.BAD_ANSWER]
    assert len(set(sentences.values())) == len(sentences) == 20
    assert all(len(code) <= 24 for code in sentences)  # as long as its column


def test_while_others_wait_for_strangers_she_is_asked_to_try_again(hers, stranger):
    stranger.content = calendar()
    one = make_source(hers, stranger)
    form = hers.open(page_of(one)).form("/reading")
    for _ in range(2):
        assert AT_ONCE.acquire(blocking=False)
    try:
        for page in (add(hers, address=ADDRESS), hers.send(form)):
            assert (page.status, page.headers["Retry-After"]) == (429, "10")
            assert "Try again in a moment." in page.text
    finally:
        AT_ONCE.release(2)


def make_source(hers, stranger, *entries):
    stranger.content = calendar(*entries)
    add(hers, address=ADDRESS)
    return row()


# --- Changing -----------------------------------------------------------------


def test_reading_it_again_shows_at_once_how_it_stands(hers, stranger, now):
    one = make_source(hers, stranger, NINE)
    now.move(minutes=5)
    stranger.content = calendar(NINE, WEEKLY)
    page = hers.send(hers.open(page_of(one)).form("/reading"))
    assert "9 busy blocks" in page.text
    assert "today, 08:05" in page.text


def test_a_reading_that_fails_says_why_and_keeps_what_was_known(hers, stranger, now):
    one = make_source(hers, stranger, NINE)
    stranger.fault = FetchFailed(Trouble.TLS)
    page = hers.send(hers.open(page_of(one)).form("/reading"))
    assert "1 busy block in the next 8 weeks" in page.text
    assert "The server's certificate is not valid" in page.text
    now.move(hours=7)
    make.sign_in(hers._client, one.staff_id)
    assert "Not read since today, 08:00." in hers.open(page_of(one)).text
    assert "1 calendar of yours is not read any more" in hers.open("today").text


def test_a_newer_file_and_an_earlier_end_are_entered_on_its_page(hers, stranger):
    add(hers, file=file_of(NINE), valid_until="2027-04-30")
    one = row()
    form = hers.open(page_of(one)).form("/details")
    page = hers.send(form, label="Private", file=file_of(NINE, WEEKLY))
    assert (page.heading, "9 busy" in page.text) == ("Calendar “Private”", True)
    form = page.form("/details")
    refused = hers.send(form, valid_until="2027-05-01")
    assert refused.status == 422
    assert "bring the file as well" in refused.error_at("valid_until")
    page = hers.send(form, valid_until="2027-03-03")
    assert "1 busy block" in page.text
    broken = hers.send(form, file=(BytesIO(b"x"), "a.ics"), label="Broken")
    assert (broken.status, broken.error_at("file")[:7]) == (422, "This is")
    assert row().label == "Private"


def test_a_removed_calendar_is_gone(hers, stranger):
    path = page_of(make_source(hers, stranger, NINE))
    page = hers.send(hers.open(path).form("/removal"))
    assert "No calendar is read yet." in page.text
    db.session.rollback()
    assert db.session.query(BusyTime).count() == 0
    assert hers.open(path).status == 404


def test_a_deed_that_is_reloaded_leads_back(hers, stranger):
    one = make_source(hers, stranger, NINE)
    for noun in ("reading", "details", "removal"):
        assert hers.open(f"{page_of(one)}/{noun}").heading == "Calendar “Town hall”"
    for noun in ("keeping", "colleague"):
        page = hers.open(f"calendar/conflicts/{uuid4()}/{noun}")
        assert page.heading == "Appointments when you are busy"


def test_a_strangers_calendar_is_not_found(hers, stranger, office):
    one = make_source(hers, stranger, NINE)
    fields = hers.open(page_of(one)).form("/details").fields
    make.sign_in(hers._client, make.counsellor())
    token = hers.open("calendar/sources/new").form("/sources").fields["csrf_token"]
    assert hers.open(page_of(one)).status == 404
    for noun in ("reading", "details", "removal"):
        path = f"/staff/{page_of(one)}/{noun}"
        answer = hers._client.post(path, data=fields | {"csrf_token": token})
        assert answer.status_code == 404
    assert "Town hall" not in hers.open("calendar/sources").text
    assert row().label == "Town hall"


def test_only_counsellors_have_calendars_here(hers):
    make.sign_in(hers._client, make.staff_member(Role.ADMIN))
    for path in ("sources", "sources/new", "conflicts"):
        assert hers.open(f"calendar/{path}").status == 403


# --- The week, conflicts --------------------------------------------------------


def test_the_week_hatches_what_her_calendars_say_beside_appointments(hers, office, now):
    taken = book(now)
    make.busy(office.counsellor, (at(9, 15), at(10, 30)))
    make.absent(office.counsellor, at(11), at(12))
    page = hers.open("week/2027-03-04")
    spans = {one.get("class"): one.get("rowspan") for one in page.all("td")}
    assert (spans["elsewhere"], spans["away"], spans["block booked"]) == ("3", "4", "3")
    assert "busy by a calendar of your own" in page.text
    assert taken.starts_at == at(9)


def test_a_conflict_stands_on_todays_page_and_leads_to_its_ways_out(hers, office, now):
    taken = book(now)
    colleague = make.counsellor()
    make.busy(office.counsellor, (at(9, 15), at(10)))
    today = hers.open("today")
    assert "1 appointment lies in a time when you are busy" in today.text
    page = hers.get(today.link("/calendar/conflicts"))
    assert "Busy elsewhere: 09:15\u201310:00." in page.text
    assert page.link(f"/{taken.uuid}/move")
    page = hers.send(page.form(f"/{taken.uuid}/colleague"))
    assert "No appointment lies in a time" in page.text
    db.session.rollback()
    assert db.session.get(Appointment, taken.id).counsellor_id == colleague
    assert "when you are busy" not in hers.open("today").text


def test_what_she_keeps_is_not_shown_again(hers, office, now):
    taken = book(now)
    make.busy(office.counsellor, (at(9), at(10)))
    form = hers.open("calendar/conflicts").form(f"/{taken.uuid}/keeping")
    assert "No appointment lies in a time" in hers.send(form).text
    assert db.session.query(KeptConflict).count() == 1
    assert db.session.get(Appointment, taken.id).starts_at == at(9)


def test_a_colleague_who_is_taken_meanwhile_cannot_take_it(hers, office, now):
    taken = book(now)
    colleague = make.counsellor()
    make.busy(office.counsellor, (at(9), at(10)))
    form = hers.open("calendar/conflicts").form(f"/{taken.uuid}/colleague")
    make.busy(colleague, (at(9), at(10)))
    page = hers.send(form)
    assert (page.status, "She cannot take it any more." in page.text) == (409, True)
    form.fields["colleague"] = "x"
    assert hers.send(form).status == 422
    form.fields["colleague"] = str(uuid4())
    assert hers.send(form).status == 409


def test_nobody_settles_a_colleagues_conflict(hers, office, now):
    taken = book(now)
    make.busy(office.counsellor, (at(9), at(10)))
    token = hers.open("calendar/sources/new").form("/sources").fields["csrf_token"]
    make.sign_in(hers._client, make.counsellor())
    token = hers.open("calendar/sources/new").form("/sources").fields["csrf_token"]
    for noun in ("keeping", "colleague"):
        path = f"/staff/calendar/conflicts/{taken.uuid}/{noun}"
        data = {"csrf_token": token, "colleague": str(uuid4())}
        assert hers._client.post(path, data=data).status_code == 404


# --- Who else is told ----------------------------------------------------------


def test_after_a_day_the_office_the_board_and_the_check_say_so(hers, office, now):
    make.busy(office.counsellor, kind="address")
    admin = make.staff_member(Role.ADMIN, Role.COORDINATOR)
    for hours, told in ((23, False), (1, True)):
        now.move(hours=hours)
        make.sign_in(hers._client, admin)
        for path in ("office", "visits/2027-03-04"):
            page = hers.open(path)
            said = "A calendar of Ayla Sommer was last read on Monday 1 March."
            assert (said in page.text) == told
            assert "calendar.example" not in page.html
        faults = [one for one in soundness.faults(now=now.now()) if "foreign" in one]
        assert len(faults) == told
    assert "since 2027-03-01 07:00 UTC" in faults[0]


def test_a_page_asks_as_often_for_three_calendars_as_for_one(hers, office, now):
    make.busy(office.counsellor, (at(9), at(10)))
    pages = ("calendar/sources", "week/2027-03-04", "today")
    for page in pages:
        hers.open(page)
    before = [queries_of(partial(hers.open, page)) for page in pages]
    for day in range(2):
        times = [
            (at(9) + timedelta(days=n), at(10) + timedelta(days=n)) for n in range(9)
        ]
        make.busy(office.counsellor, *times, warnings={"no_end": day + 1})
    assert [queries_of(partial(hers.open, page)) for page in pages] == before
