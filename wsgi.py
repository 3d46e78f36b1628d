"""The WSGI entry point: ``gunicorn wsgi:app``."""

from booking import create_app, longevity
from booking.models import db
from booking.models.storage import refuse_unsound

app = create_app()
with app.app_context():
    refuse_unsound(db.engine)
    # A server that forks after this import must not share our connection.
    db.engine.dispose()
longevity.settle_in()
