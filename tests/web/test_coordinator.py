"""Does a coordinator see at a glance whom nobody visits, and why? And no more?"""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from booking.models import (
    Appointment,
    JobState,
    Place,
    PlanningJob,
    Quality,
    Reach,
    Role,
    Route,
    RouteState,
    Status,
    Stop,
    VisitRequest,
    VisitState,
    db,
)
from booking.models.office import ConsultationType
from booking.services.office import decide
from booking.services.writing import write_session
from tests import make
from tests.counting import queries_of
from tests.web.reading import Page
from tests.web.test_every_page import faults_of

MONDAY, TUESDAY, WEDNESDAY = (date(2027, 3, day) for day in (1, 2, 3))
BOARD = "/staff/visits/2027-03-01"
CANARIES = ("Zeynep Vogelfrei", "+49 7161 4711", "zeynep@example.org", "Vogel bell")
OFFICE_POINT = [48.7025, 9.6528]


class Desk:
    """A staff member at her desk, reading English."""

    def __init__(self, client):
        self._client = client
        self.headers = {"Accept-Language": "en"}

    def get(self, path):
        return Page(self._client.get(path, headers=self.headers))

    def send(self, form, **typed):
        filled = form.fields | typed
        return Page(self._client.post(form.action, data=filled, headers=self.headers))

    def reload(self, page):
        return self.get(page.headers["Location"])


@pytest.fixture
def coordinator(desk):
    """Karin, who plans visits."""
    make.sign_in(desk, make.staff_member(Role.COORDINATOR))
    with write_session() as session:
        decide(session, now=make.at(MONDAY, 8), office_point=OFFICE_POINT)
    return Desk(desk)


@pytest.fixture
def ayla(office):
    """The counsellor who may be sent."""
    return office.counsellor


def wished(**changes):
    """Write down a wish of somebody whose name must not show."""
    moment = make.at(MONDAY, 8)
    usual = {
        "created_at": moment,
        "changed_at": moment,
        "weekdays": [0, 2],
        "parts_of_day": ["morning"],
        "from_day": MONDAY,
        "language": "ar",
        "letter_language": "de",
        "reach": Reach.EMAIL,
        "quality": Quality.HOUSE,
        "street": "Musterweg 7",
        "point": (48.71, 9.66),
    }
    facts = usual | changes
    sealed = {name: facts.pop(name) for name in ("street", "point")}
    row = VisitRequest(**facts, state=facts.pop("state", VisitState.WISHED))
    row.name, row.phone, row.email, row.bell = CANARIES
    row.supporter, row.postcode, row.town = CANARIES[0], "73033", "Göppingen"
    row.street, row.point = sealed["street"], sealed["point"]
    with write_session() as session:
        session.add(row)
    return row


def routed(counsellor, *wishes, day=TUESDAY, state=RouteState.DRAFT, first=9):
    """Draw up a route of hourly visits, each ten minutes away."""
    published = state == RouteState.PUBLISHED
    with write_session() as session:
        route = Route(
            counsellor_id=counsellor,
            day=day,
            mode="bike",
            state=state,
            travel=1200,
            waiting=300,
            changed_at=make.at(MONDAY, 8),
        )
        session.add(route)
        for number, one in enumerate(wishes):
            leaves = make.at(day, first + number)
            route.stops.append(
                Stop(
                    position=number + 1,
                    visit_request_id=one.id,
                    leaves_for_at=leaves,
                    arrives_at=leaves + timedelta(minutes=10),
                    starts_at=leaves + timedelta(minutes=15),
                    ends_at=leaves + timedelta(minutes=55),
                    back_at=None,
                )
            )
            request = session.get_one(VisitRequest, one.id)
            request.state = VisitState.PUBLISHED if published else VisitState.PLANNED
    return route


