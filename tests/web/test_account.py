"""Can somebody change her own password, and end what she has left open elsewhere?"""

import pytest

from booking.models import Role, StaffMember, StaffSession, Subscription, db
from booking.services import accounts, sessions
from booking.services.accounts import NewStaffMember
from booking.services.writing import write_session
from tests import make
from tests.web.reading import Page

EMAIL = "karin.amtmann@example.org"
NEW = "drei Worte am Fenster"


@pytest.fixture
def password(office, now):
    newcomer = NewStaffMember(
        name="Karin Amtmann", email=EMAIL, roles=frozenset({Role.HEAD})
    )
    return accounts.add_staff(newcomer, now=now.now())


@pytest.fixture
def karin(browser_like, password):
    staff = db.session.query(StaffMember).order_by(StaffMember.id.desc()).first()
    for _ in range(2):  # at the counter she is signed in, too
        make.sign_in(browser_like, staff.id)
    return browser_like


def sent(karin, **typed):
    fields = Page(karin.get("/staff/account")).form("/account/password").fields
    return karin.post("/staff/account/password", data=fields | typed)


def open_sessions():
    db.session.rollback()
    return db.session.query(StaffSession).count()


def test_a_new_password_counts_and_other_browsers_are_signed_out(karin, password, now):
    assert open_sessions() == 2
    answer = sent(karin, old=password, new=NEW, again=NEW)
    assert answer.status_code == 303
    assert open_sessions() == 1
    assert karin.get("/staff/account").status_code == 200, "this one goes on"
    with pytest.raises(sessions.WrongPassword):
        sessions.sign_in(EMAIL, password, now=now.now())
    assert sessions.sign_in(EMAIL, NEW, now=now.now())


@pytest.mark.parametrize(
    "typed",
    [
        {"old": "guess", "new": NEW, "again": NEW},
        {"new": NEW, "again": "something else entirely"},
        {"new": "short", "again": "short"},
        {"new": "aaaaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaaaa"},
        {"new": "karin.amtmann2027", "again": "karin.amtmann2027"},
        {"new": "x" * 201, "again": "x" * 201},
        {"new": "", "again": ""},
    ],
)
def test_a_password_that_others_would_guess_is_not_taken(karin, password, now, typed):
    answer = sent(karin, **({"old": password} | typed))
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert open_sessions() == 2
    assert sessions.sign_in(EMAIL, password, now=now.now())


def test_the_old_password_is_no_new_one(karin, password):
    assert sent(karin, old=password, new=password, again=password).status_code == 422


def test_no_password_comes_back_in_a_page(karin, password):
    answer = sent(karin, old=password, new=NEW, again="other")
    assert password not in answer.text
    assert NEW not in answer.text


def test_who_sits_at_an_open_browser_cannot_guess_for_ever(karin, password):
    for _ in range(10):
        assert sent(karin, old="guess", new=NEW, again=NEW).status_code == 422
    answer = sent(karin, old=password, new=NEW, again=NEW)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_browsers_elsewhere_are_listed_and_ended(karin):
    page = Page(karin.get("/staff/account"))
    assert page.text.count("zuletzt") == 2
    form = page.form("/browsers/removal")
    assert karin.post(form.action, data=form.fields).status_code == 303
    assert open_sessions() == 1
    assert "Alle anderen Browser" in karin.get("/staff/account?saved=browsers").text


@pytest.fixture
def left_open(karin, password, now):
    """A counsellor's browser, left open for twenty minutes on her calendar page."""
    with write_session() as session:
        row = session.query(StaffMember).order_by(StaffMember.id.desc()).first()
        row.roles = frozenset({Role.COUNSELLOR})
    form = Page(karin.get("/staff/calendar")).form("/calendar/subscriptions")
    now.move(minutes=20)
    return form


def test_a_browser_left_open_shows_no_new_feed_without_the_password(
    karin, password, left_open
):
    typed = left_open.fields | {"label": "Telefon"}
    answer = karin.post(left_open.action, data=typed)
    assert answer.status_code == 403
    assert db.session.query(Subscription).count() == 0
    form = Page(answer).form("/account/again")
    assert form.fields["label"] == "Telefon"
    wrong = karin.post(form.action, data=form.fields | {"password_again": "guess"})
    assert wrong.status_code == 422
    form = Page(wrong).form("/account/again")
    goes_on = karin.post(form.action, data=form.fields | {"password_again": password})
    assert (goes_on.status_code, goes_on.location) == (
        307,
        "/staff/calendar/subscriptions",
    )
    shown = karin.post(goes_on.location, data=form.fields)
    assert shown.status_code == 200
    assert "/feeds/" in shown.text
    db.session.rollback()
    assert db.session.query(Subscription).count() == 1


def test_who_has_just_signed_in_is_not_asked_again(karin, left_open, now):
    now.move(minutes=-10)
    typed = left_open.fields | {"label": "Telefon"}
    assert karin.post(left_open.action, data=typed).status_code == 200


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org", "/de/", ""]
)
def test_what_is_asked_again_leads_to_our_own_pages_only(
    karin, password, left_open, elsewhere
):
    form = Page(karin.post(left_open.action, data=left_open.fields)).form("/again")
    answer = karin.post(
        form.action,
        data=form.fields | {"goes_on": elsewhere, "password_again": password},
    )
    assert (answer.status_code, answer.location) == (303, "/staff/account")
