"""Where does a button or link lead, and what does it take along?"""

from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup, escape

HIDDEN = '<input type="hidden" name="%s" value="%s">'


@dataclass(frozen=True)
class Carried:
    """What a form takes along without asking for it: names and values."""

    answers: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        """Tell whether there is anything to take along."""
        return bool(self.answers)

    @cached_property
    def fields(self) -> Markup:
        """Write the hidden fields, once for a page that shows them in many forms."""
        lines = [HIDDEN % (escape(name), escape(said)) for name, said in self.answers]
        return Markup("\n".join(lines))  # noqa: S704 - escaped above


NOTHING = Carried()


@dataclass(frozen=True, slots=True)
class Step:
    """Where a button or link leads, and what it takes along."""

    action: str
    method: str
    carried: Carried = NOTHING
