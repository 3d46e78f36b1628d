"""Four strangers' readers of calendars: what does each find in a file of ours?"""

import json
import subprocess
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import vobject
from icalendar import Calendar

HERE = Path(__file__).parent
ICAL_JS = HERE.parents[1] / ".tools/node_modules/ical.js/dist/ical.js"


@dataclass(frozen=True, order=True)
class Read:
    """One event as a reader gives it."""

    uid: str
    start: datetime
    end: datetime
    summary: str
    location: str
    description: str
    url: str


def by_icalendar(file):
    return sorted(
        Read(
            str(event["uid"]),
            event["dtstart"].dt,
            event["dtend"].dt,
            *(str(event.get(name, "")) for name in _TEXTS),
        )
        for event in Calendar.from_ical(file).walk("VEVENT")
    )


def by_vobject(file):
    events = vobject.readOne(file.decode()).contents.get("vevent", [])
    return sorted(
        Read(
            event.uid.value,
            event.dtstart.value,
            event.dtend.value,
            *(
                event.contents[name][0].value if name in event.contents else ""
                for name in _TEXTS
            ),
        )
        for event in events
    )


def by_ics(file):
    with warnings.catch_warnings():
        # Its parser is older than Python 3.11's advice on regular expressions.
        warnings.filterwarnings("ignore", category=DeprecationWarning, module="tatsu")
        import ics
    return sorted(
        Read(
            event.uid,
            event.begin.datetime.astimezone(UTC),
            event.end.datetime.astimezone(UTC),
            *(
                getattr(event, name) or ""
                for name in ("name", "location", "description", "url")
            ),
        )
        for event in ics.Calendar(file.decode()).events
    )


def by_icaljs(*files):
    """Read many files in one process; return the events of each."""
    found = subprocess.run(
        ["node", HERE / "read_by_icaljs.mjs", ICAL_JS],
        input=json.dumps([file.decode() for file in files]),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return [sorted(map(_of_javascript, events)) for events in json.loads(found.stdout)]


_TEXTS = ("summary", "location", "description", "url")


def _of_javascript(event):
    start, end = (datetime.fromisoformat(event[name]) for name in ("start", "end"))
    return Read(event["uid"], start, end, *(event[name] for name in _TEXTS))
