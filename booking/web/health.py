"""Is it alive, is it ready, how is it doing? For machines, from here or with a token.

Nothing here names a person, an address or a path: routes are templates.
"""

import hmac
from collections.abc import Iterator
from ipaddress import ip_address
from time import perf_counter

from flask import Blueprint, Flask, Response, abort, current_app, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from booking import clock
from booking.models.running import settings
from booking.services import health
from booking.services.health import Figures
from booking.web.access import Audience, open_to

pages = Blueprint("health", __name__)
UNKNOWN = "unknown"  # no page of ours has this address
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
# Whoever forwards for others stands on loopback for all of them.
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")


class Measures:
    """What this process has answered since it started."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._answers = Counter(
            "lotse_answers", "Answers", ("route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "lotse_answer_seconds",
            "Time to an answer",
            ("route",),
            buckets=BUCKETS,
            registry=self.registry,
        )

    def count(self, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self._answers.labels(route, f"{status // 100}xx").inc()
        self._seconds.labels(route).observe(seconds)


def init_app(app: Flask) -> None:
    """Begin to count."""
    app.extensions["booking.measures"] = Measures()
    app.after_request(_count)


@pages.get("/health/live")
@open_to(Audience.ANYONE)
def live() -> Response:
    """Say that this process answers."""
    _for_machines_only()
    return _said("alive")


@pages.get("/health/ready")
@open_to(Audience.ANYONE)
def ready() -> Response:
    """Say whether something can be booked just now."""
    _for_machines_only()
    fault = health.not_ready()
    return _said(fault, 503) if fault else _said("ready")


@pages.get("/metrics")
@open_to(Audience.ANYONE)
def metrics() -> Response:
    """Hand out figures in Prometheus' own text format."""
    _for_machines_only()
    measures: Measures = current_app.extensions["booking.measures"]
    waiting = CollectorRegistry()
    _fill(waiting, health.figures(now=clock.now()))
    text = generate_latest(measures.registry) + generate_latest(waiting)
    return Response(text, content_type=CONTENT_TYPE_LATEST)


def _count(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else UNKNOWN
    measures: Measures = current_app.extensions["booking.measures"]
    spent = perf_counter() - g.get("started", perf_counter())
    measures.count(route, response.status_code, spent)
    return response


def _fill(registry: CollectorRegistry, figures: Figures) -> None:
    letters = Gauge(
        "lotse_letters", "Letters to do", ("state", "channel"), registry=registry
    )
    for labels, number in figures.letters.items():
        letters.labels(*labels).set(number)
    plans = Gauge("lotse_plans", "Plans to draw up", ("state",), registry=registry)
    for state, number in figures.plans.items():
        plans.labels(state).set(number)
    for name, what, value in _ages(figures):
        Gauge(name, what, registry=registry).set(value)


def _ages(figures: Figures) -> Iterator[tuple[str, str, float]]:
    if figures.worker_silent is not None:
        yield (
            "lotse_worker_silent_seconds",
            "Since the worker's last sign of life",
            figures.worker_silent,
        )
    yield (
        "lotse_calendars_failing",
        "Foreign calendars that could not be read last time",
        figures.calendars_failing,
    )


def _for_machines_only() -> None:
    """Let in who asks from this machine itself, or brings the token; else 404."""
    token, given = settings().metrics_token, request.authorization
    if token and given and given.type == "bearer" and given.token:
        if hmac.compare_digest(given.token.encode(), token.encode()):
            return
        abort(404)
    if any(name in request.headers for name in FORWARDED) or not _is_local():
        abort(404)


def _is_local() -> bool:
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _said(sentence: str, status: int = 200) -> Response:
    return Response(f"{sentence}\n", status, mimetype="text/plain")
