"""What has the client answered so far, and how does it travel to the next page?

Choices that tell nothing about a person stand in the address (GET). From the moment
a time is held, everything travels in hidden fields (POST), so that any answer can be
changed and nothing that was typed is lost.
"""

from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property, lru_cache
from urllib.parse import urlencode
from uuid import UUID

from flask import request, url_for
from werkzeug.datastructures import MultiDict

from booking.languages import OWN_NAMES
from booking.models import Client, PartOfDay, Place, cleaned
from booking.models.running import zone
from booking.scheduling import instant
from booking.services import personal_links, waiting
from booking.services.availability import Wish
from booking.services.links import UnknownLink
from booking.services.waiting import UnknownWaiting
from booking.web.client.signed import WALK, named, new_walk, walk_of
from booking.web.client.steps import Carried, Step
from booking.web.dates import day_written
from booking.web.visit_fields import WEEKDAYS

PUBLIC = (
    *("place", "language", "interpreter"),
    *("day", "time"),
    *("weekdays", "parts", "from_day"),
    # Signed references to a personal link and to a place on the list: no names.
    *("own", "listed"),
)
PERSONAL = (
    "whose",
    "supporter",
    "name",
    "phone",
    "reach",
    "email",
    "safe_hours",
    "no_message",
    "street",
    "postcode_town",
    *("remind_call", "remind_sms", "remind_email"),
    "people",
    "woman",
    "until",  # a place on the waiting list helps
)
# Where to ring: asked for a visit at home only.
DOOR = (
    "door_street",
    "door_postcode",
    "door_town",
    "entrance",
    "floor",
    "room",
    "bell",
    "downstairs",
)
SEVERAL = ("weekdays", "parts")  # boxes of which several may be ticked
WHEN_AT_HOME = (*SEVERAL, "from_day")
EVERYTHING = (*PUBLIC, *PERSONAL, *DOOR, WALK)
OTHER_LANGUAGE = "other"


