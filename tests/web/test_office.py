"""Can an office admin see who works here, and decide about visits?"""

import pytest
from sqlalchemy import select

from booking.models import JournalEntry, Role, StaffMember, db
from booking.services import accounts
from booking.services.office import ImpossibleSetting, decisions
from booking.services.visit_settings import VisitSettings
from booking.services.writing import write_session
from tests import make
from tests.web.reading import Page
from tests.web.test_every_page import faults_of

PAGE = "/staff/office"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def admin(desk):
    make.sign_in(desk, make.staff_member(Role.ADMIN))
    return desk


def opened(desk):
    return Page(desk.get(PAGE, headers=ENGLISH))


def saved(desk, **typed):
    form = opened(desk).form("/visit-settings")
    assert set(typed) <= form.names
    return Page(desk.post(form.action, data=form.fields | typed, headers=ENGLISH))


def mode_of(office):
    member = db.session.get(StaffMember, office.counsellor)
    return f"mode-{member.uuid}"


def test_the_page_says_who_works_here_and_may_what(admin, now):
    newcomer = accounts.NewStaffMember(
        name="Nadia Haddad",
        email="nadia@example.org",
        roles=frozenset({Role.COUNSELLOR, Role.COORDINATOR}),
        languages=frozenset({"de", "ti"}),
    )
    with write_session() as session:
        make._quickly_entered(session, newcomer)
    accounts.disable("nadia@example.org", now=now.now())
    page = opened(admin)
    assert "Nadia Haddad counsellor, coordinator German, Tigrinya disabled" in page.text
    assert "2 people work here" in page.text  # the admin and Ayla Sommer
    assert "nadia@example.org" not in page.html
    assert list(faults_of(page, _English)) == []


def test_an_empty_address_book_says_how_to_fill_it(admin):
    text = opened(admin).text
    assert "The address book holds 0 houses" in text
    assert "booking addresses import FILE" in text
    assert 'booking addresses find "Kirchstraße 11, 73033 Göppingen"' in text


def test_what_is_decided_is_kept_and_leaves_a_line(admin, office, now):
    answer = saved(
        admin,
        visit_minutes="45",
        told_minutes="60",
        latitude="48,7025",
        longitude="9.6528",
        **{mode_of(office): "bike"},
    )
    assert answer.status == 303
    db.session.rollback()
    kept = decisions()
    assert (kept.visit_minutes, kept.told_minutes) == (45, 60)
    assert kept.point == (48.7025, 9.6528)
    assert kept.modes == {mode_of(office).removeprefix("mode-"): "bike"}
    deeds = db.session.scalars(select(JournalEntry.deed)).all()
    assert deeds.count("settle visits") == 1
    page = Page(admin.get(answer.headers["Location"], headers=ENGLISH))
    assert "Saved." in page.text
    fields = page.form("/visit-settings").fields
    assert (fields["latitude"], fields[mode_of(office)]) == ("48.7025", "bike")


def test_the_point_of_an_office_can_be_taken_back(admin):
    saved(admin, latitude="48.7", longitude="9.6")
    assert saved(admin, latitude="", longitude="").status == 303
    assert decisions().point is None


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("visit_minutes", "4", "5 to 480"),
        ("visit_minutes", "an hour", "5 to 480"),
        ("visit_minutes", "9" * 5000, "5 to 480"),
        ("told_minutes", "10", "15 to 240"),
        ("told_minutes", "", "15 to 240"),
        ("latitude", "", "Write the latitude in degrees"),
        ("latitude", "nan", "Write the latitude in degrees"),
        ("longitude", "181", "Write the longitude in degrees"),
        ("longitude", "east", "Write the longitude in degrees"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(admin, field, typed, sentence):
    sound = {"latitude": "48.7", "longitude": "9.6", "visit_minutes": "50"}
    page = saved(admin, **(sound | {field: typed}))
    assert page.status == 422
    assert sentence in page.error_at(field)
    fields = page.form("/visit-settings").fields
    assert fields == fields | sound | {field: typed}
    assert list(faults_of(page, _English)) == []
    db.session.rollback()
    assert decisions().visit_minutes == 60


def test_a_way_to_travel_that_nobody_knows_is_refused(admin, office):
    page = saved(admin, **{mode_of(office): "balloon"})
    assert page.status == 422
    assert page.error_at(mode_of(office)) == "Choose how Ayla Sommer usually travels."


@pytest.mark.parametrize(
    "wrong",
    [
        {"visit_minutes": 0},
        {"told_minutes": 5},
        {"point": (91.0, 9.0)},
        {"point": (float("nan"), 9.0)},
        {"modes": {"x": "balloon"}},
    ],
)
def test_impossible_settings_cannot_be_made(wrong):
    sound = {"visit_minutes": 60, "told_minutes": 30, "point": None, "modes": {}}
    with pytest.raises(ImpossibleSetting):
        VisitSettings(**(sound | wrong))


def test_saving_that_is_reloaded_leads_back(admin):
    answer = admin.get(f"{PAGE}/visit-settings")
    assert (answer.status_code, answer.location) == (303, PAGE)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_only_the_admin_decides(desk, role):
    make.sign_in(desk, make.staff_member(role))
    assert desk.get(PAGE).status_code == 403


class _English:
    tag, direction = "en", "ltr"
