"""Can staff take a wish for a visit, change it, and write down what a client says?"""

from datetime import date

import pytest

from booking.models import (
    Appointment,
    Client,
    JournalEntry,
    KeptApart,
    Letter,
    Reach,
    Role,
    StaffMember,
    Status,
    TwoTogether,
    VisitRequest,
    VisitState,
    WhyTwo,
    db,
)
from booking.routing import Distance
from booking.services import (
    appointments,
    board,
    erasing_people,
    homes,
    planning_wishes,
    retention,
    wish_changes,
)
from booking.services.homes import ImpossibleMark, Mark
from booking.services.wishes import Door
from booking.services.writing import read_session, write_session
from tests import make
from tests.services import visiting
from tests.web.reading import Page

TYPED = {
    "name": "سارة",
    "people": "2",
    "reach": "call",
    "phone": "0151 23456789",
    "safe_hours": "morning",
    "letter_language": "ar",
    "remind": "",
    "language": "ar",
    "weekdays": ["0", "2"],
    "parts": ["morning"],
    "door_street": "Musterweg 5",
    "door_postcode": "73033",
    "door_town": "Göppingen",
    "bell": "Muster",
    "key": "on the phone",
}
STANDING = {
    "minutes": "60",
    "priority": "0",
    "weekdays": ["0", "1"],
    "parts": ["morning", "midday"],
    "own": "",
    "excluded": "",
}


class Signed:
    """A browser that sends what every form of staff carries along."""

    def __init__(self, browser):
        self._browser = browser

    def get(self, address):
        return self._browser.get(address)

    def post(self, address, data=None):
        own = Page(self.get("/staff/search")).form("/sign-out").fields
        return self._browser.post(
            address, data=(data or {}) | {"csrf_token": own["csrf_token"]}
        )

    def becomes(self, staff):
        make.sign_in(self._browser, staff)


@pytest.fixture
def planner(browser_like, office, now):
    """A counsellor who plans, counsels and sits at the desk, signed in."""
    visiting.town(now)
    with write_session() as session:
        row = session.get(StaffMember, office.counsellor)
        row.roles = frozenset({Role.COUNSELLOR, Role.COORDINATOR, Role.FRONT_DESK})
    make.sign_in(browser_like, office.counsellor)
    return Signed(browser_like)


def latest():
    db.session.rollback()
    return db.session.query(VisitRequest).order_by(VisitRequest.id.desc()).first()


def sent(browser, address, typed):
    return browser.post(address, data=typed)


def test_a_wish_told_on_the_phone_is_kept_like_any_other(planner):
    answer = sent(planner, "/staff/wishes", TYPED)
    assert answer.status_code == 303
    wish = latest()
    assert (wish.name, wish.phone, wish.bell) == ("سارة", "+49 1512 3456789", "Muster")
    assert (wish.weekdays, wish.parts_of_day) == ([0, 2], ["morning"])
    assert (wish.address, wish.state) == ("Musterweg 5, 73033 Göppingen", "wished")
    page = Page(planner.get(answer.location))
    assert page.status == 200
    assert "Wunsch" in page.text


def test_the_code_of_a_wish_is_read_to_nobody_but_who_took_it(planner, office):
    where = sent(planner, "/staff/wishes", TYPED).location
    planner.becomes(make.counsellor())
    assert planner.get(where).status_code == 404


def test_a_wish_sent_twice_is_one_wish(planner):
    for _ in range(2):
        sent(planner, "/staff/wishes", TYPED)
    assert db.session.query(VisitRequest).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"weekdays": []},
        {"parts": []},
        {"door_street": "Musterweg"},
        {"door_town": ""},
        {"phone": "", "downstairs": "y", "reach": "none"},
        {"from_day": "2020-01-01"},
        {"language": "xx"},
        {"bell": "x" * 200},
    ],
)
def test_a_wish_with_a_gap_is_not_kept_and_nothing_typed_is_lost(planner, wrong):
    answer = sent(planner, "/staff/wishes", TYPED | wrong)
    assert answer.status_code == 422
    assert db.session.query(VisitRequest).count() == 0
    assert 'class="error"' in answer.text
    assert (TYPED | wrong)["door_postcode"] in answer.text


def test_a_wish_for_a_client_of_hers_belongs_to_the_file(planner, office):
    file = make.client(office.counsellor)
    page = planner.get(f"/staff/wishes?client={file.reference}")
    assert file.name in page.text
    sent(planner, "/staff/wishes", TYPED | {"client": file.reference})
    assert (latest().client_id, latest().own_counsellor_id) == (
        file.id,
        office.counsellor,
    )
    assert "Musterweg 5" in planner.get(f"/staff/clients/{file.reference}").text


