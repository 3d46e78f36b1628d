"""Of the demo's clients, what can be read without the keys? And does the canary sing?"""

import logging
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from booking.cli.serving import COUNSELLORS, VISITS
from booking.models import Base, Client, db
from booking.services import backups
from booking.services.filling import fill
from booking.services.writing import write_session
from tests import make
from tests.canary import saw_address, watching

APPOINTMENTS = 240  # as many as `booking demo` invents


@pytest.fixture
def settings(database_url, tmp_path):
    """With a public key, so that a backup can be made."""
    public, _private = backups.new_pair()
    return make.settings(tmp_path, database_url, backup_recipient=public)


def as_stored():
    """Every value of every row as the database itself holds it."""
    db.session.rollback()
    rows = []
    for table in Base.metadata.sorted_tables:
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        bare = text(f"SELECT {columns} FROM {table.name}")  # noqa: S608 - names of our own
        rows += [value for row in db.session.execute(bare) for value in row]
    return b"\n".join(
        bytes(one) if isinstance(one, bytes | memoryview) else str(one).encode()
        for one in rows
    )


def test_of_the_demos_clients_nothing_can_be_read_without_the_keys(
    app, canary, tmp_path
):
    """What lies on the disk of SQLite is looked through after every test."""
    whole = app.config["BOOKING"].database_url.startswith("sqlite")
    fill(
        counsellors=COUNSELLORS,
        appointments=APPOINTMENTS if whole else 40,  # one kind in full is enough
        visits=VISITS if whole else 4,
        seed=1,
    )
    backups.back_up(tmp_path / "lotse.age")
    names = {one.name for one in db.session.query(Client)}
    assert names <= canary.personal
    assert len(canary.personal) > 40
    assert any(one.startswith("Musterweg ") for one in canary.personal)
    kept = as_stored() + (tmp_path / "lotse.age").read_bytes()
    assert [one for one in canary.personal if one.encode() in kept] == []
    assert [one for one in canary.secrets if one.encode() in kept] == []


NAME, LINK = "Canaria Wellensittich", "L1nk" * 10


@pytest.fixture
def sealed(app):
    """A canary of its own, that the one of every test does not see."""
    with watching() as one:
        one.seal("name_sealed", NAME)
        one.seal("token_sealed", LINK)
        yield one


def test_as_long_as_nothing_strays_the_canary_is_silent(sealed, office, tmp_path):
    logging.getLogger("booking").info("somebody came")
    saw_address(answer("/de/a/secret"))
    assert sealed.strays(tmp_path) == []


def answer(url):
    return SimpleNamespace(request=SimpleNamespace(url=url), headers={})


def test_a_name_or_a_link_in_the_log_is_seen(sealed):
    logging.getLogger("booking.requests").info("%s was here: /de/a/%s", NAME, LINK)
    told = {f"{one!r} in the log" for one in (NAME, LINK)}
    assert set(sealed.strays()) == told


def test_a_name_in_an_address_is_seen(sealed):
    saw_address(answer("http://localhost/staff/search?name=Canaria+Wellensittich"))
    assert sealed.strays() == [f"{NAME!r} in an address"]


def test_a_name_in_the_head_of_a_letter_is_seen(sealed, tmp_path):
    (tmp_path / "a.eml").write_text(f"Subject: Dear {NAME}\nTo: x\n\n{NAME}\n")
    assert sealed.strays(tmp_path) == [f"{NAME!r} in the head of a letter"]


def test_a_name_in_the_database_is_seen(sealed, office, tmp_path, canary):
    if db.engine.dialect.name != "sqlite":
        return  # there as_stored() looks
    with write_session() as session:
        session.execute(text("UPDATE office SET name = :name"), {"name": NAME})
    assert any(
        one.startswith(f"{NAME!r} in lotse.sqlite") for one in sealed.strays(tmp_path)
    )
