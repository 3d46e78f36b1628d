"""Nothing is free, or no time suits: does she get on the list, off it, and to a time?"""

from datetime import date

import pytest

from booking.models import (
    Appointment,
    Letter,
    LetterKind,
    Reach,
    Waiting,
    WaitingKind,
    WaitingState,
    db,
)
from booking.services import appointments, notices, waiting
from booking.services.office import decide
from booking.services.writing import write_session
from tests import make
from tests.web.reading import Visitor

CHOICES = "place=office&language=de&interpreter=no"
SELAM = {"name": "Selam Geheim", "reach": "email", "email": "selam@example.org"}


def place():
    db.session.rollback()
    return db.session.query(Waiting).one()


def wait_page(visitor):
    """Follow the quiet link under the list of days."""
    page = visitor.open(f"book/day?{CHOICES}")
    return visitor.get(page.link("/book/wait"))


def listed_page(visitor, **answers):
    return visitor.send(wait_page(visitor).form("/waiting"), **(SELAM | answers))


def called_page(visitor, **answers):
    page = visitor.get(wait_page(visitor).link("/book/call"))
    typed = {"name": "Selam Geheim", "phone": "07161 12345"} | answers
    return visitor.send(page.form("/call-back"), **typed)


def closed_for_good():
    make.closed(make.at(date(2027, 3, 1), 0), make.at(date(2027, 6, 1), 0))


def test_when_nothing_is_free_there_are_three_ways_on(visitor, office, now):
    closed_for_good()
    page = visitor.open(f"book/day?{CHOICES}")
    assert "tel:" in page.html
    for ending in ("/book/wait", "/book/call"):
        assert visitor.get(page.link(ending)).status == 200


def test_from_the_days_to_a_place_on_the_list(visitor, office, now):
    page = listed_page(visitor, until="2027-03-20")
    row = place()
    assert page.status == 200
    assert (row.kind, row.state) == (WaitingKind.SLOT, WaitingState.OPEN)
    assert (row.name, row.email) == (SELAM["name"], SELAM["email"])
    assert (row.until, row.letter_language) == (date(2027, 3, 20), "de")
    for told in ("Selam", "selam@"):
        assert told not in page.html


def test_who_leaves_the_last_day_open_waits_as_long_as_times_are_offered(
    visitor, office, now
):
    listed_page(visitor)
    assert place().until == date(2027, 4, 11)


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"name": ""}, "name"),
        ({"email": "selam"}, "email"),
        ({"reach": "call"}, "phone"),
        ({"reach": "post"}, "street"),
        ({"until": "2027-02-01"}, "until"),
        ({"until": "soon"}, "until"),
    ],
)
def test_what_is_missing_is_said_at_its_field(visitor, office, now, answers, field):
    page = listed_page(visitor, **answers)
    assert page.status == 422
    assert page.error_at(field)
    kept = page.form("/waiting").fields
    assert kept["name"] == answers.get("name", SELAM["name"])
    assert db.session.query(Waiting).count() == 0


def test_who_cannot_be_reached_cannot_wait(visitor, office, now):
    assert "none" not in wait_page(visitor).form("/waiting").options["reach"]
    form = wait_page(visitor).form("/waiting")
    form.fields |= SELAM | {"reach": "none"}
    assert visitor.send(form).status == 422


def test_pressed_twice_it_is_one_place(visitor, office, now):
    form = wait_page(visitor).form("/waiting")
    first = visitor.send(form, **SELAM)
    second = visitor.send(form, **SELAM)
    assert first.link("/cancel") == second.link("/cancel")


def test_a_program_that_fills_in_every_field_gets_no_place(visitor, office, now):
    form = wait_page(visitor).form("/waiting")
    assert visitor.send(form, website="https://x.example", **SELAM).status == 422
    unsigned = wait_page(visitor).form("/waiting")
    unsigned.fields["walk"] = "made up"
    assert visitor.send(unsigned, **SELAM).status == 422
    assert db.session.query(Waiting).count() == 0


def test_nothing_personal_stands_in_an_address(visitor, office, now):
    page = visitor.open(f"book/wait?{CHOICES}&name=Selam&email=selam@example.org")
    assert "Selam" not in page.html
    assert "selam@" not in page.html
    assert visitor.open("book/waiting").heading == visitor.open("book").heading


def test_a_list_without_choices_asks_for_them_first(visitor, office, now):
    assert visitor.open("book/wait").status == 422
    assert visitor.open("book/call?place=office").status == 422