def test_where_a_client_lives_need_not_be_typed_again(planner, office):
    lives = "Musterweg 5\n73033 Göppingen"
    file = make.client(office.counsellor, address=lives)
    page = Page(planner.get(f"/staff/wishes?client={file.reference}"))
    door = page.form("/staff/wishes").fields
    assert (page.status, door["door_street"]) == (200, "Musterweg 5")
    assert (door["door_postcode"], door["door_town"]) == ("73033", "Göppingen")


def test_a_strangers_file_is_unknown_here_too(planner):
    file = make.client(make.counsellor())
    assert planner.get(f"/staff/wishes?client={file.reference}").status_code == 404
    typed = TYPED | {"client": file.reference}
    assert sent(planner, "/staff/wishes", typed).status_code == 404


def test_a_coordinator_says_how_long_how_urgent_and_by_whom(planner, now, office):
    wish = visiting.wish(now).request.uuid
    colleague = make.counsellor()
    uuid = str(db.session.get(StaffMember, colleague).uuid)
    answer = sent(
        planner,
        f"/staff/visits/wishes/{wish}",
        STANDING
        | {
            "minutes": "90",
            "priority": "2",
            "due_on": "2027-02-01",
            "set_aside_until": "2027-03-10",
            "crew": "y",
            "excluded": uuid,
        },
    )
    assert answer.status_code == 303
    row = latest()
    assert (row.minutes, row.priority, row.crew) == (90, 2, 2)
    assert (row.due_on, row.set_aside_until) == (date(2027, 2, 1), date(2027, 3, 10))
    assert row.excluded_counsellor_id == colleague
    assert row.weekdays == [0, 1]
    page = planner.get("/staff/visits/2027-03-09").text
    assert "zu zweit" in page
    assert "überfällig" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"minutes": "7"},
        {"minutes": "x"},
        {"priority": "9"},
        {"due_on": "soon"},
        {"set_aside_until": "2020-01-01"},
        {"own": "somebody"},
        {"weekdays": []},
        {"parts": ["night"]},
    ],
)
def test_what_makes_no_sense_is_refused_at_its_place(planner, now, wrong):
    wish = visiting.wish(now).request.uuid
    answer = sent(planner, f"/staff/visits/wishes/{wish}", STANDING | wrong)
    assert answer.status_code == 422
    assert latest().minutes == 60
    assert latest().weekdays == [0, 1, 2, 3, 4]


def test_a_counsellor_cannot_be_her_own_and_left_out(planner, now, office):
    wish = visiting.wish(now).request.uuid
    uuid = str(db.session.get(StaffMember, office.counsellor).uuid)
    both = STANDING | {"own": uuid, "excluded": uuid}
    assert sent(planner, f"/staff/visits/wishes/{wish}", both).status_code == 422


def test_what_a_client_was_told_is_not_changed_in_place(planner, now, office):
    wish = visiting.wish(now).request.uuid
    visiting.published(now, [office.counsellor])
    answer = sent(planner, f"/staff/visits/wishes/{wish}", STANDING | {"minutes": "90"})
    assert answer.status_code == 409
    assert latest().minutes == 60


def test_a_day_declined_on_the_phone_goes_back_to_the_wishes(planner, now, office):
    wish = visiting.wish(now).request.uuid
    visiting.published(now, [office.counsellor])
    address = f"/staff/visits/wishes/{wish}/refusal"
    for _ in range(2):  # a double click declines once
        assert planner.post(address).status_code == 303
    row = latest()
    assert row.state == VisitState.DECLINED
    assert row.from_day > visiting.TUESDAY
    appointment = db.session.query(Appointment).one()
    assert (appointment.status, appointment.cancelled_by_office) == (
        Status.CANCELLED,
        False,
    )
    said = db.session.query(JournalEntry).filter_by(deed="cancel").one()
    assert (said.actor, said.staff_id) == ("staff", office.counsellor)


def test_a_wish_taken_back_on_the_phone_is_planned_no_more(planner, now, office):
    wish = visiting.wish(now).request.uuid
    visiting.planned(now, [office.counsellor])
    address = f"/staff/visits/wishes/{wish}/withdrawal"
    assert planner.post(address).status_code == 303
    assert latest().state == VisitState.WITHDRAWN
    assert planner.get(f"/staff/visits/wishes/{wish}").status_code == 404


def test_who_declined_and_gives_up_altogether_is_planned_no_more(planner, now, office):
    wish = visiting.wish(now).request.uuid
    visiting.published(now, [office.counsellor])
    planner.post(f"/staff/visits/wishes/{wish}/refusal")
    planner.post(f"/staff/visits/wishes/{wish}/withdrawal")
    assert latest().state == VisitState.WITHDRAWN


