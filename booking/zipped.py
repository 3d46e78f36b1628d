"""How is a zipped answer opened without bursting? Piece by piece, and counted.

urllib3 would open brotli too, which nobody here asks for, and would take a zipped
body that breaks off for a whole one.
"""

import zlib

ZIPPED = frozenset({"gzip", "x-gzip", "deflate"})

_BARE, _DRESSED = -zlib.MAX_WBITS, zlib.MAX_WBITS | 32  # deflate; inside zlib or gzip
_DRESS = 8  # the low half of zlib's first byte; some servers send deflate without


class Unzip:
    """A body that comes in pieces; if its encoding is no zip, it stays as it is."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding.strip().lower()
        self._zlib = zlib.decompressobj()
        self._begun = False

    def piece(self, piece: bytes, *, at_most: int) -> bytes:
        """Open the next piece; at ``at_most`` bytes the rest of it is lost."""
        if self._encoding not in ZIPPED:
            return piece
        if not self._begun:
            self._begin(piece[0])
        opened = self._zlib.decompress(piece, at_most)
        while self._zlib.unused_data and len(opened) < at_most:  # gzip after gzip
            piece = self._zlib.unused_data
            self._zlib = zlib.decompressobj(_DRESSED)
            opened += self._zlib.decompress(piece, at_most - len(opened))
        return opened

    def end(self) -> None:
        """Raise ``zlib.error`` if the body broke off."""
        if self._begun and not self._zlib.eof:
            raise zlib.error("broken off")

    def _begin(self, first: int) -> None:
        bare = self._encoding == "deflate" and first & 0x0F != _DRESS
        self._zlib = zlib.decompressobj(_BARE if bare else _DRESSED)
        self._begun = True
