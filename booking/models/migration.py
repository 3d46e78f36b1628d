"""How does the schema grow? By numbered migrations, forward only."""

from flask_migrate import Migrate, upgrade

from booking.config import shipped
from booking.models.base import db
from booking.models.storage import refuse_unsound

migrate = Migrate(render_as_batch=True, compare_type=True)


def migrate_to_newest() -> None:
    """Bring the database to the newest schema; refuse it if a rule got lost."""
    upgrade(directory=str(shipped("migrations")))
    refuse_unsound(db.engine)
