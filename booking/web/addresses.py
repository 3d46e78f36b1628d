"""How do pages find one another quickly? Addresses that never vary are remembered.

A page has some twenty links to other pages, and most have nothing to fill in: they
differ by language alone. What has a value of its own is made anew each time. Of an
address with a secret only the rest is remembered; the secret is kept nowhere.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from flask import Flask, current_app, has_request_context, request

from booking.languages import current_language
from booking.web.templating import Templates

NOBODY = "-nobody-"  # stands for the secret in an address that is remembered
NOBODYS = (("token", NOBODY),)


class Application(Flask):
    """Flask, but for the addresses it remembers and how it puts templates together."""

    jinja_environment = Templates

    def url_for(self, endpoint: str, **values: Any) -> str:
        """Return the address of a page."""
        # Flask hands on its own four options whether or not they are set.
        given = tuple(one for one in values.items() if one[1] is not None)
        varies = given and given != NOBODYS and endpoint != "static"
        if varies or endpoint.startswith(".") or not has_request_context():
            return super().url_for(endpoint, **values)
        key = (endpoint, current_language(), request.root_path, given)
        return self._remembered(key, endpoint, values)

    def _remembered(
        self, key: tuple[object, ...], endpoint: str, values: dict[str, Any]
    ) -> str:
        known: dict[tuple[object, ...], str] = self.extensions["booking.addresses"]
        if key not in known:
            known[key] = super().url_for(endpoint, **values)
        return known[key]

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return it as it is: nothing of ours is asynchronous, so do not ask."""
        return func


def with_secret(endpoint: str, token: str) -> str:
    """Return the address of a page behind a secret."""
    address = current_app.url_for(endpoint, token=NOBODY)
    return address.replace(NOBODY, quote(token, safe=""))


def init_app(app: Flask) -> None:
    """Begin with nothing remembered."""
    app.extensions["booking.addresses"] = {}
