"""What does a calendar app get that polls? The feed, or word that nothing is new."""

import gzip

from flask import Blueprint, Response, request

from booking import clock
from booking.services import feeds
from booking.services.feeds import Feed, UnknownFeed
from booking.web.access import Audience, open_to

pages = Blueprint("feeds", __name__)

HEADERS = {
    # An app may keep the file, and asks each time whether it still holds.
    "Cache-Control": "private, no-cache",
    "X-Robots-Tag": "noindex",
}
ZIPPED = "-gzip"  # RFC 9110, 8.8.3.3: other bytes, another strong tag


# No automatic OPTIONS: it would answer 200 for every address there could be.
@pages.route(
    "/feeds/<string:token>.ics", methods=["GET"], provide_automatic_options=False
)
@open_to(Audience.LINK_HOLDER)
def feed(token: str) -> Response:
    """Hand out a feed; who has its newest version is told so and no more."""
    try:
        found = feeds.feed_for(token, now=clock.now())
    except UnknownFeed:
        return Response("Not found\n", 404, {"X-Robots-Tag": "noindex"}, "text/plain")
    if _is_known(found):
        return _described(Response(status=304, mimetype="text/calendar"), found)
    return _described(Response(_body(found), mimetype="text/calendar"), found)


def _is_known(found: Feed) -> bool:
    """Tell whether the app has this version (RFC 9110, section 13.2.2)."""
    if request.headers.get("If-None-Match"):
        tags = request.if_none_match
        known = (found.tag, found.tag + ZIPPED)
        return tags.star_tag or any(map(tags.contains_weak, known))
    since = request.if_modified_since
    # HTTP's dates know no fractions of a second.
    return since is not None and found.modified_at.replace(microsecond=0) <= since


def _body(found: Feed) -> bytes:
    body = feeds.written(found)
    return gzip.compress(body, mtime=0) if _wants_gzip() else body


def _described(answer: Response, found: Feed) -> Response:
    """Say which version this is, and how it may be kept."""
    answer.headers.update(HEADERS)
    answer.vary.add("Accept-Encoding")
    answer.last_modified = found.modified_at
    answer.set_etag(found.tag + (ZIPPED if _wants_gzip() else ""))
    if answer.status_code != 304 and _wants_gzip():  # noqa: PLR2004 - HTTP's own number
        answer.headers["Content-Encoding"] = "gzip"
    return answer


def _wants_gzip() -> bool:
    return request.accept_encodings["gzip"] > 0
