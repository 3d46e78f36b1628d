"""What need not be read again? What nobody can have changed since it was last read."""

from collections.abc import Callable, Hashable
from datetime import datetime
from typing import NamedTuple, TypeVar, cast

from sqlalchemy import Connection

from booking.models.storage import edition_of

Found = TypeVar("Found")

_KEPT = "booking.unchanged"
MOST = 64  # answers kept for one connection; some 100 kB each, at worst


class _Kept(NamedTuple):
    found: object
    until: datetime | None


def read(
    connection: Connection,
    what: Hashable,
    ask: Callable[[], Found],
    *,
    now: datetime | None = None,
    until: Callable[[Found], datetime | None] = lambda _found: None,
) -> Found:
    """Ask the database, unless it would answer the same as the last time.

    What is kept belongs to one connection and one state of the database; anything
    written, by whomever, ends it. Some answers also end by the clock: ``until`` says
    at which moment, and ``now`` must then be given.
    """
    edition = edition_of(connection)
    if edition is None:
        return ask()
    known = _known(connection, edition)
    kept = known.get(what)
    if kept is None or (kept.until and now and now >= kept.until):
        found = ask()
        kept = known[what] = _Kept(found, until(found))
    return cast("Found", kept.found)


def _known(connection: Connection, edition: Hashable) -> dict[Hashable, _Kept]:
    """Return what is kept of this very state; of an older one nothing is."""
    of, known = connection.info.get(_KEPT, (None, {}))
    if of != edition or len(known) >= MOST:
        known = {}
        connection.info[_KEPT] = edition, known
    return cast("dict[Hashable, _Kept]", known)
