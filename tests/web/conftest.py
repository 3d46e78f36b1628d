"""Who opens the pages in these tests? A visitor, on SQLite unless a module says else."""

import pytest

from tests import make
from tests.web.reading import Visitor


@pytest.fixture
def settings(sqlite_url, tmp_path):
    """Pages look alike on both databases; the way to an appointment is asked of both."""
    return make.settings(tmp_path, sqlite_url)


@pytest.fixture
def visitor(browser_like):
    """Give somebody with a phone, reading German."""
    return Visitor(browser_like)


@pytest.fixture
def token(visitor):
    """Book for Thursday at nine, and give what stands in the link."""
    page = visitor.booked_page()
    return page.link("/move").split("/")[-2]
