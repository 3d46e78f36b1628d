"""How do stored fields get a new key while everybody works on? In small batches.

A field is exchanged only if it still is what was read, so nobody's change is lost.
Broken off anywhere, the next run goes on with what still has an old key. Hashes
for look-ups have a key of their own and stay.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, func, or_, select, update
from sqlalchemy.orm import Session

from booking.models import Base, CannotOpen, keyring
from booking.models.keyring import MARK_BYTES, add_field_key, retire_field_keys
from booking.models.running import settings
from booking.models.sealed import Sealed
from booking.services.journal import Actor, note
from booking.services.writing import read_session, tried_again, write_session

ROWS_AT_ONCE = 100  # a writer behind us waits some milliseconds


class NotRotated(Exception):
    """The keys are as they were; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Resealed:
    """What a run did: fields closed anew, and fields that no key at hand opens."""

    fields: int
    unreadable: int


def rotate(*, now: datetime) -> Resealed:
    """Make a new key unless a run was broken off, and close every field with it.

    Where ``BOOKING_FIELD_KEYS`` names the keys, the first of them is the new one.
    """
    if not settings().field_keys and not _any_left():
        add_field_key(settings().keys)
    done = unreadable = 0
    for table, columns in _sealed_columns():
        last = 0
        while (batch := _next_batch(table, columns, last)) is not None:
            last, resealed, closed_for_good = batch
            done, unreadable = done + resealed, unreadable + closed_for_good
    with write_session() as session:
        note(session, Actor.COMMAND, "rotated keys", "office", now=now)
    return Resealed(fields=done, unreadable=unreadable)


def retire(*, now: datetime) -> int:
    """Stop reading with old keys, once no field needs them; return how many.

    Raises:
        NotRotated: a field still needs one, or the settings name the keys.
    """
    if settings().field_keys:
        raise NotRotated(
            "BOOKING_FIELD_KEYS names the keys: take the old ones out there."
        )
    if _any_left():
        raise NotRotated("Fields still need an old key: run “booking keys rotate”.")
    number = retire_field_keys(settings().keys)
    with write_session() as session:
        note(session, Actor.COMMAND, "retired keys", "office", now=now)
    return number


def _sealed_columns() -> Iterator[tuple[Table, list[Column[Any]]]]:
    for mapper in sorted(Base.registry.mappers, key=lambda one: one.class_.__name__):
        table = mapper.local_table
        names = sorted(
            one.column
            for one in vars(mapper.class_).values()
            if isinstance(one, Sealed)
        )
        if names and isinstance(table, Table):
            yield table, [table.columns[name] for name in names]


def _any_left() -> bool:
    with read_session() as session:
        return any(
            session.scalar(select(table.c.id).where(_old(columns)).limit(1))
            for table, columns in _sealed_columns()
        )


def _old(columns: list[Column[Any]]) -> ColumnElement[bool]:
    """Tell which rows have a field that another key than the first has closed."""
    mark = keyring().mark
    return or_(*(func.substr(one, 1, MARK_BYTES) != mark for one in columns))


@tried_again
def _next_batch(
    table: Table, columns: list[Column[Any]], after: int
) -> tuple[int, int, int] | None:
    """Close some rows anew; return the last one's number and what was done."""
    with write_session() as session:
        rows = session.execute(
            select(table.c.id, table.c.uuid, *columns)
            .where(table.c.id > after, _old(columns))
            .order_by(table.c.id)
            .limit(ROWS_AT_ONCE)
        ).all()
        results = [_reseal(session, table, columns, row) for row in rows]
    if not rows:
        return None
    return rows[-1].id, sum(r[0] for r in results), sum(r[1] for r in results)


def _reseal(
    session: Session, table: Table, columns: list[Column[Any]], row: Any
) -> tuple[int, int]:
    done = unreadable = 0
    for column in columns:
        old: bytes | None = getattr(row, column.name)
        if old is None or old.startswith(keyring().mark):
            continue
        place = f"{table.name}.{column.name}:{row.uuid}"
        try:
            new = keyring().seal(keyring().open(old, place), place)
        except CannotOpen:
            unreadable += 1
            continue
        session.execute(
            update(table)
            .where(and_(table.c.id == row.id, column == old))
            .values({column.name: new})
        )
        done += 1
    return done, unreadable
