"""Does any form of any page break if somebody types nonsense? On both databases.

Every form that a page holds is sent as it stands, but for one kind of nonsense in all
its fields, or in one: no answer may be a fault of ours, what is refused is explained,
and nothing comes out unescaped. By default some kinds for each form;
BOOKING_TEST_STRINGS=all sends every kind in every field, which takes an hour.
"""

import os
import random
from urllib.parse import urlencode

import pytest

from booking.languages import language_of_code
from tests import make
from tests.web.nonsense import CURATED
from tests.web.reading import Page
from tests.web.test_every_page import addresses
from tests.web.test_every_page import arguments as _of_clients
from tests.web.test_every_page import staff_arguments as _of_staff

arguments, staff_arguments = _of_clients, _of_staff
# Besides what people paste: what programs send, and numbers at their ends.
ODD = [
    *CURATED,
    "",
    " ",
    "-1",
    "0",
    "1e309",
    "99999999999999999999999999",
    "0001-01-01",
    "9999-12-31",
    "2027-02-30",
    "24:00",
    "00000000-0000-0000-0000-000000000000",
    "NaN",
    "١٢٣",
    "²",
]
ALL = os.environ.get("BOOKING_TEST_STRINGS") == "all"
AT_ONCE = 4  # kinds of nonsense for one form; over all forms, all kinds come up
ENDS_THE_SESSION = ("/sign-out", "/browsers/removal")
LINKS = "/staff/links/"  # whoever sets a password by one is somebody else then
OURS = "/static/passkey.js?"  # the one script of the house (test_passkeys.py)


@pytest.fixture
def settings(database_url, tmp_path):
    return make.settings(tmp_path, database_url)


def forms_of(browser, paths):
    """Yield each form once, as the page with it holds it, and what is typed into."""
    seen = set()
    for path in paths:
        answer = browser.get(path, follow_redirects=True)
        if answer.mimetype != "text/html":
            continue
        page = Page(answer)
        typed = {e.get("name") for e in page.all("input", "textarea") if is_typed(e)}
        for form in page.forms:
            name = (form.action, form.method, *sorted(form.names))
            ends = form.action.endswith(ENDS_THE_SESSION) or LINKS in form.action
            if name not in seen and not ends:
                seen.add(name)
                yield form, typed & form.names


def is_typed(element):
    return element.get("type", "text") in {"text", "email", "tel", "search", "url"}


def nonsense(form, chance):
    """Yield nonsense in all fields, in one (which is named), and in no choices."""
    names = sorted(form.names - {"csrf_token"})
    for odd in ODD if ALL else chance.sample(ODD, AT_ONCE):
        yield "", form.fields | dict.fromkeys(names, odd)
        typed = [name for name in names if name not in form.options]
        yield "", form.fields | dict.fromkeys(typed, odd)
        for name in names if ALL else chance.sample(names, min(1, len(names))):
            yield name, form.fields | {name: odd}


def strange_scripts(page):
    scripts = page.all("script")
    return [one for one in scripts if not (one.get("src") or "").startswith(OURS)]


def faults_of(browser, paths, seed, canary):
    chance = random.Random(seed)  # noqa: S311 - the same nonsense each time
    sent = 0
    for form, typed in list(forms_of(browser, paths)):
        for name, fields in nonsense(form, chance):
            sent += 1
            answer = answered(browser, form, fields)
            if form.method == "get":  # it is us who put this there
                canary.addresses.remove(answer.request.url)
            yield from ((form.action, fault, fields) for fault in faults_in(answer))
            refused = answer.status_code == 422 and name in typed
            if refused and not is_explained(Page(answer)):
                yield form.action, "refused without a word", name, fields[name]
    assert sent > 100


def answered(browser, form, fields):
    """Send it as a program would, which knows no bounds: lone surrogates, too."""
    known = {
        name: value.encode("utf-8", "surrogatepass")
        if isinstance(value, str)
        else value
        for name, value in fields.items()
        if value is not None
    }
    if form.method == "get":
        return browser.get(f"{form.action}?{urlencode(known, doseq=True)}")
    return browser.post(
        form.action,
        data=urlencode(known, doseq=True),
        content_type="application/x-www-form-urlencoded",
    )


def faults_in(answer):
    if answer.status_code >= 500 or "X-Evil" in answer.headers:
        yield answer.status_code
    elif answer.mimetype == "text/html":
        page = Page(answer)
        if any(e.get("onerror") or e.get("onx") for e in page.elements):
            yield "unescaped"
        if strange_scripts(page) or (page.all("body") and "1337" in page.text):
            yield "acted upon"


def is_explained(page):
    """Tell whether a refusal says at its field, or on top, what is to be done."""
    return any(
        (str(e.get("id", "")).endswith("-error") or e.get("role") == "alert") and e.text
        for e in page.elements
    )


def test_no_form_of_clients_breaks(app, browser_like, arguments, canary):
    paths = list(addresses(app, language_of_code("de"), arguments))
    assert list(faults_of(browser_like, paths, 1, canary)) == []


def test_no_form_of_staff_breaks(app, browser_like, staff_arguments, canary):
    paths = list(addresses(app, language_of_code("de"), staff_arguments, staff=True))
    assert list(faults_of(browser_like, paths, 2, canary)) == []


def test_a_nul_in_a_hidden_field_is_no_fault_of_the_database(
    browser_like, staff_arguments
):
    pages = [f"/staff/{page}" for page in ("book", "wishes")]
    asked = [form for form, _ in forms_of(browser_like, pages) if form.method == "post"]
    assert len(asked) >= 2
    for form in asked:
        for name in ("key", "client"):
            chosen = {"slot": "2027-03-05T10:00", "name": "Amal", "reach": "none"}
            for action in (form.action, "/staff/bookings"):
                form.action = action
                fields = form.fields | chosen | {name: "a\x00b"}
                assert answered(browser_like, form, fields).status_code < 500


CALLED = ("/staff/clients/", "/staff/interpreters/", "/staff/office/staff/")
INVISIBLE = (" ", "\x00", "\u200f \u202e")


def test_a_name_that_nobody_can_see_is_asked_for(app, browser_like, staff_arguments):
    paths = addresses(app, language_of_code("de"), staff_arguments, staff=True)
    pages = [path for path in paths if path.startswith(CALLED)]
    named = [one for one, _ in forms_of(browser_like, pages) if one.fields.get("name")]
    assert len(named) >= 3
    for form in named:
        for name in INVISIBLE:
            answer = answered(browser_like, form, form.fields | {"name": name})
            assert answer.status_code == 422, form.action
            assert is_explained(Page(answer))


@pytest.mark.parametrize("page", ["journal", "exports"])
def test_a_nul_in_what_is_looked_for_finds_nothing(browser_like, staff_arguments, page):
    forms = [one for one, _ in forms_of(browser_like, [f"/staff/{page}"])]
    (form,) = (one for one in forms if one.action == f"/staff/{page}")
    fields = form.fields | {"reference": "K7\x0042"}
    assert answered(browser_like, form, fields).status_code == 422
