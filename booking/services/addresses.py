"""Where does somebody live? The office's address book, filled and asked.

The book is read once a process and asked in memory: a week of wishes costs no query
for each. It is read again when an import has replaced rows, which their count and
the newest of them tell.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, select, tuple_
from sqlalchemy.orm import Session

from booking.geography import (
    Address,
    Answer,
    Coordinates,
    House,
    LocalAddressBook,
    OwnServer,
    Precision,
    Refused,
)
from booking.models import AddressBookEntry, db, keyring
from booking.models.running import settings
from booking.services.journal import Actor, note
from booking.services.writing import let_go, write_session

AT_ONCE = 500  # rows a statement: SQLite allows 32,766 parameters

_lock = Lock()
_known: tuple[tuple[str, int, UUID | None], LocalAddressBook] | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a list."""

    kept: int
    refused: tuple[Refused, ...]


def take_in(rows: Iterable[House | Refused], *, now: datetime) -> Imported:
    """Enter a list into the address book; what is there already is replaced."""
    houses: dict[tuple[str, str, str, str], House] = {}
    refused = []
    for row in rows:
        if isinstance(row, Refused):
            refused.append(row)
        else:
            houses[_name(row)] = row
    with write_session() as session:
        rows_to_keep = list(houses.values())
        for first in range(0, len(rows_to_keep), AT_ONCE):
            _replace(session, rows_to_keep[first : first + AT_ONCE])
        note(session, Actor.COMMAND, "import addresses", "address book", now=now)
    return Imported(len(houses), tuple(refused))


def find(address: Address) -> Answer:
    """Look an address up in the book."""
    return _book().find(address)


def look_up(address: Address) -> Answer:
    """Look an address up in the book; what it lacks, the town's own server is asked.

    Only while planning, never while somebody books. Raises ``GeocoderSilent``.
    """
    known, kind = find(address), settings().geocoder
    is_known = known.found and known.found.precision == Precision.HOUSE
    if is_known or kind == "local":
        return known
    let_go()
    asked = OwnServer(kind, settings().geocoder_url).find(address)
    if asked.found is None or known.found:
        is_better = asked.found and asked.found.precision == Precision.HOUSE
        both = (*known.suggestions, *asked.suggestions)
        return asked if is_better else Answer(known.found, both)
    return asked


def around(point: Coordinates, *, degrees: float) -> list[House]:
    """Return the houses of the book within so many degrees of a point."""
    return _book().around(point, degrees=degrees)


def count() -> int:
    """Return how many addresses the book holds."""
    return db.session.scalar(select(func.count(AddressBookEntry.id))) or 0


def address_hash(address: Address) -> bytes:
    """Return by what equal addresses are found, without storing them in the clear."""
    return keyring().lookup("address", address.canonical)


def _replace(session: Session, houses: list[House]) -> None:
    columns = tuple_(
        AddressBookEntry.postcode,
        AddressBookEntry.town,
        AddressBookEntry.street,
        AddressBookEntry.house_number,
    )
    names = [_name(house) for house in houses]
    session.execute(delete(AddressBookEntry).where(columns.in_(names)))
    session.execute(
        insert(AddressBookEntry),
        [
            {
                "uuid": uuid4(),
                "street": house.street,
                "house_number": house.house_number,
                "postcode": house.postcode,
                "town": house.town,
                "latitude": house.latitude,
                "longitude": house.longitude,
            }
            for house in houses
        ],
    )


def _name(house: House) -> tuple[str, str, str, str]:
    return house.postcode, house.town, house.street, house.house_number


def _book() -> LocalAddressBook:
    global _known  # noqa: PLW0603 - one book a process, whichever page asks
    # SQLite gives the number of a deleted row away again; a uuid is used only once.
    newest = select(AddressBookEntry.uuid).order_by(AddressBookEntry.id.desc()).limit(1)
    state = (str(db.engine.url), count(), db.session.scalar(newest))
    with _lock:
        if _known is None or _known[0] != state:
            _known = (state, LocalAddressBook(_houses()))
        return _known[1]


def _houses() -> Iterator[House]:
    entry = AddressBookEntry
    for row in db.session.execute(
        select(
            entry.street,
            entry.house_number,
            entry.postcode,
            entry.town,
            entry.latitude,
            entry.longitude,
        ).execution_options(yield_per=1000)
    ):
        yield House(*row)
