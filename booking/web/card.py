"""What stands on the card with a client's own link? Staff print it, she keeps it."""

from dataclasses import dataclass

from flask_babel import gettext as _

from booking.languages import Language, speaking


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """One language's half of the card."""

    language: Language
    title: str
    sentence: str
    careful: str


def half(language: Language) -> Half:
    """Write the card in one language."""
    with speaking(language):
        return Half(
            language=language,
            # I18N: on a card that a client keeps; she scans the code or types the link
            title=_("Your link to book an appointment"),
            sentence=_("Scan this code. Then choose a time with your counsellor."),
            careful=_("The link shows nothing about you. If you lose it, tell us."),
        )
