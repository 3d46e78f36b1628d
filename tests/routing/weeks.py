"""Invented weeks for the laws."""

from dataclasses import replace
from random import Random

from hypothesis import settings
from hypothesis import strategies as st

from booking.routing import (
    Apart,
    Costs,
    Counsellor,
    Distance,
    Duty,
    Interpreter,
    Point,
    Promise,
    StartWindow,
    TravelMode,
    Vehicle,
    Visit,
    Week,
)

HOUR, MINUTE = 3600, 60
# A law that plans needs its time, and more on a busy machine.
calmly = settings(deadline=None, max_examples=80)
OFFICE = Point(48.7025, 9.6528)
CAR = TravelMode(kmh=28, detour=1.4, extra_minutes=4)
FOOT = TravelMode(kmh=4.8, detour=1.25)


def at(hours, minutes=0):
    return hours * HOUR + minutes * MINUTE


def duty(start=8, end=12, *busy):
    return Duty(at(start), at(end), tuple((at(*a), at(*b)) for a, b in busy))


MORNING = duty()


def counsellor(name="c0", languages=("de",), duties=(MORNING,), mode="car"):
    return Counsellor(
        id=name, languages=frozenset(languages), mode=mode, duties=tuple(duties)
    )


def visit(name="v0", east=1.0, north=0.0, **changes):
    """A visit some kilometres from the office, at any time of the first morning."""
    usual = {
        "id": name,
        "address": f"{east:.3f} {north:.3f}",
        "point": Point(OFFICE.latitude + north / 111.2, OFFICE.longitude + east / 73.4),
        "service": 45 * MINUTE,
        "language": "de",
        "windows": (StartWindow(at(8), at(12)),),
    }
    return Visit(**(usual | changes))


HER = counsellor()


def week(visits=(), counsellors=(HER,), **changes):
    usual = {
        "name": "invented",
        "office": OFFICE,
        "setup": 5 * MINUTE,
        "shortest_shift": 40 * MINUTE,
        "modes": {"car": CAR, "foot": FOOT},
        "counsellors": tuple(counsellors),
        "visits": tuple(visits),
    }
    return Week(**(usual | changes))


@st.composite
def weeks(draw, most=8):
    """Small weeks in which everything may happen."""
    staff = [
        counsellor(
            f"c{n}",
            draw(st.sets(st.sampled_from(["de", "ar", "ti"]), min_size=1)),
            draw(_duties()),
            draw(st.sampled_from(["car", "foot"])),
        )
        for n in range(draw(st.integers(1, 3)))
    ]
    visits = [draw(_visits(f"v{n}")) for n in range(draw(st.integers(0, most)))]
    return week(visits, staff)


@st.composite
def _duties(draw):
    days = draw(st.lists(st.integers(0, 2), max_size=3, unique=True))
    duties = []
    for day in days:
        start = 24 * 60 * day + draw(st.integers(7 * 60, 10 * 60))
        length = draw(st.integers(60, 8 * 60))
        busy = draw(
            st.lists(
                st.tuples(st.integers(-30, length), st.integers(5, 120)), max_size=3
            )
        )
        spans = tuple(((start + a) * MINUTE, (start + a + b) * MINUTE) for a, b in busy)
        duties.append(Duty(start * MINUTE, (start + length) * MINUTE, spans))
    return tuple(duties)


@st.composite
def _visits(draw, name):
    doors = st.sampled_from([(0.5, 0.2), (1.0, -1.0), (-2.0, 0.5), (0.0, 3.0)])
    east, north = draw(doors)
    windows = []
    for _ in range(draw(st.integers(0, 3))):
        early = 24 * 60 * draw(st.integers(0, 2)) + draw(st.integers(7 * 60, 17 * 60))
        windows.append(
            StartWindow(early * MINUTE, (early + draw(st.integers(0, 240))) * MINUTE)
        )
    names = st.sampled_from(["c0", "c1", "c2"])
    return visit(
        name,
        east,
        north,
        service=draw(st.integers(10, 90)) * MINUTE,
        language=draw(st.sampled_from(["de", "de", "ar", "ti", "so"])),
        windows=tuple(windows),
        priority=draw(st.integers(0, 2)),
        own=draw(st.none() | names),
        allowed=draw(st.none() | st.frozensets(names, min_size=1)),
        excluded=draw(st.frozensets(names, max_size=1)),
    )


def tied_weeks(most=6):
    """Busy days on which routes depend on one another in every way there is."""
    return st.builds(tied_week, st.integers(0, 1 << 32), st.just(most))


def tied_week(seed, most=6):
    dice = Random(seed)  # noqa: S311 - an invented week, not a secret
    staff = [_somebody(dice, f"c{n}") for n in range(dice.randint(2, 3))]
    visits = [_bound(dice, f"v{n}") for n in range(dice.randint(2, most))]
    pairs = [dice.sample(visits, 2) for _ in range(dice.choice([0, 1, 2]))]
    return week(
        visits,
        staff,
        apart=tuple(Apart(a.id, b.id, dice.choice(list(Distance))) for a, b in pairs),
        interpreters=tuple(
            Interpreter(
                id=f"i{n}",
                hours=(_hours(dice, 8, 11, 60, 240),),
                between=dice.choice([0, 20 * MINUTE]),
            )
            for n in range(dice.randint(1, 2))
        ),
        vehicles=tuple(
            Vehicle(
                id=f"b{n}",
                mode="car",
                busy=tuple(
                    _hours(dice, 7, 12, 30, 90) for _ in range(dice.choice([0, 1]))
                ),
            )
            for n in range(dice.choice([0, 1, 1, 2]))
        ),
        costs=Costs(unfair=dice.choice([0, 0, 25])),
    )


def _somebody(dice, name):
    busy = (_hours(dice, 9, 12, 30, 60),) if dice.random() < 0.4 else ()
    day = Duty(at(8), at(8) + dice.randint(150, 330) * MINUTE, busy)
    one = counsellor(
        name,
        dice.choice([("de",), ("de", "ar"), ("ar",)]),
        [day],
        dice.choice(["car", "car", "foot"]),
    )
    return replace(one, own_vehicle=dice.random() < 0.2)


def _bound(dice, name):
    east, north = dice.choice([(0.5, 0.2), (1.0, -0.6), (-1.2, 0.5), (0.0, 1.5)])
    early = at(8) + dice.randint(0, 180) * MINUTE
    windows = (StartWindow(early, early + dice.randint(0, 180) * MINUTE),)
    names = ["c0", "c1", "c2"]
    return visit(
        name,
        east,
        north,
        service=dice.randint(15, 60) * MINUTE,
        language=dice.choice(["de", "de", "ar", "ti"]),
        windows=windows,
        priority=dice.randint(0, 2),
        own=dice.choice([None, *names]),
        excluded=frozenset(dice.sample(names, dice.choice([0, 0, 0, 1]))),
        familiar=frozenset(dice.sample(names, dice.choice([0, 1]))),
        overdue=dice.choice([0, 0, 1]),
        crew=dice.choice([1, 1, 1, 2]),
        interpreters=dice.choice(
            [None, None, frozenset({"i0"}), frozenset({"i0", "i1"})]
        ),
        published=dice.choice([None, None, Promise(dice.choice(names), early)]),
    )


def _hours(dice, first, last, shortest, longest):
    start = dice.randint(at(first), at(last)) // MINUTE * MINUTE
    return start, start + dice.randint(shortest, longest) * MINUTE