def ordered(*left_over, state=JobState.DONE, days=(TUESDAY,), **facts):
    """Remember an order to plan, and whom its plan left out."""
    with write_session() as session:
        job = PlanningJob(
            days=[day.isoformat() for day in days],
            modes=facts.pop("modes", {}),
            state=state,
            unplanned=list(left_over),
            created_at=make.at(MONDAY, 8),
            seen_at=make.at(MONDAY, 8),
            **facts,
        )
        session.add(job)
    return job


def left_out(wish, reason, *, minutes=0, others=()):
    return {
        "request": str(wish.uuid),
        "reason": reason,
        "minutes": minutes,
        "others": [str(one.uuid) for one in others],
    }


def the(kind):
    db.session.rollback()
    return db.session.scalars(select(kind).order_by(kind.id)).all()


# --- The board ---------------------------------------------------------------


def test_the_board_opens_on_the_week_that_waits_for_its_plan(coordinator, ayla):
    assert coordinator.get("/staff/visits").headers["Location"] == BOARD
    routed(ayla, wished(), state=RouteState.PUBLISHED)
    later = coordinator.get("/staff/visits").headers["Location"]
    assert later == "/staff/visits/2027-03-08"


def test_on_a_friday_the_next_week_is_planned(coordinator, now):
    now.move(days=4)
    # Her session has ended meanwhile.
    make.sign_in(coordinator._client, make.staff_member(Role.COORDINATOR))
    found = coordinator.get("/staff/visits").headers["Location"]
    assert found == "/staff/visits/2027-03-08"


def test_any_date_shows_its_week(coordinator):
    assert coordinator.get("/staff/visits/2027-03-05").heading == (
        coordinator.get(BOARD).heading
    )
    assert coordinator.get("/staff/visits/2027-02-30").status == 404


def test_the_navigation_says_that_she_is_at_the_home_visits(coordinator):
    here = [
        one.text
        for one in coordinator.get(BOARD).all("a")
        if one.get("aria-current") == "page"
    ]
    assert here == ["Home visits"]


REASONS = {
    "no_language": "Nobody of the chosen counsellors speaks Arabic. Choose Ayla Sommer",
    "nobody_allowed": "Whoever of the chosen counsellors speaks Arabic is away",
    "no_interval": "has time when this client is at home (Mon, Wed, in the morning)",
    "too_short": "is 15 minutes too short for the visit and the way. Shorten the visit by 15",
    "no_room": "visit {other} takes the place",
    "no_address": "We do not know where “Musterweg 7, 73033 Göppingen” is",
}


@pytest.mark.parametrize("reason", REASONS)
def test_each_reason_is_a_sentence_that_stands_first(coordinator, ayla, reason):
    wish, other = wished(), wished()
    routed(ayla, other)
    others = [other] if reason == "no_room" else []
    ordered(left_out(wish, reason, minutes=15, others=others))
    page = coordinator.get(BOARD)
    sentence = REASONS[reason].format(other=other.reference)
    assert sentence in page.text
    assert page.text.index(sentence) < page.text.index("Plan anew")
    assert list(faults_of(page, _English)) == []


def test_a_language_that_nobody_here_speaks_needs_an_interpreter(coordinator):
    ordered(left_out(wished(language="ti"), "no_language"))
    page = coordinator.get(BOARD)
    assert "speaks Tigrinya. Book an interpreter" in page.text


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("no_interpreter", "No interpreter for Arabic has time when this client"),
        ("no_crew", "Two go together to this home"),
        ("no_vehicle", "No bike or car of the office is free"),
    ],
)
def test_it_is_said_who_or_what_could_not_come_along(coordinator, reason, said):
    ordered(left_out(wished(), reason))
    assert said in coordinator.get(BOARD).text


def test_the_least_that_would_help_is_said_with_its_time(coordinator, ayla):
    change = {
        "counsellor": ayla,
        "start": make.at(TUESDAY, 10, 15).isoformat(),
        "earlier": 25 * 60,
        "later": 0,
    }
    ordered(left_out(wished(), "no_room") | {"change": change})
    text = coordinator.get(BOARD).text.replace("\u00a0", " ")
    assert "another day. It would fit on Tuesday 2 March at 10:15" in text
    assert "with Ayla Sommer" in text
    assert "25 minutes earlier" in text


