"""How long does a file stay? The end of counselling, and what forbids erasing."""

from datetime import date

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import (
    Field,
    Form,
    RadioField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice

from booking import clock
from booking.languages import gettext as _
from booking.models import Client, WhyEnded, cleaned
from booking.services import file_endings, legal_holds
from booking.services.file_endings import (
    AlreadyEnded,
    Ending,
    ImpossibleEnding,
    SomethingAhead,
)
from booking.services.held_files import UnderHold
from booking.services.legal_holds import (
    LONGEST,
    LONGEST_REASON,
    LOOK_AGAIN,
    ImpossibleHold,
    NewHold,
)
from booking.web import moments
from booking.web.access import Audience, open_to
from booking.web.counsellor.clients import found_client
from booking.web.counsellor.pages import pages
from booking.web.dates import day_written
from booking.web.forms import ask_for, too_long
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]


class EndingForm(Form):  # type: ignore[misc]  # WTForms has no types
    """On which day did counselling end, and why?"""

    ended_on = StringField()
    why = RadioField(validate_choice=False)

    def __init__(self, *arguments: object, **facts: object) -> None:
        super().__init__(*arguments, **facts)
        self.why.choices = [SelectChoice(one.value, why(one)) for one in WhyEnded]

    def validate_ended_on(self, field: Field) -> None:
        """Ask for a day that has come."""
        day = day_written(field.data)
        if day is None or day > moments.today():
            raise ValidationError(_("Write today or an earlier day."))

    def validate_why(self, field: Field) -> None:
        """Ask for one of them."""
        if field.data not in set(WhyEnded):
            raise ValidationError(_("Choose why counselling has ended."))

    def ending(self) -> Ending:
        """Hand over what was filled in."""
        on = day_written(self.ended_on.data) or date.max
        return Ending(on=on, reason=WhyEnded(self.why.data))


class HoldForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Why may nothing be erased, and when is that looked at again?"""

    reason = TextAreaField()
    look_again_on = StringField()

    def validate_reason(self, field: Field) -> None:
        """Ask for a sentence."""
        field.data = cleaned(field.data or "").strip()
        ask_for(field, _("Write why nothing may be erased."))
        if len(field.data) > LONGEST_REASON:
            raise ValidationError(too_long())

    def validate_look_again_on(self, field: Field) -> None:
        """Ask for a day of the coming year."""
        day, today = day_written(field.data), moments.today()
        if day is None or not today < day <= today + LONGEST:
            raise ValidationError(_("Choose a day from tomorrow on, within a year."))

    def hold(self) -> NewHold:
        """Hand over what was filled in."""
        day = day_written(self.look_again_on.data) or date.max
        return NewHold(reason=self.reason.data, look_again_on=day)


def why(reason: WhyEnded) -> str:
    """Say why counselling has ended."""
    words = {
        WhyEnded.GOAL: _("the goals are reached"),
        WhyEnded.MOVED: _("moved away"),
        WhyEnded.PERIOD: _("the three years are over"),
        WhyEnded.OWN_WISH: _("the client's own wish"),
        WhyEnded.NO_CONTACT: _("no contact any more"),
        WhyEnded.OTHER: _("something else"),
    }
    return str(words[reason])


@pages.get("/clients/<string:reference>/keeping", endpoint="keeping")
@open_to(Audience.COUNSELLOR)
def show(reference: str) -> str:
    """Show how long a file stays, and why."""
    return _page(found_client(reference))


@pages.post("/clients/<string:reference>/ending", endpoint="end_counselling")
@open_to(Audience.COUNSELLOR)
def end_counselling(reference: str) -> Page:
    """Write down that counselling has ended."""
    row, form = found_client(reference), EndingForm(request.form)
    if not form.validate():
        return _page(row, ending=form), 422
    try:
        file_endings.end(person(), row.reference, form.ending(), now=clock.now())
    except SomethingAhead:
        form.form_errors.append(_("An appointment is still booked. Cancel it first."))
        return _page(row, ending=form), 409
    except ImpossibleEnding:
        form.form_errors.append(_("Write a day after counselling began."))
        return _page(row, ending=form), 422
    except AlreadyEnded:
        abort(409)
    return _saved(row)


@pages.post("/clients/<string:reference>/reopening", endpoint="reopen_file")
@open_to(Audience.COUNSELLOR)
def reopen_file(reference: str) -> Response:
    """Counsel on."""
    row = found_client(reference)
    file_endings.reopen(person(), row.reference, now=clock.now())
    return _saved(row)


@pages.post("/clients/<string:reference>/hold", endpoint="place_hold")
@open_to(Audience.COUNSELLOR)
def place_hold(reference: str) -> Page:
    """Let nothing of this file be erased."""
    row, form = found_client(reference), HoldForm(request.form)
    if not form.validate():
        return _page(row, hold=form), 422
    try:
        legal_holds.place(person(), row.reference, form.hold(), now=clock.now())
    except ImpossibleHold:
        abort(409)  # the form has said so; since then it is another day
    return _saved(row)


@pages.post("/clients/<string:reference>/hold/removal", endpoint="end_hold")
@open_to(Audience.COUNSELLOR)
def end_hold(reference: str) -> Response:
    """Let the file go its usual way again."""
    row = found_client(reference)
    legal_holds.end(person(), row.reference, now=clock.now())
    return _saved(row)


@pages.get("/clients/<string:reference>/<any(ending,reopening,hold):_noun>")
@pages.get("/clients/<string:reference>/hold/<any(removal):_noun>")
@open_to(Audience.COUNSELLOR)
def back_to_keeping(reference: str, _noun: str) -> Response:
    """Lead somebody who reloads a deed back to the page."""
    return redirect(url_for("counsellor.keeping", reference=reference), 303)


@pages.errorhandler(UnderHold)
def under_hold(_fault: UnderHold) -> tuple[str, int]:
    """Say that this would erase, or let go, what is held."""
    return render_template("counsellor/under_hold.html"), 409


def _saved(row: Client) -> Response:
    return redirect(
        url_for("counsellor.keeping", reference=row.reference, saved="yes"), 303
    )


def _page(
    row: Client, *, ending: EndingForm | None = None, hold: HoldForm | None = None
) -> str:
    keeping = file_endings.keeping(row)
    today = moments.today()
    usual = {
        "reason": keeping.hold.reason if keeping.hold else "",
        "look_again_on": (today + LOOK_AGAIN).isoformat(),
    }
    return render_template(
        "counsellor/keeping.html",
        client=row,
        keeping=keeping,
        ending_form=ending or EndingForm(ended_on=today.isoformat()),
        hold_form=hold or HoldForm(**usual),
        typed=ending or hold,
        saved="saved" in request.args,
        today=today,
        why=why,
        moments=moments,
    )