def test_a_client_who_declines_twice_by_her_link_still_waits(browser_like, now, office):
    visiting.town(now)
    way = visiting.wish(now)
    visiting.published(now, [office.counsellor])
    for _ in range(2):  # the answer to the first was lost
        browser_like.post(f"/de/a/{way.token}/cancellation")
    assert latest().state == VisitState.DECLINED


def test_two_households_are_kept_apart_until_somebody_says_otherwise(
    planner, now, office
):
    one, other = (visiting.wish(now, number).request.uuid for number in (5, 7))
    address = f"/staff/visits/wishes/{one}/distances"
    typed = {"other": str(other), "how": "order"}
    assert planner.post(address, data=typed).status_code == 303
    # Said again from the other side meanwhile: the latter counts.
    wish_changes.keep_apart(
        other, one, Distance.COUNSELLOR, by=office.counsellor, now=now.now()
    )
    db.session.rollback()
    assert [pair.how for pair in db.session.query(KeptApart)] == ["counsellor"]
    with read_session() as session:
        rows = session.query(VisitRequest).all()
        assert len(planning_wishes.kept_apart(session, rows)) == 1
    assert one.hex[:5].upper() in planner.get(f"/staff/visits/wishes/{other}").text
    assert planner.post(f"{address}/{other}/removal").status_code == 303
    db.session.rollback()
    assert db.session.query(KeptApart).count() == 0


@pytest.mark.parametrize("wrong", [{"other": ""}, {"how": "far"}, {"other": "itself"}])
def test_a_household_is_kept_apart_from_another_one_somehow(planner, now, wrong):
    one, other = (visiting.wish(now, number).request.uuid for number in (5, 7))
    typed = {"other": str(other), "how": "order"} | wrong
    typed["other"] = str(one) if typed["other"] == "itself" else typed["other"]
    answer = planner.post(f"/staff/visits/wishes/{one}/distances", data=typed)
    assert answer.status_code == 422
    assert db.session.query(KeptApart).count() == 0


def test_the_board_shows_the_overdue_and_one_part_of_the_town(planner, now):
    old = visiting.wish(now, 5).request.reference
    now.move(weeks=4)
    new = visiting.wish(
        now,
        door=Door(street="Musterweg 7", postcode="73035", town="Faurndau"),
    ).request.reference
    planner.becomes(db.session.query(StaffMember).first().id)
    monday = "/staff/visits/2027-03-29"
    overdue = planner.get(f"{monday}?show=overdue").text
    there = planner.get(f"{monday}?district=73035+Faurndau").text
    assert f'id="wish-{old}"' in overdue
    assert f'id="wish-{new}"' not in overdue
    assert f'id="wish-{new}"' in there
    assert f'id="wish-{old}"' not in there


MARK = {"reason": "threat", "alerts": "", "review_on": "2027-09-01"}


@pytest.fixture
def hers(planner, now, office):
    """A wish of a client whom she counsels."""
    file = make.client(office.counsellor)
    return visiting.wish(now, client=file.id, own=office.counsellor).request.uuid


def test_a_home_marked_for_two_gets_two_and_nobody_but_counsellors_reads_why(
    planner, now, office, hers
):
    make.counsellor()
    address = f"/staff/wishes/{hers}/two-together"
    assert planner.post(address, data=MARK).status_code == 303
    assert "bedroht" in planner.get(address).text
    found = board.board(visiting.TUESDAY).wishes
    assert [one.crew for one in found] == [2]
    for page in (f"/staff/visits/wishes/{hers}", "/staff/visits/2027-03-09"):
        assert "bedroht" not in planner.get(page).text
    assert "zu zweit" in planner.get("/staff/visits/2027-03-09").text
    assert planner.post(f"{address}/removal").status_code == 303
    db.session.rollback()
    assert db.session.query(TwoTogether).count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": ""},
        {"alerts": "somebody"},
        {"review_on": "2027-03-01"},
        {"review_on": "2029-03-01"},
        {"review_on": ""},
    ],
)
def test_a_mark_has_a_reason_and_a_day_on_which_somebody_looks_again(
    planner, hers, wrong
):
    address = f"/staff/wishes/{hers}/two-together"
    assert planner.post(address, data=MARK | wrong).status_code == 422
    assert db.session.query(TwoTogether).count() == 0


def test_a_day_to_look_again_is_a_day_of_the_office_not_of_greenwich(
    planner, now, office, hers
):
    """Half past midnight in Göppingen is still yesterday in UTC."""
    now.moment = make.at(date(2027, 3, 2), 0, 30)
    usual = {"reason": WhyTwo.ANIMAL, "alerts": None}
    person = make.signed_in(office.counsellor)
    with pytest.raises(ImpossibleMark):
        homes.mark(
            person, hers, Mark(review_on=date(2027, 3, 2), **usual), now=now.now()
        )
    homes.mark(person, hers, Mark(review_on=date(2028, 3, 2), **usual), now=now.now())