def test_a_reason_of_a_later_version_is_no_fault(coordinator):
    ordered(left_out(wished(), "no_car"))
    assert "No route takes it." in coordinator.get(BOARD).text


def test_who_has_found_a_place_since_is_not_left_over(coordinator, ayla):
    wish = wished()
    ordered(left_out(wish, "no_room"))
    routed(ayla, wish)
    assert "Nobody is left over" in coordinator.get(BOARD).text


def test_a_wish_says_what_routes_need(coordinator, ayla):
    wish = wished(priority=2, people=3, minutes=45, quality=None, point=None)
    text = coordinator.get(BOARD).text
    for words in (
        wish.reference,
        "Arabic",
        "urgent",
        "Mon, Wed, in the morning",
        "Musterweg 7, 73033 Göppingen",
        "address not found",
        "45 min, 3 people",
        "wished today",
    ):
        assert words in text


def test_wishes_are_filtered_by_language_and_by_how_they_press(coordinator, now):
    arabic, urgent = wished(), wished(language="de", priority=2)
    old = wished(language="de", created_at=now.now() - timedelta(weeks=4))

    def shown(query):
        page = coordinator.get(f"{BOARD}?{query}")
        return {
            one.reference
            for one in (arabic, urgent, old)
            if f'id="wish-{one.reference}"' in page.html
        }

    assert shown("language=ar&show=all") == {arabic.reference}
    assert shown("language=&show=pressing") == {urgent.reference, old.reference}
    assert shown("language=ar&show=pressing") == set()
    assert "No wish is like that." in coordinator.get(f"{BOARD}?language=so").text


def test_a_route_is_told_in_times_and_words(coordinator, ayla):
    routed(ayla, wished(), wished(), day=WEDNESDAY)
    text = coordinator.get(BOARD).text
    for words in (
        "Wednesday 3 March",
        "Ayla Sommer draft by bike, 2 visits, 20 min on the way, 5 min waiting",
        "09:00\u201309:10",
        "09:15\u201309:55",
        "waits 5 min",
        "not yet",
    ):
        assert words in text


def test_the_sketch_shows_the_day_that_was_asked_for(coordinator, ayla):
    routed(ayla, wished(), day=TUESDAY)
    routed(ayla, wished(), wished(point=(48.72, 9.64)), day=WEDNESDAY)
    page = coordinator.get(f"{BOARD}?sketch=2027-03-03")
    assert "Where the routes lead on Wednesday 3 March" in page.text
    assert len(page.all("circle")) == 2
    assert len(coordinator.get(BOARD).all("circle")) == 1


def test_an_office_without_a_point_is_told_so(coordinator, ayla):
    with write_session() as session:
        decide(session, now=make.at(MONDAY, 8), office_point=None)
    routed(ayla, wished())
    assert "The office admin sets its point" in coordinator.get(BOARD).text


def test_a_week_that_is_over_is_not_planned(coordinator):
    page = coordinator.get("/staff/visits/2027-02-22")
    assert "This week is over" in page.text
    assert not any(form.action.endswith("/plan") for form in page.forms)


def test_the_board_asks_the_database_no_more_for_more_visits(coordinator, ayla):
    def asked_for(visits):
        wishes = [wished(own_counsellor_id=ayla) for _ in range(visits)]
        routed(ayla, *wishes)
        routed(make.counsellor(), *[wished() for _ in range(visits)], day=WEDNESDAY)
        ordered(*[left_out(wished(), "no_room", others=wishes) for _ in wishes])
        assert f"{visits} wishes are left over" in coordinator.get(BOARD).text
        return queries_of(lambda: coordinator.get(BOARD))

    assert asked_for(2) == asked_for(12)


# --- Planning ----------------------------------------------------------------


