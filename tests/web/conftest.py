"""Who opens the pages in these tests? A visitor, on SQLite unless a module says else."""

from contextvars import Context

import pytest
from flask.testing import FlaskClient

from tests import make
from tests.canary import saw_address
from tests.web.protection import unprotected
from tests.web.reading import Visitor


class OneContextEach(FlaskClient):
    """Every request stands alone, as behind a server.

    Inside the application context of the test, requests would share ``g`` and the
    database session: a page could read what an earlier one left behind. And every
    answer that any test gets must protect its reader.
    """

    def open(self, *arguments, **facts):
        answer = Context().run(super().open, *arguments, **facts)
        saw_address(answer)
        assert (answer.request.path, *unprotected(answer)) == (answer.request.path,)
        return answer


@pytest.fixture
def settings(sqlite_url, tmp_path):
    """Pages look alike on both databases; the way to an appointment is asked of both."""
    return make.settings(tmp_path, sqlite_url)


@pytest.fixture
def browser_like(app, office):
    """Give a phone without JavaScript."""
    app.test_client_class = OneContextEach
    return app.test_client()


@pytest.fixture
def desk(browser_like):
    """Give a staff member's browser; ``make.sign_in`` says whose it is."""
    return browser_like


@pytest.fixture
def visitor(browser_like):
    """Give somebody with a phone, reading German."""
    return Visitor(browser_like)


@pytest.fixture
def token(visitor):
    """Book for Thursday at nine, and give what stands in the link."""
    page = visitor.booked_page()
    return page.link("/move").split("/")[-2]
