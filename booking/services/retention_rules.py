"""What has been kept long enough? One rule for each class of records."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from booking.models import (
    Appointment,
    BusyTime,
    Feedback,
    JournalEntry,
    Letter,
    LetterKind,
    LetterState,
    Reach,
    ShortContact,
    Status,
    Stop,
    VisitRequest,
    VisitState,
    Waiting,
    WaitingState,
    WalkIn,
)
from booking.models.running import zone
from booking.services import (
    erasing,
    file_retention,
    homes,
    known_ways,
    storage_periods,
)
from booking.services.busy_times import kept_window
from booking.services.held_files import is_held
from booking.services.letter_entries import PUT_IN
from booking.services.storage_periods import Period


@dataclass(frozen=True, slots=True)
class Rule:
    """One class of records: which of them have been kept long enough, how they go."""

    what: str  # for the command
    due: Callable[[datetime], Select[int]]
    erase: Callable[[Session, Sequence[int]], None]


def _appointments(now: datetime) -> Select[int]:
    """Select those that ended long ago; visits go with their wishes."""
    a_visit = select(Stop.id).where(Stop.appointment_id == Appointment.id).exists()
    since = _kept_from(storage_periods.APPOINTMENT, now)
    return select(Appointment.id).where(
        Appointment.client_id.is_(None),
        Appointment.status.not_in((Status.HELD, Status.EXPIRED)),
        Appointment.starts_at < since,  # for the index
        Appointment.ends_at < since,
        ~a_visit,
    )


def _visit_requests(now: datetime) -> Select[int]:
    """Select those visited, or withdrawn, long ago; an open wish has no end."""
    since = _kept_from(storage_periods.VISIT_REQUEST, now)
    stop = select(Stop.id).where(Stop.visit_request_id == VisitRequest.id)
    kept = stop.outerjoin(Stop.appointment).where(
        or_(
            Stop.ends_at >= since,
            Appointment.ends_at >= since,
            Appointment.client_id.is_not(None),
        )
    )
    return select(VisitRequest.id).where(
        VisitRequest.client_id.is_(None),
        VisitRequest.state.in_(_ENDED),
        ~kept.exists(),
        or_(stop.exists(), VisitRequest.changed_at < since),
    )


def _waiting(now: datetime) -> Select[int]:
    return select(Waiting.id).where(
        Waiting.state != WaitingState.OPEN,
        Waiting.changed_at < _kept_from(storage_periods.WAITING, now),
        ~is_held(Waiting.client_id, now),
    )


def _walk_ins(now: datetime) -> Select[int]:
    first_kept = storage_periods.WALK_IN.first_kept(now.astimezone(zone()).date())
    return select(WalkIn.id).where(WalkIn.client_id.is_(None), WalkIn.day < first_kept)


def _short_contacts(now: datetime) -> Select[int]:
    since = _kept_from(storage_periods.SHORT_CONTACT, now)
    return select(ShortContact.id).where(
        ShortContact.client_id.is_(None), ShortContact.at < since
    )


def _letters(now: datetime) -> Select[int]:
    """Select what was sent or given up long ago, and decides nothing any more."""
    last_touched = func.coalesce(Letter.sent_at, Letter.next_try_at)
    return select(Letter.id).where(
        Letter.state != LetterState.DUE,
        last_touched < _kept_from(storage_periods.LETTER, now),
        ~_still_needed(now),
        ~file_retention.letter_is_held(now),
    )


def _still_needed(now: datetime) -> ColumnElement[bool]:
    """Tell in SQL which letters speak of what is still to come.

    A reminder must not be written again, a refused letter is a task of staff, an
    interpreter is told that she need not come only if she was asked, and what is in
    a client's calendar leaves it only if we know that we have put it in.
    """
    ahead = select(Appointment.id).where(
        Appointment.id == Letter.appointment_id, Appointment.ends_at > now
    )
    waits = select(Waiting.id).where(
        Waiting.id == Letter.waiting_id, Waiting.state == WaitingState.OPEN
    )
    wished = select(VisitRequest.id).where(
        VisitRequest.id == Letter.visit_request_id, VisitRequest.state.not_in(_ENDED)
    )
    return or_(
        and_(
            ahead.exists(),
            or_(
                Letter.kind == LetterKind.REMINDER,
                _PUT_IN,
                Letter.interpreter_request_id.is_not(None),
            ),
        ),
        and_(
            Letter.state == LetterState.FAILED,
            or_(ahead.exists(), waits.exists(), wished.exists()),
        ),
    )


def _feedback(now: datetime) -> Select[int]:
    since = _kept_from(storage_periods.FEEDBACK, now)
    return select(Feedback.id).where(Feedback.done_at < since)


def _busy_times(now: datetime) -> Select[int]:
    """Select what lies before this week: a calendar that we read is no time clock."""
    return select(BusyTime.id).where(BusyTime.ends_at <= kept_window(now).start)


def _journal(now: datetime) -> Select[int]:
    since = _kept_from(storage_periods.JOURNAL, now)
    return select(JournalEntry.id).where(JournalEntry.at < since)


def _kept_from(period: Period, now: datetime) -> datetime:
    return storage_periods.kept_from(period, now=now, zone=zone())


_PUT_IN = and_(
    Letter.kind.in_(PUT_IN),
    Letter.channel == Reach.EMAIL,
    Letter.state == LetterState.SENT,
)
_ENDED = (VisitState.PUBLISHED, VisitState.MET, VisitState.WITHDRAWN)
RULES = (
    Rule(
        "files, after their time and the archive's answer, with all in them",
        file_retention.due,
        erasing.files,
    ),
    Rule(
        "home visits without a file, 90 days after the visit or since withdrawn",
        _visit_requests,
        erasing.visit_requests,
    ),
    Rule(
        "appointments without a file, 90 days after their end",
        _appointments,
        erasing.appointments,
    ),
    Rule(
        "walk-ins without a file, 90 days after they came",
        _walk_ins,
        erasing.walk_ins,
    ),
    Rule(
        "short contacts without a file, after 90 days",
        _short_contacts,
        erasing.short_contacts,
    ),
    Rule(
        "places on the waiting list, 30 days after they were closed",
        _waiting,
        erasing.places_waiting,
    ),
    Rule(
        "records of letters, 30 days after they were sent or given up",
        _letters,
        erasing.letters,
    ),
    Rule(
        "ways to doors that nobody lives behind any more",
        known_ways.to_nobody,
        erasing.known_ways,
    ),
    Rule(
        "marks of homes of nobody",
        homes.of_nobody,
        erasing.marks_of_homes,
    ),
    Rule("feedback, once it is dealt with", _feedback, erasing.feedback),
    Rule("busy times of staff, after their week", _busy_times, erasing.busy_times),
    Rule("entries of the journal, after 12 months", _journal, erasing.journal_entries),
)
