"""What do weeks look like that nobody has tuned the search for? Made anew by a number.

The shape is that of a small town's office: clients within eight kilometres, some of
them at one address, a few parts of days each; counsellors with appointments in their
calendars. The same number makes the same week.
"""

from datetime import datetime, timedelta
from random import Random

DAYS = [datetime(2026, 11, 23) + timedelta(days=n) for n in range(5)]  # noqa: DTZ001 - week files hold wall time
OFFICE = (48.7033, 9.6528)
LANGUAGES = ["de", "ar", "fa", "uk", "tr", "ti", "so", "en"]
TRAVEL = {
    "foot": {"kmh": 4.8, "detour": 1.25, "extra_minutes": 0},
    "bike": {"kmh": 14.0, "detour": 1.3, "extra_minutes": 1},
    "car": {"kmh": 26.0, "detour": 1.4, "extra_minutes": 4},
    "pt": {"kmh": 12.0, "detour": 1.4, "extra_minutes": 8},
}


def invented(number: int, visits: int = 60, counsellors: int = 6) -> dict:
    """Return the facts of a week file."""
    dice = Random(number)  # noqa: S311 - an invented week, not a secret
    staff = [_counsellor(dice, f"c{n}") for n in range(counsellors)]
    doors = [_door(dice, f"a{n}") for n in range(visits * 2 // 3)]
    return {
        "name": f"invented-{visits}-{number}",
        "zone": "Europe/Berlin",
        "office": {"lat": OFFICE[0], "lon": OFFICE[1]},
        "setup_minutes": 5,
        "shortest_shift_minutes": 40,
        "travel": TRAVEL,
        "costs": {"other_counsellor_minutes": 15, "unplanned_hours": [4, 8, 16]},
        "counsellors": staff,
        "visits": [_visit(dice, f"v{n}", doors, staff) for n in range(visits)],
    }


def _counsellor(dice: Random, name: str) -> dict:
    days = sorted(dice.sample(DAYS, dice.choice([4, 5, 5])))
    return {
        "id": name,
        "languages": sorted({"de", *dice.sample(LANGUAGES, 3)}),
        "mode": dice.choice([*TRAVEL]),
        "shifts": [_shift(dice, day) for day in days],
    }


def _shift(dice: Random, day: datetime) -> dict:
    start = day + timedelta(minutes=30 * dice.randint(16, 20))
    noon = day + timedelta(minutes=30 * dice.randint(23, 25))
    busy = [(noon, noon + timedelta(minutes=30))]
    for _ in range(dice.randint(0, 3)):
        begin = start + timedelta(minutes=30 * dice.randint(0, 14))
        busy.append((begin, begin + timedelta(minutes=dice.choice([30, 60, 90]))))
    return {
        "start": start.isoformat(),
        "end": (start + timedelta(hours=8)).isoformat(),
        "busy": [[a.isoformat(), b.isoformat()] for a, b in sorted(busy)],
    }


def _door(dice: Random, name: str) -> dict:
    lat, lon = (middle + dice.gauss(0, 0.02) for middle in OFFICE)
    return {"address": name, "lat": round(lat, 6), "lon": round(lon, 6)}


def _visit(dice: Random, name: str, doors: list[dict], staff: list[dict]) -> dict:
    language = dice.choice(LANGUAGES)
    speak = [one["id"] for one in staff if language in one["languages"]]
    own = {"own": dice.choice(speak)} if speak and dice.random() < 0.7 else {}
    return {
        "id": name,
        "minutes": dice.choice([30, 45, 45, 60]),
        "language": language,
        "priority": dice.choice([0, 0, 0, 1, 1, 2]),
        "windows": [_window(dice, day) for day in _days(dice)],
        **dice.choice(doors),
        **own,
    }


def _days(dice: Random) -> list[datetime]:
    return sorted(dice.sample(DAYS, dice.randint(1, 4)))


def _window(dice: Random, day: datetime) -> list[str]:
    start = day + timedelta(hours=dice.randint(8, 15))
    length = timedelta(hours=dice.randint(1, 4))
    return [start.isoformat(), (start + length).isoformat()]
