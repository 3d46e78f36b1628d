"""Which link books with her own counsellor? Made, printed as a card, revoked."""

from uuid import UUID

import segno
from flask import abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.languages import language_of_code
from booking.models import PersonalLink
from booking.services import personal_links
from booking.web import card
from booking.web.access import Audience, open_to
from booking.web.counsellor import words
from booking.web.counsellor.clients import found_client
from booking.web.counsellor.pages import pages
from booking.web.signing_in import person

OF_THE_OFFICE = "de"


@pages.post("/clients/<string:reference>/links")
@open_to(Audience.COUNSELLOR)
def make_link(reference: str) -> Response:
    """Make a link that books with the client's own counsellor."""
    client = found_client(reference)
    personal_links.create(client.uuid, by=person().id, now=clock.now())
    return _to_links(reference)


@pages.get("/clients/<string:reference>/links/<uuid:link>/card")
@open_to(Audience.COUNSELLOR)
def link_card(reference: str, link: UUID) -> str:
    """Show a card to print: the client's language above, German below."""
    row = _found(reference, link)
    codes = (row.client.language, OF_THE_OFFICE)
    languages = dict.fromkeys(map(language_of_code, codes))
    url = personal_links.url_of(row)
    return render_template(
        "counsellor/card.html",
        reference=row.client.reference,
        halves=[card.half(language) for language in languages],
        url=url,
        qr=segno.make(personal_links.qr_url_of(row), micro=False).svg_data_uri(
            border=4, dark="#000", light="#fff"
        ),
        words=words,
    )


@pages.post("/clients/<string:reference>/links/<uuid:link>/revocation")
@open_to(Audience.COUNSELLOR)
def revoke_link(reference: str, link: UUID) -> Response:
    """End a link at once."""
    row = _found(reference, link)
    personal_links.revoke(row.uuid, by=person().id, now=clock.now())
    return _to_links(reference)


@pages.get("/clients/<string:reference>/<any(links):_noun>")
@open_to(Audience.COUNSELLOR)
def back_to_client(reference: str, _noun: str) -> Response:
    """Lead somebody who reloads a deed back to the file."""
    return _to_links(reference)


@pages.get("/clients/<string:reference>/links/<uuid:link>/<any(revocation):_noun>")
@open_to(Audience.COUNSELLOR)
def back_to_links(reference: str, link: UUID, _noun: str) -> Response:  # noqa: ARG001 - the address has both
    """Lead somebody who reloads a revocation back to the file."""
    return _to_links(reference)


def _found(reference: str, link: UUID) -> PersonalLink:
    client = found_client(reference)
    rows = personal_links.links_of(client.id)
    found = next((row for row in rows if row.uuid == link), None)
    return found or abort(404)


def _to_links(reference: str) -> Response:
    url = url_for("counsellor.client", reference=reference, _anchor="links")
    return redirect(url, 303)
