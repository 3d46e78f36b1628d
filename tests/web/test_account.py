"""Can somebody change her own password, and end what she has left open elsewhere?"""

import pytest

from booking.models import Role, StaffMember, StaffSession, db
from booking.services import accounts, sessions
from booking.services.accounts import NewStaffMember
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
