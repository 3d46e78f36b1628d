"""Does somebody with a phone get from the first page to a visit at home?"""

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar

from booking import clock
from booking.models import (
    Client,
    ConsultationType,
    Letter,
    Reach,
    VisitRequest,
    VisitState,
    db,
)
from booking.services.office import decide
from booking.services.writing import write_session
from tests import make
from tests.web.reading import Page, Visitor

VISIT = datetime(2027, 3, 4, 8, 20, tzinfo=UTC)  # 09:20, told as 09:15 to 09:45
WINDOW = "09:15\u00a0\N{EN DASH}\u00a009:45"
POSTS = ("contact", "summary", "wish")
DOOR = {
    "door_street": "Musterstraße 7",
    "door_postcode": "73033",
    "entrance": "Hinterhaus",
    "floor": "2",
    "room": "14",
    "bell": "Vogel",
}
NO_DAYS = ("<b>x", "9", "-1", "\u0661", "morning\tmorning", "0,1", "\x00")
HOSTILE = (
    "<script>alert(1)</script>7",
    "'; DROP TABLE visit_request; --7",
    "{{ 7 * 7 }}%(name)s${7}",
    "\u202e7\u0000\ufeff",
    "\U0001f469\u200d\U0001f4677",
    "7" * 121,
)


def wish():
    db.session.rollback()
    return db.session.query(VisitRequest).one()


def own_address(page):
    """The address of a wish's page, as its own links name it."""
    return page.link("/cancel").removesuffix("/cancel")


@pytest.fixture
def own(visitor):
    """Wish for a visit, and give the address of its page."""
    return own_address(visitor.wished_page())


@pytest.fixture
def published(own, office):
    """Publish the visit, and give the address of its page."""
    make.visit_published(wish().uuid, office.counsellor, VISIT)
    return own


# --- The way to a wish ----------------------------------------------------------


def test_from_the_first_page_to_a_wish(visitor):
    page = visitor.get("/de/book")
    page = visitor.send(page.form("/language"), place="home")
    assert "2" in page.all("nav")[0].text
    page = visitor.send(page.form("/visit"), language="ar", interpreter="yes")
    page = visitor.send(
        page.form("/address"),
        weekdays=["1", "3"],
        parts=["morning", "midday"],
        from_day="2027-03-09",
    )
    assert page.form("/contact").fields["door_town"] == "Göppingen"
    page = visitor.send(page.form("/contact"), downstairs="y", **DOOR)
    page = visitor.send(page.form("/summary"), name="Amal Beispiel", reach="none")
    assert (page.status, bool(page.error_at("phone"))) == (422, True)
    page = visitor.send(page.form("/summary"), phone="07161 12345", people="3")
    for shown in (
        *("Musterstraße 7, 73033 Göppingen", "Hinterhaus", "2", "14", "Vogel"),
        *("Amal Beispiel", "+49 7161 12345", "Dienstag und Donnerstag", "3"),
        "Dienstag, 9. März",
    ):
        assert shown in page.text.replace("\u00a0", " "), shown
    assert db.session.query(VisitRequest).count() == 0
    page = visitor.send(page.form("/wish"))
    assert page.status == 200
    row = wish()
    assert (row.weekdays, row.parts_of_day) == ([1, 3], ["morning", "midday"])
    assert (row.from_day, row.language, row.interpreter_wanted) == (
        date(2027, 3, 9),
        "ar",
        True,
    )
    assert (row.letter_language, row.people, row.reach) == ("de", 3, Reach.NONE)
    assert (row.name, row.phone) == ("Amal Beispiel", "+49 7161 12345")
    assert row.address == "Musterstraße 7, 73033 Göppingen"
    assert row.call_from_downstairs


def test_every_step_says_how_far_it_is(visitor):
    check = visitor.check_wish_page()
    pages = [
        visitor.get("/de/book"),
        visitor.get("/de/book/language?place=home"),
        visitor.days_page(),
        visitor.door_page(),
        visitor.contact_page(),
        check,
    ]
    steps = [page.all("progress")[0] for page in pages]
    assert [step.get("value") for step in steps] == list("123456")
    assert {step.get("max") for step in steps} == {"6"}


def test_nothing_personal_stands_in_an_address(visitor):
    page = visitor.door_page()
    assert page.form("/contact").method == "post"
    for form in visitor.check_wish_page().forms:
        assert form.method == "post"
        assert "?" not in form.action


def test_without_a_first_day_the_visit_may_be_at_once(visitor):
    visitor.wished_page()
    assert wish().from_day == date(2027, 3, 1)


