"""Does a test find anything of an earlier one in the database it is lent?"""

import psycopg
import pytest
from sqlalchemy import inspect, text
from sqlalchemy.engine import make_url
from werkzeug.routing import Rule

from booking import create_app
from booking.models import Base, db
from tests import make, routes
from tests.copies import Copies


@pytest.fixture
def lent(postgres_server, migrated_postgres):
    """Lend copies that no other test shares."""
    own = Copies(postgres_server, migrated_postgres)
    yield own
    own.drop_all()


@pytest.fixture
def used(lent, tmp_path):
    """Use a copy as a test would, and give it back."""
    url = lent.lend()
    with create_app(make.settings(tmp_path, url)).app_context():
        first = make.office().counsellor
        make.feedback()
        db.session.remove()
        with db.engine.begin() as connection:  # what is undone leaves its traces, too
            connection.execute(text("SELECT nextval('letter_id_seq')"))
        db.engine.dispose()
    assert first == 1
    lent.take_back(url)
    return url


def done(url, statement):
    plain = make_url(url).set(drivername="postgresql")
    address = plain.render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement)


def test_the_next_test_gets_the_same_copy_empty_and_counts_from_one(
    lent, used, tmp_path
):
    assert lent.spare == [used]
    url = lent.lend()
    with create_app(make.settings(tmp_path, url)).app_context():
        with db.engine.connect() as connection:
            rows = {
                table.name: connection.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608 - our own tables
                for table in Base.metadata.sorted_tables
            }
            assert connection.scalar(text("SELECT nextval('letter_id_seq')")) == 1
        assert {name for name, count in rows.items() if count} == set()
        assert make.office().counsellor == 1
        assert inspect(db.engine).has_table("alembic_version")
        db.session.remove()
        db.engine.dispose()
    lent.take_back(url)


def test_whoever_still_works_for_an_earlier_test_finds_nothing(lent, used):
    lent.take_back(lent.lend())
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        done(used, "SELECT 1")


def test_whoever_is_still_connected_is_cut_off(lent):
    url = lent.lend()
    plain = make_url(url).set(drivername="postgresql")
    with psycopg.connect(plain.render_as_string(hide_password=False)) as straggler:
        straggler.execute("SELECT count(*) FROM staff")
        lent.take_back(url)
        with pytest.raises(psycopg.OperationalError):
            straggler.execute("SELECT 1")
    assert lent.spare == [url]


@pytest.mark.parametrize(
    "deed",
    [
        "ALTER TABLE appointment DROP CONSTRAINT ck_appointment_order",
        "ALTER TABLE staff ADD COLUMN planted int",
        "ALTER TABLE journal_entry DISABLE TRIGGER ALL",
        "ALTER TABLE appointment SET (fillfactor = 50)",
        "ALTER SEQUENCE staff_id_seq INCREMENT 2",
        "ALTER DATABASE {} CONNECTION LIMIT 5",
        "ALTER DATABASE {} SET timezone = 'Asia/Tokyo'",
        "CREATE TABLE planted ()",
        "CREATE FUNCTION planted() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "DROP INDEX ix_feedback_done_at",
        "UPDATE alembic_version SET version_num = 'planted'",
        "DELETE FROM alembic_version",
    ],
)
def test_what_is_no_longer_like_the_template_is_lent_to_nobody(lent, deed):
    url = lent.lend()
    done(url, deed.format(make_url(url).database))
    lent.take_back(url)
    assert lent.spare == []


def test_a_remembered_route_is_made_as_one_that_is_compiled(app):
    """What applications share has nothing to remember with."""
    for rule in app.url_map.iter_rules():
        for unknown in (True, False):
            shared = routes.remembered(rule, unknown)
            own = routes.compiled(rule, unknown)
            assert shared.__code__ == own.__code__
            assert (shared.__closure__, shared.__defaults__) == (None, None)
            assert set(shared.__globals__) == {"__builtins__"}
            assert Rule._compile_builder is routes.remembered
