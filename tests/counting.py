"""How many queries does a deed cost?"""

from collections.abc import Callable

from sqlalchemy import event

from booking.models import db


def queries_of(deed: Callable[[], object]) -> int:
    """Count what the database is asked while something is done."""
    seen = []

    def count(*_arguments):
        seen.append(1)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        deed()
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    return len(seen)
