"""What does a browser keep while its owner is at the town's provider? One cookie.

It ties the way back to the browser that went: another's code opens nothing here. It is
signed, is gone once used, and counts for a quarter of an hour.
"""

from datetime import UTC, datetime

from flask import current_app, request
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.wrappers import Response

from booking.oidc import ATTEMPT, Attempt
from booking.web.signing_in import STAFF, is_secure

LONGEST_WISH = 1_000  # signs of an address; a cookie holds four thousand
FIELDS = ("state", "nonce", "verifier", "wanted", "person")


def keep(attempt: Attempt, answer: Response) -> None:
    """Let the browser remember what it has set out for."""
    kept = {name: getattr(attempt, name) for name in FIELDS}
    if len(attempt.wanted) > LONGEST_WISH:
        kept["wanted"] = ""
    kept["begun_at"] = attempt.begun_at.timestamp()
    answer.set_cookie(
        _name(),
        _seal().dumps(kept),
        max_age=ATTEMPT,
        path=_path(),
        secure=is_secure(),
        httponly=True,
        samesite="Lax",  # it must come along when the provider sends her back
    )


def kept() -> Attempt | None:
    """Return what this browser has set out for."""
    try:
        found = _seal().loads(request.cookies.get(_name(), ""))
        return Attempt(
            begun_at=datetime.fromtimestamp(found["begun_at"], UTC),
            **{name: found[name] for name in FIELDS},
        )
    except (BadData, KeyError):  # not ours, or of another version
        return None


def forget(answer: Response) -> None:
    """Let the browser forget it."""
    answer.delete_cookie(
        _name(), path=_path(), secure=is_secure(), httponly=True, samesite="Lax"
    )


def _seal() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.config["SECRET_KEY"]), salt="sign-on")


def _name() -> str:
    return "__Host-lotse-sign-on" if is_secure() else "lotse-sign-on"


def _path() -> str:
    return "/" if is_secure() else STAFF
