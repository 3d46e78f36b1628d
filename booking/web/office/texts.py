"""Which words does the office write itself? Every text in every language, versioned."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import Field, Form, HiddenField, TextAreaField, ValidationError

from booking import clock
from booking.languages import Language, language_of_path
from booking.languages import gettext as _
from booking.models import cleaned
from booking.services import texts
from booking.services.texts import (
    BRING,
    HELP,
    LEICHTE_SPRACHE,
    LONGEST_TEXT,
    SLUGS,
    ChangedMeanwhile,
    Version,
    Writing,
)
from booking.web.access import Audience, open_to
from booking.web.office.pages import pages
from booking.web.prose import rendered
from booking.web.signing_in import person
from booking.web.texts import TOPIC_OF_WORD, area_name, languages_of, shipped_text_in

Page = str | Response | tuple[str, int]
SHIPPED, LOOK = "shipped", "look"  # what the form's other buttons say


class TextForm(Form):  # type: ignore[misc]  # WTForms has no types
    """The words, and after which version they were written."""

    body = TextAreaField()
    after = HiddenField()

    def validate_body(self, field: Field) -> None:
        """Ask for words, but not for a book."""
        if not cleaned(field.data or ""):
            raise ValidationError(
                _("Write the text, or go back to the shipped text below.")
            )
        if len(field.data) > LONGEST_TEXT:
            raise ValidationError(
                _("Write at most %(longest)s characters.", longest=LONGEST_TEXT)
            )

    @property
    def number(self) -> int:
        """The version this was written after."""
        typed = self.after.data or ""
        return int(typed) if typed.isdecimal() and len(typed) <= 9 else -1  # noqa: PLR2004 - digits that fit the database's integer


@dataclass(frozen=True, slots=True)
class Row:
    """One text on the page, and since when the office has its own in a language."""

    slug: str
    name: str
    cells: list[tuple[Language, datetime | None]]


@pages.get("/office/texts", endpoint="texts")
@open_to(Audience.ADMIN)
def show() -> str:
    """List every text in every language that is in use."""
    own = texts.own_texts()
    rows = [
        Row(
            slug,
            text_name(slug),
            [(one, own.get((slug, one.code))) for one in languages_of(slug)],
        )
        for slug in SLUGS
    ]
    return render_template("office/texts.html", rows=rows)


@pages.get("/office/texts/<string:slug>/<string:written_in>", endpoint="text")
@open_to(Audience.ADMIN)
def edit(slug: str, written_in: str) -> Page:
    """Show one text for writing: as it stands, or as an older version was."""
    language = _language(slug, written_in)
    versions = texts.versions_of(slug, language.code)
    wanted = request.args.get("version", "")
    chosen = [one for one in versions if str(one.number) == wanted] or versions[:1]
    body = chosen[0].body if chosen else ""
    form = TextForm(
        body=body or shipped_text_in(slug, language), after=_number(versions)
    )
    return _page(slug, language, form, versions)


@pages.post("/office/texts/<string:slug>/<string:written_in>", endpoint="save_text")
@open_to(Audience.ADMIN)
def save(slug: str, written_in: str) -> Page:
    """Show how the text will look, keep it, or go back to the shipped one."""
    language, form = _language(slug, written_in), TextForm(request.form)
    deed = request.form.get("do")
    if deed != SHIPPED and not form.validate():
        return _page(slug, language, form), 422
    if deed == LOOK:
        return _page(slug, language, form)
    body = "" if deed == SHIPPED else form.body.data
    writing = Writing(slug=slug, language=language.code, body=body, after=form.number)
    try:
        texts.save(writing, by=person().id, now=clock.now())
    except ChangedMeanwhile:
        return _changed(slug, language, form), 409
    here = url_for("office.text", slug=slug, written_in=language.path, saved="yes")
    return redirect(here, 303)


def text_name(slug: str) -> str:
    """Name a text as the office's list does."""
    for beginning, name in ((HELP, _area_help), (BRING, _area_bring)):
        if slug.startswith(beginning):
            return name(area_name(TOPIC_OF_WORD[slug.removeprefix(beginning)]))
    names: dict[str, Callable[[], str]] = {
        "privacy": lambda: _("Privacy notice"),
        "imprint": lambda: _("Imprint"),
        "accessibility": lambda: _("Accessibility statement"),
        LEICHTE_SPRACHE: lambda: "Leichte Sprache",
    }
    return names[slug]()


def _area_help(area: str) -> str:
    return str(_("Help to self-help: %(area)s", area=area))


def _area_bring(area: str) -> str:
    return str(_("What to bring: %(area)s", area=area))


def _language(slug: str, written_in: str) -> Language:
    language = language_of_path(written_in)
    if slug not in SLUGS or language is None or language not in languages_of(slug):
        abort(404)
    return language


def _number(versions: list[Version]) -> int:
    return versions[0].number if versions else 0


def _changed(slug: str, language: Language, form: TextForm) -> str:
    """Show the words of both, and let these be saved after the newer ones."""
    versions = texts.versions_of(slug, language.code)
    form.after.data = str(_number(versions))
    form.body.errors = [
        _(
            "Somebody else has saved this text meanwhile. Compare with the newest "
            "version below, then save again."
        )
    ]
    return _page(slug, language, form, versions)


def _page(
    slug: str,
    language: Language,
    form: TextForm,
    versions: list[Version] | None = None,
) -> str:
    if versions is None:
        versions = texts.versions_of(slug, language.code)
    return render_template(
        "office/text.html",
        form=form,
        name=text_name(slug),
        written_in=language,
        versions=versions,
        preview=rendered(form.body.data or "", level=3),
        action=url_for("office.save_text", slug=slug, written_in=language.path),
        is_own=bool(versions and versions[0].body),
        saved="saved" in request.args,
    )
