"""Files end: when counselling did, what the archive said, what a legal hold keeps.

Revision ID: 0015
Revises: 0014
Create Date: 2026-11-27 06:20:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

REASONS = "reason IN ('goal', 'moved', 'period', 'own_wish', 'no_contact', 'other')"


def upgrade() -> None:
    _make_endings()
    _make_holds()


def _make_endings() -> None:
    moments = ("noted_at", "answered_at", "exported_at", "handed_over_at")
    op.create_table(
        "file_ending",
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=10), nullable=False),
        sa.Column("noted_by_id", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=8), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("exported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        *(_width("file_ending", column, "= 26") for column in moments),
        _width("file_ending", "reason", "<= 10"),
        _width("file_ending", "answer", "<= 8"),
        sa.CheckConstraint(REASONS, name=op.f("ck_file_ending_reason")),
        sa.CheckConstraint(
            "answer IN ('not_kept', 'kept')", name=op.f("ck_file_ending_answer")
        ),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)",
            name=op.f("ck_file_ending_answered"),
        ),
        _points("file_ending", "client_id", "client"),
        _points("file_ending", "noted_by_id", "staff"),
        _points("file_ending", "answered_by_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_ending")),
        sa.UniqueConstraint("client_id", name=op.f("uq_file_ending_client_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_file_ending_uuid")),
    )
    op.create_index(op.f("ix_file_ending_ended_on"), "file_ending", ["ended_on"])


def _make_holds() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("look_again_on", sa.Date(), nullable=False),
        sa.Column("placed_by_id", sa.Integer(), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        *(_width("legal_hold", one, "= 26") for one in ("placed_at", "ended_at")),
        _points("legal_hold", "client_id", "client"),
        _points("legal_hold", "placed_by_id", "staff"),
        _points("legal_hold", "ended_by_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
        sa.UniqueConstraint("uuid", name=op.f("uq_legal_hold_uuid")),
    )
    op.create_index(op.f("ix_legal_hold_client_id"), "legal_hold", ["client_id"])
    stands = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_legal_hold_standing",
        "legal_hold",
        ["client_id"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )


def _width(table: str, column: str, rule: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(
        f"length({column}) {rule}", name=op.f(f"ck_{table}_{column}_width")
    ).ddl_if(dialect="sqlite")


def _points(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.id"], name=op.f(f"fk_{table}_{column}_{to}")
    )
