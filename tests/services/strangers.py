"""A stranger's calendar server that a test plays itself, and a reader without a child."""

from dataclasses import dataclass, field

from booking.calendars import read_calendar
from booking.services import refreshing, source_reading, sources
from booking.services.calendar_fetch import Fetched

ADDRESS = "https://calendar.example/canary-address/basic.ics"


@dataclass
class Stranger:
    """What it says when it is asked, and what it was asked."""

    content: bytes | None = b""
    tag: str = ""
    fault: Exception | None = None
    asked: list = field(default_factory=list)
    meanwhile: object = None  # done while we wait for the answer

    def fetch(self, address, *, tag="", modified="", within=20.0):
        self.asked.append((address, tag, within))
        if self.meanwhile:
            self.meanwhile()
        if self.fault:
            raise self.fault
        if self.tag and tag == self.tag:
            return None
        return Fetched(self.content, self.tag, "")


def played(monkeypatch) -> Stranger:
    """Let our services ask this stranger, and read what he says in this process."""
    stranger = Stranger()
    for module in (sources, refreshing):
        monkeypatch.setattr(module, "fetch", stranger.fetch)
    monkeypatch.setattr(source_reading, "busy_by", read_calendar)
    return stranger
