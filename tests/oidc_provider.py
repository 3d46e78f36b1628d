"""A town's single sign-on of our own, on this machine: honest, broken or wicked.

It keeps to OpenID Connect as Keycloak and Entra speak it: discovery, keys, a page that
asks who somebody is, codes that count once and only with their PKCE verifier, sign-out.
A test may put another mood on each of its addresses, and other claims into its tokens.
"""

import base64
import hmac
import json
import secrets
import socket
import threading
import time
import warnings
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote_plus, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

CLIENT, SECRET = "lotse", "a secret: with % and : signs"
METHOD = "client_secret_basic"
EMAIL = "karin@example.org"


@cache
def key(name="first"):
    """Return a key pair; the same for the whole run, since making one is slow."""
    if name == "curve":
        return ECKey.generate_key("P-256", {"kid": name, "use": "sig"})
    size = 1024 if name == "short" else 2048
    made = rsa.generate_private_key(65537, size)
    with warnings.catch_warnings(action="ignore"):  # that one is short on purpose
        return RSAKey.import_key(made, {"kid": name, "use": "sig"})


@dataclass
class OidcProvider:
    """What it says, and what it was asked."""

    port: int = 0
    now: object = lambda: datetime.now(UTC)
    host: str = "127.0.0.1"
    moods: dict = field(default_factory=dict)  # by address: "slow", "redirecting", …
    claims: dict = field(default_factory=dict)  # into each token; None leaves one out
    header: dict = field(default_factory=dict)
    describes: dict = field(default_factory=dict)  # into the discovery document
    signs_with: str = "first"
    shows_keys: tuple = ("first",)
    alg: str = "RS256"
    forges: object = None  # from a token, another one
    codes: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)
    leaving: threading.Event = field(default_factory=threading.Event)

    @property
    def issuer(self):
        return f"http://{self.host}:{self.port}/realms/town"

    def settings(self, **more):
        """Return how the application is told of it."""
        usual = {
            "oidc_issuer": self.issuer,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SECRET,
        }
        return usual | more

    def described(self):
        usual = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/logout",
            "code_challenge_methods_supported": ["S256"],
        }
        found = usual | self.describes
        return {name: value for name, value in found.items() if value is not None}

    def agreed(self, address, email=EMAIL, subject="u-1", **more):
        """Let somebody say yes on its page; return where her browser is sent."""
        query = _query(address)
        assert urlsplit(address).path.endswith("/authorize")
        code = secrets.token_urlsafe(24)
        self.codes[code] = {
            "query": query,
            "claims": {"sub": subject, "email": email, "email_verified": True} | more,
        }
        return self._back(query, code=code)

    def declined(self, address, error="access_denied"):
        """Let somebody, or the provider, say no."""
        return self._back(_query(address), error=error, error_description="<b>no</b>")

    def _back(self, query, **answer):
        told = urlencode({**answer, "state": query["state"]})
        return f"{query['redirect_uri']}?{told}"

    def token(self, kept):
        moment = int(self.now().timestamp())
        usual = {
            "iss": self.issuer,
            "aud": CLIENT,
            "exp": moment + 300,
            "iat": moment,
            "auth_time": moment,
            "nonce": kept["query"].get("nonce"),
            **kept["claims"],
        }
        claims = {k: v for k, v in (usual | self.claims).items() if v is not None}
        header = {"alg": self.alg, "kid": self.signs_with} | self.header
        header = {k: v for k, v in header.items() if v is not None}
        made = jwt.encode(
            header, claims, key(self.signs_with), [self.alg], None, _Ascii
        )
        return self.forges(made) if self.forges else made


class _Ascii(json.JSONEncoder):
    """Write what is no text at all as well."""

    def __init__(self, **usual):
        super().__init__(**(usual | {"ensure_ascii": True}))


def with_an_extension(token):
    """Forge: well signed, and it says that who does not know “x” must not believe it."""
    head = {"alg": "RS256", "kid": "first", "crit": ["x"], "x": 1}
    signed = f"{_sealed(head)}.{token.split('.')[1]}"
    private = key("first").private_key
    sign = private.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{signed}.{_text(sign)}"


def unsigned(token):
    """Forge: “alg” is none, and nothing is signed."""
    return f"{_sealed({'alg': 'none'})}.{token.split('.')[1]}."


def signed_with_what_everybody_knows(token):
    """Forge: the public key is taken for a shared secret (CVE-2024-37568 and others)."""
    head = _sealed({"alg": "HS256", "kid": "first"})
    signed = f"{head}.{token.split('.')[1]}"
    known = key("first").as_pem(private=False)
    return f"{signed}.{_text(hmac.digest(known, signed.encode(), 'sha256'))}"


def changed_afterwards(token):
    """Forge: another subject under the same signature."""
    head, body, sign = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "==")) | {"sub": "u-2"}
    return f"{head}.{_sealed(claims)}.{sign}"


def _sealed(words):
    return _text(json.dumps(words).encode())


