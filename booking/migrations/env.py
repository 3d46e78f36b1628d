"""How do migrations reach the database? Through the application's own engine."""

from alembic import context
from sqlalchemy import Connection

from booking.models import Base, db
from booking.models.storage import WILL_WRITE


def run_migrations() -> None:
    """Run what is missing in one transaction: all of it, or nothing.

    It is begun here: Alembic believes that SQLite cannot undo a CREATE TABLE, and
    would commit after each migration, and before it reads which ones are missing.
    """
    engine = db.engine
    with (
        engine.connect().execution_options(**WILL_WRITE) as connection,
        connection.begin(),
    ):
        _one_at_a_time(connection)
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()


def _one_at_a_time(connection: Connection) -> None:
    # Two programs that start together must not both migrate.
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4173)")


if context.is_offline_mode():
    raise SystemExit("Migrations need the database; run “booking migrate”.")
run_migrations()
