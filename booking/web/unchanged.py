"""Has a calendar app already what it asks for? It is told so at the door.

Nine in ten of its questions end with a 304. They are answered before Flask unpacks
the request: that would take longer than all that is asked here.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from time import perf_counter
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.http import http_date, parse_accept_header, parse_date, parse_etags

from booking import clock, logs
from booking.services.feed_polls import Feed, UnknownFeed, feed_for
from booking.web import headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Headers = list[tuple[str, str]]

BEGINS, ENDS = "/feeds/", ".ics"
ROUTE = f"{BEGINS}<string:token>{ENDS}"
FOUND = "booking.feed"  # in the environment: what was looked up at the door
ZIPPED = "-gzip"  # RFC 9110, 8.8.3.3: other bytes, another strong tag
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")


class Doorman:
    """WSGI middleware that answers what needs no page; all else goes on."""

    def __init__(self, flask: Flask) -> None:
        self._flask, self._app = flask, flask.wsgi_app

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Tell who has the newest version so, and no more."""
        if _is_conditional(environ) and self._is_unchanged(environ):
            start_response("304 NOT MODIFIED", _protected(environ))
            return ()
        return self._app(environ, start_response)

    def _is_unchanged(self, environ: "WSGIEnvironment") -> bool:
        begun = perf_counter()
        token = environ["PATH_INFO"][len(BEGINS) : -len(ENDS)]
        try:
            with self._flask.app_context():
                found = environ[FOUND] = feed_for(token, now=clock.now())
        except (UnknownFeed, SQLAlchemyError):
            return False  # the page says what is the matter
        known = _is_known(found, environ)
        if known:
            logs.written_down(ROUTE, environ["REQUEST_METHOD"], 304, begun)
            measures = self._flask.extensions["booking.measures"]
            measures.count(ROUTE, 304, perf_counter() - begun)
        return known


def init_app(app: Flask) -> None:
    """Put the doorman before the application."""
    app.wsgi_app = Doorman(app)  # type: ignore[method-assign]  # Flask's own way


def described(found: Feed, environ: "WSGIEnvironment") -> Headers:
    """Say which version this is, and how it may be kept."""
    tag = found.tag + (ZIPPED if wants_gzip(environ) else "")
    return list(_headers(tag, found.modified_at))


def wants_gzip(environ: "WSGIEnvironment") -> bool:
    """Tell whether the app asked for it."""
    wanted = environ.get("HTTP_ACCEPT_ENCODING", "")
    return "gzip" in wanted and parse_accept_header(wanted)["gzip"] > 0


def _is_conditional(environ: "WSGIEnvironment") -> bool:
    path = environ["PATH_INFO"]
    return (
        path.startswith(BEGINS)
        and path.endswith(ENDS)
        and environ["REQUEST_METHOD"] in {"GET", "HEAD"}
        and any(map(environ.get, CONDITIONS))
    )


def _is_known(found: Feed, environ: "WSGIEnvironment") -> bool:
    """Tell whether the app has this version (RFC 9110, section 13.2.2)."""
    if wanted := environ.get("HTTP_IF_NONE_MATCH"):
        names = (found.tag, found.tag + ZIPPED)
        if wanted.strip('"') in names:  # as they got it: mostly nothing need be parsed
            return True
        tags = parse_etags(wanted)
        return tags.star_tag or any(map(tags.contains_weak, names))
    since = parse_date(environ["HTTP_IF_MODIFIED_SINCE"])
    # HTTP's dates know no fractions of a second.
    return since is not None and found.modified_at.replace(microsecond=0) <= since


def _protected(environ: "WSGIEnvironment") -> Headers:
    found = described(environ[FOUND], environ)
    found += headers.ALWAYS.items()
    if environ["wsgi.url_scheme"] == "https":
        found.append(headers.OVER_TLS)
    return found


# They change when the feed does; to write a date takes longer than to look it up.
@lru_cache(maxsize=1024)
def _headers(tag: str, modified_at: datetime) -> tuple[tuple[str, str], ...]:
    return (
        # An app may keep the file, and asks each time whether it still holds.
        ("Cache-Control", "private, no-cache"),
        ("X-Robots-Tag", "noindex"),
        ("Vary", "Accept-Encoding"),
        ("Last-Modified", http_date(modified_at)),
        ("ETag", f'"{tag}"'),
    )
