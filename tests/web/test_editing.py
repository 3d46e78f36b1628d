"""Can a coordinator change a plan by hand on her pages, and is nobody surprised?"""

from datetime import time
from uuid import uuid4

import pytest

from booking.languages import language_of_code
from booking.models import JobState, PlanStep, Role, Route, Stop, VisitRequest, db
from booking.services import locating, publishing
from booking.services.office import decide
from booking.services.writing import write_session
from tests import make
from tests.counting import queries_of
from tests.services import visiting
from tests.services.visiting import TUESDAY, WEDNESDAY, planned, published
from tests.web.test_coordinator import CANARIES, Desk, ordered, routed, wished
from tests.web.test_every_page import faults_of

BOARD = "/staff/visits/2027-03-09"
EARLY = ((time(8), time(13)),)


@pytest.fixture
def coordinator(desk):
    """Karin, who plans visits."""
    make.sign_in(desk, make.staff_member(Role.COORDINATOR))
    return Desk(desk)


@pytest.fixture
def team(office, now):
    """Two counsellors who are there from eight to one, and a town on the map."""
    visiting.town(now)
    return [make.counsellor(hours=EARLY), make.counsellor(hours=EARLY)]


@pytest.fixture
def drafted(team, now):
    """Three visits on one draft of Tuesday."""
    ways = [visiting.wish(now, number) for number in (2, 4, 6)]
    planned(now, team[:1])
    return [way.request.uuid for way in ways]


def order():
    db.session.rollback()
    rows = db.session.query(Route).order_by(Route.day, Route.counsellor_id)
    return [[stop.visit_request.uuid for stop in row.stops] for row in rows]


def reference(visit):
    return visit.hex[:5].upper()


def form_to(page, label):
    """The form whose button says this, also to a screen reader."""
    for element, form in zip(page.all("form"), page.forms, strict=True):
        if label in element.text:
            return form
    raise LookupError(label)


def places_of(visit):
    return f"{BOARD}/wishes/{visit}/places"


def test_a_stop_goes_up_by_one_button_and_back_by_another(coordinator, drafted):
    ((first, second, third),) = order()
    page = coordinator.get(BOARD)
    done = coordinator.send(form_to(page, f"Move visit {reference(second)} up"))
    assert done.status == 303
    assert done.headers["Location"].endswith(f"#stop-{reference(second)}")
    assert order() == [[second, first, third]]
    page = coordinator.get(BOARD)
    assert f"visit {reference(second)} was moved up (Karin Amtmann" in page.text
    assert coordinator.send(form_to(page, "Undo this change")).status == 303
    assert order() == [[first, second, third]]
    assert "Undo" not in coordinator.get(BOARD).text


def test_the_first_stop_has_no_way_up_and_the_last_none_down(coordinator, drafted):
    ((first, _, third),) = order()
    text = coordinator.get(BOARD).text
    assert f"Move visit {reference(first)} up" not in text
    assert f"Move visit {reference(third)} down" not in text
    assert f"Move visit {reference(first)} down" in text


def test_the_page_of_a_visit_lists_places_and_each_can_be_taken(coordinator, drafted):
    visit = drafted[0]
    page = coordinator.get(places_of(visit))
    assert page.heading == f"Change visit {reference(visit)}"
    assert "on the way" in page.text
    assert coordinator.send(form_to(page, "Take this place")).status == 303
    assert sorted(map(len, order())) == [1, 2]


@pytest.mark.parametrize(
    ("unfit", "why"),
    [
        ({"language": "so"}, "Nobody of the chosen counsellors speaks Somali."),
        ({"weekdays": (5,)}, "No counsellor who could go has time when"),
    ],
)
def test_the_page_of_a_wish_that_fits_nowhere_says_why(
    coordinator, drafted, now, unfit, why
):
    visit = visiting.wish(now, 8, **unfit).request.uuid
    locating.look_in_the_book(now=now.now())
    page = coordinator.get(places_of(visit))
    assert "It fits nowhere else without breaking something" in page.text
    assert why in page.text


def test_a_visit_is_pinned_and_unpinned(coordinator, drafted):
    visit = drafted[0]
    page = coordinator.get(places_of(visit))
    assert coordinator.send(form_to(page, "Pin this visit")).status == 303
    assert "pinned" in coordinator.get(BOARD).text
    page = coordinator.get(places_of(visit))
    assert coordinator.send(form_to(page, "Unpin this visit")).status == 303
    stops = [stop for row in db.session.query(Route) for stop in row.stops]
    assert not any(stop.pinned for stop in stops)


