"""How does the schema grow? By numbered migrations, forward only."""

from alembic.config import Config
from alembic.script import ScriptDirectory
from flask_migrate import Migrate, upgrade

from booking.config import shipped
from booking.models.base import db
from booking.models.storage import refuse_unsound

migrate = Migrate(render_as_batch=True, compare_type=True)


def migrations() -> ScriptDirectory:
    """Return all migrations that this version of the program knows."""
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")))
    return ScriptDirectory.from_config(config)


def migrate_to_newest() -> None:
    """Bring the database to the newest schema; refuse it if a rule got lost."""
    upgrade(directory=str(shipped("migrations")))
    refuse_unsound(db.engine)
