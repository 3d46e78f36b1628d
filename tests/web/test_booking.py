"""Does somebody with a phone get from the first page to an appointment and back?"""

import pytest
from sqlalchemy import update

from booking import clock
from booking.models import Appointment, ConsultationType, Letter, Status, db
from booking.services import holds
from booking.services.writing import write_session
from tests import counting, make
from tests.web.reading import Visitor

THURSDAY = "2027-03-04"
BY_PHONE = {"reach": "call", "phone": "0151 23456789", "safe_hours": "evening"}
BY_MAIL = {"reach": "email", "email": "amal@example.org"}


@pytest.fixture
def settings(database_url, tmp_path):
    """The way to an appointment is walked on both databases."""
    return make.settings(tmp_path, database_url)


DAYS = "/de/book/day?place=office&language=de&interpreter=no"
TIMES = f"{DAYS.replace('/day', '/time')}&day={THURSDAY}"
MOST_QUERIES = 6


def queries_of(deed) -> int:
    deed()  # what is remembered between requests is remembered now
    return counting.queries_of(deed)


def change_horizon(days: int) -> None:
    with write_session() as session:
        session.execute(update(ConsultationType).values(horizon=days))


def appointment():
    db.session.rollback()
    return db.session.query(Appointment).filter(Appointment.status != "expired").one()


def test_the_days_cost_as_many_queries_for_one_counsellor_as_for_five(visitor, now):
    few = queries_of(lambda: visitor.get(DAYS))
    for _ in range(4):
        make.counsellor()
    assert queries_of(lambda: visitor.get(DAYS)) == few <= MOST_QUERIES


@pytest.mark.parametrize("path", [DAYS, TIMES])
def test_forty_days_cost_as_many_queries_as_five(visitor, now, path):
    change_horizon(5)
    few = queries_of(lambda: visitor.get(path))
    change_horizon(40)
    assert queries_of(lambda: visitor.get(path)) == few <= MOST_QUERIES


def test_from_the_first_page_to_an_appointment_moved_and_given_back(  # noqa: PLR0915 - one walk
    visitor, now
):
    page = visitor.get("/")
    page = visitor.get(page.link("/de/"))
    page = visitor.get(page.link("/de/book/place"))
    page = visitor.send(page.form("/language"), place="office")
    page = visitor.send(page.form("/day"), language="de", interpreter="no")
    page = visitor.get(next(x for x in visitor.links(page) if f"day={THURSDAY}" in x))
    page = visitor.send(page.form("/you"), time="09:30")
    assert "08:20" in page.text  # Monday 08:00 in Göppingen, and twenty minutes
    assert appointment().status == Status.HELD
    page = visitor.send(
        page.form("/check"), name="Amal Beispiel", people="2", **BY_MAIL
    )
    assert {"Amal Beispiel", "amal@example.org", "2"} <= {
        one.text for one in page.all("bdi")
    }
    assert appointment().name == ""  # nothing personal is kept before the last button
    page = visitor.send(page.form("/appointment"))
    assert (page.status, appointment().status) == (200, Status.BOOKED)
    assert "09:30" in page.text

    page = visitor.get(page.link("/move"))
    page = visitor.get(next(x for x in visitor.links(page) if "day=2027-03-05" in x))
    page = visitor.send(page.form("/new-time"), time="10:00")
    assert "10:00" in page.text
    assert appointment().sequence == 1

    page = visitor.get(page.link("/cancel"))
    page = visitor.send(page.form("/cancellation"))
    assert appointment().status == Status.CANCELLED
    assert "/move" not in page.html
    kinds = [row.kind for row in db.session.query(Letter).order_by(Letter.id)]
    assert kinds == ["confirmation", "moved", "cancelled"]


def test_the_next_free_time_is_one_tap_away(visitor):
    page = visitor.send(visitor.day_page().form("/you"))
    assert (page.status, appointment().starts_at) == (
        200,
        make.at(make.SINCE.replace(month=3, day=2), 9),
    )


def test_a_second_tap_on_the_last_button_shows_the_first_result(visitor):
    form = visitor.check_page().form("/appointment")
    first, second = visitor.send(form), visitor.send(form)
    assert first.link("/move") == second.link("/move")
    assert db.session.query(Appointment).count() == 1


