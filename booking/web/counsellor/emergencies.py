"""Must somebody read a stranger's file now? With a reason, and seen by others."""

from datetime import date, timedelta
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import (
    BooleanField,
    Field,
    Form,
    StringField,
    TextAreaField,
    ValidationError,
)

from booking import clock
from booking.languages import gettext as _
from booking.languages import name_of_language
from booking.models import Role, cleaned
from booking.services import emergencies
from booking.services.clients import UnknownClient
from booking.services.emergencies import (
    LONGEST_REASON,
    OVERSEERS,
    SHORTEST_REASON,
    HersAnyway,
    NoReason,
    NotHersToSee,
    TooLongBack,
    Wanted,
)
from booking.services.limits import TooManyGuesses
from booking.web.access import Audience, only_fresh, open_to
from booking.web.counsellor import day_words, words
from booking.web.counsellor.pages import pages
from booking.web.dates import day_written
from booking.web.forms import ask_for
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]
TOLD = (Audience.COUNSELLOR, Audience.HEAD, Audience.DATA_PROTECTION)
TOO_MANY = 429


class EmergencyForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Whose file, and why?"""

    reference = StringField()
    reason = TextAreaField()
    tell_later = BooleanField()

    def validate_reference(self, field: Field) -> None:
        """Ask for one file."""
        ask_for(field, _("Write the file's reference, or the client's whole name."))

    def validate_reason(self, field: Field) -> None:
        """Ask for a sentence."""
        _ask_reason(field)

    def wanted(self) -> Wanted:
        """Return what a valid form asks for."""
        return Wanted(
            reference=self.reference.data.strip(),
            reason=_written(self.reason),
            tell_later=self.tell_later.data,
        )


class TellForm(Form):  # type: ignore[misc]  # WTForms has no types
    """On which day does the client's counsellor learn of it, and why then?"""

    day = StringField()
    why = TextAreaField()

    def validate_day(self, field: Field) -> None:
        """Ask for a day."""
        if day_written(field.data) is None:
            raise ValidationError(_("Write a day, such as 2026-11-24."))

    def validate_why(self, field: Field) -> None:
        """Ask for a sentence."""
        _ask_reason(field)


@pages.get("/emergencies", endpoint="emergencies")
@open_to(*TOLD)
def listed() -> str:
    """Ask for a file and a reason; show which openings this person is told of."""
    return _page(EmergencyForm())


@pages.post("/emergencies", endpoint="break_glass")
@open_to(Audience.COUNSELLOR)
@only_fresh
def break_glass() -> Page:
    """Open one file for an hour."""
    form = EmergencyForm(request.form)
    if not form.validate():
        return _page(form), 422
    try:
        opening = emergencies.open_file(person(), form.wanted(), now=clock.now())
    except HersAnyway as hers:
        return redirect(url_for("counsellor.client", reference=hers.reference), 303)
    except (UnknownClient, TooManyGuesses) as refused:
        return _refused(form, refused)
    return redirect(url_for("counsellor.emergency", opening=opening), 303)


@pages.get("/emergencies/<uuid:opening>", endpoint="emergency")
@open_to(Audience.COUNSELLOR)
def file(opening: UUID) -> str:
    """Show the file to whom it is open, to read only."""
    try:
        row, found = emergencies.file_of(person(), opening, now=clock.now())
    except NotHersToSee:
        abort(404)
    return render_template(
        "counsellor/emergency_file.html",
        opening=row,
        file=found,
        client=found.client,
        spoken=name_of_language(found.client.language),
        mine=person().id,
        day_words=day_words,
        words=words,
    )


@pages.post("/emergencies/<uuid:opening>/acknowledgement", endpoint="see_emergency")
@open_to(*TOLD)
def see(opening: UUID) -> Response:
    """Keep that she has seen it."""
    try:
        emergencies.see(person(), opening, now=clock.now())
    except NotHersToSee:
        abort(404)
    return redirect(url_for("counsellor.emergencies"), 303)


@pages.post("/emergencies/<uuid:opening>/telling", endpoint="tell_of_emergency")
@open_to(Audience.HEAD, Audience.DATA_PROTECTION)
def tell(opening: UUID) -> Page:
    """Let the client's counsellor learn of it on a day."""
    form = TellForm(request.form)
    if not form.validate():
        return _page(EmergencyForm(), form, opening), 422
    day = day_written(form.day.data) or date.min
    try:
        emergencies.tell_from(
            person(), opening, day, _written(form.why), now=clock.now()
        )
    except NotHersToSee:
        abort(404)
    except (NoReason, TooLongBack):
        latest = words.long_day(_latest(opening))
        form.day.errors = [_("Choose a day from today to %(day)s.", day=latest)]
        return _page(EmergencyForm(), form, opening), 422
    return redirect(url_for("counsellor.emergencies"), 303)


@pages.get("/emergencies/<uuid:opening>/<any(acknowledgement, telling):_noun>")
@open_to(*TOLD)
def back_to_emergencies(opening: UUID, _noun: str) -> Response:  # noqa: ARG001 - the address has both
    """Lead somebody who reloads a deed back to the list."""
    return redirect(url_for("counsellor.emergencies"), 303)


def _refused(form: EmergencyForm, refused: Exception) -> Page:
    if isinstance(refused, TooManyGuesses):
        sentence = _("You have tried too often. Call the head of department.")
        form.reference.errors = [sentence]
        return _page(form), TOO_MANY
    form.reference.errors = [
        _("There is not exactly one file with this reference or name.")
    ]
    return _page(form), 422


def _latest(opening: UUID) -> date:
    rows = emergencies.told_to(person(), now=clock.now())
    (opened_at,) = (one.opened_at for one in rows if one.uuid == opening)
    return words.local_day(opened_at + emergencies.LATEST - timedelta(days=1))


def _ask_reason(field: Field) -> None:
    length = len(_written(field))
    if length < SHORTEST_REASON:
        raise ValidationError(_("Write in a sentence why."))
    if length > LONGEST_REASON:
        raise ValidationError(
            _("Write this in at most %(longest)s characters.", longest=LONGEST_REASON)
        )


def _written(field: Field) -> str:
    return " ".join(cleaned(field.data or "").split())


def _page(
    form: EmergencyForm, telling: TellForm | None = None, about: UUID | None = None
) -> str:
    now = clock.now()
    return render_template(
        "counsellor/emergencies.html",
        form=form,
        telling=telling,
        about=about,
        still_open=emergencies.still_open(person(), now=now),
        told=emergencies.told_to(person(), now=now),
        me=person(),
        may_open=person().may(Role.COUNSELLOR),
        oversees=person().may(*OVERSEERS),
        now=now,
        words=words,
    )
