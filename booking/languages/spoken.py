"""Which languages do our pages and our people speak?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask import g

RIGHT_TO_LEFT = frozenset({"ar", "fa", "fa_AF", "ps"})

# Languages people may name as their best one, each in its own script.
OWN_NAMES = {
    "de": "Deutsch",
    "ar": "العربية",
    "en": "English",
    "fa": "فارسی",
    "fa_AF": "دری",
    "fr": "Français",
    "ku": "Kurmancî",
    "ps": "پښتو",
    "ru": "Русский",
    "so": "Soomaali",
    "ti": "ትግርኛ",
    "tr": "Türkçe",
    "uk": "Українська",
}
SPOKEN = tuple(OWN_NAMES)

# What a browser may say instead of our code: ISO 639-3, and the older codes of three
# letters. Central Kurdish (ckb) is not here: its readers use other letters.
ALIASES = {
    variant: code
    for code, variants in {
        "ar": ("ara", "arb"),
        "de": ("deu", "ger"),
        "en": ("eng",),
        "fa": ("fas", "per", "pes"),
        "fa_AF": ("prs",),
        "fr": ("fra", "fre"),
        "ku": ("kmr", "kur"),
        "ps": ("pus", "pbt", "pbu", "pst"),
        "ru": ("rus",),
        "so": ("som",),
        "ti": ("tir",),
        "tr": ("tur",),
        "uk": ("ukr",),
    }.items()
    for variant in variants
}
# Whoever reads one of these reads the other one too.
NEIGHBOURS = {"fa": "fa_AF", "fa_AF": "fa", "de@simple": "de"}


@dataclass(frozen=True, slots=True)
class Language:
    """A language our pages are written in."""

    code: str  # as catalogues are named: de, de@simple, fa_AF
    name: str  # in the language itself

    @property
    def path(self) -> str:
        """How it stands in addresses: ``fa-af``, ``de-simple``."""
        return self.code.lower().replace("_", "-").replace("@", "-")

    @property
    def tag(self) -> str:
        """How HTML and MIME name it (BCP 47)."""
        return self.code.replace("_", "-").replace("@", "-")

    @property
    def locale(self) -> str:
        """How Babel names it; its variants share the grammar of dates."""
        return self.code.partition("@")[0]

    @property
    def direction(self) -> str:
        """Which way it is written."""
        return "rtl" if self.code in RIGHT_TO_LEFT else "ltr"


def _named(code: str) -> Language:
    return Language(code, OWN_NAMES[code])


# In the order in which the first page offers them.
LANGUAGES = (
    _named("de"),
    Language("de@simple", "Einfaches Deutsch"),
    *map(_named, ("en", "fr", "ar", "fa", "fa_AF", "ps", "tr", "uk", "ru")),
    *map(_named, ("ku", "ti", "so")),
)
_BY_CODE = {language.code: language for language in LANGUAGES}
_BY_PATH = {language.path: language for language in LANGUAGES}


def language_of_code(code: str) -> Language:
    """Return the language; one we do not write in (any more) reads as German."""
    return _BY_CODE.get(code, LANGUAGES[0])


def language_of_path(path: str) -> Language | None:
    """Return the language that stands in an address."""
    return _BY_PATH.get(path)


def language_from_browser(
    accepted: Iterable[tuple[str, float]], among: Sequence[Language] = LANGUAGES
) -> Language:
    """Return the best of the browser's languages that is spoken, else ours first.

    ``accepted`` are its tags with their weights; what weighs nothing is unwanted.
    """
    for tag, _weight in sorted(_wanted(accepted), key=_weight_of, reverse=True):
        for code in _codes_of(tag):
            if (language := language_of_code(code)) in among:
                return language
    return among[0] if among else LANGUAGES[0]


def current_language() -> Language:
    """Return the language now spoken, on this page or in this letter."""
    language: Language = g.get("language", LANGUAGES[0])
    return language


def _wanted(accepted: Iterable[tuple[str, float]]) -> Iterator[tuple[str, float]]:
    return ((tag, weight) for tag, weight in accepted if weight > 0)


def _weight_of(one: tuple[str, float]) -> float:
    return one[1]


def _codes_of(tag: str) -> Iterator[str]:
    """Yield our codes for a browser's tag: exactly that one, then what comes near."""
    parts = tag.lower().replace("_", "-").split("-")
    base = ALIASES.get(parts[0], parts[0])
    if base == "fa" and "af" in parts:
        base = "fa_AF"
    if base == "de" and "simple" in parts:
        base = "de@simple"
    for code in (base, NEIGHBOURS.get(base)):
        if code in _BY_CODE:
            yield code
