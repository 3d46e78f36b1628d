"""Can staff let devices read along, choose how much they see, and end them again?"""

import pytest

from booking.models import (
    FeedLevel,
    FeedScope,
    Interpreter,
    JournalEntry,
    Role,
    StaffMember,
    Subscription,
    db,
)
from booking.services import feed_levels, feeds, invitations
from booking.services.writing import write_session
from tests import make
from tests.web.reading import Visitor

PUBLIC = "https://termine.example.org"
ALL = tuple(FeedLevel)


class Desk(Visitor):
    """A staff member's browser; its pages are read in English."""

    def open(self, path=""):
        return self.get(f"/staff/{path}")

    def asks(self, path):
        return self._client.get(path.removeprefix(PUBLIC))


@pytest.fixture
def at_desk(desk, office):
    """Sign somebody in, and give her browser."""

    def signed_in(staff):
        desk.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        make.sign_in(desk, staff)
        return Desk(desk)

    return signed_in


@pytest.fixture
def hers(at_desk, office):
    return at_desk(office.counsellor)


def added(desk, label="Telefon", **choices):
    form = desk.open("calendar").form("/subscriptions")
    return desk.send(form, label=label, **choices)


def address_in(page):
    return next(
        one.get("value") for one in page.all("input") if one.get("id") == "address"
    )


def kept():
    db.session.rollback()
    return db.session.query(Subscription).order_by(Subscription.id).all()


def the_subscription():
    (row,) = kept()
    return row


def allow(now, *levels):
    feed_levels.save(levels, by=1, now=now.now())


# --- A counsellor's devices ------------------------------------------------------


def test_each_level_is_offered_with_one_honest_sentence(hers, now):
    text = hers.open("calendar").text
    assert "Who has the link learns when the time is taken, and nothing else." in text
    assert "no client's name, street or number" in text
    assert "keep copies" not in text, "the office allows no names"
    allow(now, *ALL)
    assert "keep copies" in hers.open("calendar").text


@pytest.mark.parametrize("level", FeedLevel)
def test_a_device_gets_the_level_that_was_chosen(hers, now, level):
    allow(now, *ALL)
    shown = added(hers, level=level)
    assert shown.status == 200
    assert the_subscription().level == level
    assert hers.asks(address_in(shown)).status_code == 200
    assert "sees" in hers.open("calendar").text.lower()


def test_unless_she_chooses_a_device_sees_kind_and_place_or_less(hers, now):
    added(hers)
    assert the_subscription().level == FeedLevel.PLACE
    allow(now)
    added(hers, label="Tablet")
    assert [row.level for row in kept()] == [FeedLevel.PLACE, FeedLevel.BUSY]


def test_a_level_that_was_just_forbidden_is_refused_and_nothing_typed_is_lost(
    hers, now
):
    allow(now, *ALL)
    form = hers.open("calendar").form("/subscriptions")
    allow(now, FeedLevel.PLACE)
    answer = hers.send(form, label="Mein Telefon", level="full")
    assert (answer.status, bool(answer.error_at("level"))) == (422, True)
    assert answer.form("/subscriptions").fields["label"] == "Mein Telefon"
    assert kept() == []


def test_the_list_says_what_a_device_sees_now_and_why(hers, now):
    allow(now, *ALL)
    added(hers, level="full")
    assert "Names and addresses too" in listed(hers)
    allow(now, FeedLevel.PLACE)
    assert "Kind and place: the office allows no more" in listed(hers)
    allow(now)
    assert "Only that the time is taken: the office allows no more" in listed(hers)


def listed(desk):
    return " ".join(one.text for one in desk.open("calendar").all("td"))


def test_beside_the_address_stands_that_apps_may_lag(hers):
    assert "up to 24 hours" in hers.open("calendar").text
    shown = added(hers)
    assert "up to 24 hours" in shown.text
    assert "by e-mail" in shown.text
    assert "Who has the link" in shown.text
    assert shown.link(address_in(shown).rpartition("/")[2]).startswith("webcal://")
    assert any(
        one.get("src", "").startswith("data:image/svg") for one in shown.all("img")
    )


# --- A coordinator's -------------------------------------------------------------


def test_a_coordinator_subscribes_to_all_routes_and_to_nothing_else(at_desk, now):
    desk = at_desk(make.staff_member(Role.COORDINATOR))
    page = desk.open("calendar")
    assert "Invitations to your own mailbox" not in page.text
    shown = added(desk)
    row = the_subscription()
    assert (row.shows, row.level) == (FeedScope.ROUTES, FeedLevel.PLACE)
    assert desk.asks(address_in(shown)).status_code == 200
    assert "All routes." in listed(desk)
    form = page.form("/subscriptions")
    form.fields["shows"] = "own"
    assert desk.send(form, label="x").status == 422


def test_who_counsels_and_coordinates_chooses(at_desk, office, now):
    with write_session() as session:
        roles = frozenset({Role.COUNSELLOR, Role.COORDINATOR})
        session.get(StaffMember, office.counsellor).roles = roles
    desk = at_desk(office.counsellor)
    allow(now, *ALL)
    for shows in FeedScope:
        added(desk, label=shows, shows=shows)
    assert [row.shows for row in kept()] == list(FeedScope)
    refused = added(desk, shows="routes", level="full")
    assert bool(refused.error_at("level")), "all routes never show names"
    assert desk.open("routes/2027-03-04").link("/staff/calendar")


