"""Does an office that ran the first version find everything again after the next?"""

from datetime import UTC, datetime

import pytest
from flask_migrate import upgrade
from sqlalchemy import inspect, text

from booking import create_app
from booking.config import shipped
from booking.models import (
    Appointment,
    ClientLink,
    FeedVersion,
    Letter,
    Subscription,
    Topic,
    db,
)
from booking.models.migration import migrate_to_newest
from booking.services.feeds import bump
from booking.services.writing import write_session
from tests import make
from tests.postgres import drop_database, fresh_database

FACTS = {
    "uuid": "0" * 31 + "1",
    "b": b"x",
    "noon": "2026-11-24 12:00:00.000000",
    "ends": "2026-11-24 12:45:00.000000",
    "free": "2026-11-24 13:00:00.000000",
}
OF_VERSION_ONE = (
    "INSERT INTO staff (id, uuid, name_sealed, email_sealed, email_hash, post_share, "
    "created_at) VALUES (1, :uuid, :b, :b, :b, 100, :noon)",
    "INSERT INTO consultation_type (id, uuid, slug, place, minutes, interpreter_minutes, "
    "group_minutes, buffer_before, buffer_after, raster, notice, horizon, bookable_by, "
    "active) VALUES (1, :uuid, 'office', 'office', 45, 15, 15, 0, 15, 15, 60, 42, "
    "'anyone', true)",
    "INSERT INTO appointment (id, uuid, type_id, counsellor_id, starts_at, ends_at, "
    "busy_from, busy_until, status, sequence, created_at, changed_at, language, "
    "letter_language, interpreter_wanted, people, woman_preferred, reach, no_message) "
    "VALUES (1, :uuid, 1, 1, :noon, :ends, :noon, "
    ":free, 'booked', 0, :noon, :noon, 'de', 'de', false, "
    "1, false, 'email', false)",
    "INSERT INTO client_link (id, uuid, appointment_id, token_hash, code_hash, "
    "token_sealed, code_sealed) VALUES (7, :uuid, 1, :b, :b, :b, :b)",
    "INSERT INTO letter (id, uuid, about, kind, channel, sequence, appointment_id, "
    "language, state, created_at, next_try_at, tries, error) VALUES (9, :uuid, "
    "'appointment:x', 'reminder', 'email', 0, 1, 'ar', 'due', :noon, :noon, 3, "
    "'the server was busy')",
)


OF_VERSION_THREE = (
    *OF_VERSION_ONE,
    "INSERT INTO feed_version (staff_id, version, changed_at) VALUES (1, 41, :noon)",
    "INSERT INTO subscription (id, uuid, staff_id, label, level, token_hash, "
    "created_at) VALUES (5, :uuid, 1, 'phone', 'full', :b, :noon)",
)


@pytest.fixture
def of_version_one(request, tmp_path):
    """Give an application over a database that stands at the first migration."""
    yield from _standing_at("0001", request, tmp_path)


@pytest.fixture
def of_version_three(request, tmp_path):
    """Give one over a database that stands at the third."""
    yield from _standing_at("0003", request, tmp_path)


def _standing_at(revision, request, tmp_path):
    kind = request.param
    server = request.getfixturevalue("postgres_server") if kind == "postgresql" else ""
    url = fresh_database(server) if server else f"sqlite:///{tmp_path / 'one.sqlite'}"
    app = create_app(make.settings(tmp_path, url))
    with app.app_context():
        upgrade(directory=str(shipped("migrations")), revision=revision)
        yield app
        db.session.remove()
        db.engine.dispose()
    if server:
        drop_database(server, url)


@pytest.mark.parametrize("of_version_one", ["sqlite", "postgresql"], indirect=True)
def test_links_and_letters_of_the_first_version_are_kept(of_version_one):
    with db.engine.begin() as connection:
        for statement in OF_VERSION_ONE:
            connection.execute(text(statement), FACTS)
    migrate_to_newest()
    link = db.session.query(ClientLink).one()
    letter = db.session.query(Letter).one()
    assert (link.id, link.appointment_id, link.token_hash) == (7, 1, b"x")
    assert (letter.id, letter.tries, letter.language) == (9, 3, "ar")
    assert (letter.visit_request_id, link.visit_request_id) == (None, None)
    tables = inspect(db.engine).get_table_names()
    assert [table for table in tables if table.endswith("_before")] == []


@pytest.mark.parametrize("of_version_three", ["sqlite", "postgresql"], indirect=True)
def test_feeds_of_the_third_version_go_on_where_they_were(of_version_three):
    """An app that has the newest version must not be told that it is new."""
    with db.engine.begin() as connection:
        for statement in OF_VERSION_THREE:
            connection.execute(text(statement), FACTS)
    migrate_to_newest()
    version = db.session.query(FeedVersion).one()
    row = db.session.query(Subscription).one()
    letter = db.session.query(Letter).one()
    assert (version.staff_id, version.version) == (1, 41)
    assert version.changed_at == datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert (row.id, row.level, row.shows, row.label) == (5, "full", "own", "phone")
    assert (letter.id, letter.tries, letter.invitation_id) == (9, 3, None)
    with write_session() as session:
        bump(session, [1], at=version.changed_at)
    db.session.rollback()
    assert db.session.query(FeedVersion).one().version == 42


@pytest.mark.parametrize("of_version_three", ["sqlite", "postgresql"], indirect=True)
def test_a_topic_of_the_third_version_is_sealed_and_stays_readable(
    of_version_three, tmp_path
):
    with db.engine.begin() as connection:
        for statement in OF_VERSION_THREE:
            connection.execute(text(statement), FACTS)
        connection.execute(text("UPDATE appointment SET topic = 'residence'"))
    migrate_to_newest()
    row = db.session.query(Appointment).one()
    assert row.topic == Topic.RESIDENCE
    assert b"residence" not in row.topic_sealed
    columns = inspect(db.engine).get_columns("appointment")
    assert "topic" not in {column["name"] for column in columns}
    if db.engine.dialect.name == "sqlite":
        db.session.rollback()
        with db.engine.connect() as connection:
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