def test_an_order_names_its_days_counsellors_and_modes(coordinator, ayla):
    form = coordinator.get(BOARD).form("/plan")
    assert form.options["day"][:2] == ["2027-03-01", "2027-03-02"]
    answer = coordinator.send(
        form,
        day=["2027-03-02", "2027-03-04"],
        counsellor=[str(ayla)],
        seconds="15",
        **{f"mode-{ayla}": "foot"},
    )
    [job] = the(PlanningJob)
    assert answer.status == 303
    assert answer.headers["Location"] == f"/staff/plans/{job.uuid}"
    assert job.days == ["2027-03-02", "2027-03-04"]
    assert (job.modes, job.seconds) == ({str(ayla): "foot"}, 15)


def test_days_gone_by_are_not_offered(coordinator, now):
    now.move(days=2)
    make.sign_in(coordinator._client, make.staff_member(Role.COORDINATOR))
    form = coordinator.get(BOARD).form("/plan")
    assert form.options["day"][0] == "2027-03-03"


def test_a_holiday_is_named_and_not_chosen_by_itself(coordinator):
    page = coordinator.get("/staff/visits/2027-03-26")
    assert "Karfreitag" in page.text
    chosen = [
        one.get("value")
        for one in page.all("input")
        if one.get("name") == "day" and "checked" in one.attributes
    ]
    assert chosen == ["2027-03-22", "2027-03-23", "2027-03-24", "2027-03-25"]


def test_what_was_chosen_stays_when_something_is_missing(coordinator, ayla):
    form = coordinator.get(BOARD).form("/plan")
    page = coordinator.send(
        form, day=[], counsellor=[str(ayla)], seconds="60", **{f"mode-{ayla}": "pt"}
    )
    assert page.status == 422
    assert page.error_at("day") == "Choose at least one day."
    kept = page.form("/plan").fields
    assert (kept["seconds"], kept[f"mode-{ayla}"]) == ("60", "pt")
    assert kept["counsellor"] == str(ayla)
    assert list(faults_of(page, _English)) == []
    page = coordinator.send(form, counsellor=[], **{f"mode-{ayla}": "foot"})
    assert page.error_at("counsellor") == "Choose at least one counsellor."
    assert page.form("/plan").fields[f"mode-{ayla}"] == "foot"
    assert the(PlanningJob) == []


def test_planning_anew_begins_with_what_was_ordered_last(coordinator, ayla):
    ordered(days=(WEDNESDAY,), modes={str(ayla): "foot"}, seconds=60)
    fields = coordinator.get(BOARD).form("/plan").fields
    assert fields["day"] == "2027-03-03"
    assert (fields[f"mode-{ayla}"], fields["seconds"]) == ("foot", "60")


@pytest.mark.parametrize(
    ("state", "words", "looks_again"),
    [
        (JobState.WAITING, "The plan is about to be drawn up", True),
        (JobState.RUNNING, "42 % done", True),
        (JobState.FAILED, "Plan again. If it fails once more", False),
        (JobState.CANCELLED, "The plan was called off", False),
    ],
)
def test_a_plan_says_how_far_it_is(coordinator, state, words, looks_again):
    job = ordered(state=state, percent=42)
    page = coordinator.get(f"/staff/plans/{job.uuid}")
    assert words in page.text
    refreshes = [one.get("http-equiv") for one in page.all("meta")]
    assert ("refresh" in refreshes) is looks_again
    assert list(faults_of(page, _English)) == []


def test_a_plan_that_stands_leads_to_the_board(coordinator):
    job = ordered(state=JobState.DONE, days=(WEDNESDAY,))
    answer = coordinator.get(f"/staff/plans/{job.uuid}")
    assert answer.headers["Location"] == "/staff/visits/2027-03-03"
    assert coordinator.get(f"/staff/plans/{uuid4()}").status == 404


def test_a_plan_can_be_called_off(coordinator):
    job = ordered(state=JobState.RUNNING)
    form = coordinator.get(f"/staff/plans/{job.uuid}").form("/cancellation")
    page = coordinator.reload(coordinator.send(form))
    assert "It is being called off." in page.text
    assert the(PlanningJob)[0].cancel_wanted


