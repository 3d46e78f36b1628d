"""What is written down about a request? Its route, its status, how long it took.

Never a path's values, a query, a body or an address: links are secrets.
"""

import json
import logging
import sys
import time
from datetime import UTC, datetime
from functools import lru_cache
from types import TracebackType
from typing import Any

from flask import Flask, Response, g, request

log = logging.getLogger("booking.requests")

AT = "%Y-%m-%dT%H:%M:%S%z"
FIELDS = ("route", "method", "status", "ms", "fault")


class TextLines(logging.Formatter):
    """One line for people; of a fault its kind and place, never what was typed."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        """Write where it happened, without the exception's own words."""
        return "\n".join([ei[0].__name__, *_places(ei[2])])


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Write level, message and the known fields, nothing else."""
        line: dict[str, Any] = {
            "at": _second(int(record.created)),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        line |= {
            name: record.__dict__[name] for name in FIELDS if name in record.__dict__
        }
        if record.exc_info and record.exc_info[0]:
            # The message of an exception may quote what somebody typed.
            line["fault"] = record.exc_info[0].__name__
            line["where"] = _places(record.exc_info[2])
        return _AS_JSON(line)


# A line is written for every request: nothing of it is made twice.
_AS_JSON = json.JSONEncoder(ensure_ascii=False).encode


@lru_cache(maxsize=2)
def _second(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).astimezone().strftime(AT)


def init_app(app: Flask) -> None:
    """Log requests through the ``booking`` logger."""
    handler = logging.StreamHandler(sys.stderr)
    if app.config["BOOKING"].log == "json":
        handler.setFormatter(JsonLines())
    else:
        handler.setFormatter(TextLines("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger("booking")
    logger.handlers = [handler]
    logger.setLevel(logging.INFO)
    app.before_request(_start)
    app.after_request(_finish)


def _start() -> None:
    g.started = time.perf_counter()


def _finish(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else "unknown"
    written_down(route, request.method, response.status_code, g.get("started", 0))
    return response


def written_down(route: str, method: str, status: int, begun: float) -> None:
    """Write a line about a request that has just been answered."""
    if not log.isEnabledFor(logging.INFO):
        return
    ms = round(1000 * (time.perf_counter() - begun), 1)
    facts = {"route": route, "method": method, "status": status, "ms": ms}
    words = f"{method} {route} {status} {ms} ms"
    # Not ``log.info``: it would look through the stack for who has called it.
    place = (__name__, 0)
    record = log.makeRecord(
        log.name, logging.INFO, *place, words, (), None, extra=facts
    )
    log.handle(record)


def _places(trace: TracebackType | None) -> list[str]:
    places = []
    while trace:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return places[-5:]
