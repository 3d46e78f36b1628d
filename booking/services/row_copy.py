"""How do all rows get from one database into another, of either kind, unchanged?

Numbers, uuids and sealed bytes stay as they are, so every link and every seal
still fits. All rules of the new database are in force while it is filled; only
foreign keys wait for the end, because rows may point at later ones.
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import (
    JSON,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    cast,
    insert,
    inspect,
    select,
    text,
)

from booking.models import Base
from booking.models.migration import migrations

ROWS_AT_ONCE = 500  # some hundred kilobytes


class CopyDiffers(Exception):
    """A table did not arrive as it was; nothing of the copy may be kept."""


def _without_orm() -> MetaData:
    """Return our tables, told apart: no JSON at all, and JSON's own null."""
    plain = MetaData()
    for table in Base.metadata.tables.values():
        copy = table.to_metadata(plain)
        for column in copy.columns:
            if isinstance(column.type, JSON):
                column.type = JSON(none_as_null=True)
    return plain


TABLES = _without_orm().sorted_tables


def make_schema(target: Connection) -> None:
    """Lay down tables and rules where there are none yet."""
    if inspect(target).has_table("alembic_version"):
        return
    Base.metadata.create_all(target)
    MigrationContext.configure(target).stamp(migrations(), "head")


def filled_tables(connection: Connection) -> list[str]:
    """Name the tables that hold rows, if they are there at all."""
    there = set(inspect(connection).get_table_names())
    return [
        table.name
        for table in TABLES
        if table.name in there
        and connection.execute(select(text("1")).select_from(table).limit(1)).first()
    ]


def copy_rows(source: Connection, target: Connection) -> dict[str, int]:
    """Copy every row of every table and prove it; return how many each has.

    Raises:
        CopyDiffers: if a table reads differently on the other side.
    """
    _let_keys_wait(target)
    counts = {}
    for table in TABLES:
        for rows in _batches(source, table):
            target.execute(insert(table), rows)
    for table in TABLES:
        counts[table.name], there = fingerprint(source, table)
        if (counts[table.name], there) != fingerprint(target, table):
            raise CopyDiffers(f"The table {table.name} did not arrive as it was.")
    _insist_on_keys(target)
    _set_sequences(target)
    return counts


def fingerprint(connection: Connection, table: Table) -> tuple[int, str]:
    """Return how many rows a table has, and a checksum over all their values."""
    count, checksum = 0, sha256()
    for rows in _batches(connection, table):
        for row in rows:
            count += 1
            checksum.update(_spelled(row).encode())
    return count, checksum.hexdigest()


def _batches(connection: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """Read a table in an order that both kinds of database share."""
    notes = [c.name for c in table.columns if isinstance(c.type, JSON)]
    wanted = select(
        *(
            cast(column, Text).label(column.name) if column.name in notes else column
            for column in table.columns
        )
    )
    key = [column.name for column in table.primary_key]
    if key == ["id"]:
        ordered = wanted.order_by(table.c.id)
        streamed = {"yield_per": ROWS_AT_ONCE}
        found = connection.execute(ordered, execution_options=streamed).mappings()
        for part in found.partitions():
            yield [_read(row, notes) for row in part]
    elif rows := [_read(row, notes) for row in connection.execute(wanted).mappings()]:
        # Small tables; each kind of database has its own order of texts.
        yield sorted(rows, key=lambda row: [str(row[name]) for name in key])


def _read(row: Any, notes: list[str]) -> dict[str, Any]:
    values = dict(row)
    for name in notes:
        if values[name] is not None:
            found = json.loads(values[name])
            values[name] = JSON.NULL if found is None else found
    return values


def _spelled(row: dict[str, Any]) -> str:
    return json.dumps(list(row.items()), default=repr, sort_keys=True)


def _let_keys_wait(target: Connection) -> None:
    if target.dialect.name == "postgresql":
        _alter_keys(target, "DEFERRABLE INITIALLY DEFERRED")


def _insist_on_keys(target: Connection) -> None:
    if target.dialect.name == "postgresql":
        target.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        _alter_keys(target, "NOT DEFERRABLE")
    elif target.execute(text("PRAGMA foreign_key_check")).first():
        raise CopyDiffers("A row points at another one that is not there.")


def _alter_keys(target: Connection, how: str) -> None:
    keys = target.execute(
        text(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint "
            "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
        )
    ).all()
    for table, name in keys:
        target.execute(text(f'ALTER TABLE {table} ALTER CONSTRAINT "{name}" {how}'))


def _set_sequences(target: Connection) -> None:
    if target.dialect.name != "postgresql":
        return
    for table in TABLES:
        key = table.primary_key.columns
        if [c.name for c in key] == ["id"] and isinstance(key["id"].type, Integer):
            target.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "  # noqa: S608 - our own names
                    f"(SELECT max(id) FROM {table.name})) "
                    f"WHERE EXISTS (SELECT 1 FROM {table.name})"
                )
            )
