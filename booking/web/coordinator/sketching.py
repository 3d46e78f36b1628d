"""How do routes become a sketch? Points and numbers; no address of a client."""

from collections.abc import Sequence

from booking.geography import Sketch, StreetMap, ToDraw, sketched
from booking.services.board_rows import RouteRow


def sketch_of(
    routes: Sequence[RouteRow],
    office: tuple[float, float] | None,
    streets: StreetMap | None = None,
) -> Sketch | None:
    """Return the sketch of a day's routes, if it is known where anything is.

    Without ``streets`` it is quickly made: for the colours and numbers beside a list.
    """
    drawn = [_to_draw(route) for route in routes]
    if office is None or not any(route.doors for route in drawn):
        return None
    return sketched(office, drawn, streets)


def _to_draw(route: RouteRow) -> ToDraw:
    return ToDraw(
        label=route.counsellor,
        doors=tuple(stop.point for stop in route.stops if stop.point),
    )
