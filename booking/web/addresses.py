"""How do pages find one another quickly? Addresses that never vary are remembered.

A page has some twenty links to other pages, and most have nothing to fill in: they
differ by language alone. What has a value of its own, a link's secret above all, is
made anew each time and kept nowhere.
"""

from typing import Any

from flask import Flask, g, has_request_context, request

from booking.languages import current_language


class Application(Flask):
    """Flask, but for the addresses it remembers."""

    def url_for(self, endpoint: str, **values: Any) -> str:
        """Return the address of a page."""
        if (values and endpoint != "static") or not has_request_context():
            return super().url_for(endpoint, **values)
        spoken = current_language().code if "language" in g else None
        key = (endpoint, request.blueprint, spoken, request.root_path, *values.items())
        known: dict[tuple[object, ...], str] = self.extensions["booking.addresses"]
        if key not in known:
            known[key] = super().url_for(endpoint, **values)
        return known[key]


def init_app(app: Flask) -> None:
    """Begin with nothing remembered."""
    app.extensions["booking.addresses"] = {}