def test_a_counsellor_does_not_get_at_all_routes(hers):
    form = hers.open("calendar").form("/subscriptions")
    form.fields["shows"] = "routes"
    assert hers.send(form, label="x").status == 422


# --- Her own mailbox -------------------------------------------------------------


def test_invitations_are_off_until_she_wants_them_and_can_be_ended(hers, office):
    page = hers.open("calendar")
    assert page.form("/invitations").fields["mailbox"] == "none"
    for level in ("place", "busy", "none"):
        saved = hers.send(hers.open("calendar").form("/invitations"), mailbox=level)
        assert (saved.status, "Saved." in saved.text) == (200, True)
        assert saved.form("/invitations").fields["mailbox"] == level
    assert invitations.level_of(office.counsellor) is None


def test_names_are_no_choice_for_a_mailbox(hers, office):
    form = hers.open("calendar").form("/invitations")
    form.fields["mailbox"] = "full"
    answer = hers.send(form)
    assert (answer.status, bool(answer.error_at("mailbox"))) == (422, True)
    assert invitations.level_of(office.counsellor) is None


class TestWithoutAMailServer:
    @pytest.fixture
    def settings(self, sqlite_url, tmp_path):
        return make.settings(tmp_path, sqlite_url, mail_url="")

    def test_no_invitation_is_promised(self, hers):
        page = hers.open("calendar")
        assert "sends no e-mail yet" in page.text
        assert "by e-mail." not in page.text
        assert "/invitations" not in page.html


# --- The office ------------------------------------------------------------------


@pytest.fixture
def admin(at_desk):
    return at_desk(make.staff_member(Role.ADMIN))


def test_the_office_forbids_levels_and_learns_what_that_does(admin, office, now):
    feeds.subscribe(office.counsellor, "x", now=now.now(), level=FeedLevel.FULL)
    page = admin.open("office/calendars")
    fields = page.form("/calendars").fields
    assert (fields.get("place"), fields.get("full")) == ("y", None)
    assert "1 subscription asks for more" in page.text
    form = page.form("/calendars")
    form.fields |= {"full": "y"}
    saved = admin.send(form)
    assert "Saved." in saved.text
    assert feed_levels.allowed() == ALL
    form = saved.form("/calendars")
    form.fields.pop("place")
    form.fields.pop("full")
    assert "1 subscription asks for more" in admin.send(form).text
    db.session.rollback()
    assert feed_levels.allowed() == (FeedLevel.BUSY,)


def test_only_the_admin_decides(at_desk, office):
    for staff in (office.counsellor, make.staff_member(Role.HEAD, Role.FRONT_DESK)):
        desk = at_desk(staff)
        assert desk.open("office/calendars").status == 403


# --- An interpreter's, handed over -----------------------------------------------


@pytest.fixture
def saba(office):
    return db.session.get(Interpreter, make.interpreter_named())


def test_the_admin_makes_an_address_for_an_interpreter_and_ends_it(admin, saba, now):
    page = admin.get(admin.open(f"interpreters/{saba.uuid}").link("/calendar"))
    assert page.heading == "Calendar of Saba Muster"
    shown = admin.send(page.form("/subscriptions"), label="Handy")
    assert "You see this address only now" in shown.text
    address = address_in(shown)
    feed = admin.asks(address)
    assert (feed.status_code, b"NAME:S. Muster" in feed.data) == (200, True)
    page = admin.open(f"interpreters/{saba.uuid}/calendar")
    assert "Handy" in page.text
    assert address.rpartition("/")[2] not in page.html
    admin.send(page.form("/revocation"))
    assert admin.asks(address).status_code == 404
    about = f"feed:{the_subscription().uuid}"
    deeds = db.session.query(JournalEntry).filter_by(about=about)
    assert [row.deed for row in deeds] == ["subscribe", "revoke"]


def test_an_interpreters_device_needs_a_name(admin, saba):
    form = admin.open(f"interpreters/{saba.uuid}/calendar").form("/subscriptions")
    answer = admin.send(form, label=" ")
    assert (answer.status, bool(answer.error_at("label"))) == (422, True)


def test_a_feed_of_somebody_else_is_not_ended_there(admin, saba, office, now):
    feeds.subscribe(office.counsellor, "x", now=now.now())
    make.interpreters_feed(make.interpreter_named())
    csrf = (
        admin.open(f"interpreters/{saba.uuid}/calendar").form("/subscriptions").fields
    )
    for row in feeds.everybodys():
        path = f"/staff/interpreters/{saba.uuid}/subscriptions/{row.uuid}/revocation"
        assert admin._client.post(path, data=csrf).status_code == 404
    unknown = "/staff/interpreters/00000000-0000-4000-8000-000000000000/calendar"
    assert admin.get(unknown).status == 404


def test_a_reloaded_deed_leads_back(admin, saba):
    for noun in ("subscriptions", f"subscriptions/{saba.uuid}/revocation"):
        page = admin.open(f"interpreters/{saba.uuid}/{noun}")
        assert page.heading == "Calendar of Saba Muster"
