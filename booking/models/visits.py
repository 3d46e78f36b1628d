"""Who wishes to be visited at home, and which plan was ordered?"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.base import Instant, Record
from booking.models.people import Client, Reach
from booking.models.sealed import Sealed
from booking.models.staff import StaffMember
from booking.scheduling import TimeWindow


class VisitState(StrEnum):
    """How far a wish for a visit has come."""

    WISHED = "wished"
    PLANNED = "planned"  # it stands on a route that is not published yet
    PUBLISHED = "published"
    DECLINED = "declined"  # the day did not suit; another one is looked for
    MET = "met"
    WITHDRAWN = "withdrawn"


TO_BE_PLANNED = (VisitState.WISHED, VisitState.DECLINED)  # for a day, or another one
NOT_TOLD = (*TO_BE_PLANNED, VisitState.PLANNED)  # nobody waits at home for it yet
STILL_TO_BE = (*NOT_TOLD, VisitState.PUBLISHED)


class PartOfDay(StrEnum):
    """When somebody is at home; an office sets the hours."""

    MORNING = "morning"
    MIDDAY = "midday"
    AFTERNOON = "afternoon"


class Quality(StrEnum):
    """How well a point on the map is known."""

    HOUSE = "house"
    STREET = "street"
    DISTRICT = "district"
    BY_HAND = "by_hand"


class VisitRequest(Record):
    """A wish for a visit at home, until a route fixes its time."""

    __tablename__ = "visit_request"
    __table_args__ = (
        CheckConstraint(f"state IN {tuple(map(str, VisitState))}", name="state"),
        CheckConstraint(f"reach IN {tuple(map(str, Reach))}", name="reach"),
        CheckConstraint(
            f"quality IS NULL OR quality IN {tuple(map(str, Quality))}", name="quality"
        ),
        CheckConstraint("people BETWEEN 1 AND 20", name="people"),
        CheckConstraint("minutes BETWEEN 5 AND 480", name="minutes"),
        CheckConstraint("priority BETWEEN 0 AND 2", name="priority"),
        CheckConstraint(
            "(told_from IS NULL) = (told_until IS NULL) AND told_from < told_until",
            name="told",
        ),
        Index(None, "state"),
        Index(None, "address_hash"),
        Index(None, "contact_hash"),
        Index(None, "client_id"),
    )

    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"))
    own_counsellor_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    excluded_counsellor_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    state: Mapped[str] = mapped_column(String(9), default=VisitState.WISHED)
    idempotency_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    sequence: Mapped[int] = mapped_column(default=0)

    minutes: Mapped[int] = mapped_column(default=60)  # at the door
    weekdays: Mapped[list[int]] = mapped_column(JSON)  # Monday is 0
    parts_of_day: Mapped[list[str]] = mapped_column(JSON)
    from_day: Mapped[date]
    language: Mapped[str] = mapped_column(String(12))  # of the talk
    letter_language: Mapped[str] = mapped_column(String(12))
    interpreter_wanted: Mapped[bool] = mapped_column(default=False)
    people: Mapped[int] = mapped_column(default=1)
    woman_preferred: Mapped[bool | None]
    remind_days: Mapped[int | None]  # as with an appointment
    priority: Mapped[int] = mapped_column(default=0)  # 2 is the most urgent
    crew: Mapped[int | None]  # how many counsellors; one, unless staff say two
    due_on: Mapped[date | None]  # from this day on it is overdue, if staff say so
    set_aside_until: Mapped[date | None]  # until then no plan looks at it
    reach: Mapped[str] = mapped_column(String(5), default=Reach.NONE)
    no_message: Mapped[bool] = mapped_column(default=False)
    call_from_downstairs: Mapped[bool] = mapped_column(default=False)
    # What the client was told: a window, because nobody is on time to the minute.
    told_from: Mapped[datetime | None] = mapped_column(Instant)
    told_until: Mapped[datetime | None] = mapped_column(Instant)

    name_sealed: Mapped[bytes | None]
    supporter_sealed: Mapped[bytes | None]
    phone_sealed: Mapped[bytes | None]
    email_sealed: Mapped[bytes | None]
    safe_hours_sealed: Mapped[bytes | None]
    contact_hash: Mapped[bytes | None]
    street_sealed: Mapped[bytes | None]  # with the house number
    postcode_sealed: Mapped[bytes | None]
    town_sealed: Mapped[bytes | None]
    entrance_sealed: Mapped[bytes | None]
    floor_sealed: Mapped[bytes | None]
    room_sealed: Mapped[bytes | None]
    bell_sealed: Mapped[bytes | None]
    point_sealed: Mapped[bytes | None]
    quality: Mapped[str | None] = mapped_column(String(8))
    address_hash: Mapped[bytes | None]

    name = Sealed("name_sealed")
    supporter = Sealed("supporter_sealed")
    phone = Sealed("phone_sealed")
    email = Sealed("email_sealed")
    safe_hours = Sealed("safe_hours_sealed")
    street = Sealed("street_sealed")
    postcode = Sealed("postcode_sealed")
    town = Sealed("town_sealed")
    entrance = Sealed("entrance_sealed")
    floor = Sealed("floor_sealed")
    room = Sealed("room_sealed")
    bell = Sealed("bell_sealed")
    _point = Sealed("point_sealed")

    client: Mapped[Client | None] = relationship()
    own_counsellor: Mapped[StaffMember | None] = relationship(
        foreign_keys=[own_counsellor_id]
    )

    @property
    def about(self) -> str:
        """Name it in letters and the journal."""
        return f"visit:{self.uuid}"

    @property
    def reference(self) -> str:
        """Name it on the planning board, where nobody's name stands."""
        return self.uuid.hex[:5].upper()

    @property
    def address(self) -> str:
        """The address on one line."""
        return f"{self.street}, {self.postcode} {self.town}".replace(",  ", ", ")

    @property
    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude in degrees, once somebody has found them."""
        latitude, _, longitude = self._point.partition(" ")
        return (float(latitude), float(longitude)) if longitude else None

    @point.setter
    def point(self, point: tuple[float, float] | None) -> None:
        self._point = f"{point[0]:.6f} {point[1]:.6f}" if point else ""

    @property
    def told(self) -> TimeWindow | None:
        """Within which time the client was told to expect us."""
        if self.told_from is None or self.told_until is None:
            return None
        return TimeWindow(self.told_from, self.told_until)


class JobState(StrEnum):
    """How far a planning job has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class PlanningJob(Record):
    """One order to plan: which days and counsellors, and what came of it."""

    __tablename__ = "planning_job"
    __table_args__ = (
        CheckConstraint(f"state IN {tuple(map(str, JobState))}", name="state"),
        CheckConstraint("seconds BETWEEN 1 AND 600", name="seconds"),
        CheckConstraint("percent BETWEEN 0 AND 100", name="percent"),
        Index(None, "state"),
    )

    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    days: Mapped[list[str]] = mapped_column(JSON)  # ISO dates
    modes: Mapped[dict[str, str]] = mapped_column(JSON)  # of travel, by staff id
    seconds: Mapped[int] = mapped_column(default=5)
    seed: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(9), default=JobState.WAITING)
    percent: Mapped[int] = mapped_column(default=0)
    cancel_wanted: Mapped[bool] = mapped_column(default=False)
    # Whom no route takes, and why: request, reason, minutes, others. No names.
    unplanned: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    cost: Mapped[int | None]
    # What the plan had to do without, as codes: a map server that did not answer, …
    warnings: Mapped[list[str] | None] = mapped_column(JSON)
    # What this plan is asked besides: ``absent`` and ``absent_on`` (who is ill, and
    # when), ``moves_published`` (whether what clients were told may change).
    terms: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)  # its process's sign of life
