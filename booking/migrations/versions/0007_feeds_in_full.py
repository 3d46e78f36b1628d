"""Feeds in full: interpreters' and coordinators' too, invitations to one's own mailbox.

Revision ID: 0007
Revises: 0003
Create Date: 2026-11-26 07:30:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KINDS = (
    "kind IN ('confirmation', 'moved', 'cancelled', 'reminder', 'wish', 'visit', "
    "'waiting', 'earlier', 'interpreter_asked', 'interpreter_moved', "
    "'interpreter_not_needed', 'invited', 'uninvited')"
)
OF_SUBSCRIPTIONS = {
    "shows": "shows IN ('own', 'routes')",
    "routes": "shows = 'own' OR (staff_id IS NOT NULL AND level <> 'full')",
    "interpreters_level": "staff_id IS NOT NULL OR level <> 'full'",
}


def upgrade() -> None:
    _make_tables()
    _count_for_interpreters_too()
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_subscriptions()
        _rebuild_letters()
    else:
        _alter_subscriptions_and_letters()
    op.create_index(
        "ix_subscription_interpreter_id", "subscription", ["interpreter_id"]
    )
    op.create_index("ix_letter_invitation_id", "letter", ["invitation_id"])


def _make_tables():
    op.create_table(
        "own_mailbox",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=5), nullable=False),
        sa.CheckConstraint(
            "level IN ('busy', 'place')", name=op.f("ck_own_mailbox_level")
        ),
        sa.CheckConstraint(
            "length(level) <= 5", name=op.f("ck_own_mailbox_level_width")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_own_mailbox_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_own_mailbox")),
    )
    op.create_table(
        "invitation",
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("in_calendar", sa.Boolean(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_invitation_appointment_id_appointment"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_invitation_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint(
            "appointment_id",
            "staff_id",
            name=op.f("uq_invitation_appointment_id_staff_id"),
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_invitation_uuid")),
    )
    op.create_index("ix_invitation_staff_id", "invitation", ["staff_id"])


def _count_for_interpreters_too():
    """Make the table anew on both databases: its key was the staff member."""
    counted = op.get_bind().execute(
        sa.text("SELECT staff_id, version, changed_at FROM feed_version")
    )
    rows = [row._asdict() for row in counted]
    op.drop_table("feed_version")
    op.create_table(
        "feed_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("interpreter_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(staff_id IS NULL) <> (interpreter_id IS NULL)",
            name=op.f("ck_feed_version_one_owner"),
        ),
        sa.CheckConstraint(
            "length(changed_at) = 26", name=op.f("ck_feed_version_changed_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_feed_version_staff_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["interpreter_id"],
            ["interpreter.id"],
            name=op.f("fk_feed_version_interpreter_id_interpreter"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_version")),
        sa.UniqueConstraint("staff_id", name=op.f("uq_feed_version_staff_id")),
        sa.UniqueConstraint(
            "interpreter_id", name=op.f("uq_feed_version_interpreter_id")
        ),
    )
    for row in rows:
        op.get_bind().execute(
            sa.text(
                "INSERT INTO feed_version (staff_id, version, changed_at) "
                "VALUES (:staff_id, :version, :changed_at)"
            ),
            row,
        )


def _alter_subscriptions_and_letters():
    op.add_column(
        "subscription",
        sa.Column("shows", sa.String(length=6), nullable=False, server_default="own"),
    )
    op.alter_column("subscription", "shows", server_default=None)
    for name, rule in OF_SUBSCRIPTIONS.items():
        op.create_check_constraint(
            op.f(f"ck_subscription_{name}"), "subscription", rule
        )
    op.add_column("letter", sa.Column("invitation_id", sa.Integer(), nullable=True))
    op.create_foreign_key(
        op.f("fk_letter_invitation_id_invitation"),
        "letter",
        "invitation",
        ["invitation_id"],
        ["id"],
    )
    op.drop_constraint(op.f("ck_letter_kind"), "letter", type_="check")
    op.create_check_constraint(op.f("ck_letter_kind"), "letter", KINDS)


def _rebuild_subscriptions():
    op.rename_table("subscription", "subscription_before")
    op.drop_index("ix_subscription_staff_id", "subscription_before")
    op.create_table(
        "subscription",
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("interpreter_id", sa.Integer(), nullable=True),
        sa.Column("shows", sa.String(length=6), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=5), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "level IN ('busy', 'place', 'full')", name=op.f("ck_subscription_level")
        ),
        sa.CheckConstraint(
            "(staff_id IS NULL) <> (interpreter_id IS NULL)",
            name=op.f("ck_subscription_one_owner"),
        ),
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_subscription_{name}"))
            for name, rule in OF_SUBSCRIPTIONS.items()
        ),
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_subscription_{column}_width"))
            for column, rule in (
                ("created_at", "length(created_at) = 26"),
                ("label", "length(label) <= 40"),
                ("level", "length(level) <= 5"),
                ("revoked_at", "length(revoked_at) = 26"),
                ("shows", "length(shows) <= 6"),
            )
        ),
        sa.ForeignKeyConstraint(
            ["interpreter_id"],
            ["interpreter.id"],
            name=op.f("fk_subscription_interpreter_id_interpreter"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_subscription_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_subscription_token_hash")),
        sa.UniqueConstraint("uuid", name=op.f("uq_subscription_uuid")),
    )
    op.create_index("ix_subscription_staff_id", "subscription", ["staff_id"])
    columns = "staff_id, interpreter_id, label, level, token_hash, created_at, last_used_on, revoked_at, id, uuid"
    op.execute(
        f"INSERT INTO subscription (shows, {columns}) "
        f"SELECT 'own', {columns} FROM subscription_before"
    )
    op.drop_table("subscription_before")


def _rebuild_letters():
    op.rename_table("letter", "letter_before")
    for index in (
        *("appointment_id", "interpreter_request_id", "state_channel_next_try_at"),
        *("visit_request_id", "waiting_id"),
    ):
        op.drop_index(f"ix_letter_{index}", "letter_before")
    others = {
        "appointment_id": "appointment",
        "interpreter_request_id": "interpreter_request",
        "visit_request_id": "visit_request",
        "waiting_id": "waiting",
        "invitation_id": "invitation",
    }
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
        if column != "invitation_id":
            op.create_index(f"ix_letter_{column}", "letter", [column])
    op.create_index(
        "ix_letter_state_channel_next_try_at",
        "letter",
        ["state", "channel", "next_try_at"],
    )
    columns = "about, kind, channel, sequence, appointment_id, visit_request_id, waiting_id, interpreter_request_id, language, state, created_at, next_try_at, tries, error, sent_at, id, uuid"
    op.execute(f"INSERT INTO letter ({columns}) SELECT {columns} FROM letter_before")
    op.drop_table("letter_before")
