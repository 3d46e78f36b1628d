"""Can a counsellor work with her pages, and with nobody else's appointments?"""

from datetime import date, datetime, timedelta

import pytest

from booking.models import (
    Appointment,
    JournalEntry,
    Letter,
    LetterState,
    PartOfDay,
    Reach,
    Role,
    StaffMember,
    Status,
    Subscription,
    VisitRequest,
    VisitState,
    db,
)
from booking.services import appointments, desk, wishes
from booking.services.availability import Booker
from booking.services.wishes import Door, VisitWish
from booking.services.writing import write_session
from tests import make
from tests.counting import queries_of
from tests.web.reading import Visitor

MONDAY, THURSDAY = date(2027, 3, 1), date(2027, 3, 4)
ENGLISH = {"Accept-Language": "en"}


class Desk(Visitor):
    """A staff member's browser; its pages are read in English."""

    def get(self, path, **headers):
        return super().get(path, **(ENGLISH | headers))

    def open(self, path=""):
        return self.get(f"/staff/{path}")


@pytest.fixture
def hers(desk, office, now):
    """Sign the office's counsellor in."""
    desk.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    make.sign_in(desk, office.counsellor)
    return Desk(desk)


@pytest.fixture
def stranger(office):
    return make.counsellor(languages=("fr",))


def book(now, start, **person):
    choice = make.choice(start)
    return appointments.book(choice, make.person(**person), now=now.now()).appointment


def path_of(row):
    return f"appointments/{row.uuid}"


def row_of(row):
    db.session.rollback()
    return db.session.get(Appointment, row.id)


def test_the_next_appointment_is_what_she_sees_first(hers, now):
    assert "You have no appointment today." in hers.open("today").text
    row = book(now, make.at(THURSDAY, 9))
    now.move(days=3)
    make.sign_in(hers._client, row.counsellor_id)
    page = hers.open("today")
    assert page.heading == "Today, Thursday 4 March"
    text = page.text
    assert text.index("Next") < text.index("09:00") < text.index("1 appointment today")
    assert "Amal Beispiel" in text


def test_a_past_appointment_without_an_outcome_is_pointed_at(hers, now):
    row = book(now, make.at(THURSDAY, 9))
    now.move(days=3, hours=3)
    make.sign_in(hers._client, row.counsellor_id)
    assert "not recorded" in hers.open("today").text


@pytest.mark.parametrize("hour", [9, 10, 11])
def test_an_appointment_stands_once_in_the_week_at_its_day_and_hour(hers, now, hour):
    row = book(now, make.at(THURSDAY, hour))
    page = hers.open("week/2027-03-06")
    assert page.heading == "Your week, 1 Mar \u2013 5 Mar"
    table = page.html.partition('class="week-list"')[0]
    assert table.count(str(row.uuid)) == 1
    quarters = [part for part in table.split("<tr") if str(row.uuid) in part]
    labels = table.partition(str(row.uuid))[0]
    assert f"{hour:02}:00" in labels
    assert f"{hour + 1:02}:00</th>" not in labels
    assert len(quarters) == 1
    assert table.count("<td") > 5


def test_an_absence_is_hatched_and_a_weekend_is_not_shown(hers, office, now):
    start = make.at(THURSDAY, 9)
    make.absent(office.counsellor, start, start + timedelta(hours=2))
    page = hers.open("week/2027-03-01")
    assert 'class="away" rowspan="8"' in " ".join(page.html.split())
    assert len([one for one in page.all("th") if one.get("scope") == "col"]) == 6


def test_weeks_follow_each_other(hers):
    page = hers.open("week/2027-03-01")
    assert page.link("/staff/week/2027-02-22")
    assert page.link("/staff/week/2027-03-08")
    assert hers.open("week").heading == page.heading
    assert hers.open("week/2027-13-01").status == 404


def test_an_appointment_shows_who_comes_and_leaves_a_line_in_the_journal(hers, now):
    row = book(now, make.at(THURSDAY, 9))
    page = hers.open(path_of(row))
    for words in ("Amal Beispiel", "amal@example.org", "09:00\u201309:45", "German"):
        assert words in page.text
    (line,) = db.session.query(JournalEntry).filter_by(deed="read appointment")
    assert (line.staff_id, line.about) == (row.counsellor_id, row.about)


@pytest.mark.parametrize(
    ("method", "ending"),
    [
        ("get", ""),
        ("get", "/move"),
        ("get", "/cancel"),
        ("post", "/new-time"),
        ("post", "/cancellation"),
        ("post", "/outcome"),
    ],
)
def test_a_strangers_appointment_is_not_found(
    desk, hers, stranger, now, method, ending
):
    row = book(now, make.at(THURSDAY, 9))
    make.sign_in(desk, stranger)
    own_page = Desk(desk).open("book")
    fields = {"csrf_token": own_page.form("/sign-out").fields["csrf_token"]}
    answer = getattr(desk, method)(
        f"/staff/{path_of(row)}{ending}", data=fields | {"outcome": "met"}
    )
    assert answer.status_code == 404
    assert row_of(row).status == Status.BOOKED
    assert "Amal" not in answer.get_data(as_text=True)


