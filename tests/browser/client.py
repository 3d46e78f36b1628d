"""What does a client do with these pages? She taps labels, links and buttons.

Nothing here looks for words: every step finds its control by name, value or where
it leads, so that the same hands walk through every language.
"""

import os
import re
from dataclasses import dataclass
from datetime import date

from playwright.sync_api import Locator, Page, Response

CODE = re.compile(r"\b[2-9A-Z]{5}-[2-9A-Z]{5}\b")
DAYS = "main :is(a[href*='/book/time'], form[action$='/book/time'] button)"


@dataclass(frozen=True, slots=True)
class Written:
    """A language our pages are written in, and how one recognises it."""

    tag: str  # as HTML and MIME name it
    direction: str
    typical: str  # a pattern that only this language's text matches
    name: str  # of a client who writes it

    @property
    def path(self) -> str:
        """How it stands in addresses."""
        return self.tag.lower()


LANGUAGES = {  # by how they stand in addresses
    "de": Written("de", "ltr", r"\bTermin", "Änne Müßig"),
    "de-simple": Written("de-simple", "ltr", r"\bTermin", "Jörg Müßig"),
    "en": Written("en", "ltr", r"\bappointment", "Amal Example"),
    "fr": Written("fr", "ltr", r"\brendez-vous", "Aïssatou Modèle"),
    "ar": Written("ar", "rtl", r"[\u0621-\u064a]{3}", "أمل مثال"),
    "fa": Written("fa", "rtl", r"[\u067e\u0686\u06a9\u06af\u06cc]", "امید نمونه"),
    "fa-af": Written("fa-AF", "rtl", r"[\u067e\u0686\u06a9\u06af\u06cc]", "زهرا نمونه"),
    "ps": Written("ps", "rtl", r"[\u067c-\u06d0]", "ګلالۍ بېلګه"),
    "tr": Written("tr", "ltr", r"\brandevu", "Ayşegül Örnek"),
    "uk": Written("uk", "ltr", r"[\u0430-\u0491]{3}", "Олена Зразкова"),
    "ru": Written("ru", "ltr", r"[\u0430-\u0451]{3}", "Анна Примерова"),
    "ku": Written("ku", "ltr", r"[êîûşç]", "Rojîn Mînak"),
    "ti": Written("ti", "ltr", r"[\u1200-\u137f]{3}", "ሰናይት ኣብነት"),
    "so": Written("so", "ltr", r"\bballan", "Xaawo Tusaale"),
}
# One for each direction of writing; all of them before a release, and when texts change.
EVERY_ONE = os.environ.get("BOOKING_TEST_LANGUAGES") == "all"
WALKED = tuple(LANGUAGES) if EVERY_ONE else ("de", "ar")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A day and a time as the form knows them."""

    day: date
    time: str  # 09:15


class Client:
    """Somebody in front of one browser window."""

    def __init__(self, page: Page, url: str, language: str = "de") -> None:
        self.page, self.url, self.language = page, url, language
        self._answer: Response | None = None
        self.appointment: Chosen | None = None

    # Wherever she is ---------------------------------------------------------

    @property
    def status(self) -> int:
        return self._answer.status

    def open(self, path: str) -> "Client":
        """Type an address."""
        self._answer = self.page.goto(self.url + path)
        return self

    def press(self, control: Locator) -> None:
        """Tap what leads to another page, and wait for it."""
        with self.page.expect_navigation() as arrival:
            self.tap(control)
        if arrival.value:  # a link within the page brings no answer
            self._answer = arrival.value

    def tap(self, control: Locator) -> None:
        """Use the finger where there is one, else the mouse."""
        if self.page.evaluate("navigator.maxTouchPoints"):
            control.tap()
        else:
            control.click()

    def follow(self, ending: str) -> None:
        """Tap the link on the page that leads there."""
        self.press(self.page.locator(f"main a[href$='{ending}']").first)

    def send(self, action: str) -> None:
        """Tap the button of the form that leads there."""
        self.press(self.page.locator(f"main form[action$='{action}'] button").first)

    def choose(self, name: str, value: str) -> None:
        """Tap the label of a choice."""
        self.tap_label(f"main input[name='{name}'][value='{value}']")

    def tick(self, name: str) -> None:
        """Tap the label of a box."""
        self.tap_label(f"main input[name='{name}'][type=checkbox]")

    def tap_label(self, selector: str) -> None:
        identity = self.page.locator(selector).first.get_attribute("id")
        self.tap(self.page.locator(f"label[for='{identity}']"))

    def write(self, **answers: str) -> None:
        """Tap fields and type into them."""
        for name, answer in answers.items():
            field = self.page.locator(f"main input[name='{name}']:visible")
            self.tap(field)
            field.fill("")
            field.press_sequentially(answer)

    def value(self, name: str) -> str:
        """Read what stands in a field."""
        return self.page.locator(f"main [name='{name}']:visible").input_value()

    def is_chosen(self, name: str, value: str) -> bool:
        return self.page.locator(f"main [name='{name}'][value='{value}']").is_checked()

    def text(self) -> str:
        """Read the page; lines and unbreakable spaces are spaces to her."""
        return " ".join(self.page.locator("main").inner_text().split())

    def source(self) -> str:
        """Return the page as it was sent."""
        return self._answer.text()

    # On the way to an appointment ---------------------------------------------

    def chooses_her_language(self) -> None:
        self.open("/")
        path = LANGUAGES[self.language].path
        self.press(self.page.locator(f"main a[hreflang='{path}']"))

    def wants_an_appointment(self) -> None:
        self.press(self.page.locator("main a[href*='/book']").first)

    def goes_to_the_days(self, place: str = "office", spoken: str = "ar") -> None:
        self.chooses_her_language()
        self.wants_an_appointment()
        self.choose("place", place)
        self.send("/book/language")
        self.choose("language", spoken)
        self.choose("interpreter", "no")
        self.send("/book/day")

    def takes_day(self, number: int = 0) -> None:
        self.press(self.page.locator(DAYS).nth(number))

    def takes_day_with_room(self, least: int = 8) -> None:
        """Take the first day on which many times are free."""
        rows = self.page.locator(DAYS)
        for number in range(rows.count()):
            if int(re.findall(r"\d+", rows.nth(number).inner_text())[-1]) >= least:
                return self.takes_day(number)
        raise AssertionError(f"no day has {least} free times")

    def takes_the_day(self, day: date) -> None:
        """Take this very day."""
        self.press(self.page.locator(f"main a[href*='day={day}']").first)

    def takes_time(self, number: int = 0) -> Chosen:
        chosen = self._offered(number, "/book/you")
        self.choose("time", chosen.time)
        self.send("/book/you")
        self.appointment = chosen
        return chosen

    def describes_herself(self, *, email: str = "") -> None:
        self.write(name=LANGUAGES[self.language].name)
        self.choose("reach", "email" if email else "none")
        if email:
            self.write(email=email)
        self.send("/book/check")

    def books(self) -> None:
        self.send("/book/appointment")

    def waits_for_a_time(self, *, email: str) -> None:
        """Say on the page of the waiting list who she is, and send it."""
        self.write(name=LANGUAGES[self.language].name)
        self.choose("reach", "email")
        self.write(email=email)
        self.send("/book/waiting")

    def finds_back(self, code: str) -> None:
        """Type the code from her slip."""
        self.open(f"/{self.language}/find")
        self.write(code=code)
        self.send("/find")

    def walks_to(self, page: str, *, spoken: str = "ar") -> "Client":
        """Walk the shortest way to ``days``, ``times``, ``you`` or ``check``."""
        self.goes_to_the_days(spoken=spoken)
        for name, step in (
            ("days", self.takes_day),
            ("times", self.takes_time),
            ("you", self.describes_herself),
        ):
            if page == name:
                break
            step()
        return self

    # On the way to a visit ------------------------------------------------------

    def wishes_for_a_visit(self, spoken: str = "ar") -> None:
        """Go to the question when she is at home."""
        self.chooses_her_language()
        self.wants_an_appointment()
        self.choose("place", "home")
        self.send("/book/language")
        self.choose("language", spoken)
        self.choose("interpreter", "no")
        self.send("/book/visit")

    def is_at_home(self) -> None:
        """Tick every day and every time of the day."""
        for name in ("weekdays", "parts"):
            boxes = self.page.locator(f"main input[name={name}]")
            for number in range(boxes.count()):
                self.choose(name, boxes.nth(number).get_attribute("value"))
        self.send("/book/address")

    def tells_her_door(self, street: str = "Musterweg 5") -> None:
        self.write(door_street=street, door_postcode="73033", bell="Beispiel")
        self.send("/book/contact")

    def sends_her_wish(self) -> None:
        """Say who she is, and send it."""
        self.write(name=LANGUAGES[self.language].name)
        self.choose("reach", "none")
        self.send("/book/summary")
        self.send("/book/wish")

    # With an appointment --------------------------------------------------------

    def moves(self, day: int = 2) -> Chosen:
        """Take the first time of another day."""
        self.follow("/move")
        self.press(self.page.locator("main a[href*='/move?day=']").nth(day))
        chosen = self._offered(0, "/new-time")
        self.choose("time", chosen.time)
        self.send("/new-time")
        self.appointment = chosen
        return chosen

    def cancels(self) -> Chosen | None:
        """Give the time back; return which one it was."""
        self.follow("/cancel")
        self.send("/cancellation")
        return self.appointment

    def code(self) -> str:
        """Read the code as somebody would who writes it down."""
        found = CODE.search(self.text().upper())
        assert found, self.text()
        return found.group()

    def address(self) -> str:
        """Return where she is, without the host."""
        return self.page.url.removeprefix(self.url).partition("#")[0]

    def _offered(self, number: int, action: str) -> Chosen:
        time = self.page.locator("main input[name=time]").nth(number)
        day = self.page.locator(f"main form[action$='{action}'] [name=day]").first
        return Chosen(
            date.fromisoformat(day.get_attribute("value")), time.get_attribute("value")
        )
