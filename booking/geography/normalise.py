"""Which house is meant? One spelling for what people write in many ways."""

import re
from dataclasses import dataclass, replace
from typing import Self

_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
# "Kirchstr.", "Obere Str.": the word that ends most street names.
_STREET_WORD = re.compile(r"str(?:\.|(?=\s|$))")
_NOT_A_SIGN = re.compile(r"[\W_]+")
_POSTCODE = re.compile(r"(?<!\d)(\d{5})(?!\d)")
_NUMBER = re.compile(
    r"\d+(?:\s*[a-z])?(?:\s*[-\u2013/]\s*(?:\d+(?:\s*[a-z])?|[a-z]))*$",
    re.IGNORECASE,
)
_PARTS = re.compile(r"(\d+)\s*([a-z]?)\s*(?:([-\u2013/])\s*(\d+))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HouseNumber:
    """A house number in its parts: ``12 a``, a range ``3-7``, a back house ``49/2``.

    ``number`` 0 means that there is none. ``until`` ends a range; ``sub`` is a part
    of the same plot.
    """

    number: int = 0
    suffix: str = ""
    until: int = 0
    sub: int = 0

    @classmethod
    def read(cls, text: str) -> Self:
        """Read what people write; what is no number at all reads as none."""
        found = _PARTS.match(text.strip())
        if found is None:
            return cls()
        number, suffix, sign, second = found.groups()
        return cls(
            number=int(number),
            suffix=suffix.lower(),
            until=int(second) if sign in {"-", "\u2013"} else 0,
            sub=int(second) if sign == "/" else 0,
        )

    def covers(self, other: "HouseNumber") -> bool:
        """Tell whether a house with this number, or range, is the one that is meant."""
        if not self.until:
            return self == other
        same_side = (other.number - self.number) % 2 == 0
        return same_side and self.number <= other.number <= self.until

    def distance(self, other: "HouseNumber") -> tuple[int, int, int, int, int]:
        """Return how far along the street the other house is: other side last.

        Of one number the house without a letter is nearest to what is not there.
        """
        ends = (self.number, self.until or self.number)
        steps = min(abs(other.number - end) for end in ends)
        inside = ends[0] <= other.number <= ends[1]
        side = (other.number - self.number) % 2
        part = ord(self.suffix) if self.suffix else 0
        return side, 0 if inside else steps, self.number, part, self.sub


@dataclass(frozen=True, slots=True)
class Address:
    """An address as somebody wrote it; any part may be missing."""

    street: str = ""
    house_number: str = ""
    postcode: str = ""
    town: str = ""

    @classmethod
    def read(cls, text: str) -> Self:
        """Read one line: ``Kirchstr. 11, 73033 Göppingen``, or the town first."""
        found = _POSTCODE.search(text)
        postcode = found.group(1) if found else ""
        # A comma before and behind keeps "11 73033 Göppingen" from running together.
        line = _POSTCODE.sub(",", text, count=1) if found else text
        parts = [part.strip() for part in re.split(r"[,;\n]", line) if part.strip()]
        numbered = [part for part in parts if _NUMBER.search(part)]
        street_part = numbered[0] if numbered else (parts[0] if parts else "")
        others = [part for part in parts if part is not street_part]
        split = split_street(street_part)
        return cls(split.street, split.house_number, postcode, " ".join(others))

    @property
    def canonical(self) -> str:
        """One text for every spelling of this address, to be hashed and compared."""
        number = HouseNumber.read(self.house_number)
        tail = (number.number, number.suffix, number.until, number.sub)
        return "|".join(
            (self.postcode.strip(), key(self.town), key(self.street), *map(str, tail))
        )


def split_street(text: str) -> Address:
    """Part a street from the house number behind it."""
    found = _NUMBER.search(text.strip())
    if found is None or found.start() == 0:
        return Address(street=text.strip())
    street = text.strip()[: found.start()].strip(" ,")
    return replace(Address(street=street), house_number=found.group().strip())


def key(name: str) -> str:
    """Return what different spellings of a street or town have in common.

    Small letters, ß→ss, ä→ae, ``str.``→strasse; spaces and punctuation fall away.
    """
    small = name.casefold().translate(_LETTERS)
    return _NOT_A_SIGN.sub("", _STREET_WORD.sub("strasse", small))