def test_whoever_comes_second_sees_the_three_nearest_times_and_loses_nothing(
    visitor, now
):
    form = visitor.check_page(answers=BY_PHONE).form("/appointment")
    now.move(minutes=21)
    visitor.booked_page()  # the same time, by somebody faster
    page = visitor.send(form)
    assert page.status == 409
    taken = page.form("/check")
    assert len(taken.options["slot"]) == 3
    assert taken.fields["phone"].endswith("3456789")
    page = visitor.send(taken)
    assert page.status == 200
    page = visitor.send(page.form("/appointment"))
    assert page.status == 200
    rows = db.session.query(Appointment).filter_by(status=Status.BOOKED).all()
    assert len({row.starts_at for row in rows}) == 2
    assert "+49 1512 3456789" in {row.phone for row in rows}


def test_a_time_taken_while_somebody_looked_at_the_list_is_told_at_once(visitor):
    late = visitor.time_page().form("/you")
    visitor.booked_page()
    page = visitor.send(late, time="09:00")
    assert (page.status, len(page.form("/you").options["slot"])) == (409, 3)
    assert visitor.send(page.form("/you")).status == 200


def test_nobody_moves_onto_a_time_that_was_taken_meanwhile(visitor):
    own = visitor.booked_page(time="11:00").link("/move")
    form = visitor.get(f"{own}?day={THURSDAY}").form("/new-time")
    visitor.booked_page()
    page = visitor.send(form, time="09:00")
    assert (page.status, len(page.form("/new-time").options["slot"])) == (409, 3)
    page = visitor.send(page.form("/new-time"))
    assert page.status == 200
    assert db.session.query(Appointment).filter_by(sequence=1).count() == 1


def test_a_hold_that_ran_out_is_no_obstacle(visitor, now):
    form = visitor.check_page().form("/appointment")
    now.move(hours=2)
    holds.expire(now=clock.now())
    assert visitor.send(form).status == 200
    assert appointment().status == Status.BOOKED


def test_every_answer_can_be_changed_and_nothing_typed_is_lost(visitor):
    page = visitor.check_page(answers=BY_PHONE)
    changed = visitor.send(page.form("/place"))
    changed = visitor.send(changed.form("/language"), place="phone")
    changed = visitor.send(changed.form("/day"), language="ar")
    changed = visitor.send(
        next(f for f in changed.forms if f.fields.get("day") == "2027-03-05")
    )
    changed = visitor.send(changed.form("/you"), time="10:00")
    assert changed.form("/check").fields["name"] == "Amal Beispiel"
    page = visitor.send(changed.form("/check"))
    visitor.send(page.form("/appointment"))
    row = appointment()
    assert (row.type.place, row.language, row.name) == ("phone", "ar", "Amal Beispiel")
    assert (row.phone, row.safe_hours) == ("+49 1512 3456789", "evening")


def test_a_talk_by_phone_needs_a_number_and_keeps_it(visitor):
    page = visitor.check_page(place="phone")
    assert (page.status, bool(page.error_at("phone"))) == (422, True)
    page = visitor.send(page.form("/check"), phone="07161 12345")
    visitor.send(page.form("/appointment"))
    assert appointment().phone == "+49 7161 12345"


def test_a_way_of_reaching_that_was_not_chosen_leaves_nothing_behind(visitor):
    typed = {"phone": "0151 23456789", "email": "amal@example.org", "reach": "none"}
    visitor.send(visitor.check_page(answers=typed).form("/appointment"))
    row = appointment()
    assert (row.phone, row.email, row.contact_hash) == ("", "", None)
    assert db.session.query(Letter).count() == 0


def test_the_code_on_the_slip_leads_back(visitor):
    page = visitor.booked_page()
    code = next(e.text for e in page.all("p") if e.get("class") == "code")
    find = visitor.open("find").form("/find")
    for typed in (
        code,
        code.lower(),
        code.replace("-", ""),
        f" {code[:5]} {code[6:]} ",
    ):
        assert visitor.send(find, code=typed).heading == page.heading
    assert visitor.send(find, code="ABCDE-FGHJK").status == 422


def test_an_arabic_reader_walks_the_same_way(browser_like):
    visitor = Visitor(browser_like, "ar")
    page = visitor.booked_page(language="ar")
    assert page.all("html")[0].attributes == {"lang": "ar", "dir": "rtl"}
    assert (appointment().letter_language, appointment().language) == ("ar", "ar")


def test_the_next_free_time_is_one_tap_from_the_first_page(visitor):
    page = visitor.send(visitor.open().form("/you"))
    assert page.status == 200
    page = visitor.send(page.form("/check"), name="Amal", reach="none")
    page = visitor.send(page.form("/appointment"))
    assert page.status == 200
    row = db.session.query(Appointment).one()
    assert (row.status, row.interpreter_wanted) == (Status.BOOKED, False)
