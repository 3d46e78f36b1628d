"""How does the database itself refuse a double booking?

Two active rows with the same counsellor (or interpreter) never overlap. Every
reader of our code may forget a check; this rule cannot. PostgreSQL keeps it as
an exclusion constraint, SQLite as triggers; both answer ``IntegrityError``.
"""

from enum import StrEnum

from sqlalchemy import DDL, Connection, Table, event, text


class Status(StrEnum):
    """Where an appointment stands in its life."""

    HELD = "held"
    BOOKED = "booked"
    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


ACTIVE = (Status.HELD, Status.BOOKED, Status.MET, Status.MISSED)
_ACTIVE_SQL = "status IN ('" + "', '".join(ACTIVE) + "')"


def no_overlap(table: Table, column: str) -> None:
    """Forbid active rows of ``table`` that share ``column`` and a moment."""
    for dialect in ("sqlite", "postgresql"):
        for statement in overlap_rules(table.name, column, dialect):
            rule = DDL(statement).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]  # SQLAlchemy's own gap
            event.listen(table, "after_create", rule)


def overlap_rules(table: str, column: str, dialect: str) -> list[str]:
    """Return the statements that lay the rule down on this kind of database."""
    if dialect == "postgresql":
        return [
            "CREATE EXTENSION IF NOT EXISTS btree_gist",
            f"ALTER TABLE {table} ADD CONSTRAINT {_name(column)} "
            f"EXCLUDE USING gist ({column} WITH =, "
            "tstzrange(busy_from, busy_until) WITH &&) "
            f"WHERE ({_ACTIVE_SQL})",
        ]
    return [_trigger(table, column, verb) for verb in ("INSERT", "UPDATE")]


def missing_rules(connection: Connection) -> list[str]:
    """Return the names of overlap rules this database should have and has not."""
    expected = {_name("counsellor_id"), _name("interpreter_id")}
    if connection.dialect.name == "postgresql":
        query = "SELECT conname FROM pg_constraint WHERE contype = 'x'"
    else:
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        expected = {f"{name}_{verb}" for name in expected for verb in _VERBS}
    return sorted(expected - set(connection.scalars(text(query))))


_VERBS = ("insert", "update")


def _name(column: str) -> str:
    return f"no_overlap_{column.removesuffix('_id')}"


def _trigger(table: str, column: str, verb: str) -> str:
    other_row = "AND o.id <> OLD.id " if verb == "UPDATE" else ""
    return (
        f"CREATE TRIGGER {_name(column)}_{verb.lower()} BEFORE {verb} ON {table} "  # noqa: S608 - names of our own
        f"WHEN NEW.{_ACTIVE_SQL} AND EXISTS (SELECT 1 FROM {table} AS o "
        f"WHERE o.{column} = NEW.{column} AND o.{_ACTIVE_SQL} "
        "AND o.busy_from < NEW.busy_until AND NEW.busy_from < o.busy_until "
        f"{other_row}) BEGIN SELECT RAISE(ABORT, '{_name(column)}'); END"
    )
