"""When may we write? Not at night, unless it answers somebody who is awake."""

from datetime import datetime, time, timedelta

from booking.models import Letter, LetterKind, Reach
from booking.models.running import zone
from booking.scheduling import instant
from booking.services.office import decisions

RINGS = frozenset({Reach.EMAIL, Reach.SMS})  # a phone on the bedside table does
JUST_NOW = timedelta(minutes=15)  # who has just pressed a button still looks
TOO_SHORT = timedelta(hours=2)  # from waking to the talk: better be woken
A_DAY = timedelta(days=1)
# Who did it, if the client did, is awake; the column says whether the office did.
_ANSWERS = {
    LetterKind.CONFIRMATION: "booked_by_id",
    LetterKind.MOVED: "moved_by_office",
    LetterKind.CANCELLED: "cancelled_by_office",
}
_CHANGES = frozenset({LetterKind.MOVED, LetterKind.CANCELLED, LetterKind.VISIT})


def may_go_at(letter: Letter, *, now: datetime) -> datetime:
    """Return the first moment from now on at which a letter disturbs nobody."""
    if letter.channel not in RINGS or letter.invitation_id is not None:
        return now  # a counsellor's mailbox wakes nobody
    morning = end_of_night(now)
    if morning <= now:
        return now
    if _answers(letter) and now - letter.created_at <= JUST_NOW:
        return now
    return now if _cannot_wait(letter, morning, now) else morning


def end_of_night(now: datetime) -> datetime:
    """Return when the quiet hours end; outside of them, that is now."""
    decided = decisions()
    quiet_from, until = decided.quiet_from, decided.quiet_until
    wall = now.astimezone(zone())
    if not _is_quiet(wall.time(), quiet_from, until):
        return now
    day = wall.date() if wall.time() < until else wall.date() + A_DAY
    return instant(day, until, zone())


def _is_quiet(wall: time, quiet_from: time, until: time) -> bool:
    """Tell whether a wall time lies in the night, which mostly goes past midnight."""
    if quiet_from <= until:
        return quiet_from <= wall < until
    return wall >= quiet_from or wall < until


def _answers(letter: Letter) -> bool:
    kind = LetterKind(letter.kind)
    if letter.appointment is None:
        return kind in {LetterKind.WISH, LetterKind.SIGN_IN_LINK}
    return kind in _ANSWERS and not getattr(letter.appointment, _ANSWERS[kind])


def _cannot_wait(letter: Letter, morning: datetime, now: datetime) -> bool:
    """A change of the same day cannot, nor what begins soon after waking."""
    if letter.appointment is None:
        return False
    starts_at = letter.appointment.starts_at
    same_day = starts_at.astimezone(zone()).date() == now.astimezone(zone()).date()
    is_change = LetterKind(letter.kind) in _CHANGES
    return (is_change and same_day) or starts_at < morning + TOO_SHORT
