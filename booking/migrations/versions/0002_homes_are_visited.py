"""Homes are visited, calendars follow: sign-in, feeds, wishes, routes, addresses.

Revision ID: 0002
Revises: 0001
Create Date: 2026-11-24 12:00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "address_book_entry",
        sa.Column("street", sa.String(length=120), nullable=False),
        sa.Column("house_number", sa.String(length=20), nullable=False),
        sa.Column("postcode", sa.String(length=10), nullable=False),
        sa.Column("town", sa.String(length=80), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180",
            name=op.f("ck_address_book_entry_on_earth"),
        ),
        sa.CheckConstraint(
            "length(house_number) <= 20",
            name=op.f("ck_address_book_entry_house_number_width"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(postcode) <= 10", name=op.f("ck_address_book_entry_postcode_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(street) <= 120", name=op.f("ck_address_book_entry_street_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(town) <= 80", name=op.f("ck_address_book_entry_town_width")
        ).ddl_if(dialect="sqlite"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_book_entry")),
        sa.UniqueConstraint(
            "postcode",
            "town",
            "street",
            "house_number",
            name=op.f("uq_address_book_entry_postcode_town_street_house_number"),
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_address_book_entry_uuid")),
    )
    op.create_table(
        "feed_version",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(changed_at) = 26", name=op.f("ck_feed_version_changed_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_feed_version_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_feed_version")),
    )
    op.create_table(
        "planning_job",
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("modes", sa.JSON(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("cancel_wanted", sa.Boolean(), nullable=False),
        sa.Column("unplanned", sa.JSON(), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'failed', 'cancelled')",
            name=op.f("ck_planning_job_state"),
        ),
        sa.CheckConstraint(
            "length(created_at) = 26", name=op.f("ck_planning_job_created_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(seen_at) = 26", name=op.f("ck_planning_job_seen_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(state) <= 9", name=op.f("ck_planning_job_state_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "percent BETWEEN 0 AND 100", name=op.f("ck_planning_job_percent")
        ),
        sa.CheckConstraint(
            "seconds BETWEEN 1 AND 600", name=op.f("ck_planning_job_seconds")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"],
            ["staff.id"],
            name=op.f("fk_planning_job_asked_by_id_staff"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planning_job")),
        sa.UniqueConstraint("uuid", name=op.f("uq_planning_job_uuid")),
    )
    with op.batch_alter_table("planning_job", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_planning_job_state"), ["state"], unique=False
        )

    op.create_table(
        "staff_session",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "length(created_at) = 26", name=op.f("ck_staff_session_created_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(last_seen_at) = 26",
            name=op.f("ck_staff_session_last_seen_at_width"),
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_session_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_staff_session_token_hash")),
        sa.UniqueConstraint("uuid", name=op.f("uq_staff_session_uuid")),
    )
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_staff_session_last_seen_at"), ["last_seen_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_staff_session_staff_id"), ["staff_id"], unique=False
        )

    op.create_table(
        "subscription",
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("interpreter_id", sa.Integer(), nullable=True),
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
        sa.CheckConstraint(
            "length(created_at) = 26", name=op.f("ck_subscription_created_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(label) <= 40", name=op.f("ck_subscription_label_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(level) <= 5", name=op.f("ck_subscription_level_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(revoked_at) = 26", name=op.f("ck_subscription_revoked_at_width")
        ).ddl_if(dialect="sqlite"),
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
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_subscription_staff_id"), ["staff_id"], unique=False
        )

    op.create_table(
        "route",
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("counsellor_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("travel", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'proposed', 'published')", name=op.f("ck_route_state")
        ),
        sa.CheckConstraint(
            "length(changed_at) = 26", name=op.f("ck_route_changed_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(mode) <= 8", name=op.f("ck_route_mode_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(state) <= 9", name=op.f("ck_route_state_width")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["counsellor_id"], ["staff.id"], name=op.f("fk_route_counsellor_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["job_id"], ["planning_job.id"], name=op.f("fk_route_job_id_planning_job")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_route")),
        sa.UniqueConstraint("uuid", name=op.f("uq_route_uuid")),
    )
    with op.batch_alter_table("route", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_route_day_counsellor_id"),
            ["day", "counsellor_id"],
            unique=False,
        )

    op.create_table(
        "visit_request",
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("own_counsellor_id", sa.Integer(), nullable=True),
        sa.Column("excluded_counsellor_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("idempotency_key", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("parts_of_day", sa.JSON(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("letter_language", sa.String(length=12), nullable=False),
        sa.Column("interpreter_wanted", sa.Boolean(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("reach", sa.String(length=5), nullable=False),
        sa.Column("no_message", sa.Boolean(), nullable=False),
        sa.Column("call_from_downstairs", sa.Boolean(), nullable=False),
        sa.Column("told_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("supporter_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("safe_hours_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("contact_hash", sa.LargeBinary(), nullable=True),
        sa.Column("street_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("postcode_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("town_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("entrance_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("floor_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("room_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("bell_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("point_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("quality", sa.String(length=8), nullable=True),
        sa.Column("address_hash", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "quality IS NULL OR quality IN ('house', 'street', 'district', 'by_hand')",
            name=op.f("ck_visit_request_quality"),
        ),
        sa.CheckConstraint(
            "reach IN ('none', 'sms', 'call', 'post', 'email')",
            name=op.f("ck_visit_request_reach"),
        ),
        sa.CheckConstraint(
            "state IN ('wished', 'planned', 'published', 'declined', 'met', 'withdrawn')",
            name=op.f("ck_visit_request_state"),
        ),
        sa.CheckConstraint(
            "(told_from IS NULL) = (told_until IS NULL) AND told_from < told_until",
            name=op.f("ck_visit_request_told"),
        ),
        sa.CheckConstraint(
            "length(changed_at) = 26", name=op.f("ck_visit_request_changed_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(created_at) = 26", name=op.f("ck_visit_request_created_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(idempotency_key) <= 64",
            name=op.f("ck_visit_request_idempotency_key_width"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(language) <= 12", name=op.f("ck_visit_request_language_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(letter_language) <= 12",
            name=op.f("ck_visit_request_letter_language_width"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(quality) <= 8", name=op.f("ck_visit_request_quality_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(reach) <= 5", name=op.f("ck_visit_request_reach_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(state) <= 9", name=op.f("ck_visit_request_state_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(told_from) = 26", name=op.f("ck_visit_request_told_from_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(told_until) = 26", name=op.f("ck_visit_request_told_until_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "minutes BETWEEN 5 AND 480", name=op.f("ck_visit_request_minutes")
        ),
        sa.CheckConstraint(
            "people BETWEEN 1 AND 20", name=op.f("ck_visit_request_people")
        ),
        sa.CheckConstraint(
            "priority BETWEEN 0 AND 2", name=op.f("ck_visit_request_priority")
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_visit_request_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["excluded_counsellor_id"],
            ["staff.id"],
            name=op.f("fk_visit_request_excluded_counsellor_id_staff"),
        ),
        sa.ForeignKeyConstraint(
            ["own_counsellor_id"],
            ["staff.id"],
            name=op.f("fk_visit_request_own_counsellor_id_staff"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_request")),
        sa.UniqueConstraint(
            "idempotency_key", name=op.f("uq_visit_request_idempotency_key")
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_visit_request_uuid")),
    )
    with op.batch_alter_table("visit_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_visit_request_address_hash"), ["address_hash"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_visit_request_client_id"), ["client_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_visit_request_contact_hash"), ["contact_hash"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_visit_request_state"), ["state"], unique=False
        )

    op.create_table(
        "stop",
        sa.Column("route_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("visit_request_id", sa.Integer(), nullable=False),
        sa.Column("leaves_for_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrives_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "leaves_for_at <= arrives_at AND arrives_at <= starts_at AND starts_at < ends_at AND (back_at IS NULL OR ends_at <= back_at)",
            name=op.f("ck_stop_order"),
        ),
        sa.CheckConstraint(
            "length(arrives_at) = 26", name=op.f("ck_stop_arrives_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(back_at) = 26", name=op.f("ck_stop_back_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(ends_at) = 26", name=op.f("ck_stop_ends_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(leaves_for_at) = 26", name=op.f("ck_stop_leaves_for_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(starts_at) = 26", name=op.f("ck_stop_starts_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_stop_appointment_id_appointment"),
        ),
        sa.ForeignKeyConstraint(
            ["route_id"], ["route.id"], name=op.f("fk_stop_route_id_route")
        ),
        sa.ForeignKeyConstraint(
            ["visit_request_id"],
            ["visit_request.id"],
            name=op.f("fk_stop_visit_request_id_visit_request"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stop")),
        sa.UniqueConstraint(
            "route_id", "position", name=op.f("uq_stop_route_id_position")
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_stop_uuid")),
    )
    with op.batch_alter_table("stop", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_stop_appointment_id"), ["appointment_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_stop_visit_request_id"), ["visit_request_id"], unique=False
        )

    _reach_wishes()


def _reach_wishes():
    """Let links and letters belong to a wish."""
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_links()
        _rebuild_letters()
    else:
        _alter_links_and_letters()
    op.create_index(
        "ix_client_link_visit_request_id", "client_link", ["visit_request_id"]
    )
    op.create_index("ix_letter_visit_request_id", "letter", ["visit_request_id"])


def _alter_links_and_letters():
    for table in ("client_link", "letter"):
        op.add_column(table, sa.Column("visit_request_id", sa.Integer(), nullable=True))
        op.create_foreign_key(
            op.f(f"fk_{table}_visit_request_id_visit_request"),
            table,
            "visit_request",
            ["visit_request_id"],
            ["id"],
        )
    op.drop_constraint(op.f("ck_letter_kind"), "letter", type_="check")
    op.create_check_constraint(
        op.f("ck_letter_kind"),
        "letter",
        "kind IN ('confirmation', 'moved', 'cancelled', 'reminder', 'wish')",
    )


# SQLite cannot change a table's rules: a new one takes over the rows. Nothing
# refers to either table, and neither has a trigger.
def _rebuild_links():
    op.rename_table("client_link", "client_link_before")
    op.drop_index("ix_client_link_appointment_id", "client_link_before")
    op.create_table(
        "client_link",
        sa.Column("visit_request_id", sa.Integer(), nullable=True),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("token_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("code_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_client_link_appointment_id_appointment"),
        ),
        sa.ForeignKeyConstraint(
            ["visit_request_id"],
            ["visit_request.id"],
            name=op.f("fk_client_link_visit_request_id_visit_request"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_link")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_client_link_code_hash")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_client_link_token_hash")),
        sa.UniqueConstraint("uuid", name=op.f("uq_client_link_uuid")),
    )
    op.create_index("ix_client_link_appointment_id", "client_link", ["appointment_id"])
    _take_over(
        "client_link",
        "id, uuid, appointment_id, token_hash, code_hash, token_sealed, code_sealed",
    )


def _rebuild_letters():
    op.rename_table("letter", "letter_before")
    op.drop_index("ix_letter_appointment_id", "letter_before")
    op.drop_index("ix_letter_state_channel_next_try_at", "letter_before")
    op.create_table(
        "letter",
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=5), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        sa.Column("visit_request_id", sa.Integer(), nullable=True),
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
        sa.CheckConstraint(
            "kind IN ('confirmation', 'moved', 'cancelled', 'reminder', 'wish')",
            name=op.f("ck_letter_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('due', 'sent', 'failed', 'dropped')",
            name=op.f("ck_letter_state"),
        ),
        sa.CheckConstraint(
            "length(about) <= 60", name=op.f("ck_letter_about_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(channel) <= 5", name=op.f("ck_letter_channel_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(created_at) = 26", name=op.f("ck_letter_created_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(error) <= 200", name=op.f("ck_letter_error_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(kind) <= 20", name=op.f("ck_letter_kind_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(language) <= 12", name=op.f("ck_letter_language_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(next_try_at) = 26", name=op.f("ck_letter_next_try_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(sent_at) = 26", name=op.f("ck_letter_sent_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(state) <= 7", name=op.f("ck_letter_state_width")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_letter_appointment_id_appointment"),
        ),
        sa.ForeignKeyConstraint(
            ["visit_request_id"],
            ["visit_request.id"],
            name=op.f("fk_letter_visit_request_id_visit_request"),
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
    op.create_index("ix_letter_appointment_id", "letter", ["appointment_id"])
    op.create_index(
        "ix_letter_state_channel_next_try_at",
        "letter",
        ["state", "channel", "next_try_at"],
    )
    _take_over(
        "letter",
        "id, uuid, about, kind, channel, sequence, appointment_id, language, state, "
        "created_at, next_try_at, tries, error, sent_at",
    )


def _take_over(table, columns):
    op.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table}_before")
    op.drop_table(f"{table}_before")
