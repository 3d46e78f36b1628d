"""How long is a visit, how exactly is it told, and how does who drive there?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from booking.routing import MODES
from booking.services.journal import Actor, note
from booking.services.office import ImpossibleSetting, decide
from booking.services.writing import write_session

TRAVEL_MODES = tuple(MODES)
USUAL_MODE = "car"  # of whom nobody has said how she travels
# The same bounds as a wish's minutes have in the database.
SHORTEST_VISIT, LONGEST_VISIT = 5, 480
# A told window begins on a quarter of an hour: a narrower one could end too early.
NARROWEST_TOLD, WIDEST_TOLD = 15, 240


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitSettings:
    """What an office decides about visits; impossible values cannot be made."""

    visit_minutes: int
    told_minutes: int
    point: tuple[float, float] | None  # latitude, longitude
    modes: Mapping[str, str]  # of travel, by staff uuid

    def __post_init__(self) -> None:
        sound = (
            SHORTEST_VISIT <= self.visit_minutes <= LONGEST_VISIT
            and NARROWEST_TOLD <= self.told_minutes <= WIDEST_TOLD
            and (self.point is None or _is_on_earth(*self.point))
            and set(self.modes.values()) <= set(TRAVEL_MODES)
        )
        if not sound:
            raise ImpossibleSetting


def save_visit_settings(wanted: VisitSettings, *, by: int, now: datetime) -> None:
    """Decide how visits are planned and told from now on."""
    with write_session() as session:
        decide(
            session,
            now=now,
            visit_minutes=wanted.visit_minutes,
            told_minutes=wanted.told_minutes,
            office_point=list(wanted.point) if wanted.point else None,
            travel_modes=dict(wanted.modes),
        )
        note(session, Actor.STAFF, "settle visits", "office", now=now, staff=by)


def _is_on_earth(latitude: float, longitude: float) -> bool:
    return abs(latitude) <= 90 and abs(longitude) <= 180  # noqa: PLR2004 - degrees
