"""Which letters may somebody see, and which are still true to tell?

Counsellors see what concerns their own talks, coordinators what concerns visits, the
front desk everything, and whoever stands in for somebody sees what concerns hers. Who
waits for a free time is nobody's client yet: every counsellor may call her.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import aliased, contains_eager, joinedload
from sqlalchemy.sql.base import ExecutableOption

from booking.models import (
    Appointment,
    Client,
    ConsultationType,
    InterpreterRequest,
    Letter,
    LetterKind,
    LetterState,
    Place,
    RequestState,
    Role,
    Status,
    VisitRequest,
    VisitState,
    Waiting,
    WaitingState,
)
from booking.models.running import zone
from booking.services.sessions import SignedIn
from booking.services.stand_ins import stood_in_for

_HAS = aliased(Appointment)  # what somebody has who waits for an earlier time
_HEARD = aliased(Letter)
_ASKED = (RequestState.ASKED, RequestState.CONFIRMED)


def letters_for(person: SignedIn) -> Select[Letter]:
    """Select the letters this person may see, with all that is told of them."""
    return (
        select(Letter)
        .outerjoin(Letter.appointment)
        .outerjoin(Appointment.type)
        .outerjoin(Letter.waiting)
        .outerjoin(_HAS, Waiting.appointment_id == _HAS.id)
        .outerjoin(Waiting.client)
        .outerjoin(Letter.visit_request)
        .outerjoin(Letter.interpreter_request)
        .where(_scope(person))
        .options(*_everything())
    )


def still_true(now: datetime) -> ColumnElement[bool]:
    """Tell in SQL whether a letter is not overtaken."""
    to_client = and_(
        Letter.interpreter_request_id.is_(None),
        Letter.sequence == Appointment.sequence,
        Appointment.starts_at > now,
        or_(Appointment.status == Status.BOOKED, Letter.kind == LetterKind.CANCELLED),
    )
    to_waiting = and_(
        Waiting.state == WaitingState.OPEN,
        Waiting.until >= now.astimezone(zone()).date(),
        Letter.sequence == Waiting.notices,
        or_(_HAS.id.is_(None), _HAS.status == Status.BOOKED),
    )
    about_wish = VisitRequest.state.in_((VisitState.WISHED, VisitState.PLANNED))
    return or_(to_client, to_waiting, about_wish, _to_interpreter(now))


def _to_interpreter(now: datetime) -> ColumnElement[bool]:
    booked = Appointment.status == Status.BOOKED
    heard = (
        select(_HEARD.id)
        .where(
            _HEARD.interpreter_request_id == Letter.interpreter_request_id,
            _HEARD.kind != LetterKind.INTERPRETER_NOT_NEEDED,
            _HEARD.state == LetterState.SENT,
        )
        .exists()
    )
    asked = and_(
        Letter.kind == LetterKind.INTERPRETER_ASKED,
        InterpreterRequest.state == RequestState.ASKED,
        booked,
    )
    moved = and_(
        Letter.kind == LetterKind.INTERPRETER_MOVED,
        InterpreterRequest.state.in_(_ASKED),
        Letter.sequence == Appointment.sequence,
        booked,
    )
    not_needed = and_(Letter.kind == LetterKind.INTERPRETER_NOT_NEEDED, heard)
    return and_(Appointment.ends_at > now, or_(asked, moved, not_needed))


def _scope(person: SignedIn) -> ColumnElement[bool]:
    if person.may(Role.FRONT_DESK):
        return true()
    return or_(
        stood_in_for(person.stands_in),
        _of_counsellor(person.id) if person.may(Role.COUNSELLOR) else false(),
        _of_visits() if person.may(Role.COORDINATOR) else false(),
    )


def _of_counsellor(counsellor: int) -> ColumnElement[bool]:
    hers_or_nobodys = or_(
        Client.counsellor_id.is_(None), Client.counsellor_id == counsellor
    )
    waits = and_(Waiting.id.is_not(None), _HAS.id.is_(None), hers_or_nobodys)
    return or_(
        Appointment.counsellor_id == counsellor,
        _HAS.counsellor_id == counsellor,
        waits,
    )


def _of_visits() -> ColumnElement[bool]:
    return or_(
        ConsultationType.place == Place.HOME, Letter.visit_request_id.is_not(None)
    )


def _everything() -> tuple[ExecutableOption, ...]:
    has = joinedload(Letter.waiting).joinedload(Waiting.appointment)
    asked = joinedload(Letter.interpreter_request)
    return (
        contains_eager(Letter.appointment).contains_eager(Appointment.type),
        contains_eager(Letter.appointment).joinedload(Appointment.client),
        joinedload(Letter.waiting).joinedload(Waiting.client),
        has.joinedload(Appointment.type),
        joinedload(Letter.visit_request).joinedload(VisitRequest.client),
        asked.joinedload(InterpreterRequest.interpreter),
    )
