"""What does a calendar app get that polls? The feed, if it has not got it already."""

from flask import Blueprint, Response, request

from booking import clock
from booking.services import feed_files
from booking.services.feed_polls import UnknownFeed, feed_for
from booking.web import unchanged
from booking.web.access import Audience, open_to

pages = Blueprint("feeds", __name__)


# No automatic OPTIONS: it would answer 200 for every address there could be.
@pages.route(unchanged.ROUTE, methods=["GET"], provide_automatic_options=False)
@open_to(Audience.LINK_HOLDER)
def feed(token: str) -> Response:
    """Hand out a feed as it stands now."""
    found = request.environ.get(unchanged.FOUND)
    try:
        found = found or feed_for(token, now=clock.now())
    except UnknownFeed:
        return Response("Not found\n", 404, {"X-Robots-Tag": "noindex"}, "text/plain")
    zipped = unchanged.wants_gzip(request.environ)
    body = feed_files.packed(found) if zipped else feed_files.written(found)
    answer = Response(body, mimetype="text/calendar")
    answer.headers.extend(unchanged.described(found, request.environ))
    if zipped:
        answer.headers["Content-Encoding"] = "gzip"
    return answer
