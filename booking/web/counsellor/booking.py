"""A call comes in: book for the caller, on one page, the next free times first."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.languages import SPOKEN, current_language, name_of_language
from booking.languages import gettext as _
from booking.models import Appointment, Client, Place, Role, Waiting, cleaned
from booking.services import appointments, availability, callers, clients
from booking.services import waiting as waits
from booking.services.availability import Booker, NothingOffered, Offer, Wish
from booking.services.claim import SlotTaken
from booking.services.clients import UnknownClient
from booking.services.desk import UnknownAppointment
from booking.services.holds import Choice
from booking.services.waiting import UnknownWaiting
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
    """What the caller asks for: it decides which times are free.

    She may have a file, or a place on the waiting list: what is known is filled in,
    else what the last caller asked for.
    """

    place: Place
    language: str
    interpreter: bool
    woman: bool
    client: Client | None
    waiting: Waiting | None

    @classmethod
    def of_request(cls) -> "Asked":
        """Read the filter; what is missing or wrong is the usual, or as known."""
        given, client, waiting = request.values, _client(), _waiting()
        last = callers.booked_last(person(), now=clock.now())
        place = given.get("place") or _place_of(waiting) or _place_of(last)
        known = waiting or client or last
        language = given.get("language") or getattr(known, "language", "")
        return cls(
            place=Place(place) if place in PLACES else Place.OFFICE,
            language=language if language in SPOKEN else "de",
            interpreter=_ticked("interpreter", waiting and waiting.interpreter_wanted),
            woman=_ticked("woman", waiting and waiting.woman_preferred),
            client=client,
            waiting=waiting,
        )

    @property
    def wish(self) -> Wish:
        """What to look for."""
        return Wish(
            place=self.place,
            language=self.language,
            interpreter=self.interpreter,
            woman=self.woman,
            own=self.client.counsellor_id if self.client else None,
            booker=Booker.STAFF,
        )

    def form(self) -> CallerForm:
        """Return the form with what is known already."""
        if self.waiting is not None:
            return CallerForm.of_waiting(self.waiting)
        return CallerForm.of_client(self.client) if self.client else CallerForm.empty()


@pages.get("/book")
@open_to(Audience.COUNSELLOR, Audience.FRONT_DESK)
def book() -> str:
    """Show the next free times and ask who calls."""
    asked = Asked.of_request()
    return _page(asked, asked.form())


@pages.post("/book")
@open_to(Audience.COUNSELLOR, Audience.FRONT_DESK)
def look_again() -> str:
    """Show the times for what is asked for now; nothing typed is lost.

    Sent by POST: a caller's name must not stand in an address.
    """
    asked = Asked.of_request()
    file = asked.client.reference if asked.client else ""
    if file and file != request.form.get("filled_from", ""):
        return _page(asked, asked.form())
    return _page(asked, CallerForm(request.form))


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
    chosen = _choice(asked, form, start, person().id if whose == HERS else None)
    try:
        way = appointments.book(
            chosen, form.person(woman_preferred=asked.woman), now=clock.now()
        )
    except SlotTaken:
        sentence = _("Somebody else has just taken this time. Choose another one.")
        return _page(asked, form, complaint=sentence), 409
    booked = way.appointment.uuid
    if asked.waiting:
        waits.booked(asked.waiting.uuid, booked, by=person().id, now=clock.now())
    return redirect(url_for("counsellor.booked", appointment=booked), 303)


@pages.get("/bookings/<uuid:appointment>")
@open_to(Audience.COUNSELLOR, Audience.FRONT_DESK)
def booked(appointment: UUID) -> str:
    """Show what to read out on the phone: when, with whom, the code."""
    try:
        told = callers.booked_by(person(), appointment)
    except UnknownAppointment:
        abort(404)
    return render_template("counsellor/booked.html", told=told, words=words)


@pages.get("/bookings")
@open_to(Audience.COUNSELLOR, Audience.FRONT_DESK)
def book_again() -> Response:
    """Lead somebody who reloads the deed back to the form."""
    return redirect(url_for("counsellor.book"), 303)


def _choice(
    asked: Asked, form: CallerForm, start: datetime, counsellor: int | None
) -> Choice:
    waiting_for = asked.waiting.client_id if asked.waiting else None
    return Choice(
        wish=asked.wish,
        start=start,
        key=cleaned(request.form.get("key", ""))[:64] or secrets.token_hex(16),
        letter_language=form.letter_language.data,
        counsellor=counsellor,
        booked_by=person().id,
        client=asked.client.id if asked.client else waiting_for,
    )


def _client() -> Client | None:
    """Return the file that was named, if it is this counsellor's own."""
    reference = request.values.get("client", "")
    if not reference or not person().may(Role.COUNSELLOR):
        return None
    try:
        return clients.found(person(), reference)
    except UnknownClient:
        abort(404)


def _waiting() -> Waiting | None:
    """Return who waits, unless she has found a time meanwhile."""
    try:
        return waits.found(UUID(request.values.get("waiting", "")))
    except (ValueError, UnknownWaiting):
        return None


def _place_of(known: Waiting | Appointment | None) -> str:
    return known.type.place if known and known.type else ""


def _ticked(name: str, known: object) -> bool:
    given = request.values.get(name)
    return bool(known) if given is None else given == "yes"


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
        files=clients.of_mine(person()) if hers else [],
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
