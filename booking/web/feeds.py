"""What does a calendar app get that polls? The feed, or word that nothing is new."""

import gzip

from flask import Blueprint, Response, request

from booking import clock
from booking.services import feeds
from booking.services.feeds import Poll, UnknownFeed
from booking.web.access import Audience, open_to

pages = Blueprint("feeds", __name__)

READS = ("GET", "HEAD")
WRITES = ("OPTIONS", "PROPFIND", "PUT", "POST", "DELETE", "PATCH", "REPORT")
HEADERS = {
    "Cache-Control": "private, no-cache",
    "X-Robots-Tag": "noindex",
}


@pages.route(
    "/feeds/<string:token>.ics", methods=READS, provide_automatic_options=False
)
@open_to(Audience.LINK_HOLDER)
def feed(token: str) -> Response:
    """Hand out a counsellor's feed; 304 before any event is read."""
    now = clock.now()
    try:
        found = feeds.poll(token, now=now)
    except UnknownFeed:
        return _unknown()
    answer = Response(content_type="text/calendar; charset=utf-8", headers=HEADERS)
    answer.set_etag(found.etag)
    answer.last_modified = found.changed_at
    if _is_known(found):
        answer.status_code = 304
        return answer
    answer.set_data(feeds.feed_for(found, now=now))
    return _as_wished(answer)


@pages.route(
    "/feeds/<string:_token>.ics", methods=WRITES, provide_automatic_options=False
)
@open_to(Audience.LINK_HOLDER)
def refuse(_token: str) -> Response:
    """Say what can be done with a feed, whether there is one or not."""
    return Response(status=405, headers={"Allow": ", ".join(READS)})


def _unknown() -> Response:
    """Answer the same to a wrong, a revoked and a mistyped address."""
    return Response("404\n", 404, content_type="text/plain; charset=utf-8")


def _is_known(found: Poll) -> bool:
    """Tell whether the app has this version (RFC 9110, section 13.2.2)."""
    if request.headers.get("If-None-Match"):
        # A weak tag names the same bytes here: contains_weak accepts both.
        tags = request.if_none_match
        return tags.star_tag or tags.contains_weak(found.etag)
    since = request.if_modified_since
    return since is not None and found.changed_at.replace(microsecond=0) <= since


def _as_wished(answer: Response) -> Response:
    """Compress for who asks; each coding is an answer of its own."""
    answer.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip"):
        answer.set_data(gzip.compress(answer.get_data(), mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
    answer.content_length = len(answer.get_data())
    return answer
