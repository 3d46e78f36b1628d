"""What hangs at the door when somebody is ill? Times, a number to call; no name.

In German, in plain German and in the languages of those who come. What is said is
what letters say, too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

from booking.languages import (
    Language,
    day_in_words,
    isolated,
    language_of_code,
    speaking,
)
from booking.languages import gettext as _
from booking.services.office import decisions, the_office

ALWAYS = ("de", "de@simple")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Which appointments of a day do not take place, and which do elsewhere."""

    day: date
    gone: tuple[time, ...] = ()
    stays: tuple[time, ...] = ()  # with a colleague
    room: str = ""  # where those are, as staff write it
    languages: tuple[str, ...] = ()  # of those who come


@dataclass(frozen=True, slots=True)
class Part:
    """The notice in one language."""

    language: Language
    title: str
    sentences: tuple[str, ...]
    call: str


def parts(notice: Notice, *, today: date) -> list[Part]:
    """Say it in each language: German first, then those of who comes."""
    return [_part(notice, one, today) for one in _languages(notice.languages)]


def _languages(codes: Iterable[str]) -> list[Language]:
    """Return each once, as far as the office has it in use."""
    wanted = [language_of_code(code) for code in (*ALWAYS, *sorted(codes))]
    in_use = {one.code for one in decisions().languages}
    return [
        one
        for one in dict.fromkeys(wanted)
        if one.code in in_use or one.code == ALWAYS[0]
    ]


def _part(notice: Notice, language: Language, today: date) -> Part:
    with speaking(language):
        day = day_in_words(notice.day, today=today)
        said = [_cannot(day, one) for one in notice.gone]
        if notice.room:
            said += [_elsewhere(day, one, notice.room) for one in notice.stays]
        phone = isolated(the_office().phone)
        return Part(language, day, tuple(said), _("Phone: %(phone)s", phone=phone))


def _cannot(day: str, at: time) -> str:
    return str(
        _(
            "We are sorry: we cannot keep your appointment on %(day)s, %(time)s.",
            day=day,
            time=_written(at),
        )
    )


def _elsewhere(day: str, at: time, room: str) -> str:
    said = _("Your appointment: %(day)s, %(time)s", day=day, time=_written(at))
    return f"{said} \u2013 {isolated(room)}"


def _written(at: time) -> str:
    return isolated(at.strftime("%H:%M"))
