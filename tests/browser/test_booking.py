"""Can a client book, move and cancel on an old phone, without JavaScript?"""

import re
from contextlib import ExitStack
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import zxingcpp
from babel import Locale
from babel.dates import format_date
from pypdf import PdfReader

from tests.browser.client import CODE, DAYS, LANGUAGES, WALKED, Chosen, Client
from tests.browser.conftest import PHONE, WIDE, window

PRIVATE = re.compile(
    r"integration|beratung|counsel|flucht|flücht|refugee|لاجئ|اندماج|göppingen|bürgerhaus",
    re.IGNORECASE,
)


def test_a_client_books_moves_and_cancels(client, tmp_path):
    client.goes_to_the_days()
    client.takes_day(1)
    first = client.takes_time(1)
    client.describes_herself()
    client.books()
    assert client.status == 200
    assert "/a/" in client.address()
    assert_shows(client, first)
    code = client.code()

    saved = calendar_entry(client, tmp_path)
    assert f"DTSTART:{in_utc(first)}" in saved
    assert LANGUAGES[client.language].name not in saved

    client.follow("/slip")
    assert code in client.text()
    assert code in paper(client).pages[0].extract_text()
    client.page.go_back()

    moved = client.moves()
    assert moved != first
    assert_shows(client, moved)
    assert client.code() == code

    client.cancels()
    assert_shows(client, moved)
    assert client.page.locator("main a[href$='/move']").count() == 0


def test_clients_hear_of_every_deed_in_their_own_language(chromium, demo, letterbox):
    with ExitStack() as phones:
        clients = [
            Client(phones.enter_context(window(chromium, **PHONE)), demo.url, language)
            for language in WALKED
        ]
        for number, deed in enumerate((book_for_letters, Client.moves, Client.cancels)):
            # All at once, because a letter may take ten seconds to leave; one by one
            # per deed, because a letter that is overtaken is never sent.
            chosen = [deed(client) for client in clients]
            for client, moment in zip(clients, chosen, strict=True):
                letter = letterbox.wait_for(number + 1, to=mail_of(client))
                assert_tells(letter, client, moment)
    for client in clients:
        assert len(letterbox.letters_to(mail_of(client))) == 3


def test_a_client_who_cannot_come_takes_the_next_free_call(client):
    client.goes_to_the_days(place="phone", spoken="de")
    client.send("/book/you")
    client.write(phone="0151 23456789", name=LANGUAGES[client.language].name)
    client.choose("reach", "none")
    client.send("/book/check")
    assert "+49 1512 3456789" in client.text()
    client.books()
    assert client.status == 200
    assert client.code()


def test_who_forgets_to_choose_is_asked_again(arabic_client):
    client = arabic_client
    client.chooses_her_language()
    client.wants_an_appointment()
    for page, choices in (
        ("/book/language", {"place": "office"}),
        ("/book/day", {"language": "uk", "interpreter": "no"}),
    ):
        client.send(page)
        assert client.status == 422
        assert client.page.locator("main [role=alert]").is_visible()
        for name, value in choices.items():
            client.choose(name, value)
        client.send(page)
        assert client.status == 200


def test_wrong_answers_stay_and_the_summary_leads_to_their_fields(arabic_client):
    client = arabic_client
    client.walks_to("you")
    client.choose("whose", "other")
    client.write(supporter="Kim", people="dozens")
    client.choose("reach", "call")
    client.write(phone="none")
    client.tick("woman")
    client.send("/book/check")

    assert client.status == 422
    assert client.value("supporter") == "Kim"
    assert client.value("people") == "dozens"
    assert client.value("phone") == "none"
    assert client.is_chosen("whose", "other")
    assert client.is_chosen("reach", "call")
    assert client.page.locator("main [name=woman]").is_checked()

    summary = client.page.locator("main [role=alert] a")
    assert summary.count() == 3
    for number in range(3):
        client.tap(summary.nth(number))
        field = client.page.locator(":focus")
        assert field.get_attribute("aria-invalid") == "true"
        assert field.get_attribute("aria-describedby")
    client.write(name="Änne", people="3", phone="0151 23456789")
    client.send("/book/check")
    assert client.status == 200


def test_changing_an_answer_loses_nothing_that_was_typed(arabic_client):
    client = arabic_client
    client.walks_to("you")
    client.write(name=LANGUAGES[client.language].name, people="4")
    client.choose("reach", "post")
    client.write(street="Musterweg 1", postcode_town="73033 Göppingen")
    client.tick("woman")
    client.send("/book/check")
    answers = client.page.locator("main dl").inner_text()
    assert LANGUAGES[client.language].name in answers

    ahead = ["/book/language", "/book/day", "days", "/book/you", "/book/check"]
    for number, changed in enumerate(
        ["/book/place", "/book/language", "/book/day", "/book/time", "/book/you"]
    ):
        client.send(changed)
        for page in ahead[number:]:
            if page == "days":
                take_the_same_day(client)
            else:
                client.send(page)
        assert client.status == 200
        assert client.page.locator("main dl").inner_text() == answers, changed


