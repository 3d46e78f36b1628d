"""With which keys are personal fields closed, and how are they found again?"""

import base64
import binascii
import hmac
import os
from collections.abc import Iterable
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app

from booking.config import Settings, UnsafeSettings, kept_in

FORMAT = b"\x01"
KEY_BYTES = 32  # AES-256
KEY_ID_BYTES = 4
NONCE_BYTES = 12  # NIST SP 800-38D: 96 random bits
HEAD_BYTES = len(FORMAT) + KEY_ID_BYTES + NONCE_BYTES


class CannotOpen(Exception):
    """A sealed field is damaged, was moved, or its key is not at hand."""


class Keyring:
    """AES-256-GCM keys for fields (the first writes, all read), and a look-up key.

    A sealed field is ``format, key id, nonce, ciphertext``; what it is bound to
    goes in as associated data, so a ciphertext moved elsewhere does not open.
    """

    def __init__(self, field_keys: Iterable[bytes], lookup_key: bytes) -> None:
        keys = list(field_keys)
        self._ciphers = {_key_id(key): AESGCM(key) for key in keys}
        self._writing = _key_id(keys[0])
        self._lookup_key = lookup_key

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Read the keys from the settings, else from the folder of keys."""
        field_keys = settings.field_keys or kept_in(settings.keys, "field.keys").split()
        lookup_key = kept_in(settings.keys, "lookup.key")
        return cls(map(_decoded, field_keys), _decoded(lookup_key))

    def seal(self, text: str, bound_to: str) -> bytes:
        """Encrypt ``text`` so that it opens only where it belongs."""
        nonce = os.urandom(NONCE_BYTES)
        closed = self._ciphers[self._writing].encrypt(
            nonce, text.encode(), bound_to.encode()
        )
        return FORMAT + self._writing + nonce + closed

    def open(self, sealed: bytes, bound_to: str) -> str:
        """Decrypt, or raise ``CannotOpen``."""
        key_id = sealed[len(FORMAT) : len(FORMAT) + KEY_ID_BYTES]
        nonce = sealed[len(FORMAT) + KEY_ID_BYTES : HEAD_BYTES]
        cipher = self._ciphers.get(key_id)
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
