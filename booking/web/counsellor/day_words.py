"""How is put into words what happens between appointments? For who works with it."""

from booking.languages import SPOKEN, name_of_language
from booking.languages import gettext as _
from booking.models import ContactKind, ShortContact, WalkIn, WalkInState
from booking.scheduling import TimeWindow
from booking.web.counsellor import words

MINUTES = (5, 10, 15, 30)  # one tap each
NOT_SAID = ""  # the first choice of every list that may be left alone


def kinds() -> list[tuple[str, str]]:
    """Name the ways of a short contact, the most frequent first."""
    names = {
        ContactKind.PHONE: _("by phone"),
        ContactKind.CORRIDOR: _("in the corridor"),
        ContactKind.AUTHORITY: _("a call to an authority"),
        ContactKind.WRITTEN: _("an e-mail or a letter"),
    }
    return [(one.value, str(words)) for one, words in names.items()]


def kind(row: ShortContact) -> str:
    """Name the way of a short contact."""
    return dict(kinds())[row.kind]


def topic_choices() -> list[tuple[str, str]]:
    """List the areas of life, with “not said” first."""
    named = [(one.value, name) for one, name in words.topics().items()]
    return [(NOT_SAID, str(_("not said"))), *named]


def language_choices() -> list[tuple[str, str]]:
    """List the languages by name, with “not said” first."""
    named = sorted(
        ((code, name_of_language(code)) for code in SPOKEN), key=lambda one: one[1]
    )
    return [(NOT_SAID, str(_("not said"))), *named]


def spoken(row: WalkIn) -> str:
    """Name the language of somebody who walked in, if anybody wrote it down."""
    return name_of_language(row.language) if row.language else ""


def state(row: WalkIn) -> str:
    """Say where somebody stands who walked in."""
    who = row.called_by.name if row.called_by else ""
    names = {
        WalkInState.WAITING: _("waits"),
        WalkInState.CALLED: _("with %(name)s", name=who),
        WalkInState.DONE: _("was with %(name)s", name=who),
        WalkInState.LEFT: _("has left"),
    }
    return str(names[WalkInState(row.state)])


def moment(window: TimeWindow) -> str:
    """Write the day and the time of an open hour."""
    return f"{words.day_of(window.start)}, {words.span(window)}"