def test_the_code_from_the_slip_finds_the_appointment(phone, demo, booked):
    client = Client(phone, demo.url).open(booked["ar"])
    code = client.code()
    client.open("/ar/find")
    client.write(code=code.lower().replace("-", " "))
    client.send("/find")
    assert client.address() == booked["ar"]

    client.open("/ar/find")
    client.write(code="AAAAA-BBBBB")
    client.send("/find")
    assert client.status == 422
    assert client.value("code") == "AAAAA-BBBBB"


def test_a_client_without_phone_and_e_mail_needs_nothing_but_her_slip(
    phone, another_phone, demo
):
    client = Client(phone, demo.url)
    client.goes_to_the_days(spoken="de")
    client.takes_day(3)
    client.takes_time(2)
    client.describes_herself()
    client.books()
    client.follow("/slip")
    (code,) = CODE.findall(paper(client).pages[0].extract_text())[:1]

    desk = Client(another_phone, demo.url)  # lent to her; it knows nothing of her
    desk.finds_back(code)
    moved = desk.moves()
    assert_shows(desk, moved)
    desk.finds_back(code)
    desk.cancels()
    desk.finds_back(code)
    assert desk.page.locator("main a[href$='/move']").count() == 0


def test_a_client_joins_the_waiting_list_with_the_keyboard_alone(wide, demo):
    keys = Keyboard(wide)
    wide.goto(f"{demo.url}/en/book/wait?place=office&language=de&interpreter=no")
    keys.tab_to("[name=name]").write("Amal Example")
    keys.tab_to("[name=reach]").press("ArrowDown", "ArrowUp", "ArrowDown")
    keys.tab_to("[name=email]").write("amal.waits@example.org")
    keys.tab_to("main form button").press("Enter")
    wide.wait_for_url("**/a/*")
    assert Client(wide, demo.url).code()


def test_the_second_of_two_clients_takes_a_near_time_and_types_nothing_again(
    phone, another_phone, demo
):
    slow = Client(phone, demo.url, "ar")
    slow.goes_to_the_days(spoken="uk")
    slow.takes_day_with_room()
    day = slow.takes_time().day
    slow.write(name="أمل مثال")
    slow.choose("reach", "none")
    slow.tick("woman")
    slow.send("/book/check")
    slow.send("/book/time")  # she would rather come later that day
    slow.choose("time", booked_meanwhile(Client(another_phone, demo.url), day))
    slow.send("/book/you")
    assert slow.status == 409

    nearest = slow.page.locator("main input[name=slot]")
    assert nearest.count() == 3
    near, _t, time = (wanted := nearest.nth(1).get_attribute("value")).partition("T")
    slow.choose("slot", wanted)
    slow.send("/book/you")
    assert slow.value("name") == "أمل مثال"
    assert slow.page.locator("main [name=woman]").is_checked()
    slow.send("/book/check")
    slow.books()
    assert_shows(slow, Chosen(date.fromisoformat(near), time))


def test_the_picture_code_on_the_slip_opens_the_appointment(chromium, demo, booked):
    with window(chromium, bypass_csp=True, **WIDE) as page:
        client = Client(page, demo.url).open(f"{booked['de']}/slip")
        side, grey = page.evaluate(GREY_OF_THE_PICTURE, "main img")
    image = memoryview(bytes(grey)).cast("B", (side, side))
    [code] = zxingcpp.read_barcodes(image)
    assert code.text == client.url + booked["de"]


def test_a_client_books_with_the_keyboard_alone_and_sees_where_she_is(wide, demo):
    keys = Keyboard(wide)
    wide.goto(f"{demo.url}/")
    keys.tab_to("a[hreflang=en]").press("Enter")
    keys.tab_to("main a[href*='/book']").press("Enter")
    keys.tab_to("[name=place]").press("Space")
    keys.tab_to("main form button").press("Enter")
    keys.tab_to("[name=language]").press("ArrowDown", "ArrowUp", "ArrowDown")
    keys.tab_to("[name=interpreter]").press("Space")
    keys.tab_to("main form button").press("Enter")
    keys.tab_to("main a[href*='/book/time']").press("Enter")
    keys.tab_to("[name=time]").press("Space", "ArrowDown")
    keys.tab_to("main form button").press("Enter")
    keys.tab_to("[name=name]").write("Amal Example")
    keys.tab_to("[name=reach]").press("Space")
    keys.tab_to("[name=woman]").press("Space")
    keys.tab_to("main form button").press("Enter")
    keys.tab_to("form[action$='/book/appointment'] button").press("Enter")
    wide.wait_for_url("**/a/*")
    assert Client(wide, demo.url).code()


