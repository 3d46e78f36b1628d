"""Does who drives know what she must, may she mark it, and is she looked after?"""

import re
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest

from booking.models import (
    Letter,
    LetterKind,
    LetterState,
    Role,
    Status,
    Stop,
    TwoTogether,
    VisitRequest,
    VisitState,
    WhyTwo,
    db,
)
from booking.services import (
    desk,
    driving,
    letters,
    looking_after,
    rounds,
    route_exports,
)
from booking.services.driving import Mark, NotHerStop
from booking.services.route_settings import RouteSettings, save_route_settings
from booking.services.wishes import Door
from booking.services.writing import write_session
from tests import make
from tests.services import visiting
from tests.services.visiting import ALL_DAY, MONDAY, TUESDAY, planned, published

CANARY = "Kanarienvogel"


@pytest.fixture
def team(office, now):
    """Two counsellors who are there all day, and a town on the map."""
    visiting.town(now)
    return [make.counsellor(hours=ALL_DAY), make.counsellor(hours=ALL_DAY)]


def door(**more):
    usual = {"street": "Musterweg 4", "postcode": "73033", "town": "Göppingen"}
    return Door(**(usual | more))


@pytest.fixture
def drive(team, now):
    """A published visit, and who drives there; it is Tuesday morning."""
    way = visiting.wish(
        now,
        door=door(bell=CANARY, floor="3", call_from_downstairs=True),
        person={"name": CANARY, "phone": "+49 7161 4711"},
    )
    published(now, team)
    now.moment = make.at(TUESDAY, 7)
    return way


def stop_of(way):
    db.session.rollback()
    return db.session.query(Stop).filter_by(visit_request_id=way.request.id).first()


def driver(way):
    return make.signed_in(stop_of(way).route.counsellor_id)


def told(person, now, day=TUESDAY):
    return driving.particulars(person, day, now=now.now())


def request_of(way):
    db.session.rollback()
    return db.session.get(VisitRequest, way.request.id)


# --- Who knows what ---------------------------------------------------------------


def test_who_drives_there_knows_name_bell_and_floor(drive, now):
    (there,) = told(driver(drive), now).values()
    assert (there.name, there.bell, there.floor) == (CANARY, CANARY, "3")
    assert there.phone == "+49 7161 4711"
    assert there.call_from_downstairs


def test_nobody_else_does_and_not_on_another_day(drive, team, now):
    hers = driver(drive)
    (other,) = [one for one in team if one != hers.id]
    assert told(make.signed_in(other), now) == {}
    coordinator = make.signed_in(make.staff_member(Role.COORDINATOR), Role.COORDINATOR)
    assert told(coordinator, now) == {}
    now.moment = make.at(MONDAY, 7)
    assert told(hers, now), "she prepares the evening before"
    now.move(days=2)
    assert told(hers, now) == {}
    now.move(days=-3)
    assert told(hers, now) == {}


def test_a_draft_tells_nobodys_name(team, now):
    way = visiting.wish(now, 4)
    planned(now, team)
    now.moment = make.at(TUESDAY, 7)
    assert told(driver(way), now) == {}


# --- Marks ---------------------------------------------------------------------------


def mark(way, what, now):
    driving.mark(driver(way), stop_of(way).uuid, what, now=now.now())
    return stop_of(way).doorstep


def test_she_marks_when_she_came_and_went_and_a_second_tap_changes_nothing(drive, now):
    now.moment = stop_of(drive).starts_at
    arrived = mark(drive, Mark.ARRIVED, now).arrived_at
    now.move(minutes=3)
    assert mark(drive, Mark.ARRIVED, now).arrived_at == arrived
    now.move(minutes=30)
    left = mark(drive, Mark.LEFT, now).left_at
    assert left - arrived == timedelta(minutes=33)
    assert mark(drive, Mark.TAKEN_BACK, now).left_at is None
    assert mark(drive, Mark.TAKEN_BACK, now).arrived_at is None


def test_nobody_opened_is_missed_and_she_may_be_visited_another_day(drive, now):
    now.moment = stop_of(drive).starts_at + timedelta(minutes=5)
    assert mark(drive, Mark.NOBODY_OPENED, now).nobody_opened_at == now.now()
    assert stop_of(drive).appointment.status == Status.MISSED
    (there,) = told(driver(drive), now).values()
    assert there.may_be_visited_again
    mark(drive, Mark.AGAIN, now)
    row = request_of(drive)
    assert (row.state, row.from_day) == (VisitState.WISHED, date(2027, 3, 10))
    assert row.told is None
    (there,) = told(driver(drive), now).values()
    assert not there.may_be_visited_again


def test_a_wrong_tap_is_taken_back_with_its_outcome(drive, now):
    now.moment = stop_of(drive).starts_at
    mark(drive, Mark.NOBODY_OPENED, now)
    mark(drive, Mark.TAKEN_BACK, now)
    assert stop_of(drive).appointment.status == Status.BOOKED
    mark(drive, Mark.MET, now)
    assert stop_of(drive).appointment.status == Status.MET
    assert request_of(drive).state == VisitState.MET


def test_nothing_is_recorded_before_it_has_begun(drive, now):
    with pytest.raises(desk.NotYet):
        mark(drive, Mark.MET, now)
    assert stop_of(drive).doorstep is None
    assert mark(drive, Mark.ARRIVED, now).arrived_at, "she may be early"


