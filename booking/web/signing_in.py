"""Whose browser is this? A secret in a cookie; everything else lies on our side.

Clients get no cookie. A staff member's browser gets one random secret: before she
signs in it stands for nobody and only ties forms to this browser; afterwards its
hash finds the session in our own table. Signing in always makes a new one.
"""

import hmac
import secrets
from hashlib import sha256
from typing import Any, cast

from flask import Flask, Request, Response, current_app, request, session
from flask.sessions import SessionInterface, SessionMixin
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFProtect

from booking import clock
from booking.models.running import settings
from booking.services import sessions
from booking.services.sessions import SignedIn, Step

STAFF = "/staff"
CSRF = "csrf_token"  # Flask-WTF's name for the field and for what it compares with
TOKEN_BYTES = 32

csrf = CSRFProtect()


class BrowserSession(dict[str, Any], SessionMixin):
    """What Flask-WTF compares forms with; nothing is ever kept in it."""

    def __init__(self, secret: str, *, new: bool) -> None:
        super().__init__({CSRF: _form_secret(secret)})
        self.secret, self.new = secret, new

    def become(self, secret: str) -> None:
        """Go on under another secret: forms of before are not valid any more."""
        self.secret, self.new = secret, True
        self[CSRF] = _form_secret(secret)


class StaffCookie(SessionInterface):
    """Reads and writes the one cookie, on staff pages only."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin:
        """Take the browser's secret, or give it a new one."""
        if not _is_for_staff(request.path):
            return self.make_null_session(app)
        found = request.cookies.get(cookie_name())
        return BrowserSession(found or _new_secret(), new=found is None)

    def save_session(
        self, app: Flask, session: SessionMixin, response: Response
    ) -> None:
        """Hand a new secret to the browser."""
        if not (isinstance(session, BrowserSession) and session.new):
            return
        secure = is_secure()
        response.set_cookie(
            cookie_name(),
            session.secret,
            path="/" if secure else STAFF,
            secure=secure,
            httponly=True,
            samesite="Lax",
        )


def init_app(app: Flask) -> None:
    """Know staff by their cookie, and forms by their secret."""
    app.session_interface = StaffCookie()
    # Pages send no referrer, so it cannot be asked for; sessions have their own end.
    app.config |= {
        "WTF_CSRF_CHECK_DEFAULT": False,
        "WTF_CSRF_SSL_STRICT": False,
        "WTF_CSRF_TIME_LIMIT": None,
    }
    csrf.init_app(app)
    manager = LoginManager()
    manager.session_protection = None  # it ties a session to a browser's headers
    manager.request_loader(_of_request)
    # Templates ask ``signed_in``; a client's page need not ask at all.
    manager.init_app(app, add_context_processor=False)
    app.before_request(_check_form)


def cookie_name() -> str:
    """Return the cookie's name: bound to this very host where TLS allows it."""
    return "__Host-lotse" if is_secure() else "lotse"


def begin(secret: str) -> None:
    """Let this browser go on as the one that has just signed in."""
    cast("BrowserSession", session).become(secret)


def end() -> None:
    """Let this browser be nobody's again."""
    begin(_new_secret())


def browser() -> str:
    """Return this browser's secret; on staff pages each has one."""
    return cast("BrowserSession", session).secret


def signed_in() -> SignedIn | None:
    """Return the staff member who looks at this page, if any has proved who she is."""
    found = half_way()
    return found if found and found.step is Step.PROVED else None


def half_way() -> SignedIn | None:
    """Return who has given her password, also before the second step."""
    person = current_user._get_current_object()  # noqa: SLF001 - the value behind Flask-Login's proxy
    return person if isinstance(person, SignedIn) else None


def person() -> SignedIn:
    """Return the staff member of a page that is open to staff only."""
    found = signed_in()
    assert found is not None  # noqa: S101 - web.access let nobody else in
    return found


def _of_request(request: Request) -> SignedIn | None:
    if not _is_for_staff(request.path):
        return None
    secret = request.cookies.get(cookie_name())
    return sessions.behind(secret, now=clock.now()) if secret else None


def _check_form() -> None:
    if _is_for_staff(request.path) and request.method not in {"GET", "HEAD"}:
        csrf.protect()


def _is_for_staff(path: str) -> bool:
    return path == STAFF or path.startswith(f"{STAFF}/")


def is_secure() -> bool:
    """Tell whether staff come by TLS; then cookies are for this very host."""
    return settings().public_url.startswith("https://")


def _new_secret() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def _form_secret(secret: str) -> str:
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, b"form:" + secret.encode(), sha256).hexdigest()
