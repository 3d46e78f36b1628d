"""How do routes become a sketch? Points and numbers; no address of a client."""

from collections.abc import Sequence

from booking.geography import Sketch, ToDraw, sketched
from booking.services import street_map
from booking.services.board_rows import RouteRow


def sketch_of(
    routes: Sequence[RouteRow], office: tuple[float, float] | None
) -> Sketch | None:
    """Return the sketch of a day's routes, if it is known where anything is."""
    drawn = [_to_draw(route) for route in routes]
    if office is None or not any(route.doors for route in drawn):
        return None
    return sketched(office, drawn, street_map.streets())


def _to_draw(route: RouteRow) -> ToDraw:
    return ToDraw(
        label=route.counsellor,
        doors=tuple(stop.point for stop in route.stops if stop.point),
    )
