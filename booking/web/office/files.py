"""Which recordings, film and photo do our pages show? Putting them there."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response
from wtforms import Field, FileField, Form, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice

from booking import clock
from booking.languages import gettext as _
from booking.languages import language_of_code
from booking.models import Role, cleaned
from booking.services import files
from booking.services.files import (
    LONGEST_DESCRIPTION,
    MEGABYTE,
    PHOTO,
    RECORDING,
    SLUGS,
    VIDEO,
    NewFile,
    TooLarge,
    WrongKind,
)
from booking.services.office import decisions
from booking.web.access import Audience, open_to
from booking.web.office.names import place_names
from booking.web.office.pages import pages
from booking.web.signing_in import person, signed_in

Page = str | Response | tuple[str, int]
MOST = VIDEO.largest + MEGABYTE  # bytes; with the other fields of the form


class FileForm(Form):  # type: ignore[misc]  # WTForms has no types
    """A file, its place, its language, and what it shows in words."""

    slug = SelectField(validate_choice=False)
    language = SelectField(validate_choice=False)
    file = FileField()
    description = StringField()

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        names = place_names()
        self.slug.choices = [SelectChoice(slug, names[slug]) for slug in SLUGS]
        self.language.choices = [
            SelectChoice(one.code, one.name) for one in decisions().languages
        ]

    def validate_slug(self, field: Field) -> None:
        """Take only a place that we know."""
        if field.data not in SLUGS:
            raise ValidationError(_("Choose where it belongs."))

    def validate_language(self, field: Field) -> None:
        """Take only a language in use."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose the language of the recording."))

    def validate_file(self, field: Field) -> None:
        """Ask for a file with something in it."""
        if not isinstance(field.data, FileStorage) or not field.data.filename:
            raise ValidationError(_("Choose a file."))

    def validate_description(self, field: Field) -> None:
        """Ask what a photo shows, for those who do not see it."""
        written = cleaned(field.data or "")
        if self.slug.data == PHOTO and not written:
            raise ValidationError(_("Write in German what the photo shows."))
        if len(written) > LONGEST_DESCRIPTION:
            raise ValidationError(
                _("Write at most %(longest)s characters.", longest=LONGEST_DESCRIPTION)
            )

    def new_file(self) -> NewFile:
        """Return what a valid form brings."""
        spoken = self.slug.data.startswith(RECORDING)
        return NewFile(
            slug=self.slug.data,
            language=self.language.data if spoken else "",
            content=self.file.data.read(),
            description=self.description.data or "",
        )


@pages.url_value_preprocessor
def let_the_admin_bring_much(endpoint: str | None, _values: Any) -> None:
    """Allow her a film; it must be said before anybody looks into the form."""
    admin = signed_in() if endpoint == "office.keep_file" else None
    if admin and admin.may(Role.ADMIN):
        request.max_content_length = MOST


@pages.get("/office/files", endpoint="files")
@open_to(Audience.ADMIN)
def show() -> str:
    """List the files that our pages show, and ask for another."""
    return _page(FileForm())


@pages.post("/office/files", endpoint="keep_file")
@open_to(Audience.ADMIN)
def keep() -> Page:
    """Put a file in its place, if it is what belongs there."""
    form = FileForm(request.form | request.files)
    if not form.validate():
        return _page(form), 422
    try:
        files.keep(form.new_file(), by=person().id, now=clock.now())
    except WrongKind:
        return _refused(form, _wanted_kind(form.slug.data)), 422
    except TooLarge:
        most = files.kind_of(form.slug.data).largest // MEGABYTE
        sentence = _("The file is too large. At most %(most)s MB.", most=most)
        return _refused(form, sentence), 422
    return redirect(url_for("office.files", saved="yes"), 303)


@pages.post("/office/files/removal", endpoint="take_down_file")
@open_to(Audience.ADMIN)
def take_down() -> Response:
    """Take a file off the pages."""
    slug, language = request.form.get("slug", ""), request.form.get("language", "")
    files.take_down(slug, language, by=person().id, now=clock.now())
    return redirect(url_for("office.files"), 303)


@pages.get("/office/files/removal")
@open_to(Audience.ADMIN)
def back_to_files() -> Response:
    """Lead somebody who reloads the deed back to the list."""
    return redirect(url_for("office.files"), 303)


def _page(form: FileForm) -> str:
    return render_template(
        "office/files.html",
        form=form,
        rows=files.kept_files(),
        names=place_names(),
        written_in=language_of_code,
        saved="saved" in request.args,
    )


def _refused(form: FileForm, sentence: str) -> str:
    form.file.errors = [sentence]
    return _page(form)


def _wanted_kind(slug: str) -> str:
    kind = files.kind_of(slug)
    if kind is files.VIDEO:
        return str(_("This is no film that browsers play. Bring an MP4 or WebM file."))
    if kind is files.PICTURE:
        return str(_("This is no picture. Bring a JPEG, PNG or WebP file."))
    return str(_("This is no recording. Bring an MP3, M4A, Ogg or WAV file."))
