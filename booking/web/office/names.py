"""What are the places called at which a file may stand?"""

from booking.languages import gettext as _
from booking.services.files import FILM, PHOTO, RECORDING


def place_names() -> dict[str, str]:
    """Name every place, as the list to choose from does."""
    pages = {
        "languages": _("Recording: choice of language"),
        "start": _("Recording: first page"),
        "place": _("Recording: where to talk"),
        "language": _("Recording: which language"),
        "day": _("Recording: which day"),
        "time": _("Recording: which time"),
        "you": _("Recording: name and how to reach you"),
        "check": _("Recording: all answers once more"),
        "visit": _("Recording: when you are at home"),
        "address": _("Recording: where you live"),
        "appointment": _("Recording: the appointment's own page"),
        "wish": _("Recording: the page of a visit at home"),
        "move": _("Recording: another time"),
        "cancel": _("Recording: cancel the appointment"),
        "find": _("Recording: the code from the slip"),
    }
    named = {RECORDING + page: name for page, name in pages.items()}
    return named | {
        FILM: _("Film in German Sign Language, on the first page"),
        PHOTO: _("Photo of the entrance"),
    }