def test_every_answer_can_be_changed_and_nothing_typed_is_lost(visitor):
    page = visitor.check_wish_page(door={"bell": "Vogel"})
    changed = visitor.send(page.form("/visit"))
    form = changed.form("/address")
    assert form.fields["weekdays"] == ["1", "3"]
    changed = visitor.send(form, weekdays=["4"])
    changed = visitor.send(changed.form("/contact"), bell=None, room="9")
    changed = visitor.send(changed.form("/summary"))
    visitor.send(changed.form("/wish"))
    row = wish()
    assert (row.weekdays, row.parts_of_day) == ([4], ["morning"])
    assert (row.bell, row.room, row.name) == ("", "9", "Amal Beispiel")


def test_who_changes_her_mind_books_a_talk_at_the_office_instead(visitor):
    page = visitor.check_wish_page()
    page = visitor.send(page.form("/place"))
    page = visitor.send(page.form("/language"), place="office")
    page = visitor.send(page.form("/day"))
    assert page.status == 200
    day = next(f for f in page.forms if f.fields.get("day") == "2027-03-05")
    page = visitor.send(day)
    page = visitor.send(page.form("/you"), time="10:00")
    assert page.form("/check").fields["name"] == "Amal Beispiel"


def test_a_second_tap_on_the_last_button_shows_the_first_wish(visitor):
    form = visitor.check_wish_page().form("/wish")
    assert own_address(visitor.send(form)) == own_address(visitor.send(form))
    assert wish().state == VisitState.WISHED


def test_letters_go_to_the_home_that_is_visited(visitor, office):
    page = visitor.contact_page()
    assert "street" not in page.form("/summary").names
    page = visitor.send(page.form("/summary"), name="Amal", reach="post")
    visitor.send(page.form("/wish"))
    make.visit_published(wish().uuid, office.counsellor, VISIT)
    letter = db.session.query(Letter).one()
    assert (letter.channel, letter.kind) == ("post", "visit")
    assert letter.appointment.address == "Musterstraße 7, Göppingen"


def test_a_wish_keeps_the_reminder_and_the_wish_for_a_woman(visitor):
    answers = {"reach": "email", "email": "a@example.org", "remind_email": "2"}
    visitor.wished_page(answers=answers | {"woman": "y"})
    assert (wish().woman_preferred, wish().remind_days) == (True, 2)


def test_an_arabic_reader_walks_the_same_way(browser_like):
    visitor = Visitor(browser_like, "ar")
    page = visitor.wished_page(language="ar")
    assert page.all("html")[0].attributes == {"lang": "ar", "dir": "rtl"}
    assert (wish().letter_language, wish().language) == ("ar", "ar")


# --- What is missing is said at its field ----------------------------------------


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"parts": ["morning"]}, "weekdays"),
        ({"weekdays": ["0"]}, "parts"),
        ({"weekdays": ["0"], "parts": ["midday"], "from_day": "soon"}, "from_day"),
        (
            {"weekdays": ["0"], "parts": ["midday"], "from_day": "2027-02-28"},
            "from_day",
        ),
        (
            {"weekdays": ["0"], "parts": ["midday"], "from_day": "2028-03-03"},
            "from_day",
        ),
    ],
)
def test_days_that_cannot_be_are_asked_for_again(visitor, typed, field):
    page = visitor.send(visitor.days_page().form("/address"), **typed)
    assert page.status == 422
    assert page.error_at(field)
    ticked = page.form("/address").fields.get("weekdays")
    assert ticked == typed.get("weekdays", [None])[0]


@pytest.mark.parametrize(
    ("door", "field"),
    [
        ({"door_street": ""}, "door_street"),
        ({"door_street": "Musterstraße"}, "door_street"),
        ({"door_town": ""}, "door_town"),
        ({"door_street": "7" * 121}, "door_street"),
        ({"bell": "V" * 121}, "bell"),
        ({"door_postcode": "7" * 121}, "door_postcode"),
    ],
)
def test_a_door_that_cannot_be_found_is_asked_for_again(visitor, door, field):
    page = visitor.contact_page(door=door)
    assert page.status == 422
    assert page.error_at(field)
    assert page.form("/contact").fields.get(field, "") == door[field]
    assert f"#{field}" in visitor.links(page)


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"name": ""}, "name"),
        ({"reach": "call"}, "phone"),
        ({"reach": "email", "email": "amal"}, "email"),
        ({"people": "0"}, "people"),
        ({"whose": "other"}, "supporter"),
    ],
)
def test_a_person_we_could_not_visit_is_asked_again(visitor, answers, field):
    page = visitor.check_wish_page(answers=answers)
    assert (page.status, bool(page.error_at(field))) == (422, True)
    assert db.session.query(VisitRequest).count() == 0


