"""Where is this door? Chosen from what the list knows, or placed by hand."""

from base64 import b64encode
from dataclasses import dataclass
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.geography import (
    SIDE,
    WIDTHS,
    Address,
    Coordinates,
    Found,
    GeocoderSilent,
    Precision,
    View,
    pictured,
)
from booking.models import Quality
from booking.services import addresses, locating, street_map
from booking.services.locating import NoSuchWish, NotOnEarth, Spot, Unplaced
from booking.services.office import decisions
from booking.web.access import Audience, open_to
from booking.web.coordinator import wording
from booking.web.coordinator.pages import pages
from booking.web.coordinator.placing_forms import ChoiceForm, PointForm, SpellingForm
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]
A_TOWN = (48.7025, 9.6528)  # to look at while it is not known where the office is


@dataclass(frozen=True, slots=True)
class Looking:
    """The page as it stands: what may be meant, what was typed, what is looked at."""

    found: tuple[Found, ...]
    spelling: SpellingForm
    point: PointForm
    choice: ChoiceForm
    silent: bool = False


@pages.get("/visits/wishes/<uuid:wish>/place", endpoint="place")
@open_to(Audience.COORDINATOR)
def show(wish: UUID) -> str:
    """Show where a wish is, as far as it is known, and what might be meant."""
    one = _wish(wish)
    return _page(one, _looking(one, locating.meant(one.address)))


@pages.post("/visits/wishes/<uuid:wish>/place")
@open_to(Audience.COORDINATOR)
def put(wish: UUID) -> Page:
    """Keep a point, or look closer at where the sketch was tapped."""
    one, form = _wish(wish), PointForm.typed(request.form)
    looking = _looking(one, locating.meant(one.address), point=form)
    if form.was_tapped:
        form.look_closer()
        return _page(one, looking)
    if not form.validate():
        return _page(one, looking), 422
    return _kept(wish, Spot(form.wanted()))


@pages.post("/visits/wishes/<uuid:wish>/place/choice", endpoint="choose_place")
@open_to(Audience.COORDINATOR)
def choose(wish: UUID) -> Page:
    """Keep the address that was meant."""
    one, spelling = _wish(wish), SpellingForm(request.form)
    looking = _asked(one, spelling)
    if looking.choice.validate():
        found = looking.choice.wanted()
        at = (found.latitude, found.longitude)
        quality = Quality(found.precision.value)
        return _kept(wish, Spot(at, quality, _as_meant(spelling.address, found)))
    return _page(one, looking), 422


@pages.post("/visits/wishes/<uuid:wish>/place/spelling", endpoint="spell_place")
@open_to(Audience.COORDINATOR)
def spell(wish: UUID) -> Page:
    """Look another spelling up; nothing is kept."""
    one, spelling = _wish(wish), SpellingForm(request.form)
    return _page(one, _asked(one, spelling))


@pages.get("/visits/wishes/<uuid:wish>/place/choice")
@pages.get("/visits/wishes/<uuid:wish>/place/spelling")
@open_to(Audience.COORDINATOR)
def back_to_place(wish: UUID) -> Response:
    """Lead somebody who reloads a deed back to the page."""
    return redirect(url_for("coordinator.place", wish=wish), 303)


def _wish(wish: UUID) -> Unplaced:
    try:
        return locating.unplaced(wish)
    except NoSuchWish:
        abort(404)


def _kept(wish: UUID, spot: Spot) -> Page:
    try:
        locating.place(wish, spot, by=person().id, now=clock.now())
    except (NoSuchWish, NotOnEarth):
        abort(409)
    return redirect(url_for("coordinator.place", wish=wish, saved="yes"), 303)


def _asked(one: Unplaced, spelling: SpellingForm) -> Looking:
    """Look a spelling up, in the list and at the town's own server."""
    try:
        found, silent = locating.meant_by_anybody(spelling.address), False
    except GeocoderSilent:
        found, silent = locating.meant(spelling.address), True
    return _looking(one, found, spelling=spelling, silent=silent)


def _looking(
    one: Unplaced,
    found: tuple[Found, ...],
    *,
    spelling: SpellingForm | None = None,
    point: PointForm | None = None,
    silent: bool = False,
) -> Looking:
    return Looking(
        found=found,
        spelling=spelling or SpellingForm.standing(one),
        point=point or PointForm.standing(one.point, _first_look(one, found)),
        choice=ChoiceForm.among(found, request.form),
        silent=silent,
    )


def _first_look(one: Unplaced, found: tuple[Found, ...]) -> View:
    """Look at the door if it is known, at what is meant, or at the whole town."""
    if one.point:
        return View(one.point, len(WIDTHS) - 2)
    if found:
        return View((found[0].latitude, found[0].longitude), 1)
    return View(decisions().point or A_TOWN)


def _page(one: Unplaced, looking: Looking) -> str:
    view = looking.point.view
    return render_template(
        "coordinator/place.html",
        wish=one,
        looking=looking,
        picture=_picture(view, looking.point.chosen),
        side=SIDE,
        saved="saved" in request.args,
        words=wording,
    )


def _picture(view: View, chosen: Coordinates | None) -> str:
    """Return the sketch as an address of its own: nothing is asked for again."""
    houses = addresses.around(view.middle, degrees=view.reach)
    drawn = pictured(
        view,
        houses,
        office=decisions().point,
        chosen=chosen,
        streets=street_map.streets(),
    )
    svg = render_template("coordinator/place.svg", picture=drawn)
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def _as_meant(written: Address, found: Found) -> Address | None:
    """Return the address of the list; the number stays as it was written."""
    if found.precision == Precision.DISTRICT:
        return None
    meant = Address.read(found.line)
    number = written.house_number or meant.house_number
    return Address(meant.street, number, meant.postcode, meant.town)
