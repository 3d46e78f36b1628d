"""How does somebody get from door to door? The modes of travel, in words."""

from collections.abc import Callable

from booking.languages import gettext as _


def mode_name(mode: str) -> str:
    """Say how somebody travels."""
    words: dict[str, Callable[[], str]] = {
        "foot": lambda: _("on foot"),
        "bike": lambda: _("by bike"),
        "car": lambda: _("by car"),
        "pt": lambda: _("by bus and train"),
    }
    return words.get(mode, lambda: mode)()
