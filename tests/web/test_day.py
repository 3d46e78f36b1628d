"""Does the staff's day go by on these pages: record, search, call, note, book again?"""

from datetime import date, timedelta
from pathlib import Path

import pytest

from booking.models import (
    Appointment,
    FeedLevel,
    JournalEntry,
    Letter,
    LetterState,
    OpenHour,
    Reach,
    Role,
    Setting,
    ShortContact,
    StaffMember,
    Status,
    Topic,
    WalkIn,
    db,
)
from booking.services import appointments, feeds, letters, walk_ins
from booking.services.availability import Booker
from booking.services.feed_levels import FULL_ALLOWED
from booking.services.links import way_to
from booking.services.writing import write_session
from tests import make
from tests.counting import queries_of
from tests.web.test_counsellor import Desk, path_of

MONDAY, THURSDAY = date(2027, 3, 1), date(2027, 3, 4)
NAMES = ("Amal", "Beispiel", "amal@example.org", "Geheim")


@pytest.fixture
def hers(desk, office, now):
    desk.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    make.sign_in(desk, office.counsellor)
    return Desk(desk)


def as_staff(hers, staff):
    make.sign_in(hers._client, staff)
    return hers


def at_the_front(hers):
    return as_staff(hers, make.staff_member(Role.FRONT_DESK, name="Theo Empfang"))


def book(now, hour=9, day=THURSDAY, wish=None, **person):
    start, wish = make.at(day, hour), wish or make.wish()
    choice = make.choice(start, wish=wish, counsellor=1)
    return appointments.book(choice, make.person(**person), now=now.now()).appointment


def row_of(row):
    db.session.rollback()
    return db.session.get(Appointment, row.id)


def later(hers, now, moment):
    """Let time go by; her session would have ended meanwhile."""
    now.moment = moment
    return as_staff(hers, 1)


# --- Days and outcomes -------------------------------------------------------


def test_days_follow_each_other_and_lead_back_to_today(hers, now):
    book(now)
    page = hers.open("days/2027-03-04")
    assert page.heading == "Thursday 4 March"
    assert "1 appointment " in page.text
    assert "Amal Beispiel" in page.text
    assert page.link("/staff/days/2027-03-03")
    assert page.link("/staff/days/2027-03-05")
    assert hers.open("days/2027-03-02").link("/staff/today")
    assert hers.open("today").link("/staff/days/2027-03-02")
    assert hers.open("days/2027-02-30").status == 404


def test_an_outcome_takes_one_tap_in_its_row(hers, now):
    row = book(now)
    later(hers, now, make.at(THURSDAY, 12))
    page = hers.open("today")
    assert "not recorded" in page.text
    done = hers.send(page.form("/outcome"), outcome="met")
    assert done.heading.startswith("Today")
    assert "not recorded" not in done.text
    assert row_of(row).status == Status.MET
    page = hers.open("days/2027-03-04")
    assert page.heading == done.heading


def test_what_is_not_recorded_is_counted_on_today_and_listed(hers, now):
    for hour in (9, 10):
        book(now, hour)
    later(hers, now, make.at(THURSDAY + timedelta(days=4), 9))
    page = hers.open("today")
    assert "Of 2 past appointments it is not recorded" in page.text
    page = hers.get(page.link("/unrecorded"))
    page = hers.send(page.form("/outcome"), outcome="missed")
    assert page.heading == "Did you meet?"
    assert len([one for one in page.forms if one.action.endswith("/outcome")]) == 1
    page = hers.send(page.form("/outcome"), outcome="met")
    assert "you have said whether you met" in page.text
    statuses = {one.status for one in db.session.query(Appointment)}
    assert statuses == {Status.MET, Status.MISSED}


def test_a_back_address_of_a_strangers_choice_leads_nowhere(hers, now):
    row = book(now)
    later(hers, now, make.at(THURSDAY, 12))
    form = hers.open("unrecorded").form("/outcome")
    form.fields |= {"outcome": "met", "back": "https://elsewhere.example.org"}
    answer = hers._client.post(form.action, data=form.fields)
    assert answer.location == f"/staff/{path_of(row)}"