def test_who_is_taken_out_is_among_the_wishes_and_can_be_put_in_again(
    coordinator, drafted
):
    visit = drafted[1]
    page = coordinator.get(places_of(visit))
    done = coordinator.send(form_to(page, "Take out of the plan"))
    assert done.headers["Location"].endswith(f"#wish-{reference(visit)}")
    board = coordinator.get(BOARD)
    assert "Nobody is left over" not in board.text
    assert "Some wishes are on no route" in board.text
    links = {one.text: one.get("href") for one in board.all("a")}
    page = coordinator.get(links[f"Where would this fit? {reference(visit)}"])
    assert page.heading == f"Where would visit {reference(visit)} fit?"
    assert coordinator.send(form_to(page, "Take this place")).status == 303
    assert visit in [one for stops in order() for one in stops]


@pytest.fixture
def broken(coordinator, team, now):
    """The page that asks back before a visit goes to a day that does not suit."""
    way = visiting.wish(now, weekdays=(TUESDAY.weekday(),))
    planned(now, team[:1])
    page = coordinator.get(places_of(way.request.uuid))
    form = form_to(page, "Put it there")
    wednesday = next(
        one.get("value")
        for one in page.all("option")
        if one.text.startswith("Wed") and one.get("value").startswith(f"{team[0]}.")
    )
    return coordinator.send(form, position=wednesday)


def test_what_an_edit_breaks_is_shown_in_words_before_it_is_saved(coordinator, broken):
    assert broken.status == 422
    assert "Nothing is changed yet. This would break:" in broken.text
    assert "cannot be visited on that day" in broken.text
    assert db.session.query(PlanStep).count() == 0
    assert coordinator.send(form_to(broken, "Do it all the same")).status == 303
    db.session.rollback()
    assert db.session.query(Route).one().day == WEDNESDAY


def test_who_leaves_it_has_changed_nothing(coordinator, broken):
    links = {" ".join(one.text.split()): one.get("href") for one in broken.all("a")}
    assert coordinator.get(links["Leave it"]).status == 200
    assert db.session.query(Route).one().day == TUESDAY


def test_nobody_can_save_a_visit_that_collides_with_an_appointment(
    coordinator, team, now
):
    early, way = visiting.wish(now, 3), visiting.wish(now, 20)
    make.visit_published(early.request.uuid, team[0], make.at(TUESDAY, 9, 10))
    planned(now, team[1:])
    page = coordinator.get(places_of(way.request.uuid))
    morning = next(
        one.get("value")
        for one in page.all("option")
        if one.text.startswith("Tue") and one.get("value").startswith(f"{team[0]}.")
    )
    refused = coordinator.send(form_to(page, "Put it there"), position=morning)
    assert refused.status == 409
    assert "This cannot be saved, and nothing was changed" in refused.text
    assert "too late to what stands in her calendar next" in refused.text
    assert "Do it all the same" not in refused.text


def test_the_second_of_two_coordinators_is_told_that_the_route_has_changed(
    coordinator, drafted
):
    ((first, second, third),) = order()
    page = coordinator.get(BOARD)
    coordinator.send(form_to(page, f"Move visit {reference(second)} up"))
    late = coordinator.send(form_to(page, f"Move visit {reference(third)} up"))
    assert late.status == 409
    assert "Somebody has changed this route" in late.text
    assert order() == [[second, first, third]]


def test_the_same_button_pressed_twice_moves_once(coordinator, drafted):
    ((first, second, third),) = order()
    form = form_to(coordinator.get(BOARD), f"Move visit {reference(third)} up")
    assert coordinator.send(form).status == 303
    assert coordinator.send(form).status == 409
    assert order() == [[first, third, second]]


def test_the_second_to_undo_the_same_step_is_told(coordinator, drafted):
    ((_, second, _),) = order()
    page = coordinator.get(BOARD)
    coordinator.send(form_to(page, f"Move visit {reference(second)} up"))
    undo = form_to(coordinator.get(BOARD), "Undo this change")
    assert coordinator.send(undo).status == 303
    again = coordinator.send(undo)
    assert (again.status, again.heading) == (409, "This cannot be undone any more")


def test_published_visits_have_no_buttons_and_say_why(coordinator, team, now):
    way = visiting.wish(now)
    published(now, team)
    page = coordinator.get(BOARD)
    assert not [one for one in page.all("form") if "/edits" in one.get("action")]
    page = coordinator.get(places_of(way.request.uuid))
    assert "It is not changed in place" in page.text


