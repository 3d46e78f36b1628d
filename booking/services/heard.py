"""Does a client know when we come? Told, still to be told, or not to be written to.

A client says yes by being at home. What staff can see is silence: a letter that has
not gone out, a call that nobody has made, somebody who only looks at her own page.
"""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import and_, select

from booking.models import (
    Letter,
    LetterKind,
    LetterState,
    Reach,
    Route,
    RouteState,
    Stop,
    VisitRequest,
    db,
)


class Heard(StrEnum):
    """What became of the letter that says when we come."""

    TOLD = "told"
    TO_BE_CALLED = "to_be_called"
    UNDER_WAY = "under_way"
    FAILED = "failed"
    NOT_WRITTEN = "not_written"  # as she has asked: she looks at her page


def heard(days: Sequence[date]) -> dict[UUID, Heard]:
    """Return, by its stop, who of these days' published visits knows; one query."""
    rows = db.session.execute(
        select(Stop.uuid, VisitRequest.reach, Letter.state, Letter.channel)
        .join(Stop.route)
        .join(Stop.visit_request)
        .outerjoin(
            Letter,
            and_(
                Letter.appointment_id == Stop.appointment_id,
                Letter.kind == LetterKind.VISIT,
                Letter.state != LetterState.DROPPED,
            ),
        )
        .where(Route.day.in_(days), Route.state == RouteState.PUBLISHED)
        .order_by(Letter.id)  # the latest counts
    )
    return {stop: _heard(*facts) for stop, *facts in rows}


def _heard(reach: str, state: str | None, channel: str | None) -> Heard:
    if reach == Reach.NONE:
        return Heard.NOT_WRITTEN
    # Without a letter she was called from the road, or its record is erased by now.
    if state is None or state == LetterState.SENT:
        return Heard.TOLD
    if state == LetterState.FAILED:
        return Heard.FAILED
    return Heard.TO_BE_CALLED if channel == Reach.CALL else Heard.UNDER_WAY
