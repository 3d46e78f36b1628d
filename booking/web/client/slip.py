"""What does a client take along? A paper slip, or an entry for her own calendar."""

from dataclasses import dataclass
from datetime import datetime
from math import cos, radians, sin

import segno
from flask import Response, abort, redirect, render_template

from booking import clock
from booking.calendars import CalendarEvent, publication
from booking.languages import current_language, isolated, language_of_code, speaking
from booking.languages import gettext as _
from booking.models import Place
from booking.models.running import zone
from booking.services.links import WayBack, WayToWish, readable
from booking.web.access import Audience, open_to
from booking.web.client import wished
from booking.web.client.behind import public, standing, url_of
from booking.web.client.flow import Page
from booking.web.client.pages import pages
from booking.web.client.showing import Shown, ShownVisit
from booking.web.client.steps import Step
from booking.web.reader import contact

Point = tuple[float, float]
# Lengths on a face whose rim has the radius 50.
SHORT_HAND, LONG_HAND, RIM = 26, 40, 44


@dataclass(frozen=True, slots=True)
class Face:
    """A clock face around (0, 0): where its hands end, and its twelve marks."""

    hour: Point
    minute: Point
    marks: tuple[Point, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """One language's half of the page."""

    tag: str
    direction: str
    title: str
    when_label: str
    day: str
    time: str
    where_label: str
    where: list[str]
    bring_label: str
    bring: str
    change_label: str
    change: str
    code_label: str


@pages.get("/<lang:lang>/a/<string:token>/slip")
@open_to(Audience.LINK_HOLDER)
def slip(token: str) -> Page:
    """Show one A4 page to print: the client's language above, German below."""
    way = standing(token)
    if way is None:
        return redirect(url_of("appointment", token), 303)
    halves = [half(way)]
    if current_language().code != "de":
        with speaking(language_of_code("de")):
            halves.append(half(way))
    link = public(url_of("appointment", token))
    return render_template(
        "client/slip.html",
        halves=halves,
        clock=face(_start_of(way).astimezone(zone())),
        code=readable(way.code),
        link=link,
        qr=segno.make(link, micro=False).svg_data_uri(
            border=4, dark="#000", light="#fff"
        ),
        back=Step(url_of("appointment", token), "get"),
    )


@pages.get("/<lang:lang>/a/<string:token>.ics")
@open_to(Audience.LINK_HOLDER)
def calendar_entry(token: str) -> Response:
    """Hand out the appointment for the client's own calendar; its words are neutral."""
    way = standing(token)
    if way is None:
        abort(404)
    link = public(url_of("appointment", token))
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


def face(start: datetime) -> Face:
    """Draw a time as the hands of a clock: for whoever cannot read it."""
    return Face(
        hour=_tip(start.hour % 12 * 30 + start.minute / 2, SHORT_HAND),
        minute=_tip(start.minute * 6, LONG_HAND),
        marks=tuple(_tip(number * 30, RIM) for number in range(12)),
    )


def _tip(degrees: float, length: float) -> Point:
    """Return where a hand ends; twelve is up, and clocks turn to the right."""
    angle = radians(degrees)
    return (round(length * sin(angle), 1), round(-length * cos(angle), 1))


def _start_of(way: WayBack | WayToWish) -> datetime:
    if isinstance(way, WayBack):
        return way.appointment.starts_at
    # Only a published visit, which has its window, gets a slip.
    assert way.request.told is not None  # noqa: S101 - narrows the type
    return way.request.told.start


def _as_file(event: CalendarEvent) -> Response:
    return Response(
        publication(event),
        content_type="text/calendar; charset=utf-8; method=PUBLISH",
        headers={"Content-Disposition": "attachment; filename=appointment.ics"},
    )


def half(way: WayBack | WayToWish) -> Half:
    """Write the slip in one language."""
    if isinstance(way, WayToWish):
        return _half_of_visit(way)
    shown = Shown.of(way, clock.now())
    language = current_language()
    return Half(
        tag=language.tag,
        direction=language.direction,
        title=_("Your appointment"),
        when_label=_("When"),
        day=shown.day_label,
        time=_("%(time)s %(part)s", time=shown.time_label, part=shown.part_label),
        where_label=_("Where"),
        where=_where(shown),
        bring_label=_bring_label(shown),
        bring=_bring(shown),
        change_label=_("How to change it"),
        change=_("Open the link or call %(phone)s.", phone=isolated(contact().phone)),
        code_label=_("Your code"),
    )


def _half_of_visit(way: WayToWish) -> Half:
    visit, language = ShownVisit.of(way, clock.now()), current_language()
    return Half(
        tag=language.tag,
        direction=language.direction,
        title=_("Our visit at your home"),
        when_label=_("When"),
        day=visit.day_label,
        time=_("%(time)s %(part)s", time=visit.window_label, part=visit.part_label),
        where_label=_("Where"),
        where=[_("We come to your home.")],
        bring_label=_("What to have ready"),
        bring=_("Letters you have questions about, and this slip."),
        change_label=_("How to change it"),
        change=_("Open the link or call %(phone)s.", phone=isolated(contact().phone)),
        code_label=_("Your code"),
    )


def _bring_label(shown: Shown) -> str:
    phone = shown.place == Place.PHONE
    return str(_("What to have ready") if phone else _("What to bring"))


def _bring(shown: Shown) -> str:
    if shown.place == Place.PHONE:
        return str(_("Letters you have questions about, and this slip."))
    return str(
        _(
            "Letters you have questions about, an identity paper if you have one, "
            "and this slip."
        )
    )


def _where(shown: Shown) -> list[str]:
    if shown.place == Place.PHONE:
        return [_("We call you.")]
    office = contact()
    lines = [office.name, office.street, office.postcode_town]
    if office.floor:
        lines.append(_("Floor %(floor)s", floor=office.floor))
    return lines
