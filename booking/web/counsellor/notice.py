"""A notice for the door, to print: times and a number to call, no name.

What stands on it is carried by the address. So nothing is kept of it, and whoever
stands at the printer needs to see no appointment.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from flask import render_template, request

from booking.models import Appointment, Place, cleaned
from booking.services import door_notice
from booking.services.door_notice import Notice
from booking.services.rearranging import Choices, Way
from booking.web import moments
from booking.web.access import EVERY_ROLE, open_to
from booking.web.counsellor.pages import pages
from booking.web.stretch_form import time_written

MOST_TIMES, LONGEST_ROOM = 40, 60
GONE, STAYS, LANGUAGES = "gone", "stays", "languages"


@dataclass(frozen=True, slots=True)
class Due:
    """One appointment at the office: when it was to be, in which language."""

    uuid: UUID
    time: str
    language: str


@dataclass(frozen=True, slots=True)
class OnTheNotice:
    """The appointments at the office whose people may come to the door."""

    due: tuple[Due, ...]

    @classmethod
    def before(cls, rows: Iterable[Appointment]) -> "OnTheNotice":
        """Remember them before they are moved."""
        return cls(
            tuple(
                Due(row.uuid, moments.time(row.starts_at), row.letter_language)
                for row in rows
                if row.type.place == Place.OFFICE
            )
        )

    def after(
        self, choices: Choices, *, besides: Collection[UUID]
    ) -> dict[str, list[str]]:
        """Return what the address of the notice says, given what was chosen."""
        gone = {
            one.uuid
            for one in self.due
            if (chosen := choices.get(one.uuid))
            and chosen.way in {Way.MOVE, Way.CANCEL}
            and one.uuid not in besides
        }
        return {
            GONE: [one.time for one in self.due if one.uuid in gone],
            STAYS: [one.time for one in self.due if one.uuid not in gone],
            LANGUAGES: sorted({one.language for one in self.due}),
        }

    @staticmethod
    def of_address() -> dict[str, list[str]]:
        """Return what the address of this page says, to carry it on."""
        return {name: request.args.getlist(name) for name in (GONE, STAYS, LANGUAGES)}


@pages.get("/sick/<date:day>/notice")
@open_to(*EVERY_ROLE)
def notice(day: date) -> str:
    """Show the notice in all its languages."""
    carried = OnTheNotice.of_address()
    room = cleaned(request.args.get("room", ""))[:LONGEST_ROOM]
    asked = Notice(
        day=day,
        gone=_times(carried[GONE]),
        stays=_times(carried[STAYS]),
        room=room,
        languages=tuple(carried[LANGUAGES][:MOST_TIMES]),
    )
    return render_template(
        "counsellor/notice.html",
        day=day,
        parts=door_notice.parts(asked, today=moments.today()),
        carried=[(name, text) for name, texts in carried.items() for text in texts],
        stays=bool(asked.stays),
        room=room,
    )


def _times(texts: Iterable[str]) -> tuple[time, ...]:
    found = {one for text in texts if (one := time_written(text))}
    return tuple(sorted(found)[:MOST_TIMES])
