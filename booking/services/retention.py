"""What has been kept long enough? Erased every day, as the privacy notice promises.

Three kinds end elsewhere: holds (``holds.expire``), sessions and guesses.
Appointments, wishes, walk-ins and short contacts in a client's file stay as long as
the file, and files themselves are not erased here: archive law comes first (they are
offered to the archive), and a legal hold may keep one.

On SQLite the file is rewritten after each day's erasing and its log emptied. On
PostgreSQL erased rows leave the pages as its own VACUUM frees and reuses them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

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
from booking.scheduling import instant
from booking.services import erasing, homes, known_ways, storage_periods
from booking.services.busy_times import kept_window
from booking.services.claim import queue_behind
from booking.services.journal import Actor, note
from booking.services.letter_texts import PUT_IN
from booking.services.storage_periods import Period
from booking.services.writing import (
    read_session,
    tried_again,
    wipe_erased,
    write_session,
)

A_BATCH = 100  # rows in one unit of work: who books meanwhile waits for milliseconds
MAY_BE_LATE = timedelta(days=2)  # a weekend without power is no fault to report
ABOUT, DEED = "retention", "erase expired"


@dataclass(frozen=True, slots=True)
class Rule:
    """One class of records: which of them have been kept long enough, how they go."""

    what: str  # for the command
    due: Callable[[datetime], Select[int]]
    erase: Callable[[Session, Sequence[int]], None]


def erase_daily(*, now: datetime) -> None:
    """Do a piece of today's erasing; once nothing is left, rest until midnight.

    One batch of each class a round: even the first day of an old database holds
    nobody up. Several workers share the work.
    """
    with read_session() as session:
        if _is_done(session, now):
            return
    batches = [_erase_batch(rule, now=now) for rule in RULES]
    if max(batches) < A_BATCH and wipe_erased():
        _note_done(Actor.WORKER, now=now)


def erase_all(*, now: datetime) -> dict[str, int]:
    """Erase at once what has been kept long enough; return how many of each class."""
    erased = {rule.what: _erase_class(rule, now=now) for rule in RULES}
    if wipe_erased():
        _note_done(Actor.COMMAND, now=now)
    return erased


def due_now(*, now: datetime) -> dict[str, int]:
    """Return how many of each class would go."""
    with read_session() as session:
        return {
            rule.what: session.scalar(
                select(func.count()).select_from(rule.due(now).subquery())
            )
            or 0
            for rule in RULES
        }


def overdue(*, now: datetime) -> int:
    """Count what should have gone days ago: then something holds the erasing up."""
    return sum(due_now(now=now - MAY_BE_LATE).values())


def _is_done(session: Session, now: datetime) -> bool:
    midnight = instant(now.astimezone(zone()).date(), time.min, zone())
    done = select(JournalEntry.id).where(
        JournalEntry.about == ABOUT,
        JournalEntry.deed == DEED,
        JournalEntry.at >= midnight,
    )
    return session.scalar(done.limit(1)) is not None


def _note_done(actor: Actor, *, now: datetime) -> None:
    with write_session() as session:
        queue_behind(session, ABOUT)
        if actor is Actor.COMMAND or not _is_done(session, now):
            note(session, actor, DEED, ABOUT, now=now)


def _erase_class(rule: Rule, *, now: datetime) -> int:
    erased = 0
    while batch := _erase_batch(rule, now=now):
        erased += batch
    return erased


@tried_again
def _erase_batch(rule: Rule, *, now: datetime) -> int:
    """Erase some of a class; rows that another worker has in hand are left to it."""
    with write_session() as session:
        some = rule.due(now).limit(A_BATCH).with_for_update(skip_locked=True)
        ids = session.scalars(some).all()
        if ids:
            rule.erase(session, ids)
    return len(ids)


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
