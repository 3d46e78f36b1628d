"""What was changed by hand last, and how is it undone?

Each deed keeps the drafts that it touched, before and after. A step is undone only
while they stand as it left them: what others have done since is never overwritten.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from booking.models import (
    TO_BE_PLANNED,
    PlanStep,
    StaffMember,
    VisitRequest,
    VisitState,
    db,
)
from booking.models.running import zone
from booking.services.draft_shots import (
    Key,
    RouteShot,
    drafts_of,
    locked,
    put_back,
    shots_of,
)
from booking.services.journal import Actor, note
from booking.services.writing import tried_again, write_session

KEPT = 20  # steps of a week: further back nobody remembers what it was


class Deed(StrEnum):
    """What can be done to a visit on the board."""

    EARLIER = "earlier"
    LATER = "later"
    MOVE = "move"
    PUT_IN = "put_in"
    TAKE_OUT = "take_out"
    PIN = "pin"
    UNPIN = "unpin"


class CannotBeUndone(Exception):
    """Another step, a plan or a publication has come since, or there is no step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRow:
    """The last step of a week, as a page offers to undo it."""

    uuid: UUID
    deed: Deed
    reference: str  # of the visit
    by: str
    done_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One deed: which visit, the drafts before and after, who was waiting before."""

    deed: Deed
    visit: UUID
    before: tuple[RouteShot, ...]
    after: tuple[RouteShot, ...]
    waiting: Mapping[int, str]  # the states of wishes that were put on a route

    @property
    def keys(self) -> set[Key]:
        """The drafts that it touches."""
        return {shot.key for shot in self.before}


def keep(
    session: Session, changed: Changed, monday: date, *, by: int, now: datetime
) -> None:
    """Keep a step inside the unit of work that does it; the oldest ones go."""
    after = {shot.key: shot.version for shot in changed.after}
    session.add(
        PlanStep(
            monday=monday,
            done_by_id=by,
            done_at=now,
            what=changed.deed,
            before=[
                {"visit": str(changed.visit), "waiting": dict(changed.waiting)},
                *({"shot": s.as_kept(), "after": after[s.key]} for s in changed.before),
            ],
        )
    )
    session.flush()
    of_week = PlanStep.monday == monday
    latest = select(PlanStep.id).where(of_week).order_by(PlanStep.id.desc()).limit(KEPT)
    gone_by = monday_of(now.astimezone(zone()).date())
    session.execute(
        delete(PlanStep).where(
            (of_week & PlanStep.id.not_in(latest.scalar_subquery()))
            | (PlanStep.monday < gone_by)
        )
    )


def last_step(monday: date) -> StepRow | None:
    """Return the step that can be undone now, if there is one: four queries."""
    found = db.session.execute(
        _latest(monday)
        .join(StaffMember, StaffMember.id == PlanStep.done_by_id)
        .add_columns(StaffMember)
    ).first()
    if found is None:
        return None
    step, author = found
    days = {shot.day for shot in _shots(step)}
    if not _stands(step, shots_of(drafts_of(db.session(), days))):
        return None
    return StepRow(
        uuid=step.uuid,
        deed=Deed(step.what),
        reference=UUID(step.before[0]["visit"]).hex[:5].upper(),
        by=author.name,
        done_at=step.done_at,
    )


@tried_again
def undo(step: UUID, monday: date, *, by: int, now: datetime) -> UUID:
    """Bring the drafts back to where they were before the last step of this week.

    Returns the visit that it was about. Raises ``CannotBeUndone``.
    """
    with write_session() as session:
        row = session.scalar(_latest(monday).with_for_update())
        if row is None or row.uuid != step:
            raise CannotBeUndone
        shots = _shots(row)
        drafts = locked(session, {shot.key for shot in shots})
        standing = shots_of(drafts)
        if not _stands(row, standing):
            raise CannotBeUndone
        _set_states(session, row, standing.values(), shots, now)
        put_back(session, drafts, shots, now)
        session.delete(row)
        visit = UUID(row.before[0]["visit"])
        note(session, Actor.STAFF, "undo", f"visit:{visit}", now=now, staff=by)
    return visit


def set_state(row: VisitRequest, state: str, now: datetime) -> None:
    """Let a wish wait again, or stand on a draft."""
    row.state, row.changed_at = state, now


def _set_states(
    session: Session,
    step: PlanStep,
    standing: Iterable[RouteShot],
    shots: Iterable[RouteShot],
    now: datetime,
) -> None:
    """Who goes back onto a draft must still wait; who leaves it waits as before."""
    on_now, on_then = wishes_on(standing), wishes_on(shots)
    changed = on_now ^ on_then
    rows = session.scalars(
        select(VisitRequest).where(VisitRequest.id.in_(changed)).with_for_update()
    ).all()
    if len(rows) < len(changed):
        raise CannotBeUndone
    waiting: Mapping[str, str] = step.before[0]["waiting"]
    for row in rows:
        comes_back = row.id in on_then
        if row.state not in (TO_BE_PLANNED if comes_back else (VisitState.PLANNED,)):
            raise CannotBeUndone
        waits = waiting.get(str(row.id), VisitState.WISHED)
        set_state(row, VisitState.PLANNED if comes_back else waits, now)


def wishes_on(shots: Iterable[RouteShot]) -> set[int]:
    """Return the wishes that stand on these drafts."""
    return {stop.wish for shot in shots for stop in shot.stops}


def _latest(monday: date) -> Select[PlanStep]:
    return (
        select(PlanStep)
        .where(PlanStep.monday == monday)
        .order_by(PlanStep.id.desc())
        .limit(1)
    )


def _shots(step: PlanStep) -> list[RouteShot]:
    return [RouteShot.kept(one["shot"]) for one in step.before[1:]]


def _stands(step: PlanStep, standing: Mapping[Key, RouteShot]) -> bool:
    """Tell whether the drafts are as the step has left them."""
    for one in step.before[1:]:
        shot = RouteShot.kept(one["shot"])
        there = standing.get(shot.key, replace(shot, stops=()))
        if there.version != one["after"]:
            return False
    return True


def monday_of(day: date) -> date:
    """Return the Monday of its week."""
    return day - timedelta(days=day.weekday())
