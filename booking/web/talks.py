"""How do staff pages name where a talk is, and in which language?"""

from booking.languages import gettext as _
from booking.languages import name_of_language
from booking.models import Appointment, Client, Place, Reach, Waiting

ANOTHER_LANGUAGE = "other"  # what a client chooses whose language is not listed


def where(place: str) -> str:
    """Name a kind of place."""
    names = {
        Place.OFFICE: _("at the office"),
        Place.PHONE: _("on the phone"),
        Place.HOME: _("at the client's home"),
    }
    return str(names[Place(place)])


def language(row: Appointment | Waiting) -> str:
    """Name the language of the talk, and whether somebody interprets."""
    name = language_name(row.language)
    if row.interpreter_wanted:
        return str(_("%(language)s, with an interpreter", language=name))
    return name


def language_name(code: str) -> str:
    """Name a language that somebody speaks."""
    if code == ANOTHER_LANGUAGE:
        return str(_("another language"))
    return str(name_of_language(code))


def short_name(row: Appointment) -> str:
    """Return what stands for an appointment in calendars too: no name."""
    return row.uuid.hex[:5].upper()


def reach(row: Appointment | Client | Waiting) -> str:
    """Say how the client wants to hear from us."""
    names = {
        Reach.NONE: _("not at all; she looks at her page"),
        Reach.CALL: _("by a call"),
        Reach.SMS: _("by text message"),
        Reach.POST: _("by post"),
        Reach.EMAIL: _("by e-mail"),
    }
    return str(names[Reach(row.reach)])
