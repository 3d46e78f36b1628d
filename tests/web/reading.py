"""What would a browser without JavaScript make of a page, and send back?"""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

VOID = frozenset(
    {"area", "br", "circle", "hr", "img", "input", "line", "link", "meta", "path"}
)


@dataclass
class Element:
    """One element with its attributes and all text inside it."""

    tag: str
    attributes: dict
    inside: list = field(default_factory=list)
    words: list = field(default_factory=list)

    @property
    def text(self):
        return " ".join("".join(self.words).split())

    def get(self, name, default=None):
        return self.attributes.get(name, default)


@dataclass
class Form:
    """A form as it would be sent now."""

    action: str
    method: str
    fields: dict = field(default_factory=dict)
    options: dict = field(default_factory=dict)
    names: set = field(default_factory=set)


class Page(HTMLParser):
    """A page that was read."""

    def __init__(self, answer):
        super().__init__()
        self.status, self.headers = answer.status_code, answer.headers
        self.html = answer.get_data(as_text=True)
        self.elements, self.forms, self._open = [], [], []
        self._select = self._writing = None
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag, attrs):
        element = Element(tag, dict(attrs), inside=[one.tag for one in self._open])
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)
        if tag == "form":
            self.forms.append(Form(element.get("action"), element.get("method")))
        elif (
            tag in {"input", "select", "option", "textarea"}
            and "form" in element.inside
        ):
            self._control(element)
        elif tag == "button" and "form" in element.inside and element.get("name"):
            self._button(element)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data):
        if self._open and self._open[-1].tag == "textarea":
            # A browser drops the line break that begins it, and sends the rest.
            self.forms[-1].fields[self._writing] += data.removeprefix("\r\n")
        for element in self._open:
            element.words.append(data)

    def _control(self, element):
        form, name = self.forms[-1], element.get("name")
        if element.tag == "select":
            self._select = name
            form.names.add(name)
            return
        if element.tag == "textarea":
            form.names.add(name)
            form.fields[name], self._writing = "", name
            return
        kind = element.get("type", "text") if element.tag == "input" else "option"
        name = self._select if kind == "option" else name
        form.names.add(name)
        if kind in {"radio", "checkbox", "option"}:
            form.options.setdefault(name, []).append(element.get("value", "on"))
            chosen = "checked" in element.attributes or "selected" in element.attributes
            first = kind == "option" and name not in form.fields
            if not (chosen or first):
                return
        value = element.get("value", "on" if kind == "checkbox" else "")
        if kind == "checkbox" and name in form.fields:
            ticked = form.fields[name]
            value = [*ticked, value] if isinstance(ticked, list) else [ticked, value]
        form.fields[name] = value

    def _button(self, element):
        """It sends its value only when it is the one that was pressed."""
        form, name = self.forms[-1], element.get("name")
        form.names.add(name)
        form.options.setdefault(name, []).append(element.get("value", ""))

    def all(self, *tags):
        return [one for one in self.elements if one.tag in tags]

    @property
    def heading(self):
        return self.all("h1")[0].text

    @property
    def title(self):
        return self.all("title")[0].text

    @property
    def text(self):
        return self.all("body")[0].text

    def form(self, ending):
        """The form that leads to an address with this ending."""
        found = [
            one for one in self.forms if urlsplit(one.action).path.endswith(ending)
        ]
        assert found, (
            f"no form leads to …{ending}: {[one.action for one in self.forms]}"
        )
        return found[0]

    def link(self, ending):
        hrefs = [one.get("href", "") for one in self.all("a")]
        return next(href for href in hrefs if urlsplit(href).path.endswith(ending))

    def error_at(self, name):
        """The sentence that stands at a field, or at its group."""
        texts = [one.text for one in self.elements if one.get("id") == f"{name}-error"]
        return texts[0] if texts else ""


class Visitor:
    """Somebody with a phone: follows links, fills in what a page asks."""

    def __init__(self, client, language="de"):
        self._client, self.language = client, language

    def get(self, path, **headers):
        return Page(self._client.get(path, follow_redirects=True, headers=headers))

    def open(self, path=""):
        return self.get(f"/{self.language}/{path}")

    def send(self, form, **typed):
        """Fill in and send; only what the page offers can be chosen."""
        unknown = set(typed) - form.names
        assert not unknown, f"the form does not ask for {unknown}"
        for name, value in typed.items():
            for one in value if isinstance(value, list) else [value]:
                assert one in form.options.get(name, [one]), f"{name}={one}?"
        filled = {n: v for n, v in (form.fields | typed).items() if v is not None}
        if form.method == "get":
            answer = self._client.get(form.action, query_string=filled)
        else:
            answer = self._client.post(form.action, data=filled)
        if answer.status_code in {302, 303}:
            return self.get(answer.location)
        return Page(answer)

    def day_page(self, *, place="office", language="de", interpreter="no"):
        page = self.open("book")
        page = self.send(page.form("/language"), place=place)
        return self.send(page.form("/day"), language=language, interpreter=interpreter)

    def time_page(self, day="2027-03-04", **wish):
        page = self.day_page(**wish)
        return self.get(next(link for link in self.links(page) if f"day={day}" in link))

    def you_page(self, time="09:00", **choices):
        return self.send(self.time_page(**choices).form("/you"), time=time)

    def check_page(self, *, answers=(), **choices):
        typed = {"name": "Amal Beispiel", "reach": "none"} | dict(answers)
        return self.send(self.you_page(**choices).form("/check"), **typed)

    def booked_page(self, **choices):
        return self.send(self.check_page(**choices).form("/appointment"))

    def days_page(self, *, language="de", interpreter="no"):
        page = self.open("book")
        page = self.send(page.form("/language"), place="home")
        return self.send(
            page.form("/visit"), language=language, interpreter=interpreter
        )

    def door_page(self, *, days=("1", "3"), parts=("morning",), **wish):
        form = self.days_page(**wish).form("/address")
        return self.send(form, weekdays=list(days), parts=list(parts))

    def contact_page(self, *, door=(), **wish):
        typed = {"door_street": "Musterstraße 7"} | dict(door)
        return self.send(self.door_page(**wish).form("/contact"), **typed)

    def check_wish_page(self, *, answers=(), **wish):
        typed = {"name": "Amal Beispiel", "reach": "none"} | dict(answers)
        return self.send(self.contact_page(**wish).form("/summary"), **typed)

    def wished_page(self, **wish):
        return self.send(self.check_wish_page(**wish).form("/wish"))

    @staticmethod
    def links(page):
        return [one.get("href") for one in page.all("a")]
