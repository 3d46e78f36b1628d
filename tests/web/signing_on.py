"""A browser on its way to the town's single sign-on and back, and what it needs."""

from urllib.parse import urlsplit

import pytest

from booking.models import JournalEntry, Role, StaffMember, db
from booking.services import accounts
from tests import make
from tests import oidc_provider as providers
from tests.oidc_provider import EMAIL
from tests.web.conftest import OneContextEach
from tests.web.reading import Page

START, BACK = "/staff/sign-in/provider", "/staff/sign-in/oidc"
SIGN_IN, INSIDE = "/staff/sign-in", "/staff/welcome"
COOKIE = "__Host-lotse-sign-on"
# On SQLite, unless a test asks for both.
on_both = pytest.mark.parametrize("kind", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def provider(now):
    with providers.running(now=now.now) as running:
        yield running


@pytest.fixture
def more():
    """What a test sets besides."""
    return {}


@pytest.fixture
def kind(request):
    """Say which kind of database."""
    return getattr(request, "param", "sqlite")


@pytest.fixture
def settings(request, kind, tmp_path, provider, more):
    """Let the town have a single sign-on."""
    url = request.getfixturevalue(f"{kind}_url")
    return make.settings(tmp_path, url, **provider.settings(**more))


class Browser:
    """A browser that comes by TLS, and follows the provider's way by hand."""

    def __init__(self, app, provider):
        self.client, self.provider = app.test_client(), provider

    def get(self, path):
        return self.client.get(path, base_url="https://localhost")

    def post(self, path, **fields):
        return self.client.post(path, data=fields, base_url="https://localhost")

    def led(self, start=START):
        answer = self.get(start)
        assert answer.status_code == 303
        return answer.location

    def back(self, address):
        parts = urlsplit(address)
        return self.get(f"{parts.path}?{parts.query}")

    def comes(self, **facts):
        return self.back(self.provider.agreed(self.led(), **facts))

    def another(self):
        """Return somebody else's."""
        return Browser(self.client.application, self.provider)

    def is_in(self):
        return self.get(INSIDE).status_code == 200

    def complaint(self, answer):
        """Return the one sentence on the sign-in page that an answer leads to."""
        assert answer.status_code == 303
        assert urlsplit(answer.location).path == SIGN_IN
        assert "code" not in answer.location
        page = Page(self.get(answer.location))
        assert page.status == 200
        assert not self.is_in()
        return page.text


@pytest.fixture
def browser(app, office, provider):
    """Give a browser, and let Karin work here."""
    make.staff_member(Role.HEAD, email=EMAIL)
    app.test_client_class = OneContextEach
    return Browser(app, provider)


def journal():
    db.session.rollback()
    return [row.deed for row in db.session.query(JournalEntry)]


def karin():
    db.session.rollback()
    hashed = accounts.email_hash(EMAIL)
    return db.session.query(StaffMember).filter_by(email_hash=hashed).one()
