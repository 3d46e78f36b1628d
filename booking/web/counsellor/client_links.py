"""Which link books with her own counsellor? Made, printed as a card, revoked."""

from dataclasses import dataclass
from uuid import UUID

import segno
from flask import abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.languages import Language, current_language, language_of_code, speaking
from booking.languages import gettext as _
from booking.models import PersonalLink
from booking.services import personal_links
from booking.web.access import Audience, open_to
from booking.web.counsellor import words
from booking.web.counsellor.clients import found_client
from booking.web.counsellor.pages import pages
from booking.web.signing_in import person

OF_THE_OFFICE = "de"


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """One language's half of the card."""

    language: Language
    title: str
    sentence: str
    careful: str

    @classmethod
    def written(cls) -> "Half":
        """Write the card in the language now spoken."""
        return cls(
            language=current_language(),
            # I18N: on a card that a client keeps; she scans the code or types the link
            title=_("Your link to book an appointment"),
            sentence=_("Scan this code. Then choose a time with your counsellor."),
            careful=_("The link shows nothing about you. If you lose it, tell us."),
        )


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
        halves=[_half(language) for language in languages],
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


def _half(language: Language) -> Half:
    with speaking(language):
        return Half.written()


def _found(reference: str, link: UUID) -> PersonalLink:
    client = found_client(reference)
    rows = personal_links.links_of(client.id)
    found = next((row for row in rows if row.uuid == link), None)
    return found or abort(404)


def _to_links(reference: str) -> Response:
    url = url_for("counsellor.client", reference=reference, _anchor="links")
    return redirect(url, 303)