# --- Note, contact, next talk, colleague -------------------------------------


def test_a_note_is_kept_and_read_on_this_page_alone(hers, now):
    row = book(now)
    page = hers.open(path_of(row))
    page = hers.send(page.form("/note"), note="Geheim\nasked for a flat")
    assert page.form("/note").fields["note"] == "Geheim\nasked for a flat"
    assert "Geheim" not in hers.open("today").text
    assert "Geheim" not in hers.open("week/2027-03-04").text
    page = hers.send(page.form("/note"), note="x" * 4001)
    assert page.status == 422
    assert page.form("/note").fields["note"] == "x" * 4001


def test_a_note_written_meanwhile_is_shown_and_nothing_typed_is_lost(hers, now):
    row = book(now)
    old = hers.open(path_of(row)).form("/note")
    hers.send(old, note="from the other tab")
    page = hers.send(old, note="from this tab")
    assert page.status == 409
    assert "from the other tab" in page.text
    assert page.form("/note").fields["note"] == "from this tab"
    page = hers.send(page.form("/note"), note="both")
    assert row_of(row).note == "both"


def test_a_wrong_address_is_corrected_and_the_letter_sent_again(hers, now):
    row = book(now, email="wrong@example.org")
    with write_session() as session:
        session.query(Letter).one().state = LetterState.FAILED
    page = hers.get(hers.open(path_of(row)).link("/contact"))
    form = page.form("/contact")
    wrong = hers.send(form, email="no address", phone="12")
    assert wrong.status == 422
    assert wrong.error_at("email")
    assert wrong.error_at("phone")
    assert wrong.form("/contact").fields["email"] == "no address"
    page = hers.send(form, email="right@example.org")
    assert "right@example.org" in page.text
    page = hers.send(page.form("/again"))
    assert "still to be told" in page.text
    assert row_of(row).email == "right@example.org"


def test_what_is_over_is_not_corrected(hers, now):
    row = book(now)
    later(hers, now, make.at(THURSDAY, 12))
    page = hers.open(f"{path_of(row)}/contact")
    assert page.heading.startswith("Appointment on")
    with pytest.raises(StopIteration):
        page.link("/contact")


def test_the_next_talk_is_two_taps_away_and_told(hers, now):
    row = book(now, people=2, phone="+49 7161 1234")
    later(hers, now, make.at(THURSDAY, 10))
    page = hers.get(hers.open(path_of(row)).link("/follow-up"))
    assert "Amal Beispiel" in page.text
    form = page.form("/follow-up")
    first = next(one.get("value") for one in page.all("button") if one.get("value"))
    told = hers.send(form, slot=first)
    assert told.heading == "The appointment is booked"
    new = db.session.query(Appointment).order_by(Appointment.id.desc()).first()
    assert (new.name, new.people, new.starts_at.isoformat()) == (
        "Amal Beispiel",
        2,
        first,
    )
    assert db.session.query(Letter).filter_by(appointment_id=new.id).count() == 1


def test_the_next_talk_may_be_weeks_away_and_on_the_phone(hers, now):
    row = book(now, phone="+49 7161 1234")
    page = hers.open(f"{path_of(row)}/follow-up?from=2027-03-15")
    days = [one.text for one in page.all("h2")]
    assert days[0] == "Monday 15 March"
    phone = next(one for one in hers.links(page) if "place=phone" in one)
    page = hers.get(phone)
    assert "on the phone" in page.text
    assert page.form("/follow-up").fields["place"] == "phone"
    for nonsense in ("?from=x&place=x", "?from=1999-01-01&place=home"):
        page = hers.open(f"{path_of(row)}/follow-up{nonsense}")
        assert page.form("/follow-up").fields["place"] == "office"


def test_a_follow_up_at_a_time_that_is_gone_is_refused(hers, now):
    row = book(now)
    form = hers.open(f"{path_of(row)}/follow-up").form("/follow-up")
    assert hers.send(form).status == 422
    book(now, 11)
    form.fields["slot"] = make.at(THURSDAY, 11).isoformat()
    assert hers.send(form).status == 409
    assert db.session.query(Appointment).count() == 2


