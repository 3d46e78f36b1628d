"""Which text may be stored? One boundary for every field, on both databases."""

import unicodedata

# Overrides and isolates can make a line read other than it is stored.
BIDI_CONTROLS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
KEPT_CONTROLS = frozenset("\n\t")


def cleaned(text: str) -> str:
    """Return the text composed (NFC), trimmed, and free of invisible controls.

    PostgreSQL refuses NUL, both refuse lone surrogates; joiners stay, because
    Persian and emoji need them.
    """
    if text.isascii() and text.isprintable():
        return text.strip()  # nothing in it could be composed or invisible
    kept = "".join(character for character in text if _may_stay(character))
    return unicodedata.normalize("NFC", kept).strip()


def _may_stay(character: str) -> bool:
    if character in KEPT_CONTROLS:
        return True
    category = unicodedata.category(character)
    return category not in {"Cc", "Cs"} and character not in BIDI_CONTROLS
