"""What a client wants to talk about is encrypted, as the privacy notice says.

Revision ID: 0010
Revises: 0009
Create Date: 2026-11-26 17:45:00
"""

import sqlalchemy as sa
from alembic import op

from booking.models.keyring import keyring

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

RULE = "CONSTRAINT ck_appointment_topic_width CHECK (length(topic) <= 24), "
APPOINTMENT = sa.table(
    "appointment",
    sa.column("id", sa.Integer()),
    sa.column("uuid", sa.Uuid()),
    sa.column("topic", sa.String(24)),
    sa.column("topic_sealed", sa.LargeBinary()),
)


def upgrade() -> None:
    op.add_column(
        "appointment", sa.Column("topic_sealed", sa.LargeBinary(), nullable=True)
    )
    _seal()
    if op.get_bind().dialect.name == "sqlite":
        _forget_rule()
    op.drop_column("appointment", "topic")


def _seal() -> None:
    connection, row = op.get_bind(), APPOINTMENT.c
    open_ones = sa.select(row.id, row.uuid, row.topic).where(row.topic.is_not(None))
    for number, uuid, topic in connection.execute(open_ones).all():
        sealed = keyring().seal(topic, f"appointment.topic_sealed:{uuid}")
        connection.execute(
            sa.update(APPOINTMENT)
            .where(row.id == number)
            .values(topic_sealed=sealed, topic=None)
        )


def _forget_rule() -> None:
    """Take the rule on the column's width out of the table, so that it can go.

    SQLite cannot drop a rule, and other tables point at this one, so that it cannot be
    built anew inside a transaction. Editing the schema's text is what its manual
    advises for the removal of a CHECK (lang_altertable.html, section 8).
    """
    version = op.get_bind().scalar(sa.text("PRAGMA schema_version"))
    op.execute("PRAGMA writable_schema = ON")
    op.get_bind().execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(replace(sql, :rule, ''), :line, '')"
            " WHERE type = 'table' AND name = 'appointment'"
        ),
        {"rule": RULE, "line": "\t\n"},
    )
    op.execute(f"PRAGMA schema_version = {version + 1}")
    op.execute("PRAGMA writable_schema = OFF")