def test_a_colleague_takes_over_with_one_tap(hers, now):
    row = book(now)
    page = hers.get(hers.open(path_of(row)).link("/hand-over"))
    assert "Nobody else who is understood has this time" in page.text
    colleague = make.counsellor(languages=("de", "fr"))
    page = hers.open(f"{path_of(row)}/hand-over")
    form, uuid = page.form("/hand-over"), db.session.get(StaffMember, colleague).uuid
    assert hers.send(form).status == 422
    page = hers.send(form, counsellor=str(uuid))
    assert page.heading == "Thursday 4 March"
    assert "A colleague has taken over" in page.text
    assert row_of(row).counsellor_id == colleague
    assert hers.open(path_of(row)).status == 404


def test_what_has_begun_is_not_handed_over(hers, now):
    row = book(now)
    later(hers, now, make.at(THURSDAY, 9, 10))
    page = hers.open(f"{path_of(row)}/hand-over")
    assert page.heading.startswith("Appointment on")


STRANGERS = [
    ("post", "note"),
    ("get", "contact"),
    ("post", "contact"),
    ("get", "follow-up"),
    ("post", "follow-up"),
    ("get", "hand-over"),
    ("post", "hand-over"),
    ("post", "outcome"),
]


@pytest.mark.parametrize(("method", "page"), STRANGERS)
def test_nothing_of_a_strangers_appointment_is_opened_or_done(hers, now, method, page):
    row = book(now, phone="+49 7161 1234")
    stranger = as_staff(hers, make.counsellor())
    fields = stranger.open("today").form("/sign-out").fields
    typed = {
        "note": "mine",
        "outcome": "met",
        "slot": make.at(THURSDAY, 11).isoformat(),
    }
    path = f"/staff/{path_of(row)}/{page}"
    answer = getattr(hers._client, method)(path, data=fields | typed)
    assert answer.status_code == 404
    assert all(name not in answer.get_data(as_text=True) for name in NAMES)
    assert row_of(row).note == ""
    assert db.session.query(Appointment).count() == 1


@pytest.mark.parametrize(
    "role", [Role.FRONT_DESK, Role.COORDINATOR, Role.HEAD, Role.DATA_PROTECTION]
)
def test_no_other_role_opens_these_pages(hers, now, role):
    row = book(now)
    as_staff(hers, make.staff_member(role))
    paths = [f"{path_of(row)}/{page}" for method, page in STRANGERS if method == "get"]
    for path in (*paths, "unrecorded", "days/2027-03-04", "contacts"):
        assert hers._client.get(f"/staff/{path}").status_code == 403, path
    allowed = 200 if role is Role.FRONT_DESK else 403
    for path in ("search", "walk-ins"):
        assert hers._client.get(f"/staff/{path}").status_code == allowed
    assert hers._client.get("/staff/office/open-hours").status_code == 403


# --- Search ------------------------------------------------------------------


def look_for(hers, typed, page="today"):
    return hers.send(hers.open(page).form("/staff/search"), typed=typed)


def test_a_field_on_every_page_finds_by_name_number_code_and_short_name(hers, now):
    row = book(now, phone="+49 7161 1234")
    make.client(1, name="Amal Zweite")
    code, short = way_to(db.session(), row).code, row.uuid.hex[:5].upper()
    for typed in ("amal beispiel", "07161 1234", code, short):
        page = look_for(hers, typed)
        assert page.link(f"/{path_of(row)}"), typed
        assert page.form("/staff/search").fields["typed"] == typed
    page = look_for(hers, "zweite")
    assert page.link("/staff/clients/K7-42")
    assert "Nothing of yours fits" in look_for(hers, "nobody").text
    db.session.rollback()
    found = db.session.query(JournalEntry).filter_by(deed="search").all()
    assert len(found) == 6
    assert {line.about for line in found} == {"clients"}


