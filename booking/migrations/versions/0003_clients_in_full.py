"""Clients in full: waiting list, interpreters asked, personal links, papers, files.

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-25 22:30:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KINDS = (
    "kind IN ('confirmation', 'moved', 'cancelled', 'reminder', 'wish', 'visit', "
    "'waiting', 'earlier', 'interpreter_asked', 'interpreter_moved', "
    "'interpreter_not_needed')"
)


def upgrade() -> None:
    _make_tables()
    _make_counted()
    _add_columns()
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_links()
        _rebuild_letters()
    else:
        _alter_links_and_letters()
    for table in ("client_link", "letter"):
        op.create_index(f"ix_{table}_waiting_id", table, ["waiting_id"])
    op.create_index(
        "ix_letter_interpreter_request_id", "letter", ["interpreter_request_id"]
    )
    _widen_the_index_of_time()


def _widen_the_index_of_time():
    """Let a rota be read from the index alone, without the sealed fields."""
    op.drop_index("ix_appointment_counsellor_id_busy_until", "appointment")
    op.create_index(
        "ix_appointment_counsellor_time",
        "appointment",
        [
            *("counsellor_id", "busy_until", "busy_from", "status", "hold_until"),
        ],
    )


def _add_columns():
    """Add what may stay empty; the tables of the overlap rule are not rebuilt."""
    for column in ("remind_days",):
        op.add_column("appointment", sa.Column(column, sa.Integer(), nullable=True))
        op.add_column("visit_request", sa.Column(column, sa.Integer(), nullable=True))
    for table, column in (
        ("appointment", "moved_by_office"),
        ("appointment", "cancelled_by_office"),
        ("visit_request", "woman_preferred"),
        ("staff", "is_woman"),
        ("interpreter", "is_woman"),
    ):
        op.add_column(table, sa.Column(column, sa.Boolean(), nullable=True))


def _alter_links_and_letters():
    for table, column, other in (
        ("client_link", "waiting_id", "waiting"),
        ("letter", "waiting_id", "waiting"),
        ("letter", "interpreter_request_id", "interpreter_request"),
    ):
        op.add_column(table, sa.Column(column, sa.Integer(), nullable=True))
        op.create_foreign_key(
            op.f(f"fk_{table}_{column}_{other}"), table, other, [column], ["id"]
        )
    op.alter_column("letter", "kind", type_=sa.String(length=24))
    op.drop_constraint(op.f("ck_letter_kind"), "letter", type_="check")
    op.create_check_constraint(op.f("ck_letter_kind"), "letter", KINDS)


def _make_counted():
    op.create_table(
        "counted",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_counted_number")),
        *(
            sa.CheckConstraint(
                f"length({column}) <= {width}", name=op.f(f"ck_counted_{column}_width")
            ).ddl_if(dialect="sqlite")
            for column, width in (("type", 40), ("status", 10), ("language", 12))
        ),
        sa.PrimaryKeyConstraint(
            "month", "type", "status", "language", name=op.f("pk_counted")
        ),
    )


def _make_tables():
    op.create_table(
        "free_times",
        sa.Column("wish", sa.String(length=40), nullable=False),
        sa.Column("since", sa.JSON(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(looked_at) = 26", name=op.f("ck_free_times_looked_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(told_at) = 26", name=op.f("ck_free_times_told_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(wish) <= 40", name=op.f("ck_free_times_wish_width")
        ).ddl_if(dialect="sqlite"),
        sa.PrimaryKeyConstraint("wish", name=op.f("pk_free_times")),
    )
    op.create_table(
        "waiting",
        sa.Column("kind", sa.String(length=9), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=True),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        sa.Column("idempotency_key", sa.String(length=64), nullable=True),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("notices", sa.Integer(), nullable=False),
        sa.Column("last_notice_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("letter_language", sa.String(length=12), nullable=False),
        sa.Column("interpreter_wanted", sa.Boolean(), nullable=False),
        sa.Column("woman_preferred", sa.Boolean(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("reach", sa.String(length=5), nullable=False),
        sa.Column("no_message", sa.Boolean(), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("safe_hours_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("contact_hash", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('slot', 'call_back', 'earlier')", name=op.f("ck_waiting_kind")
        ),
        sa.CheckConstraint(
            "length(changed_at) = 26", name=op.f("ck_waiting_changed_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(created_at) = 26", name=op.f("ck_waiting_created_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(idempotency_key) <= 64",
            name=op.f("ck_waiting_idempotency_key_width"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(kind) <= 9", name=op.f("ck_waiting_kind_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(language) <= 12", name=op.f("ck_waiting_language_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(last_notice_at) = 26", name=op.f("ck_waiting_last_notice_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(letter_language) <= 12",
            name=op.f("ck_waiting_letter_language_width"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(reach) <= 5", name=op.f("ck_waiting_reach_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(state) <= 9", name=op.f("ck_waiting_state_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("notices BETWEEN 0 AND 3", name=op.f("ck_waiting_notices")),
        sa.CheckConstraint("people BETWEEN 1 AND 20", name=op.f("ck_waiting_people")),
        sa.CheckConstraint(
            "reach IN ('none', 'sms', 'call', 'post', 'email')",
            name=op.f("ck_waiting_reach"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'booked', 'called', 'withdrawn', 'expired')",
            name=op.f("ck_waiting_state"),
        ),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_waiting_appointment_id_appointment"),
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_waiting_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["type_id"],
            ["consultation_type.id"],
            name=op.f("fk_waiting_type_id_consultation_type"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_waiting_idempotency_key")),
        sa.UniqueConstraint("uuid", name=op.f("uq_waiting_uuid")),
    )
    op.create_index("ix_waiting_appointment_id", "waiting", ["appointment_id"])
    op.create_index("ix_waiting_contact_hash", "waiting", ["contact_hash"])
    op.create_index("ix_waiting_state_kind", "waiting", ["state", "kind"])
    op.create_table(
        "personal_link",
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("token_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "length(created_at) = 26", name=op.f("ck_personal_link_created_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(revoked_at) = 26", name=op.f("ck_personal_link_revoked_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_personal_link_client_id_client")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_personal_link_token_hash")),
        sa.UniqueConstraint("uuid", name=op.f("uq_personal_link_uuid")),
    )
    op.create_index("ix_personal_link_client_id", "personal_link", ["client_id"])
    op.create_table(
        "interpreter_request",
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("interpreter_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("token_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "length(answered_at) = 26",
            name=op.f("ck_interpreter_request_answered_at_width"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(asked_at) = 26", name=op.f("ck_interpreter_request_asked_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(state) <= 9", name=op.f("ck_interpreter_request_state_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "state IN ('asked', 'confirmed', 'declined', 'withdrawn')",
            name=op.f("ck_interpreter_request_state"),
        ),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_interpreter_request_appointment_id_appointment"),
        ),
        sa.ForeignKeyConstraint(
            ["interpreter_id"],
            ["interpreter.id"],
            name=op.f("fk_interpreter_request_interpreter_id_interpreter"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interpreter_request")),
        sa.UniqueConstraint(
            "token_hash", name=op.f("uq_interpreter_request_token_hash")
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_interpreter_request_uuid")),
    )
    op.create_index(
        "ix_interpreter_request_appointment_id",
        "interpreter_request",
        ["appointment_id"],
    )
    op.create_index(
        "ix_interpreter_request_interpreter_id_state",
        "interpreter_request",
        ["interpreter_id", "state"],
    )
    op.create_table(
        "office_file",
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("description", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "length(description) <= 200", name=op.f("ck_office_file_description_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(digest) <= 64", name=op.f("ck_office_file_digest_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(language) <= 12", name=op.f("ck_office_file_language_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(media_type) <= 40", name=op.f("ck_office_file_media_type_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(slug) <= 60", name=op.f("ck_office_file_slug_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(uploaded_at) = 26", name=op.f("ck_office_file_uploaded_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("size > 0", name=op.f("ck_office_file_size")),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"],
            ["staff.id"],
            name=op.f("fk_office_file_uploaded_by_id_staff"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_file")),
        sa.UniqueConstraint(
            "slug", "language", name=op.f("uq_office_file_slug_language")
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_office_file_uuid")),
    )
    op.create_table(
        "feedback",
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("page", sa.String(length=60), nullable=False),
        sa.Column("idempotency_key", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("text_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "length(created_at) = 26", name=op.f("ck_feedback_created_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(done_at) = 26", name=op.f("ck_feedback_done_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(idempotency_key) <= 64",
            name=op.f("ck_feedback_idempotency_key_width"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(language) <= 12", name=op.f("ck_feedback_language_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(page) <= 60", name=op.f("ck_feedback_page_width")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["staff.id"], name=op.f("fk_feedback_done_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint(
            "idempotency_key", name=op.f("uq_feedback_idempotency_key")
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_feedback_uuid")),
    )
    op.create_index("ix_feedback_done_at", "feedback", ["done_at"])


def _rebuild_links():
    op.rename_table("client_link", "client_link_before")
    op.drop_index("ix_client_link_appointment_id", "client_link_before")
    op.drop_index("ix_client_link_visit_request_id", "client_link_before")
    op.create_table(
        "client_link",
        sa.Column("visit_request_id", sa.Integer(), nullable=True),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        sa.Column("waiting_id", sa.Integer(), nullable=True),
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
        sa.ForeignKeyConstraint(
            ["waiting_id"],
            ["waiting.id"],
            name=op.f("fk_client_link_waiting_id_waiting"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_link")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_client_link_code_hash")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_client_link_token_hash")),
        sa.UniqueConstraint("uuid", name=op.f("uq_client_link_uuid")),
    )
    op.create_index("ix_client_link_appointment_id", "client_link", ["appointment_id"])
    op.create_index(
        "ix_client_link_visit_request_id", "client_link", ["visit_request_id"]
    )
    _take_over(
        "client_link",
        "visit_request_id, appointment_id, token_hash, code_hash, token_sealed, code_sealed, id, uuid",
    )


def _rebuild_letters():
    op.rename_table("letter", "letter_before")
    op.drop_index("ix_letter_appointment_id", "letter_before")
    op.drop_index("ix_letter_state_channel_next_try_at", "letter_before")
    op.drop_index("ix_letter_visit_request_id", "letter_before")
    op.create_table(
        "letter",
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("channel", sa.String(length=5), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
        sa.Column("visit_request_id", sa.Integer(), nullable=True),
        sa.Column("waiting_id", sa.Integer(), nullable=True),
        sa.Column("interpreter_request_id", sa.Integer(), nullable=True),
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
            "length(kind) <= 24", name=op.f("ck_letter_kind_width")
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
        sa.CheckConstraint(
            "state IN ('due', 'sent', 'failed', 'dropped')",
            name=op.f("ck_letter_state"),
        ),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_letter_appointment_id_appointment"),
        ),
        sa.ForeignKeyConstraint(
            ["interpreter_request_id"],
            ["interpreter_request.id"],
            name=op.f("fk_letter_interpreter_request_id_interpreter_request"),
        ),
        sa.ForeignKeyConstraint(
            ["visit_request_id"],
            ["visit_request.id"],
            name=op.f("fk_letter_visit_request_id_visit_request"),
        ),
        sa.ForeignKeyConstraint(
            ["waiting_id"], ["waiting.id"], name=op.f("fk_letter_waiting_id_waiting")
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
    op.create_index("ix_letter_visit_request_id", "letter", ["visit_request_id"])
    _take_over(
        "letter",
        "about, kind, channel, sequence, appointment_id, visit_request_id, language, state, created_at, next_try_at, tries, error, sent_at, id, uuid",
    )


def _take_over(table, columns):
    op.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table}_before")
    op.drop_table(f"{table}_before")
