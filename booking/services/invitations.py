"""What does a counsellor hear of her appointments in her own mailbox?

Who wants it gets an invitation to each appointment, which makes her busy there as no
subscribed calendar does. Who reads a feed alone hears by mail of what changes on the
day itself: a calendar app may look only once in 24 hours.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Self

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from booking.models import (
    MAILED_LEVELS,
    Appointment,
    FeedLevel,
    FeedScope,
    Invitation,
    LetterKind,
    OwnMailbox,
    Status,
    Subscription,
    db,
)
from booking.models.running import zone
from booking.services import letters
from booking.services.journal import Actor, note
from booking.services.writing import write_session


class Before(NamedTuple):
    """Whose an appointment was, and when, before it was changed."""

    counsellor_id: int
    starts_at: datetime


class Change(NamedTuple):
    """An appointment as it is now, and what it was; None if it is new."""

    row: Appointment
    before: Before | None = None


def as_it_was(row: Appointment) -> Before:
    """Remember what a deed is about to change."""
    return Before(row.counsellor_id, row.starts_at)


def keep_told(
    session: Session,
    changes: Sequence[Change],
    *,
    now: datetime,
    by: int | None = None,
) -> None:
    """Bring counsellors' own mailboxes up to the appointments as they are now.

    Called in the unit of work of every deed that gives an appointment to a counsellor,
    moves it or takes it away. What somebody does herself needs no hurry to be told.
    """
    told = _Told.read(session, changes, now)
    for change in changes:
        _withdraw_from_others(session, change.row, told, now)
        if change.row.status == Status.BOOKED:
            _invite(session, change, told, by=by, now=now)
        if change.before is not None:
            _say_it_is_gone(session, change.row, change.before, told, by=by, now=now)


def level_of(staff_id: int) -> FeedLevel | None:
    """Return how much her invitations say, or None if she gets none."""
    found = db.session.get(OwnMailbox, staff_id)
    return FeedLevel(found.level) if found else None


def choose(staff_id: int, level: FeedLevel | None, *, now: datetime) -> None:
    """Get invitations from now on, or none; what stands there is still kept true."""
    if level is not None and level not in MAILED_LEVELS:
        raise ValueError(level)
    with write_session() as session:
        row = session.get(OwnMailbox, staff_id)
        if level is None and row is not None:
            session.delete(row)
        elif level is not None:
            session.merge(OwnMailbox(staff_id=staff_id, level=level))
        deed = "end invitations" if level is None else "choose invitations"
        note(session, Actor.STAFF, deed, "calendar", now=now, staff=staff_id)


@dataclass(frozen=True, slots=True)
class _Told:
    """Who wants to hear what, and what was told already: three queries at most."""

    now: datetime
    in_mailbox: Collection[int]  # counsellors
    in_feed: Collection[int]  # asked about only if something changes today
    known: dict[tuple[int, int], Invitation]  # by appointment and counsellor

    @classmethod
    def read(cls, session: Session, changes: Sequence[Change], now: datetime) -> Self:
        staff = {change.row.counsellor_id for change in changes}
        staff |= {change.before.counsellor_id for change in changes if change.before}
        mailboxes = session.connection().execute(_MAILBOXES, {"staff": list(staff)})
        return cls(
            now,
            set(mailboxes.scalars()),
            _subscribers(session, staff) if any(_of_today(changes, now)) else set(),
            _known(session, [one.row.id for one in changes if one.before]),
        )

    def is_urgent(self, counsellor: int, *moments: datetime) -> bool:
        """Tell whether it changes her day, and her app may look too late."""
        return counsellor in self.in_feed and any(
            _is_today(moment, self.now) for moment in moments
        )


def _withdraw_from_others(
    session: Session, row: Appointment, told: _Told, now: datetime
) -> None:
    holder = row.counsellor_id if row.status == Status.BOOKED else None
    for (appointment, counsellor), invitation in told.known.items():
        if appointment == row.id and counsellor != holder and invitation.stands:
            _tell(session, invitation, row, LetterKind.UNINVITED, now)


def _invite(
    session: Session,
    change: Change,
    told: _Told,
    *,
    by: int | None,
    now: datetime,
) -> None:
    row, counsellor = change.row, change.row.counsellor_id
    invitation = told.known.get((row.id, counsellor))
    # Who wants no more still has in her calendar what once came there.
    wanted = counsellor in told.in_mailbox or (
        invitation is not None and invitation.stands and invitation.in_calendar
    )
    moments = [row.starts_at]
    if change.before is not None:
        moments.append(change.before.starts_at)
    if not wanted and (by == counsellor or not told.is_urgent(counsellor, *moments)):
        return
    if invitation is None:
        invitation = _new(session, row, counsellor)
    invitation.in_calendar = invitation.in_calendar or wanted
    _tell(session, invitation, row, LetterKind.INVITED, now)


def _say_it_is_gone(
    session: Session,
    row: Appointment,
    before: Before,
    told: _Told,
    *,
    by: int | None,
    now: datetime,
) -> None:
    """Tell who only reads a feed that today somebody does not come to her."""
    counsellor = before.counsellor_id
    is_hers = row.status == Status.BOOKED and row.counsellor_id == counsellor
    if is_hers or by == counsellor or (row.id, counsellor) in told.known:
        return
    if told.is_urgent(counsellor, before.starts_at):
        invitation = _new(session, row, counsellor)
        _tell(session, invitation, row, LetterKind.UNINVITED, now)


def _new(session: Session, row: Appointment, counsellor: int) -> Invitation:
    invitation = Invitation(
        appointment_id=row.id,
        staff_id=counsellor,
        in_calendar=False,
        stands=False,
        sequence=row.sequence,
    )
    session.add(invitation)
    return invitation


def _tell(
    session: Session,
    invitation: Invitation,
    row: Appointment,
    kind: LetterKind,
    now: datetime,
) -> None:
    invitation.stands = kind is LetterKind.INVITED
    invitation.sequence = row.sequence
    session.flush()
    letters.write_to_counsellor(session, invitation, kind, now=now)


# Built once: every booking asks it.
_MAILBOXES = select(OwnMailbox.staff_id).where(
    OwnMailbox.staff_id.in_(bindparam("staff", expanding=True))
)


def _subscribers(session: Session, staff: Iterable[int]) -> set[int]:
    found = session.scalars(
        select(Subscription.staff_id).where(
            Subscription.staff_id.in_(staff),
            Subscription.shows == FeedScope.OWN,
            Subscription.revoked_at.is_(None),
        )
    )
    return {one for one in found if one is not None}


def _known(
    session: Session, appointments: list[int]
) -> dict[tuple[int, int], Invitation]:
    if not appointments:
        return {}
    rows = session.scalars(
        select(Invitation).where(Invitation.appointment_id.in_(appointments))
    )
    return {(row.appointment_id, row.staff_id): row for row in rows}


def _of_today(changes: Iterable[Change], now: datetime) -> Iterable[bool]:
    for row, before in changes:
        yield _is_today(row.starts_at, now)
        yield before is not None and _is_today(before.starts_at, now)


def _is_today(moment: datetime, now: datetime) -> bool:
    return moment.astimezone(zone()).date() == now.astimezone(zone()).date()
