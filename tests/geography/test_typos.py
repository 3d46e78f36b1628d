"""At one typo: is the right street meant, and is no wrong one taken without asking?"""

import csv
import random
from pathlib import Path

import pytest

from booking.geography import Address, House, LocalAddressBook, key
from booking.services.invented_town import STREETS

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "goeppingen.csv"
LETTERS = "abcdefghijklmnoprstuvwzäöüß"
RIGHT_AT_LEAST = 0.97
TRIES = 40  # typos of each street
# Kinds of names that German towns have, some of them one letter apart.
USUAL = (
    *("Hauptstraße", "Bahnhofstraße", "Kirchstraße", "Kirchgasse", "Kirchweg"),
    *("Gartenstraße", "Schulstraße", "Schillerstraße", "Schillerplatz", "Goethestraße"),
    *("Lindenstraße", "Lindenweg", "Ringstraße", "Am Mühlbach", "Mühlweg", "Mühlgasse"),
    *("Obere Straße", "Untere Straße", "Lange Straße", "Marktplatz", "Am Markt"),
    *("Ulmer Straße", "Stuttgarter Straße", "Jahnstraße", "Hohe Straße", "Hofstraße"),
    *("Karl-Schurz-Straße", "Im Freihof", "Mörikestraße", "Uhlandstraße", "Rosenweg"),
)


def one_typo(name, chance):
    """Leave out, double, swap, change or add a letter, as fingers do."""
    at = chance.randrange(len(name))
    deed = chance.randrange(4)
    if deed == 0:
        return name[:at] + name[at + 1 :]
    if deed == 1:
        return name[:at] + chance.choice(LETTERS) + name[at:]
    if deed == 2:
        return name[:at] + name[at : at + 2][::-1] + name[at + 2 :]
    return name[:at] + chance.choice(LETTERS) + name[at + 1 :]


def real_streets():
    with SHARED.open(encoding="utf-8") as file:
        return {row["street"] for row in csv.DictReader(file) if row["street"]}


def towns():
    yield pytest.param(sorted({*STREETS, *USUAL}), id="invented")
    missing = pytest.mark.skipif(
        not SHARED.exists(), reason="../shared/data is not here"
    )
    names = sorted(real_streets()) if SHARED.exists() else []
    yield pytest.param(names, id="goeppingen", marks=missing)


@pytest.mark.parametrize("streets", list(towns()))
def test_97_of_100_typos_find_the_right_street_and_none_is_taken_unasked(streets):
    book = LocalAddressBook(
        House(street, str(number), "73033", "Göppingen", 48.7, 9.65)
        for street in streets
        for number in (1, 2)
    )
    chance = random.Random(4711)  # noqa: S311 - the same typos each time
    right = asked = 0
    for street in streets:
        for _ in range(TRIES):
            typed = one_typo(street, chance)
            answer = book.find(Address(typed, "1", "73033", "Göppingen"))
            if answer.found:
                # Taken unasked is only what is written as the list has it.
                assert key(answer.found.line.split(" 1,")[0]) == key(typed)
            best = answer.found or next(iter(answer.suggestions), None)
            right += bool(best) and best.line.startswith(f"{street} 1,")
            asked += 1
    assert right / asked >= RIGHT_AT_LEAST, f"{right} of {asked}"
