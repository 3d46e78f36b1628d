"""Can she say when she is away, and the office when it is closed, without harm?"""

from datetime import date, timedelta

import pytest

from booking.models import Absence, Appointment, Closure, Letter, Role, Status, db
from booking.services import appointments
from tests import make
from tests.counting import queries_of
from tests.web.reading import Visitor

MONDAY, THURSDAY = date(2027, 3, 1), date(2027, 3, 4)


class Desk(Visitor):
    """A staff member's browser; its pages are read in English."""

    def open(self, path=""):
        return self.get(f"/staff/{path}")


@pytest.fixture
def hers(desk, office, now):
    desk.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    make.sign_in(desk, office.counsellor)
    return Desk(desk)


@pytest.fixture
def admins(desk, office, now):
    desk.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    make.sign_in(desk, make.staff_member(Role.ADMIN))
    return Desk(desk)


def booked(now, start, **person):
    way = appointments.book(make.choice(start), make.person(**person), now=now.now())
    return way.appointment


def row_of(row):
    db.session.rollback()
    return db.session.get(Appointment, row.id)


def absences():
    db.session.rollback()
    return [one.window for one in db.session.query(Absence).order_by("starts_at")]


def enter(desk, page="absences", **typed):
    form = desk.open(page).form(f"/{page}")
    return desk.send(form, **({"first": "2027-03-04"} | typed))


def test_a_day_off_stands_on_the_list_and_can_be_taken_back(hers):
    page = enter(hers)
    assert "Saved." in page.text
    assert "4 Mar 2027" in page.text
    (window,) = absences()
    assert window.start == make.at(THURSDAY, 0)
    assert window.length == timedelta(days=1)
    page = hers.send(page.form("/removal"))
    assert "No absence is entered." in page.text
    assert absences() == []


@pytest.mark.parametrize(
    ("typed", "times"),
    [
        ({"part": "morning"}, (0, 12)),
        ({"part": "afternoon"}, (12, 24)),
        ({"part": "times", "since": "10:30", "until": "12:00"}, (10.5, 12)),
    ],
)
def test_half_days_and_hours_come_each_day_of_several(hers, typed, times):
    enter(hers, last="2027-03-05", **typed)
    found = absences()
    assert len(found) == 2
    since, until = (timedelta(hours=one) for one in times)
    midnight = make.at(THURSDAY, 0)
    assert (found[0].start, found[0].end) == (midnight + since, midnight + until)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"first": ""}, "first"),
        ({"first": "2027-02-28"}, "first"),
        ({"last": "2027-03-03"}, "last"),
        ({"last": "x"}, "last"),
        ({"last": "2029-03-03"}, "last"),
        ({"part": "times", "since": "", "until": "12:00"}, "since"),
        ({"part": "times", "since": "12:00", "until": "11:00"}, "until"),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(hers, typed, field):
    page = enter(hers, **typed)
    assert page.status == 422
    assert page.error_at(field)
    assert absences() == []


def test_before_it_is_saved_she_sees_whom_it_hits_and_decides(hers, office, now):
    kept, moved = (booked(now, make.at(THURSDAY, hour)) for hour in (9, 11))
    page = enter(hers)
    assert page.heading == "2 appointments are hit"
    assert "Amal Beispiel" in page.text
    assert "move it to Fri" in page.text
    assert absences() == []
    form = page.form("/absences")
    assert form.fields[f"way-{moved.uuid}"].startswith("move 2027-03-05")
    done = hers.send(form, **{f"way-{kept.uuid}": "keep"})
    assert done.heading == "When you are away"
    assert len(absences()) == 1
    assert row_of(kept).starts_at == make.at(THURSDAY, 9)
    assert row_of(moved).starts_at > make.at(THURSDAY, 23)
    assert db.session.query(Letter).filter_by(kind="moved").count() == 1


def test_to_change_nothing_leaves_everything_as_it_is(hers, now):
    booked(now, make.at(THURSDAY, 9))
    page = enter(hers)
    assert hers.get(page.link("/absences")).heading == "When you are away"
    assert absences() == []


