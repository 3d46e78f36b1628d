"""The way back: one appointment behind its link, moved, cancelled, printed."""

from contextlib import suppress
from datetime import date, datetime, timedelta

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from booking import clock
from booking.languages import gettext as _
from booking.models import Reach, keyring
from booking.models.running import zone
from booking.services import (
    appointments,
    availability,
    earlier_times,
    links,
    waiting,
    wishes,
)
from booking.services.appointments import TooLate
from booking.services.claim import SlotTaken
from booking.services.earlier_times import NoWayToReachHer
from booking.services.files import PHOTO, file_among
from booking.services.links import UnknownLink, WayBack, WayToWaiting, WayToWish
from booking.web.access import Audience, open_to
from booking.web.client import showing, waited, wished
from booking.web.client.answers import Answers, chosen_day, chosen_moment
from booking.web.client.behind import appointment_of, may_change, url_of, way_of
from booking.web.client.forms import CodeForm, TimeForm
from booking.web.client.pages import pages
from booking.web.client.pieces import time_rows
from booking.web.client.showing import Shown
from booking.web.client.steps import NOTHING, Carried, Step
from booking.web.compression import compressible
from booking.web.decided import decided
from booking.web.proxies import network_of

Page = str | AnyResponse | tuple[str, int]


@pages.get("/<lang:lang>/a/<string:token>")
@open_to(Audience.LINK_HOLDER)
def appointment(token: str) -> str:
    """Show one appointment: when, where, what to bring, how to change it."""
    way = way_of(token)
    if isinstance(way, WayToWish):
        return wished.page(way)
    if isinstance(way, WayToWaiting):
        return waited.page(way)
    return _page_of(way)


@pages.get("/<lang:lang>/a/<string:token>/move")
@open_to(Audience.LINK_HOLDER)
def move(token: str) -> Page:
    """Show other days, then the times of one."""
    way = appointment_of(token)
    if not may_change(way):
        return redirect(url_of("appointment", token), 303)
    return _move_page(way)


@pages.post("/<lang:lang>/a/<string:token>/new-time")
@open_to(Audience.LINK_HOLDER)
def move_to(token: str) -> Page:
    """Take the new time; the old one stays until then."""
    way = appointment_of(token)
    start = chosen_moment()
    if start is None:
        complaint = _("Choose a time for your appointment.")
        return _move_page(way, request.form.get("day", ""), complaint=complaint), 422
    try:
        appointments.move(way.appointment.uuid, start, now=clock.now())
    except SlotTaken:
        return _move_page(way, taken=start), 409
    except TooLate:
        pass  # the appointment's own page says how things stand
    return redirect(url_of("appointment", token), 303)


@pages.get("/<lang:lang>/a/<string:token>/cancel")
@open_to(Audience.LINK_HOLDER)
def cancel(token: str) -> Page:
    """Ask once more; a mail scanner that opens links cancels nothing."""
    way = way_of(token)
    if isinstance(way, WayToWish):
        return wished.page_to_take_back(way)
    if isinstance(way, WayToWaiting):
        return waited.page_to_leave(way)
    if not may_change(way):
        return redirect(url_of("appointment", token), 303)
    return render_template(
        "client/cancel.html",
        appointment=Shown.of(way, clock.now()),
        step=Step(url_of("cancellation", token), "post"),
        keep_url=url_of("appointment", token),
        back=Step(url_of("appointment", token), "get"),
    )


@pages.post("/<lang:lang>/a/<string:token>/cancellation")
@open_to(Audience.LINK_HOLDER)
def cancellation(token: str) -> AnyResponse:
    """Give the time back."""
    way = way_of(token)
    with suppress(TooLate):  # then the appointment's own page says how things stand
        if isinstance(way, WayToWish):
            wishes.withdraw(way.request.uuid, now=clock.now())
        elif isinstance(way, WayToWaiting):
            waiting.leave(way.waiting.uuid, now=clock.now())
        else:
            appointments.cancel(way.appointment.uuid, now=clock.now())
    return redirect(url_of("appointment", token), 303)


@pages.post("/<lang:lang>/a/<string:token>/earlier")
@open_to(Audience.LINK_HOLDER)
def earlier(token: str) -> AnyResponse:
    """Tell her from now on if an earlier day becomes free, or no longer."""
    way = appointment_of(token)
    with suppress(TooLate, NoWayToReachHer):  # her page says how things stand
        if request.form.get("tell") == "no":
            earlier_times.leave_earlier(way.appointment.uuid, now=clock.now())
        else:
            earlier_times.wait_for_earlier(way.appointment.uuid, now=clock.now())
    return redirect(url_of("appointment", token), 303)


