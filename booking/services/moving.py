"""How does an office that has outgrown SQLite get to PostgreSQL? With everything."""

from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from booking.models import db
from booking.models.storage import WILL_WRITE, UnsoundDatabase, refuse_unsound
from booking.services.row_copy import CopyDiffers, copy_rows, filled_tables, make_schema
from booking.services.soundness import schema_fault


class NotMoved(Exception):
    """Both databases are as they were; the message says why."""


def move_database(address: str) -> int:
    """Copy everything into an empty PostgreSQL; return how many rows.

    Nobody writes to the old database while it is read. The new one gets all rows
    or none: tables, rows, proof and rules are one transaction.

    Raises:
        NotMoved: wrong kind, not empty, not reachable, or a table that differs.
    """
    target = create_engine(_checked(address))
    try:
        with (
            db.engine.connect().execution_options(**WILL_WRITE) as source,
            target.begin() as connection,
        ):
            if unfinished := schema_fault(source):
                raise NotMoved(unfinished)
            if full := filled_tables(connection):
                raise NotMoved(f"The new database is not empty: {full[0]} holds rows.")
            make_schema(connection)
            if unfinished := schema_fault(connection):
                raise NotMoved(f"In the new database: {unfinished}")
            counts = copy_rows(source, connection)
        refuse_unsound(target)
        return sum(counts.values())
    except (CopyDiffers, UnsoundDatabase) as fault:
        raise NotMoved(str(fault)) from fault
    except SQLAlchemyError as fault:
        reason = str(getattr(fault, "orig", None) or fault).splitlines()[0]
        raise NotMoved(f"The new database does not take it: {reason}") from fault
    finally:
        target.dispose()


def _checked(address: str) -> URL:
    if db.engine.dialect.name != "sqlite":
        raise NotMoved("The database in use is no SQLite file: nothing is to be moved.")
    try:
        url = make_url(address)
    except ArgumentError as fault:
        raise NotMoved("The new address begins with postgresql+psycopg://.") from fault
    if url.drivername != "postgresql+psycopg":
        raise NotMoved("The new address begins with postgresql+psycopg://.")
    return url
