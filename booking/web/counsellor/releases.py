"""Who may be told what about a client? What she has signed, written down and ended."""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import Field, Form, SelectMultipleField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from booking import clock
from booking.config import shipped
from booking.languages import gettext as _
from booking.languages import isolated
from booking.models import Release, ReleaseScope, cleaned
from booking.services import releases
from booking.services.clients import UnknownClient
from booking.services.releases import (
    LONGEST,
    ImpossibleRelease,
    NewRelease,
    UnknownRelease,
)
from booking.web import prose, reader
from booking.web.access import Audience, open_to
from booking.web.counsellor import words
from booking.web.counsellor.clients import found_client
from booking.web.counsellor.pages import pages
from booking.web.dates import day_written
from booking.web.forms import LINE_LENGTH, ask_for, too_long
from booking.web.moments import today
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]
PAPER = "schweigepflichtentbindung.md"
TO_FILL_IN = re.compile(r"\[([^\]]+)\]")
A_YEAR = timedelta(days=365)


class ReleaseForm(Form):  # type: ignore[misc]  # WTForms has no types
    """What does the signed paper say?"""

    supporter = StringField()
    contact = StringField()
    scopes = SelectMultipleField(
        validate_choice=False,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    signed_on = StringField()
    last_day = StringField()

    def __init__(self, *arguments: object, **facts: object) -> None:
        super().__init__(*arguments, **facts)
        self.scopes.choices = [SelectChoice(one, scope(one)) for one in ReleaseScope]

    def validate_supporter(self, field: Field) -> None:
        """Ask for a person or an organisation."""
        ask_for(field, _("Write who may be told: a person, or an organisation."))

    def validate_contact(self, field: Field) -> None:
        """Take a line."""
        if len(field.data or "") > LINE_LENGTH:
            raise ValidationError(too_long())

    def validate_scopes(self, field: Field) -> None:
        """Ask for what was ticked on the paper; nothing is ticked here by itself."""
        if not field.data or not set(field.data) <= set(ReleaseScope):
            raise ValidationError(_("Tick what may be told, as on the signed paper."))

    def validate_signed_on(self, field: Field) -> None:
        """Ask for a day up to today."""
        day = day_written(field.data)
        if day is None or day > today():
            raise ValidationError(_("Write the day of the signature, up to today."))

    def validate_last_day(self, field: Field) -> None:
        """Ask for a day from today on, within a year of the signature."""
        last, signed = day_written(field.data), day_written(self.signed_on.data)
        latest = (signed or today()) + LONGEST
        if last is None or not today() <= last <= latest:
            raise ValidationError(
                _("Write a day from today on, within a year of the signature.")
            )

    def wanted(self) -> NewRelease:
        """Hand over what was filled in."""
        return NewRelease(
            supporter=_line(self.supporter),
            contact=_line(self.contact),
            scopes=frozenset(map(ReleaseScope, self.scopes.data)),
            signed_on=day_written(self.signed_on.data) or date.max,
            last_day=day_written(self.last_day.data) or date.min,
        )


def scope(one: ReleaseScope) -> str:
    """Say what may be told."""
    words = {
        ReleaseScope.APPOINTMENTS: _("time and place of appointments"),
        ReleaseScope.CONTACT: _("how to reach her or him"),
        ReleaseScope.TOPICS: _("what the talks are about"),
        ReleaseScope.GOALS: _("what was agreed"),
    }
    return str(words[one])


def may_be_told(release: Release) -> str:
    """Say all that a supporter may be told, in one line."""
    return ", ".join(map(scope, releases.scopes_of(release)))


def state(release: Release, day: date) -> str:
    """Say whether a release holds, and until when."""
    if release.revoked_at is not None:
        revoked = words.long_day(words.local_day(release.revoked_at))
        return str(_("taken back on %(day)s", day=revoked))
    last = words.long_day(release.last_day)
    if release.holds_on(day):
        return str(_("until %(day)s", day=last))
    return str(_("ended on %(day)s", day=last))


@pages.context_processor
def _known() -> dict[str, object]:
    return {"may_be_told": may_be_told, "release_state": state, "today_is": today}


@pages.get("/clients/<string:reference>/releases", endpoint="releases")
@open_to(Audience.COUNSELLOR)
def listed(reference: str) -> str:
    """Show what was signed; ask for another paper."""
    form = ReleaseForm(
        signed_on=today().isoformat(), last_day=(today() + A_YEAR).isoformat()
    )
    return _page(reference, form)


@pages.post("/clients/<string:reference>/releases", endpoint="record_release")
@open_to(Audience.COUNSELLOR)
def record(reference: str) -> Page:
    """Keep what she signed."""
    form = ReleaseForm(MultiDict(request.form))
    if not form.validate():
        return _page(reference, form), 422
    try:
        releases.record(person(), reference, form.wanted(), now=clock.now())
    except UnknownClient:
        abort(404)
    except ImpossibleRelease:
        abort(409)  # the form has said so; since then the day changed
    return _to_releases(reference)


@pages.post(
    "/clients/<string:reference>/releases/<uuid:release>/revocation",
    endpoint="revoke_release",
)
@open_to(Audience.COUNSELLOR)
def revoke(reference: str, release: UUID) -> Response:
    """End it at once."""
    try:
        releases.revoke(person(), reference, release, now=clock.now())
    except (UnknownClient, UnknownRelease):
        abort(404)
    return _to_releases(reference)


@pages.get(
    "/clients/<string:reference>/releases/<uuid:release>/<any(revocation):_noun>"
)
@open_to(Audience.COUNSELLOR)
def back_to_releases(reference: str, release: UUID, _noun: str) -> Response:  # noqa: ARG001 - the address has both
    """Lead somebody who reloads a revocation back to the list."""
    return _to_releases(reference)


@pages.get("/clients/<string:reference>/release-form")
@open_to(Audience.COUNSELLOR)
def release_form(reference: str) -> str:
    """Show the paper to print: German, as it is kept under ``compliance``."""
    client = found_client(reference)
    title, *blocks = _paper(client.reference)
    return render_template(
        "counsellor/release_form.html",
        reference=client.reference,
        title=title.removeprefix("# "),
        paper=prose.rendered("\n\n".join(blocks)),
    )


def _paper(reference: str) -> Iterable[str]:
    """Return the paper's paragraphs, each on one line; items of a list on their own."""
    text = (shipped("compliance") / PAPER).read_text("utf-8")
    text = text.replace("☐ ", "☐\u00a0")  # a box never parts from its word
    text = text.replace("[Akte]", reference.replace("-", "\N{NON-BREAKING HYPHEN}"))
    text = text.replace("[Nummer]", isolated(reader.contact().phone or "[Nummer]"))
    text = TO_FILL_IN.sub(rf"{'_' * 20} (\1)", text)
    for block in text.split("\n\n"):
        lines: list[str] = []
        for line in filter(None, map(str.strip, block.splitlines())):
            if lines and not line.startswith("- "):
                lines[-1] += f" {line}"
            else:
                lines.append(line)
        yield "\n".join(lines)


def _line(field: Field) -> str:
    return " ".join(cleaned(field.data or "").split())


def _page(reference: str, form: ReleaseForm) -> str:
    client = found_client(reference)
    return render_template(
        "counsellor/releases.html",
        client=client,
        form=form,
        releases=releases.of_client(client.id),
    )


def _to_releases(reference: str) -> Response:
    return redirect(url_for("counsellor.releases", reference=reference), 303)
