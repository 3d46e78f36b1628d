"""What happens to an answer that cannot be right? It is explained, and kept."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from booking.models import Appointment, db
from tests import make
from tests.web.reading import Form

TYPED = {
    "name": "Amal Beispiel",
    "phone": "0151 23456789",
    "email": "amal@example.org",
    "street": "Musterweg 3",
    "postcode_town": "73033 Göppingen",
    "supporter": "Nour Nachbarin",
    "whose": "other",
    "people": "3",
    "safe_hours": "evening",
    "no_message": "y",
    "woman": "y",
}
WRONG = [
    ({"name": ""}, "name"),
    ({"name": " \u202e\x00 "}, "name"),
    ({"name": "A" * 121}, "name"),
    ({"supporter": ""}, "supporter"),
    ({"supporter": "N" * 121}, "supporter"),
    ({"reach": "pigeon"}, "reach"),
    ({"reach": "call", "phone": ""}, "phone"),
    ({"reach": "call", "phone": "call me"}, "phone"),
    ({"reach": "call", "phone": "1"}, "phone"),
    ({"reach": "email", "email": ""}, "email"),
    ({"reach": "email", "email": "amal"}, "email"),
    ({"reach": "email", "email": "amal@example"}, "email"),
    ({"reach": "email", "email": "a@b.de, c@d.de"}, "email"),
    ({"reach": "email", "email": "a@b.de\r\nBcc: c@d.de"}, "email"),
    ({"reach": "email", "email": "a@" + "b" * 120 + ".de"}, "email"),
    ({"reach": "post", "street": ""}, "street"),
    ({"reach": "post", "street": "S" * 121}, "street"),
    ({"reach": "post", "postcode_town": ""}, "postcode_town"),
    ({"reach": "post", "postcode_town": "P" * 121}, "postcode_town"),
    ({"people": "0"}, "people"),
    ({"people": "21"}, "people"),
    ({"people": "many"}, "people"),
    ({"people": "9" * 499}, "people"),
]


def test_a_wrong_answer_is_explained_at_its_field_and_everything_typed_is_kept(visitor):
    form = visitor.you_page().form("/check")
    form.options.clear()  # a program may send what no page offers
    for wrong, at in WRONG:
        typed = TYPED | {"reach": "none"} | wrong
        page = visitor.send(form, **typed)
        assert (page.status, bool(page.error_at(at))) == (422, True), wrong
        summary = next(e for e in page.elements if e.get("role") == "alert")
        links = [e.get("href") for e in page.all("a") if e.get("href", "")[:1] == "#"]
        assert summary.text, wrong
        assert {f"#{at}", f"#{at}-0"} & set(links), wrong
        kept = page.form("/check").fields
        expected = {name: value for name, value in typed.items() if name != at}
        assert {name: kept.get(name) for name in expected} == expected, wrong


def test_an_unreadable_number_of_people_is_explained_in_our_words_only(visitor):
    page = visitor.check_page(answers={"people": "many"})
    assert page.error_at("people") == "Schreiben Sie eine Zahl von 1 bis 20."


def test_a_number_of_people_is_not_hidden_behind_zeros(visitor):
    page = visitor.check_page(answers={"people": "00000000199"})
    assert page.status == 422


def test_a_number_that_nobody_can_dial_from_here_is_asked_for_again(visitor):
    page = visitor.check_page(answers={"reach": "call", "phone": "12"})
    assert page.status == 422


def test_a_wrong_answer_is_shown_again_to_be_mended(visitor):
    page = visitor.check_page(answers={"reach": "email", "email": "amal@example"})
    assert page.form("/check").fields["email"] == "amal@example"


def test_whoever_skips_a_question_is_asked_it(visitor):
    for path, field, heading in (
        ("book/language", "place", "book/place"),
        ("book/day?place=moon", "place", "book/place"),
        ("book/day?place=office", "language", "book/language?place=office"),
        ("book/time?place=office&language=de", "interpreter", None),
        ("book/day?place=office&language=tlh&interpreter=no", "language", None),
    ):
        page = visitor.open(path)
        assert (page.status, bool(page.error_at(field))) == (422, True), path
        assert heading is None or page.heading == visitor.open(heading).heading


def test_a_walk_that_we_did_not_sign_begins_again_at_the_time(visitor, now):
    form = visitor.time_page().form("/you")
    for forged in ("", "walk", "ImEi.aaaa.bbbb"):
        form.fields["walk"] = forged
        page = visitor.send(form, time="09:00")
        assert (page.status, bool(page.error_at("time"))) == (422, True)
    assert db.session.query(Appointment).count() == 0
    assert visitor.send(page.form("/you"), time="09:00").status == 200


def test_a_page_left_open_for_days_asks_for_the_time_again(visitor, monkeypatch):
    form = visitor.check_page().form("/appointment")
    monkeypatch.setattr("booking.web.client.signed.A_DAY", -1)
    page = visitor.send(form)
    assert (page.status, bool(page.error_at("time"))) == (422, True)
    assert page.form("/you").fields["name"] == "Amal Beispiel"


def test_a_program_that_fills_in_every_field_books_nothing(visitor):
    form = visitor.you_page().form("/check")
    assert visitor.send(form, name="Bot", reach="none", website="x").status == 422
    last = visitor.check_page(time="10:00").form("/appointment")
    assert visitor.send(last, website="https://example.org").status == 422
    statuses = {row.status for row in db.session.query(Appointment)}
    assert statuses == {"held"}


def test_whoever_opens_a_day_without_free_times_learns_why_and_chooses_another(visitor):
    path = "book/time?place=office&language=de&interpreter=no"
    for day, sentence in (
        ("", "Wählen Sie einen Tag für Ihren Termin."),
        ("&day=soon", "Wählen Sie einen Tag für Ihren Termin."),
        ("&day=2027-03-07", "An diesem Tag ist kein Termin frei."),  # a Sunday
    ):
        page = visitor.open(path + day)
        assert page.status == 422
        assert sentence in page.text


def test_whoever_chooses_no_time_is_asked_again(visitor):
    page = visitor.send(visitor.time_page().form("/you"))
    assert (page.status, bool(page.error_at("time"))) == (422, True)
    move = visitor.booked_page().link("/move")
    page = visitor.get(f"{move}?day=2027-03-04")
    page = visitor.send(page.form("/new-time"))
    assert (page.status, bool(page.error_at("time"))) == (422, True)


ODD_TIMES = [
    ("2027-03-04", "25:00"),
    ("2027-03-04", "noon"),
    ("2027-02-30", "09:00"),
    ("2027-03-04", "09:07"),
    ("2027-03-04", "09:00+23:59"),
    ("2027-03-06", "09:00"),  # a Saturday
    ("2020-01-01", "09:00"),
]
ENDS_OF_THE_CALENDAR = [
    ("0001-01-01", "00:00"),
    ("0001-01-01", "00:00+23:59"),
    ("9999-12-31", "23:59"),
    ("9999-12-31", "23:59-23:59"),
]


@pytest.fixture
def statuses_of(visitor):
    """Ask for a time that nobody offered, on every page that takes one."""
    first = visitor.time_page(day="2027-03-05").form("/you")
    own = visitor.booked_page().link("/move")
    second = visitor.get(f"{own}?day=2027-03-05").form("/new-time")

    def ask(day, time):
        asked = {"day": day, "time": time}
        yield visitor.send(Form(first.action, "post", first.fields | asked)).status
        yield visitor.send(Form(second.action, "post", asked)).status
        asked = {"slot": f"{day}T{time}"}
        yield visitor.send(Form(second.action, "post", asked)).status
        assert visitor.get(f"{own}?day={day}").status == 200

    return ask


def test_a_time_that_nobody_offered_is_neither_given_nor_a_fault(statuses_of):
    for day, time in ODD_TIMES:
        assert set(statuses_of(day, time)) <= {200, 409, 422}, (day, time)
    starts = {row.starts_at for row in db.session.query(Appointment)}
    assert starts == {make.at(make.SINCE.replace(month=3, day=4), 9)}


def test_the_first_and_the_last_day_of_the_calendar_are_no_fault(statuses_of):
    for day, time in ENDS_OF_THE_CALENDAR:
        assert set(statuses_of(day, time)) <= {200, 409, 422}, (day, time)


NAUGHTY = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }} {% raw %} %(name)s %s ${7*7}",
    "' OR 1=1; DROP TABLE appointment; --",
    "\x00\x01\x1b[31m\u202eevil\u2066",
    "社會科學 \ufdfd \U0001f468\u200d\U0001f467 Z\u0337\u0322a\u0336l\u0338go",
    "../../etc/passwd",
    "\r\nBcc: everybody@example.org",
    "=cmd|' /C calc'!A0",
    "\ufb01\u0301\u0000" * 30,
    "A" * 5000,
]
FIELDS = ("name", "supporter", "phone", "email", "street", "postcode_town", "people")


def test_nothing_that_can_be_typed_breaks_a_page_or_comes_out_unescaped(visitor):
    form = visitor.you_page().form("/check")
    for naughty in NAUGHTY:
        for name in FIELDS:
            page = visitor.send(form, **TYPED | {"reach": "none", name: naughty})
            assert page.status in {200, 422}, name
            assert naughty not in page.html or "<" not in naughty
            assert not page.all("script")
            assert all(one.get("onerror") is None for one in page.elements)


def test_nothing_that_stands_in_hidden_fields_is_a_fault(visitor):
    sound = visitor.time_page().form("/you").fields
    for naughty in NAUGHTY[:5]:
        for name in ("walk", "day", "time", "place", "language", "interpreter"):
            odd = Form("/de/book/you", "post", sound | {"time": "09:00", name: naughty})
            assert visitor.send(odd).status in {200, 409, 422}, name


def test_a_naughty_name_is_booked_like_any_other(visitor):
    name = "Robert'); DROP TABLE appointment;-- <b>"
    page = visitor.check_page(answers={"name": name})
    assert name in {one.text for one in page.all("bdi")}
    assert visitor.send(page.form("/appointment")).status == 200
    assert db.session.query(Appointment).one().name == name


@examples(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.dictionaries(
        st.sampled_from(
            ("slot", "day", "time", "walk", "code", "place", *FIELDS, "reach")
        ),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    )
)
def test_no_form_however_filled_in_is_a_fault_of_ours(browser_like, typed):
    for path in ("book/you", "book/check", "book/appointment", "book/day", "find"):
        assert browser_like.post(f"/de/{path}", data=typed).status_code < 500


def test_a_form_far_too_long_is_refused_politely(browser_like):
    answer = browser_like.post("/de/book/check", data={"name": "A" * 2_000_000})
    assert (answer.status_code, b"07161" in answer.data) == (413, True)
