"""Home visits in full: vehicles, two together, proposals, what happened at the door.

Revision ID: 0009
Revises: 0008
Create Date: 2026-11-26 17:15:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KINDS = (
    "kind IN ('confirmation', 'moved', 'cancelled', 'reminder', 'wish', 'visit', "
    "'waiting', 'earlier', 'interpreter_asked', 'interpreter_moved', "
    "'interpreter_not_needed', 'invited', 'uninvited', 'proposed', 'not_back')"
)


def upgrade() -> None:
    _make_vehicles()
    _make_homes()
    _make_proposals()
    _make_doorsteps()
    _add_columns()
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_letters()
    else:
        op.drop_constraint(op.f("ck_letter_kind"), "letter", type_="check")
        op.create_check_constraint(op.f("ck_letter_kind"), "letter", KINDS)


def _make_vehicles() -> None:
    op.create_table(
        "vehicle",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "length(mode) <= 8", name=op.f("ck_vehicle_mode_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(name) <= 60", name=op.f("ck_vehicle_name_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(retired_at) = 26", name=op.f("ck_vehicle_retired_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicle")),
        sa.UniqueConstraint("uuid", name=op.f("uq_vehicle_uuid")),
    )
    op.create_table(
        "vehicle_away",
        sa.Column("vehicle_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "length(ends_at) = 26", name=op.f("ck_vehicle_away_ends_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(starts_at) = 26", name=op.f("ck_vehicle_away_starts_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_vehicle_away_order")),
        sa.ForeignKeyConstraint(
            ["vehicle_id"],
            ["vehicle.id"],
            name=op.f("fk_vehicle_away_vehicle_id_vehicle"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicle_away")),
        sa.UniqueConstraint("uuid", name=op.f("uq_vehicle_away_uuid")),
    )
    op.create_index(
        op.f("ix_vehicle_away_vehicle_id_ends_at"),
        "vehicle_away",
        ["vehicle_id", "ends_at"],
        unique=False,
    )
    op.create_table(
        "ride",
        sa.Column("route_id", sa.Integer(), nullable=False),
        sa.Column("vehicle_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["route_id"], ["route.id"], name=op.f("fk_ride_route_id_route")
        ),
        sa.ForeignKeyConstraint(
            ["vehicle_id"], ["vehicle.id"], name=op.f("fk_ride_vehicle_id_vehicle")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ride")),
        sa.UniqueConstraint("route_id", name=op.f("uq_ride_route_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_ride_uuid")),
    )
    op.create_index(op.f("ix_ride_vehicle_id"), "ride", ["vehicle_id"], unique=False)


def _make_homes() -> None:
    op.create_table(
        "two_together",
        sa.Column("address_hash", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(length=8), nullable=False),
        sa.Column("marked_by_id", sa.Integer(), nullable=False),
        sa.Column("alerts_id", sa.Integer(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('threat', 'animal', 'place', 'illness', 'other')",
            name=op.f("ck_two_together_reason"),
        ),
        sa.CheckConstraint(
            "length(created_at) = 26", name=op.f("ck_two_together_created_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(reason) <= 8", name=op.f("ck_two_together_reason_width")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["alerts_id"], ["staff.id"], name=op.f("fk_two_together_alerts_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["marked_by_id"],
            ["staff.id"],
            name=op.f("fk_two_together_marked_by_id_staff"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_two_together")),
        sa.UniqueConstraint("address_hash", name=op.f("uq_two_together_address_hash")),
        sa.UniqueConstraint("uuid", name=op.f("uq_two_together_uuid")),
    )
    op.create_table(
        "kept_apart",
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("kept_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "how IN ('counsellor', 'order')", name=op.f("ck_kept_apart_how")
        ),
        sa.CheckConstraint(
            "length(created_at) = 26", name=op.f("ck_kept_apart_created_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(how) <= 10", name=op.f("ck_kept_apart_how_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_kept_apart_order")),
        sa.ForeignKeyConstraint(
            ["kept_by_id"], ["staff.id"], name=op.f("fk_kept_apart_kept_by_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["one_id"],
            ["visit_request.id"],
            name=op.f("fk_kept_apart_one_id_visit_request"),
        ),
        sa.ForeignKeyConstraint(
            ["other_id"],
            ["visit_request.id"],
            name=op.f("fk_kept_apart_other_id_visit_request"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_apart")),
        sa.UniqueConstraint(
            "one_id", "other_id", name=op.f("uq_kept_apart_one_id_other_id")
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_kept_apart_uuid")),
    )


def _make_proposals() -> None:
    op.create_table(
        "plan_step",
        sa.Column("monday", sa.Date(), nullable=False),
        sa.Column("done_by_id", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "length(done_at) = 26", name=op.f("ck_plan_step_done_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(what) <= 12", name=op.f("ck_plan_step_what_width")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["staff.id"], name=op.f("fk_plan_step_done_by_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_step")),
        sa.UniqueConstraint("uuid", name=op.f("uq_plan_step_uuid")),
    )
    op.create_index(
        op.f("ix_plan_step_monday_id"), "plan_step", ["monday", "id"], unique=False
    )
    op.create_table(
        "proposal",
        sa.Column("route_id", sa.Integer(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("publish_by", sa.Date(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "length(proposed_at) = 26", name=op.f("ck_proposal_proposed_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"],
            ["staff.id"],
            name=op.f("fk_proposal_proposed_by_id_staff"),
        ),
        sa.ForeignKeyConstraint(
            ["route_id"], ["route.id"], name=op.f("fk_proposal_route_id_route")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
        sa.UniqueConstraint("route_id", name=op.f("uq_proposal_route_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_proposal_uuid")),
    )
    op.create_table(
        "answer",
        sa.Column("stop_id", sa.Integer(), nullable=False),
        sa.Column("word", sa.String(length=4), nullable=False),
        sa.Column("said_by_id", sa.Integer(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint("word IN ('yes', 'veto')", name=op.f("ck_answer_word")),
        sa.CheckConstraint(
            "length(said_at) = 26", name=op.f("ck_answer_said_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(word) <= 4", name=op.f("ck_answer_word_width")
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["said_by_id"], ["staff.id"], name=op.f("fk_answer_said_by_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["stop_id"], ["stop.id"], name=op.f("fk_answer_stop_id_stop")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("stop_id", name=op.f("uq_answer_stop_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_answer_uuid")),
    )


def _make_doorsteps() -> None:
    op.create_table(
        "company",
        sa.Column("stop_id", sa.Integer(), nullable=False),
        sa.Column("is_second", sa.Boolean(), nullable=False),
        sa.Column("interpreter_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["interpreter_id"],
            ["interpreter.id"],
            name=op.f("fk_company_interpreter_id_interpreter"),
        ),
        sa.ForeignKeyConstraint(
            ["stop_id"], ["stop.id"], name=op.f("fk_company_stop_id_stop")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
        sa.UniqueConstraint("stop_id", name=op.f("uq_company_stop_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_company_uuid")),
    )
    op.create_index(
        op.f("ix_company_interpreter_id"), "company", ["interpreter_id"], unique=False
    )
    op.create_table(
        "accompaniment",
        sa.Column("appointment_id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["appointment_id"],
            ["appointment.id"],
            name=op.f("fk_accompaniment_appointment_id_appointment"),
        ),
        sa.ForeignKeyConstraint(
            ["lead_id"],
            ["appointment.id"],
            name=op.f("fk_accompaniment_lead_id_appointment"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accompaniment")),
        sa.UniqueConstraint(
            "appointment_id", name=op.f("uq_accompaniment_appointment_id")
        ),
        sa.UniqueConstraint("uuid", name=op.f("uq_accompaniment_uuid")),
    )
    op.create_index(
        op.f("ix_accompaniment_lead_id"), "accompaniment", ["lead_id"], unique=False
    )
    op.create_table(
        "doorstep",
        sa.Column("stop_id", sa.Integer(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nobody_opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("alerted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "length(alerted_at) = 26", name=op.f("ck_doorstep_alerted_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(arrived_at) = 26", name=op.f("ck_doorstep_arrived_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(left_at) = 26", name=op.f("ck_doorstep_left_at_width")
        ).ddl_if(dialect="sqlite"),
        sa.CheckConstraint(
            "length(nobody_opened_at) = 26",
            name=op.f("ck_doorstep_nobody_opened_at_width"),
        ).ddl_if(dialect="sqlite"),
        sa.ForeignKeyConstraint(
            ["stop_id"], ["stop.id"], name=op.f("fk_doorstep_stop_id_stop")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doorstep")),
        sa.UniqueConstraint("stop_id", name=op.f("uq_doorstep_stop_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_doorstep_uuid")),
    )
    op.create_index(
        op.f("ix_doorstep_left_at_arrived_at"),
        "doorstep",
        ["left_at", "arrived_at"],
        unique=False,
    )


def _add_columns() -> None:
    op.add_column("planning_job", sa.Column("terms", sa.JSON(), nullable=True))
    op.add_column("visit_request", sa.Column("crew", sa.Integer(), nullable=True))
    op.add_column("visit_request", sa.Column("due_on", sa.Date(), nullable=True))
    op.add_column(
        "visit_request", sa.Column("set_aside_until", sa.Date(), nullable=True)
    )


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
