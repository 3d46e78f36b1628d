"""On which route is a visit, who says yes to it, who comes, what happened there?"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.models.appointments import Appointment
from booking.models.base import Instant, Record
from booking.models.people import Interpreter
from booking.models.sealed import Sealed
from booking.models.staff import StaffMember
from booking.models.vehicles import Vehicle
from booking.models.visits import VisitRequest
from booking.scheduling import TimeWindow


class RouteState(StrEnum):
    """How binding a route is."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    PUBLISHED = "published"


class Route(Record):
    """One counsellor's stops on one day."""

    __tablename__ = "route"
    __table_args__ = (
        CheckConstraint(f"state IN {tuple(map(str, RouteState))}", name="state"),
        Index(None, "day", "counsellor_id"),
    )

    job_id: Mapped[int | None] = mapped_column(ForeignKey("planning_job.id"))
    counsellor_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    day: Mapped[date]
    mode: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(9), default=RouteState.DRAFT)
    travel: Mapped[int]  # seconds, setup at the doors included
    waiting: Mapped[int]  # seconds
    changed_at: Mapped[datetime] = mapped_column(Instant)

    counsellor: Mapped[StaffMember] = relationship()
    stops: Mapped[list["Stop"]] = relationship(
        back_populates="route",
        cascade="all, delete-orphan",
        order_by="Stop.position",
    )
    ride: Mapped["Ride | None"] = relationship(
        back_populates="route", cascade="all, delete-orphan"
    )
    proposal: Mapped["Proposal | None"] = relationship(
        back_populates="route", cascade="all, delete-orphan"
    )


class Stop(Record):
    """One visit on a route: when to leave for it, be there, and go on."""

    __tablename__ = "stop"
    __table_args__ = (
        UniqueConstraint("route_id", "position"),
        CheckConstraint(
            "leaves_for_at <= arrives_at AND arrives_at <= starts_at "
            "AND starts_at < ends_at AND (back_at IS NULL OR ends_at <= back_at)",
            name="order",
        ),
        Index(None, "visit_request_id"),
        Index(None, "appointment_id"),
    )

    route_id: Mapped[int] = mapped_column(ForeignKey("route.id"))
    position: Mapped[int]  # from 1
    visit_request_id: Mapped[int] = mapped_column(ForeignKey("visit_request.id"))
    leaves_for_at: Mapped[datetime] = mapped_column(Instant)
    arrives_at: Mapped[datetime] = mapped_column(Instant)
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    back_at: Mapped[datetime | None] = mapped_column(Instant)  # at the office, if last
    pinned: Mapped[bool] = mapped_column(default=False)
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointment.id"))

    route: Mapped[Route] = relationship(back_populates="stops")
    visit_request: Mapped[VisitRequest] = relationship()
    appointment: Mapped[Appointment | None] = relationship()
    company: Mapped["Company | None"] = relationship(
        back_populates="stop", cascade="all, delete-orphan"
    )
    answer: Mapped["Answer | None"] = relationship(
        back_populates="stop", cascade="all, delete-orphan"
    )
    doorstep: Mapped["Doorstep | None"] = relationship(
        back_populates="stop", cascade="all, delete-orphan"
    )

    @property
    def window(self) -> TimeWindow:
        """When the counsellor is at the door."""
        return TimeWindow(self.starts_at, self.ends_at)

    @property
    def busy(self) -> TimeWindow:
        """From leaving the place before to the end, or to being back at the office."""
        return TimeWindow(self.leaves_for_at, self.back_at or self.ends_at)


class Word(StrEnum):
    """What a counsellor says to one stop; until then she has said nothing."""

    YES = "yes"
    VETO = "veto"


class Proposal(Record):
    """A draft route that its counsellor has been asked about."""

    __tablename__ = "proposal"

    route_id: Mapped[int] = mapped_column(ForeignKey("route.id"), unique=True)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    publish_by: Mapped[date]  # the last day on which letters by post still arrive

    route: Mapped[Route] = relationship(back_populates="proposal")


class Answer(Record):
    """What the counsellor has said to one stop, and why not."""

    __tablename__ = "answer"
    __table_args__ = (CheckConstraint(f"word IN {tuple(map(str, Word))}", name="word"),)

    stop_id: Mapped[int] = mapped_column(ForeignKey("stop.id"), unique=True)
    word: Mapped[str] = mapped_column(String(4))
    said_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    said_at: Mapped[datetime] = mapped_column(Instant)
    why_sealed: Mapped[bytes | None]

    why = Sealed("why_sealed")

    stop: Mapped[Stop] = relationship(back_populates="answer")


class Company(Record):
    """Who comes along: the stop is a second counsellor's, or has an interpreter.

    To a visit for two both counsellors drive, each on her own route, to one start.
    """

    __tablename__ = "company"
    __table_args__ = (Index(None, "interpreter_id"),)

    stop_id: Mapped[int] = mapped_column(ForeignKey("stop.id"), unique=True)
    is_second: Mapped[bool] = mapped_column(default=False)
    interpreter_id: Mapped[int | None] = mapped_column(ForeignKey("interpreter.id"))

    stop: Mapped[Stop] = relationship(back_populates="company")
    interpreter: Mapped[Interpreter | None] = relationship()


class Doorstep(Record):
    """What was marked on the way; nobody's position is ever kept."""

    __tablename__ = "doorstep"
    __table_args__ = (Index(None, "left_at", "arrived_at"),)

    stop_id: Mapped[int] = mapped_column(ForeignKey("stop.id"), unique=True)
    arrived_at: Mapped[datetime | None] = mapped_column(Instant)
    left_at: Mapped[datetime | None] = mapped_column(Instant)
    nobody_opened_at: Mapped[datetime | None] = mapped_column(Instant)
    alerted_at: Mapped[datetime | None] = mapped_column(Instant)  # she was not back

    stop: Mapped[Stop] = relationship(back_populates="doorstep")


class Ride(Record):
    """The vehicle of the pool with which a route is driven."""

    __tablename__ = "ride"
    __table_args__ = (Index(None, "vehicle_id"),)

    route_id: Mapped[int] = mapped_column(ForeignKey("route.id"), unique=True)
    vehicle_id: Mapped[int] = mapped_column(ForeignKey("vehicle.id"))

    route: Mapped[Route] = relationship(back_populates="ride")
    vehicle: Mapped[Vehicle] = relationship()


class Accompaniment(Record):
    """The appointment by which the second counsellor's time is taken.

    The client sees and cancels ``lead`` alone; what becomes of it becomes of both.
    """

    __tablename__ = "accompaniment"
    __table_args__ = (Index(None, "lead_id"),)

    appointment_id: Mapped[int] = mapped_column(
        ForeignKey("appointment.id"), unique=True
    )
    lead_id: Mapped[int] = mapped_column(ForeignKey("appointment.id"))

    appointment: Mapped[Appointment] = relationship(foreign_keys=[appointment_id])
    lead: Mapped[Appointment] = relationship(foreign_keys=[lead_id])
