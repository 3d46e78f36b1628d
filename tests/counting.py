"""How many queries does a deed cost?"""

from collections.abc import Callable
from uuid import uuid4

from sqlalchemy import event

from booking import clock
from booking.models import db
from booking.services import rounds


def statements_of(deed: Callable[[], object]) -> list[str]:
    """Return what the database is asked while something is done.

    Somebody has just written: what is read once while nobody writes is read anew.
    """
    rounds.show_alive(uuid4().hex, now=clock.now())
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        deed()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return [one for one in sent if not one.startswith("BEGIN")]


def queries_of(deed: Callable[[], object]) -> int:
    """Count what the database is asked while something is done."""
    return len(statements_of(deed))
