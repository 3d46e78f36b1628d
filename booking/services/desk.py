"""What does a counsellor see and record of her own appointments?

Everything is loaded through the person: a stranger's appointment is not found. Whoever
stands in for a colleague opens and records hers as well, as long as she does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from booking.models import (
    Absence,
    Appointment,
    Closure,
    Letter,
    LetterState,
    Route,
    Status,
    Stop,
    VisitState,
    db,
)
from booking.models.running import zone
from booking.scheduling import TimeWindow, day_window, holidays_between, merged
from booking.services import accompanying, busy_times, feeds
from booking.services.journal import Actor, note
from booking.services.office import the_office
from booking.services.sessions import SignedIn
from booking.services.stand_ins import stood_in_for
from booking.services.writing import write_session

SHOWN = (Status.BOOKED, Status.MET, Status.MISSED)


class UnknownAppointment(Exception):
    """There is no such appointment, or it is not hers; both look the same."""


class NotYet(Exception):
    """What has not begun can neither have been met nor missed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An appointment of hers, and its stop if it is a visit."""

    row: Appointment
    stop: Stop | None

    @property
    def reference(self) -> str:
        """The short name that stands in her calendar too."""
        return self.row.uuid.hex[:5].upper()


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some days of hers: what is booked, when she or the office is away.

    ``busy`` is when she is busy by her own calendars; with what is not known.
    """

    entries: tuple[Entry, ...]
    away: tuple[TimeWindow, ...]
    busy: tuple[TimeWindow, ...] = ()


def stretch(person: SignedIn, days: Sequence[date]) -> Stretch:
    """Return these days of hers; the number of queries does not grow with them."""
    span = TimeWindow(
        day_window(days[0], zone()).start, day_window(days[-1], zone()).end
    )
    rows = db.session.scalars(
        _hers(person)
        .where(
            Appointment.status.in_(SHOWN),
            Appointment.starts_at >= span.start,
            Appointment.starts_at < span.end,
        )
        .order_by(Appointment.starts_at)
    )
    return Stretch(
        with_stops(list(rows)),
        tuple(_away(person, span, days)),
        tuple(busy_times.of_counsellor(person.id, span)),
    )


def found(person: SignedIn, appointment: UUID, *, now: datetime) -> Entry:
    """Return one appointment of hers, and write down who read it.

    Raises ``UnknownAppointment``.
    """
    row = db.session.scalar(in_reach(person).where(Appointment.uuid == appointment))
    if row is None or row.status in {Status.HELD, Status.EXPIRED}:
        raise UnknownAppointment
    (entry,) = with_stops([row])
    with write_session() as session:
        deed = "read appointment"
        note(session, Actor.STAFF, deed, row.about, now=now, staff=person.id)
    return entry


def locked(session: Session, person: SignedIn, appointment: UUID) -> Appointment:
    """Return one in her reach inside a unit of work; nobody changes it meanwhile.

    Raises ``UnknownAppointment``.
    """
    row = session.scalar(
        in_reach(person)
        .where(Appointment.uuid == appointment)
        .with_for_update(of=Appointment)
    )
    if row is None or row.status in {Status.HELD, Status.EXPIRED}:
        raise UnknownAppointment
    return row


def with_stops(rows: Sequence[Appointment]) -> tuple[Entry, ...]:
    """Put each beside its stop on a route, if it is a visit."""
    stops = db.session.scalars(
        select(Stop)
        .where(Stop.appointment_id.in_([row.id for row in rows]))
        .options(
            joinedload(Stop.visit_request),
            joinedload(Stop.route).options(selectinload(Route.stops)),
        )
    )
    by_appointment = {stop.appointment_id: stop for stop in stops}
    return tuple(Entry(row, by_appointment.get(row.id)) for row in rows)


def letters_of(entry: Entry) -> list[Letter]:
    """Return what was written about an appointment, the latest first."""
    query = select(Letter).where(Letter.appointment_id == entry.row.id)
    return list(db.session.scalars(query.order_by(Letter.id.desc())))


def failed_letters(person: SignedIn, *, now: datetime) -> list[Letter]:
    """Return the letters about what still lies ahead that nobody will ever take."""
    return list(
        db.session.scalars(
            select(Letter)
            .join(Letter.appointment)
            .where(
                Appointment.counsellor_id == person.id,
                Appointment.starts_at > now,
                Letter.state == LetterState.FAILED,
            )
            .options(contains_eager(Letter.appointment))
            .order_by(Appointment.starts_at)
        )
    )


def record(
    person: SignedIn, appointment: UUID, outcome: Status, *, now: datetime
) -> datetime:
    """Write down whether they met; it can be corrected. Return when it was.

    Raises ``UnknownAppointment``, or ``NotYet`` before it has begun.
    """
    with write_session() as session:
        row = locked(session, person, appointment)
        if row.status not in SHOWN:
            raise UnknownAppointment
        if row.starts_at > now:
            raise NotYet
        row.status = outcome
        row.raise_sequence(at=now)
        stop = session.scalar(
            select(Stop)
            .where(Stop.appointment_id == row.id)
            .options(joinedload(Stop.visit_request))
        )
        if stop is not None:
            met = outcome == Status.MET
            stop.visit_request.state = VisitState.MET if met else VisitState.PUBLISHED
            stop.visit_request.changed_at = now
            accompanying.share_outcome(session, row, outcome, now=now)
        feeds.bump(session, [row.counsellor_id], at=now)
        note(session, Actor.STAFF, outcome, row.about, now=now, staff=person.id)
    return row.starts_at


def stood_in(person: SignedIn, day: date) -> tuple[Entry, ...]:
    """Return a day of those for whom she stands in."""
    if not person.stands_in:
        return ()
    window = day_window(day, zone())
    rows = db.session.scalars(
        _appointments()
        .where(
            stood_in_for(person.stands_in),
            Appointment.status.in_(SHOWN),
            Appointment.starts_at >= window.start,
            Appointment.starts_at < window.end,
        )
        .options(joinedload(Appointment.counsellor))
        .order_by(Appointment.starts_at)
    )
    return with_stops(list(rows))


def _hers(person: SignedIn) -> Select[Appointment]:
    return _appointments().where(Appointment.counsellor_id == person.id)


def in_reach(person: SignedIn) -> Select[Appointment]:
    """Select hers, and those of whom she stands in for, for that time."""
    mine = Appointment.counsellor_id == person.id
    return _appointments().where(or_(mine, stood_in_for(person.stands_in)))


def _appointments() -> Select[Appointment]:
    return select(Appointment).options(
        joinedload(Appointment.type), joinedload(Appointment.client)
    )


def _away(person: SignedIn, span: TimeWindow, days: Sequence[date]) -> list[TimeWindow]:
    """Join her absences with the office's closures and the holidays."""
    absences = db.session.scalars(
        select(Absence).where(
            Absence.counsellor_id == person.id,
            Absence.starts_at < span.end,
            Absence.ends_at > span.start,
        )
    )
    closures = db.session.scalars(
        select(Closure).where(
            Closure.starts_at < span.end, Closure.ends_at > span.start
        )
    )
    office = the_office()
    holidays = holidays_between(
        days[0], days[-1], country=office.country, subdivision=office.subdivision
    )
    return merged(
        [
            *(absence.window for absence in absences),
            *(closure.window for closure in closures),
            *(day_window(day, zone()) for day in holidays),
        ]
    )