def test_she_is_asked_once_more_when_somebody_books_meanwhile(hers, office, now):
    first = booked(now, make.at(THURSDAY, 9))
    form = enter(hers).form("/absences")
    form.fields[f"way-{first.uuid}"] = "cancel"
    second = booked(now, make.at(THURSDAY, 11))
    page = hers.send(form)
    assert page.status == 409
    assert "Meanwhile something has changed." in page.text
    form = page.form("/absences")
    assert form.fields[f"way-{first.uuid}"] == "cancel"
    assert f"way-{second.uuid}" in form.fields
    assert row_of(first).status == Status.BOOKED


def test_what_could_not_be_done_is_said_and_the_rest_is_done(hers, office, now):
    first, second = (booked(now, make.at(THURSDAY, hour)) for hour in (9, 11))
    form = enter(hers).form("/absences")
    later = form.fields[f"way-{first.uuid}"].partition(" ")[2]
    appointments.book(
        make.choice(appointments.datetime.fromisoformat(later)),
        make.person(),
        now=now.now(),
    )
    page = hers.send(form)
    assert page.status == 409
    assert page.heading == "Saved, but not everything could be done"
    assert "Somebody else has just taken this time." in page.text
    assert page.link(f"/appointments/{first.uuid}")
    assert row_of(second).starts_at > make.at(THURSDAY, 23)
    assert len(absences()) == 1


@pytest.mark.parametrize(
    "nonsense", ["x", "move x", "move 2027-03-05T09:00", "give", "give x", "keep me"]
)
def test_a_choice_that_was_never_offered_counts_as_none(hers, now, nonsense):
    row = booked(now, make.at(THURSDAY, 9))
    form = enter(hers).form("/absences")
    form.fields[f"way-{row.uuid}"] = nonsense
    form.fields["way-nobody"] = "keep"
    assert hers.send(form).status == 409
    assert absences() == []


def test_a_strangers_absence_is_not_found(desk, hers, office, now):
    other = make.counsellor()
    make.absent(other, make.at(THURSDAY, 0), make.at(THURSDAY, 12))
    assert "No absence is entered." in hers.open("absences").text
    uuid = db.session.query(Absence.uuid).scalar()
    fields = hers.open("absences").form("/absences").fields
    answer = desk.post(f"/staff/absences/{uuid}/removal", data=fields)
    assert answer.status_code == 404
    assert len(absences()) == 1


def test_the_page_costs_as_many_queries_for_one_as_for_many(hers, desk, office, now):
    booked(now, make.at(THURSDAY, 9))
    form = hers.open("absences").form("/absences").fields | {"first": "2027-03-04"}

    def ask():
        desk.post("/staff/absences", data=form)

    ask()
    few = queries_of(ask)
    for hour in (10, 11):
        booked(now, make.at(THURSDAY, hour))
    assert queries_of(ask) == few


def test_the_admin_closes_the_office_and_sees_no_clients_name(admins, office, now):
    row = booked(now, make.at(THURSDAY, 9))
    page = enter(admins, "office/closures")
    assert page.heading == "1 appointment is hit"
    assert "Amal" not in page.html
    assert row.uuid.hex[:5].upper() in page.text
    assert "Ayla Sommer" in page.text
    form = page.form("/office/closures")
    assert not [one for one in form.options[f"way-{row.uuid}"] if "give" in one]
    page = admins.send(form, **{f"way-{row.uuid}": "cancel"})
    assert page.heading == "When the office is closed"
    assert db.session.query(Closure).one().starts_at == make.at(THURSDAY, 0)
    assert row_of(row).status == Status.CANCELLED
    page = admins.send(page.form("/removal"))
    assert "No closed day is entered." in page.text


def test_public_holidays_are_listed_by_name(admins):
    text = admins.open("office/closures").text
    assert "26 Mar 2027 Karfreitag" in text
    assert "Tag der Deutschen Einheit" in text


def test_a_closed_day_that_is_gone_is_not_found(admins, desk):
    fields = admins.open("office/closures").form("/office/closures").fields
    path = f"/staff/office/closures/{make.uuid4()}/removal"
    assert desk.post(path, data=fields).status_code == 404
