"""A client's own link or QR code: from here she books with her own counsellor."""

from flask import abort, render_template, request, url_for

from booking.languages import language_from_browser
from booking.models import PersonalLink
from booking.services import office, personal_links
from booking.services.links import UnknownLink
from booking.web import reader
from booking.web.access import Audience, open_to
from booking.web.client.answers import Answers
from booking.web.client.pages import pages
from booking.web.client.signed import signed_link


@pages.get("/with/<string:secret>")
@open_to(Audience.LINK_HOLDER)
def languages_of_link(secret: str) -> str:
    """Ask for the language: a QR code has none; the link is kept."""
    _link(secret)
    in_use = office.decisions().languages
    reader.settle(language_from_browser(request.accept_languages, among=in_use))
    return render_template("client/languages.html", secret=secret)


@pages.get("/<lang:lang>/with/<string:secret>")
@open_to(Audience.LINK_HOLDER)
def personal(secret: str) -> str:
    """Lead on to booking; the page lists nothing and names nobody.

    The secret stays here: what travels on in addresses is a reference, signed by
    us, good for a day, and worth nothing once the link is revoked.
    """
    link = _link(secret)
    answers = Answers({"own": signed_link(link)}, posted=False)
    return render_template(
        "client/personal.html",
        with_own=link.client.counsellor_id is not None,
        online=office.decisions().online_booking,
        step=answers.form("client.place"),
        languages_url=url_for("client.languages_of_link", secret=secret),
    )


def _link(secret: str) -> PersonalLink:
    try:
        return personal_links.link_behind(secret)
    except UnknownLink:
        abort(404)
