"""Links to set one's own password, and passkeys.

Revision ID: 0012
Revises: 0011
Create Date: 2026-11-27 06:20:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KINDS = (
    "kind IN ('confirmation', 'moved', 'cancelled', 'reminder', 'wish', 'visit', "
    "'waiting', 'earlier', 'interpreter_asked', 'interpreter_moved', "
    "'interpreter_not_needed', 'invited', 'uninvited', 'proposed', 'not_back', "
    "'sign_in_link')"
)


def upgrade() -> None:
    _make_links()
    _make_passkeys()
    _make_challenges()
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_letters()
    else:
        op.drop_constraint(op.f("ck_letter_kind"), "letter", type_="check")
        op.create_check_constraint(op.f("ck_letter_kind"), "letter", KINDS)


def _make_links() -> None:
    op.create_table(
        "sign_in_link",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("token_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('invitation', 'reset')", name=op.f("ck_sign_in_link_kind")
        ),
        _width("sign_in_link", "expires_at"),
        sa.CheckConstraint(
            "length(kind) <= 10", name=op.f("ck_sign_in_link_kind_width")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_sign_in_link_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_link")),
        sa.UniqueConstraint("staff_id", name=op.f("uq_sign_in_link_staff_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_link_token_hash")),
        sa.UniqueConstraint("uuid", name=op.f("uq_sign_in_link_uuid")),
    )


def _make_passkeys() -> None:
    op.create_table(
        "passkey",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        *(_width("passkey", one) for one in ("created_at", "last_used_at")),
        sa.CheckConstraint(
            "length(label) <= 40", name=op.f("ck_passkey_label_width")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_passkey_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_passkey_uuid")),
    )
    op.create_index(op.f("ix_passkey_staff_id"), "passkey", ["staff_id"])


def _make_challenges() -> None:
    op.create_table(
        "passkey_challenge",
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        _width("passkey_challenge", "created_at"),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_passkey_challenge_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey_challenge")),
        sa.UniqueConstraint(
            "browser_hash", name=op.f("uq_passkey_challenge_browser_hash")
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_passkey_challenge_uuid")),
    )
    op.create_index(
        op.f("ix_passkey_challenge_created_at"), "passkey_challenge", ["created_at"]
    )


def _width(table: str, column: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(
        f"length({column}) = 26", name=op.f(f"ck_{table}_{column}_width")
    ).ddl_if(dialect="sqlite")


# As in 0007: SQLite cannot change a table's rules, so a new one takes over the rows.
def _rebuild_letters():
    op.rename_table("letter", "letter_before")
    others = {
        "appointment_id": "appointment",
        "interpreter_request_id": "interpreter_request",
        "visit_request_id": "visit_request",
        "waiting_id": "waiting",
        "invitation_id": "invitation",
    }
    for index in (*others, "state_channel_next_try_at"):
        op.drop_index(f"ix_letter_{index}", "letter_before")
    op.create_table(
        "letter",
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("channel", sa.String(length=5), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        *(sa.Column(column, sa.Integer(), nullable=True) for column in others),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=200), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "channel IN ('email', 'sms', 'call', 'post')",
            name=op.f("ck_letter_channel"),
        ),
        sa.CheckConstraint(KINDS, name=op.f("ck_letter_kind")),
        sa.CheckConstraint(
            "state IN ('due', 'sent', 'failed', 'dropped')",
            name=op.f("ck_letter_state"),
        ),
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_letter_{column}_width"))
            for column, rule in (
                ("about", "length(about) <= 60"),
                ("channel", "length(channel) <= 5"),
                ("created_at", "length(created_at) = 26"),
                ("error", "length(error) <= 200"),
                ("kind", "length(kind) <= 24"),
                ("language", "length(language) <= 12"),
                ("next_try_at", "length(next_try_at) = 26"),
                ("sent_at", "length(sent_at) = 26"),
                ("state", "length(state) <= 7"),
            )
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{other}.id"], name=op.f(f"fk_letter_{column}_{other}")
            )
            for column, other in others.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint(
            "about",
            "kind",
            "channel",
            "sequence",
            name=op.f("uq_letter_about_kind_channel_sequence"),
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_letter_uuid")),
    )
    for column in others:
        op.create_index(f"ix_letter_{column}", "letter", [column])
    op.create_index(
        "ix_letter_state_channel_next_try_at",
        "letter",
        ["state", "channel", "next_try_at"],
    )
    columns = "about, kind, channel, sequence, appointment_id, visit_request_id, waiting_id, interpreter_request_id, invitation_id, language, state, created_at, next_try_at, tries, error, sent_at, id, uuid"
    op.execute(f"INSERT INTO letter ({columns}) SELECT {columns} FROM letter_before")
    op.drop_table("letter_before")
