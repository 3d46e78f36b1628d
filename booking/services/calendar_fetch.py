"""How is a foreign calendar fetched from the address that somebody typed? Carefully.

Every address is looked at as ``calendar_address`` tells, and where it leads on, the
next one in the same way. An address is a secret: it is never logged, and no exception
carries it.
"""

import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urljoin, urlsplit

from booking import outside
from booking.calendars.sieve import MOST_BYTES
from booking.outside import (
    Answer,
    Call,
    Named,
    NobodyAnswers,
    NotAllowed,
    NotNow,
    NotTrusted,
    TookTooLong,
)
from booking.services.calendar_address import (
    AddressRefused,
    NotFetched,
    Refusal,
    checked_address,
    is_named,
)
from booking.zipped import ZIPPED

__all__ = [
    "AddressRefused",
    "FetchFailed",
    "Fetched",
    "NotFetched",
    "Refusal",
    "Trouble",
    "checked_address",
    "fetch",
    "resolve_check",
]

WITHIN = 20.0  # seconds for a whole fetch, redirects included
LOOK_UP_WITHIN = 3.0  # seconds; somebody waits for the page
MOST_REDIRECTS = 3
LONGEST_TAG = 200  # characters of an ETag or a date, which we keep

# Office 365 answers 400 or 500 to whatever does not look like a browser.
LOOKS = "Mozilla/5.0 (X11; Linux; Lotse) like Chrome/139.0.0.0"
HEADERS = {
    "User-Agent": LOOKS,
    "Accept": "text/calendar, */*;q=0.5",
    "Accept-Encoding": "gzip",
}
LEADS_ON = frozenset({301, 302, 303, 307, 308})
OK, NOT_MODIFIED = 200, 304


class Trouble(StrEnum):
    """Why nothing came of a call."""

    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    REDIRECTS = "redirects"
    TOO_LARGE = "too_large"
    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"
    TLS = "tls"
    WEB_PAGE = "web_page"  # somebody pasted the address of the page, or must sign in
    BAD_ANSWER = "bad_answer"


STATUSES = {
    401: Trouble.NOT_ALLOWED,
    403: Trouble.NOT_ALLOWED,
    404: Trouble.NOT_FOUND,
    410: Trouble.NOT_FOUND,
}
FAULTS = {
    NobodyAnswers: Trouble.UNREACHABLE,
    NotTrusted: Trouble.TLS,
    TookTooLong: Trouble.TIMED_OUT,
}


class FetchFailed(NotFetched):
    """It was called, and gave no calendar."""

    def __init__(self, why: Trouble) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file as it came; ``tag`` and ``modified`` are for asking again."""

    content: bytes
    tag: str
    modified: str


def resolve_check(address: str) -> None:
    """Look at once whether an address leads into a house; nobody is called.

    Raises ``AddressRefused``. A look-up that takes too long says nothing; ``fetch``
    looks again, whatever was found here.
    """
    call = _call(checked_address(address), HEADERS, LOOK_UP_WITHIN)
    try:
        outside.look_up(call)
    except NotAllowed:
        raise AddressRefused(Refusal.NOT_PUBLIC) from None
    except NobodyAnswers:
        raise AddressRefused(Refusal.NO_HOST) from None
    except TookTooLong:
        return


def fetch(
    address: str, *, tag: str = "", modified: str = "", within: float = WITHIN
) -> Fetched | None:
    """Fetch the calendar at an address; ``None`` if it is still as it was then.

    Raises ``AddressRefused`` and ``FetchFailed``. ``tag`` and ``modified`` come from
    what was fetched before; ``within`` counts over all redirects.
    """
    end = time.monotonic() + within
    before = _headers_of_before(tag, modified)
    for _ in range(1 + MOST_REDIRECTS):
        address = checked_address(address)
        answer = _answer(_call(address, HEADERS | before, end - time.monotonic()))
        if answer.status == NOT_MODIFIED and before:
            return None
        if answer.status not in LEADS_ON:
            return _fetched(answer)
        address = _next(address, answer)
    raise FetchFailed(Trouble.REDIRECTS)


def _call(address: str, headers: Mapping[str, str], within: float) -> Call:
    named = is_named(urlsplit(address).hostname or "")
    return Call(
        url=address,
        named=Named.BY_THE_OPERATOR if named else Named.BY_SOMEBODY,
        headers=headers,
        at_most=MOST_BYTES,
        within=within,
    )


def _headers_of_before(tag: str, modified: str) -> dict[str, str]:
    before = {"If-None-Match": _fit(tag), "If-Modified-Since": _fit(modified)}
    return {name: value for name, value in before.items() if value}


def _fit(value: str) -> str:
    """Keep a header's value if it can be sent back as it came."""
    return value if re.fullmatch(rf"[\x20-\x7e]{{1,{LONGEST_TAG}}}", value) else ""


def _answer(call: Call) -> Answer:
    try:
        return outside.ask(call)
    except NotAllowed:
        raise AddressRefused(Refusal.NOT_PUBLIC) from None
    except NotNow as fault:
        raise FetchFailed(FAULTS.get(type(fault), Trouble.BAD_ANSWER)) from None


def _next(address: str, answer: Answer) -> str:
    location = answer.headers.get("Location", "")
    if not location:
        raise FetchFailed(Trouble.BAD_ANSWER)
    # Headers are read as Latin-1; who writes other letters means UTF-8.
    location = location.encode("latin-1", "replace").decode("utf-8", "replace")
    with suppress(ValueError):
        return urljoin(address, location)
    return ""  # which no rule lets pass


def _fetched(answer: Answer) -> Fetched:
    if answer.status != OK:
        raise FetchFailed(STATUSES.get(answer.status, Trouble.BAD_ANSWER))
    if not answer.whole:
        raise FetchFailed(Trouble.TOO_LARGE)
    encoding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ZIPPED | {"identity", ""}:
        raise FetchFailed(Trouble.BAD_ANSWER)
    if answer.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise FetchFailed(Trouble.WEB_PAGE)
    tag, modified = (answer.headers.get(n, "") for n in ("ETag", "Last-Modified"))
    return Fetched(answer.body, _fit(tag), _fit(modified))
