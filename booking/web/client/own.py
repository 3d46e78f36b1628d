"""The way back: one appointment behind its link, moved, cancelled, printed."""

from contextlib import suppress
from datetime import datetime

import segno
from flask import Response, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from booking import clock
from booking.calendars import CalendarEvent, publication
from booking.languages import current_language, language_of_code, speaking
from booking.models import Place, Status, VisitState, keyring
from booking.models.running import settings
from booking.services import appointments, availability, links, wishes
from booking.services.appointments import TooLate
from booking.services.claim import SlotTaken
from booking.services.links import UnknownLink, WayBack, WayToWish
from booking.web.access import Audience, open_to
from booking.web.client import showing, wished
from booking.web.client.answers import Answers, Step, chosen_day, chosen_moment
from booking.web.client.forms import CodeForm, TimeForm
from booking.web.client.pages import pages
from booking.web.client.showing import Shown
from booking.web.client.slip import half
from booking.web.compression import compressible
from booking.web.proxies import network_of
from booking.web.reader import contact

Page = str | AnyResponse | tuple[str, int]


@pages.get("/<lang:lang>/a/<string:token>")
@open_to(Audience.LINK_HOLDER)
def appointment(token: str) -> str:
    """Show one appointment: when, where, what to bring, how to change it."""
    way = _way(token)
    if isinstance(way, WayToWish):
        return wished.page(way)
    may_change = _may_change(way)
    return render_template(
        "client/appointment.html",
        appointment=Shown.of(way, clock.now()),
        discreet=_is_discreet(way),
        urls={
            "move": _url("move", token) if may_change else None,
            "cancel": _url("cancel", token) if may_change else None,
            "slip": _url("slip", token),
            "ics": _url("calendar_entry", token),
        },
    )


@pages.get("/<lang:lang>/a/<string:token>/move")
@open_to(Audience.LINK_HOLDER)
def move(token: str) -> Page:
    """Show other days, then the times of one."""
    way = _behind(token)
    if not _may_change(way):
        return redirect(_url("appointment", token), 303)
    return _move_page(way)


@pages.post("/<lang:lang>/a/<string:token>/new-time")
@open_to(Audience.LINK_HOLDER)
def move_to(token: str) -> Page:
    """Take the new time; the old one stays until then."""
    way = _behind(token)
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
    return redirect(_url("appointment", token), 303)


@pages.get("/<lang:lang>/a/<string:token>/cancel")
@open_to(Audience.LINK_HOLDER)
def cancel(token: str) -> Page:
    """Ask once more; a mail scanner that opens links cancels nothing."""
    way = _way(token)
    if isinstance(way, WayToWish):
        return wished.page_to_take_back(way)
    if not _may_change(way):
        return redirect(_url("appointment", token), 303)
    return render_template(
        "client/cancel.html",
        appointment=Shown.of(way, clock.now()),
        step=Step(_url("cancellation", token), "post"),
        keep_url=_url("appointment", token),
        back=Step(_url("appointment", token), "get"),
    )


@pages.post("/<lang:lang>/a/<string:token>/cancellation")
@open_to(Audience.LINK_HOLDER)
def cancellation(token: str) -> AnyResponse:
    """Give the time back."""
    way = _way(token)
    with suppress(TooLate):  # then the appointment's own page says how things stand
        if isinstance(way, WayToWish):
            wishes.withdraw(way.request.uuid, now=clock.now())
        else:
            appointments.cancel(way.appointment.uuid, now=clock.now())
    return redirect(_url("appointment", token), 303)


@pages.get("/<lang:lang>/a/<string:token>/<any('new-time', cancellation):_noun>")
@open_to(Audience.LINK_HOLDER)
def back_to_appointment(token: str, _noun: str) -> AnyResponse:
    """Lead somebody who reloads a deed back to the appointment."""
    return redirect(_url("appointment", token), 303)


@pages.get("/<lang:lang>/a/<string:token>/slip")
@open_to(Audience.LINK_HOLDER)
def slip(token: str) -> Page:
    """Show one A4 page to print: the client's language above, German below."""
    way = _way(token)
    if not _stands(way):
        return redirect(_url("appointment", token), 303)
    halves = [half(way)]
    if current_language().code != "de":
        with speaking(language_of_code("de")):
            halves.append(half(way))
    link = _public(_url("appointment", token))
    return render_template(
        "client/slip.html",
        halves=halves,
        code=links.readable(way.code),
        link=link,
        qr=segno.make(link, micro=False).svg_data_uri(
            border=4, dark="#000", light="#fff"
        ),
        back=Step(_url("appointment", token), "get"),
    )


@pages.get("/<lang:lang>/a/<string:token>.ics")
@open_to(Audience.LINK_HOLDER)
def calendar_entry(token: str) -> Response:
    """Hand out the appointment for the client's own calendar; its words are neutral."""
    way = _way(token)
    if not _stands(way):
        abort(404)
    link = _public(_url("appointment", token))
    if isinstance(way, WayToWish):
        return _as_file(wished.event(way, link))
    place = contact()
    at_office = way.appointment.type.place == Place.OFFICE
    address = f"{place.name}, {place.street}, {place.postcode_town}"
    event = way.appointment.as_event(
        summary=_("Appointment"),
        location=address if at_office else "",
        url=link,
    )
    return _as_file(event)


def _as_file(event: CalendarEvent) -> Response:
    return Response(
        publication(event),
        content_type="text/calendar; charset=utf-8; method=PUBLISH",
        headers={"Content-Disposition": "attachment; filename=appointment.ics"},
    )


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
    return redirect(_url("appointment", way.token), 303)


def _way(token: str) -> WayBack | WayToWish:
    try:
        return links.behind_token(token, now=clock.now())
    except UnknownLink:
        abort(404)


def _behind(token: str) -> WayBack:
    """Return an appointment with a time of its own; a visit's page says what to do."""
    way = _way(token)
    if isinstance(way, WayToWish):
        abort(redirect(_url("appointment", token), 303))
    return way


def _stands(way: WayBack | WayToWish) -> bool:
    if isinstance(way, WayToWish):
        return way.request.state == VisitState.PUBLISHED
    return way.appointment.status == Status.BOOKED


def _may_change(way: WayBack) -> bool:
    booked = way.appointment.status == Status.BOOKED
    return booked and way.appointment.starts_at > clock.now()


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
    slots = offer.on(chosen) if chosen and not taken else ()
    form = TimeForm()
    if complaint:
        form.complain(complaint)
    shown = Shown.of(way, clock.now())
    onward = Step(_url("move_to", way.token), "post")
    return render_template(
        "client/move.html",
        appointment=shown,
        form=form,
        taken=bool(taken),
        nearest=showing.nearest_in_words(offer.nearest_to(taken)) if taken else [],
        days=[] if slots else _days_to_move_to(way, offer),
        day_label=showing.day_label(chosen) if chosen else "",
        groups=showing.time_groups(slots, ""),
        step=Step(onward.action, "post", (("day", str(chosen)),)) if slots else onward,
        back=Step(_url("move" if slots else "appointment", way.token), "get"),
    )


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


def _url(page: str, token: str) -> str:
    return url_for(f"client.{page}", token=token)


def _public(path: str) -> str:
    return settings().public_url.rstrip("/") + path