def test_a_published_visit_is_not_moved_by_a_form_of_yesterday(
    coordinator, drafted, team, now
):
    ((_, second, _),) = order()
    form = form_to(coordinator.get(BOARD), f"Move visit {reference(second)} up")
    publishing.publish([TUESDAY], by=team[0], now=now.now())
    refused = coordinator.send(form)
    assert refused.status == 409
    assert "What is published is not changed in place" in refused.text


# --- Two together ------------------------------------------------------------------


@pytest.fixture
def crew(team, now):
    """A visit to which two go, each on her own draft."""
    both = visiting.wish(now, 5).request
    planned(now, team[:1])
    with write_session() as session:
        session.get_one(VisitRequest, both.id).crew = 2
        make.second_stop(session, session.query(Stop).one(), team[1])
    return both.uuid


def test_a_visit_for_two_stands_twice_on_a_sound_board(coordinator, crew):
    page = coordinator.get(BOARD)
    assert list(faults_of(page, language_of_code("en"))) == []
    rows = {one.get("id") for one in page.all("tr")}
    assert {f"stop-{reference(crew)}", f"stop-{reference(crew)}-second"} <= rows


def test_of_two_each_can_be_replaced_and_both_are_taken_out_at_once(
    coordinator, crew, team
):
    third = make.counsellor(hours=EARLY)
    page = coordinator.get(places_of(crew))
    assert page.text.count("Instead of Ayla Sommer") == 2
    assert list(faults_of(page, language_of_code("en"))) == []
    forms = [one for one in page.forms if "position" in one.names]
    hers = next(one for one in forms if one.fields["counsellor"] == str(team[1]))
    there = next(
        one.get("value")
        for one in page.all("option")
        if one.text.startswith("Tue") and one.get("value").startswith(f"{third}.")
    )
    assert coordinator.send(hers, position=there).status == 303
    db.session.rollback()
    drivers = {row.counsellor_id for row in db.session.query(Route)}
    assert drivers == {team[0], third}
    page = coordinator.get(places_of(crew))
    assert coordinator.send(form_to(page, "Take out of the plan")).status == 303
    assert order() == []
    page = coordinator.get(places_of(crew))
    assert "They are put in together" in page.text
    assert coordinator.send(form_to(page, "Take this place")).status == 303
    assert order() == [[crew], [crew]]


# --- Load and comparison -------------------------------------------------------------


def test_the_load_names_hours_visits_ways_and_a_fair_share(coordinator, drafted):
    page = coordinator.get(f"{BOARD}/load")
    rows = [" ".join(row.text.split()) for row in page.all("tr")]
    driving = [row for row in rows if row.startswith("Ayla Sommer 25 h 00 min 3 ")]
    resting = [row for row in rows if row.startswith("Ayla Sommer 25 h 00 min 0 ")]
    assert len(driving) == 1
    assert "3 h 00 min" in driving[0]
    assert len(resting) == 1
    assert driving[0].split("min")[-2] == resting[0].split("min")[-2]


def test_drafts_and_published_routes_are_weighed_apart(coordinator, drafted, team, now):
    publishing.publish([TUESDAY], by=team[0], now=now.now())
    text = coordinator.get(f"{BOARD}/load").text
    assert "There are no drafts in this week." in text
    assert "Nothing is published in this week yet." not in text


def test_the_comparison_tells_new_moved_gone_and_unchanged_apart(coordinator, office):
    ayla, nadia = office.counsellor, make.counsellor()
    kept, moved, gone, new = (wished(street=f"Musterweg {n}") for n in range(1, 5))
    published_state = {"state": "published", "day": TUESDAY}
    routed(ayla, kept, moved, gone, **published_state)
    job = ordered(
        state=JobState.DONE,
        days=(TUESDAY, WEDNESDAY),
        modes={str(ayla): "bike", str(nadia): "bike"},
        terms={"moves_published": True},
    )
    for route in (
        routed(ayla, kept, day=TUESDAY),
        routed(nadia, moved, new, day=WEDNESDAY),
    ):
        with write_session() as session:
            session.get_one(Route, route.id).job_id = job.id
    page = coordinator.get(f"{BOARD}/comparison")
    headings = [" ".join(one.text.split()) for one in page.all("h2")]
    assert headings == [
        "1 published visit is on no route any more",
        "1 published visit moves",
        "1 visit is new",
        "1 published visit stays as it is",
    ]
    assert "from Tue 9 Mar, 10:15, Ayla Sommer to Wed 10 Mar, 09:15" in page.text


