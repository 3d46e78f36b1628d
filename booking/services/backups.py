"""How does everything survive the loss of the machine? One encrypted file.

The file is an SQLite database, whichever kind is in use, in the age format
(age-encryption.org): the server knows only the public key and cannot read what
it wrote. Keys of fields are not in it.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from secrets import token_hex

import pyrage

from booking.models import db
from booking.models.keyring import keep_names
from booking.models.migration import migrations
from booking.models.running import settings
from booking.services.row_copy import CopyDiffers, copy_rows, filled_tables, make_schema
from booking.services.snapshots import opened, private_room, take_snapshot
from booking.services.soundness import schema_fault


class NoBackup(Exception):
    """No backup was made; the message says why."""


class NotRestored(Exception):
    """Nothing was restored; the message says why."""


def new_pair() -> tuple[str, str]:
    """Return a new public and private key for backups."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity.to_public()), str(identity)


def back_up(file: Path) -> int:
    """Write an encrypted copy of the database; return its bytes.

    Raises:
        NoBackup: no public key is set, the file is there, or cannot be written.
    """
    recipient = _recipient()
    if file.exists():
        raise NoBackup(f"{file} is there already; a backup replaces nothing.")
    draft = file.with_name(f".{file.name}.{token_hex(8)}")
    try:
        with private_room() as room:
            take_snapshot(room / "snapshot")
            _encrypt(room / "snapshot", draft, recipient)
        draft.rename(file)
        keep_names(file.parent)
        return file.stat().st_size
    except CopyDiffers as fault:
        raise NoBackup(str(fault)) from fault
    except (OSError, sqlite3.OperationalError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        raise NoBackup(f"{file} cannot be written: {reason}.") from fault
    finally:
        draft.unlink(missing_ok=True)


def restore(file: Path, private_key: str) -> None:
    """Fill an empty database from a backup: with all of it, or with nothing.

    Raises:
        NotRestored: wrong key, damaged file, or a database that holds something.
    """
    with db.engine.connect() as connection:
        if full := filled_tables(connection):
            raise NotRestored(
                f"This database is not empty ({full[0]} holds rows); "
                "a backup is restored only into an empty one."
            )
    with private_room() as room:
        snapshot = room / "snapshot"
        _decrypt(file, snapshot, private_key)
        _refuse_damaged(snapshot)
        if db.engine.dialect.name == "sqlite":
            _pour(snapshot)
        else:
            _fill(snapshot)


def _recipient() -> pyrage.x25519.Recipient:
    public_key = settings().backup_recipient
    if not public_key:
        raise NoBackup(
            "Set BOOKING_BACKUP_RECIPIENT to a public key: "
            "make a pair with “booking keys pair”."
        )
    try:
        return pyrage.x25519.Recipient.from_str(public_key)
    except pyrage.RecipientError as fault:
        raise NoBackup("BOOKING_BACKUP_RECIPIENT is no public key.") from fault


def _encrypt(source: Path, target: Path, recipient: pyrage.x25519.Recipient) -> None:
    target.touch(mode=0o600, exist_ok=False)
    with source.open("rb") as clear, target.open("wb") as closed:
        pyrage.encrypt_io(clear, closed, [recipient])
        closed.flush()
        os.fsync(closed.fileno())


def _decrypt(source: Path, target: Path, private_key: str) -> None:
    try:
        identity = pyrage.x25519.Identity.from_str(private_key)
    except pyrage.IdentityError as fault:
        raise NotRestored(
            "This is no private key for backups; it begins with AGE-SECRET-KEY-1."
        ) from fault
    if not source.is_file():
        raise NotRestored(f"There is no file {source}.")
    try:
        with source.open("rb") as closed, target.open("xb") as clear:
            pyrage.decrypt_io(closed, clear, [identity])
    except pyrage.DecryptError as fault:
        raise NotRestored(
            f"This key does not open {source}, or it is no backup."
        ) from fault
    except OSError as fault:
        reason = fault.strerror or "it is cut off or damaged"
        raise NotRestored(f"{source} cannot be restored: {reason}.") from fault


def _refuse_damaged(snapshot: Path) -> None:
    try:
        with closing(sqlite3.connect(snapshot)) as found:
            sound = found.execute("PRAGMA quick_check").fetchone() == ("ok",)
            version = found.execute(
                "SELECT version_num FROM alembic_version"
            ).fetchone()
            found.execute("SELECT 1 FROM office")
    except sqlite3.DatabaseError:
        sound, version = False, None
    if not sound or version is None:
        raise NotRestored("What this file holds is no backup of Lotse.")
    if version[0] not in {one.revision for one in migrations().walk_revisions()}:
        raise NotRestored("This backup comes from a newer version of the program.")


def _pour(snapshot: Path) -> None:
    """Let SQLite itself exchange the content: its log undoes a half of it."""
    path = db.engine.url.database or ""
    db.engine.dispose()
    with closing(sqlite3.connect(snapshot)) as source:
        source.execute("PRAGMA journal_mode = wal")
        with closing(sqlite3.connect(path)) as target:
            target.execute("PRAGMA busy_timeout = 10000")
            target.execute("PRAGMA synchronous = FULL")
            source.backup(target)


def _fill(snapshot: Path) -> None:
    with opened(snapshot) as source, db.engine.begin() as target:
        if schema_fault(source):
            raise NotRestored(
                "This backup comes from another version of the program: restore it "
                "into SQLite, run “booking migrate”, then “booking move-database”."
            )
        make_schema(target)
        if schema_fault(target):
            raise NotRestored("Run “booking migrate” on the empty database first.")
        try:
            copy_rows(source, target)
        except CopyDiffers as fault:
            raise NotRestored(str(fault)) from fault
