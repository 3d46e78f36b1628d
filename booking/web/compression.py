"""Which answers travel compressed? Static files, and pages without secrets.

A page with a token or personal data is never compressed: its length would tell
(BREACH). Such pages do not ask for it; ``compressible`` is said, not assumed.
"""

import gzip
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

import brotli
from flask import Flask, Response, current_app, request

View = TypeVar("View", bound=Callable[..., object])

QUICK, BEST = 5, 11  # brotli: pages are made anew, files are packed once
SMALLEST = 500  # bytes; below, the headers weigh more than what is saved
TEXTS = ("text/html", "text/css", "text/javascript", "image/svg+xml")


def compressible(view: View) -> View:
    """Declare that a page holds nothing personal, and no secret that stays the same.

    The key of a walk through the form is new each time a page is made.
    """
    view.compressible = True  # type: ignore[attr-defined]  # a mark for compress
    return view


def init_app(app: Flask) -> None:
    """Compress what may be compressed."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """Encode the body as the browser prefers: brotli, else gzip."""
    if response.status_code != 200 or not _may_be_compressed(response):  # noqa: PLR2004 - HTTP's own number
        return response
    response.vary.add("Accept-Encoding")
    coding = request.accept_encodings.best_match(["br", "gzip"])
    if not coding:
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) >= SMALLEST:
        thorough = request.endpoint == "static"
        response.set_data(_encoded(body, coding, BEST if thorough else QUICK))
        response.headers["Content-Encoding"] = coding
        response.headers.pop("ETag", None)
    return response


def _may_be_compressed(response: Response) -> bool:
    if response.mimetype not in TEXTS or request.method != "GET":
        return False
    view = current_app.view_functions.get(str(request.endpoint))
    return request.endpoint == "static" or hasattr(view, "compressible")


# The same few pages go out again and again; 64 of them are well under 1 MB.
@lru_cache(maxsize=64)
def _encoded(body: bytes, coding: str, effort: int) -> bytes:
    if coding == "br":
        packed: bytes = brotli.compress(body, quality=effort)
        return packed
    return gzip.compress(body, compresslevel=min(effort, 9), mtime=0)
