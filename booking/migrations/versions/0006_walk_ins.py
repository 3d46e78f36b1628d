"""The staff's day: who walks in, open hours, short contacts, notes on appointments.

Revision ID: 0006
Revises: 0005
Create Date: 2026-11-26 10:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # It may stay empty; the table of the overlap rule is not rebuilt.
    op.add_column(
        "appointment", sa.Column("note_sealed", sa.LargeBinary(), nullable=True)
    )
    _make_open_hours()
    _make_walk_ins()
    _make_short_contacts()


def _make_open_hours():
    op.create_table(
        "open_hour",
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint("opens < closes", name=op.f("ck_open_hour_order")),
        sa.CheckConstraint(
            "valid_from <= valid_until", name=op.f("ck_open_hour_validity")
        ),
        sa.CheckConstraint(
            "weekday BETWEEN 0 AND 6", name=op.f("ck_open_hour_weekday")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_open_hour")),
        sa.UniqueConstraint("uuid", name=op.f("uq_open_hour_uuid")),
    )


def _make_walk_ins():
    op.create_table(
        "walk_in",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=True),
        sa.Column("topic_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("called_by_id", sa.Integer(), nullable=True),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("idempotency_key", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'called', 'done', 'left')",
            name=op.f("ck_walk_in_state"),
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_walk_in_number")),
        sa.CheckConstraint(
            "state IN ('waiting', 'left') OR called_by_id IS NOT NULL",
            name=op.f("ck_walk_in_called"),
        ),
        *_widths(
            "walk_in",
            {"state": 7, "language": 12, "idempotency_key": 64},
            ("came_at", "called_at", "ended_at"),
        ),
        sa.ForeignKeyConstraint(
            ["called_by_id"], ["staff.id"], name=op.f("fk_walk_in_called_by_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_walk_in_client_id_client")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_walk_in")),
        sa.UniqueConstraint("day", "number", name=op.f("uq_walk_in_day_number")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_walk_in_idempotency_key")),
        sa.UniqueConstraint("uuid", name=op.f("uq_walk_in_uuid")),
    )
    op.create_index("ix_walk_in_client_id", "walk_in", ["client_id"])


def _make_short_contacts():
    op.create_table(
        "short_contact",
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("topic_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("note_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("idempotency_key", sa.String(length=64), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('phone', 'corridor', 'authority', 'written')",
            name=op.f("ck_short_contact_kind"),
        ),
        sa.CheckConstraint(
            "minutes BETWEEN 1 AND 480", name=op.f("ck_short_contact_minutes")
        ),
        *_widths("short_contact", {"kind": 10, "idempotency_key": 64}, ("at",)),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_short_contact_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_short_contact_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_short_contact")),
        sa.UniqueConstraint(
            "idempotency_key", name=op.f("uq_short_contact_idempotency_key")
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_short_contact_uuid")),
    )
    op.create_index("ix_short_contact_at", "short_contact", ["at"])
    op.create_index("ix_short_contact_client_id", "short_contact", ["client_id"])
    op.create_index("ix_short_contact_staff_id_at", "short_contact", ["staff_id", "at"])


def _widths(table, texts, moments):
    """Watch over lengths where the database itself does not."""
    lengths = {name: f"<= {width}" for name, width in texts.items()}
    lengths |= dict.fromkeys(moments, "= 26")
    for name, length in lengths.items():
        yield sa.CheckConstraint(
            f"length({name}) {length}", name=op.f(f"ck_{table}_{name}_width")
        ).ddl_if(dialect="sqlite")
