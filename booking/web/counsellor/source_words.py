"""How are foreign calendars put into words: what was unclear, why one is not read?"""

from datetime import datetime

from booking.calendars.busy import Doubt
from booking.languages import gettext as _
from booking.models import CalendarSource
from booking.services.calendar_fetch import Refusal, Trouble
from booking.services.source_reading import Unread
from booking.web import moments


def doubts(row: CalendarSource) -> list[str]:
    """Say what was unclear in a calendar, and what was made of it."""
    return [_doubt(Doubt(code), count) for code, count in row.warnings.items()]


def _doubt(doubt: Doubt, count: int) -> str:
    sentences = {
        Doubt.NO_DATE: _(
            "Entries with a date that cannot be read: %(count)s. They are left out.",
            count=count,
        ),
        Doubt.NO_END: _(
            "Entries with an end that cannot be read: %(count)s. Their start blocks.",
            count=count,
        ),
        Doubt.BACKWARD: _(
            "Entries that end before they start: %(count)s. The time between blocks.",
            count=count,
        ),
        Doubt.UNKNOWN_ZONE: _(
            "A time zone is not known. Its times are taken as the office's own."
        ),
        Doubt.REFUSED_RULE: _(
            "Series with a rule that cannot be followed: %(count)s. Only the first "
            "time of each blocks.",
            count=count,
        ),
        Doubt.SKIPPED_TIMES: _(
            "Entries with lists of times that cannot all be read: %(count)s. What "
            "cannot be read is left out.",
            count=count,
        ),
        Doubt.LONG_LINE: _("Lines are too long. They are left out."),
        Doubt.TOO_MANY_TIMES: _("There are too many times. Not all of them block."),
    }
    return str(sentences[doubt])


def refused(why: str) -> str:
    """Say why a calendar could not be read, and what to do; ``why`` is a code."""
    sentences = _refusals() | _troubles() | _unread()
    return str(sentences.get(why, sentences[Trouble.BAD_ANSWER]))


def _refusals() -> dict[str, str]:
    return {
        Refusal.NOT_HTTPS: _(
            "Write an address that begins with https:// or webcal://."
        ),
        Refusal.USER_INFO: _(
            "Leave out the name and password before the host. Look for an address that "
            "works without signing in."
        ),
        Refusal.PORT: _(
            "Leave out the number after the host: only the usual port works."
        ),
        Refusal.NO_HOST: _("This address leads nowhere. Copy it once more, all of it."),
        Refusal.NOT_PUBLIC: _(
            "This address leads into an internal network. Ask the office admin, or "
            "bring the calendar as a file."
        ),
        Refusal.TOO_LONG: _("This address is too long. Copy it once more."),
    }


def _troubles() -> dict[str, str]:
    return {
        Trouble.NOT_FOUND: _(
            "There is no calendar at this address. It may have been withdrawn: copy it "
            "once more."
        ),
        Trouble.NOT_ALLOWED: _(
            "The server wants a sign-in. Look for the calendar's private or secret "
            "address that works without one."
        ),
        Trouble.REDIRECTS: _("The address leads on and on. Copy it once more."),
        Trouble.TIMED_OUT: _("The server took too long. Try again in some minutes."),
        Trouble.UNREACHABLE: _(
            "The server cannot be reached. Try again in some minutes."
        ),
        Trouble.TLS: _(
            "The server's certificate is not valid, so nobody can know who answers. "
            "Ask whoever runs it."
        ),
        Trouble.WEB_PAGE: _(
            "This is the address of a web page, not of a calendar. Look for the one in "
            "iCal format; mostly it ends in .ics."
        ),
        Trouble.BAD_ANSWER: _(
            "The server's answer makes no sense. Try again in some minutes."
        ),
    }


def _unread() -> dict[str, str]:
    return {
        Unread.UNREADABLE: _(
            "This is no calendar. Look for one in iCal format (.ics)."
        ),
        Unread.TRUNCATED: _("The calendar is cut off: its end is missing."),
        Unread.TOO_LARGE: _(
            "The calendar is larger than 5 MB. Leave the past out, or share only a "
            "part of it."
        ),
        Unread.TOO_MANY_EVENTS: _(
            "The calendar has more than 20,000 entries. Leave the past out."
        ),
        Unread.TOO_MUCH: _("The calendar takes too much to read. Share only a part."),
        Unread.EMPTY: _(
            "It shows no entries all of a sudden. What was known before blocks for a "
            "day; then this is believed."
        ),
    }


def as_of(moment: datetime | None) -> str:
    """Say when a calendar was read last: a time of today, or a day and a time."""
    if moment is None:
        return str(_("not yet"))
    if moments.local_day(moment) == moments.today():
        return str(_("today, %(time)s", time=moments.time(moment)))
    return f"{moments.day_of(moment)}, {moments.time(moment)}"
