"""How does a server fare whose disk is full? For tests only: it is, while a file says so.

It is the product's own server; but while the sign stands, its SQLite is told that there
is no room, after half of what it wanted to write, as a real disk does.
"""

import os
from pathlib import Path

from booking.__main__ import main
from booking.config import Settings
from tests.reliability.recorded_disk import WRITE, RecordedDisk

NO_ROOM = 13  # SQLITE_FULL


class FullDisk(RecordedDisk):
    """Writes only half of everything while the sign stands."""

    def __init__(self, book: Path, sign: Path) -> None:
        super().__init__(book)
        self._sign = sign

    def write(self, file, content, length, offset):
        if not self._sign.exists():
            return super().write(file, content, length, offset)
        WRITE(self._methods.write)(file, content, length // 2, offset)
        return NO_ROOM


def sign_of(settings: Settings) -> Path:
    """Say which file makes the disk full."""
    return settings.data.with_name("disk-is-full")


if __name__ == "__main__":
    ours = Settings.from_environment()
    disk = FullDisk(Path(os.devnull), sign_of(ours))
    disk.take_over()
    main()
