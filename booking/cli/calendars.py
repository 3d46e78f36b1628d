"""Look at a foreign calendar as the service will: when does it say somebody is busy?"""

import json
from datetime import datetime
from typing import BinaryIO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click

from booking.calendars import (
    Busy,
    CalendarRefused,
    TooLarge,
    TooManyEvents,
    Truncated,
    Unreadable,
)
from booking.calendars.sieve import MOST_BYTES
from booking.scheduling import TimeWindow
from booking.scheduling.windows import BackwardWindow
from booking.services.calendar_child import ReadingFailed, busy_by

SENTENCES = {
    Unreadable: "is no calendar that can be read",
    Truncated: "is cut off: the end of the calendar is missing",
    TooLarge: "is too large: more than 5 MB",
    TooManyEvents: "has too many events: more than 20,000",
    ReadingFailed: "takes too much to read",
}


class Zone(click.ParamType[ZoneInfo]):
    """A time zone by its IANA name."""

    name = "zone"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> ZoneInfo:
        """Find the zone, or say that there is none."""
        try:
            return ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.fail(f"{value} is no time zone. Example: Europe/Berlin.", param, ctx)


class Moment(click.ParamType[datetime]):
    """A moment as ISO 8601 writes it; without an offset it is in ``--zone``."""

    name = "iso"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read the moment, or say how it is written."""
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value} is no moment. Example: 2026-03-01T00:00", param, ctx)


@click.group()
def calendars() -> None:
    """Counsellors' own calendars."""


@calendars.command("busy")
@click.argument("calendar", metavar="FILE.ics", type=click.File("rb"))
@click.option("--from", "first", type=Moment(), required=True, help="From when.")
@click.option("--until", type=Moment(), required=True, help="Until just before when.")
@click.option(
    "--zone",
    type=Zone(),
    envvar="BOOKING_ZONE",
    default="Europe/Berlin",
    show_default=True,
    help="The office's own zone.",
)
def busy(calendar: BinaryIO, first: datetime, until: datetime, zone: ZoneInfo) -> None:
    """Print as JSON when somebody is busy by her own calendar."""
    window = _window(first, until, zone)
    try:
        found = busy_by(_content(calendar), window=window, office=zone)
    except CalendarRefused as refusal:
        raise click.ClickException(
            f"{calendar.name} {SENTENCES[type(refusal)]}."
        ) from refusal
    click.echo(json.dumps(_as_json(found, zone), ensure_ascii=False, indent=2))


def _window(first: datetime, until: datetime, zone: ZoneInfo) -> TimeWindow:
    start, end = (
        moment if moment.tzinfo else moment.replace(tzinfo=zone)
        for moment in (first, until)
    )
    try:
        return TimeWindow(start, end)
    except (BackwardWindow, OverflowError) as fault:
        raise click.UsageError("--until must lie after --from.") from fault


def _content(calendar: BinaryIO) -> bytes:
    try:
        return calendar.read(MOST_BYTES + 1)
    except OSError as fault:
        raise click.ClickException(f"{calendar.name} cannot be read.") from fault


def _as_json(found: Busy, zone: ZoneInfo) -> dict[str, list[object]]:
    return {
        "busy": [
            [moment.astimezone(zone).isoformat() for moment in (each.start, each.end)]
            for each in found.windows
        ],
        "warnings": [str(warning) for warning in found.warnings],
    }


COMMANDS = (calendars,)
