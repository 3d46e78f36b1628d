"""How does a client walk through the form, page by page, over real HTTP?"""

import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlencode

from tests.reliability.pages import Form, Page

PATIENCE = 30  # seconds for one page; whoever waits longer is hanging
FIRST = "/de/book/day?place=office&language=de&interpreter=no"
FORM_TYPE = "application/x-www-form-urlencoded"
_CHANCE = random.Random()  # noqa: S311 - somebody's taste, no secret


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    location: str
    text: str

    @property
    def page(self) -> Page:
        """The page, read as a browser reads it."""
        return Page(self.text)


Ask = Callable[[str, str, dict[str, str] | None], Answer]


class UnexpectedAnswer(Exception):
    """A page of the walk answered with a status that no client should meet."""


def over_http(ports: Sequence[int], network: str = "203.0.113.1") -> Ask:
    """Ask servers in turn, as behind a proxy that shares the load and says for whom."""
    turn = itertools.cycle(ports)

    def ask(method: str, path: str, fields: dict[str, str] | None = None) -> Answer:
        connection = HTTPConnection("127.0.0.1", next(turn), timeout=PATIENCE)
        headers = {"X-Forwarded-For": network, "Connection": "close"}
        if fields is not None:
            headers["Content-Type"] = FORM_TYPE
        body = None if fields is None else urlencode(fields)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return Answer(
                response.status,
                response.getheader("Location", ""),
                response.read().decode(),
            )
        finally:
            connection.close()

    return ask


class Walk:
    """One client's way, one method a page; ``answer`` is where she stands."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self.answer = Answer(0, "", "")

    def to_days(self) -> Page:
        """Open the list of days."""
        return self._opened(FIRST)

    def to_times(self, day: str) -> list[str]:
        """Open the list of days, follow a day's link; return its free times."""
        link = self.to_days().link_to("/book/time", f"day={day}")
        return self._opened(link).form_to("/book/you").choices["time"]

    def choose_any(self, link: str) -> Answer:
        """Follow a day's link and choose one of its times by chance."""
        times = self._opened(link).form_to("/book/you").choices["time"]
        return self.choose(_CHANCE.choice(times))

    def choose(self, time: str) -> Answer:
        """Choose a time: 200, or 409 if somebody has it."""
        form = self.answer.page.form_to("/book/you", asking="time")
        return self._sent(form, 200, 409, time=time)

    def describe(self, name: str, **answers: str) -> Answer:
        """Say who comes; nothing is stored yet."""
        form = self.answer.page.form_to("/book/check")
        answers = {"name": name, "whose": "me", "reach": "none"} | answers
        return self._sent(form, 200, **answers)

    def book(self) -> Answer:
        """Press the last button: 303 to the appointment, or 409."""
        return self._sent(self.answer.page.form_to("/book/appointment"), 303, 409)

    def _opened(self, path: str) -> Page:
        return self._expected(self._ask("GET", path, None), 200).page

    def _sent(self, form: Form, *expected: int, **answers: str) -> Answer:
        answer = self._ask("POST", form.action, form.filled | answers)
        return self._expected(answer, *expected)

    def _expected(self, answer: Answer, *statuses: int) -> Answer:
        if answer.status not in statuses:
            raise UnexpectedAnswer(f"{answer.status}: {answer.text[:300]}")
        self.answer = answer
        return answer