def test_who_marks_a_home_while_her_colleague_leaves_is_asked_whom_to_tell(
    planner, hers, monkeypatch
):
    """Between reading the form and keeping it, the colleague was disabled."""

    def too_late(*_arguments, **_facts):
        raise ImpossibleMark

    monkeypatch.setattr(homes, "mark", too_late)
    answer = planner.post(f"/staff/wishes/{hers}/two-together", data=MARK)
    assert answer.status_code == 409
    assert 'value="threat" checked' in " ".join(answer.text.split())


def test_a_home_of_strangers_is_not_found_to_be_marked(planner, now):
    wish = visiting.wish(now).request.uuid
    address = f"/staff/wishes/{wish}/two-together"
    assert planner.get(address).status_code == 404
    assert planner.post(address, data=MARK).status_code == 404
    assert planner.post(f"{address}/removal").status_code == 404


def test_the_head_sees_which_marks_are_to_be_looked_at_again(planner, now, hers):
    planner.post(f"/staff/wishes/{hers}/two-together", data=MARK)
    now.move(weeks=30)
    head = make.counsellor()
    with write_session() as session:
        session.get(StaffMember, head).roles = frozenset({Role.HEAD})
    planner.becomes(head)
    page = planner.get("/staff/homes").text
    assert "Musterweg 5" in page
    assert "bedroht" in page
    assert "noch einmal ansehen" in page
    assert "/staff/homes" in planner.get("/staff/office/stand-ins").text


def test_a_mark_goes_with_the_last_wish_for_a_visit_there(planner, now, hers):
    planner.post(f"/staff/wishes/{hers}/two-together", data=MARK)
    rule = "marks of homes of nobody"
    assert retention.erase_all(now=now.now())[rule] == 0
    db.session.rollback()
    file = db.session.query(Client).one().reference
    erasing_people.erase(file, now=now.now())
    db.session.rollback()
    assert db.session.query(TwoTogether).count() == 0


def test_letters_say_that_the_client_has_called_it_off(planner, now, office):
    person = make.person(reach=Reach.EMAIL, email="sara@example.org")
    choice = make.choice(make.at(date(2027, 3, 4), 9))
    way = appointments.book(choice, person, now=now.now()).appointment.uuid
    address = f"/staff/appointments/{way}/cancellation"
    assert planner.post(address, data={"whose": "client"}).status_code == 303
    db.session.rollback()
    row = db.session.query(Appointment).filter_by(uuid=way).one()
    assert (row.status, row.cancelled_by_office) == (Status.CANCELLED, False)
    assert db.session.query(Letter).filter_by(kind="cancelled").count() == 1


@pytest.fixture
def at_the_desk(browser_like, office):
    """The front desk, and nobody's counsellor."""
    make.sign_in(browser_like, make.staff_member(Role.FRONT_DESK))
    return Signed(browser_like)


def test_the_desk_writes_down_that_a_visit_does_not_suit(at_the_desk, now, office):
    visiting.town(now)
    way = visiting.wish(now)
    visiting.published(now, [office.counsellor])
    seen = at_the_desk.post("/staff/search", data={"typed": way.code})
    address = Page(seen).link("/cancel")
    assert "Musterweg" not in at_the_desk.get(address).text
    deed = address.replace("/cancel", "/cancellation")
    assert at_the_desk.post(deed).status_code == 303
    assert latest().state == VisitState.DECLINED
    appointment = db.session.query(Appointment).one()
    assert (appointment.status, appointment.cancelled_by_office) == (
        Status.CANCELLED,
        False,
    )
    assert at_the_desk.post(deed).status_code == 404, "a second tap finds nothing"
    page = at_the_desk.get("/staff/search?saved=cancelled").text
    assert "abgesagt" in page


def test_what_has_begun_is_not_called_off_at_the_desk(at_the_desk, now, office):
    choice = make.choice(make.at(date(2027, 3, 4), 9))
    way = appointments.book(choice, make.person(), now=now.now())
    now.moment = make.at(date(2027, 3, 4), 9, 5)
    make.sign_in(at_the_desk._browser, make.staff_member(Role.FRONT_DESK))
    seen = at_the_desk.post("/staff/search", data={"typed": way.code})
    assert "/cancel" not in seen.text
    deed = f"/staff/desk/{way.appointment.uuid}/cancellation"
    assert at_the_desk.post(deed).status_code == 404