def test_what_is_typed_stands_in_no_address(hers, now):
    page = look_for(hers, "Amal")
    assert page.form("/staff/search").method == "post"
    assert not [one for one in hers.links(page) if one and "Amal" in one]
    assert hers.open("search?typed=Amal").form("/staff/search").fields["typed"] == ""


def test_a_colleague_finds_nothing_of_hers(hers, now):
    row = book(now)
    make.client(1, name="Amal Zweite")
    as_staff(hers, make.counsellor())
    for typed in ("amal", row.uuid.hex[:5], way_to(db.session(), row).code):
        page = look_for(hers, typed)
        assert "Nothing of yours fits" in page.text
        assert str(row.uuid) not in page.html


def test_the_desk_sees_time_place_and_counsellor_and_nothing_else(hers, now):
    row = book(now, phone="+49 7161 1234")
    with write_session() as session:
        kept = session.get(Appointment, row.id)
        kept.note, kept.topic = "Geheim: violence", Topic.HEALTH
    front = at_the_front(hers)
    for typed in (
        row.uuid.hex[:5],
        "07161 1234",
        way_to(db.session(), row).code,
    ):
        page = look_for(front, typed, page="book")
        assert "Thursday 4 March" in page.text.replace("\u00a0", " ")
        assert "Ayla Sommer" in page.text
        # Of the appointment itself the desk opens nothing; it may only be called off.
        shown = page.html.replace(f"/staff/desk/{row.uuid}/cancel", "")
        for secret in (*NAMES, "violence", "health", str(row.uuid)):
            assert secret not in shown
    page = look_for(front, "Amal", page="book")
    assert "No coming appointment is found" in page.text


def test_who_counsels_and_sits_at_the_desk_sees_both(hers, now):
    with write_session() as session:
        row = session.get(StaffMember, 1)
        row.roles = frozenset({Role.COUNSELLOR, Role.FRONT_DESK})
    book(now, phone="+49 7161 1234")
    page = look_for(hers, "07161 1234")
    assert "Your appointments" in page.text
    assert "Coming appointments of the whole office" in page.text


# --- The open hour -----------------------------------------------------------


def test_one_tap_gives_the_next_number_and_is_ready_for_another(hers):
    page = hers.open("walk-ins")
    assert "Nobody has come yet" in page.text
    page = hers.send(page.form("/walk-ins"))
    assert page.heading == "Number 1"
    page = hers.send(page.form("/walk-ins"), language="ar", topic="housing")
    assert page.heading == "Number 2"
    page = hers.open("walk-ins")
    assert "2 people wait" in page.text
    row = db.session.query(WalkIn).filter_by(number=2).one()
    assert (row.language, row.topic) == ("ar", "housing")


def test_a_tap_sent_twice_or_with_nonsense_is_one_number(hers):
    form = hers.open("walk-ins").form("/walk-ins")
    form.fields |= {"language": "klingon", "topic": "violence"}
    for _ in range(2):
        assert hers.send(form).heading == "Number 1"
    row = db.session.query(WalkIn).one()
    assert (row.language, row.topic) == (None, "")


def test_the_next_one_is_called_seen_and_filed(hers, now):
    file = make.client(1)
    for _ in range(2):
        make.walk_in(make.signed_in(1), now)
    page = hers.send(hers.open("walk-ins").form("/walk-ins/call"))
    assert "With you now" in page.text
    form = page.form("/talk")
    page = hers.send(form, language="ti", topic="work", file=file.reference)
    assert page.form("/talk").fields["file"] == file.reference
    page = hers.send(page.form("/end"))
    assert "was with Ayla Sommer" in page.text
    assert "1 person waits" in page.text
    page = hers.open(f"clients/{file.reference}")
    assert "Came without an appointment" in page.text
    assert "work and training" in page.text


def test_a_colleague_was_quicker(hers, now):
    row = make.walk_in(make.signed_in(1), now)
    page = hers.open("walk-ins")
    call, next_one = page.form(f"{row.uuid}/call"), page.form("walk-ins/call")
    colleague = make.signed_in(make.counsellor())
    walk_ins.call(colleague, row.uuid, now=now.now())
    assert hers.send(call).status == 409
    page = hers.send(next_one)
    assert page.status == 409
    assert "Nobody waits any more" in page.text


