"""Half past seven, somebody is ill: who may deal with her day, and who comes first?"""

from datetime import date, time

import pytest

from booking.models import (
    Absence,
    Letter,
    LetterKind,
    Place,
    Reach,
    Role,
    StaffMember,
    db,
)
from booking.services import appointments, door_notice, rearranging, sick
from booking.services.door_notice import Notice
from booking.services.rearranging import Chosen, Way
from booking.services.sick import NotForHer
from tests import make

THURSDAY, FRIDAY = date(2027, 3, 4), date(2027, 3, 5)


def at(hour, minute=0):
    return make.at(THURSDAY, hour, minute)


@pytest.fixture
def morning(now):
    """Thursday, half past seven."""
    now.moment = at(7, 30)
    return now


@pytest.fixture
def colleague(office):
    return make.counsellor(languages=("de", "fr"))


def booked(now, counsellor, start, place=Place.OFFICE, **person):
    choice = make.choice(start, counsellor=counsellor, wish=make.wish(place=place))
    way = appointments.book(choice, make.person(**person), now=now.now())
    return way.appointment


def team(staff, *roles, day=THURSDAY):
    found = sick.may_act_for(make.signed_in(staff, *roles), day)
    return {one.id for one in found}


def uuid_of(staff):
    return db.session.get_one(StaffMember, staff).uuid


def test_a_counsellor_acts_for_herself_and_nobody_else(office, colleague, morning):
    assert team(office.counsellor) == {office.counsellor}


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.COORDINATOR, Role.HEAD])
def test_desk_coordinator_and_head_act_for_everybody(office, colleague, morning, role):
    assert team(make.staff_member(role), role) == {office.counsellor, colleague}


@pytest.mark.parametrize("role", [Role.ADMIN, Role.DATA_PROTECTION])
def test_others_act_for_nobody_unless_they_are_named(office, colleague, morning, role):
    staff = make.staff_member(role)
    assert team(staff, role) == set()
    make.deputy(staff, colleague, THURSDAY)
    assert team(staff, role) == {colleague}
    assert team(staff, role, day=FRIDAY) == set()


def test_whoever_stands_in_acts_for_her_on_these_days_only(office, colleague, morning):
    make.deputy(colleague, office.counsellor, THURSDAY)
    assert team(colleague) == {colleague, office.counsellor}
    assert team(colleague, day=FRIDAY) == {colleague}


def test_nobody_calls_a_stranger_in_sick(office, colleague, morning):
    hers = sick.may_act_for(make.signed_in(office.counsellor), THURSDAY)
    with pytest.raises(NotForHer):
        sick.away_on(hers, [uuid_of(colleague)], THURSDAY)


def test_first_stand_those_who_can_still_be_told(office, now):
    ways = {
        9: {"reach": Reach.NONE, "email": ""},
        10: {"reach": Reach.CALL, "phone": "07161 12", "safe_hours": "morning"},
        11: {"reach": Reach.EMAIL},
    }
    for hour, way in ways.items():
        booked(now, office.counsellor, at(hour), **way)
    now.moment = at(7, 30)
    hers = sick.may_act_for(make.signed_in(office.counsellor), THURSDAY)
    away = sick.away_on(hers, [uuid_of(office.counsellor)], THURSDAY)
    hits = rearranging.with_ways(away.hit(now=now.now()), away, now=now.now())
    in_order = sick.by_reach(hits, now=now.now())
    assert [one.row.starts_at for one in in_order] == [at(10), at(11), at(9)]


@pytest.mark.parametrize(
    ("way", "told"),
    [
        ({"reach": Reach.SMS, "phone": "0151 1"}, True),
        ({"reach": Reach.EMAIL}, True),
        ({"reach": Reach.POST, "address": "Musterweg 5"}, False),
        ({"reach": Reach.NONE}, False),
        ({"reach": Reach.CALL, "phone": "1", "safe_hours": "any"}, True),
        ({"reach": Reach.CALL, "phone": "1", "safe_hours": "morning"}, True),
        ({"reach": Reach.CALL, "phone": "1", "safe_hours": "evening"}, False),
    ],
)
def test_a_letter_by_post_or_a_call_after_work_comes_too_late(office, now, way, told):
    row = booked(now, office.counsellor, at(11), **way)
    db.session.rollback()
    row = db.session.get(type(row), row.id)
    assert sick.can_be_told(row, now=at(7, 30)) == told


def test_who_is_to_be_rung_up_needs_no_notice_at_the_door(office, now):
    row = booked(
        now, office.counsellor, at(9), Place.PHONE, reach=Reach.NONE, phone="07161 12"
    )
    db.session.rollback()
    row = db.session.get(type(row), row.id)
    assert sick.can_be_told(row, now=at(7, 30))


def test_the_absence_the_letters_and_the_interpreter_come_in_one_go(
    office, colleague, now
):
    to_call, to_give = (
        booked(now, office.counsellor, at(hour), reach=Reach.CALL, phone="07161 12")
        for hour in (9, 11)
    )
    token = make.asked_interpreter(now.now(), to_call.uuid)
    assert token
    now.moment = at(7, 30)
    hers = sick.may_act_for(make.signed_in(office.counsellor), THURSDAY)
    away = sick.away_on(hers, [uuid_of(office.counsellor)], THURSDAY)
    choices = {
        to_call.uuid: Chosen(Way.CANCEL),
        to_give.uuid: Chosen(Way.GIVE, to=uuid_of(colleague)),
    }
    assert rearranging.carry_out(away, choices, by=1, now=now.now()) == ()
    (absence,) = db.session.query(Absence)
    assert absence.window.start == make.at(THURSDAY, 0)
    kinds = {one.kind: one.channel for one in db.session.query(Letter)}
    assert kinds[LetterKind.CANCELLED] == Reach.CALL
    assert LetterKind.INTERPRETER_NOT_NEEDED in kinds


def notice(**facts):
    asked = Notice(day=THURSDAY, gone=(time(9),), **facts)
    return door_notice.parts(asked, today=THURSDAY)


def test_the_notice_stands_in_german_and_in_the_languages_of_who_comes(office, now):
    parts = notice(languages=("ar", "tr", "ar", "xx"))
    assert [one.language.code for one in parts] == ["de", "de@simple", "ar", "tr"]
    german = parts[0]
    assert german.title == "Donnerstag, 4.\u00a0März"
    assert all("09:00" in sentence for sentence in german.sentences)
    assert "07161" in german.call
    assert len({one.sentences for one in parts}) >= 3


def test_what_takes_place_elsewhere_is_said_only_where_somebody_wrote_where(
    office, now
):
    stays = (time(10),)
    assert all(len(one.sentences) == 1 for one in notice(stays=stays))
    said = notice(stays=stays, room="Zimmer 305")[0].sentences
    assert len(said) == 2
    assert "Zimmer\u00a0305" in said[1]
