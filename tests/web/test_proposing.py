"""Does a counsellor answer for her route on a page, and does the board show it?"""

import pytest

from booking.models import JobState, PlanningJob, Role, RouteState, Stop, Word, db
from booking.services import proposing
from tests import make
from tests.services import visiting
from tests.services.visiting import ALL_DAY, TUESDAY, planned, published
from tests.web.test_coordinator import Desk

BOARD = f"/staff/visits/{TUESDAY}"
ROUTES = f"/staff/routes/{TUESDAY}"


@pytest.fixture
def her(office, now):
    """A counsellor with two drafted visits."""
    visiting.town(now)
    only = make.counsellor(hours=ALL_DAY)
    for number in (2, 5):
        visiting.wish(now, number)
    planned(now, [only])
    return only


@pytest.fixture
def coordinator(desk, her):
    """The coordinator at her desk."""
    make.sign_in(desk, make.staff_member(Role.COORDINATOR))
    return Desk(desk)


def as_her(desk, her):
    make.sign_in(desk, her)
    return Desk(desk)


def answers(page):
    return [form for form in page.forms if form.action.endswith("/answers")]


def words():
    db.session.rollback()
    rows = db.session.query(Stop).order_by(Stop.position)
    return [stop.answer.word if stop.answer else None for stop in rows]


def test_the_coordinator_asks_the_counsellor_answers_and_the_board_shows_it(
    coordinator, desk, her
):
    coordinator.send(coordinator.get(BOARD).form("/proposals"))
    page = coordinator.get(BOARD)
    assert page.text.count("no answer yet") == 2
    assert "Publish by Thursday 4 March" in page.text.replace("\u00a0", " ")
    hers = as_her(desk, her)
    assert "You are asked about your route on" in hers.get("/staff/today").text
    page = hers.get(ROUTES)
    (first, *_rest) = db.session.query(Stop).order_by(Stop.position)
    forms = [f for f in answers(page) if f.fields.get("stop")]
    assert len(forms) == 2
    hers.send(forms[0], word="veto", why="The dog there bit me")
    assert words() == [Word.VETO, None]
    assert "you said no" in hers.get(ROUTES).text
    everything = [f for f in answers(hers.get(ROUTES)) if "all" in f.fields]
    hers.send(everything[0])
    assert words() == [Word.VETO, Word.YES]
    assert "You are asked" not in hers.get("/staff/today").text
    make.sign_in(desk, make.staff_member(Role.COORDINATOR))
    page = Desk(desk).get(BOARD)
    for said in ("she says yes", "she says no", "The dog there bit me"):
        assert said in page.text
    assert "1 visit was refused by its counsellor" in page.text
    assert first.uuid


def test_a_reason_that_is_too_long_is_kept_in_its_field(coordinator, desk, her, now):
    proposing.propose([TUESDAY], by=her, now=now.now())
    hers = as_her(desk, her)
    (form, *_) = [f for f in answers(hers.get(ROUTES)) if "stop" in f.fields]
    answer = hers.send(form, word="veto", why="x" * 201)
    assert answer.status == 422
    assert "at most 200 characters" in answer.text
    assert "x" * 201 in answer.html
    assert words() == [None, None]


def test_nobody_else_is_asked_and_a_made_up_answer_is_refused(
    coordinator, desk, her, now
):
    proposing.propose([TUESDAY], by=her, now=now.now())
    hers = as_her(desk, her)
    (form, *_) = [f for f in answers(hers.get(ROUTES)) if "stop" in f.fields]
    assert hers.send(form, word="perhaps").status == 400
    make.sign_in(desk, make.counsellor())
    other = Desk(desk)
    assert "Does this route suit you?" not in other.get(ROUTES).text
    assert words() == [None, None]


def test_the_day_of_who_is_ill_is_planned_again_from_the_board(office, now, desk):
    visiting.town(now)
    team = [make.counsellor(hours=ALL_DAY) for _ in range(2)]
    for number in range(1, 7):
        visiting.wish(now, number)
    published(now, team)
    make.sign_in(desk, make.staff_member(Role.COORDINATOR))
    coordinator = Desk(desk)
    page = coordinator.get(BOARD)
    assert "Published visits may move, too" in page.text
    form = page.form("/illness")
    answer = coordinator.send(form, who=form.options["who"][0])
    assert "/staff/plans/" in answer.headers["Location"]
    job = db.session.query(PlanningJob).order_by(PlanningJob.id.desc()).first()
    assert (job.state, job.terms["absent_on"]) == (JobState.WAITING, str(TUESDAY))
    answer = coordinator.send(form, who="0 nonsense")
    assert answer.headers["Location"].startswith("/staff/visits/")


def test_published_visits_move_only_if_the_order_says_so(office, now, desk):
    visiting.town(now)
    team = [make.counsellor(hours=ALL_DAY)]
    visiting.wish(now, 3)
    published(now, team)
    make.sign_in(desk, make.staff_member(Role.COORDINATOR))
    coordinator = Desk(desk)
    for typed, terms in (
        ({}, None),
        ({"moves_published": "yes"}, {"moves_published": True}),
    ):
        form = coordinator.get(BOARD).form("/plan")
        chosen = {"day": str(TUESDAY), "counsellor": str(team[0])}
        assert coordinator.send(form, **chosen, **typed).status == 303
        db.session.rollback()
        job = db.session.query(PlanningJob).order_by(PlanningJob.id.desc()).first()
        assert job.terms == terms
    assert db.session.query(Stop).one().route.state == RouteState.PUBLISHED
