"""What does SQLite not watch by itself? The width of times and the length of text."""

from sqlalchemy import CheckConstraint, Column, MetaData, String

from booking.models.base import Instant

INSTANT_WIDTH = 26  # 2026-11-24 08:00:00.000000


def watch_widths(metadata: MetaData) -> None:
    """Give SQLite the CHECKs that PostgreSQL's types bring along."""
    for table in metadata.tables.values():
        for column in list(table.columns):
            if rule := _rule(column):
                table.append_constraint(
                    CheckConstraint(rule, name=f"{column.name}_width").ddl_if(
                        dialect="sqlite"
                    )
                )


def _rule(column: Column[object]) -> str | None:
    if isinstance(column.type, Instant):
        return f"length({column.name}) = {INSTANT_WIDTH}"
    if isinstance(column.type, String) and column.type.length:
        return f"length({column.name}) <= {column.type.length}"
    return None
