"""One wish for a visit: what planning must know of it, and what the client said."""

from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.languages import gettext as _
from booking.routing import Distance
from booking.services import clients, visits, wish_changes, wishes
from booking.services.appointments import TooLate
from booking.services.wish_changes import AlreadyTold, SameWish, UnknownWish, Wish
from booking.web.access import Audience, open_to
from booking.web.coordinator import wording
from booking.web.coordinator.pages import pages
from booking.web.coordinator.wish_forms import ApartForm, WishForm
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]


@pages.get("/visits/wishes/<uuid:wish>", endpoint="wish")
@open_to(Audience.COORDINATOR)
def show(wish: UUID) -> str:
    """Show all that planning knows of a wish."""
    found = _found(wish)
    return _page(found, _standing(found))


@pages.post("/visits/wishes/<uuid:wish>", endpoint="change_wish")
@open_to(Audience.COORDINATOR)
def change(wish: UUID) -> Page:
    """Keep what was filled in."""
    found = _found(wish)
    form = WishForm.typed(clients.counsellors(), found.facts, request.form)
    if not form.validate():
        return _page(found, form), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        wish_changes.change(wish, form.facts(), by=person().id, now=clock.now())
    except UnknownWish:
        abort(404)
    except AlreadyTold:
        return _page(_found(wish), form), HTTPStatus.CONFLICT
    return _saved(wish)


@pages.post("/visits/wishes/<uuid:wish>/distances", endpoint="keep_apart")
@open_to(Audience.COORDINATOR)
def keep_apart(wish: UUID) -> Page:
    """Keep this household apart from another."""
    found = _found(wish)
    form = ApartForm(found.others, request.form)
    if not form.validate():
        page = _page(found, _standing(found), form)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    other, how = UUID(form.other.data), Distance(form.how.data)
    with suppress(UnknownWish, SameWish):  # settled meanwhile: its page says so
        wish_changes.keep_apart(wish, other, how, by=person().id, now=clock.now())
    return _saved(wish)


@pages.post(
    "/visits/wishes/<uuid:wish>/distances/<uuid:other>/removal",
    endpoint="bring_together",
)
@open_to(Audience.COORDINATOR)
def bring_together(wish: UUID, other: UUID) -> Response:
    """Plan two households as all others again."""
    with suppress(UnknownWish):
        wish_changes.bring_together(wish, other, by=person().id, now=clock.now())
    return _saved(wish)


@pages.post("/visits/wishes/<uuid:wish>/refusal", endpoint="refuse_day")
@open_to(Audience.COORDINATOR)
def refuse_day(wish: UUID) -> Page:
    """Write down that the client said the day does not suit."""
    return _given_up(wish, visits.decline)


@pages.post("/visits/wishes/<uuid:wish>/withdrawal", endpoint="withdraw_wish")
@open_to(Audience.COORDINATOR)
def withdraw(wish: UUID) -> Page:
    """Write down that the client wishes no visit any more."""
    return _given_up(wish, wishes.withdraw)


@pages.get(
    "/visits/wishes/<uuid:wish>/<any(distances, refusal, withdrawal):_noun>",
    endpoint="back_to_wish",
)
@open_to(Audience.COORDINATOR)
def back_to_wish(wish: UUID, _noun: str) -> Response:
    """Lead somebody who reloads a deed back to the wish."""
    return redirect(url_for("coordinator.wish", wish=wish), 303)


@pages.get(
    "/visits/wishes/<uuid:wish>/distances/<uuid:other>/removal",
    endpoint="back_from_distance",
)
@open_to(Audience.COORDINATOR)
def back_from_distance(wish: UUID, other: UUID) -> Response:  # noqa: ARG001 - the address has both
    """Lead somebody who reloads a deed back to the wish."""
    return redirect(url_for("coordinator.wish", wish=wish), 303)


def _found(wish: UUID) -> Wish:
    try:
        return wish_changes.found(wish)
    except UnknownWish:
        abort(404)


def _standing(found: Wish) -> WishForm:
    return WishForm.standing(clients.counsellors(), found.facts)


def _given_up(wish: UUID, deed: Callable[..., None]) -> Page:
    found = _found(wish)
    try:
        deed(wish, now=clock.now(), by=person().id)
    except TooLate:
        sentence = _("The visit has begun. Record on the day sheet what came of it.")
        page = _page(found, _standing(found), complaint=sentence)
        return page, HTTPStatus.CONFLICT
    board = url_for("coordinator.visits_now")
    return redirect(f"{board}#wish-{found.row.reference}", 303)


def _saved(wish: UUID) -> Response:
    return redirect(url_for("coordinator.wish", wish=wish, saved="yes"), 303)


def _page(
    found: Wish, form: WishForm, apart: ApartForm | None = None, complaint: str = ""
) -> str:
    return render_template(
        "coordinator/wish.html",
        wish=found,
        form=form,
        apart=apart or ApartForm(found.others),
        complaint=complaint,
        saved="saved" in request.args,
        words=wording,
    )
