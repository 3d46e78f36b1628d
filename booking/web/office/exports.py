"""What do we keep about one person? The officer hands it out to her (Art. 15, 20)."""

from flask import current_app, render_template, request
from werkzeug.wrappers import Response
from wtforms import Field, Form, StringField

from booking import clock
from booking.handout import for_machines, written_out
from booking.languages import gettext as _
from booking.models.running import zone
from booking.services import exporting
from booking.services.clients import UnknownClient
from booking.services.exporting import About
from booking.services.office import the_office
from booking.web.access import Audience, only_fresh, open_to
from booking.web.forms import ask_for
from booking.web.office.pages import pages
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]
JSON, HTML = "json", "html"


class ExportForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Whose data?"""

    reference = StringField()

    def validate_reference(self, field: Field) -> None:
        """Ask for one person."""
        ask_for(field, _("Write the reference of a file, or a code."))


@pages.get("/exports", endpoint="exports")
@open_to(Audience.DATA_PROTECTION)
def ask() -> str:
    """Ask whose data is handed out."""
    return render_template("office/exports.html", form=ExportForm())


@pages.post("/exports", endpoint="hand_out")
@open_to(Audience.DATA_PROTECTION)
@only_fresh
def hand_out() -> Page:
    """Give a file to hand over: a page in the client's language, or JSON."""
    form = ExportForm(request.form)
    if not form.validate():
        return render_template("office/exports.html", form=form), 422
    reference = form.reference.data.strip()
    try:
        found = exporting.about(reference, now=clock.now(), by=person().id)
    except UnknownClient:
        form.reference.errors = [_("There is no such file, and no such code.")]
        return render_template("office/exports.html", form=form), 422
    return _as_file(found, JSON if request.form.get("form") == JSON else HTML)


def _as_file(found: About, kind: str) -> Response:
    """Let the browser keep it as a file: shown as a page, it would stay open."""
    text = for_machines(found.as_json()) if kind == JSON else _page(found)
    media = "application/json" if kind == JSON else "text/html"
    answer = current_app.response_class(text, mimetype=media)
    name = f"export-{found.reference or 'code'}.{kind}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _page(found: About) -> str:
    return written_out(
        found.as_json(),
        found.language,
        the_office(),
        now=clock.now(),
        zone=zone(),
    )
