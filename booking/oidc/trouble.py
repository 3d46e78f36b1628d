"""Why did somebody not get in by the town's single sign-on?"""

from enum import StrEnum


class Trouble(StrEnum):
    """What went wrong; pages have a sentence for each."""

    SILENT = "silent"  # the provider is down, slow or busy
    GARBLED = "garbled"  # it answered, but not what is agreed
    REFUSED = "refused"  # she or the provider said no
    OVER = "over"  # not begun in this browser, used already, or too long ago
    UNPROVED = "unproved"  # its word about her does not hold
    WEAK = "weak"  # without the second factor that the office asks for
    STALE = "stale"  # it did not ask her anew
    UNCONFIRMED = "unconfirmed"  # no e-mail address that it has confirmed
    UNKNOWN = "unknown"  # nobody works here with that address
    TIED = "tied"  # that account belongs to somebody else over there
    SOMEBODY_ELSE = "somebody_else"  # another one than sits at this browser


class NotSignedOn(Exception):
    """Nobody got in; ``trouble`` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble
