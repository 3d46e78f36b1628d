"""Can you interpret? An interpreter's own page: when, where, which languages, yes, no.

It names no client and no topic; whoever finds the link learns of a time, no more.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from babel.lists import format_list
from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.languages import clock_time, current_language, name_of_language
from booking.models import InterpreterKind, InterpreterRequest, Place, RequestState
from booking.models.running import zone
from booking.services import interpreters
from booking.services.interpreters import Answer, NotAskedAnyMore, UnknownRequest
from booking.web.access import Audience, open_to
from booking.web.client.pages import pages
from booking.web.client.showing import MINUTE, in_words, language_name

GERMAN = "de"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedTalk:
    """A talk as its interpreter sees it."""

    state: str
    day_label: str
    time_label: str
    until_label: str
    part_label: str
    minutes: int
    languages: str
    where: str  # office, phone, video or home

    @classmethod
    def of(cls, asked: InterpreterRequest, now: datetime) -> "AskedTalk":
        """Put what she was asked into words."""
        talk = asked.appointment
        when = in_words(talk.starts_at)
        return cls(
            state="over" if _is_over(asked, now) else asked.state,
            day_label=when.day_label,
            time_label=when.time_label,
            until_label=clock_time(talk.ends_at, zone()),
            part_label=when.part_label,
            minutes=int(talk.window.length.total_seconds()) // MINUTE,
            languages=_both(language_name(talk.language)),
            where=_where(asked),
        )


@pages.get("/<lang:lang>/i/<string:token>")
@open_to(Audience.LINK_HOLDER)
def interpreting(token: str) -> str:
    """Show one talk and what she has said so far."""
    try:
        asked = interpreters.asked_by(token, now=clock.now())
    except UnknownRequest:
        abort(404)
    return render_template(
        "client/interpreting.html",
        talk=AskedTalk.of(asked, clock.now()),
        answer_url=url_for("client.interpreters_answer", token=token),
    )


@pages.post("/<lang:lang>/i/<string:token>/answer", endpoint="interpreters_answer")
@open_to(Audience.LINK_HOLDER)
def answer(token: str) -> Response:
    """Take her yes or no; her page says what has become of it."""
    said = request.form.get("said", "")
    if said not in list(Answer):
        abort(422)
    try:
        with suppress(NotAskedAnyMore):  # then her page says why
            interpreters.answer(token, Answer(said), now=clock.now())
    except UnknownRequest:
        abort(404)
    return redirect(url_for("client.interpreting", token=token), 303)


@pages.get("/<lang:lang>/i/<string:token>/answer")
@open_to(Audience.LINK_HOLDER)
def back_to_interpreting(token: str) -> Response:
    """Lead somebody who reloads her answer back to the talk."""
    return redirect(url_for("client.interpreting", token=token), 303)


def _is_over(asked: InterpreterRequest, now: datetime) -> bool:
    stands = asked.state in {RequestState.ASKED, RequestState.CONFIRMED}
    return stands and asked.appointment.starts_at <= now


def _both(language: str) -> str:
    pair = [name_of_language(GERMAN), language]
    return str(format_list(pair, locale=current_language().locale))


def _where(asked: InterpreterRequest) -> str:
    place = asked.appointment.type.place
    kind = asked.interpreter.kind
    if place == Place.OFFICE and kind != InterpreterKind.ON_SITE:
        return str(kind)
    return str(place)
