"""Can the house work just now? For machines that look after it; nothing personal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from booking.models import (
    CalendarSource,
    Heartbeat,
    JobState,
    Letter,
    LetterState,
    PlanningJob,
    db,
)
from booking.services.soundness import schema_fault
from booking.services.writing import read_session


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is worth a curve: counts and ages."""

    letters: Mapping[tuple[str, str], int]  # by state and channel
    plans: Mapping[str, int]  # that wait or run
    worker_silent: float | None  # seconds since its last sign of life
    calendars_failing: int


def not_ready() -> str:
    """Say why nothing can be booked just now, in one sentence; "" if it can."""
    try:
        with db.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
            return schema_fault(connection) or ""
    except SQLAlchemyError:
        return "The database does not answer."


def figures(*, now: datetime) -> Figures:
    """Count what waits; a fixed number of queries."""
    with read_session() as session:
        letters = session.execute(
            select(Letter.state, Letter.channel, func.count())
            .where(Letter.state.in_((LetterState.DUE, LetterState.FAILED)))
            .group_by(Letter.state, Letter.channel)
        ).all()
        plans = session.execute(
            select(PlanningJob.state, func.count())
            .where(PlanningJob.state.in_((JobState.WAITING, JobState.RUNNING)))
            .group_by(PlanningJob.state)
        ).all()
        alive = session.scalar(select(func.max(Heartbeat.at)))
        failing = session.scalar(
            select(func.count())
            .select_from(CalendarSource)
            .where(CalendarSource.failures > 0)
        )
    return Figures(
        letters={(state, channel): number for state, channel, number in letters},
        plans=dict(row.tuple() for row in plans),
        worker_silent=(now - alive).total_seconds() if alive else None,
        calendars_failing=failing or 0,
    )
