"""What would lie on the disk, had the power failed just then? For tests only.

It is the product's own server; but whatever its SQLite asks of the disk is written down
in order: what to write where, and when to make sure of it. From that ``power_cut`` lays
out the files as a cut at any moment may leave them. SQLite calls its file system by
a table of functions (``sqlite3_vfs``), and lets a program put its own into it.
"""

import _sqlite3
import ctypes
import os
import struct
import threading
from enum import IntEnum
from pathlib import Path

from booking.__main__ import main
from booking.cli import serving
from booking.config import Settings
from booking.models import storage

STEP = struct.Struct("<BBqi")  # what, to which file, where, how many bytes follow
FILES = ("lotse.sqlite", "lotse.sqlite-wal")  # the log's index lives in memory
CHECKPOINT_EVERY = 60  # pages; usually a thousand, but cuts shall fall into some


class Step(IntEnum):
    """What SQLite asked for."""

    WRITE = 1
    TRUNCATE = 2
    SYNC = 3
    DELETE = 4


class NoTable(Exception):
    """This Python hides its SQLite, so that nothing can be put before it."""


POINTER, INT, LONG = ctypes.c_void_p, ctypes.c_int, ctypes.c_int64
OPEN = ctypes.CFUNCTYPE(INT, POINTER, POINTER, POINTER, INT, POINTER)
DELETE = ctypes.CFUNCTYPE(INT, POINTER, POINTER, INT)
WRITE = ctypes.CFUNCTYPE(INT, POINTER, POINTER, INT, LONG)
TRUNCATE = ctypes.CFUNCTYPE(INT, POINTER, LONG)
SYNC = ctypes.CFUNCTYPE(INT, POINTER, INT)
METHODS = 19  # pointers in sqlite3_io_methods, behind its version


class FileSystem(ctypes.Structure):
    """The beginning of ``sqlite3_vfs``, and the rest of it unread."""

    _fields_ = (
        ("version", INT),
        ("size_of_file", INT),
        ("longest_path", INT),
        ("next", POINTER),
        ("name", ctypes.c_char_p),
        ("belongings", POINTER),
        ("open", POINTER),
        ("delete", POINTER),
        ("others", POINTER * 14),
    )


class Methods(ctypes.Structure):
    """``sqlite3_io_methods``: what can be done with an open file."""

    _fields_ = (
        ("version", INT),
        ("close", POINTER),
        ("read", POINTER),
        ("write", POINTER),
        ("truncate", POINTER),
        ("sync", POINTER),
        ("others", POINTER * (METHODS - 5)),
    )


class RecordedDisk:
    """Stands between SQLite and its files, and writes down every step in order."""

    def __init__(self, book: Path) -> None:
        self._book = os.open(book, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        self._in_order = threading.Lock()
        self._files: dict[int, int] = {}
        self._methods = self._our_methods = None
        self._usual = self._found()
        self._ours = FileSystem.from_buffer_copy(self._usual)
        self._callbacks = [
            OPEN(self.open),
            DELETE(self.delete),
            WRITE(self.write),
            TRUNCATE(self.truncate),
            SYNC(self.sync),
        ]

    def take_over(self) -> None:
        """Be what every connection made from now on writes to."""
        self._ours.name = b"recorded"
        self._ours.open, self._ours.delete = map(_address, self._callbacks[:2])
        if self._library.sqlite3_vfs_register(ctypes.byref(self._ours), 1):
            raise NoTable

    def open(self, _system, name, file, flags, flags_out):
        usual = OPEN(self._usual.open)
        status = usual(ctypes.addressof(self._usual), name, file, flags, flags_out)
        self._files.pop(file, None)
        path = ctypes.string_at(name).decode() if name else ""
        if not status and Path(path).name in FILES:
            self._files[file] = FILES.index(Path(path).name)
            self._put_before(file)
        return status

    def delete(self, _system, name, sync):
        path = Path(ctypes.string_at(name).decode())
        with self._in_order:
            if path.name in FILES:
                self._write_down(Step.DELETE, FILES.index(path.name))
            usual = DELETE(self._usual.delete)
            return usual(ctypes.addressof(self._usual), name, sync)

    def write(self, file, content, length, offset):
        with self._in_order:
            written = ctypes.string_at(content, length)
            self._write_down(Step.WRITE, self._files[file], offset, written)
            usual = WRITE(self._methods.write)
            return usual(file, content, length, offset)

    def truncate(self, file, size):
        with self._in_order:
            self._write_down(Step.TRUNCATE, self._files[file], size)
            return TRUNCATE(self._methods.truncate)(file, size)

    def sync(self, file, _flags):
        # The disk that counts is the book: nobody waits for the machine's own.
        with self._in_order:
            self._write_down(Step.SYNC, self._files[file])
            return 0

    def _found(self) -> FileSystem:
        self._library = ctypes.CDLL(getattr(_sqlite3, "__file__", None))
        try:
            find = self._library.sqlite3_vfs_find
        except AttributeError as fault:
            raise NoTable from fault
        find.restype = ctypes.POINTER(FileSystem)
        return find(None).contents

    def _put_before(self, file: int) -> None:
        """Give an open file a table of functions in which three are ours."""
        place = ctypes.cast(file, ctypes.POINTER(POINTER))
        if self._methods is None:  # SQLite has one table for all plain files
            self._methods = Methods.from_address(place[0])
            self._our_methods = Methods.from_buffer_copy(self._methods)
            ours = map(_address, self._callbacks[2:])
            self._our_methods.write, self._our_methods.truncate = next(ours), next(ours)
            self._our_methods.sync = next(ours)
        place[0] = ctypes.addressof(self._our_methods)

    def _write_down(
        self, step: Step, file: int, where: int = 0, content: bytes = b""
    ) -> None:
        os.write(self._book, STEP.pack(step, file, where, len(content)) + content)


def _address(callback) -> int | None:
    return ctypes.cast(callback, POINTER).value


def record(book: Path) -> None:
    """Write down what this process asks of the disk from now on."""
    global _disk  # noqa: PLW0603 - SQLite calls it until the process ends
    _disk = RecordedDisk(book)
    _disk.take_over()


_disk: RecordedDisk | None = None


def book_of(settings: Settings) -> Path:
    """Say where the steps of a server are written down."""
    return settings.data.with_name("disk.steps")


if __name__ == "__main__":
    storage.SQLITE_PRAGMAS["wal_autocheckpoint"] = CHECKPOINT_EVERY
    # Who books reads before she writes, and a log that is read is not begun anew:
    # the worker's writing lets it.
    serving.PAUSE = 0.1
    record(book_of(Settings.from_environment()))
    main()
