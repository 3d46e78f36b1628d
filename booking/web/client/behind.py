"""What is behind a client's link, and where do its pages lie?"""

from flask import abort, redirect

from booking import clock
from booking.models import Status, VisitState
from booking.models.running import settings
from booking.services import links
from booking.services.links import UnknownLink, Way, WayBack, WayToWaiting, WayToWish
from booking.web.addresses import with_secret


def way_of(token: str) -> Way:
    """Return what a link opens; an unknown one is an unknown page."""
    try:
        return links.behind_token(token, now=clock.now())
    except UnknownLink:
        abort(404)


def appointment_of(token: str) -> WayBack:
    """Return an appointment with a time of its own.

    The page of a visit or of a place on the waiting list says what to do there.
    """
    way = way_of(token)
    if not isinstance(way, WayBack):
        abort(redirect(url_of("appointment", token), 303))
    return way


def standing(token: str) -> WayBack | WayToWish | None:
    """Return what can be taken along on paper: a time that is fixed, or None."""
    way = way_of(token)
    if isinstance(way, WayToWaiting):
        return None
    if isinstance(way, WayToWish):
        return way if way.request.state == VisitState.PUBLISHED else None
    return way if way.appointment.status == Status.BOOKED else None


def may_change(way: WayBack) -> bool:
    """Tell whether the appointment still lies ahead."""
    booked = way.appointment.status == Status.BOOKED
    return booked and way.appointment.starts_at > clock.now()


def url_of(page: str, token: str) -> str:
    """Return where a page of this link lies."""
    return with_secret(f"client.{page}", token)


def public(path: str) -> str:
    """Return the whole address of a path."""
    return settings().public_url.rstrip("/") + path
