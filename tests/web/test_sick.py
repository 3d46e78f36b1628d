"""Half past seven, one page: who may open it, what does it show, what does it do?"""

from datetime import date

import pytest

from booking.models import (
    Absence,
    Appointment,
    InterpreterRequest,
    Letter,
    Place,
    Reach,
    Role,
    StaffMember,
    Status,
    db,
)
from booking.services import appointments
from tests import make
from tests.counting import queries_of
from tests.web.reading import Page, Visitor

THURSDAY = date(2027, 3, 4)
DAY = "sick/2027-03-04"


class Desk(Visitor):
    """A staff member's browser; its pages are read in English."""

    def open(self, path=""):
        return self.get(f"/staff/{path}")


@pytest.fixture
def colleague(office):
    return make.counsellor(languages=("de", "fr"))


@pytest.fixture
def at_the_desk(desk, office, now):
    """The front desk, on Thursday at half past seven, once everything is booked."""

    def sign_in(*roles, staff=None):
        now.moment = make.at(THURSDAY, 7, 30)
        desk.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        make.sign_in(desk, staff or make.staff_member(*(roles or (Role.FRONT_DESK,))))
        return Desk(desk)

    return sign_in


def booked(now, counsellor, hour, place=Place.OFFICE, **person):
    choice = make.choice(
        make.at(THURSDAY, hour), counsellor=counsellor, wish=make.wish(place=place)
    )
    usual = {"reach": Reach.CALL, "phone": "+49 7161 12", "safe_hours": "any"}
    way = appointments.book(choice, make.person(**(usual | person)), now=now.now())
    return way.appointment


def row_of(row):
    db.session.rollback()
    return db.session.get(Appointment, row.id)


def uuid_of(staff):
    return str(db.session.get_one(StaffMember, staff).uuid)


def test_the_desk_chooses_who_is_ill_and_sees_times_codes_languages_and_ways(
    at_the_desk, office, colleague, now
):
    row = booked(now, office.counsellor, 9)
    other = booked(now, colleague, 10)
    desk = at_the_desk()
    page = desk.open(DAY)
    assert "Who is ill?" in page.text
    page = desk.send(page.form(f"/{DAY}"), who=uuid_of(office.counsellor))
    assert page.heading.startswith("Somebody is ill: Thursday 4 March")
    for words in (row.uuid.hex[:5].upper(), "German", "by a call", "09:00"):
        assert words in page.text
    assert other.uuid.hex[:5].upper() not in page.text
    for secret in ("Amal", "7161", "example.org"):
        assert secret not in page.html.partition("<main")[2]


def test_who_cannot_be_reached_stands_last_and_needs_a_notice_at_the_door(
    at_the_desk, office, colleague, now
):
    early = booked(now, office.counsellor, 9, reach=Reach.NONE, email="", phone="")
    late = booked(now, office.counsellor, 11)
    text = at_the_desk().open(f"{DAY}?who={uuid_of(office.counsellor)}").text
    first, last = (one.uuid.hex[:5].upper() for one in (late, early))
    assert text.index(first) < text.index(last)
    assert text.count("cannot be reached: notice at the door") == 1


def test_one_press_enters_the_absence_gives_moves_cancels_and_lists_the_calls(
    at_the_desk, office, colleague, now
):
    given, moved, cancelled = (booked(now, office.counsellor, n) for n in (9, 10, 11))
    make.asked_interpreter(now.now(), cancelled.uuid)
    desk = at_the_desk()
    page = desk.open(f"{DAY}?who={uuid_of(office.counsellor)}")
    form = page.forms[-1]
    assert form.fields[f"way-{given.uuid}"] == f"give {uuid_of(colleague)}"
    ways = form.options[f"way-{moved.uuid}"]
    (later,) = [one for one in ways if one.startswith("move ")]
    page = desk.send(
        form, **{f"way-{moved.uuid}": later, f"way-{cancelled.uuid}": "cancel"}
    )
    assert "The absence is entered" in page.text
    assert row_of(given).counsellor_id == colleague
    assert row_of(moved).starts_at.date() > THURSDAY
    assert row_of(cancelled).status == Status.CANCELLED
    assert db.session.query(Absence).one().counsellor_id == office.counsellor
    assert db.session.query(InterpreterRequest).one().state == "withdrawn"
    calls = desk.get(page.link("/calls")).text
    assert "the appointment has a new time" in calls
    assert "the appointment is cancelled" in calls
    notice = desk.get(page.link("/notice"))
    assert notice.heading == "Notice for the door"
    for words in ("10:00", "11:00", "650"):
        assert words in notice.text.replace("\xa0", " ")
    assert "09:00" not in notice.text
    assert "Amal" not in notice.html
    assert "Ayla" not in notice.html.partition("<main")[2]


