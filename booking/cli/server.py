"""How does our server answer what never reaches a page? Protected, and tight-lipped."""

import logging
from typing import Any

import waitress
from flask import Flask
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import BaseWSGIServer
from waitress.task import ErrorTask

A_PACKET = 1_400  # bytes; about what the network sends at once
MOST = 100_000_000  # bytes of a request: of a film too large, its page says so
WATCHED = logging.getLogger("waitress")


def created(app: Flask, host: str, port: int, threads: int) -> Any:
    """Listen at a port of this machine; ``run()`` of what comes back serves."""
    _keep_quiet()
    BaseWSGIServer.channel_class = _channel(app.extensions["booking.headers"])
    return waitress.create_server(
        app,
        host=host,
        port=port,
        threads=threads,
        # TrustedProxies decides which forwarding headers to believe, not waitress.
        clear_untrusted_proxy_headers=False,
        ident=None,
        # A page leaves from the thread that made it, not after another turn of
        # waitress's own loop: a fifth less work for each.
        send_bytes=A_PACKET,
        asyncore_use_poll=True,
        max_request_body_size=MOST,
    )


class Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress is not typed
    """Read requests, odd ones too."""

    def parse_header(self, header_plus: bytes) -> None:
        """Call an address a bad one that Python cannot take apart (``//[x``)."""
        try:
            super().parse_header(header_plus)
        except ValueError as fault:
            raise ParsingError("Bad URI") from fault


def _channel(protection: dict[str, str]) -> type[HTTPChannel]:
    """Return waitress's conversation with a browser, with our headers in it."""
    task = type("ProtectedError", (_ProtectedError,), {"protection": protection})
    facts = {"parser_class": Parser, "error_task_class": task}
    return type("Channel", (HTTPChannel,), facts)


class _ProtectedError(ErrorTask):  # type: ignore[misc]  # waitress is not typed
    """What waitress itself says of a request that it does not understand."""

    protection: dict[str, str]

    def execute(self) -> None:
        """Add to its headers what every other answer of ours has."""
        self.response_headers.extend(self.protection.items())
        super().execute()


class _Reticent(logging.Filter):
    """Waitress's own words quote paths and addresses: links are secrets."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Leave that something failed; where it did is told with the exception."""
        record.msg, record.args = "The server could not finish an answer.", ()
        return True


def _keep_quiet() -> None:
    WATCHED.handlers = logging.getLogger("booking").handlers
    WATCHED.filters = [_Reticent()]
    WATCHED.propagate = False
