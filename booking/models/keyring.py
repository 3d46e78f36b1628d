"""With which keys are personal fields closed, and how are they found again?"""

import base64
import binascii
import hmac
import os
import secrets
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

from booking.config import Settings, UnsafeSettings, kept_in

FORMAT = b"\x01"
KEY_BYTES = 32  # AES-256
KEY_ID_BYTES = 4
NONCE_BYTES = 12  # NIST SP 800-38D: 96 random bits
MARK_BYTES = len(FORMAT) + KEY_ID_BYTES  # with which key a field is closed
FIELD_KEYS = "field.keys"
HEAD_BYTES = len(FORMAT) + KEY_ID_BYTES + NONCE_BYTES


class CannotOpen(Exception):
    """A sealed field is damaged, was moved, or its key is not at hand."""


class Keyring:
    """AES-256-GCM keys for fields (the first writes, all read), and a look-up key.

    A sealed field is ``format, key id, nonce, ciphertext``; what it is bound to
    goes in as associated data, so a ciphertext moved elsewhere does not open.
    """

    def __init__(
        self,
        field_keys: Iterable[bytes],
        lookup_key: bytes,
        *,
        file: Path | None = None,
    ) -> None:
        self._use(field_keys)
        self._lookup_key = lookup_key
        self._file = file
        self._seen: tuple[int, int] | None = None

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Read the keys from the settings, else from the folder of keys."""
        lookup_key = _decoded(kept_in(settings.keys, "lookup.key"))
        if settings.field_keys:
            return cls(map(_decoded, settings.field_keys), lookup_key)
        file = settings.keys / FIELD_KEYS
        return cls(_kept(settings.keys), lookup_key, file=file)

    @property
    def mark(self) -> bytes:
        """Return how every field begins that the first key has closed."""
        self._look_again()
        return FORMAT + self._keys[1]

    def seal(self, text: str, bound_to: str) -> bytes:
        """Encrypt ``text`` so that it opens only where it belongs."""
        self._look_again()
        ciphers, writing = self._keys
        nonce = os.urandom(NONCE_BYTES)
        closed = ciphers[writing].encrypt(nonce, text.encode(), bound_to.encode())
        return FORMAT + writing + nonce + closed

    def open(self, sealed: bytes, bound_to: str) -> str:
        """Decrypt, or raise ``CannotOpen``."""
        key_id = sealed[len(FORMAT) : MARK_BYTES]
        nonce = sealed[MARK_BYTES:HEAD_BYTES]
        if key_id not in self._keys[0]:
            self._look_again()
        cipher = self._keys[0].get(key_id)
        if cipher is None or sealed[:1] != FORMAT:
            raise CannotOpen(f"No key at hand opens {bound_to}.")
        try:
            return cipher.decrypt(
                nonce, sealed[HEAD_BYTES:], bound_to.encode()
            ).decode()
        except InvalidTag as fault:
            raise CannotOpen(
                f"{bound_to} is damaged or does not belong here."
            ) from fault

    def lookup(self, purpose: str, value: str) -> bytes:
        """Return 32 bytes that are equal for equal values, and tell nothing else."""
        return hmac.digest(self._lookup_key, f"{purpose}\0{value}".encode(), "sha256")

    def _use(self, field_keys: Iterable[bytes]) -> None:
        keys = list(field_keys)
        ciphers = {_key_id(key): AESGCM(key) for key in keys}
        # One attribute: a thread never sees the ciphers without their writing key.
        self._keys = ciphers, _key_id(keys[0])

    def _look_again(self) -> None:
        """Follow the file of keys: another process may have put a new one first."""
        state = _state_of(self._file)
        if self._file is None or state is None or state == self._seen:
            return
        self._use(_kept(self._file.parent))
        self._seen = state


def add_field_key(folder: Path) -> None:
    """Put a new random key first in the file of field keys."""
    _keep(folder, [secrets.token_urlsafe(KEY_BYTES), *_texts(folder)])


def retire_field_keys(folder: Path) -> int:
    """Keep the first key only; the others move to a file beside, for old backups."""
    first, *others = _texts(folder)
    if others:
        archive = folder / "retired.keys"
        archive.touch(mode=0o600)
        with archive.open("a", encoding="ascii") as file:
            file.writelines(f"{key}\n" for key in others)
            file.flush()
            os.fsync(file.fileno())
        keep_names(folder)
        _keep(folder, [first])
    return len(others)


def _keep(folder: Path, texts: list[str]) -> None:
    draft = folder / f".{FIELD_KEYS}.{secrets.token_hex(8)}"
    try:
        draft.touch(mode=0o600)
        with draft.open("w", encoding="ascii") as file:
            file.writelines(f"{text}\n" for text in texts)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / FIELD_KEYS)
    finally:
        draft.unlink(missing_ok=True)  # where the disk was full, no key lies about
    keep_names(folder)


def keep_names(folder: Path) -> None:
    """Have the disk remember which files a folder holds, whatever happens now."""
    # A key that a power cut takes back would take every field with it.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _kept(folder: Path) -> list[bytes]:
    return [_decoded(text) for text in _texts(folder)]


def _texts(folder: Path) -> list[str]:
    return kept_in(folder, FIELD_KEYS).split()


def _state_of(file: Path | None) -> tuple[int, int] | None:
    try:
        found = file.stat() if file else None
    except OSError:  # unmounted for a moment: go on with the keys at hand
        return None
    return (found.st_ino, found.st_mtime_ns) if found else None


def keyring() -> Keyring:
    """Return the keys of the running application."""
    keys: Keyring = current_app.extensions["booking.keyring"]
    return keys


def _key_id(key: bytes) -> bytes:
    return sha256(b"lotse key id" + key).digest()[:KEY_ID_BYTES]


def _decoded(text: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as fault:
        raise UnsafeSettings("A field key is not written in base64.") from fault
    if len(key) != KEY_BYTES:
        raise UnsafeSettings("A field key must be 32 random bytes, in base64.")
    return key