@pages.get(
    "/<lang:lang>/a/<string:token>/<any('new-time', cancellation, earlier):_noun>"
)
@open_to(Audience.LINK_HOLDER)
def back_to_appointment(token: str, _noun: str) -> AnyResponse:
    """Lead somebody who reloads a deed back to the appointment."""
    return redirect(url_of("appointment", token), 303)


@pages.get("/<lang:lang>/find")
@open_to(Audience.ANYONE)
@compressible
def find() -> str:
    """Ask for the code on the slip."""
    return _find_page(CodeForm())


@pages.post("/<lang:lang>/find")
@open_to(Audience.ANYONE)
def found() -> Page:
    """Lead to the appointment of a code; guesses are counted."""
    form = CodeForm(request.form)
    if not (form.code.data or "").strip():
        return _find_page(form.complain(_("Write the code from your slip."))), 422
    network = keyring().lookup("network", network_of(request.remote_addr or ""))
    try:
        way = links.behind_code(form.code.data, network, now=clock.now())
    except UnknownLink:
        sentence = _("We do not find this code. Check every letter and number.")
        return _find_page(form.complain(sentence)), 422
    return redirect(url_of("appointment", way.token), 303)


def _page_of(way: WayBack) -> str:
    token, open_ = way.token, may_change(way)
    names = ("move", "cancel", "topic", "earlier")
    return render_template(
        "client/appointment.html",
        appointment=Shown.of(way, clock.now()),
        discreet=_is_discreet(way),
        photo=file_among(decided(), PHOTO, ""),
        noted=bool(way.appointment.topic),
        earlier=_earlier(way) if open_ else None,
        urls={name: url_of(name, token) if open_ else None for name in names}
        | {"slip": url_of("slip", token), "ics": url_of("calendar_entry", token)},
    )


def _earlier(way: WayBack) -> str | None:
    """Say whether she waits for an earlier day, or None where none can come."""
    row = way.appointment
    tomorrow = clock.today(zone()) + timedelta(days=1)
    if row.reach == Reach.NONE or row.starts_at.astimezone(zone()).date() <= tomorrow:
        return None
    return "waits" if earlier_times.waits_for_earlier(row) else "may wait"


def _is_discreet(way: WayBack) -> bool:
    client = way.appointment.client
    return client is not None and client.discreet


def _move_page(
    way: WayBack, day: str = "", *, complaint: str = "", taken: datetime | None = None
) -> str:
    offer = availability.offer(
        appointments.wish_of(way.appointment),
        now=clock.now(),
        excluding=way.appointment.id,
    ).without(way.appointment.starts_at)
    chosen = chosen_day(day or request.args.get("day", ""))
    offered = offer.of_day(chosen) if chosen and not taken else None
    form = TimeForm()
    if complaint:
        form.complain(complaint)
    shown = Shown.of(way, clock.now())
    return render_template(
        "client/move.html",
        appointment=shown,
        form=form,
        taken=bool(taken),
        nearest=showing.nearest_in_words(offer.nearest_to(taken)) if taken else [],
        days=[] if offered else _days_to_move_to(way, offer),
        day_label=showing.day_label(chosen) if chosen else "",
        times=time_rows(offered, "") if offered else "",
        step=_onward(way, chosen if offered else None),
        back=Step(url_of("move" if offered else "appointment", way.token), "get"),
    )


def _onward(way: WayBack, day: date | None) -> Step:
    chosen = Carried((("day", day.isoformat()),)) if day else NOTHING
    return Step(url_of("move_to", way.token), "post", chosen)


def _days_to_move_to(
    way: WayBack, offer: availability.Offer
) -> list[showing.DayChoice]:
    return [
        showing.DayChoice(
            choice.date,
            choice.label,
            choice.count,
            Step(url_for("client.move", token=way.token, day=choice.date), "get"),
        )
        for choice in showing.day_choices(
            offer.days, Answers({}, posted=False), "client.time"
        )
    ]


def _find_page(form: CodeForm) -> str:
    return render_template(
        "client/find.html",
        form=form,
        step=Step(url_for("client.find"), "post"),
        back=Step(url_for("client.start"), "get"),
    )