def test_the_board_tells_of_a_plan_under_way_and_of_one_that_failed(coordinator):
    job = ordered(state=JobState.RUNNING, percent=42)
    page = coordinator.get(BOARD)
    assert page.link(f"/plans/{job.uuid}")
    ordered(state=JobState.FAILED)
    assert "The latest plan could not be drawn up" in coordinator.get(BOARD).text


# --- Publishing --------------------------------------------------------------


def test_published_drafts_become_appointments(coordinator, ayla):
    routed(ayla, wished(), wished())
    page = coordinator.get(BOARD)
    assert "2 visits stand on drafts" in page.text
    answer = coordinator.send(page.form("/publication"))
    assert (answer.status, answer.headers["Location"]) == (303, BOARD)
    rows = the(Appointment)
    assert [row.starts_at for row in rows] == [
        make.at(TUESDAY, hour, 15) for hour in (9, 10)
    ]
    page = coordinator.reload(answer)
    assert "published" in page.text
    assert "09:15\u201309:45" in page.text
    assert not any(form.action.endswith("/publication") for form in page.forms)


def test_who_publishes_second_learns_that_nothing_is_left(coordinator, ayla):
    routed(ayla, wished())
    form = coordinator.get(BOARD).form("/publication")
    coordinator.send(form)
    page = coordinator.send(form)
    assert (page.status, page.heading) == (409, "There is nothing to publish")


def test_a_clash_names_what_is_in_the_way(coordinator, ayla):
    routed(ayla, wished())
    _busy(ayla, make.at(TUESDAY, 9, 30))
    page = coordinator.send(coordinator.get(BOARD).form("/publication"))
    assert page.status == 409
    assert (
        "Ayla Sommer, Tuesday 2 March: the visit 09:15\u201309:55 collides with an "
        "appointment that takes 09:30\u201310:15."
    ) in page.text
    assert page.link("/visits/2027-03-01").endswith("#plan")
    assert list(faults_of(page, _English)) == []
    assert len(the(Appointment)) == 1


def test_an_absence_is_in_the_way_too(coordinator, ayla):
    routed(ayla, wished())
    make.absent(ayla, make.at(MONDAY, 0), make.at(date(2027, 3, 6), 0))
    page = coordinator.send(coordinator.get(BOARD).form("/publication"))
    assert page.status == 409
    assert "collides with an absence, Mon 1 Mar 00:00 \u2013 Fri 5 Mar." in page.text


def test_an_office_that_offers_no_visits_says_so(coordinator, ayla):
    routed(ayla, wished())
    with write_session() as session:
        for kind in session.scalars(select(ConsultationType)):
            kind.active = kind.place != Place.HOME
    page = coordinator.send(coordinator.get(BOARD).form("/publication"))
    assert (page.status, page.heading) == (
        409,
        "Visits at home are not offered yet",
    )


def test_discarded_drafts_give_their_wishes_back(coordinator, ayla):
    routed(ayla, wished())
    answer = coordinator.send(coordinator.get(BOARD).form("/drafts/removal"))
    assert (answer.status, answer.headers["Location"]) == (303, BOARD)
    assert the(Route) == []
    assert the(VisitRequest)[0].state == VisitState.WISHED


@pytest.mark.parametrize("noun", ["plan", "publication", "drafts/removal"])
def test_a_deed_that_is_reloaded_leads_back_to_the_board(coordinator, noun):
    assert coordinator.get(f"{BOARD}/{noun}").headers["Location"] == BOARD


def test_a_calling_off_that_is_reloaded_leads_back_to_the_plan(coordinator):
    job = ordered(state=JobState.RUNNING)
    address = f"/staff/plans/{job.uuid}"
    found = coordinator.get(f"{address}/cancellation")
    assert found.headers["Location"] == address


# --- The day's routes --------------------------------------------------------