def test_who_has_left_comes_back_to_her_place(hers, now):
    make.walk_in(make.signed_in(1), now)
    page = hers.send(hers.open("walk-ins").form("/leaving"))
    assert "has left" in page.text
    page = hers.send(page.form("/return"))
    assert "1 person waits" in page.text


def test_the_desk_counts_people_in_and_learns_no_topic(hers, now):
    row = make.walk_in(make.signed_in(1), now, topic=Topic.HEALTH, language="ar")
    front = at_the_front(hers)
    page = front.open("walk-ins")
    assert "Arabic" in page.text
    assert "health" not in page.html
    assert "topic" not in page.form("/walk-ins").names
    form = page.form("/walk-ins")
    form.fields["topic"] = "health"
    front.send(form)
    assert db.session.query(WalkIn).filter_by(number=2).one().topic == ""
    for ending in ("call", "end", "talk"):
        answer = hers._client.post(
            f"/staff/walk-ins/{row.uuid}/{ending}",
            data={"csrf_token": form.fields["csrf_token"]},
        )
        assert answer.status_code == 403
    assert front.open("book").link("/staff/walk-ins")


def test_a_colleague_does_not_read_what_the_talk_was_about(hers, now):
    make.walk_in(make.signed_in(1), now, topic=Topic.HEALTH)
    as_staff(hers, make.counsellor())
    page = hers.open("walk-ins")
    assert "health" in {one.text for one in page.all("td")}
    as_staff(hers, 1).send(hers.open("walk-ins").form("walk-ins/call"))
    as_staff(hers, make.counsellor())
    page = hers.open("walk-ins")
    assert "health" not in {one.text for one in page.all("td")}


def test_yesterdays_number_is_an_unknown_page(hers, now):
    row = make.walk_in(make.signed_in(1), now)
    later(hers, now, make.at(date(2027, 3, 2), 9))
    assert hers.open(f"walk-ins/{row.uuid}").status == 404
    assert "Nobody has come yet" in hers.open("walk-ins").text


def test_the_page_says_when_anybody_may_come(hers, now):
    assert "No open hour is set" in hers.open("walk-ins").text
    make.open_hour(now)
    assert "The next one: Tuesday 2 March, 14:00" in hers.open("walk-ins").text
    later(hers, now, make.at(date(2027, 3, 2), 9))
    assert "Open today 14:00\u201316:00" in hers.open("walk-ins").text


def test_the_office_sets_the_open_hours(hers, now):
    admin = as_staff(hers, make.staff_member(Role.ADMIN))
    page = admin.open("office/open-hours")
    form = page.form("/open-hours")
    wrong = admin.send(form, opens="16:00", closes="14:00", valid_until="x")
    assert wrong.status == 422
    assert wrong.error_at("closes")
    assert wrong.error_at("valid_until")
    assert wrong.form("/open-hours").fields["opens"] == "16:00"
    page = admin.send(form, weekday="1", opens="14:00", closes="16:00")
    assert "Tuesday" in {one.text for one in page.all("th")}
    assert "14:00\u201316:00" in page.text
    page = admin.send(page.form("/removal"))
    assert "There is no open hour yet" in page.text
    assert db.session.query(OpenHour).count() == 0


# --- Short contacts ----------------------------------------------------------


def test_a_call_is_noted_with_one_tap(hers):
    page = hers.open("contacts")
    page = hers.send(page.form("/contacts"), minutes="5")
    assert "1 contact, 5 minutes" in page.text
    row = db.session.query(ShortContact).one()
    assert (row.kind, row.minutes, row.client_id) == ("phone", 5, None)


def test_without_a_tap_nothing_is_noted_and_nothing_is_lost(hers):
    page = hers.send(hers.open("contacts").form("/contacts"), note="Geheim", minutes="")
    assert page.status == 422
    assert page.error_at("minutes")
    assert page.form("/contacts").fields["note"] == "Geheim"
    assert db.session.query(ShortContact).count() == 0


