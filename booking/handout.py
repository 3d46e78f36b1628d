"""How is all that we keep about somebody handed out? As a page, and for machines."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template

from booking.languages import Language, clock_time, day_in_words, speaking


def written_out(
    found: Mapping[str, Any],
    language: Language,
    office: object,
    *,
    now: datetime,
    zone: ZoneInfo,
) -> str:
    """Return it as a page in her language, readable without us (Art. 15)."""
    with speaking(language):
        return render_template(
            "privacy/export.html",
            found=found,
            language=language,
            now=now.isoformat(),
            office=office,
            day_of=partial(_day_of, zone=zone),
            time_of=partial(_time_of, zone=zone),
        )


def for_machines(found: Mapping[str, Any]) -> str:
    """Return it as JSON, which another program can read (Art. 20)."""
    return json.dumps(found, ensure_ascii=False, indent=2)


def _day_of(moment: str, *, zone: ZoneInfo) -> str:
    day = datetime.fromisoformat(moment).astimezone(zone).date()
    return day_in_words(day, today=date.min)  # always with its year


def _time_of(moment: str, *, zone: ZoneInfo) -> str:
    return clock_time(datetime.fromisoformat(moment), zone)
