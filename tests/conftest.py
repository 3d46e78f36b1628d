"""What do tests stand on? An application over a fresh database, of both kinds."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest

from booking import clock, create_app
from booking.config import Settings
from booking.models import db
from booking.models.migration import migrate_to_newest
from tests import make, routes, shared_work
from tests.canary import watching
from tests.copies import Copies
from tests.postgres import drop_database, fresh_database, postgres_url

HERE = Path(__file__).parent
# No test asserts on the clock: a busy machine is no fault of an example.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")
routes.remember()
shared_work.share()

# Files that take longest, the longest first: begun last, one would keep a core waiting.
LONGEST = (
    "browser/test_staff.py",
    "browser/test_booking.py",
    "browser/test_every_page.py",
    "reliability/test_letters_survive.py",
    "test_gates.py",
    "browser/test_whole_way.py",
    "web/test_misuse.py",
    "routing/test_plan.py",
    "cli/test_calendars.py",
    "web/test_topics.py",
    "cli/test_commands.py",
    "services/test_calendar_child.py",
    "services/test_visits.py",
    "cli/test_routes.py",
    "browser/test_weight.py",
)


# A Monday with no holiday near it; a test that needs another moment moves the clock.
MONDAY = datetime(2027, 3, 1, 7, 0, tzinfo=UTC)


def pytest_collection_modifyitems(items):
    """Begin with the longest; among the others chance decides (``--randomly-seed``)."""
    items.sort(key=_length_of)


def _length_of(item) -> int:
    file = item.path.relative_to(HERE).as_posix()
    return LONGEST.index(file) if file in LONGEST else len(LONGEST)


@pytest.fixture(autouse=True)
def canary(request):
    """Look, after each test, for what was sealed in it where it must not be."""
    with watching() as watched:
        yield watched
    folder = request.node.funcargs.get("tmp_path")
    assert watched.strays(folder) == []


@pytest.fixture(scope="session")
def postgres_server():
    """Run a real PostgreSQL for the whole session."""
    with postgres_url() as url:
        yield url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory):
    """Migrate one SQLite file; tests get copies of it."""
    path = tmp_path_factory.mktemp("template") / "lotse.sqlite"
    _migrate(make.settings(path.parent, f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server, tmp_path_factory):
    """Migrate one PostgreSQL database; tests get copies of it."""
    url = fresh_database(postgres_server)
    _migrate(make.settings(tmp_path_factory.mktemp("template"), url))
    yield url
    drop_database(postgres_server, url)


@pytest.fixture
def sqlite_url(migrated_sqlite, tmp_path):
    """Give a migrated, empty SQLite database."""
    path = tmp_path / "lotse.sqlite"
    shutil.copy(migrated_sqlite, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def copies(postgres_server, migrated_postgres):
    """Lend copies of the migrated PostgreSQL database."""
    copies = Copies(postgres_server, migrated_postgres)
    yield copies
    copies.drop_all()


@pytest.fixture
def postgresql_url(copies):
    """Give a migrated, empty PostgreSQL database."""
    url = copies.lend()
    yield url
    copies.take_back(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request):
    """Give a migrated, empty database, once of each kind."""
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def settings(database_url, tmp_path) -> Settings:
    """Say how the application under test runs; a test module may override it."""
    return make.settings(tmp_path, database_url)


@pytest.fixture
def app(settings):
    """Give the application, inside its context."""
    app = create_app(settings)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def now(monkeypatch):
    """Stop the clock on a Monday morning; ``now.move(...)`` moves it."""
    stopped = make.StoppedClock(MONDAY)
    monkeypatch.setattr(clock, "now", stopped.now)
    return stopped


@pytest.fixture
def office(app, now):
    """Found the Bürgerhaus: one Arabic-speaking counsellor, weekdays nine to twelve."""
    return make.office()


@pytest.fixture
def browser_like(app, office):
    """Give a test client for the pages, as a phone without JavaScript would ask."""
    return app.test_client()


def _migrate(settings: Settings) -> None:
    app = create_app(settings)
    with app.app_context():
        migrate_to_newest()
        db.engine.dispose()
        if db.engine.dialect.name == "sqlite":
            _fold_the_log(Path(db.engine.url.database))


def _fold_the_log(path: Path) -> None:
    # A copy of the file alone must be the whole database.
    with db.engine.connect() as connection:
        connection.connection.driver_connection.execute(
            "PRAGMA wal_checkpoint(TRUNCATE)"
        )
    db.engine.dispose()
    assert path.stat().st_size > 0