@pytest.mark.parametrize("hostile", HOSTILE)
def test_whatever_is_typed_is_shown_as_text_or_asked_for_again(visitor, hostile):
    door = visitor.door_page().form("/contact")
    page = visitor.send(door, **dict.fromkeys(DOOR, hostile), door_town=hostile)
    assert page.status in {200, 422}
    assert "<script" not in page.html
    if page.status == 422:
        return
    page = visitor.send(page.form("/summary"), name=hostile, reach="none")
    assert (page.status, "<script" in page.html) == (200, False)
    page = visitor.send(page.form("/wish"))
    assert (page.status, "<script" in page.html) == (200, False)
    assert wish().street == wish().bell == wish().town


@pytest.mark.parametrize("hostile", NO_DAYS)
def test_days_that_no_page_offers_are_no_answer(browser_like, hostile):
    choices = {"place": "home", "language": "de", "interpreter": "no"}
    choices |= {"weekdays": hostile, "parts": hostile, "from_day": hostile}
    for path in ("visit", "address"):
        page = Page(browser_like.get(f"/de/book/{path}", query_string=choices))
        assert page.status == (422 if path == "address" else 200)
        assert "<b>x" not in page.html


@pytest.mark.parametrize("walk", ["", "forged", None])
def test_without_a_key_of_ours_the_door_is_asked_for_again(visitor, walk):
    form = visitor.check_wish_page().form("/wish")
    page = visitor.send(form, walk=walk)
    assert (page.status, wish_count()) == (422, 0)
    assert page.form("/contact").fields["door_street"] == "Musterstraße 7"
    page = visitor.send(page.form("/contact"))
    page = visitor.send(page.form("/summary"))
    visitor.send(page.form("/wish"))
    assert wish_count() == 1


def wish_count():
    db.session.rollback()
    return db.session.query(VisitRequest).count()


def test_a_program_that_fills_in_every_field_leaves_no_wish(visitor):
    form = visitor.check_wish_page().form("/wish")
    assert visitor.send(form, website="https://example.org").status == 422
    assert wish_count() == 0


@pytest.mark.parametrize("page", POSTS)
def test_a_page_that_only_takes_answers_leads_to_the_first_question(browser_like, page):
    answer = browser_like.get(f"/de/book/{page}")
    assert (answer.status_code, answer.location) == (303, "/de/book/place")


@pytest.mark.parametrize("page", POSTS)
@pytest.mark.parametrize(
    ("given", "status", "heading"),
    [
        ({}, 422, "Wo möchten Sie mit uns sprechen?"),
        ({"place": "nowhere"}, 422, "Wo möchten Sie mit uns sprechen?"),
        ({"place": "office"}, 200, "Wo möchten Sie mit uns sprechen?"),
        ({"place": "home"}, 422, "Welche Sprache sprechen Sie am besten?"),
    ],
)
def test_a_page_opened_too_early_asks_what_is_missing(
    browser_like, page, given, status, heading
):
    answer = Page(browser_like.post(f"/de/book/{page}", data=given))
    assert (answer.status, answer.heading) == (status, heading)


@pytest.mark.parametrize("page", ["day", "time"])
def test_a_visit_has_no_free_times_to_choose_from(visitor, page):
    choices = "place=home&language=de&interpreter=no"
    found = visitor.open(f"book/{page}?{choices}")
    assert (found.status, found.heading) == (200, visitor.days_page().heading)
    posted = visitor.check_wish_page().form("/wish")
    posted.action = "/de/book/you"
    assert visitor.send(posted).heading == found.heading


# --- Where it is not offered ------------------------------------------------------


def test_where_nobody_is_visited_the_question_does_not_arise(visitor):
    form = visitor.check_wish_page().form("/wish")
    with write_session() as session:
        session.query(ConsultationType).filter_by(place="home").one().active = False
    assert "home" not in visitor.open("book").form("/language").options["place"]
    assert visitor.send(form).status == 422
    assert wish_count() == 0


def test_no_wish_is_taken_while_the_office_asks_people_to_phone(visitor, browser_like):
    form = visitor.check_wish_page().form("/wish")
    with write_session() as session:
        decide(session, now=clock.now(), online_booking=False)
    for page in ("visit", "address"):
        assert browser_like.get(f"/de/book/{page}").location == "/de/"
    assert browser_like.post(form.action, data=form.fields).location == "/de/"
    assert wish_count() == 0


# --- What became of it ------------------------------------------------------------


def test_the_page_of_a_wish_says_what_happens_next(visitor, own):
    page = visitor.get(own)
    code = next(e.text for e in page.all("p") if e.get("class") == "code")
    find = visitor.open("find").form("/find")
    assert visitor.send(find, code=code).heading == page.heading
    assert "Dienstag und Donnerstag" in page.text


def test_a_draft_is_not_told(visitor, own, office):
    before = visitor.get(own).text
    make.visit_planned(wish().uuid, office.counsellor, VISIT)
    assert wish().state == VisitState.PLANNED
    assert visitor.get(own).text == before


