"""Do the migrations build what the records say, CHECKs and triggers included?

Alembic compares columns and indexes, but neither CHECKs nor triggers: here a
database made from the records is compared with one that was migrated.
"""

import re
import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from booking import create_app
from booking.models import Base, db
from booking.models.migration import migrate_to_newest
from booking.services.soundness import schema_fault
from tests import make
from tests.postgres import drop_database, fresh_database

POSTGRES_FACTS = {
    "columns": "SELECT table_name, column_name, data_type, character_maximum_length, "
    "is_nullable, column_default FROM information_schema.columns "
    "WHERE table_schema = 'public'",
    "constraints": "SELECT conrelid::regclass::text, conname, "
    "pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid <> 0",
    "indexes": "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) "
    "FROM pg_index JOIN pg_class ON pg_class.oid = indrelid "
    "WHERE relnamespace = 'public'::regnamespace",
    "triggers": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger "
    "WHERE NOT tgisinternal",
    "functions": "SELECT proname, prosrc FROM pg_proc JOIN pg_namespace "
    "ON pronamespace = pg_namespace.oid WHERE nspname = 'public' AND prolang <> "
    "(SELECT oid FROM pg_language WHERE lanname = 'c')",
}


@pytest.fixture
def built_from_records(app, request, tmp_path):
    """Make the tables straight from the records, on the same kind of database."""
    if db.engine.dialect.name == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path / 'records.sqlite'}")
        url = None
    else:
        server = request.getfixturevalue("postgres_server")
        url = fresh_database(server)
        engine = create_engine(url)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()
    if url:
        drop_database(server, url)


def facts_of(engine):
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            return _sqlite_facts(connection)
        return {
            (kind, *map(str, row))
            for kind, query in POSTGRES_FACTS.items()
            for row in connection.execute(text(query))
            if "alembic_version" not in " ".join(map(str, row))
        }


def _sqlite_facts(connection):
    query = "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    facts = set()
    for kind, name, sql in connection.execute(text(query)):
        if name != "alembic_version":
            # A table's lines may come in any order; each stands for itself.
            lines = _lines(sql) if kind == "table" else [" ".join(sql.split())]
            facts |= {(kind, name, line.replace('"', "")) for line in lines}
    return facts


def _lines(sql):
    # SQLite writes a column added later behind the last one, on the same line.
    split = re.sub(r", (?=\w+ (?:INTEGER|BOOLEAN|BLOB|JSON|DATE)\b)", ",\n", sql)
    return [line.strip().rstrip(",") for line in split.splitlines() if line.strip()]


def test_the_migrated_database_is_the_one_the_records_describe(app, built_from_records):
    migrated, described = facts_of(db.engine), facts_of(built_from_records)
    assert len(migrated) > 100
    assert migrated - described == set()
    assert described - migrated == set()


def test_the_comparison_sees_a_lost_rule(app, built_from_records):
    lost = {
        "sqlite": "DROP TRIGGER journal_append_only",
        "postgresql": "ALTER TABLE appointment DROP CONSTRAINT ck_appointment_order",
    }[built_from_records.dialect.name]
    with built_from_records.begin() as connection:
        connection.execute(text(lost))
    missing = facts_of(db.engine) - facts_of(built_from_records)
    assert re.search("journal_append_only|ck_appointment_order", str(missing))


def test_alembic_would_write_no_further_migration(app):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_again_changes_nothing(app):
    before = facts_of(db.engine)
    migrate_to_newest()
    assert facts_of(db.engine) == before


def test_programs_that_start_together_migrate_once(tmp_path):
    settings = make.settings(tmp_path, f"sqlite:///{tmp_path / 'new.sqlite'}")
    program = (
        "from tests import make; from booking import create_app; from pathlib import Path\n"
        "from booking.models.migration import migrate_to_newest\n"
        f"app = create_app(make.settings(Path({str(tmp_path)!r}), {settings.database_url!r}))\n"
        "with app.app_context(): migrate_to_newest()"
    )
    command = [sys.executable, "-c", program]
    both = [
        subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(2)
    ]
    words = [one.communicate()[1] for one in both]
    assert [one.returncode for one in both] == [0, 0], words
    with create_app(settings).app_context(), db.engine.connect() as connection:
        assert schema_fault(connection) is None
        db.engine.dispose()


def test_an_empty_database_is_known_to_be_empty(tmp_path):
    settings = make.settings(tmp_path, f"sqlite:///{tmp_path / 'empty.sqlite'}")
    with create_app(settings).app_context(), db.engine.connect() as connection:
        assert "migration none" in schema_fault(connection)
        db.engine.dispose()
