"""What does a letter to a counsellor's own mailbox say, and enter into its calendar?"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking.calendars import CalendarEvent, Method
from booking.languages import clock_time, day_in_words
from booking.models import (
    FeedLevel,
    Invitation,
    Letter,
    LetterKind,
    LetterState,
    OwnMailbox,
    Status,
)
from booking.models.running import settings, zone
from booking.services import feed_entries, feed_levels
from booking.services.feed_polls import Kind, Reader
from booking.services.letter_facts import Facts
from booking.services.office import the_office

_METHODS = {
    LetterKind.INVITED: Method.REQUEST,
    LetterKind.UNINVITED: Method.CANCEL,
}


def said(
    session: Session, letter: Letter, now: datetime
) -> tuple[Facts, CalendarEvent, Method | None] | None:
    """Say how her appointment stands now; None if a later letter says more.

    Without a method nothing is entered: she reads a feed, and asked for no invitations.
    """
    invitation = session.get_one(
        Invitation, letter.invitation_id, options=[joinedload(Invitation.appointment)]
    )
    if not _still_says_so(session, invitation, letter, now):
        return None
    event = _event(session, invitation)
    method = _METHODS[LetterKind(letter.kind)] if invitation.in_calendar else None
    return _facts(event, now), event, method


def _still_says_so(
    session: Session, invitation: Invitation, letter: Letter, now: datetime
) -> bool:
    row, staff = invitation.appointment, invitation.staff
    if letter.sequence != invitation.sequence or row.ends_at <= now:
        return False
    if staff.disabled_at is not None:
        return False
    if letter.kind == LetterKind.INVITED:
        return invitation.stands and row.status == Status.BOOKED
    return not invitation.stands and _was_entered(session, invitation)


def _was_entered(session: Session, invitation: Invitation) -> bool:
    """Tell whether there is anything to take out of her calendar.

    A letter that was sent is erased some day; one that never left stands here still.
    """
    if not invitation.in_calendar:
        return True  # she only hears of it
    states = session.scalars(
        select(Letter.state).where(
            Letter.invitation_id == invitation.id, Letter.kind == LetterKind.INVITED
        )
    ).all()
    return not states or LetterState.SENT in states


def _event(session: Session, invitation: Invitation) -> CalendarEvent:
    """Return the appointment as her feed shows it, with what may go by mail."""
    chosen = session.get(OwnMailbox, invitation.staff_id)
    level = FeedLevel(chosen.level) if chosen else FeedLevel.PLACE
    reader = Reader(
        kind=Kind.COUNSELLOR,
        level=feed_levels.told(level, feed_levels.allowed()),
        office=feed_entries.address_of(the_office()),
        url=settings().public_url.rstrip("/"),
    )
    number = invitation.appointment_id
    ((_number, event),) = feed_entries.events(session, reader, [number])
    return replace(event, sequence=max(event.sequence, invitation.sequence))


def _facts(event: CalendarEvent, now: datetime) -> Facts:
    start, end = (
        moment.astimezone(zone()) for moment in (event.window.start, event.window.end)
    )
    base = settings().public_url.rstrip("/")
    return {
        "day": day_in_words(start.date(), today=now.astimezone(zone()).date()),
        "time": clock_time(start, zone()),
        "until": clock_time(end, zone()),
        "what": event.summary,
        "where": event.location,
        "url": event.url,
        "book_url": f"{base}/staff/calendar",
    }