def test_where_the_others_go_is_written_by_hand(at_the_desk, office, colleague, now):
    booked(now, office.counsellor, 9)
    desk = at_the_desk()
    page = desk.open(f"{DAY}/notice?stays=09:00&languages=ar")
    page = desk.send(page.form("/notice"), room="Zimmer 305 <b>")
    assert (
        page.text.count("Zimmer\xa0305\xa0<b>") + page.text.count("Zimmer 305 <b>") >= 2
    )
    assert {one.get("dir") for one in page.all("section")} == {"ltr", "rtl"}


def test_she_calls_in_sick_herself(at_the_desk, office, colleague, now):
    row = booked(now, office.counsellor, 9)
    desk = at_the_desk(staff=office.counsellor)
    page = desk.open("sick")
    assert "Who is ill?" not in page.text
    assert "Amal Beispiel" in page.text  # her own client
    page = desk.send(page.forms[-1])
    assert row_of(row).counsellor_id == colleague
    assert "No appointment lies ahead on this day." in page.text


def test_two_who_are_ill_are_dealt_with_together(at_the_desk, office, colleague, now):
    rows = [booked(now, one, 9) for one in (office.counsellor, colleague)]
    both = "&".join(f"who={uuid_of(one)}" for one in (office.counsellor, colleague))
    desk = at_the_desk()
    page = desk.open(f"{DAY}?{both}")
    form = page.forms[-1]
    assert len(form.fields["who"]) > 0
    fields = [
        ("csrf_token", form.fields["csrf_token"]),
        *(("who", uuid_of(one)) for one in (office.counsellor, colleague)),
        *((f"way-{row.uuid}", "cancel") for row in rows),
    ]
    answer = desk._client.post(f"/staff/{DAY}", data=_multi(fields))
    assert answer.status_code == 303
    assert {row_of(row).status for row in rows} == {Status.CANCELLED}
    assert db.session.query(Absence).count() == 2


def _multi(fields):
    found = {}
    for name, value in fields:
        found.setdefault(name, []).append(value)
    return found


def test_nobody_chosen_is_said_and_somebody_new_is_asked_about(
    at_the_desk, office, colleague, now
):
    desk = at_the_desk()
    token = desk.open(DAY).form("/sign-out").fields
    answer = Page(desk._client.post(f"/staff/{DAY}", data=token))
    assert (answer.status, "Choose who is ill." in answer.text) == (422, True)
    who = {"who": uuid_of(office.counsellor)}
    now.moment = make.at(date(2027, 3, 1), 8)
    row = booked(now, office.counsellor, 9)
    desk = at_the_desk()
    token = desk.open(DAY).form("/sign-out").fields
    answer = Page(desk._client.post(f"/staff/{DAY}", data=token | who))
    assert (answer.status, f"way-{row.uuid}" in answer.html) == (409, True)
    assert db.session.query(Absence).count() == 0


@pytest.mark.parametrize(
    ("roles", "hers", "others"),
    [
        ((Role.FRONT_DESK,), 200, 200),
        ((Role.COORDINATOR,), 200, 200),
        ((Role.HEAD,), 200, 200),
        ((Role.ADMIN,), 404, 404),
        ((Role.DATA_PROTECTION,), 404, 404),
        ((Role.COUNSELLOR,), 200, 404),
    ],
)
def test_who_may_open_whose_day(at_the_desk, office, now, roles, hers, others):
    desk = at_the_desk(*roles)
    stranger = uuid_of(office.counsellor)
    assert desk.open(DAY).status == hers
    assert desk.open(f"{DAY}?who={stranger}").status == others
    token = desk.open("sick/2027-03-04/notice").form("/sign-out").fields
    answer = desk._client.post(f"/staff/{DAY}", data=token | {"who": stranger})
    assert answer.status_code in ({303} if others == 200 else {404})


