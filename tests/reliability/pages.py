"""What does a browser without JavaScript find on a page, and what would it send?"""

from dataclasses import dataclass, field
from html.parser import HTMLParser


class NothingLikeIt(Exception):
    """The page has no such form or link; its beginning follows."""


@dataclass
class Form:
    """One form: where it goes, and what it sends if nobody touches it."""

    action: str
    method: str
    filled: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)


class Page(HTMLParser):
    """The forms and links of one page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._form: Form | None = None
        self._select: str | None = None
        self.feed(text)
        self.close()

    def form_to(self, path: str, *, asking: str | None = None) -> Form:
        """Return the last form that leads there; the first may be the way back."""
        for form in reversed(self.forms):
            if form.action.endswith(path) and (
                asking is None or asking in form.choices or asking in form.filled
            ):
                return form
        raise NothingLikeIt(f"No form leads to {path}: {self.text[:400]}")

    def link_to(self, *parts: str) -> str:
        """Return the first link whose address holds all these parts."""
        for link in self.links:
            if all(part in link for part in parts):
                return link
        raise NothingLikeIt(f"No link holds {parts}: {self.text[:400]}")

    @property
    def other_times(self) -> list[str]:
        """The times offered on the page that says “taken”."""
        return [slot for form in self.forms for slot in form.choices.get("slot", ())]

    @property
    def says_call(self) -> bool:
        """Whether it gives a number in its text, and not only at the page's edge."""
        main = self.text.partition("<main")[2].partition("</main")[0]
        return "tel:" in main

    def handle_starttag(self, tag, attrs):
        has = {name: value or "" for name, value in attrs}
        if tag == "a":
            self.links.append(has.get("href", ""))
        elif tag == "form":
            self._form = Form(has.get("action", ""), has.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None and tag in {"input", "select", "option"}:
            self._read_field(self._form, tag, has)

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None

    def _read_field(self, form, tag, has):
        if tag == "select":
            self._select = has["name"]
        elif tag == "option":
            if self._select not in form.filled or "selected" in has:
                form.filled[self._select] = has.get("value", "")
        elif has.get("type") in {"radio", "checkbox"}:
            value = has.get("value", "on")
            form.choices.setdefault(has["name"], []).append(value)
            if "checked" in has:
                form.filled[has["name"]] = value
        else:
            form.filled[has["name"]] = has.get("value", "")
