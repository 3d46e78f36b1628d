"""Where are the streets kept that are drawn behind sketches? Beside the database.

They are public: no address of anybody is among them, and no backup needs them.
"""

from collections.abc import Iterable
from pathlib import Path

from booking.geography import StreetMap, keep_streets, load_streets
from booking.geography.street_map import Street
from booking.models.running import settings

FILE = "streets.json.gz"


def streets() -> StreetMap | None:
    """Return the streets of the town, if an extract has been imported."""
    return load_streets(_file())


def take_in(found: Iterable[Street]) -> int:
    """Keep these streets in the place of those before; return how many."""
    return keep_streets(found, _file())


def take_in_first(found: Iterable[Street]) -> None:
    """Keep these streets unless an extract has been imported."""
    if streets() is None:
        take_in(found)


def _file() -> Path:
    folder = settings().data
    folder.mkdir(parents=True, exist_ok=True)
    return folder / FILE
