"""Change the drafts of a week by hand: move, pin, take out, put in.

What a deed breaks is said before it is done, and nothing is done to a draft that is
not any more what the page showed. Published routes are not changed here.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.models import (
    TO_BE_PLANNED,
    Route,
    RouteState,
    Stop,
    VisitRequest,
    VisitState,
)
from booking.services.draft_shots import (
    Key,
    RouteShot,
    drafts_of,
    locked,
    put_back,
    shots_of,
)
from booking.services.edit_orders import (
    ChangedMeanwhile,
    NotOnDraft,
    NowhereToGo,
    TwoGoTogether,
    Wanted,
)
from booking.services.edit_trials import Broken, Trial, tried
from booking.services.journal import Actor, note
from booking.services.paper_week import PaperWeek, WeekOver, paper_week
from booking.services.plan_steps import (
    Changed,
    Deed,
    keep,
    monday_of,
    set_state,
    wishes_on,
)
from booking.services.writing import read_session, tried_again, write_session

__all__ = [
    "Broken",
    "ChangedMeanwhile",
    "Collides",
    "Deed",
    "NotOnDraft",
    "NowhereToGo",
    "TwoGoTogether",
    "Wanted",
    "WeekOver",
    "WouldBreak",
    "edit",
    "versions",
]
PINS = frozenset({Deed.PIN, Deed.UNPIN})


class WouldBreak(Exception):
    """Somebody has to agree first; ``agreement`` names what she agrees to."""

    def __init__(self, found: Trial) -> None:
        super().__init__(found.broken)
        self.broken, self.agreement = found.broken, found.agreement


class Collides(WouldBreak):
    """It breaks what nobody can agree to: an appointment, an absence, an exclusion."""


@tried_again
def edit(wanted: Wanted, day: date, *, by: int, now: datetime) -> None:
    """Do one deed to the drafts of a day's week, all of it or nothing.

    Raises ``WouldBreak``, ``Collides``, ``ChangedMeanwhile``, ``NotOnDraft``,
    ``NowhereToGo``, ``TwoGoTogether``, ``WeekOver`` or ``OfficeNotFound``.
    """
    if wanted.deed in PINS:
        _pin(wanted, by=by, now=now)
        return
    week = paper_week(day, now=now, wish=wanted.visit)
    trial = tried(week, wanted)
    if any(one.is_hard for one in trial.broken):
        raise Collides(trial)
    if trial.broken and trial.agreement != wanted.agreed:
        raise WouldBreak(trial)
    _write(week, trial, wanted, by=by, now=now)


def versions(days: Collection[date]) -> dict[Key, str]:
    """Return how each draft of these days stands, for forms to carry along."""
    with read_session() as session:
        return {
            key: shot.version
            for key, shot in shots_of(drafts_of(session, days)).items()
        }


def _write(
    week: PaperWeek, trial: Trial, wanted: Wanted, *, by: int, now: datetime
) -> None:
    before = tuple(week.shot(shot.key) for shot in trial.shots)
    changed = Changed(
        deed=wanted.deed,
        visit=wanted.visit,
        before=before,
        after=trial.shots,
        waiting={
            row.id: row.state
            for row in week.wishes.values()
            if row.state in TO_BE_PLANNED
        },
    )
    with write_session() as session:
        keys = changed.keys | trial.concerned
        rows = locked(session, keys)
        if not _stand(rows, (week.shot(key) for key in keys)):
            raise ChangedMeanwhile
        _set_states(session, changed, now)
        put_back(session, rows, _all_of(rows, trial.shots), now)
        _keep(session, changed, monday_of(week.days[0]), by=by, now=now)


def _pin(wanted: Wanted, *, by: int, now: datetime) -> None:
    """Fix who comes and when, of all who go there; or let it move again."""
    with write_session() as session:
        keys = _keys_of(session, wanted.visit)
        rows = locked(session, keys)
        before = shots_of(rows)
        if not keys or before.keys() != keys:
            raise NotOnDraft
        if not all(shot.version in wanted.seen for shot in before.values()):
            raise ChangedMeanwhile
        wish = next(
            stop.visit_request_id
            for row in rows
            for stop in row.stops
            if stop.visit_request.uuid == wanted.visit
        )
        after = tuple(
            _pinned(shot, wish, wanted.deed == Deed.PIN) for shot in before.values()
        )
        changed = Changed(
            deed=wanted.deed,
            visit=wanted.visit,
            before=tuple(before.values()),
            after=after,
            waiting={},
        )
        if changed.before == after:
            return  # sent twice
        put_back(session, rows, after, now)
        _keep(session, changed, monday_of(min(day for _, day in keys)), by=by, now=now)


def _keys_of(session: Session, visit: UUID) -> set[Key]:
    found = session.execute(
        select(Route.counsellor_id, Route.day)
        .join(Stop, Stop.route_id == Route.id)
        .join(VisitRequest, VisitRequest.id == Stop.visit_request_id)
        .where(VisitRequest.uuid == visit, Route.state != RouteState.PUBLISHED)
    )
    return {(counsellor, day) for counsellor, day in found}


def _pinned(shot: RouteShot, wish: int, is_pinned: bool) -> RouteShot:  # noqa: FBT001 - the state itself
    return replace(
        shot,
        stops=tuple(
            replace(stop, pinned=is_pinned) if stop.wish == wish else stop
            for stop in shot.stops
        ),
    )


def _stand(rows: Iterable[Route], seen: Iterable[RouteShot]) -> bool:
    standing = shots_of(rows)
    return all(
        standing.get(shot.key, replace(shot, stops=())).version == shot.version
        for shot in seen
    )


def _all_of(rows: Iterable[Route], shots: Iterable[RouteShot]) -> list[RouteShot]:
    """Return the shots, and those of the locked drafts that stay as they are."""
    return list((shots_of(rows) | {shot.key: shot for shot in shots}).values())


def _set_states(session: Session, changed: Changed, now: datetime) -> None:
    """Let the wish that is put in stand on a draft; who is taken out waits again."""
    was, now_on = wishes_on(changed.before), wishes_on(changed.after)
    rows = session.scalars(
        select(VisitRequest).where(VisitRequest.id.in_(was ^ now_on)).with_for_update()
    )
    for row in rows:
        comes = row.id in now_on
        if row.state not in (TO_BE_PLANNED if comes else (VisitState.PLANNED,)):
            raise ChangedMeanwhile
        set_state(row, VisitState.PLANNED if comes else VisitState.WISHED, now)


def _keep(
    session: Session, changed: Changed, monday: date, *, by: int, now: datetime
) -> None:
    keep(session, changed, monday, by=by, now=now)
    about = f"visit:{changed.visit}"
    note(session, Actor.STAFF, f"plan: {changed.deed}", about, now=now, staff=by)
