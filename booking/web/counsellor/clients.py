"""Whose files do I keep? Clients: list, file, new, changed; what the desk looks up."""

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import ValidationError

from booking import clock
from booking.languages import name_of_language
from booking.models import Client, Role
from booking.services import client_file, file_endings, front_desk
from booking.services import clients as files
from booking.services.clients import UnknownClient, UnknownCounsellor
from booking.services.front_desk import Seen
from booking.web.access import Audience, open_to
from booking.web.counsellor import day_words, words
from booking.web.counsellor.client_form import ClientForm
from booking.web.counsellor.pages import pages
from booking.web.forms import LINE_LENGTH, phone_number
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]
WHO_LOOKS_UP = (Audience.COUNSELLOR, Audience.FRONT_DESK)


@pages.get("/clients")
@open_to(*WHO_LOOKS_UP)
def clients() -> str:
    """List a counsellor's own clients; ask the desk whom to look up."""
    return _list_page()


@pages.post("/clients/search")
@open_to(*WHO_LOOKS_UP)
def search_clients() -> str:
    """Find by name, number, reference or code; what is typed stays out of addresses."""
    return _list_page(request.form.get("typed", "").strip()[:LINE_LENGTH])


@pages.get("/clients/search")
@open_to(*WHO_LOOKS_UP)
def back_to_clients() -> Response:
    """Lead somebody who reloads a search back to the list."""
    return redirect(url_for("counsellor.clients"), 303)


@pages.get("/clients/new")
@open_to(Audience.COUNSELLOR)
def new_client() -> str:
    """Ask who the client is."""
    return _form_page(ClientForm.empty(files.counsellors(), person().uuid))


@pages.post("/clients")
@open_to(Audience.COUNSELLOR)
def begin_file() -> Page:
    """Open a new file."""
    form = ClientForm.typed(files.counsellors(), request.form)
    if not form.validate():
        return _form_page(form), 422
    try:
        reference = files.begin(person(), form.facts(), now=clock.now())
    except UnknownCounsellor:
        abort(409)
    return _to_file(reference)


@pages.get("/clients/<string:reference>")
@open_to(Audience.COUNSELLOR)
def client(reference: str) -> str:
    """Show a file: who, how to reach her, appointments, personal links."""
    try:
        file = client_file.opened(person(), reference, now=clock.now())
    except UnknownClient:
        abort(404)
    return render_template(
        "counsellor/client.html",
        file=file,
        client=file.client,
        spoken=name_of_language(file.client.language),
        keeping=file_endings.keeping(file.client),
        mine=person().id,
        day_words=day_words,
        words=words,
    )


@pages.get("/clients/<string:reference>/change")
@open_to(Audience.COUNSELLOR)
def change_client(reference: str) -> str:
    """Show what a file says, to change it."""
    row = found_client(reference)
    return _form_page(ClientForm.standing(files.counsellors(), row), row.reference)


@pages.post("/clients/<string:reference>/change")
@open_to(Audience.COUNSELLOR)
def change_file(reference: str) -> Page:
    """Write down what is true now."""
    row = found_client(reference)
    form = ClientForm.typed(files.counsellors(), request.form)
    if not form.validate():
        return _form_page(form, row.reference), 422
    try:
        files.change(person(), row.reference, form.facts(), now=clock.now())
    except UnknownCounsellor:
        abort(409)
    if form.counsellor.data != person().uuid:
        return redirect(url_for("counsellor.clients"), 303)
    return _to_file(row.reference)


@pages.post("/appointments/<uuid:appointment>/file")
@open_to(Audience.COUNSELLOR)
def file_appointment(appointment: UUID) -> Response:
    """Put an appointment into a file, as staff say; nothing is proposed."""
    reference = request.form.get("reference", "").strip()[:LINE_LENGTH]
    try:
        files.file_under(person(), appointment, reference or None, now=clock.now())
    except UnknownClient:
        abort(404)
    return redirect(url_for("counsellor.appointment", appointment=appointment), 303)


def found_client(reference: str) -> Client:
    """Return a client of this person's, or an unknown page."""
    try:
        return files.found(person(), reference)
    except UnknownClient:
        abort(404)


def _to_file(reference: str) -> Response:
    return redirect(url_for("counsellor.client", reference=reference), 303)


def _list_page(typed: str = "") -> str:
    keeps_files = person().may(Role.COUNSELLOR)
    rows = files.of_mine(person()) if keeps_files else []
    at_desk = person().may(Role.FRONT_DESK)
    return render_template(
        "counsellor/clients.html",
        typed=typed,
        keeps_files=keeps_files,
        clients=[row for row in rows if files.fits(row, typed)],
        has_files=bool(rows),
        at_desk=at_desk,
        seen=seen_at_the_desk(typed) if typed and at_desk else [],
        name_of_language=name_of_language,
        words=words,
    )


def seen_at_the_desk(typed: str) -> list[Seen]:
    """Return what the front desk sees of whom somebody asks for."""
    try:
        number = phone_number(typed)
    except ValidationError:
        number = ""
    return front_desk.looked_up(person(), typed, phone=number, now=clock.now())


def _form_page(form: ClientForm, reference: str = "") -> str:
    action = (
        url_for("counsellor.change_file", reference=reference)
        if reference
        else url_for("counsellor.begin_file")
    )
    return render_template(
        "counsellor/client_form.html", form=form, reference=reference, action=action
    )
