"""Who learns what when routes are published? Only of what is new to her."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.models import Accompaniment, Appointment, LetterKind, Stop, VisitRequest
from booking.services import interpreters, invitations, letters
from booking.services.handing_over import still_stands
from booking.services.invitations import Change
from booking.services.told import told_window


def has_moved(change: Change) -> bool:
    """Tell whether a calendar shows something new: another time, or another person."""
    row, before = change
    return before != invitations.as_it_was(row)


def say_what_moved(session: Session, changes: Sequence[Change], now: datetime) -> None:
    """Raise what calendars go by, and write to who was told another window."""
    wishes = _wishes_of(session, [change.row for change in changes])
    for change in changes:
        row, before = change
        is_known, is_elsewhere = before is not None, has_moved(change)
        if is_known and is_elsewhere:
            row.raise_sequence(at=now)
            row.moved_by_office = True
        request = wishes.get(row.id)
        if request is None:
            continue  # she only comes along
        window = told_window(row.starts_at)
        if request.told != window:
            request.told_from, request.told_until = window.start, window.end
            request.sequence += 1
            letters.write(session, row, LetterKind.VISIT, now=now)
        elif is_known and is_elsewhere:
            still_stands(session, row)
        interpreters.keep_asked(session, row, now=now)


def _wishes_of(
    session: Session, rows: Sequence[Appointment]
) -> dict[int, VisitRequest]:
    """Return whose visit each appointment is; who comes along has none."""
    along = select(Accompaniment.appointment_id)
    found = session.execute(
        select(Stop.appointment_id, VisitRequest)
        .join(Stop.visit_request)
        .where(
            Stop.appointment_id.in_([row.id for row in rows]),
            Stop.appointment_id.not_in(along),
        )
    )
    return {number: request for number, request in found if number is not None}
