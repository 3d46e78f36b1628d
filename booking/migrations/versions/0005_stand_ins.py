"""Stand-ins: whom the head has named to stand in for whom.

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-26 12:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deputy",
        sa.Column("deputy_id", sa.Integer(), nullable=False),
        sa.Column("counsellor_id", sa.Integer(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("named_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_deputy_order")),
        sa.CheckConstraint("deputy_id <> counsellor_id", name=op.f("ck_deputy_other")),
        sa.CheckConstraint(
            "length(created_at) = 26", name=op.f("ck_deputy_created_at_width")
        ).ddl_if(dialect="sqlite"),
        *(
            sa.ForeignKeyConstraint(
                [column], ["staff.id"], name=op.f(f"fk_deputy_{column}_staff")
            )
            for column in ("deputy_id", "counsellor_id", "named_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deputy")),
        sa.UniqueConstraint("uuid", name=op.f("uq_deputy_uuid")),
    )
    op.create_index("ix_deputy_deputy_id_last_day", "deputy", ["deputy_id", "last_day"])
