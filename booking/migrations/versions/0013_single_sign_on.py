"""Who a staff member is to the town's single sign-on.

Revision ID: 0013
Revises: 0012
Create Date: 2026-11-27 05:50:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("sign_on_hash", "sign_on_issuer_hash"):
        op.add_column("staff", sa.Column(column, sa.LargeBinary(), nullable=True))
    op.create_index(
        op.f("ix_staff_sign_on_hash"), "staff", ["sign_on_hash"], unique=True
    )
