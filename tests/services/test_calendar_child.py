"""Does a foreign calendar cost the site nothing, whatever it holds?"""

import os
import resource

import pytest

from booking.calendars import TooLarge, Truncated, Unreadable
from booking.services import calendar_child
from booking.services.calendar_child import MEMORY, PROCESSOR, ReadingFailed, busy_by
from tests.calendars.reading import BERLIN, SPRING, calendar, read

TALK = "UID:a\nDTSTART:20270323T080000Z\nDTEND:20270323T090000Z\nSUMMARY:Canary"


def by_child(content, **more):
    return busy_by(content, window=SPRING, office=BERLIN, **more)


def test_the_child_says_what_the_reader_says():
    content = calendar(TALK, TALK + "\nRRULE:FREQ=X")
    assert by_child(content) == read(content)
    assert by_child(content, ours={"a"}).windows == ()


@pytest.mark.parametrize(
    ("content", "refusal"), [(b"", Unreadable), (b"BEGIN:VCALENDAR", Truncated)]
)
def test_the_child_hands_back_a_refusal(content, refusal):
    with pytest.raises(refusal):
        by_child(content)


def test_a_huge_file_starts_no_child_at_all(monkeypatch):
    monkeypatch.setattr(calendar_child, "get_context", None)
    with pytest.raises(TooLarge):
        by_child(b" " * 6_000_000)


def _do(deed):
    """Stand in for a reader with a fault; runs in the child, under its limits."""
    calendar_child._limit()
    if deed == "memory":
        return bytearray(2 * MEMORY)
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (1, hard))
    while True:
        os.getpid()


@pytest.mark.parametrize("deed", ["memory", "processor"])
def test_a_child_that_takes_too_much_is_gone(deed, capfd):
    with pytest.raises(ReadingFailed):
        by_child(Content(deed))
    assert "Canary" not in capfd.readouterr().err


class Content(bytes):
    """A file that does harm where it is opened: in the child."""

    def __new__(cls, deed):
        made = super().__new__(cls, calendar(TALK))
        made.deed = deed
        return made

    def __reduce__(self):
        return (_do, (self.deed,))


def test_the_limits_are_those_that_were_promised():
    assert (PROCESSOR, MEMORY) == (30, 512 * 1024 * 1024)


def test_a_reader_that_stumbles_tells_nothing_of_what_it_read(monkeypatch):
    def stumble(*_, **__):
        raise RuntimeError("Canary")

    class Pipe:
        sent = None

        def send(self, answer):
            self.sent = answer

    pipe = Pipe()
    monkeypatch.setattr(calendar_child, "read_calendar", stumble)
    monkeypatch.setattr(calendar_child, "_limit", lambda: None)
    calendar_child._read(b"", SPRING, "Europe/Berlin", frozenset(), pipe)
    assert isinstance(pipe.sent, ReadingFailed)
    assert "Canary" not in str(pipe.sent)
