"""A word in the corridor, a call for somebody: noted in ten seconds, on one page."""

import secrets
from datetime import date, timedelta
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import (
    Field,
    Form,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice

from booking import clock
from booking.languages import gettext as _
from booking.models import Client, ContactKind, Topic, cleaned
from booking.models.running import zone
from booking.services import clients, short_contacts
from booking.services.clients import UnknownClient
from booking.services.short_contacts import NewContact, UnknownContact
from booking.web.access import Audience, open_to
from booking.web.counsellor import day_words, words
from booking.web.counsellor.day_words import MINUTES, NOT_SAID
from booking.web.counsellor.pages import pages
from booking.web.forms import LINE_LENGTH, too_long
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]
A_DAY = timedelta(days=1)
KEY_LENGTH = 64
LONGEST_NOTE = 1000
SEVERAL_NAMED = 5


class ShortContactForm(Form):  # type: ignore[misc]  # WTForms has no types
    """By which way, how long; perhaps for whom, and what about."""

    kind = RadioField(validate_choice=False, default=ContactKind.PHONE.value)
    minutes = StringField()
    topic = SelectField(validate_choice=False, default=NOT_SAID)
    client = StringField()
    note = TextAreaField()

    def __init__(self, *arguments: object, **facts: object) -> None:
        super().__init__(*arguments, **facts)
        self.kind.choices = [SelectChoice(*one) for one in day_words.kinds()]
        self.topic.choices = [SelectChoice(*one) for one in day_words.topic_choices()]

    def validate_kind(self, field: Field) -> None:
        """Accept what was offered."""
        if field.data not in list(ContactKind):
            raise ValidationError(_("Choose what it was."))

    def validate_minutes(self, field: Field) -> None:
        """Ask for one of the taps."""
        if field.data not in set(map(str, MINUTES)):
            raise ValidationError(_("Tap how many minutes it took."))

    def validate_topic(self, field: Field) -> None:
        """Accept what was offered, or nothing."""
        if field.data not in {NOT_SAID, *Topic}:
            raise ValidationError(_("Choose an area of life, or none."))

    def validate_client(self, field: Field) -> None:
        """Ask for one client of hers, or nobody."""
        if len(field.data or "") > LINE_LENGTH:
            raise ValidationError(too_long())
        if not cleaned(field.data or ""):
            return
        meant = clients.meant(person(), field.data)
        if not meant:
            raise ValidationError(
                _("No client of yours fits. Write the reference, or leave it empty.")
            )
        if len(meant) > 1:
            raise ValidationError(
                _("Several fit: %(who)s. Write the reference.", who=_named(meant))
            )
        field.data = meant[0].reference

    def validate_note(self, field: Field) -> None:
        """Accept a short note, or none."""
        if len(field.data or "") > LONGEST_NOTE:
            raise ValidationError(
                _("Write this in at most %(longest)s characters.", longest=LONGEST_NOTE)
            )

    def contact(self, key: str) -> NewContact:
        """Hand over what was filled in."""
        return NewContact(
            key=key,
            kind=ContactKind(self.kind.data),
            minutes=int(self.minutes.data),
            topic=Topic(self.topic.data) if self.topic.data else None,
            note=self.note.data or "",
            file=cleaned(self.client.data or "") or None,
        )


@pages.get("/contacts")
@open_to(Audience.COUNSELLOR)
def contacts() -> str:
    """Ask what it was; list hers of today."""
    return _page(ShortContactForm(client=request.args.get("client", "")))


@pages.get("/contacts/<date:day>")
@open_to(Audience.COUNSELLOR)
def contacts_of_day(day: date) -> Page:
    """List hers of another day."""
    if day == _today():
        return redirect(url_for("counsellor.contacts"), 303)
    return _page(None, day)


@pages.post("/contacts")
@open_to(Audience.COUNSELLOR)
def note_contact() -> Page:
    """Write it down, and be ready for the next one."""
    form = ShortContactForm(MultiDict(request.form))
    if not form.validate():
        return _page(form), 422
    key = cleaned(request.form.get("key", ""))[:KEY_LENGTH] or secrets.token_hex(16)
    try:
        short_contacts.record(person(), form.contact(key), now=clock.now())
    except UnknownClient:
        abort(409)
    return redirect(url_for("counsellor.contacts"), 303)


@pages.post("/contacts/<uuid:contact>/removal")
@open_to(Audience.COUNSELLOR)
def remove_contact(contact: UUID) -> Response:
    """Take back what was noted by mistake."""
    try:
        short_contacts.remove(person(), contact, now=clock.now())
    except UnknownContact:
        abort(404)
    return redirect(url_for("counsellor.contacts"), 303)


@pages.get("/contacts/<uuid:contact>/<any(removal):_noun>")
@open_to(Audience.COUNSELLOR)
def back_to_contacts(contact: UUID, _noun: str) -> Response:  # noqa: ARG001 - the address has both
    """Lead somebody who reloads a removal back to the list."""
    return redirect(url_for("counsellor.contacts"), 303)


def _page(form: ShortContactForm | None, day: date | None = None) -> str:
    shown = day or _today()
    rows = short_contacts.of_day(person(), shown, now=clock.now())
    return render_template(
        "counsellor/contacts.html",
        form=form,
        day=shown,
        before=shown - A_DAY,
        after=None if form else shown + A_DAY,
        rows=rows,
        total=sum(row.minutes for row in rows),
        minutes=MINUTES,
        files=clients.in_reach(person()) if form else [],
        key=request.form.get("key") or secrets.token_hex(16),
        day_words=day_words,
        words=words,
    )


def _named(meant: list[Client]) -> str:
    several = [f"{one.name} ({one.reference})" for one in meant[:SEVERAL_NAMED]]
    return ", ".join([*several, "…"] if len(meant) > SEVERAL_NAMED else several)


def _today() -> date:
    return clock.today(zone())