def test_she_cancels_and_the_client_is_told(hers, now):
    row = book(now, make.at(THURSDAY, 9))
    page = hers.get(hers.open(path_of(row)).link("/cancel"))
    done = hers.send(page.form("/cancellation"))
    assert "cancelled" in done.text
    assert row_of(row).status == Status.CANCELLED
    assert db.session.query(Letter).filter_by(kind="cancelled").count() == 1
    (line,) = db.session.query(JournalEntry).filter_by(deed="cancel")
    assert (line.actor, line.staff_id) == ("staff", row.counsellor_id)


def test_she_moves_an_appointment_to_another_time_of_her_own(hers, now):
    row = book(now, make.at(THURSDAY, 9))
    make.counsellor(languages=("de",))
    page = hers.get(hers.open(path_of(row)).link("/move"))
    form = page.form("/new-time")
    friday = make.at(date(2027, 3, 5), 10).isoformat()
    hers.send(form, slot=friday)
    moved = row_of(row)
    assert moved.starts_at.isoformat() == friday
    assert moved.counsellor_id == row.counsellor_id


def test_moving_without_a_choice_or_to_a_time_that_is_gone_says_so(hers, now):
    row = book(now, make.at(THURSDAY, 9))
    page = hers.get(hers.open(path_of(row)).link("/move"))
    form = page.form("/new-time")
    assert hers.send(form).status == 422
    book(now, make.at(THURSDAY, 11))
    form.fields["slot"] = make.at(THURSDAY, 11).isoformat()
    assert hers.send(form).status == 409
    assert row_of(row).starts_at == make.at(THURSDAY, 9)


def test_whether_they_met_is_recorded_once_it_has_begun_and_can_be_corrected(hers, now):
    row = book(now, make.at(THURSDAY, 9))
    assert "Did you meet?" not in hers.open(path_of(row)).text
    now.move(days=3, hours=2)
    make.sign_in(hers._client, row.counsellor_id)
    form = hers.open(path_of(row)).form("/outcome")
    for outcome in ("missed", "met"):
        form.fields["outcome"] = outcome
        assert hers.send(form).status == 200
        assert row_of(row).status == outcome


def test_what_has_not_begun_cannot_have_been_met(office, now):
    row = book(now, make.at(THURSDAY, 9))
    person = make.signed_in(office.counsellor)
    with pytest.raises(desk.NotYet):
        desk.record(person, row.uuid, Status.MET, now=now.now())


def test_a_visit_shows_its_door_and_is_met_with_its_wish(hers, office, now):
    request = visit(office, now)
    row = db.session.query(Appointment).one()
    page = hers.open(path_of(row))
    for words in ("Musterweg 5", "Bell of Amal", "Home visit 1/1", "Do not ring"):
        assert words in page.text
    now.move(days=3, hours=3)
    make.sign_in(hers._client, office.counsellor)
    form = hers.open(path_of(row)).form("/outcome")
    form.fields["outcome"] = "met"
    hers.send(form)
    db.session.rollback()
    assert db.session.get(VisitRequest, request).state == VisitState.MET


def visit(office, now):
    """Publish a visit for Thursday at ten; give the number of its wish."""
    door = Door(
        street="Musterweg 5",
        postcode="73033",
        town="Göppingen",
        bell="Bell of Amal",
        call_from_downstairs=True,
    )
    wanted = VisitWish(
        key="a wish",
        weekdays=(0, 3),
        parts_of_day=(PartOfDay.MORNING,),
        from_day=MONDAY,
        language="de",
        letter_language="de",
        interpreter=False,
        door=door,
    )
    way = wishes.wish(wanted, make.person(), now=now.now())
    make.visit_published(way.request.uuid, office.counsellor, make.at(THURSDAY, 10))
    return way.request.id


def test_a_caller_is_booked_on_one_page_and_told_her_code(hers, office, now):
    page = hers.open("book")
    form = page.form("/bookings")
    first = form.options["slot"][0]
    told = hers.send(form, slot=first, name="Karim am Telefon")
    assert told.heading == "The appointment is booked"
    row = db.session.query(Appointment).one()
    assert (row.name, row.booked_by_id) == ("Karim am Telefon", office.counsellor)
    code = next(one.text for one in told.all("p") if one.get("class") == "code")
    assert len(code) == 11
    assert "/a/" not in told.html


