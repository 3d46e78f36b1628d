"""How are appointments put into words for who works with them?"""

from datetime import datetime

from booking.languages import gettext as _
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
    ShortContact,
    Status,
    Topic,
    Waiting,
    WaitingKind,
    WalkIn,
)
from booking.services.addressees import Addressee
from booking.services.desk import Entry
from booking.services.front_desk import Seen
from booking.services.letters import NO_EMAIL, NO_PHONE
from booking.web.moments import (
    between,
    briefly,
    day,
    day_of,
    last_day,
    local_day,
    long_day,
    short_day,
    span,
    time,
    today,
    week,
)
from booking.web.talks import language, language_name, reach, where

__all__ = [
    "between",
    "briefly",
    "day",
    "day_of",
    "language",
    "language_name",
    "last_day",
    "local_day",
    "long_day",
    "reach",
    "short_day",
    "span",
    "time",
    "today",
    "week",
    "where",
]


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


def safe_hours(row: Appointment | Client | Waiting | Addressee) -> str:
    """Say when a call is safe."""
    names = {
        "morning": _("in the morning"),
        "afternoon": _("in the afternoon"),
        "evening": _("in the evening"),
    }
    return str(names.get(row.safe_hours, _("at any time")))


def topic(row: Appointment | WalkIn | ShortContact) -> str:
    """Name the area of life, if somebody has said one."""
    if row.topic == IN_PERSON:
        return str(_("would rather say it in person"))
    return topics()[Topic(row.topic)] if row.topic else ""


def topics() -> dict[Topic, str]:
    """Name all areas of life."""
    return {
        Topic.LANGUAGE: str(_("learning German")),
        Topic.WORK: str(_("work and training")),
        Topic.CHILDCARE_AND_SCHOOL: str(_("childcare and school")),
        Topic.HOUSING: str(_("housing")),
        Topic.RESIDENCE: str(_("residence")),
        Topic.HEALTH: str(_("health")),
        Topic.LEISURE: str(_("leisure")),
    }


def what_for(letter: Letter) -> str:
    """Say what is to be told."""
    names = {
        LetterKind.CONFIRMATION: _("the appointment is booked"),
        LetterKind.MOVED: _("the appointment has a new time"),
        LetterKind.CANCELLED: _("the appointment is cancelled"),
        LetterKind.REMINDER: _("reminder"),
        LetterKind.WISH: _("we have the wish"),
        LetterKind.VISIT: _("when we come to her home"),
        LetterKind.WAITING: _("a time is free"),
        LetterKind.EARLIER: _("an earlier time is free"),
        LetterKind.INTERPRETER_ASKED: _("the interpreter is asked"),
        LetterKind.INTERPRETER_MOVED: _("new time for the interpreter"),
        LetterKind.INTERPRETER_NOT_NEEDED: _("the interpreter is not needed"),
        LetterKind.INVITED: _("your own mailbox learns of it"),
        LetterKind.UNINVITED: _("your own mailbox learns that it is gone"),
        LetterKind.PROPOSED: _("you are asked about a route"),
        LetterKind.NOT_BACK: _("a colleague has not come back"),
        LetterKind.SIGN_IN_LINK: _("a link to set your password"),
        LetterKind.OPENED: _("a file was opened in an emergency"),
    }
    return str(names[LetterKind(letter.kind)])


def letter_state(letter: Letter) -> str:
    """Say what has become of a letter, and when."""
    if letter.state == LetterState.SENT and letter.sent_at:
        return str(_("told on %(moment)s", moment=_moment(letter.sent_at)))
    if letter.state == LetterState.DUE and letter.tries:
        return str(
            _("not yet; next try on %(moment)s", moment=_moment(letter.next_try_at))
        )
    names = {
        LetterState.DUE: _("still to be told"),
        LetterState.SENT: _("told"),
        LetterState.FAILED: _("could not be sent"),
        LetterState.DROPPED: _("overtaken"),
    }
    return str(names[LetterState(letter.state)])


def since(letter: Letter) -> str:
    """Say since when a letter waits."""
    return _moment(letter.created_at)


def why(letter: Letter) -> str:
    """Say why a letter could not be sent; what a server answered stands as a code."""
    known = {
        NO_EMAIL: _("there is no e-mail address"),
        NO_PHONE: _("there is no phone number"),
    }
    if letter.error is None or letter.error in known:
        return str(known.get(letter.error or "", ""))
    if letter.state == LetterState.FAILED:
        return str(_("the address was refused (%(code)s)", code=letter.error))
    return str(_("the server could not take it (%(code)s)", code=letter.error))


def not_now(safe_hours: str) -> str:
    """Say why not to call now."""
    names = {
        "morning": _("Not now: safe in the morning."),
        "afternoon": _("Not now: safe in the afternoon."),
        "evening": _("Not now: safe in the evening."),
    }
    return str(names.get(safe_hours, ""))


def channel(letter: Letter) -> str:
    """Say by which way it goes."""
    names = {
        Reach.CALL: _("call"),
        Reach.SMS: _("text message"),
        Reach.POST: _("post"),
        Reach.EMAIL: _("e-mail"),
    }
    return str(names[Reach(letter.channel)])


def _moment(moment: datetime) -> str:
    return f"{short_day(local_day(moment))}, {time(moment)}"
