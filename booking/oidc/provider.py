"""What does the town's provider say: of itself, of its keys, for a code?

All of it goes through the one door (``outside``): a few calls at a time, each short, so
that a provider that hangs keeps nobody from booking. Its own address comes from a
setting and may lie in the town's net; whatever else it names must be public.
"""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

from booking import outside
from booking.config import Settings
from booking.oidc.trouble import NotSignedOn, Trouble
from booking.outside import Call, Named, NotAllowed, NotNow, TookTooLong

WITHIN = 5.0  # seconds; somebody stands before the door
LONGEST = 200_000  # bytes; Entra's keys are twelve thousand
AT_ONCE = 2  # calls; the other threads go on serving clients
IN_LINE = 1.0  # seconds; at eight in the morning several come at once
REST = timedelta(seconds=15)  # who let us wait in vain is not asked for so long
KNOWN = timedelta(hours=1)  # what it says of itself seldom changes
KEYS_AGAIN = timedelta(minutes=1)  # a key that we do not know: looked for so often
OK, NO, FAULTY = 200, 400, 500
WELL_KNOWN = "/.well-known/openid-configuration"
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """Where the provider is asked what."""

    authorize: str
    token: str
    keys: str
    end_session: str = ""
    secret_in_form: bool = False  # else in the header, as is usual
    names_itself: bool = False  # when it sends people back (RFC 9207)


class Provider:
    """The town's single sign-on; remembers what it says of itself and its keys."""

    def __init__(self, settings: Settings) -> None:
        self.issuer, self.client_id = settings.oidc_issuer, settings.oidc_client_id
        self.acr = settings.oidc_acr
        self._secret = settings.oidc_client_secret
        self._lines = BoundedSemaphore(AT_ONCE)
        self._rests_until = LONG_AGO
        self._described: tuple[datetime, Described] | None = None
        self._keys: tuple[datetime, Json] | None = None

    def described(self, *, now: datetime) -> Described:
        """Return what its discovery document says; raises ``NotSignedOn``."""
        if self._described is None or now - self._described[0] >= KNOWN:
            url = self.issuer.rstrip("/") + WELL_KNOWN
            found = self._read(self._document(self._answer(url, now=now)))
            self._described = now, found
        return self._described[1]

    def keys(self, *, now: datetime, at_most: timedelta = KNOWN) -> Json:
        """Return its public keys, no older than this; raises ``NotSignedOn``."""
        if self._keys is None or now - self._keys[0] >= at_most:
            url = self.described(now=now).keys
            self._keys = now, self._document(self._answer(url, now=now))
        return self._keys[1]

    def token(self, code: str, verifier: str, back: str, *, now: datetime) -> str:
        """Give a code for the token that says who she is; raises ``NotSignedOn``."""
        described = self.described(now=now)
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": verifier,
            **self._named(described),
        }
        headers = FORM | self._header(described)
        answer = self._answer(described.token, headers, urlencode(fields), now=now)
        if NO <= answer.status < FAULTY and _error(answer) == "invalid_grant":
            raise NotSignedOn(Trouble.OVER)
        token = self._document(answer).get("id_token")
        if not isinstance(token, str):
            raise NotSignedOn(Trouble.GARBLED)
        return token

    def _answer(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        body: str | None = None,
        *,
        now: datetime,
    ) -> outside.Answer:
        call = Call(
            url=url,
            named=self._named_by(url),
            method="GET" if body is None else "POST",
            headers={"Accept": "application/json", **(headers or {})},
            body=None if body is None else body.encode(),
            at_most=LONGEST,
            within=WITHIN,
        )
        with self._line(now):
            try:
                return outside.ask(call)
            except TookTooLong:
                self._rests_until = now + REST
                raise NotSignedOn(Trouble.SILENT) from None
            except NotNow:
                raise NotSignedOn(Trouble.SILENT) from None
            except NotAllowed:
                raise NotSignedOn(Trouble.GARBLED) from None

    @contextmanager
    def _line(self, now: datetime) -> Iterator[None]:
        """Take a line, unless all are held for long or it has let us wait in vain."""
        if self._is_resting(now) or not self._lines.acquire(timeout=IN_LINE):
            raise NotSignedOn(Trouble.SILENT)
        try:
            if self._is_resting(now):  # somebody has found out meanwhile
                raise NotSignedOn(Trouble.SILENT)
            yield
        finally:
            self._lines.release()

    def _is_resting(self, now: datetime) -> bool:
        return self._rests_until - REST <= now < self._rests_until

    def _named_by(self, url: str) -> Named:
        is_its_own = _origin(url) == _origin(self.issuer)
        return Named.BY_THE_OPERATOR if is_its_own else Named.BY_SOMEBODY

    def _document(self, answer: outside.Answer) -> Json:
        if answer.status >= FAULTY:
            raise NotSignedOn(Trouble.SILENT)
        if answer.status != OK or not answer.whole:
            raise NotSignedOn(Trouble.GARBLED)
        return _json(answer.body)

    def _read(self, document: Json) -> Described:
        if document.get("issuer") != self.issuer:
            raise NotSignedOn(Trouble.GARBLED)
        ways = document.get("token_endpoint_auth_methods_supported")
        ways = ways if isinstance(ways, list) else ["client_secret_basic"]
        ends = document.get("end_session_endpoint")
        return Described(
            authorize=self._address(document.get("authorization_endpoint")),
            token=self._address(document.get("token_endpoint")),
            keys=self._address(document.get("jwks_uri")),
            end_session=self._address(ends) if ends else "",
            secret_in_form="client_secret_basic" not in ways,
            names_itself=document.get("authorization_response_iss_parameter_supported")
            is True,
        )

    def _address(self, url: object) -> str:
        """Take only what nobody can read along: TLS, or where the issuer lies."""
        if isinstance(url, str) and url.isascii() and url.isprintable():
            is_its_own = _origin(url) == _origin(self.issuer)
            if " " not in url and (is_its_own or _origin(url)[0] == "https"):
                return url
        raise NotSignedOn(Trouble.GARBLED)

    def _named(self, described: Described) -> dict[str, str]:
        if not described.secret_in_form:
            return {}
        return {"client_id": self.client_id, "client_secret": self._secret}

    def _header(self, described: Described) -> dict[str, str]:
        if described.secret_in_form:
            return {}
        # RFC 6749, 2.3.1: each is written as in a form before they are joined.
        both = f"{quote_plus(self.client_id)}:{quote_plus(self._secret)}"
        return {"Authorization": f"Basic {b64encode(both.encode()).decode()}"}


def _origin(url: str) -> tuple[str, str, int]:
    try:
        parts = urlsplit(url)
        port = parts.port or outside.PORTS.get(parts.scheme, 0)
    except ValueError:
        return "", "", 0
    return parts.scheme, parts.hostname or "", port


def _error(answer: outside.Answer) -> object:
    return _json(answer.body).get("error")


def _json(body: bytes) -> Json:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise NotSignedOn(Trouble.GARBLED) from None
    if not isinstance(found, dict):
        raise NotSignedOn(Trouble.GARBLED)
    return found