def _text(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _query(address):
    return {name: one[0] for name, one in parse_qs(urlsplit(address).query).items()}


@contextmanager
def running(**facts):
    provider = OidcProvider(**facts)
    server = _Server(("127.0.0.1", 0), _Answer)
    server.daemon_threads, server.provider = True, provider
    provider.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield provider
    finally:
        provider.leaving.set()
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """Whoever hangs up is no news."""


class _Answer(BaseHTTPRequestHandler):
    @property
    def provider(self):
        return self.server.provider

    def do_GET(self):
        self._answer({})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer({n: v[0] for n, v in parse_qs(body.decode()).items()})

    def _answer(self, fields):
        self.close_connection = True
        parts = urlsplit(self.path)
        name = parts.path.rpartition("/")[2].replace("openid-configuration", "itself")
        self.provider.asked.append((name, fields, dict(self.headers)))
        mood = self.provider.moods.get(name)
        with suppress(OSError):
            if mood:
                _Mood(self).show(mood)
            else:
                getattr(self, f"_{name}")(fields or _query(self.path))

    def say(self, body, status=200, kind="application/json", **headers):
        body = body if isinstance(body, bytes) else body.encode()
        self.send_response(status)
        facts = {"Content-Type": kind, "Content-Length": len(body)} | headers
        for name, value in facts.items():
            if value is not None:
                self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(body)

    def _itself(self, _fields):
        self.say(json.dumps(self.provider.described()))

    def _keys(self, _fields):
        shown = [key(n).as_dict(private=False) for n in self.provider.shows_keys]
        self.say(json.dumps({"keys": shown}))

    def _authorize(self, query):
        """Ask who she is; somebody known is sent back at once, as elsewhere."""
        if "known=yes" in self.headers.get("Cookie", "") and "prompt" not in query:
            return self._decision(query | {"email": EMAIL})
        hidden = "".join(
            f'<input type="hidden" name="{escape(n)}" value="{escape(v)}">'
            for n, v in query.items()
        )
        return self.say(
            f"<!DOCTYPE html><title>Town</title><h1>Town account</h1>"
            f'<form action="decision">{hidden}<input id="who" name="email">'
            f"<button>Yes</button></form>",
            kind="text/html",
        )

    def _decision(self, query):
        address = f"{self.provider.issuer}/authorize?{urlencode(query)}"
        back = self.provider.agreed(address, email=query["email"])
        self.say(b"", 302, Location=back, Set_Cookie="known=yes; Path=/")

    def _logout(self, query):
        back = query.get("post_logout_redirect_uri", "")
        self.say(b"", 302, Location=back, Set_Cookie="known=no; Path=/")

    def _token(self, fields):
        kept = self.provider.codes.pop(fields.get("code"), None)  # it counts once
        if not self._is_client(fields):
            return self.say(json.dumps({"error": "invalid_client"}), 401)
        if kept is None or not _fits(kept["query"], fields):
            return self.say(json.dumps({"error": "invalid_grant"}), 400)
        answer = {"token_type": "Bearer", "access_token": "x", "expires_in": 300}
        return self.say(json.dumps(answer | {"id_token": self.provider.token(kept)}))

    def _is_client(self, fields):
        if "client_secret" in fields:
            return (fields["client_id"], fields["client_secret"]) == (CLIENT, SECRET)
        kind, _, told = self.headers.get("Authorization", "").partition(" ")
        both = base64.b64decode(told).decode().split(":")
        return kind == "Basic" and [unquote_plus(one) for one in both] == [
            CLIENT,
            SECRET,
        ]

    def log_message(self, *_words):
        pass


def _fits(query, fields):
    digest = sha256(fields.get("code_verifier", "").encode()).digest()
    return (
        query["code_challenge_method"] == "S256"
        and query["code_challenge"] == _text(digest)
        and query["redirect_uri"] == fields.get("redirect_uri")
        and fields.get("grant_type") == "authorization_code"
    )


class _Mood:
    """Ways in which a provider fails."""

    def __init__(self, answer):
        self.answer = answer
        self.leaving = answer.provider.leaving

    def show(self, mood):
        getattr(self, mood.replace("-", "_"))()

    def mute(self):
        self.leaving.wait(20)

    def dribbling(self):
        self.answer.send_response(200)
        self.answer.end_headers()
        while not self.leaving.is_set():
            self.answer.wfile.write(b" ")
            time.sleep(0.02)

    def endless(self):
        self.answer.send_response(200)
        self.answer.end_headers()
        while not self.leaving.is_set():
            self.answer.wfile.write(b"[" * 65_536)

    def closing(self):
        self.answer.connection.shutdown(socket.SHUT_RDWR)

    def garbage(self):
        self.answer.wfile.write(b"\x00\xff nonsense\r\n\r\n")

    def redirecting(self):
        # With all that would be right, were it not for the status.
        right = self.answer.provider.described() | {"keys": [], "id_token": "x"}
        elsewhere = "http://127.0.0.1:1/elsewhere"
        self.answer.say(json.dumps(right), 302, Location=elsewhere)

    def failing(self):
        self.answer.say(b"oh", 503)

    def missing(self):
        self.answer.say(b"oh", 404, kind="text/html")

    def page(self):
        self.answer.say(b"<!DOCTYPE html><title>Maintenance</title>", kind="text/html")

    def nested(self):
        self.answer.say(b"[" * 100_000)

    def list(self):
        self.answer.say(b"[1]")

    def empty(self):
        self.answer.say(b"{}")

    def numbers(self):
        self.answer.say(b'{"id_token": 7, "keys": 7, "issuer": 7}')

    def binary(self):
        self.answer.say(bytes(range(256)))
