"""How are weekly hours put into words?"""

from datetime import date

from booking.languages import gettext as _
from booking.languages import listed, weekday
from booking.models import ConsultationType, OpeningHours
from booking.scheduling import WeeklyHours
from booking.web import moments, talks


def line_in_words(hours: WeeklyHours) -> str:
    """Write a line: “Monday, 09:00” to “12:00”, and how often if not every week."""
    text = f"{weekday(hours.weekday)}, {times(hours)}"
    if hours.every_weeks == 1:
        return text
    return f"{text}, {rhythm(hours.every_weeks)}"


def times(hours: WeeklyHours | OpeningHours) -> str:
    """Write from when until when."""
    return f"{hours.opens:%H:%M}\u2013{hours.closes:%H:%M}"


def rhythm(weeks: int) -> str:
    """Say how often a line comes."""
    if weeks == 1:
        return str(_("every week"))
    return str(_("every %(number)s weeks", number=weeks))


def validity(hours: OpeningHours, today: date) -> str:
    """Say from when until when a line counts, as far as that is worth saying."""
    since, until = hours.valid_from, hours.valid_until
    begins = moments.long_day(since)
    if until is None:
        return str(_("from %(day)s on", day=begins)) if since > today else ""
    ends = moments.long_day(until)
    if since > today:
        return f"{begins} \u2013 {ends}"
    return str(_("until %(day)s", day=ends))


def kinds(hours: OpeningHours) -> str:
    """Say what a line is for."""
    if not hours.types:
        return str(_("everything"))
    named = sorted(hours.types, key=lambda one: one.id)
    return listed([kind_name(one) for one in named])


def kind_name(kind: ConsultationType) -> str:
    """Name a type by where it is."""
    return talks.where(kind.place)