def test_a_day_shows_each_route_on_a_sheet_of_its_own(coordinator, ayla):
    nadia = make.counsellor(languages=("de", "fr"))
    routed(ayla, wished(interpreter_wanted=True))
    routed(nadia, wished(street="Demohof 3"))
    page = coordinator.get("/staff/routes/2027-03-02")
    sheets = [one for one in page.all("section") if one.get("class") == "sheet"]
    assert len(sheets) == 2
    assert "Arabic, interpreter, 60 min, 1 person" in sheets[0].text
    assert "Demohof 3, 73033 Göppingen" in sheets[1].text
    assert list(faults_of(page, _English)) == []


def test_days_with_routes_lead_to_one_another(coordinator, ayla):
    routed(ayla, wished(), day=MONDAY)
    routed(ayla, wished(), day=WEDNESDAY)
    page = coordinator.get("/staff/routes/2027-03-02")
    assert page.link("/routes/2027-03-01")
    assert page.link("/routes/2027-03-03")
    assert "There are no routes on this day." in page.text


def test_a_counsellor_sees_her_own_routes_only(desk, ayla):
    nadia = make.counsellor()
    hers, other = wished(street="Demohof 3"), wished(street="Irgendwoweg 5")
    routed(ayla, hers)
    routed(nadia, other)
    routed(nadia, wished(), day=WEDNESDAY)
    make.sign_in(desk, ayla)
    page = Desk(desk).get("/staff/routes/2027-03-02")
    assert hers.reference in page.html
    assert other.reference not in page.html
    assert "Irgendwoweg" not in page.html
    assert "/staff/routes/2027-03-03" not in page.html
    assert "You have no route" in Desk(desk).get("/staff/routes/2027-03-03").text


# --- Who sees what -----------------------------------------------------------


@pytest.mark.parametrize(
    "role", [Role.COUNSELLOR, Role.FRONT_DESK, Role.HEAD, Role.ADMIN]
)
def test_whoever_does_not_plan_has_no_business_here(desk, role):
    job = ordered(state=JobState.RUNNING)
    make.sign_in(desk, make.staff_member(role))
    for path in ("/staff/visits", BOARD, f"/staff/plans/{job.uuid}"):
        assert desk.get(path).status_code == 403, path


def test_no_name_number_or_bell_of_a_client_shows_anywhere(coordinator, ayla, desk):
    left, planned, published = wished(), wished(), wished(no_message=True)
    routed(ayla, planned)
    routed(ayla, published, day=WEDNESDAY, state=RouteState.PUBLISHED)
    ordered(left_out(left, "no_room", others=[planned, published]))
    job = ordered(state=JobState.RUNNING, days=(date(2027, 3, 15),))
    _busy(ayla, make.at(TUESDAY, 9, 30), name=CANARIES[0])
    pages = [
        coordinator.get(path)
        for path in (
            BOARD,
            f"{BOARD}?language=ar&show=pressing",
            f"/staff/plans/{job.uuid}",
            "/staff/routes/2027-03-02",
            "/staff/routes/2027-03-03",
        )
    ]
    form = coordinator.get(BOARD)
    pages.append(coordinator.send(form.form("/plan"), day=[]))
    pages.append(coordinator.send(form.form("/publication")))
    assert [page.status for page in pages] == [200] * 5 + [422, 409]
    for page in pages:
        for canary in (*CANARIES, "Vogelfrei", "4711"):
            assert canary not in page.html


class _English:
    tag, direction = "en", "ltr"


def _busy(counsellor, start, name=""):
    with write_session() as session:
        kind = session.scalars(select(ConsultationType)).first()
        row = Appointment(
            type_id=kind.id,
            counsellor_id=counsellor,
            status=Status.BOOKED,
            language="de",
            letter_language="de",
            people=1,
            reach=Reach.NONE,
            created_at=start,
            changed_at=start,
        )
        row.name = name
        window = make.TimeWindow(start, start + timedelta(minutes=45))
        row.take(window, window)
        session.add(row)