class Keyboard:
    """Tab, arrows, space, enter; at every stop the focus must be seen."""

    def __init__(self, page) -> None:
        self._page = page

    def tab_to(self, selector: str, *, within: int = 40) -> "Keyboard":
        self._page.wait_for_load_state()
        for _ in range(within):
            self._page.keyboard.press("Tab")
            assert self._page.evaluate(FOCUS_IS_SEEN), self._focused()
            if self._page.evaluate(FOCUS_IS_ON, selector):
                return self
        raise AssertionError(f"No Tab leads to {selector} on {self._page.url}")

    def press(self, *keys: str) -> None:
        for key in keys:
            if key == "Enter":
                with self._page.expect_navigation():
                    self._page.keyboard.press(key)
            else:
                self._page.keyboard.press(key)

    def write(self, text: str) -> None:
        self._page.keyboard.type(text)

    def _focused(self) -> str:
        return self._page.evaluate("document.activeElement.outerHTML.slice(0, 300)")


FOCUS_IS_ON = "selector => document.activeElement.matches(selector)"
# An outline of two pixels or more around the control or its label, inside the window.
FOCUS_IS_SEEN = """() => {
  const focused = document.activeElement;
  const shown = [focused, ...(focused.labels || [])].filter(one => {
    const style = getComputedStyle(one);
    const box = one.getBoundingClientRect();
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
      && box.width > 2 && box.top >= 0 && box.bottom <= innerHeight;
  });
  return shown.length > 0;
}"""
GREY_OF_THE_PICTURE = """async selector => {
  const picture = document.querySelector(selector);
  await picture.decode();
  const side = 400, canvas = new OffscreenCanvas(side, side);
  const pen = canvas.getContext('2d');
  pen.drawImage(picture, 0, 0, side, side);
  const dots = pen.getImageData(0, 0, side, side).data;
  return [side, Array.from({length: side * side}, (_, n) => dots[4 * n])];
}"""


def assert_shows(client: Client, chosen: Chosen) -> None:
    """The page names the day in her language, and the time."""
    text = client.text()
    assert chosen.time in text
    assert day_in_words(client, chosen) in text


def assert_tells(letter, client: Client, chosen: Chosen) -> None:
    """The letter is in her language, says when, and its subject betrays nothing."""
    written = LANGUAGES[client.language]
    assert letter.language == written.tag
    assert re.search(written.typical, letter.subject, re.IGNORECASE)
    assert re.search(written.typical, letter.text, re.IGNORECASE)
    assert chosen.time in letter.text
    assert day_in_words(client, chosen) in letter.text
    assert not PRIVATE.search(letter.subject)
    assert written.name not in letter.subject + letter.text


def day_in_words(client: Client, chosen: Chosen) -> str:
    pattern = DAY_PATTERNS.get(client.language, "d MMMM")
    if client.language == "fr" and chosen.day.day == 1:
        pattern = "d'er' MMMM"
    locale = client.language.removesuffix("-simple")
    return format_date(chosen.day, pattern, locale=Locale.parse(locale, sep="-"))


DAY_PATTERNS = {
    "de": "EEEE, d. MMMM",
    "de-simple": "EEEE, d. MMMM",
    "fa": "d LLLL",
    "ps": "MMMM d",
    "ku": "d'ê' MMMM'ê'",
}


def calendar_entry(client: Client, folder: Path) -> str:
    """Download the .ics file as a phone would."""
    with client.page.expect_download() as download:
        client.tap(client.page.locator("main a[href$='.ics']"))
    assert download.value.suggested_filename == "appointment.ics"
    path = folder / "appointment.ics"
    download.value.save_as(path)
    return path.read_text(encoding="utf-8")


def in_utc(chosen: Chosen) -> str:
    local = datetime.fromisoformat(f"{chosen.day}T{chosen.time}")
    moment = local.replace(tzinfo=ZoneInfo("Europe/Berlin"))
    return moment.astimezone(ZoneInfo("UTC")).strftime("%Y%m%dT%H%M%SZ")


def booked_meanwhile(quick: Client, day: date) -> str:
    """Let somebody else book on the same day; return the time."""
    quick.goes_to_the_days(spoken="uk")
    quick.takes_the_day(day)
    chosen = quick.takes_time(2)
    quick.describes_herself()
    quick.books()
    return chosen.time


def book_for_letters(client: Client) -> Chosen:
    client.goes_to_the_days()
    client.takes_day()
    chosen = client.takes_time()
    client.describes_herself(email=mail_of(client))
    client.books()
    return chosen


def mail_of(client: Client) -> str:
    return f"{client.language}.amal@example.org"


def paper(client: Client) -> PdfReader:
    """Print the page."""
    return PdfReader(BytesIO(client.page.pdf(prefer_css_page_size=True)))


def take_the_same_day(client: Client) -> None:
    client.press(client.page.locator(DAYS).first)
