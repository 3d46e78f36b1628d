"""Which languages do our pages and our people speak?"""

from collections.abc import Iterable, Sequence
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


LANGUAGES = tuple(Language(code, OWN_NAMES[code]) for code in ("de", "en", "ar"))
_BY_CODE = {language.code: language for language in LANGUAGES}
_BY_PATH = {language.path: language for language in LANGUAGES}


def language_of_code(code: str) -> Language:
    """Return the language; one we do not write in (any more) reads as German."""
    return _BY_CODE.get(code, LANGUAGES[0])


def language_of_path(path: str) -> Language | None:
    """Return the language that stands in an address."""
    return _BY_PATH.get(path)


def language_from_browser(
    accepted: Iterable[str], among: Sequence[Language] = LANGUAGES
) -> Language:
    """Return the first of the browser's languages that is spoken, else ours first."""
    for tag in accepted:
        for name in (tag.lower(), tag.lower().partition("-")[0]):
            language = _BY_PATH.get(name)
            if language in among and language is not None:
                return language
    return among[0] if among else LANGUAGES[0]


def current_language() -> Language:
    """Return the language now spoken, on this page or in this letter."""
    language: Language = g.get("language", LANGUAGES[0])
    return language
