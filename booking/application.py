"""How are the pieces put together? Records, pages and settings into one application."""

from booking import logs, web
from booking.config import Settings, shipped
from booking.models import Keyring, storage
from booking.models.base import db
from booking.models.migration import migrate
from booking.web.addresses import Application

PACKAGE = "booking"


def built(settings: Settings | None) -> Application:
    """Build the application from these settings, or from the environment's."""
    settings = settings or Settings.from_environment()
    app = Application(
        PACKAGE,
        template_folder=str(shipped("templates")),
        static_folder=str(shipped("static")),
    )
    app.config.from_mapping(settings.as_flask_config())
    app.extensions["booking.keyring"] = Keyring.from_settings(settings)
    logs.init_app(app)
    storage.init_app(app)
    migrate.init_app(app, db, directory=str(shipped("migrations")))
    web.init_app(app)
    return app
