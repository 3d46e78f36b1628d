"""Who may go along a way of OpenStreetMap, in which direction, and how fast?"""

from collections.abc import Mapping

WALK, RIDE = 4.8, 15.0  # km/h
# What is driven on each kind of road in and around towns, lights and turns included.
DRIVE = {
    "motorway": 100.0,
    "motorway_link": 50.0,
    "trunk": 75.0,
    "trunk_link": 45.0,
    "primary": 45.0,
    "primary_link": 35.0,
    "secondary": 40.0,
    "secondary_link": 35.0,
    "tertiary": 36.0,
    "tertiary_link": 30.0,
    "unclassified": 32.0,
    "residential": 24.0,
    "living_street": 9.0,
    "road": 25.0,
    "service": 12.0,
}
NO_PLACE_TO_WALK = frozenset({"motorway", "motorway_link", "trunk", "trunk_link"})
FOR_FEET = frozenset({"footway", "path", "pedestrian", "steps", "track", "bridleway"})
FOR_BIKES = frozenset({"cycleway", "path", "track"})
CLOSED = frozenset({"no", "private"})
OPEN = frozenset({"yes", "designated", "permissive", "destination"})
ONE_WAY = frozenset({"yes", "1", "true"})
# By which tags a way is opened or closed to each, the most telling first.
KEYS = {
    "foot": ("foot", "access"),
    "bike": ("bicycle", "vehicle", "access"),
    "car": ("motorcar", "motor_vehicle", "vehicle", "access"),
}


Both = tuple[float, float]  # km/h along the way, and back; 0 where it is closed


def speeds_on(tags: Mapping[str, str]) -> dict[str, Both]:
    """Return how fast each mode goes here; a mode that may not is left out."""
    kind = tags.get("highway", "")
    if not kind or tags.get("area") == "yes":
        return {}
    usual = {
        "foot": WALK if _is_for(FOR_FEET, kind) else 0,
        "bike": RIDE if _is_for(FOR_BIKES, kind) else 0,
        "car": DRIVE.get(kind, 0),
    }
    found = {}
    for mode, keys in KEYS.items():
        said = next((tags[key] for key in keys if key in tags), "")
        fast = usual[mode] or _opened(mode, tags)
        if fast and said not in CLOSED:
            found[mode] = _both(fast, mode, tags)
    return found


def _is_for(these: frozenset[str], kind: str) -> bool:
    return kind in these or (kind in DRIVE and kind not in NO_PLACE_TO_WALK)


def _opened(mode: str, tags: Mapping[str, str]) -> float:
    """Return how fast a mode goes that only a sign of its own lets in."""
    slow = {"foot": WALK, "bike": RIDE}
    return slow.get(mode, 0) if tags.get(KEYS[mode][0]) in OPEN else 0


def _both(fast: float, mode: str, tags: Mapping[str, str]) -> Both:
    """Say which directions are open: feet know no one-way streets."""
    said = tags.get("oneway") or _implied(tags)
    if mode == "foot" or (mode == "bike" and _is_excused(tags)):
        said = "no"
    if said == "-1":
        return 0, fast
    return fast, 0 if said in ONE_WAY else fast


def _implied(tags: Mapping[str, str]) -> str:
    circles = tags.get("junction") == "roundabout"
    return "yes" if circles or tags["highway"].startswith("motorway") else "no"


def _is_excused(tags: Mapping[str, str]) -> bool:
    """Tell whether bikes may ride against the one direction."""
    against = tags.get("cycleway", "").startswith("opposite")
    return against or tags.get("oneway:bicycle") == "no"
