"""What do the planning board, the day sheet and their readers see of a visit?

Times, addresses and languages are what routes need; names, numbers and topics are
not, and no value here has a field for them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import joinedload, selectinload

from booking.models import (
    Company,
    PartOfDay,
    Quality,
    Ride,
    Route,
    RouteState,
    Stop,
    VisitRequest,
    VisitState,
    Word,
)
from booking.models.running import zone
from booking.scheduling import TimeWindow

URGENT = 2  # the highest priority
TWO = 2  # counsellors
LONG_WAIT = timedelta(weeks=3)  # whoever has waited so long is not to be forgotten
# How a route is read with all that a page shows of it: never a query a stop.
WITH_STOPS = (
    joinedload(Route.counsellor),
    joinedload(Route.ride).joinedload(Ride.vehicle),
    joinedload(Route.proposal),
    selectinload(Route.stops).options(
        joinedload(Stop.appointment),
        joinedload(Stop.visit_request).joinedload(VisitRequest.own_counsellor),
        joinedload(Stop.company).joinedload(Company.interpreter),
        joinedload(Stop.answer),
        joinedload(Stop.doorstep),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WishRow:
    """A wish as the board shows it."""

    uuid: UUID
    reference: str
    language: str
    interpreted: bool
    weekdays: tuple[int, ...]
    parts_of_day: tuple[PartOfDay, ...]
    from_day: date
    minutes: int
    people: int
    priority: int
    address: str
    district: str  # postcode and town
    quality: Quality | None
    own_counsellor: str
    own_counsellor_id: int | None
    crew: int
    due_on: date | None
    set_aside_until: date | None
    wished_at: datetime
    state: VisitState

    def presses(self, now: datetime) -> bool:
        """Tell whether it is urgent, or has waited for long."""
        return self.priority == URGENT or now - self.wished_at >= LONG_WAIT

    @property
    def from_day_or_wished(self) -> date:
        """The first day on which she could have been visited."""
        return max(self.from_day, self.wished_at.astimezone(zone()).date())

    @classmethod
    def of(cls, request: VisitRequest, marked: Collection[bytes] = ()) -> "WishRow":
        """Take from the record what routes need; two go to ``marked`` homes."""
        own = request.own_counsellor
        return cls(
            uuid=request.uuid,
            reference=request.reference,
            language=request.language,
            interpreted=request.interpreter_wanted,
            weekdays=tuple(request.weekdays),
            parts_of_day=tuple(PartOfDay(part) for part in request.parts_of_day),
            from_day=request.from_day,
            minutes=request.minutes,
            people=request.people,
            priority=request.priority,
            address=request.address,
            district=f"{request.postcode} {request.town}".strip(),
            quality=Quality(request.quality) if request.quality else None,
            own_counsellor=own.name if own else "",
            own_counsellor_id=request.own_counsellor_id,
            crew=TWO if request.address_hash in marked else request.crew or 1,
            due_on=request.due_on,
            set_aside_until=request.set_aside_until,
            wished_at=request.created_at,
            state=VisitState(request.state),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StopRow:
    """A stop as the board and the day sheet show it."""

    uuid: UUID
    number: int
    wish: WishRow
    point: tuple[float, float] | None
    leaves_for_at: datetime
    arrives_at: datetime
    starts_at: datetime
    ends_at: datetime
    back_at: datetime | None
    told: TimeWindow | None
    appointment: UUID | None
    pinned: bool
    is_second: bool  # she comes along; the visit stands on another route, too
    interpreter: str  # who comes along to interpret; "" for nobody
    answer: Word | None  # what the counsellor has said to it
    why: str  # she said no, if she told
    arrived_at: datetime | None
    left_at: datetime | None
    nobody_opened_at: datetime | None

    @property
    def travel(self) -> timedelta:
        """How long she is on the way to this door."""
        return self.arrives_at - self.leaves_for_at

    @property
    def waiting(self) -> timedelta:
        """How long she waits at the door."""
        return self.starts_at - self.arrives_at

    @classmethod
    def of(cls, stop: Stop) -> "StopRow":
        """Take from the record what pages show."""
        request, company, doorstep = stop.visit_request, stop.company, stop.doorstep
        interpreter = company.interpreter if company else None
        return cls(
            uuid=stop.uuid,
            number=stop.position,
            wish=WishRow.of(request),
            point=request.point,
            leaves_for_at=stop.leaves_for_at,
            arrives_at=stop.arrives_at,
            starts_at=stop.starts_at,
            ends_at=stop.ends_at,
            back_at=stop.back_at,
            told=request.told,
            appointment=stop.appointment.uuid if stop.appointment else None,
            pinned=stop.pinned,
            is_second=company.is_second if company else False,
            interpreter=interpreter.name if interpreter else "",
            answer=Word(stop.answer.word) if stop.answer else None,
            why=stop.answer.why if stop.answer else "",
            arrived_at=doorstep.arrived_at if doorstep else None,
            left_at=doorstep.left_at if doorstep else None,
            nobody_opened_at=doorstep.nobody_opened_at if doorstep else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteRow:
    """One counsellor's route on one day."""

    uuid: UUID
    day: date
    counsellor: str
    counsellor_id: int
    mode: str
    state: RouteState
    travel: timedelta
    waiting: timedelta
    vehicle: str  # of the pool; "" if she needs none
    publish_by: date | None  # once it is proposed
    stops: tuple[StopRow, ...]

    @classmethod
    def of(cls, row: Route) -> "RouteRow":
        """Take from a record that was read by ``WITH_STOPS`` what pages show."""
        return cls(
            uuid=row.uuid,
            day=row.day,
            counsellor=row.counsellor.name,
            counsellor_id=row.counsellor_id,
            mode=row.mode,
            state=RouteState(row.state),
            travel=timedelta(seconds=row.travel),
            waiting=timedelta(seconds=row.waiting),
            vehicle=row.ride.vehicle.name if row.ride else "",
            publish_by=row.proposal.publish_by if row.proposal else None,
            stops=tuple(StopRow.of(stop) for stop in row.stops),
        )
