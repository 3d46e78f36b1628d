"""What has the office decided? Read once for each request, whoever asks."""

from flask import request

from booking.services.office import Decisions, decisions

KEPT = "booking.decided"


def decided() -> Decisions:
    """Return the office's decisions, as they were when this request first asked."""
    if KEPT not in request.environ:
        request.environ[KEPT] = decisions()
    found: Decisions = request.environ[KEPT]
    return found
