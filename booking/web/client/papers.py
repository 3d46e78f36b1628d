"""What may everybody read? Help for oneself, and what the law asks to publish."""

from datetime import timedelta

from flask import Response as FlaskResponse
from flask import abort, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.languages import gettext as _
from booking.models.running import settings
from booking.services import files
from booking.services.files import FileGone
from booking.services.texts import LEICHTE_SPRACHE, word_of
from booking.web.access import Audience, open_to
from booking.web.client.pages import pages
from booking.web.compression import compressible
from booking.web.decided import decided
from booking.web.reader import contact
from booking.web.texts import TOPIC_OF_WORD, area_name, areas, help_slug, shown_text

# RFC 9116 advises less than a year: who finds an old file must not trust it.
SECURITY_CONTACT_HOLDS = timedelta(days=180)
A_YEAR = 31_536_000  # seconds


@pages.get("/<lang:lang>/help")
@open_to(Audience.ANYONE)
@compressible
def help_start() -> str:
    """List the areas of life in which people can help themselves."""
    return render_template("client/help_start.html", areas=areas())


@pages.get("/<lang:lang>/help/<string:topic>")
@open_to(Audience.ANYONE)
@compressible
def help_page(topic: str) -> str | Response:
    """Say what one can do without an appointment, and where to go."""
    area = TOPIC_OF_WORD.get(word_of(topic))
    if area is None:
        abort(404)
    if topic != word_of(area):  # as the code writes it
        return redirect(url_for("client.help_page", topic=word_of(area)), 303)
    return render_template(
        "client/help.html",
        area=area_name(area),
        text=shown_text(help_slug(area)),
        online=decided().online_booking,
    )


@pages.get("/<lang:lang>/privacy")
@open_to(Audience.ANYONE)
@compressible
def privacy() -> str:
    """Say what is stored, why, and who may see it."""
    return _paper("privacy", _("What happens with what you tell us?"))


@pages.get("/<lang:lang>/imprint")
@open_to(Audience.ANYONE)
@compressible
def imprint() -> str:
    """Say who is responsible."""
    return _paper("imprint", _("Who is responsible for these pages?"))


@pages.get("/<lang:lang>/accessibility")
@open_to(Audience.ANYONE)
@compressible
def accessibility() -> str:
    """Say how well everybody can use these pages."""
    text = shown_text("accessibility")
    return render_template("client/accessibility.html", text=text)


@pages.get("/<lang:lang>/leichte-sprache")
@open_to(Audience.ANYONE)
@compressible
def leichte_sprache() -> str:
    """Explain everything in Leichte Sprache, which is a way of writing German."""
    text = shown_text(LEICHTE_SPRACHE)
    return render_template("client/leichte_sprache.html", text=text)


@pages.get("/.well-known/security.txt", endpoint="security_contact")
@open_to(Audience.ANYONE)
def security_contact() -> Response:
    """Say whom to tell about a hole in our walls (RFC 9116)."""
    expires = (clock.now() + SECURITY_CONTACT_HOLDS).strftime("%Y-%m-%dT00:00:00Z")
    reach = decided().security_contact or contact().email
    address = reach if reach.startswith("https://") else f"mailto:{reach}"
    public = settings().public_url.rstrip("/")
    lines = (
        f"Contact: {address}",
        f"Expires: {expires}",
        "Preferred-Languages: de, en",
        f"Canonical: {public}{url_for('client.security_contact')}",
    )
    return FlaskResponse("".join(f"{line}\n" for line in lines), mimetype="text/plain")


@pages.get("/files/<string:slug>/<string:digest>", endpoint="office_file")
@open_to(Audience.ANYONE)
def office_file(slug: str, digest: str) -> Response:
    """Hand out a recording, the film or the photo: all of it or the part asked for."""
    found = files.with_digest(slug, digest)
    if found is None:
        abort(404)
    try:
        path = files.copy_of(found)
    except FileGone:
        abort(404)
    return send_file(
        path,
        mimetype=found.media_type,
        conditional=True,
        etag=found.digest,
        max_age=A_YEAR,
    )


def _paper(slug: str, title: str) -> str:
    return render_template("client/paper.html", title=title, text=shown_text(slug))
