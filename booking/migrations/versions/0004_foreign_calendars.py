"""Foreign calendars: which are read, when they say somebody is busy, what is kept.

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-26 08:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_sources()
    _make_busy_times()
    _make_kept_conflicts()


def _moment(table, column, *, nullable=True):
    return (
        sa.Column(
            column,
            sa.DateTime(timezone=True),
            nullable=nullable,
        ),
        sa.CheckConstraint(
            f"length({column}) = 26", name=op.f(f"ck_{table}_{column}_width")
        ).ddl_if(dialect="sqlite"),
    )


def _make_sources():
    table = "calendar_source"
    op.create_table(
        table,
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=7), nullable=False),
        sa.Column("label_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("tag_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("modified_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        *_moment(table, "created_at", nullable=False),
        *_moment(table, "fetched_at"),
        *_moment(table, "tried_at"),
        *_moment(table, "due_at"),
        *_moment(table, "taken_until"),
        sa.Column("expanded_on", sa.Date(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(length=24), nullable=True),
        sa.Column("warnings", sa.JSON(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        *_moment(table, "empty_since"),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'address') = (address_sealed IS NOT NULL)",
            name=op.f("ck_calendar_source_address"),
        ),
        sa.CheckConstraint(
            "(kind = 'address') = (due_at IS NOT NULL)",
            name=op.f("ck_calendar_source_due"),
        ),
        sa.CheckConstraint(
            "(kind = 'upload') = (valid_until IS NOT NULL)",
            name=op.f("ck_calendar_source_valid"),
        ),
        sa.CheckConstraint(
            "events >= 0 AND failures >= 0", name=op.f("ck_calendar_source_counts")
        ),
        sa.CheckConstraint(
            "kind IN ('address', 'upload')", name=op.f("ck_calendar_source_kind")
        ),
        sa.CheckConstraint(
            "length(kind) <= 7", name=op.f("ck_calendar_source_kind_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(trouble) <= 24", name=op.f("ck_calendar_source_trouble_width")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_calendar_source_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_source")),
        sa.UniqueConstraint("uuid", name=op.f("uq_calendar_source_uuid")),
    )
    op.create_index("ix_calendar_source_staff_id", table, ["staff_id"])
    op.create_index("ix_calendar_source_due_at", table, ["due_at"])


def _make_busy_times():
    table = "busy_time"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("counsellor_id", sa.Integer(), nullable=False),
        *_moment(table, "starts_at", nullable=False),
        *_moment(table, "ends_at", nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_busy_time_order")),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["calendar_source.id"],
            name=op.f("fk_busy_time_source_id_calendar_source"),
        ),
        sa.ForeignKeyConstraint(
            ["counsellor_id"],
            ["staff.id"],
            name=op.f("fk_busy_time_counsellor_id_staff"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_busy_time")),
    )
    op.create_index(
        "ix_busy_time_counsellor_id_starts_at_ends_at",
        table,
        ["counsellor_id", "starts_at", "ends_at"],
    )
    op.create_index(
        "ix_busy_time_source_id_starts_at", table, ["source_id", "starts_at"]
    )


def _make_kept_conflicts():
    table = "kept_conflict"
    op.create_table(
        table,
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        *_moment(table, "starts_at", nullable=False),
        *_moment(table, "ends_at", nullable=False),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_kept_conflict_order")),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_kept_conflict_appointment_id_appointment"),
        ),
        sa.PrimaryKeyConstraint(
            "appointment_id", "starts_at", "ends_at", name=op.f("pk_kept_conflict")
        ),
    )
