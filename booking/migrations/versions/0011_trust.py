"""The journal is chained; who signs in proves it twice.

Revision ID: 0011
Revises: 0010
Create Date: 2026-11-26 23:50:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "journal_seal",
        sa.Column("first_entry", sa.Integer(), nullable=False),
        sa.Column("last_entry", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lines_hash", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        *(_width("journal_seal", column) for column in ("first_at", "sealed_at")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_seal")),
        sa.UniqueConstraint("last_entry", name=op.f("uq_journal_seal_last_entry")),
        sa.UniqueConstraint("uuid", name=op.f("uq_journal_seal_uuid")),
    )


def _width(table: str, column: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(
        f"length({column}) = 26", name=op.f(f"ck_{table}_{column}_width")
    ).ddl_if(dialect="sqlite")
