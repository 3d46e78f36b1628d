"""Who wishes to be visited? Taken on the phone, at the desk, or in a talk."""

import secrets
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.models import Client, Role, cleaned
from booking.services import clients, wishes
from booking.services.clients import UnknownClient
from booking.services.links import readable
from booking.services.wishes import UnknownWish
from booking.web.access import Audience, open_to
from booking.web.counsellor import words
from booking.web.counsellor.pages import pages
from booking.web.counsellor.wish_forms import TakenWishForm
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]


@pages.get("/wishes", endpoint="wishes")
@open_to(Audience.COUNSELLOR, Audience.FRONT_DESK)
def ask() -> str:
    """Ask who wishes a visit, when and where."""
    client = _client()
    return _page(client, TakenWishForm.begun(client))


@pages.post("/wishes", endpoint="take_wish")
@open_to(Audience.COUNSELLOR, Audience.FRONT_DESK)
def take() -> Page:
    """Keep the wish by the very function that clients' own wishes go through."""
    client, form = _client(), TakenWishForm(request.form)
    if not form.validate():
        return _page(client, form), 422
    key = cleaned(request.form.get("key", ""))[:64] or secrets.token_hex(16)
    wanted = form.wish(key, client, taken_by=person().id)
    caller = form.person(woman_preferred=form.woman.data)
    way = wishes.wish(wanted, caller, now=clock.now())
    return redirect(url_for("counsellor.wish_taken", wish=way.request.uuid), 303)


@pages.get("/wishes/<uuid:wish>", endpoint="wish_taken")
@open_to(Audience.COUNSELLOR, Audience.FRONT_DESK)
def taken(wish: UUID) -> str:
    """Show what to read out: the code, and what happens next."""
    try:
        way = wishes.taken(person(), wish)
    except UnknownWish:
        abort(404)
    return render_template(
        "counsellor/wish_taken.html",
        way=way,
        code=readable(way.code),
        plans=person().may(Role.COORDINATOR),
    )


def _client() -> Client | None:
    """Return the file that was named, if it is this counsellor's own."""
    reference = request.values.get("client", "")
    if not reference or not person().may(Role.COUNSELLOR):
        return None
    try:
        return clients.found(person(), reference)
    except UnknownClient:
        abort(404)


def _page(client: Client | None, form: TakenWishForm) -> str:
    return render_template(
        "counsellor/wishes.html",
        client=client,
        form=form,
        key=request.form.get("key") or secrets.token_hex(16),
        words=words,
    )
