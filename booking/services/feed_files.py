"""Which bytes does an app get? Kept in this process, written anew where they changed.

A feed's tag names its content, so the bytes are kept under it. Should the tag be
another one, the marks of its appointments are read, and only entries whose mark is
new are written; the others are cut out of the file as it was.

The tag was read before the marks. Should somebody book in between, the file holds the
appointment under the old tag, and the app gets it once more the next time it asks; it
never gets less than its tag stands for.
"""

import gzip
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

from sqlalchemy import Engine

from booking.calendars import block, head, joined
from booking.models import FeedLevel, db
from booking.models.running import zone
from booking.services import feed_entries, feed_rows
from booking.services.feed_polls import Feed, Kind
from booking.services.feed_rows import Mark

# Of a file of 1,000 entries about a megabyte is kept, with its marks: this holds those
# of a whole town's counsellors, for each process.
MOST_BYTES = 64 * 1024 * 1024
OF_A_MARK = 600  # bytes, with its place in the file
QUICKLY = 6  # gzip: nine takes twice as long and saves a hundredth


class Entry(NamedTuple):
    """What an entry was made from, and where it stands in the file."""

    mark: Mark
    starts: int
    ends: int


@dataclass(frozen=True, slots=True)
class File:
    """A feed as it was last written, and where in it each entry stands."""

    tag: str
    same_for_all: tuple[str, str]  # what stands in its entries besides their marks
    body: bytes
    packed: bytes
    entries: dict[int, Entry]

    @property
    def weight(self) -> int:
        """About how many bytes it takes up."""
        return len(self.body) + len(self.packed) + OF_A_MARK * len(self.entries)


Name = tuple[Kind, int, FeedLevel]


class Shelf:
    """The files last asked for; when they become too many, the oldest go."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._files: OrderedDict[Name, File] = OrderedDict()
        self._weight = 0
        self._lock = Lock()

    def take(self, name: Name) -> File | None:
        """Return a file, and remember that it was asked for."""
        with self._lock:
            found = self._files.get(name)
            if found is not None:
                self._files.move_to_end(name)
            return found

    def put(self, name: Name, file: File) -> None:
        """Keep a file instead of what had its name."""
        with self._lock:
            self._remove(name)
            self._files[name] = file
            self._weight += file.weight
            while self._weight > self._most_bytes:
                self._remove(next(iter(self._files)))

    def _remove(self, name: Name) -> None:
        before = self._files.pop(name, None)
        self._weight -= before.weight if before else 0


def written(feed: Feed) -> bytes:
    """Return the whole feed as iCalendar."""
    return _file_of(feed).body


def packed(feed: Feed) -> bytes:
    """Return the same by gzip."""
    file = _file_of(feed)
    if not file.packed:
        packed = gzip.compress(file.body, compresslevel=QUICKLY, mtime=0)
        file = File(file.tag, file.same_for_all, file.body, packed, file.entries)
        _shelf(db.engine).put(_name(feed), file)
    return file.packed


def _file_of(feed: Feed) -> File:
    shelf, name = _shelf(db.engine), _name(feed)
    before = shelf.take(name)
    if before is not None and before.tag == feed.tag:
        return before
    file = _write(feed, before)
    shelf.put(name, file)
    return file


def _write(feed: Feed, before: File | None) -> File:
    same_for_all = (feed.reader.url, feed.reader.office)
    if before is None or before.same_for_all != same_for_all:
        before = File("", same_for_all, b"", b"", {})
    session = db.session()
    marks = feed_rows.marks(session, feed)
    changed = [mark[0] for mark in marks if not _is_known(mark, before)]
    new = dict(feed_entries.events(session, feed.reader, changed))
    blocks = [
        (mark, block(new[mark[0]]) if mark[0] in new else _cut_out(mark, before))
        for mark in marks
        if mark[0] in new or mark[0] in before.entries
    ]
    top = head(feed_entries.name_of(session, feed), zone().key)
    body = joined(top, (bytes_of for _mark, bytes_of in blocks))
    entries = dict(_entries(len(top), blocks))
    return File(feed.tag, same_for_all, body, b"", entries)


def _is_known(mark: Mark, before: File) -> bool:
    entry = before.entries.get(mark[0])
    return entry is not None and entry.mark == mark


def _cut_out(mark: Mark, before: File) -> bytes:
    entry = before.entries[mark[0]]
    return before.body[entry.starts : entry.ends]


def _entries(
    starts: int, blocks: Iterable[tuple[Mark, bytes]]
) -> Iterator[tuple[int, Entry]]:
    for mark, bytes_of in blocks:
        ends = starts + len(bytes_of)
        yield mark[0], Entry(mark, starts, ends)
        starts = ends


def _name(feed: Feed) -> Name:
    return feed.reader.kind, feed.owner_id, feed.reader.level


@lru_cache(maxsize=4)
def _shelf(_of: Engine) -> Shelf:
    return Shelf(MOST_BYTES)
