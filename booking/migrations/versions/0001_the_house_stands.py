"""The house stands: people, hours, appointments, letters, journal.

Revision ID: 0001
Revises:
Create Date: 2026-11-22 14:33:15.864383
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "closure",
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "length(ends_at) = 26", name=op.f("ck_closure_ends_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(starts_at) = 26", name=op.f("ck_closure_starts_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_closure_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
        sa.UniqueConstraint("uuid", name=op.f("uq_closure_uuid")),
    )
    op.create_table(
        "consultation_type",
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=10), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("interpreter_minutes", sa.Integer(), nullable=False),
        sa.Column("group_minutes", sa.Integer(), nullable=False),
        sa.Column("buffer_before", sa.Integer(), nullable=False),
        sa.Column("buffer_after", sa.Integer(), nullable=False),
        sa.Column("raster", sa.Integer(), nullable=False),
        sa.Column("notice", sa.Integer(), nullable=False),
        sa.Column("horizon", sa.Integer(), nullable=False),
        sa.Column("bookable_by", sa.String(length=14), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "bookable_by IN ('anyone', 'known_clients', 'staff')",
            name=op.f("ck_consultation_type_bookable_by"),
        ),
        sa.CheckConstraint(
            "place IN ('office', 'phone', 'home')",
            name=op.f("ck_consultation_type_place"),
        ),
        sa.CheckConstraint(
            "length(bookable_by) <= 14",
            name=op.f("ck_consultation_type_bookable_by_width"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(place) <= 10", name=op.f("ck_consultation_type_place_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(slug) <= 40", name=op.f("ck_consultation_type_slug_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "minutes > 0 AND raster > 0 AND buffer_before >= 0 AND buffer_after >= 0 AND interpreter_minutes >= 0 AND group_minutes >= 0 AND notice >= 0 AND horizon > 0",
            name=op.f("ck_consultation_type_lengths"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_type")),
        sa.UniqueConstraint("slug", name=op.f("uq_consultation_type_slug")),
        sa.UniqueConstraint("uuid", name=op.f("uq_consultation_type_uuid")),
    )
    op.create_table(
        "interpreter",
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("lead_hours", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('on_site', 'phone', 'video')", name=op.f("ck_interpreter_kind")
        ),
        sa.CheckConstraint("lead_hours >= 0", name=op.f("ck_interpreter_lead_hours")),
        sa.CheckConstraint(
            "length(kind) <= 8", name=op.f("ck_interpreter_kind_width")
        ).ddl_if(dialect="sqlite"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interpreter")),
        sa.UniqueConstraint("uuid", name=op.f("uq_interpreter_uuid")),
    )
    op.create_table(
        "limit_counter",
        sa.Column("bucket", sa.LargeBinary(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "length(since) = 26", name=op.f("ck_limit_counter_since_width")
        ).ddl_if(dialect="sqlite"),
        sa.PrimaryKeyConstraint("bucket", "since", name=op.f("pk_limit_counter")),
    )
    op.create_table(
        "office",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("service", sa.String(length=80), nullable=False),
        sa.Column("street", sa.String(length=80), nullable=False),
        sa.Column("house_number", sa.String(length=10), nullable=False),
        sa.Column("postcode", sa.String(length=10), nullable=False),
        sa.Column("town", sa.String(length=80), nullable=False),
        sa.Column("floor", sa.String(length=10), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=120), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("subdivision", sa.String(length=6), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "length(country) <= 2", name=op.f("ck_office_country_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(email) <= 120", name=op.f("ck_office_email_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(floor) <= 10", name=op.f("ck_office_floor_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(house_number) <= 10", name=op.f("ck_office_house_number_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(name) <= 80", name=op.f("ck_office_name_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(phone) <= 40", name=op.f("ck_office_phone_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(postcode) <= 10", name=op.f("ck_office_postcode_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(service) <= 80", name=op.f("ck_office_service_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(street) <= 80", name=op.f("ck_office_street_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(subdivision) <= 6", name=op.f("ck_office_subdivision_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(town) <= 80", name=op.f("ck_office_town_width")
        ).ddl_if(dialect="sqlite"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office")),
        sa.UniqueConstraint("uuid", name=op.f("uq_office_uuid")),
    )
    op.create_table(
        "setting",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(changed_at) = 26", name=op.f("ck_setting_changed_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(key) <= 60", name=op.f("ck_setting_key_width")
        ).ddl_if(dialect="sqlite"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )
    op.create_table(
        "staff",
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("email_hash", sa.LargeBinary(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("post_share", sa.Integer(), nullable=False),
        sa.Column("daily_maximum", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint("daily_maximum > 0", name=op.f("ck_staff_daily_maximum")),
        sa.CheckConstraint(
            "length(created_at) = 26", name=op.f("ck_staff_created_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(disabled_at) = 26", name=op.f("ck_staff_disabled_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(password_hash) <= 200", name=op.f("ck_staff_password_hash_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "post_share BETWEEN 1 AND 100", name=op.f("ck_staff_post_share")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("email_hash", name=op.f("uq_staff_email_hash")),
        sa.UniqueConstraint("uuid", name=op.f("uq_staff_uuid")),
    )
    op.create_table(
        "worker_heartbeat",
        sa.Column("worker", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(at) = 26", name=op.f("ck_worker_heartbeat_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(worker) <= 80", name=op.f("ck_worker_heartbeat_worker_width")
        ).ddl_if(dialect="sqlite"),
        sa.PrimaryKeyConstraint("worker", name=op.f("pk_worker_heartbeat")),
    )
    op.create_table(
        "absence",
        sa.Column("counsellor_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "length(ends_at) = 26", name=op.f("ck_absence_ends_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(starts_at) = 26", name=op.f("ck_absence_starts_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_absence_order")),
        sa.ForeignKeyConstraint(
            ["counsellor_id"], ["staff.id"], name=op.f("fk_absence_counsellor_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
        sa.UniqueConstraint("uuid", name=op.f("uq_absence_uuid")),
    )
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_absence_counsellor_id_ends_at"),
            ["counsellor_id", "ends_at"],
            unique=False,
        )

    op.create_table(
        "client",
        sa.Column("reference", sa.String(length=12), nullable=False),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("name_hash", sa.LargeBinary(), nullable=False),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_hash", sa.LargeBinary(), nullable=True),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("email_hash", sa.LargeBinary(), nullable=True),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("safe_hours_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("reach", sa.String(length=5), nullable=False),
        sa.Column("no_message", sa.Boolean(), nullable=False),
        sa.Column("discreet", sa.Boolean(), nullable=False),
        sa.Column("counsellor_id", sa.Integer(), nullable=True),
        sa.Column("counselling_from", sa.Date(), nullable=True),
        sa.Column("counselling_until", sa.Date(), nullable=True),
        sa.Column("erase_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "reach IN ('none', 'sms', 'call', 'post', 'email')",
            name=op.f("ck_client_reach"),
        ),
        sa.CheckConstraint(
            "counselling_from <= counselling_until", name=op.f("ck_client_period")
        ),
        sa.CheckConstraint(
            "length(created_at) = 26", name=op.f("ck_client_created_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(language) <= 12", name=op.f("ck_client_language_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(reach) <= 5", name=op.f("ck_client_reach_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(reference) <= 12", name=op.f("ck_client_reference_width")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["counsellor_id"], ["staff.id"], name=op.f("fk_client_counsellor_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client")),
        sa.UniqueConstraint("reference", name=op.f("uq_client_reference")),
        sa.UniqueConstraint("uuid", name=op.f("uq_client_uuid")),
    )
    with op.batch_alter_table("client", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_client_counsellor_id"), ["counsellor_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_client_name_hash"), ["name_hash"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_client_phone_hash"), ["phone_hash"], unique=False
        )

    op.create_table(
        "interpreter_hours",
        sa.Column("interpreter_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint("opens < closes", name=op.f("ck_interpreter_hours_order")),
        sa.CheckConstraint(
            "weekday BETWEEN 0 AND 6", name=op.f("ck_interpreter_hours_weekday")
        ),
        sa.ForeignKeyConstraint(
            ["interpreter_id"],
            ["interpreter.id"],
            name=op.f("fk_interpreter_hours_interpreter_id_interpreter"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interpreter_hours")),
        sa.UniqueConstraint("uuid", name=op.f("uq_interpreter_hours_uuid")),
    )
    with op.batch_alter_table("interpreter_hours", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_interpreter_hours_interpreter_id"),
            ["interpreter_id"],
            unique=False,
        )

    op.create_table(
        "interpreter_language",
        sa.Column("interpreter_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.CheckConstraint(
            "length(language) <= 12",
            name=op.f("ck_interpreter_language_language_width"),
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["interpreter_id"],
            ["interpreter.id"],
            name=op.f("fk_interpreter_language_interpreter_id_interpreter"),
        ),
        sa.PrimaryKeyConstraint(
            "interpreter_id", "language", name=op.f("pk_interpreter_language")
        ),
    )
    op.create_table(
        "journal_entry",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=20), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=True),
        sa.Column("deed", sa.String(length=40), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "length(about) <= 60", name=op.f("ck_journal_entry_about_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(actor) <= 20", name=op.f("ck_journal_entry_actor_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(at) = 26", name=op.f("ck_journal_entry_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(deed) <= 40", name=op.f("ck_journal_entry_deed_width")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_journal_entry_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint("uuid", name=op.f("uq_journal_entry_uuid")),
    )
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_journal_entry_about"), ["about"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_journal_entry_at"), ["at"], unique=False)

    op.create_table(
        "opening_hours",
        sa.Column("counsellor_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "every_weeks > 0", name=op.f("ck_opening_hours_every_weeks")
        ),
        sa.CheckConstraint("opens < closes", name=op.f("ck_opening_hours_order")),
        sa.CheckConstraint(
            "weekday BETWEEN 0 AND 6", name=op.f("ck_opening_hours_weekday")
        ),
        sa.ForeignKeyConstraint(
            ["counsellor_id"],
            ["staff.id"],
            name=op.f("fk_opening_hours_counsellor_id_staff"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_hours")),
        sa.UniqueConstraint("uuid", name=op.f("uq_opening_hours_uuid")),
    )
    with op.batch_alter_table("opening_hours", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_opening_hours_counsellor_id"),
            ["counsellor_id"],
            unique=False,
        )

    op.create_table(
        "staff_language",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.CheckConstraint(
            "length(language) <= 12", name=op.f("ck_staff_language_language_width")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_language_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("staff_id", "language", name=op.f("pk_staff_language")),
    )
    op.create_table(
        "staff_role",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "role IN ('counsellor', 'front_desk', 'coordinator', 'head', 'data_protection', 'admin')",
            name=op.f("ck_staff_role_role"),
        ),
        sa.CheckConstraint(
            "length(role) <= 20", name=op.f("ck_staff_role_role_width")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_staff_role_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("staff_id", "role", name=op.f("pk_staff_role")),
    )
    op.create_table(
        "text",
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "length(language) <= 12", name=op.f("ck_text_language_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(slug) <= 60", name=op.f("ck_text_slug_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(written_at) = 26", name=op.f("ck_text_written_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["staff.id"], name=op.f("fk_text_written_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text")),
        sa.UniqueConstraint(
            "slug", "language", "version", name=op.f("uq_text_slug_language_version")
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_text_uuid")),
    )
    op.create_table(
        "appointment",
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.Column("counsellor_id", sa.Integer(), nullable=False),
        sa.Column("interpreter_id", sa.Integer(), nullable=True),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("busy_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("busy_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("hold_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("network_hash", sa.LargeBinary(), nullable=True),
        sa.Column("idempotency_key", sa.String(length=64), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("letter_language", sa.String(length=12), nullable=False),
        sa.Column("interpreter_wanted", sa.Boolean(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("woman_preferred", sa.Boolean(), nullable=False),
        sa.Column("reach", sa.String(length=5), nullable=False),
        sa.Column("no_message", sa.Boolean(), nullable=False),
        sa.Column("topic", sa.String(length=24), nullable=True),
        sa.Column("booked_by_id", sa.Integer(), nullable=True),
        sa.Column("name_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("supporter_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("phone_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("email_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("address_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("safe_hours_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("contact_hash", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "reach IN ('none', 'sms', 'call', 'post', 'email')",
            name=op.f("ck_appointment_reach"),
        ),
        sa.CheckConstraint(
            "status <> 'held' OR hold_until IS NOT NULL",
            name=op.f("ck_appointment_held"),
        ),
        sa.CheckConstraint(
            "status IN ('held', 'booked', 'met', 'missed', 'cancelled', 'expired')",
            name=op.f("ck_appointment_status"),
        ),
        sa.CheckConstraint(
            "busy_from <= starts_at AND starts_at < ends_at AND ends_at <= busy_until",
            name=op.f("ck_appointment_order"),
        ),
        sa.CheckConstraint(
            "length(busy_from) = 26", name=op.f("ck_appointment_busy_from_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(busy_until) = 26", name=op.f("ck_appointment_busy_until_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(changed_at) = 26", name=op.f("ck_appointment_changed_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(created_at) = 26", name=op.f("ck_appointment_created_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(ends_at) = 26", name=op.f("ck_appointment_ends_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(hold_until) = 26", name=op.f("ck_appointment_hold_until_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(idempotency_key) <= 64",
            name=op.f("ck_appointment_idempotency_key_width"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(language) <= 12", name=op.f("ck_appointment_language_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(letter_language) <= 12",
            name=op.f("ck_appointment_letter_language_width"),
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(reach) <= 5", name=op.f("ck_appointment_reach_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(starts_at) = 26", name=op.f("ck_appointment_starts_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(status) <= 10", name=op.f("ck_appointment_status_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(topic) <= 24", name=op.f("ck_appointment_topic_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "people BETWEEN 1 AND 20", name=op.f("ck_appointment_people")
        ),
        sa.ForeignKeyConstraint(
            ["booked_by_id"],
            ["staff.id"],
            name=op.f("fk_appointment_booked_by_id_staff"),
        ),
        sa.ForeignKeyConstraint(
            ["client_id"], ["client.id"], name=op.f("fk_appointment_client_id_client")
        ),
        sa.ForeignKeyConstraint(
            ["counsellor_id"],
            ["staff.id"],
            name=op.f("fk_appointment_counsellor_id_staff"),
        ),
        sa.ForeignKeyConstraint(
            ["interpreter_id"],
            ["interpreter.id"],
            name=op.f("fk_appointment_interpreter_id_interpreter"),
        ),
        sa.ForeignKeyConstraint(
            ["type_id"],
            ["consultation_type.id"],
            name=op.f("fk_appointment_type_id_consultation_type"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint(
            "idempotency_key", name=op.f("uq_appointment_idempotency_key")
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_appointment_uuid")),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_appointment_client_id"), ["client_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_appointment_contact_hash"), ["contact_hash"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_appointment_counsellor_id_busy_until"),
            ["counsellor_id", "busy_until"],
            unique=False,
        )
        batch_op.create_index(
            "ix_appointment_held",
            ["hold_until"],
            unique=False,
            sqlite_where=sa.text("status = 'held'"),
            postgresql_where=sa.text("status = 'held'"),
        )
        batch_op.create_index(
            batch_op.f("ix_appointment_interpreter_id_busy_until"),
            ["interpreter_id", "busy_until"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_appointment_starts_at"), ["starts_at"], unique=False
        )

    op.create_table(
        "opening_hours_type",
        sa.Column("opening_hours_id", sa.Integer(), nullable=False),
        sa.Column("type_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["opening_hours_id"],
            ["opening_hours.id"],
            name=op.f("fk_opening_hours_type_opening_hours_id_opening_hours"),
        ),
        sa.ForeignKeyConstraint(
            ["type_id"],
            ["consultation_type.id"],
            name=op.f("fk_opening_hours_type_type_id_consultation_type"),
        ),
        sa.PrimaryKeyConstraint(
            "opening_hours_id", "type_id", name=op.f("pk_opening_hours_type")
        ),
    )
    op.create_table(
        "client_link",
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
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_link")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_client_link_code_hash")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_client_link_token_hash")),
        sa.UniqueConstraint("uuid", name=op.f("uq_client_link_uuid")),
    )
    with op.batch_alter_table("client_link", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_client_link_appointment_id"),
            ["appointment_id"],
            unique=False,
        )

    op.create_table(
        "letter",
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=5), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("appointment_id", sa.Integer(), nullable=True),
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
            "kind IN ('confirmation', 'moved', 'cancelled', 'reminder')",
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
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_letter_appointment_id"), ["appointment_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_letter_state_channel_next_try_at"),
            ["state", "channel", "next_try_at"],
            unique=False,
        )
    for statement in RULES[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))


_ACTIVE = "status IN ('held', 'booked', 'met', 'missed')"


def _triggers(name, column):
    for verb, other_row in (("INSERT", ""), ("UPDATE", "AND o.id <> OLD.id ")):
        yield (
            f"CREATE TRIGGER {name}_{verb.lower()} BEFORE {verb} ON appointment "
            f"WHEN NEW.{_ACTIVE} AND EXISTS (SELECT 1 FROM appointment AS o "
            f"WHERE o.{column} = NEW.{column} AND o.{_ACTIVE} "
            "AND o.busy_from < NEW.busy_until AND NEW.busy_from < o.busy_until "
            f"{other_row}) BEGIN SELECT RAISE(ABORT, '{name}'); END"
        )


def _exclusion(name, column):
    return (
        f"ALTER TABLE appointment ADD CONSTRAINT {name} "
        f"EXCLUDE USING gist ({column} WITH =, "
        "tstzrange(busy_from, busy_until) WITH &&) "
        f"WHERE ({_ACTIVE})"
    )


# Neither Alembic nor a table rebuild knows these: every migration that rebuilds
# one of these tables on SQLite must lay them down again.
RULES = {
    "sqlite": [
        *_triggers("no_overlap_counsellor", "counsellor_id"),
        *_triggers("no_overlap_interpreter", "interpreter_id"),
        "CREATE TRIGGER journal_append_only BEFORE UPDATE ON journal_entry "
        "BEGIN SELECT RAISE(ABORT, 'journal_append_only'); END",
    ],
    "postgresql": [
        "CREATE EXTENSION IF NOT EXISTS btree_gist",
        _exclusion("no_overlap_counsellor", "counsellor_id"),
        _exclusion("no_overlap_interpreter", "interpreter_id"),
        "CREATE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE integrity_constraint_violation "
        "USING MESSAGE = 'journal_append_only'; END $$",
        "CREATE TRIGGER journal_append_only BEFORE UPDATE ON journal_entry "
        "FOR EACH ROW EXECUTE FUNCTION journal_append_only()",
    ],
}
