"""How are wishes and routes put into words? Numbers and codes, as people say them."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from math import ceil

from babel.dates import get_day_names
from babel.lists import format_list
from flask_babel import ngettext

from booking import clock
from booking.geography import Found, Precision
from booking.languages import current_language, name_of_language
from booking.languages import gettext as _
from booking.models import JobState, PartOfDay, Quality, RouteState
from booking.routing import Distance
from booking.scheduling import TimeWindow
from booking.services import locating, travel_times
from booking.services.board import Driver
from booking.services.board_rows import WishRow
from booking.services.heard import Heard
from booking.web.moments import (
    WHOLE_WEEK,
    between,
    briefly,
    day,
    day_of,
    local_day,
    short_day,
    span,
    time,
    today,
    week,
)
from booking.web.travelling import mode_name

# What this page and its templates say of days and times comes along.
__all__ = [
    "WHOLE_WEEK",
    "between",
    "briefly",
    "day",
    "day_of",
    "local_day",
    "short_day",
    "span",
    "time",
    "today",
    "week",
]

MINUTE = timedelta(minutes=1)


def several_days(days: Iterable[date]) -> str:
    """Write days in one line: “Mon 1 Mar and Tue 2 Mar”."""
    names = [short_day(one) for one in days]
    return str(format_list(names, locale=current_language().locale))


def week_from(monday: date) -> str:
    """Name a week by its Monday."""
    return str(_("Week from %(day)s", day=briefly(monday)))


def long_span(window: TimeWindow) -> str:
    """Write a stretch that may reach over days."""
    first, last = (local_day(window.start), local_day(window.end - MINUTE))
    if first == last:
        return span(window)
    return f"{short_day(first)} {time(window.start)} \u2013 {short_day(last)}"


def minutes(length: timedelta) -> str:
    """Write a duration in whole minutes; a minute begun counts."""
    return str(_("%(number)s min", number=ceil(length / MINUTE)))


def hours(length: timedelta) -> str:
    """Write a longer duration: “2 h 05 min”."""
    whole, rest = divmod(ceil(length / MINUTE), 60)
    if not whole:
        return minutes(length)
    return str(_("%(hours)s h %(minutes)s min", hours=whole, minutes=f"{rest:02}"))


def language(code: str) -> str:
    """Name a language."""
    return name_of_language(code)


def languages(codes: Iterable[str]) -> str:
    """Name several languages, German first: everybody here speaks it."""
    return ", ".join(map(name_of_language, sorted(codes, key=lambda c: (c != "de", c))))


def weekdays(wish: WishRow) -> str:
    """Say on which days somebody is at home: “Mon, Wed”, or “any day”."""
    wished = sorted(set(wish.weekdays))
    if wished == list(range(WHOLE_WEEK)) or len(wished) > WHOLE_WEEK:
        return str(_("any day"))
    names = get_day_names("abbreviated", "stand-alone", current_language().locale)
    return ", ".join(names[one] for one in wished)


def parts_of_day(wish: WishRow) -> str:
    """Say when somebody is at home: “in the morning”, or “at any time”."""
    words: dict[PartOfDay, Callable[[], str]] = {
        PartOfDay.MORNING: lambda: _("in the morning"),
        PartOfDay.MIDDAY: lambda: _("at midday"),
        PartOfDay.AFTERNOON: lambda: _("in the afternoon"),
    }
    if set(wish.parts_of_day) == set(PartOfDay):
        return str(_("at any time"))
    return ", ".join(words[one]() for one in PartOfDay if one in wish.parts_of_day)


def wished(wish: WishRow) -> str:
    """Say on one line when somebody is at home."""
    return f"{weekdays(wish)}, {parts_of_day(wish)}"


def visit(wish: WishRow) -> str:
    """Say how long a visit takes and how many people it concerns."""
    people = ngettext("%(num)s person", "%(num)s people", wish.people)
    return f"{minutes(wish.minutes * MINUTE)}, {people}"


def speakers(drivers: Iterable[Driver], language: str) -> str:
    """Name the counsellors who speak a language: “Ayla Sommer or Nadia Haddad”."""
    names = [one.name for one in drivers if language in one.languages]
    return str(format_list(names, "or", current_language().locale)) if names else ""


def waiting_since(wish: WishRow) -> str:
    """Say for how long somebody has been waiting."""
    days = (clock.now() - wish.wished_at).days
    if days < 1:
        return str(_("wished today"))
    return str(ngettext("waits %(num)s day", "waits %(num)s days", days))


def priority(wish: WishRow) -> str:
    """Say how urgent a wish is; nothing if it is like most."""
    return str({1: _("soon"), 2: _("urgent")}.get(wish.priority, ""))


def apart(how: Distance) -> str:
    """Say how two households are kept apart."""
    words: dict[Distance, Callable[[], str]] = {
        Distance.COUNSELLOR: lambda: _("never the same counsellor"),
        Distance.ORDER: lambda: _("never one straight after the other"),
    }
    return str(words[how]())


def heard(known: Heard) -> str:
    """Say whether a client knows when we come."""
    words: dict[Heard, Callable[[], str]] = {
        Heard.TOLD: lambda: _("she knows"),
        Heard.TO_BE_CALLED: lambda: _("still to be called"),
        Heard.UNDER_WAY: lambda: _("a letter is on its way"),
        Heard.FAILED: lambda: _("the letter did not arrive"),
        Heard.NOT_WRITTEN: lambda: _("not written to, as she asked"),
    }
    return str(words[known]())


def quality(wish: WishRow) -> str:
    """Say how well the place is known; nothing if to the house."""
    return "" if wish.quality == Quality.HOUSE else known_as(wish.quality)


def known_as(quality: Quality | None) -> str:
    """Say how well the place is known; also that it is to the house."""
    if quality == Quality.HOUSE:
        return str(_("found to the house"))
    words: dict[Quality | None, Callable[[], str]] = {
        None: lambda: _("address not found"),
        Quality.STREET: lambda: _("street only"),
        Quality.DISTRICT: lambda: _("district only"),
        Quality.BY_HAND: lambda: _("point set by hand"),
    }
    return words[quality]()


def how_well(found: Iterable[Found]) -> dict[str, str]:
    """Say of each address that might be meant how well its point is known."""
    words: dict[Precision, Callable[[], str]] = {
        Precision.HOUSE: lambda: _("this very house"),
        Precision.STREET: lambda: _("a house near it in this street"),
        Precision.DISTRICT: lambda: _("only this part of the town"),
    }
    return {one.line: words[one.precision]() for one in found}


def without(warning: str) -> str:
    """Say what a plan had to do without."""
    words: dict[str, Callable[[], str]] = {
        travel_times.SILENT: lambda: _(
            "The map server did not answer: ways are estimated as the crow flies."
        ),
        travel_times.GAPS: lambda: _(
            "For some ways the map knows no road: they are estimated as the crow "
            "flies. Check the points of these addresses."
        ),
        locating.SILENT: lambda: _(
            "The address server did not answer: addresses that the office's own list "
            "lacks were not looked up."
        ),
    }
    return words.get(warning, lambda: warning)()


def mode(code: str) -> str:
    """Say how somebody travels."""
    return mode_name(code)


def route_state(state: RouteState) -> str:
    """Say how binding a route is."""
    words: dict[RouteState, Callable[[], str]] = {
        RouteState.DRAFT: lambda: _("draft"),
        RouteState.PROPOSED: lambda: _("proposed"),
        RouteState.PUBLISHED: lambda: _("published"),
    }
    return str(words[state]())


def job_state(state: JobState) -> str:
    """Say how far a plan has come, as the heading of its page."""
    words: dict[JobState, Callable[[], str]] = {
        JobState.WAITING: lambda: _("The plan is about to be drawn up"),
        JobState.RUNNING: lambda: _("The plan is being drawn up"),
        JobState.DONE: lambda: _("The plan is drawn up"),
        JobState.FAILED: lambda: _("The plan could not be drawn up"),
        JobState.CANCELLED: lambda: _("The plan was called off"),
    }
    return words[state]()