def test_published_visits_that_no_plan_touches_are_not_gone(coordinator, office):
    routed(office.counsellor, wished(), state="published", day=TUESDAY)
    routed(office.counsellor, wished(street="Musterweg 9"), day=WEDNESDAY)
    text = coordinator.get(f"{BOARD}/comparison").text
    assert "1 visit is new" in text
    assert "1 published visit stays as it is" in text


# --- Rights, words, speed --------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.COUNSELLOR, Role.FRONT_DESK, Role.HEAD])
def test_only_coordinators_change_plans(desk, drafted, role):
    make.sign_in(desk, make.staff_member(role))
    other = Desk(desk)
    for path in (places_of(drafted[0]), f"{BOARD}/load", f"{BOARD}/comparison"):
        assert other.get(path).status == 403
    for path in (f"{BOARD}/edits", f"{BOARD}/edits/removal"):
        assert desk.post(path).status_code in {400, 403}
    assert db.session.query(PlanStep).count() == 0


def test_a_deed_needs_the_form_it_was_made_for(coordinator, drafted, app):
    page = coordinator.get(BOARD)
    ((_, second, _),) = order()
    form = form_to(page, f"Move visit {reference(second)} up")
    assert coordinator.send(form, csrf_token="another").status == 400
    assert order()[0][1] == second


@pytest.mark.parametrize(
    "wrong",
    [
        {"deed": "explode"},
        {"visit": "nobody"},
        {"counsellor": "x"},
        {"spot": "1.2"},
        {"position": "1"},
        {"start": "noon"},
    ],
)
def test_a_form_that_no_page_has_made_is_refused(coordinator, drafted, wrong):
    ((_, second, _),) = order()
    form = form_to(coordinator.get(BOARD), f"Move visit {reference(second)} up")
    assert coordinator.send(form, **wrong).status == 400
    assert db.session.query(PlanStep).count() == 0


def test_an_unknown_visit_has_no_page(coordinator, team):
    assert coordinator.get(places_of(uuid4())).status == 404


def test_looking_changes_nothing(coordinator, drafted):
    before = order()
    for path in (
        places_of(drafted[0]),
        f"{BOARD}/load",
        f"{BOARD}/comparison",
        f"{BOARD}/edits",
        f"{BOARD}/edits/removal",
    ):
        assert coordinator.get(path).status in {200, 303}
    assert order() == before
    assert db.session.query(PlanStep).count() == 0


def test_a_week_that_is_over_is_not_changed(coordinator, drafted, now):
    now.move(days=14)
    make.sign_in(coordinator._client, make.staff_member(Role.COORDINATOR))
    assert "Move visit" not in coordinator.get(BOARD).text
    assert coordinator.get(places_of(drafted[0])).heading == "This week is over"


def test_a_wish_without_a_point_leads_to_the_page_that_sets_it(coordinator, office):
    with write_session() as session:
        decide(session, now=make.at(TUESDAY, 8), office_point=[48.7025, 9.6528])
    wish = wished(point=None, quality=None)
    page = coordinator.get(places_of(wish.uuid))
    assert "Nobody knows yet where this address is" in page.text


def test_these_pages_are_sound_and_name_nobody(coordinator, drafted, now, broken):
    db.session.rollback()
    rows = db.session.query(VisitRequest).all()
    names = {row.name for row in rows} | {row.phone for row in rows} | set(CANARIES)
    pages = [
        coordinator.get(BOARD),
        coordinator.get(places_of(drafted[0])),
        coordinator.get(f"{BOARD}/load"),
        coordinator.get(f"{BOARD}/comparison"),
        broken,
    ]
    for page in pages:
        assert list(faults_of(page, language_of_code("en"))) == []
        for name in names - {"", None}:
            assert name not in page.text


def test_the_board_asks_no_more_of_the_database_for_more_stops(coordinator, team, now):
    ways = [visiting.wish(now, n) for n in (2, 4)]
    planned(now, team)
    paths = [BOARD, places_of(ways[0].request.uuid)]
    paths += [f"{BOARD}/load", f"{BOARD}/comparison"]

    def looks(path):
        coordinator.get(path)  # what a write makes new is read once
        return queries_of(lambda: coordinator.get(path))

    few = [looks(path) for path in paths]
    for n in (6, 8, 10, 12):
        visiting.wish(now, n)
    planned(now, team)
    assert [looks(path) for path in paths] == few
