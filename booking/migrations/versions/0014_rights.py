"""Files opened in an emergency, and releases from confidentiality.

Revision ID: 0014
Revises: 0013
Create Date: 2026-11-27 06:20:00
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_openings()
    _make_releases()
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_letters()
    else:
        _take_one_more_kind()


def _make_openings() -> None:
    op.create_table(
        "emergency_opening",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("reason_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why_later_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "ends_at > opened_at", name=op.f("ck_emergency_opening_order")
        ),
        sa.CheckConstraint(
            "told_from >= opened_at", name=op.f("ck_emergency_opening_told")
        ),
        *(
            _width("emergency_opening", one)
            for one in ("opened_at", "ends_at", "told_from")
        ),
        _key("emergency_opening", "staff_id", "staff"),
        _key("emergency_opening", "client_id", "client"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_opening")),
        sa.UniqueConstraint("uuid", name=op.f("uq_emergency_opening_uuid")),
    )
    for column in ("client_id", "staff_id"):
        op.create_index(f"ix_emergency_opening_{column}", "emergency_opening", [column])
    op.create_table(
        "emergency_seen",
        sa.Column("opening_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        _width("emergency_seen", "at"),
        _key("emergency_seen", "opening_id", "emergency_opening"),
        _key("emergency_seen", "staff_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_seen")),
        sa.UniqueConstraint(
            "opening_id", "staff_id", name=op.f("uq_emergency_seen_opening_id_staff_id")
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_emergency_seen_uuid")),
    )


def _make_releases() -> None:
    op.create_table(
        "release",
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("supporter_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint("last_day >= signed_on", name=op.f("ck_release_order")),
        *(_width("release", one) for one in ("revoked_at", "created_at")),
        _key("release", "client_id", "client"),
        _key("release", "entered_by_id", "staff"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release")),
        sa.UniqueConstraint("uuid", name=op.f("uq_release_uuid")),
    )
    op.create_index("ix_release_client_id", "release", ["client_id"])


# Whatever kinds there are by now: one more stands behind them.
def _take_one_more_kind() -> None:
    written = op.get_bind().scalar(
        sa.text(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conname = 'ck_letter_kind' AND conrelid = 'letter'::regclass"
        )
    )
    kinds = [*re.findall(r"'(\w+)'", written), "opened"]
    op.drop_constraint(op.f("ck_letter_kind"), "letter", type_="check")
    op.create_check_constraint(
        op.f("ck_letter_kind"), "letter", f"kind IN {tuple(kinds)}"
    )


# SQLite cannot change a table's rules, so a new one takes over the rows.
def _rebuild_letters() -> None:
    connection = op.get_bind()
    found = connection.execute(
        sa.text(
            "SELECT type, name, sql FROM sqlite_master "
            "WHERE tbl_name = 'letter' AND sql IS NOT NULL"
        )
    ).all()
    (table,) = (one.sql for one in found if one.type == "table")
    indexes = [one for one in found if one.type == "index"]
    op.rename_table("letter", "letter_before")
    for one in indexes:
        op.drop_index(one.name, "letter_before")
    op.execute(re.sub(r"kind IN \(([^)]*)\)", r"kind IN (\1, 'opened')", table))
    op.execute("INSERT INTO letter SELECT * FROM letter_before")
    op.drop_table("letter_before")
    for one in indexes:
        op.execute(one.sql)


def _key(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}")
    )


def _width(table: str, column: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(
        f"length({column}) = 26", name=op.f(f"ck_{table}_{column}_width")
    ).ddl_if(dialect="sqlite")
