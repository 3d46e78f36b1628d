"""Who gets through the staff's door, and what does a browser keep?"""

import pytest

from booking.config import DEMO_MARK
from booking.models import Role
from booking.services import accounts
from booking.services.accounts import NewStaffMember
from tests import make
from tests.web.reading import Page

EMAIL = "karin@example.org"


@pytest.fixture
def password(app, office, now):
    """Let Karin work in a demo, where no second step follows (test_second_step.py)."""
    data = app.config["BOOKING"].data
    data.mkdir(parents=True, exist_ok=True)
    (data / DEMO_MARK).touch()
    newcomer = NewStaffMember(
        name="Karin Amtmann", email=EMAIL, roles=frozenset({Role.HEAD})
    )
    return accounts.add_staff(newcomer, now=now.now())


@pytest.fixture
def desk(browser_like):
    """A browser that has come by TLS, as the public address says."""
    return _ByTls(browser_like)


class _ByTls:
    def __init__(self, client):
        self._client = client

    def get(self, path):
        return self._client.get(path, base_url="https://localhost")

    def post(self, path, *, network=0, **fields):
        """Send a form from one of many addresses."""
        address = f"10.{network >> 16}.{network >> 8 & 255}.{network & 255}"
        return self._client.post(
            path,
            data=fields,
            base_url="https://localhost",
            environ_base={"REMOTE_ADDR": address},
        )


def form_secret(answer):
    return Page(answer).form("/staff/sign-in").fields["csrf_token"]


def signed_in(desk, password, **more):
    secret = form_secret(desk.get("/staff/sign-in"))
    return desk.post(
        "/staff/sign-in", email=EMAIL, password=password, csrf_token=secret, **more
    )


def test_a_stranger_is_led_to_the_sign_in_page_and_back(desk, password):
    door = desk.get("/staff/welcome?x=1")
    assert door.status_code == 303
    page = Page(desk.get(door.location))
    wanted = page.form("/staff/sign-in").fields["next"]
    assert wanted == "/staff/welcome?x=1"
    answer = signed_in(desk, password, next=wanted)
    assert (answer.status_code, answer.location) == (303, wanted)
    assert "Karin Amtmann" in Page(desk.get(wanted)).text


def test_the_cookie_is_bound_to_this_host_and_hidden_from_scripts(desk, password):
    cookie = signed_in(desk, password).headers["Set-Cookie"]
    assert cookie.startswith("__Host-lotse=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie


def test_signing_in_gives_the_browser_another_secret(desk, password):
    before = desk.get("/staff/sign-in").headers["Set-Cookie"]
    after = signed_in(desk, password).headers["Set-Cookie"]
    assert before.split(";")[0] != after.split(";")[0]


def test_a_wrong_password_keeps_the_address_she_typed(desk, password):
    answer = signed_in(desk, "guess")
    assert answer.status_code == 422
    assert Page(answer).form("/staff/sign-in").fields["email"] == EMAIL


def test_the_eleventh_guess_is_told_to_wait(desk, password):
    for _ in range(10):
        assert signed_in(desk, "guess").status_code == 422
    answer = signed_in(desk, "guess")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) <= 15 * 60


@pytest.mark.parametrize(
    "elsewhere",
    ["https://example.org/", "//example.org", "/\\example.org", "/de/", "/staff/\tx"],
)
def test_a_link_from_elsewhere_cannot_lead_away_after_signing_in(
    desk, password, elsewhere
):
    assert signed_in(desk, password, next=elsewhere).location == "/staff"


def test_a_form_without_the_secret_of_this_browser_does_nothing(desk, password):
    answer = desk.post("/staff/sign-in", email=EMAIL, password=password)
    assert answer.status_code == 400
    assert (
        signed_in(
            desk,
            password,
        ).status_code
        == 303
    )
    assert desk.post("/staff/sign-out").status_code == 400
    assert desk.get("/staff/welcome").status_code == 200


def test_signing_out_closes_every_page_again(desk, password):
    signed_in(desk, password)
    page = Page(desk.get("/staff/welcome"))
    form = page.form("/sign-out")
    assert desk.post("/staff/sign-out", **form.fields).status_code == 303
    assert desk.get("/staff/welcome").status_code == 303


def test_a_page_of_another_role_stays_closed(browser_like):
    make.sign_in(browser_like, make.staff_member(Role.HEAD))
    assert browser_like.get("/staff/office").status_code == 403


def test_clients_get_no_cookie(browser_like):
    for path in ("/", "/de/", "/de/book", "/nothing"):
        assert "Set-Cookie" not in browser_like.get(path).headers
