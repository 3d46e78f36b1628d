"""How are appointments put into words for who works with them?"""

from flask_babel import gettext as _

from booking.languages import name_of_language
from booking.models import (
    IN_PERSON,
    Appointment,
    Client,
    InterpreterRequest,
    Letter,
    LetterKind,
    LetterState,
    Place,
    Reach,
    RequestState,
    Status,
    Topic,
    Waiting,
    WaitingKind,
)
from booking.services.calls import ToTell
from booking.services.desk import Entry
from booking.services.front_desk import Seen
from booking.web.moments import (
    between,
    briefly,
    day,
    day_of,
    local_day,
    long_day,
    short_day,
    span,
    time,
    today,
    week,
)

__all__ = [
    "between",
    "briefly",
    "day",
    "day_of",
    "local_day",
    "long_day",
    "short_day",
    "span",
    "time",
    "today",
    "week",
]

ANOTHER_LANGUAGE = "other"  # what a client chooses whose language is not listed


def kind(entry: Entry) -> str:
    """Say what kind of talk it is; of a visit, which stop of how many."""
    if entry.stop is not None:
        number, stops = entry.stop.position, len(entry.stop.route.stops)
        return str(_("Home visit %(number)s/%(all)s", number=number, all=stops))
    names = {
        Place.OFFICE: _("Counselling"),
        Place.PHONE: _("Counselling by phone"),
        Place.HOME: _("Home visit"),
    }
    return str(names[Place(entry.row.type.place)])


def place(entry: Entry) -> str:
    """Say where it is."""
    if entry.stop is not None:
        return entry.stop.visit_request.address
    return where(entry.row.type.place)


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
    code = row.language
    name = _("another language") if code == ANOTHER_LANGUAGE else name_of_language(code)
    if row.interpreter_wanted:
        return str(_("%(language)s, with an interpreter", language=name))
    return str(name)


def waits_for(row: Waiting) -> str:
    """Say what somebody waits for."""
    names = {
        WaitingKind.SLOT: _("a free time"),
        WaitingKind.CALL_BACK: _("a call of ours"),
        WaitingKind.EARLIER: _("an earlier time"),
    }
    return str(names[WaitingKind(row.kind)])


def asked_state(request: InterpreterRequest) -> str:
    """Say what an interpreter has answered."""
    names = {
        RequestState.ASKED: _("asked, no answer yet"),
        RequestState.CONFIRMED: _("has said yes"),
        RequestState.DECLINED: _("has said no"),
        RequestState.WITHDRAWN: _("not needed any more"),
    }
    return str(names[RequestState(request.state)])


def status(row: Appointment | Seen) -> str:
    """Say how it stands."""
    names = {
        Status.BOOKED: _("booked"),
        Status.MET: _("met"),
        Status.MISSED: _("missed"),
        Status.CANCELLED: _("cancelled"),
    }
    return str(names[Status(row.status)])


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


def safe_hours(row: Appointment | Client | Waiting) -> str:
    """Say when a call is safe."""
    names = {
        "morning": _("in the morning"),
        "afternoon": _("in the afternoon"),
        "evening": _("in the evening"),
    }
    return str(names.get(row.safe_hours, _("at any time")))


def topic(row: Appointment) -> str:
    """Name the area of life, if the client has said one."""
    names = {
        Topic.LANGUAGE: _("learning German"),
        Topic.WORK: _("work and training"),
        Topic.CHILDCARE_AND_SCHOOL: _("childcare and school"),
        Topic.HOUSING: _("housing"),
        Topic.RESIDENCE: _("residence"),
        Topic.HEALTH: _("health"),
        Topic.LEISURE: _("leisure"),
    }
    if row.topic == IN_PERSON:
        return str(_("would rather say it in person"))
    return str(names[Topic(row.topic)]) if row.topic else ""


def what_for(letter: Letter) -> str:
    """Say what is to be told."""
    names = {
        LetterKind.CONFIRMATION: _("the appointment is booked"),
        LetterKind.MOVED: _("the appointment has a new time"),
        LetterKind.CANCELLED: _("the appointment is cancelled"),
        LetterKind.REMINDER: _("reminder"),
        LetterKind.WISH: _("we have the wish"),
    }
    return str(names[LetterKind(letter.kind)])


def when(one: ToTell) -> str:
    """Say the day and time to tell: of a visit the window, never the minute."""
    start = one.appointment.starts_at
    return f"{day_of(start)}, {span(one.window) if one.window else time(start)}"


def letter_state(letter: Letter) -> str:
    """Say what has become of a letter."""
    names = {
        LetterState.DUE: _("still to be told"),
        LetterState.SENT: _("told"),
        LetterState.FAILED: _("refused for good"),
        LetterState.DROPPED: _("overtaken"),
    }
    return str(names[LetterState(letter.state)])


def channel(letter: Letter) -> str:
    """Say by which way it goes."""
    names = {
        Reach.CALL: _("call"),
        Reach.SMS: _("text message"),
        Reach.POST: _("post"),
        Reach.EMAIL: _("e-mail"),
    }
    return str(names[Reach(letter.channel)])