@pytest.mark.parametrize("typed", ["Selam", "k742", "K7-42", "07161 650"])
def test_it_is_noted_for_a_client_by_name_number_or_reference(hers, typed):
    client = make.client(1, phone="+49 7161 6501234")
    hers.send(
        hers.open("contacts").form("/contacts"),
        kind="authority",
        minutes="15",
        client=typed,
        topic="residence",
        note="Geheim: called the foreigners' office",
    )
    assert db.session.query(ShortContact).one().client_id == client.id
    page = hers.open(f"clients/{client.reference}")
    for words in (
        "Short contacts",
        "a call to an authority",
        "15 minutes",
        "residence",
    ):
        assert words in page.text
    assert "foreigners' office" in page.text


def test_who_is_meant_must_be_one_client_of_hers(hers):
    make.client(1, name="Selam Eins", reference="AAAA-2222")
    make.client(1, name="Selam Zwei", reference="BBBB-2222")
    make.client(make.counsellor(), name="Selam Fremd", reference="CCCC-2222")
    form = hers.open("contacts").form("/contacts")
    page = hers.send(form, minutes="5", client="selam")
    assert page.status == 422
    assert "Selam Eins (AAAA-2222), Selam Zwei (BBBB-2222)" in page.error_at("client")
    assert "Fremd" not in page.html
    page = hers.send(form, minutes="5", client="CCCC-2222")
    assert "No client of yours fits" in page.error_at("client")
    assert db.session.query(ShortContact).count() == 0


def test_a_file_leads_to_a_contact_for_its_client(hers):
    client = make.client(1)
    page = hers.open(f"clients/{client.reference}")
    link = next(one for one in hers.links(page) if one and "/contacts?client=" in one)
    assert hers.get(link).form("/contacts").fields["client"] == client.reference


def test_what_was_noted_by_mistake_is_taken_back_today(hers, now):
    make.short_contact(make.signed_in(1), now)
    page = hers.send(hers.open("contacts").form("/removal"))
    assert "Nothing noted today yet" in page.text


def test_a_colleague_neither_sees_nor_removes_it(hers, now):
    contact = make.short_contact(make.signed_in(1), now, note="Geheim")
    as_staff(hers, make.counsellor())
    page = hers.open("contacts")
    assert "Geheim" not in page.html
    fields = page.form("/sign-out").fields
    path = f"/staff/contacts/{contact}/removal"
    assert hers._client.post(path, data=fields).status_code == 404


def test_other_days_are_read_and_not_changed(hers, now):
    make.short_contact(make.signed_in(1), now, note="what I did")
    later(hers, now, make.at(date(2027, 3, 2), 9))
    page = hers.get(hers.open("contacts").link("/contacts/2027-03-01"))
    assert "what I did" in page.text
    assert not [one for one in page.forms if one.action.endswith("/removal")]
    assert hers.open("contacts/2027-03-02").heading == hers.open("contacts").heading


# --- A caller ----------------------------------------------------------------


def test_times_are_looked_up_again_and_nothing_typed_is_lost(hers):
    page = hers.open("book")
    form = page.form("/bookings")
    form.action = "/staff/book"
    page = hers.send(form, language="ar", name="Karim", phone="07161")
    assert page.status == 200
    kept = page.form("/bookings").fields
    assert (kept["language"], kept["name"], kept["phone"]) == ("ar", "Karim", "07161")
    assert page.error_at("phone") == ""


def test_a_file_chosen_later_fills_in_what_it_says_once(hers):
    client = make.client(1, reach=Reach.CALL, name="Selam Datei")
    form = hers.open("book").form("/bookings")
    form.action = "/staff/book"
    page = hers.send(form, client=client.reference)
    form = page.form("/bookings")
    assert (form.fields["name"], form.fields["language"]) == ("Selam Datei", "de")
    form.action = "/staff/book"
    page = hers.send(form, name="Her sister", language="ar")
    assert page.form("/bookings").fields["name"] == "Her sister"