def test_a_stranger_marks_nothing_and_nobody_marks_tomorrow(drive, team, now):
    (other,) = [one for one in team if one != driver(drive).id]
    with pytest.raises(NotHerStop):
        driving.mark(
            make.signed_in(other), stop_of(drive).uuid, Mark.LEFT, now=now.now()
        )
    now.move(days=-1)
    with pytest.raises(NotHerStop):
        mark(drive, Mark.ARRIVED, now)


# --- Two together -----------------------------------------------------------------------


@pytest.fixture
def marked(team, now):
    """A home to which two go, with a colleague who is told; Tuesday morning."""
    way = visiting.wish(now, door=door())
    colleague = make.staff_member(Role.FRONT_DESK)
    with write_session() as session:
        session.add(
            TwoTogether(
                address_hash=session.get(VisitRequest, way.request.id).address_hash,
                reason=WhyTwo.THREAT,
                marked_by_id=team[0],
                alerts_id=colleague,
                review_on=date(2027, 9, 1),
                created_at=now.now(),
            )
        )
    published(now, team)
    now.moment = stop_of(way).ends_at
    return way, make.signed_in(colleague, Role.FRONT_DESK)


def test_both_read_with_whom_they_go_and_nobody_why(marked, team, now):
    for one in team:
        (there,) = told(make.signed_in(one), now).values()
        assert len(there.colleagues) == 1
        assert WhyTwo.THREAT not in str(there)


def test_if_nobody_has_marked_that_they_left_the_named_colleague_is_told_once(
    marked, now
):
    way, colleague = marked
    now.move(minutes=29)
    assert looking_after.alert(now=now.now()) == 0
    now.move(minutes=1)
    rounds.make_round("worker", now=now.now())
    assert looking_after.alert(now=now.now()) == 0
    (letter,) = db.session.query(Letter).filter_by(kind=LetterKind.NOT_BACK)
    assert letter.state == LetterState.SENT
    (missed,) = looking_after.not_back(colleague, now=now.now())
    assert missed.reference == way.request.reference
    assert looking_after.not_back(driver(way), now=now.now()) == []


def test_the_mail_says_neither_who_nor_where_nor_why(marked, now, settings, tmp_path):
    now.move(minutes=31)
    looking_after.alert(now=now.now())
    letters.post(now=now.now())
    (path,) = [
        one
        for one in tmp_path.rglob("letters/*")
        if b"colleague" in one.read_bytes() or b"Kolleg" in one.read_bytes()
    ]
    text = path.read_text(errors="replace")
    for secret in ("Amal", "Musterweg", "threat", "Bedrohung"):
        assert secret not in text


def test_whoever_has_left_troubles_nobody(marked, now):
    way, colleague = marked
    mark(way, Mark.LEFT, now)
    now.move(hours=1)
    assert looking_after.alert(now=now.now()) == 0
    assert looking_after.not_back(colleague, now=now.now()) == []


def test_a_visit_of_one_alone_is_nobodys_alarm(drive, now):
    now.moment = stop_of(drive).ends_at + timedelta(hours=2)
    assert looking_after.alert(now=now.now()) == 0


def test_without_a_named_colleague_the_head_is_told(team, now):
    head = make.signed_in(make.staff_member(Role.HEAD), Role.HEAD)
    way = visiting.wish(now, 4)
    with write_session() as session:
        session.get(VisitRequest, way.request.id).crew = 2
    published(now, team)
    now.moment = stop_of(way).ends_at + timedelta(minutes=31)
    assert looking_after.alert(now=now.now()) == 1
    assert len(looking_after.not_back(head, now=now.now())) == 1


# --- Maps ---------------------------------------------------------------------------------


def exported(way, now):
    stop = stop_of(way)
    return route_exports.points(driver(way), stop.route.uuid, TUESDAY)


def test_a_route_leaves_for_a_map_app_only_where_the_office_allows_it(drive, team, now):
    assert exported(drive, now) is None
    assert route_exports.map_link(48.7, 9.66) == ""
    allowed = RouteSettings(may_export=True)
    save_route_settings(allowed, by=team[0], now=now.now())
    (point,) = exported(drive, now)
    assert (point.number, point.latitude, point.longitude) == (1, 48.7065, 9.66)
    assert route_exports.map_link(48.7, 9.66) == "geo:48.700000,9.660000"
    (other,) = [one for one in team if one != driver(drive).id]
    route = stop_of(drive).route.uuid
    assert route_exports.points(make.signed_in(other), route, TUESDAY) is None


def test_the_files_hold_numbers_and_no_name(drive, team, now):
    save_route_settings(RouteSettings(may_export=True), by=team[0], now=now.now())
    found = exported(drive, now)
    root = ET.fromstring(route_exports.as_gpx(found).encode())  # noqa: S314 - our own
    space = {"g": route_exports.NAMESPACE}
    (point,) = root.findall("g:rte/g:rtept", space)
    assert (root.get("version"), point.get("lat"), point.get("lon")) == (
        *("1.1", "48.706500"),
        "9.660000",
    )
    assert [child.tag.rpartition("}")[2] for child in point] == ["time", "name"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", point[0].text)
    (feature,) = route_exports.as_geojson(found)["features"]
    assert feature["geometry"] == {"type": "Point", "coordinates": [9.66, 48.7065]}
    assert CANARY not in route_exports.as_gpx(found) + str(feature)