@pytest.mark.parametrize("role", [Role.ADMIN, Role.COUNSELLOR])
def test_whoever_is_named_stands_in_until_her_last_day(at_the_desk, office, now, role):
    row = booked(now, office.counsellor, 9)
    deputy = make.staff_member(role)
    make.deputy(deputy, office.counsellor, THURSDAY)
    desk = at_the_desk(staff=deputy)
    who = uuid_of(office.counsellor)
    assert row.uuid.hex[:5].upper() in desk.open(f"{DAY}?who={who}").text
    assert desk.open(f"sick/2027-03-05?who={who}").status == 404
    page = desk.open(f"appointments/{row.uuid}")
    assert page.status == (200 if role == Role.COUNSELLOR else 403)
    now.move(days=1)
    make.sign_in(desk._client, deputy)
    assert desk.open(f"appointments/{row.uuid}").status in {403, 404}


def test_an_admin_who_is_named_finds_the_page_among_her_places(at_the_desk, office):
    admin = make.staff_member(Role.ADMIN)
    assert "Somebody is ill today" not in at_the_desk(staff=admin).open("office").text
    make.deputy(admin, None, THURSDAY)
    desk = at_the_desk(staff=admin)
    assert desk.get(desk.open("office").link("/sick")).status == 200


def test_whoever_stands_in_finds_that_on_her_own_day(at_the_desk, office, now):
    row = booked(now, office.counsellor, 9)
    deputy = make.counsellor(languages=("fr",))
    make.deputy(deputy, office.counsellor, THURSDAY, date(2027, 3, 5))
    desk = at_the_desk(staff=deputy)
    page = desk.open("today")
    assert "You stand in for Ayla Sommer, until Friday 5 March" in page.text
    opened = desk.get(page.link(f"/appointments/{row.uuid}"))
    assert "You stand in for Ayla Sommer." in opened.text
    assert "Client's file" not in opened.text
    sick = desk.get(page.link("/staff/sick/2027-03-04"))
    assert "Who is ill?" in sick.text
    cancelled = desk.get(opened.link("/cancel"))
    desk.send(cancelled.form("/cancellation"))
    assert row_of(row).status == Status.CANCELLED
    assert db.session.query(Letter).filter_by(kind="cancelled").count() == 1


def test_a_day_that_is_over_is_no_page(at_the_desk, office):
    desk = at_the_desk()
    assert desk.open("sick/2027-03-03").status == 404
    assert desk.open(f"{DAY}?who=x").status == 404


def test_the_page_costs_as_many_queries_for_one_as_for_many(
    at_the_desk, office, colleague, now
):
    booked(now, office.counsellor, 9)
    desk = at_the_desk()
    path = f"{DAY}?who={uuid_of(office.counsellor)}"
    desk.open(path)
    few = queries_of(lambda: desk.open(path))
    now.moment = make.at(date(2027, 3, 1), 8)
    for hour in (10, 11):
        booked(now, office.counsellor, hour)
    desk = at_the_desk()
    assert queries_of(lambda: desk.open(path)) <= few


def test_the_head_names_who_stands_in(at_the_desk, office, now):
    named = make.staff_member(Role.FRONT_DESK, name="Theo Empfang")
    desk = at_the_desk(Role.HEAD)
    page = desk.get(desk.get("/staff").link("/stand-ins"))
    assert page.heading == "Who stands in for whom"
    form = page.form("/office/stand-ins")
    typed = {"deputy": uuid_of(named), "counsellor": "all"}
    page = desk.send(form, **typed, last="2027-03-31")
    assert "Saved." in page.text
    assert "Theo Empfang" in page.text
    wrong = {"deputy": uuid_of(office.counsellor)}
    page = desk.send(form, **wrong, counsellor=uuid_of(office.counsellor))
    assert page.error_at("counsellor")
    assert desk.send(form, **typed, last="2027-03-01").error_at("last")
    page = desk.send(desk.open("office/stand-ins").form("/removal"))
    assert "Nobody is named." in page.text


@pytest.mark.parametrize("role", [one for one in Role if one != Role.HEAD])
def test_nobody_but_the_head_names_anybody(at_the_desk, role):
    assert at_the_desk(role).open("office/stand-ins").status == 403