def test_a_published_visit_tells_the_window_and_never_the_minute(visitor, published):
    for page in (visitor.get(published), visitor.get(f"{published}/slip")):
        assert WINDOW in page.html
        assert "Donnerstag, 4.\u00a0März" in page.html
        assert "09:20" not in page.text


def test_an_arabic_reader_begins_with_the_earlier_time(visitor, published):
    page = visitor.get(published.replace("/de/", "/ar/"))
    one, other = (f"\u2066{time}\u2069" for time in ("09:15", "09:45"))
    assert f"{one}\u00a0\N{EN DASH}\u00a0{other}" in page.html


def test_the_calendar_entry_of_a_visit_fills_the_window_and_says_no_place(
    browser_like, published
):
    answer = browser_like.get(f"{published}.ics")
    event = Calendar.from_ical(answer.data).walk("VEVENT")[0]
    assert event["dtstart"].dt == VISIT - timedelta(minutes=5)
    assert event["dtend"].dt == VISIT + timedelta(minutes=25)
    assert ("location" in event, event["summary"]) == (False, "Termin")
    assert b"Musterstr" not in answer.data


def test_a_wish_has_neither_slip_nor_calendar_entry_yet(browser_like, own):
    assert browser_like.get(f"{own}.ics").status_code == 404
    answer = browser_like.get(f"{own}/slip")
    assert (answer.status_code, answer.location) == (303, own)


def test_a_visit_cannot_be_moved_by_its_client(browser_like, published):
    answer = browser_like.get(f"{published}/move")
    assert (answer.status_code, answer.location) == (303, published)
    answer = browser_like.post(f"{published}/new-time", data={"slot": "x"})
    assert (answer.status_code, answer.location) == (303, published)
    assert wish().told is not None


def test_a_wish_is_withdrawn_only_by_its_button(visitor, browser_like, own):
    page = visitor.get(f"{own}/cancel")
    assert wish().state == VisitState.WISHED
    page = visitor.send(page.form("/cancellation"))
    assert wish().state == VisitState.WITHDRAWN
    assert "/cancel" not in page.html
    answer = browser_like.get(f"{own}/cancel")
    assert (answer.status_code, answer.location) == (303, own)


def test_a_day_that_does_not_suit_is_declined_and_asked_about_again(visitor, published):
    page = visitor.get(f"{published}/cancel")
    assert WINDOW in page.html
    page = visitor.send(page.form("/cancellation"))
    assert wish().state == VisitState.DECLINED
    assert (page.status, WINDOW in page.html) == (200, False)
    assert any(one and one.startswith("tel:") for one in visitor.links(page))
    assert "code" in {element.get("class") for element in page.all("p")}


def test_a_visit_that_has_begun_can_no_longer_be_declined(
    visitor, browser_like, published, now
):
    form = visitor.get(f"{published}/cancel").form("/cancellation")
    now.moment = VISIT
    page = visitor.send(form)
    assert (page.status, wish().state) == (200, VisitState.PUBLISHED)
    assert "/cancel" not in page.html


def test_after_a_visit_its_page_says_that_it_is_over(visitor, published, now):
    during = visitor.get(published).heading
    now.moment = VISIT + timedelta(hours=1)
    after = visitor.get(published)
    assert after.heading != during
    with write_session() as session:
        session.query(VisitRequest).one().state = VisitState.MET
    assert visitor.get(published).heading == after.heading


def test_a_discreet_client_picks_the_paper_up_at_the_desk(
    visitor, browser_like, published
):
    assert "/slip" in visitor.get(published).html
    with write_session() as session:
        client = Client(
            reference="K1",
            name="Amal",
            name_hash=b"amal",
            language="de",
            discreet=True,
            created_at=clock.now(),
        )
        session.add(client)
        session.flush()
        session.query(VisitRequest).one().client_id = client.id
    page = visitor.get(published)
    for offer in ("/slip", ".ics"):
        assert offer not in page.html


def test_the_page_of_a_wish_does_not_say_whose_it_is(browser_like, office):
    visitor = Visitor(browser_like)
    caller = {"name": "Zahra Unverwechselbar", "reach": "call", "phone": "07161 4711"}
    own = own_address(visitor.wished_page(door=DOOR, answers=caller))
    assert_anonymous(browser_like, own)
    make.visit_published(wish().uuid, office.counsellor, VISIT)
    assert_anonymous(browser_like, own)
    visitor.send(visitor.get(f"{own}/cancel").form("/cancellation"))
    assert_anonymous(browser_like, own)


def assert_anonymous(browser_like, own):
    for end in ("", "/cancel", "/slip", ".ics"):
        shown = browser_like.get(own + end).data.decode()
        for secret in ("Zahra", "Unverwechselbar", "4711", "Muster", "Vogel", "Ayla"):
            assert secret not in shown, (end, secret)
