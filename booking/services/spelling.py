"""Do two people mean the same name, whatever their keyboards write?

Case, accents, vowel signs, joined letters and the several forms of one letter do not
count; this is for looking through names that may be read anyway, never for a hash.
"""

import unicodedata

# What stands apart in Unicode, and is one letter to whoever looks for a name.
_ALEF, _YEH, _HEH = (
    "\u0671\u0672\u0673",
    "\u0649\u06cc\u06d2",
    "\u0629\u06d5\u06c1\u06be",
)
_BETWEEN_PARTS = "-\u2010\u2011\u2012\u2013.,"
_STRETCHED_LINE = "\u0640"
_APOSTROPHES = "'\u2019\u2018\u02bc\u02bb\u02bf\u02be`\u00b4"
_ALIKE = {
    # Arabic, Persian, Kurdish and Urdu keyboards
    **dict.fromkeys(map(ord, _ALEF), "\u0627"),
    **dict.fromkeys(map(ord, _YEH), "\u064a"),
    **dict.fromkeys(map(ord, _HEH), "\u0647"),
    ord("\u06a9"): "\u0643",  # kaf
    ord("\u0491"): "\u0433",  # the Ukrainian upturned ge
    **str.maketrans("\u0131øłđðħ", "iolddh"),
    **str.maketrans({"æ": "ae", "œ": "oe", "þ": "th"}),
    **dict.fromkeys(map(ord, _BETWEEN_PARTS), " "),
    **dict.fromkeys(map(ord, _STRETCHED_LINE + _APOSTROPHES), ""),
}


def plain(name: str) -> str:
    """Return a name as it is compared: what looks alike is written alike."""
    # Twice: what is taken apart may be a capital, and small letters come apart too.
    small = unicodedata.normalize("NFKD", name).casefold()
    apart = unicodedata.normalize("NFKD", small).casefold()
    kept = (sign for sign in apart if _counts(sign))
    return " ".join("".join(kept).translate(_ALIKE).split())


def is_part_of(typed: str, name: str) -> bool:
    """Tell whether every word somebody typed stands in a name, in any order."""
    known = plain(name)
    return all(word in known for word in plain(typed).split())


def _counts(sign: str) -> bool:
    return not unicodedata.combining(sign) and unicodedata.category(sign) != "Cf"
