"""What does somebody read when something is broken? Whom to call."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from booking.models import db
from booking.services import availability
from tests import make
from tests.web.reading import Page, Visitor


@pytest.fixture
def settings(database_url, tmp_path):
    """A database can be lost on either kind."""
    return make.settings(tmp_path, database_url)


def lose_the_database(request, database_url, tmp_path):
    db.session.remove()
    db.engine.dispose()
    if database_url.startswith("postgresql"):
        name = database_url.rpartition("/")[2].partition("?")[0]
        server = create_engine(request.getfixturevalue("postgres_server"))
        with server.connect().execution_options(isolation_level="AUTOCOMMIT") as it:
            it.execute(text(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        server.dispose()
        return
    for path in tmp_path.glob("lotse.sqlite*"):
        path.unlink()
    (tmp_path / "lotse.sqlite").write_bytes(b"no database at all" * 1000)


def test_the_phone_number_stands_there_even_when_the_database_is_gone(
    browser_like, request, database_url, tmp_path
):
    form = Visitor(browser_like).check_page().form("/appointment")
    lose_the_database(request, database_url, tmp_path)
    answers = [
        browser_like.get("/de/book/day?place=office&language=de&interpreter=no"),
        browser_like.get("/de/"),
        browser_like.get(f"/de/a/{'A' * 43}"),
        browser_like.post("/de/book/appointment", data=form.fields),
    ]
    for answer in answers:
        page = Page(answer)
        assert page.status == 503
        assert "07161 650 55730" in page.text
        assert page.all("html")[0].get("lang") == "de"


def test_an_unexpected_fault_tells_the_reader_nothing_of_it(
    app, office, monkeypatch, capfd
):
    def broken(*_arguments, **_facts):
        raise RuntimeError("Amal Beispiel, Musterweg 3")

    monkeypatch.setattr(availability, "next_free", broken)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = app.test_client().get("/ar/")
    page = Page(answer)
    assert (page.status, page.all("html")[0].get("lang")) == (500, "ar")
    assert "Musterweg" not in page.html
    assert "Musterweg" not in "".join(capfd.readouterr())


def test_a_full_or_busy_database_is_said_to_be_so(app, office, monkeypatch):
    for fault in (
        OperationalError("INSERT", {"name": "Amal"}, Exception("disk full")),
        PoolTimeoutError("all connections are in use"),
    ):

        def busy(*_arguments, fault=fault, **_facts):
            raise fault

        monkeypatch.setattr(availability, "next_free", busy)
        page = Page(app.test_client().get("/de/"))
        assert (page.status, "Amal" in page.html) == (503, False)


def test_before_any_office_is_set_up_the_pages_say_so_politely(app, now):
    page = Page(app.test_client().get("/de/book"))
    assert page.status in {200, 503}
    assert page.heading
