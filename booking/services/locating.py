"""Where on the map is a wish? Looked up before a plan, or said by a coordinator.

Nothing is looked up while somebody books. What was found keeps how well it is known.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select

from booking.geography import (
    Address,
    Answer,
    Coordinates,
    Found,
    GeocoderSilent,
    split_street,
)
from booking.models import (
    STILL_TO_BE,
    TO_BE_PLANNED,
    Quality,
    VisitRequest,
    db,
)
from booking.services import addresses
from booking.services.journal import Actor, note
from booking.services.writing import write_session

NEW = timedelta(minutes=5)  # a worker's round comes every few seconds
SILENT = "geocoder_silent"  # the town's server was not heard


class NoSuchWish(Exception):
    """Nobody waits for this visit any more."""


class NotOnEarth(Exception):
    """No place has these coordinates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplaced:
    """A wish as the page shows it on which its point is set."""

    uuid: UUID
    reference: str
    street: str
    postcode: str
    town: str
    quality: Quality | None
    point: Coordinates | None

    @property
    def address(self) -> Address:
        """The address as somebody wrote it."""
        return address_of(self.street, self.postcode, self.town)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a coordinator says that it is; ``address`` if she chose one of the list."""

    point: Coordinates
    quality: Quality = Quality.BY_HAND
    address: Address | None = None

    def __post_init__(self) -> None:
        latitude, longitude = self.point
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # noqa: PLR2004 - degrees
            raise NotOnEarth


def locate(*, now: datetime, alive: Callable[[], object]) -> tuple[str, ...]:
    """Find the point of every wish that has none yet, outside of any transaction.

    Returns what has to be said of it; ``alive`` is called between two look-ups.
    """
    look_up: Callable[[Address], Answer] = addresses.look_up
    points: dict[int, Found] = {}
    warnings: tuple[str, ...] = ()
    for row in db.session.scalars(_without_a_point()).all():
        address = address_of(row.street, row.postcode, row.town)
        alive()
        try:
            answer = look_up(address)
        except GeocoderSilent:
            # It is not asked again: each wish would wait as long.
            look_up, warnings = addresses.find, (SILENT,)
            answer = look_up(address)
        if answer.found:
            points[row.id] = answer.found
    if points:
        _keep(points, now)
    return warnings


def look_in_the_book(*, now: datetime) -> int:
    """Find new wishes in the office's own list, which no server is asked for.

    So a coordinator sees where a wish is, and who is near, before she plans. What the
    list lacks is asked about when a plan is drawn up. Returns how many were found.
    """
    new = _without_a_point().where(VisitRequest.changed_at > now - NEW)
    points: dict[int, Found] = {}
    for row in db.session.scalars(new).all():
        answer = addresses.find(address_of(row.street, row.postcode, row.town))
        if answer.found:
            points[row.id] = answer.found
    db.session.rollback()
    if points:
        _keep(points, now)
    return len(points)


def unplaced(request: UUID) -> Unplaced:
    """Return a wish whose point may be set; raises ``NoSuchWish``."""
    row = db.session.scalar(_to_be_placed(request))
    if row is None:
        raise NoSuchWish
    return Unplaced(
        uuid=row.uuid,
        reference=row.reference,
        street=row.street,
        postcode=row.postcode,
        town=row.town,
        quality=Quality(row.quality) if row.quality else None,
        point=row.point,
    )


def meant(address: Address) -> tuple[Found, ...]:
    """Return what of the office's own list might be meant; nobody else is asked."""
    return _choices(addresses.find(address))


def meant_by_anybody(address: Address) -> tuple[Found, ...]:
    """Return what might be meant, of the list or of the town's own server.

    Raises ``GeocoderSilent``.
    """
    return _choices(addresses.look_up(address))


def place(request: UUID, spot: Spot, *, by: int, now: datetime) -> None:
    """Set the point of a wish; raises ``NoSuchWish``.

    What the client wrote stays. With an address of the list, the wish counts as one
    at that door: others there are visited in one go.
    """
    with write_session() as session:
        row = session.scalar(_to_be_placed(request).with_for_update())
        if row is None:
            raise NoSuchWish
        row.point, row.quality, row.changed_at = spot.point, spot.quality, now
        if spot.address is not None:
            row.address_hash = addresses.address_hash(spot.address)
        note(session, Actor.STAFF, "place visit", row.about, now=now, staff=by)


def address_of(street: str, postcode: str, town: str) -> Address:
    """Read an address whose street holds the house number."""
    split = split_street(street)
    return Address(split.street, split.house_number, postcode, town)


def _choices(answer: Answer) -> tuple[Found, ...]:
    return (answer.found, *answer.suggestions) if answer.found else answer.suggestions


def _without_a_point() -> Select[VisitRequest]:
    return select(VisitRequest).where(
        VisitRequest.state.in_(TO_BE_PLANNED), VisitRequest.quality.is_(None)
    )


def _to_be_placed(request: UUID) -> Select[VisitRequest]:
    return select(VisitRequest).where(
        VisitRequest.uuid == request, VisitRequest.state.in_(STILL_TO_BE)
    )


def _keep(points: Mapping[int, Found], now: datetime) -> None:
    with write_session() as session:
        for row in session.scalars(
            select(VisitRequest).where(VisitRequest.id.in_(points))
        ):
            found = points[row.id]
            row.point = (found.latitude, found.longitude)
            row.quality = Quality(found.precision.value)
            row.changed_at = now
