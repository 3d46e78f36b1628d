"""Whose clocks does a TZID mean? IANA, Windows, this file's own, else the office's."""

from collections.abc import Iterable
from datetime import UTC, tzinfo
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global

from booking.calendars.file_zone import NoZone, file_zone
from booking.calendars.moments import Form, Written, line, plain
from booking.calendars.sieve import Component
from booking.scheduling import TimeWindow

_LONGEST_NAME = 255


class Zones:
    """The zones of one file, and of no other."""

    def __init__(
        self, definitions: Iterable[Component], *, office: ZoneInfo, window: TimeWindow
    ) -> None:
        self.office = office
        self.unknown: set[str] = set()
        self._window = window
        self._definitions = {
            plain(line(rest).value): definition
            for definition in definitions
            if (rest := definition.first("TZID")) is not None
        }
        self._found: dict[str, tzinfo] = {}

    def named(self, name: str) -> tzinfo:
        """Return the zone that this file means by a name; the office's if none is."""
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = self._sought(plain(name))
        return found

    def _sought(self, name: str) -> tzinfo:
        return (
            _iana(name)
            or _after_vendor(name)
            or _windows(name)
            or self._defined(name)
            or self._missing(name)
        )

    def _defined(self, name: str) -> tzinfo | None:
        definition = self._definitions.get(name)
        try:
            return file_zone(definition, self._window) if definition else None
        except NoZone:
            return None

    def _missing(self, name: str) -> tzinfo:
        self.unknown.add(name)
        return self.office


class Clocks:
    """The clocks of one VCALENDAR: its floating times may have a zone of their own."""

    def __init__(self, zones: Zones, floating: str | None) -> None:
        self._zones = zones
        self._floating = plain(line(floating).value) if floating else ""

    @property
    def office(self) -> ZoneInfo:
        """The office's clocks: a day in any calendar is a day of the office."""
        return self._zones.office

    @property
    def floating(self) -> tzinfo:
        """The clocks that are meant where a time names none (X-WR-TIMEZONE)."""
        return self._zones.named(self._floating) if self._floating else self.office

    def of(self, time: Written) -> tzinfo:
        """Return the zone whose clocks show this time."""
        if time.form is Form.DAY:
            return self.office
        if time.form is Form.UTC:
            return UTC
        return self._zones.named(time.zone) if time.zone else self.floating


@lru_cache(maxsize=1024)
def _iana(name: str) -> ZoneInfo | None:
    if not name or len(name) > _LONGEST_NAME:
        return None
    try:
        return ZoneInfo(name)
    # A name from a file may be a folder, or one that no file system could hold.
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _after_vendor(name: str) -> ZoneInfo | None:
    """Read /mozilla.org/20070129_1/America/New_York and the like."""
    pieces = name.split("/")[:10]
    tails = ("/".join(pieces[first:]) for first in range(1, len(pieces) - 1))
    return next((zone for tail in tails if (zone := _iana(tail))), None)


def _windows(name: str) -> ZoneInfo | None:
    found = _by_windows_name().get(name.casefold())
    return _iana(found) if found else None


@cache
def _by_windows_name() -> dict[str, str]:
    """Return CLDR's table, which Babel keeps."""
    mapping = get_global("windows_zone_mapping")
    return {windows.casefold(): str(iana) for windows, iana in mapping.items()}
