"""What stands behind a feed's secret address? One row, by one indexed query.

Apps ask all day long and mostly hear that nothing is new: the row is fetched by the
driver's own cursor, and as the driver gives it. SQLAlchemy would take four times as
long to hand out a row that nine times in ten is known already. Nothing is written
here, and one SELECT sees one moment.
"""

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Dialect, text
from sqlalchemy.exc import DBAPIError

from booking.models import db


class Found(NamedTuple):
    """A subscription with all that decides what its app is told, as the driver says it.

    SQLite gives moments as text and truth as numbers, PostgreSQL as what they are.
    """

    id: int
    staff_id: int | None
    interpreter_id: int | None
    shows: str
    level: str
    created_at: datetime | str
    last_used_on: date | str | None
    version: int | None  # of a feed that never changed there is none
    changed_at: datetime | str | None
    name: bytes  # of its owner, sealed
    place_allowed: bool | int | None  # None: nothing was decided yet
    place_decided_at: datetime | str | None
    full_allowed: bool | int | None
    full_decided_at: datetime | str | None
    office: str | None  # its address, as events give it


def looked_up(token_hash: bytes) -> Found | None:
    """Return what stands behind an address, or None if it opens nothing (any more)."""
    engine = db.engine
    sql, is_positional = _written_for(engine.dialect)
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        try:
            cursor.execute(sql, (token_hash,) if is_positional else {"it": token_hash})
            row = cursor.fetchone()
        except engine.dialect.loaded_dbapi.Error as fault:
            raise DBAPIError(sql, None, fault) from fault
        finally:
            cursor.close()
    return Found(*row) if row else None


def as_moment(found: datetime | str) -> datetime:
    """Read a moment as either database gives it."""
    if isinstance(found, str):
        return datetime.fromisoformat(found).replace(tzinfo=UTC)
    return found.astimezone(UTC)


def as_day(found: date | str) -> date:
    """Read a day as either database gives it."""
    return date.fromisoformat(found) if isinstance(found, str) else found


@lru_cache(maxsize=4)
def _written_for(dialect: Dialect) -> tuple[str, bool]:
    compiled = _LOOK_UP.compile(dialect=dialect)
    return compiled.string, dialect.positional


# The routes' version is the sum of all counsellors': whatever changes a visit raises
# one of them. A coordinator is asked for her role each time, whoever left for nothing.
_LOOK_UP = text("""
SELECT
  feed.id, feed.staff_id, feed.interpreter_id, feed.shows, feed.level,
  feed.created_at, feed.last_used_on,
  CASE feed.shows
    WHEN 'routes' THEN (SELECT sum(version) FROM feed_version WHERE staff_id > 0)
    ELSE counted.version
  END,
  CASE feed.shows
    WHEN 'routes' THEN (SELECT max(changed_at) FROM feed_version WHERE staff_id > 0)
    ELSE counted.changed_at
  END,
  coalesce(staff.name_sealed, interpreter.name_sealed),
  CAST(place.value AS VARCHAR) = 'true', place.changed_at,
  CAST(names.value AS VARCHAR) = 'true', names.changed_at,
  (SELECT
     name || ', ' || street || ' ' || house_number || ', ' || postcode || ' ' || town
   FROM office ORDER BY id LIMIT 1)
FROM subscription feed
LEFT JOIN staff ON staff.id = feed.staff_id
LEFT JOIN interpreter ON interpreter.id = feed.interpreter_id
LEFT JOIN feed_version counted
  ON counted.staff_id = feed.staff_id OR counted.interpreter_id = feed.interpreter_id
LEFT JOIN setting place ON place."key" = 'feeds_with_place'
LEFT JOIN setting names ON names."key" = 'feeds_in_full'
WHERE feed.token_hash = :it
  AND feed.revoked_at IS NULL
  AND staff.disabled_at IS NULL
  AND (feed.shows = 'own' OR EXISTS (
    SELECT role FROM staff_role
    WHERE staff_role.staff_id = feed.staff_id AND role = 'coordinator'))
""")