@dataclass(frozen=True)
class Answers:
    """All answers given so far, as they were typed."""

    given: dict[str, str]
    posted: bool

    @classmethod
    def of_request(cls) -> "Answers":
        """Read the known names; a nearby time chosen instead replaces day and time."""
        posted = request.method == "POST"
        source, names = (request.form, EVERYTHING) if posted else (request.args, PUBLIC)
        given = {
            name: line
            for name in names
            if name in source and (line := _one_line(_all_of(source, name)))
        }
        if posted:
            given |= _chosen_slot()
        return cls(given, posted)

    @property
    def place(self) -> Place | None:
        """Where to meet."""
        place = self.given.get("place")
        return Place(place) if place in set(Place) else None

    @property
    def language(self) -> str | None:
        """Which language the client speaks best."""
        code = self.given.get("language", "")
        return code if code in OWN_NAMES or code == OTHER_LANGUAGE else None

    @property
    def interpreter(self) -> bool | None:
        """Whether somebody should interpret."""
        return {"yes": True, "no": False}.get(self.given.get("interpreter", ""))

    @property
    def wish(self) -> Wish | None:
        """What to look for, once everything about it is answered."""
        if self.place is None or self.language is None or self.interpreter is None:
            return None
        return Wish(
            place=self.place,
            language=self.language,
            interpreter=self.interpreter,
            own=self.client.counsellor_id if self.client else None,
        )

    @cached_property
    def client(self) -> Client | None:
        """Whose personal link or place on the list led here, if it still stands."""
        own = named(self.given.get("own", ""), "own")
        try:
            if own is not None:
                return personal_links.link_named(own).client
            return waiting.client_of(self.listed) if self.listed else None
        except (UnknownLink, UnknownWaiting):
            return None

    @cached_property
    def listed(self) -> UUID | None:
        """Whose place on the waiting list led here, if anybody's."""
        return named(self.given.get("listed", ""), "listed")

    @property
    def weekdays(self) -> tuple[int, ...]:
        """On which days somebody is at home; Monday is 0."""
        ticked = self.given.get("weekdays", "").split()
        return tuple(day for day in WEEKDAYS if str(day) in ticked)

    @property
    def parts_of_day(self) -> tuple[PartOfDay, ...]:
        """In which parts of these days."""
        ticked = self.given.get("parts", "").split()
        return tuple(part for part in PartOfDay if part in ticked)

    @property
    def from_day(self) -> date | None:
        """Before which day we need not come."""
        return chosen_day(self.given.get("from_day", ""))

    @property
    def day(self) -> date | None:
        """The chosen day."""
        return chosen_day(self.given.get("day", ""))

    @property
    def start(self) -> datetime | None:
        """The chosen moment."""
        if self.day is None:
            return None
        return moment(self.day, self.given.get("time", ""))

    @cached_property
    def key(self) -> str | None:
        """The key of this walk, if we signed it ourselves and not too long ago."""
        return walk_of(self.given.get(WALK, ""))

    def with_answers(self, **answers: str) -> "Answers":
        """Return the same with some answers given anew."""
        return Answers(self.given | answers, self.posted)

    def in_new_walk(self) -> "Answers":
        """Return the same with a key of its own, unless there is one."""
        if self.key:
            return self
        return self.with_answers(**{WALK: new_walk()})

    def link(self, endpoint: str, **answers: str) -> Step:
        """Lead to a page: by address as long as nothing personal is known."""
        if self.posted:
            return self.form(endpoint, **answers)
        given = self.given | answers
        public = tuple((name, given[name]) for name in PUBLIC if name in given)
        address = url_for(endpoint)
        return Step(f"{address}?{_query(public)}" if public else address, "get")

    def form(self, endpoint: str, *asked: str, **answers: str) -> Step:
        """Lead to a page from a form that itself asks for some of the names."""
        method = "post" if self.posted else "get"
        return self._step(endpoint, method, asked, answers)

    def post(self, endpoint: str, *asked: str, **answers: str) -> Step:
        """Lead on by POST, whatever came before."""
        return self._step(endpoint, "post", asked, answers)

    def _step(
        self, endpoint: str, method: str, asked: Container[str], answers: dict[str, str]
    ) -> Step:
        given = self.given | answers
        carried = Carried(tuple(one for one in given.items() if one[0] not in asked))
        # The check page has a dozen forms that carry the same.
        same = self._carried.setdefault(carried, carried)
        return Step(url_for(endpoint), method, same)

    @cached_property
    def _carried(self) -> dict[Carried, Carried]:
        return {}


# Each day of a list has the same few choices; nothing personal is among them.
@lru_cache(maxsize=4096)
def _query(choices: tuple[tuple[str, str], ...]) -> str:
    return urlencode(choices)


def moment(day: date, wall: str) -> datetime | None:
    """Return the instant of a wall time; one that exists twice says its offset."""
    try:
        clock = time.fromisoformat(wall)
    except ValueError:
        return None
    try:
        if clock.tzinfo is None:
            return instant(day, clock, zone())
        start = datetime.combine(day, clock).astimezone(UTC)
        start.astimezone(zone())
    except OverflowError:  # the first and the last day that a calendar knows
        return None
    return start


def wall_time(start: datetime) -> str:
    """Write the value of a time: “09:15”, with its offset if it exists twice."""
    local = start.astimezone(zone())
    if local.fold == 0:
        return local.strftime("%H:%M")
    # Of the time alone, without its day, the zone would not know the offset.
    return local.isoformat(timespec="minutes").partition("T")[2]


def chosen_day(text: str) -> date | None:
    """Read a day as addresses and forms write it."""
    return day_written(text)


def chosen_moment() -> datetime | None:
    """Read the time that a form posted: one of the nearest, or day and time."""
    given = request.form | _chosen_slot()
    day = chosen_day(given.get("day", ""))
    return moment(day, given.get("time", "")) if day else None


def _chosen_slot() -> dict[str, str]:
    day, separator, wall = request.form.get("slot", "").partition("T")
    return {"day": day, "time": wall} if separator else {}


def _all_of(source: MultiDict[str, str], name: str) -> str:
    """Return a field's text; of several boxes with one name, all that are ticked."""
    return " ".join(source.getlist(name)) if name in SEVERAL else source.get(name, "")


def _one_line(text: str) -> str:
    return " ".join(cleaned(text).split())