def test_a_caller_can_come_this_very_morning(hers, office):
    """Clients book a day ahead; who is on the phone knows whether today works."""
    form = hers.open("book").form("/bookings")
    today = f"hers {make.at(MONDAY, 9).isoformat()}"
    assert form.options["slot"][0] == today
    assert hers.send(form, slot=today, name="Karim").status == 200
    row = db.session.query(Appointment).one()
    assert row.starts_at == make.at(MONDAY, 9)
    page = hers.get(hers.open(path_of(row)).link("/move"))
    later = make.at(MONDAY, 11).isoformat()
    hers.send(page.form("/new-time"), slot=later)
    assert row_of(row).starts_at == make.at(MONDAY, 11)


def test_with_you_means_with_her_and_nobody_else(hers, office, now):
    make.counsellor(languages=("de",))
    form = hers.open("book").form("/bookings")
    taken = next(one for one in form.options["slot"] if one.startswith("hers "))
    appointments.book(
        make.choice(
            datetime.fromisoformat(taken.removeprefix("hers ")),
            wish=make.wish(booker=Booker.STAFF),
            counsellor=office.counsellor,
        ),
        make.person(),
        now=now.now(),
    )
    answer = hers.send(form, slot=taken, name="Karim")
    assert answer.status == 409
    assert answer.form("/bookings").fields["name"] == "Karim"


def test_what_is_missing_is_said_and_what_was_typed_is_kept(hers):
    form = hers.open("book").form("/bookings")
    answer = hers.send(form, name="Karim", reach="call", phone="12")
    assert answer.status == 422
    assert answer.error_at("phone")
    assert "Choose a time." in answer.text
    assert answer.form("/bookings").fields["name"] == "Karim"
    assert answer.form("/bookings").fields["reach"] == "call"
    assert hers.send(form, people="x", name="Karim").error_at("people")


def test_sent_twice_a_call_is_one_appointment(hers):
    form = hers.open("book").form("/bookings")
    for _ in range(2):
        hers.send(form, slot=form.options["slot"][0], name="Karim")
    assert db.session.query(Appointment).count() == 1


def test_the_front_desk_books_with_anybody_but_sees_no_appointments(desk, office, now):
    make.sign_in(desk, make.staff_member(Role.FRONT_DESK))
    desk.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = Desk(desk).open("book")
    form = page.form("/bookings")
    assert all(value.startswith("anybodys ") for value in form.options["slot"])
    told = Desk(desk).send(form, slot=form.options["slot"][0], name="Karim")
    assert "With Ayla Sommer" in told.text
    for path in ("today", "week", path_of(db.session.query(Appointment).one())):
        assert desk.get(f"/staff/{path}").status_code == 403


def called(now, start, **person):
    return book(now, start, reach=Reach.CALL, phone="+49 7161 1234", **person)


def test_whoever_is_to_be_called_stands_on_the_list(hers, now):
    called(now, make.at(THURSDAY, 9), safe_hours="morning", no_message=True)
    page = hers.open("calls")
    for words in (
        "Amal Beispiel",
        "+49 7161 1234",
        "in the morning",
        "Leave no message",
    ):
        assert words in page.text.replace("\xa0", " ")
    assert page.link("+4971611234") == "tel:+4971611234"


def test_who_was_reached_leaves_the_list_and_who_was_not_comes_first(hers, now):
    called(now, make.at(THURSDAY, 9), name="First")
    called(now, make.at(THURSDAY, 10), name="Second")
    page = hers.open("calls")
    _first, second = (one for one in page.forms if one.action.endswith("/try"))
    page = hers.send(second)
    assert page.text.index("Second") < page.text.index("First")
    assert "tried 1 time" in page.text
    assert "1 person was not reached by phone" in hers.open("today").text
    page = hers.send(page.form("/reached"))
    assert "Second" not in page.text
    letter = db.session.query(Letter).filter_by(state=LetterState.SENT).one()
    assert letter.sent_at == now.now()


def test_a_call_about_a_cancelled_appointment_is_only_that_it_is_cancelled(hers, now):
    row = called(now, make.at(THURSDAY, 9))
    appointments.cancel(row.uuid, now=now.now())
    page = hers.open("calls")
    assert "the appointment is cancelled" in page.text
    assert "the appointment is booked" not in page.text


def test_a_stranger_sees_no_call_and_can_tick_none_off(desk, hers, stranger, now):
    called(now, make.at(THURSDAY, 9))
    letter = db.session.query(Letter).one()
    make.sign_in(desk, stranger)
    page = Desk(desk).open("calls")
    assert "Amal" not in page.text
    fields = page.form("/sign-out").fields
    for ending in ("reached", "try"):
        answer = desk.post(f"/staff/calls/{letter.uuid}/{ending}", data=fields)
        assert answer.status_code == 404