def test_the_next_caller_finds_what_the_last_one_asked_for(hers, now):
    form = hers.open("book?place=phone&language=ar").form("/bookings")
    typed = {"name": "Karim", "phone": "07161 1234567"}
    hers.send(form, slot=form.options["slot"][0], **typed)
    kept = hers.open("book").form("/bookings").fields
    assert (kept["place"], kept["language"]) == ("phone", "ar")
    colleague = as_staff(hers, make.counsellor())
    kept = colleague.open("book").form("/bookings").fields
    assert (kept["place"], kept["language"]) == ("office", "de")
    later(hers, now, make.at(date(2027, 3, 2), 8))
    kept = hers.open("book").form("/bookings").fields
    assert (kept["place"], kept["language"]) == ("office", "de")


# --- What nobody else may read -----------------------------------------------

CANARY = "Kanarienvogel"


def test_what_she_noted_is_read_on_her_pages_and_nowhere_else(
    hers, now, settings, caplog
):
    client = make.client(1)
    row = book(now, phone="+49 7161 1234")
    hers.send(hers.open(path_of(row)).form("/note"), note=CANARY)
    make.short_contact(make.signed_in(1), now, note=CANARY, file=client.reference)
    kept = feeds.subscribe(1, "phone", now=now.now(), level=FeedLevel.FULL)
    with write_session() as session:
        session.add(Setting(key=FULL_ALLOWED, value=True, changed_at=now.now()))
    letters.post(now=now.now())
    way = way_to(db.session(), row)
    for page in (path_of(row), "contacts", f"clients/{client.reference}"):
        assert CANARY in hers.open(page).text
    assert len(list(Path(settings.data).parent.glob("letters/*"))) == 1
    others = [hers._client.get(f"/feeds/{kept}.ics").get_data(as_text=True)]
    assert "Amal Beispiel" in others[0]
    pages = ("today", "week/2027-03-04", "days/2027-03-04", "calls", "unrecorded")
    others += [hers.open(page).html for page in pages]
    others += [
        hers._client.get(f"/de/a/{way.token}{page}").get_data(as_text=True)
        for page in ("", "/slip", ".ics")
    ]
    at_the_front(hers)
    others += [hers.open(page).html for page in ("walk-ins", "calls", "clients")]
    others += [look_for(hers, way.code, page="search").html, caplog.text]
    assert [one for one in others if CANARY in one] == []
    db.session.rollback()
    stored = [one for one in Path(settings.data).parent.rglob("*") if one.is_file()]
    assert any(one.name.startswith("lotse.sqlite") for one in stored)
    assert [one for one in stored if CANARY.encode() in one.read_bytes()] == []


# --- How often is the database asked? ----------------------------------------


def fill(now, client, hours):
    """Book, walk in and note something, once for each of these hours."""
    person = make.signed_in(1)
    for hour in hours:
        wish = make.wish(booker=Booker.STAFF)
        row = book(now, hour, day=MONDAY, wish=wish, phone="+49 7161 1234")
        walked_in = make.walk_in(person, now, language="ar", topic=Topic.WORK)
        make.short_contact(person, now, note="x", file=client.reference)
        with write_session() as session:
            session.get(Appointment, row.id).client_id = client.id
            session.get(WalkIn, walked_in.id).client_id = client.id


@pytest.mark.parametrize(
    "page",
    [
        lambda hers: hers.open("today"),
        lambda hers: hers.open("walk-ins"),
        lambda hers: hers.open("contacts"),
        lambda hers: look_for(hers, "amal", page="search"),
        lambda hers: hers.open("clients/K7-42"),
        lambda hers: hers.open("unrecorded"),
    ],
    ids=["day", "walk-ins", "contacts", "search", "file", "unrecorded"],
)
def test_a_page_asks_as_often_for_many_as_for_one(hers, now, page):
    client = make.client(1, name="Amal Datei")
    fill(now, client, (9,))
    later(hers, now, make.at(MONDAY, 20))
    page(hers)
    before = queries_of(lambda: page(hers))
    later(hers, now, make.at(MONDAY, 8))
    fill(now, client, (10, 11))
    later(hers, now, make.at(MONDAY, 20))
    page(hers)
    assert queries_of(lambda: page(hers)) == before
