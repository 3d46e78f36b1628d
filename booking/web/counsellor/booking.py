"""A call comes in: book for the caller, on one page, the next free times first."""

import secrets
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking import clock
from booking.languages import SPOKEN, current_language, name_of_language
from booking.models import Place, Role
from booking.services import appointments, availability, desk
from booking.services.appointments import Choice
from booking.services.availability import Booker, NothingOffered, Offer, Wish
from booking.services.claim import SlotTaken
from booking.services.desk import UnknownAppointment
from booking.web.access import Audience, open_to
from booking.web.counsellor import words
from booking.web.counsellor.forms import CallerForm
from booking.web.counsellor.pages import pages
from booking.web.counsellor.times import FreeTime, chosen_time
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]
SHOWN = 8  # times in each list
PLACES = (Place.OFFICE, Place.PHONE)
HERS, ANYBODYS = "hers", "anybodys"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the caller asks for: it decides which times are free."""

    place: Place
    language: str
    interpreter: bool

    @classmethod
    def of_request(cls) -> "Asked":
        """Read the filter; what is missing or wrong is the usual."""
        given = request.values
        place = given.get("place", "")
        language = given.get("language", "")
        return cls(
            place=Place(place) if place in PLACES else Place.OFFICE,
            language=language if language in SPOKEN else "de",
            interpreter=given.get("interpreter") == "yes",
        )

    @property
    def wish(self) -> Wish:
        """What to look for."""
        return Wish(
            place=self.place,
            language=self.language,
            interpreter=self.interpreter,
            booker=Booker.STAFF,
        )


@pages.get("/book")
@open_to(Audience.COUNSELLOR, Audience.FRONT_DESK)
def book() -> str:
    """Show the next free times and ask who calls."""
    return _page(Asked.of_request(), CallerForm.empty())


@pages.post("/bookings")
@open_to(Audience.COUNSELLOR, Audience.FRONT_DESK)
def bookings() -> Page:
    """Book through the very function that clients book through."""
    asked, form = Asked.of_request(), CallerForm(request.form)
    whose, _space, slot = request.form.get("slot", "").partition(" ")
    start = chosen_time(slot)
    form.needs_number = asked.place is Place.PHONE
    complete = form.validate()
    if start is None or not complete:
        missing = "" if start else _("Choose a time.")
        return _page(asked, form, complaint=missing), 422
    choice = Choice(
        wish=asked.wish,
        start=start,
        key=request.form.get("key", "")[:64] or secrets.token_hex(16),
        letter_language=form.letter_language.data,
        counsellor=person().id if whose == HERS else None,
        booked_by=person().id,
    )
    try:
        way = appointments.book(choice, form.person(), now=clock.now())
    except SlotTaken:
        sentence = _("Somebody else has just taken this time. Choose another one.")
        return _page(asked, form, complaint=sentence), 409
    return redirect(url_for("counsellor.booked", appointment=way.appointment.uuid), 303)


@pages.get("/bookings/<uuid:appointment>")
@open_to(Audience.COUNSELLOR, Audience.FRONT_DESK)
def booked(appointment: UUID) -> str:
    """Show what to read out on the phone: when, with whom, the code."""
    try:
        told = desk.booked_by(person(), appointment)
    except UnknownAppointment:
        abort(404)
    return render_template("counsellor/booked.html", told=told, words=words)


@pages.get("/bookings")
@open_to(Audience.COUNSELLOR, Audience.FRONT_DESK)
def book_again() -> Response:
    """Lead somebody who reloads the deed back to the form."""
    return redirect(url_for("counsellor.book"), 303)


def _page(asked: Asked, form: CallerForm, complaint: str = "") -> str:
    offer = _offer(asked)
    hers = person().id if person().may(Role.COUNSELLOR) else None
    return render_template(
        "counsellor/book.html",
        asked=asked,
        form=form,
        complaint=complaint,
        lists=[
            (whose, title, times)
            for whose, title, times in (
                (HERS, _("With you"), _times(offer, hers) if hers else []),
                (ANYBODYS, _("With anybody"), _times(offer, None)),
            )
            if times
        ],
        chosen=request.form.get("slot", ""),
        key=request.form.get("key") or secrets.token_hex(16),
        places=[(Place.OFFICE, _("at the office")), (Place.PHONE, _("on the phone"))],
        languages=[(code, name_of_language(code)) for code in SPOKEN],
        here=current_language(),
        words=words,
    )


def _offer(asked: Asked) -> Offer | None:
    try:
        return availability.offer(asked.wish, now=clock.now())
    except NothingOffered:
        return None


def _times(offer: Offer | None, counsellor: int | None) -> list[FreeTime]:
    """Return the next times, of one counsellor or of anybody."""
    slots = offer.slots if offer else iter(())
    fitting = (
        slot for slot in slots if counsellor is None or counsellor in slot.counsellors
    )
    return [FreeTime.of(slot) for slot in islice(fitting, SHOWN)]
