"""Is a zipped answer opened whole, and never further than was asked?"""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.zipped import Unzip

PACKED = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    " GZIP ": lambda body: gzip.compress(body[:7]) + gzip.compress(body[7:]),
    "Deflate": lambda body: zlib.compress(body)[2:-4],  # without zlib's header
    "br": bytes,
    "": bytes,
}


@given(st.binary(), st.sampled_from(sorted(PACKED)), st.integers(1, 50))
def test_a_body_is_opened_whatever_its_pieces_are(body, encoding, size):
    packed, unzip = PACKED[encoding](body), Unzip(encoding)
    pieces = [packed[at : at + size] for at in range(0, len(packed), size)]
    opened = b"".join(unzip.piece(piece, at_most=1_000_000) for piece in pieces)
    unzip.end()
    assert opened == body


def test_no_more_is_opened_than_was_asked_for():
    bomb = gzip.compress(bytes(1_000_000))
    assert len(Unzip("gzip").piece(bomb, at_most=100)) == 100
    assert len(Unzip("gzip").piece(bomb + bomb, at_most=1_000_001)) == 1_000_001


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_what_breaks_off_is_no_whole_body(encoding):
    packed = PACKED[encoding](b"calendar")
    for end in range(1, len(packed)):
        unzip = Unzip(encoding)
        unzip.piece(packed[:end], at_most=100)
        with pytest.raises(zlib.error):
            unzip.end()


def test_nothing_at_all_is_whole():
    Unzip("gzip").end()


def test_what_is_no_zip_is_refused():
    with pytest.raises(zlib.error):
        Unzip("gzip").piece(b"BEGIN:VCALENDAR", at_most=100)
