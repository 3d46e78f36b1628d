"""The pages: one package for each kind of visitor."""

from flask import Flask

from booking.models.running import settings
from booking.web import (
    access,
    addresses,
    client,
    compression,
    coordinator,
    counsellor,
    errors,
    feeds,
    headers,
    health,
    language,
    office,
    reader,
    recordings,
    remembered,
    signing_in,
    staff,
    unchanged,
)
from booking.web.proxies import TrustedProxies


def init_app(app: Flask) -> None:
    """Attach every page, the languages and the protection to the application."""
    app.jinja_options = app.jinja_options | {"trim_blocks": True, "lstrip_blocks": True}
    addresses.init_app(app)
    language.init_app(app)
    signing_in.init_app(app)
    staff.init_app(app)
    access.init_app(app)
    reader.init_app(app)
    recordings.init_app(app)
    remembered.init_app(app)
    errors.init_app(app)
    # Answers pass these from the last to the first: compressed, then protected.
    headers.init_app(app)
    compression.init_app(app)
    health.init_app(app)
    for package in (client, counsellor, coordinator, office, feeds, health):
        app.register_blueprint(package.pages)
    unchanged.init_app(app)
    with app.app_context():
        proxies = settings().trusted_proxies
    if proxies:
        app.wsgi_app = TrustedProxies(app.wsgi_app, proxies)  # type: ignore[method-assign]  # Flask's own way