def test_a_letter_by_post_is_ticked_off_once_it_is_in_the_post(hers, now):
    book(now, make.at(THURSDAY, 9), reach=Reach.POST, address="Musterweg 5\n73033 GP")
    page = hers.open("calls")
    assert "Musterweg 5, 73033 GP" in page.text
    assert "Musterweg" not in hers.send(page.form("/reached")).text


def refused(now):
    row = book(now, make.at(THURSDAY, 9), phone="+49 7161 1234")
    with write_session() as session:
        letter = session.query(Letter).one()
        letter.state, letter.error = LetterState.FAILED, "550 5.1.1"
    return row


def test_what_could_not_be_sent_stands_first_with_what_to_do(hers, now):
    refused(now)
    page = hers.open("calls")
    assert "Could not be sent" in page.text
    assert "550 5.1.1" in page.text
    page = hers.send(page.form("/call"))
    assert "Could not be sent" not in page.text
    assert "Amal Beispiel" in page.text


def test_an_appointments_page_shows_what_failed_and_sends_it_again(hers, now):
    row = refused(now)
    page = hers.open(path_of(row))
    assert "could not be sent" in page.text
    page = hers.send(page.form("/again"))
    assert page.heading.startswith("Appointment on Thursday")
    assert "still to be told" in page.text


def test_a_stranger_sends_no_letter_again(desk, hers, stranger, now):
    refused(now)
    letter = db.session.query(Letter).one()
    make.sign_in(desk, stranger)
    fields = Desk(desk).open("calls").form("/sign-out").fields
    for ending in ("again", "call"):
        answer = desk.post(f"/staff/letters/{letter.uuid}/{ending}", data=fields)
        assert answer.status_code == 404


def test_a_print_run_is_ticked_off_in_one_deed(hers, now):
    for hour in (9, 10):
        address = f"Musterweg {hour}\n73033 GP"
        book(now, make.at(THURSDAY, hour), reach=Reach.POST, address=address)
    page = hers.open("calls/post")
    assert len(page.all("article")) == 2
    assert "Musterweg 10" in page.text
    hidden = [one for one in page.all("input") if one.get("name") == "letter"]
    printed = [one.get("value") for one in hidden]
    page = hers.send(page.form("/posted"), letter=printed)
    assert "To send by post" not in page.text
    states = {letter.state for letter in db.session.query(Letter)}
    assert states == {LetterState.SENT}


def test_a_device_gets_its_address_once_and_can_be_ended(hers, office):
    page = hers.open("calendar")
    shown = hers.send(page.form("/subscriptions"), label="My phone")
    address = next(
        one.get("value") for one in shown.all("input") if one.get("id") == "address"
    )
    assert address.startswith("https://termine.example.org/feeds/")
    assert shown.link(address.rpartition("/")[2]).startswith("webcal://")
    assert "Keep it like a key" in shown.text
    path = address.removeprefix("https://termine.example.org")
    assert hers._client.get(path).status_code == 200
    listed = hers.open("calendar")
    assert "My phone" in listed.text
    assert path.rpartition("/")[2] not in listed.html
    hers.send(listed.form("/revocation"))
    assert hers._client.get(path).status_code == 404


def test_a_device_needs_a_name(hers):
    form = hers.open("calendar").form("/subscriptions")
    for label in ("", " ", "x" * 41):
        answer = hers.send(form, label=label)
        assert (answer.status, bool(answer.error_at("label"))) == (422, True)


def test_nobody_ends_a_strangers_subscription(desk, hers, stranger):
    hers.send(hers.open("calendar").form("/subscriptions"), label="Hers")
    row = db.session.query(Subscription).one()
    make.sign_in(desk, stranger)
    fields = Desk(desk).open("calendar").form("/sign-out").fields
    path = f"/staff/calendar/subscriptions/{row.uuid}/revocation"
    assert desk.post(path, data=fields).status_code == 404


@pytest.mark.parametrize("page", ["today", "week/2027-03-04", "calls"])
def test_a_page_asks_as_often_for_twelve_appointments_as_for_two(
    hers, office, now, page
):
    def queries():
        return queries_of(lambda: hers.open(page))

    with write_session() as session:
        session.get(StaffMember, office.counsellor).daily_maximum = None
    for hour in (9, 10):
        called(now, make.at(THURSDAY, hour))
    if page == "today":
        now.move(days=3)
        make.sign_in(hers._client, office.counsellor)
    hers.open(page)  # the office's address is kept for half a minute
    before = queries()
    for day in (2, 3, 5):
        for hour in (9, 10, 11):
            if make.at(date(2027, 3, day), hour) > now.now() + timedelta(days=1):
                called(now, make.at(date(2027, 3, day), hour))
    assert queries() == before


def test_another_role_does_not_get_in(desk, office):
    make.sign_in(desk, make.staff_member(Role.ADMIN))
    for path in ("today", "week", "book", "calls", "calendar"):
        assert desk.get(f"/staff/{path}").status_code == 403
