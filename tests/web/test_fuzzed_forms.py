"""Does any form of any page break if somebody types nonsense? On both databases.

Every form that a page holds is sent as it stands, but for one kind of nonsense in all
its fields: no answer may be a fault of ours, and nothing comes out unescaped.
"""

import random

import pytest

from booking.languages import language_of_code
from tests import make
from tests.web.reading import Page
from tests.web.test_answers import NAUGHTY
from tests.web.test_every_page import addresses
from tests.web.test_every_page import arguments as _of_clients
from tests.web.test_every_page import staff_arguments as _of_staff

arguments, staff_arguments = _of_clients, _of_staff
# Besides what people paste: what programs send, and numbers at their ends.
ODD = [
    *NAUGHTY,
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
    "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    "00000000-0000-0000-0000-000000000000",
    "NaN",
    "١٢٣",
    "²",
]
AT_ONCE = 4  # kinds of nonsense for one form; over all forms, all kinds come up
ENDS_THE_SESSION = ("/sign-out", "/browsers/removal")
LINKS = "/staff/links/"  # whoever sets a password by one is somebody else then
OURS = "/static/passkey.js?"  # the one script of the house (test_passkeys.py)


@pytest.fixture
def settings(database_url, tmp_path):
    return make.settings(tmp_path, database_url)


def forms_of(browser, paths):
    """Yield each form once, as the page with it holds it."""
    seen = set()
    for path in paths:
        answer = browser.get(path, follow_redirects=True)
        if answer.mimetype != "text/html":
            continue
        for form in Page(answer).forms:
            name = (form.action, form.method, *sorted(form.names))
            ends = form.action.endswith(ENDS_THE_SESSION) or LINKS in form.action
            if name not in seen and not ends:
                seen.add(name)
                yield form


def nonsense(form, chance):
    """Yield fields with nonsense in all of them, in one, and in all but the choices."""
    names = sorted(form.names - {"csrf_token"})
    for _ in range(AT_ONCE):
        odd = chance.choice(ODD)
        yield form.fields | dict.fromkeys(names, odd)
        typed = [name for name in names if name not in form.options]
        yield form.fields | dict.fromkeys(typed, odd)
        if names:
            yield form.fields | {chance.choice(names): odd}


def strange_scripts(page):
    scripts = page.all("script")
    return [one for one in scripts if not (one.get("src") or "").startswith(OURS)]


def faults_of(browser, paths, seed):
    chance = random.Random(seed)  # noqa: S311 - the same nonsense each time
    sent = 0
    for form in list(forms_of(browser, paths)):
        for fields in nonsense(form, chance):
            known = {name: value for name, value in fields.items() if value is not None}
            how = {"query_string" if form.method == "get" else "data": known}
            ask = browser.get if form.method == "get" else browser.post
            answer = ask(form.action, **how)
            sent += 1
            if answer.status_code >= 500:
                yield form.action, answer.status_code, fields
            elif answer.mimetype == "text/html":
                page = Page(answer)
                if strange_scripts(page) or any(
                    e.get("onerror") for e in page.elements
                ):
                    yield form.action, "unescaped", fields
    assert sent > 100


def test_no_form_of_clients_breaks(app, browser_like, arguments):
    paths = list(addresses(app, language_of_code("de"), arguments))
    assert list(faults_of(browser_like, paths, 1)) == []


def test_no_form_of_staff_breaks(app, browser_like, staff_arguments):
    paths = list(addresses(app, language_of_code("de"), staff_arguments, staff=True))
    assert list(faults_of(browser_like, paths, 2)) == []
