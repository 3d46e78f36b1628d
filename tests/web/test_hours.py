"""Can a counsellor change her week, and an admin anybody's, without losing anybody?"""

from datetime import date, time

import pytest

from booking.models import Appointment, OpeningHours, Role, StaffMember, db
from booking.services import appointments
from tests import make
from tests.web.reading import Visitor

THURSDAY = date(2027, 3, 4)


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


def lines(counsellor, weekday=3):
    db.session.rollback()
    query = db.session.query(OpeningHours).filter_by(
        counsellor_id=counsellor, weekday=weekday
    )
    return query.order_by(OpeningHours.valid_from, OpeningHours.opens).all()


def thursdays(office):
    return lines(office.counsellor)[0].uuid


def booked(now, start):
    return appointments.book(
        make.choice(start), make.person(), now=now.now()
    ).appointment


AFTERNOON = {
    "weekday": "3",
    "opens": "13:00",
    "closes": "16:00",
    "valid_from": "2027-03-04",
}


def test_she_adds_hours_for_every_second_week_and_the_phone(hers, office):
    form = hers.open("hours/new").form("/hours")
    phone = form.options["kinds"][1]
    page = hers.send(form, **AFTERNOON, every_weeks="2", kinds=phone)
    assert page.heading == "Your weekly hours"
    for words in ("Saved.", "13:00\u201316:00", "on the phone", "every 2 weeks"):
        assert words in page.text
    row = lines(office.counsellor)[-1]
    assert (row.opens, row.every_weeks) == (time(13), 2)
    assert [one.slug for one in row.types] == ["phone"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"opens": ""}, "opens"),
        ({"closes": "12:59"}, "closes"),
        ({"valid_from": "2027-02-28"}, "valid_from"),
        ({"valid_from": "x"}, "valid_from"),
        ({"valid_until": "2027-03-03"}, "valid_until"),
        ({"opens": "11:00"}, "opens"),  # there are hours until twelve
    ],
)
def test_what_makes_no_sense_is_said_at_its_field(hers, office, typed, field):
    form = hers.open("hours/new").form("/hours")
    page = hers.send(form, **(AFTERNOON | typed))
    assert page.status == 422
    assert page.error_at(field)
    assert page.form("/hours").fields["closes"] == (AFTERNOON | typed)["closes"]
    assert len(lines(office.counsellor)) == 1


def test_a_collision_names_the_other_hours(hers, office):
    form = hers.open("hours/new").form("/hours")
    page = hers.send(form, **(AFTERNOON | {"opens": "11:00"}))
    assert "Thursday, 09:00\u201312:00" in page.error_at("opens")


def test_before_hours_change_she_sees_whom_that_hits(hers, office, now):
    row = booked(now, make.at(THURSDAY, 9))
    page = hers.open(f"hours/{thursdays(office)}")
    form = page.form(f"/{thursdays(office)}")
    assert form.fields["valid_from"] == "2027-03-04"  # the next Thursday
    page = hers.send(form, opens="10:00")
    assert page.heading == "1 appointment is hit"
    assert len(lines(office.counsellor)) == 1
    page = hers.send(page.form(f"/{thursdays(office)}"))
    assert page.heading == "Your weekly hours"
    old, new = lines(office.counsellor)
    assert (old.valid_until, new.opens) == (date(2027, 3, 3), time(10))
    db.session.rollback()
    moved = db.session.get(Appointment, row.id)
    assert moved.starts_at == make.at(THURSDAY, 10)


def test_hours_that_end_hit_what_comes_after_their_last_day(hers, office, now):
    booked(now, make.at(THURSDAY, 9))
    end = hers.open(f"hours/{thursdays(office)}").form("/end")
    page = hers.send(end, last_day="2027-03-03")
    assert page.heading == "1 appointment is hit"
    page = hers.send(end, last_day="2027-03-04")
    assert "until 4 Mar 2027" in page.text
    assert lines(office.counsellor)[0].valid_until == THURSDAY
    assert hers.send(end, last_day="2027-02-01").error_at("last_day")
    assert hers.send(end, last_day="").status == 422


def test_hours_that_have_not_begun_are_removed_by_ending_them_before(hers, office):
    hers.send(hers.open("hours/new").form("/hours"), **AFTERNOON)
    uuid = lines(office.counsellor)[-1].uuid
    hers.send(hers.open(f"hours/{uuid}").form("/end"), last_day="2027-03-03")
    assert len(lines(office.counsellor)) == 1
    assert hers.open(f"hours/{uuid}").status == 404


def test_a_strangers_hours_are_not_found(desk, hers, office):
    other = make.counsellor()
    uuid = lines(other)[0].uuid
    assert hers.open(f"hours/{uuid}").status == 404
    fields = hers.open("hours/new").form("/hours").fields | AFTERNOON
    whose = str(db.session.get_one(StaffMember, other).uuid)
    for path, more in (
        (f"hours/{uuid}", {}),
        (f"hours/{uuid}/end", {"last_day": "2027-03-03"}),
        ("hours", {"of": whose}),
    ):
        answer = desk.post(f"/staff/{path}", data=fields | more)
        assert answer.status_code == 404
    assert hers.open(f"hours/new?of={whose}").status == 404
    assert hers.open("office/hours").status == 403
    assert [one.opens for one in lines(other)] == [time(9)]


def test_the_admin_changes_anybodys_and_sees_no_clients_name(admins, office, now):
    booked(now, make.at(THURSDAY, 9))
    page = admins.open("office/hours")
    uuid = db.session.get_one(StaffMember, office.counsellor).uuid
    page = admins.get(page.link(f"/office/hours/{uuid}"))
    assert page.heading == "Weekly hours of Ayla Sommer"
    form = admins.open(f"hours/{thursdays(office)}").form(f"/{thursdays(office)}")
    page = admins.send(form, opens="10:00")
    assert page.heading == "1 appointment is hit"
    assert "Amal" not in page.html
    page = admins.send(page.form(f"/{thursdays(office)}"))
    assert page.heading == "Weekly hours of Ayla Sommer"
    new = admins.open(f"hours/new?of={uuid}").form("/hours")
    assert "Saved." in admins.send(new, **AFTERNOON).text
    assert admins.open("hours").status == 403
    assert admins.open("hours/new").status == 404
    assert admins.open(f"office/hours/{make.uuid4()}").status == 404


def test_hours_changed_in_another_tab_are_not_changed_again(
    hers, office, now, monkeypatch
):
    end = hers.open(f"hours/{thursdays(office)}").form("/end")
    change = hers.open(f"hours/{thursdays(office)}").form(f"/{thursdays(office)}")
    hers.send(end, last_day="2027-03-01")
    assert hers.send(change, opens="10:00").status == 200  # it has ended: hours anew
    assert [one.opens for one in lines(office.counsellor)] == [time(9), time(10)]