def test_from_the_list_to_a_time_with_her_choices(visitor, office, now):
    page = listed_page(visitor)
    page = visitor.send(page.form("/book/day"))
    links = [one.get("href") or "" for one in page.all("a")]
    page = visitor.get(next(link for link in links if "day=2027-03-04" in link))
    page = visitor.send(page.form("/you"), time="09:00")
    page = visitor.send(page.form("/check"), name="Selam", reach="none")
    visitor.send(page.form("/appointment"))
    row = place()
    assert row.state == WaitingState.BOOKED
    assert row.appointment_id == db.session.query(Appointment.id).scalar()


def test_the_letter_leads_to_the_page_of_her_place(visitor, office, now):
    choice = make.choice(make.at(date(2027, 3, 4), 9))
    booked = appointments.book(choice, make.person(), now=now.now())
    listed_page(visitor, until="2027-03-20")
    appointments.cancel(booked.appointment.uuid, now=now.now())
    now.move(minutes=5)
    assert notices.notify(now=now.now()) == 1
    letter = db.session.query(Letter).filter_by(kind=LetterKind.WAITING).one()
    assert letter.waiting_id == place().id


def test_she_leaves_the_list_by_a_button(visitor, office, now):
    page = visitor.get(listed_page(visitor).link("/cancel"))
    assert place().state == WaitingState.OPEN
    page = visitor.send(page.form("/cancellation"))
    assert (page.status, place().state) == (200, WaitingState.WITHDRAWN)
    assert not [one for one in visitor_links(page) if one.endswith("/cancel")]


def visitor_links(page):
    return [one.get("href") or "" for one in page.all("a")]


def test_the_code_on_her_page_opens_it_again(visitor, office, now):
    page = listed_page(visitor)
    code = next(one.text for one in page.all("p") if one.get("class") == "code")
    again = visitor.send(visitor.open("find").form("/find"), code=code)
    assert again.heading == page.heading


def test_the_office_calls_her_back(visitor, office, now):
    page = called_page(visitor, safe_hours="evening", no_message="y")
    (row,) = waiting.call_backs()
    assert (row.phone, row.safe_hours) == ("+49 7161 12345", "evening")
    assert (row.reach, row.no_message) == (Reach.CALL, True)
    assert "7161 12345" not in page.all("main")[0].text
    waiting.called(row.uuid, by=office.counsellor, now=now.now())
    assert visitor.get(page.link("/cancel")).heading != page.heading


def test_a_call_needs_a_number(visitor, office, now):
    page = called_page(visitor, phone="")
    assert page.status == 422
    assert page.error_at("phone")


@pytest.mark.parametrize("state", list(WaitingState))
def test_every_state_explains_itself(visitor, office, now, state):
    open_ = listed_page(visitor)
    own = open_.link("/cancel").removesuffix("/cancel")
    with write_session() as session:
        session.query(Waiting).one().state = state
    page = visitor.get(own)
    assert page.status == 200
    assert (page.heading == open_.heading) == (state == WaitingState.OPEN)


def test_a_place_has_no_slip_no_entry_and_no_other_time(visitor, office, now):
    page = listed_page(visitor)
    own = page.link("/cancel").removesuffix("/cancel")
    assert visitor.get(f"{own}.ics").status == 404
    for ending in ("/slip", "/move", "/topic"):
        assert visitor.get(f"{own}{ending}").heading == page.heading


def test_while_online_booking_is_off_there_is_no_list(visitor, office, now):
    with write_session() as session:
        decide(session, now=now.now(), online_booking=False)
    start = visitor.open().heading
    for page in (f"book/wait?{CHOICES}", f"book/call?{CHOICES}"):
        assert visitor.open(page).heading == start


# --- Earlier than her appointment -------------------------------------------------


def test_she_asks_to_be_told_of_an_earlier_day_and_takes_it_back(visitor, office, now):
    page = visitor.booked_page(day="2027-03-18", answers=SELAM)
    page = visitor.send(page.form("/earlier"))
    assert place().kind == WaitingKind.EARLIER
    page = visitor.send(page.form("/earlier"))
    assert place().state == WaitingState.WITHDRAWN
    assert page.form("/earlier").fields == {}


def test_who_must_not_be_written_to_is_not_offered_it(visitor, office, now):
    page = visitor.booked_page(day="2027-03-18")
    assert not [one for one in page.forms if one.action.endswith("/earlier")]


def test_an_arabic_reader_meets_the_same_pages(browser_like, office, now):
    page = listed_page(Visitor(browser_like, "ar"))
    assert page.all("html")[0].attributes == {"lang": "ar", "dir": "rtl"}
    assert place().letter_language == "ar"
