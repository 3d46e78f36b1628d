"""Which appointments does a feed show? Their marks first, then the facts of new ones.

A mark is whatever can change in an entry, as the driver hands it out: of a thousand
appointments the marks are read in two milliseconds, and mostly all are known. What a
level does not tell is not even read.
"""

from collections.abc import Collection
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    func,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session, aliased
from sqlalchemy.types import NullType

from booking.models import (
    Appointment,
    ConsultationType,
    FeedLevel,
    Instant,
    Interpreter,
    InterpreterRequest,
    RequestState,
    Route,
    RouteState,
    StaffMember,
    Status,
    Stop,
    VisitRequest,
)
from booking.services.feed_polls import Feed, Kind, Reader

MOST_EVENTS = 2_000
SO_MANY_AT_ONCE = 500  # facts in one statement
# Cancelled ones leave; holds are nobody's business yet.
SHOWN = (Status.BOOKED, Status.MET, Status.MISSED)

Mark = tuple[Any, ...]  # the appointment's number stands first
Columns = dict[str, Any]  # of many types, by the names that entries call them


def marks(session: Session, feed: Feed) -> list[Mark]:
    """Return a mark for each entry, in their order."""
    window, days = feed.window, feed.days
    asked = {"since": window.start, "until": window.end, "most": MOST_EVENTS}
    asked |= {"owner": feed.owner_id, "first_day": days[0], "last_day": days[1]}
    query = _marks(feed.reader.kind, feed.reader.level)
    found = session.connection().execute(query, asked)
    return list(map(tuple, found.all()))


def facts(
    session: Session, reader: Reader, appointments: Collection[int]
) -> list[Row[Any]]:
    """Return what the entries of some appointments say."""
    query, numbers = _facts(reader.kind, reader.level), sorted(appointments)
    return [
        row
        for first in range(0, len(numbers), SO_MANY_AT_ONCE)
        for row in session.connection().execute(
            query, {"numbers": numbers[first : first + SO_MANY_AT_ONCE]}
        )
    ]


@lru_cache
def _marks(kind: Kind, level: FeedLevel) -> Select[Any]:
    columns = _columns(kind, level).values()
    as_they_lie = [type_coerce(column, NullType()) for column in columns]
    return (
        _selected(kind, level, as_they_lie)
        .where(Appointment.status.in_(SHOWN), _of_owner(kind))
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(bindparam("most"))
    )


@lru_cache
def _facts(kind: Kind, level: FeedLevel) -> Select[Any]:
    columns = [column.label(name) for name, column in _columns(kind, level).items()]
    among = Appointment.id.in_(bindparam("numbers", expanding=True))
    return _selected(kind, level, columns).where(among)


def _columns(kind: Kind, level: FeedLevel) -> Columns:
    """Return all that an entry of this kind and level says, or is known by."""
    found: Columns = {
        "uuid": Appointment.uuid,
        "sequence": Appointment.sequence,
        "changed_at": Appointment.changed_at,
        "starts_at": Appointment.starts_at,
        "ends_at": Appointment.ends_at,
    }
    if kind is Kind.INTERPRETER:
        found |= _ASKED
    if level is FeedLevel.BUSY:
        return found
    found |= _PLACE
    if kind is Kind.INTERPRETER:
        found |= _TO_INTERPRET
    if kind is Kind.ROUTES:
        found |= _DRIVER
    if level is FeedLevel.FULL:
        found |= _CLIENT
    return found


def _selected(kind: Kind, level: FeedLevel, columns: list[Any]) -> Select[Any]:
    """Select the columns from all that they stand in."""
    query: Select[Any] = select(*[Appointment.id, *columns])
    if kind is Kind.INTERPRETER:
        query = query.join(Interpreter, Interpreter.id == Appointment.interpreter_id)
        query = query.outerjoin(InterpreterRequest, _HER_REQUEST)
    if level is not FeedLevel.BUSY:
        query = query.join(ConsultationType, ConsultationType.id == Appointment.type_id)
    if level is not FeedLevel.BUSY or kind is Kind.ROUTES:
        stop = Stop.appointment_id == Appointment.id
        query = query.join(Stop, stop, isouter=kind is not Kind.ROUTES)
        query = query.outerjoin(VisitRequest, VisitRequest.id == Stop.visit_request_id)
    if kind is Kind.ROUTES:
        query = query.join(Route, Route.id == Stop.route_id)
        query = query.join(StaffMember, StaffMember.id == Appointment.counsellor_id)
    return query


def _of_owner(kind: Kind) -> ColumnElement[bool]:
    if kind is Kind.ROUTES:
        return and_(
            Route.state == RouteState.PUBLISHED,
            Route.day.between(bindparam("first_day"), bindparam("last_day")),
        )
    owner = {
        Kind.COUNSELLOR: Appointment.counsellor_id,
        Kind.INTERPRETER: Appointment.interpreter_id,
    }[kind]
    return and_(
        owner == bindparam("owner"),
        Appointment.busy_until > _SINCE,  # as the index is sorted
        Appointment.starts_at < _UNTIL,
    )


_SINCE, _UNTIL = bindparam("since", type_=Instant), bindparam("until", type_=Instant)
_ON_ROUTE = aliased(Stop)
_PLACE: Columns = {
    "place": ConsultationType.place,
    "position": Stop.position,
    "stops": select(func.count(_ON_ROUTE.id))
    .where(_ON_ROUTE.route_id == Stop.route_id)
    .scalar_subquery(),
    "wish": VisitRequest.uuid,
    "town_sealed": VisitRequest.town_sealed,
}
_CLIENT: Columns = {
    "name_sealed": Appointment.name_sealed,
    "address_sealed": Appointment.address_sealed,
    "street_sealed": VisitRequest.street_sealed,
    "postcode_sealed": VisitRequest.postcode_sealed,
}
_ASKED: Columns = {
    "state": InterpreterRequest.state,
    "told": InterpreterRequest.sequence,
    "asked_at": InterpreterRequest.asked_at,
    "answered_at": InterpreterRequest.answered_at,
}
_TO_INTERPRET: Columns = {
    "language": Appointment.language,
    "joins_by": Interpreter.kind,
}
_DRIVER: Columns = {
    "day": Route.day,
    "counsellor": StaffMember.uuid,
    "counsellor_sealed": StaffMember.name_sealed,
}
_HER_REQUEST = and_(
    InterpreterRequest.appointment_id == Appointment.id,
    InterpreterRequest.interpreter_id == Appointment.interpreter_id,
    InterpreterRequest.state.in_((RequestState.ASKED, RequestState.CONFIRMED)),
)
