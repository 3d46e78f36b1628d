"""Ways that staff know, and what a plan had to do without.

Revision ID: 0008
Revises: 0003
Create Date: 2026-11-26 07:45:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("planning_job", sa.Column("warnings", sa.JSON(), nullable=True))
    op.create_table(
        "known_way",
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("one_hash", sa.LargeBinary(), nullable=False),
        sa.Column("other_hash", sa.LargeBinary(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "minutes BETWEEN 1 AND 240", name=op.f("ck_known_way_minutes")
        ),
        sa.CheckConstraint("one_hash < other_hash", name=op.f("ck_known_way_order")),
        sa.CheckConstraint(
            "length(mode) <= 8", name=op.f("ck_known_way_mode_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(changed_at) = 26", name=op.f("ck_known_way_changed_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_way")),
        sa.UniqueConstraint(
            "mode",
            "one_hash",
            "other_hash",
            name=op.f("uq_known_way_mode_one_hash_other_hash"),
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_known_way_uuid")),
    )
