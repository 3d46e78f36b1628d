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
    op.create_table(
        "second_factor",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        *(_width("second_factor", one) for one in ("created_at", "confirmed_at")),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_second_factor_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factor")),
        sa.UniqueConstraint("staff_id", name=op.f("uq_second_factor_staff_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_second_factor_uuid")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        _width("recovery_code", "used_at"),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_recovery_code_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint(
            "staff_id", "code_hash", name=op.f("uq_recovery_code_staff_id_code_hash")
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_recovery_code_uuid")),
    )
    # Sessions last ten hours at most: whoever is signed in proves herself once more.
    op.execute("DELETE FROM staff_session")
    with op.batch_alter_table("staff_session") as session:
        session.add_column(
            sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True)
        )
        if op.get_bind().dialect.name == "sqlite":
            session.create_check_constraint(
                op.f("ck_staff_session_proved_at_width"), "length(proved_at) = 26"
            )


def _width(table: str, column: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(
        f"length({column}) = 26", name=op.f(f"ck_{table}_{column}_width")
    ).ddl_if(dialect="sqlite")
