"""How does one person go, on her word or after the archive was asked? Without a byte.

GDPR Art. 17. Counts stay, and a line in the journal that names nobody. On SQLite the
file is rewritten afterwards; on PostgreSQL see ``retention``.
"""

from datetime import datetime
from itertools import chain

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.models import (
    Appointment,
    Client,
    Status,
    Stop,
    VisitRequest,
    Waiting,
)
from booking.services import erasing, feeds, homes
from booking.services.exporting import Hers, found
from booking.services.file_retention import shared
from booking.services.held_files import refuse
from booking.services.journal import Actor, note
from booking.services.writing import tried_again, wipe_erased, write_session


class StillToCome(Exception):
    """Something lies ahead: who waits for her would wait in vain. Cancel it first."""


class SharedVisit(Exception):
    """A visit lies in this file and its wish in another: put both into one first."""


@tried_again
def erase(reference: str, *, now: datetime) -> bool:
    """Erase all about one person; tell whether every byte has left the file by now.

    ``reference`` is that of her file, or a code of hers. Raises ``UnknownClient``, or
    ``StillToCome`` while an appointment or a visit is booked, ``UnderHold`` if a legal
    hold keeps her file or the one in which it lies, or ``SharedVisit``.
    """
    client, hers = found(reference)
    with write_session() as session:
        appointments = _ids(session, Appointment, hers, hers.appointment)
        wishes = _ids(session, VisitRequest, hers, hers.visit_request)
        visits = _visits(session, wishes)
        refuse(session, _files(session, hers, appointments | visits, wishes))
        _refuse_shared(session, client)
        _refuse_what_lies_ahead(session, appointments | visits, now)
        counsellors = _counsellors(session, appointments | visits)
        if client is not None:
            erasing.files(session, [client.id])
        else:
            erasing.visit_requests(session, sorted(wishes))  # with their appointments
            erasing.appointments(session, sorted(appointments - visits))
            waiting = _ids(session, Waiting, hers, hers.waiting)
            erasing.places_waiting(session, sorted(waiting))
        marks = session.scalars(homes.of_nobody(now)).all()
        erasing.marks_of_homes(session, marks)
        feeds.bump(session, counsellors, at=now)
        note(session, Actor.COMMAND, "erase", hers.about, now=now)
    return wipe_erased()


def _ids(session: Session, of: type, hers: Hers, own: int | None) -> set[int]:
    return set(session.scalars(select(of.id).where(hers.rows(of, own))))  # type: ignore[attr-defined]  # each record has a number


def _visits(session: Session, wishes: set[int]) -> set[int]:
    stops = select(Stop.appointment_id).where(Stop.visit_request_id.in_(wishes))
    return {one for one in session.scalars(stops) if one is not None}


def _files(
    session: Session, hers: Hers, appointments: set[int], wishes: set[int]
) -> list[int | None]:
    """Return the files that lose something: a code may open what lies in one."""
    waiting = _ids(session, Waiting, hers, hers.waiting)
    lost = ((Appointment, appointments), (VisitRequest, wishes), (Waiting, waiting))
    rows = (session.scalars(select(of.client_id).where(of.id.in_(n))) for of, n in lost)
    return [hers.client, *chain.from_iterable(rows)]


def _refuse_shared(session: Session, client: Client | None) -> None:
    number = client.id if client else 0
    of_both = select(Client.id).where(Client.id == number, shared())
    if session.scalar(of_both) is not None:
        raise SharedVisit


def _counsellors(session: Session, appointments: set[int]) -> list[int]:
    rows = select(Appointment.counsellor_id).where(Appointment.id.in_(appointments))
    return sorted(set(session.scalars(rows)))


def _refuse_what_lies_ahead(
    session: Session, appointments: set[int], now: datetime
) -> None:
    ahead = session.scalar(
        select(Appointment.id)
        .where(
            Appointment.id.in_(appointments),
            Appointment.status == Status.BOOKED,
            Appointment.ends_at > now,
        )
        .limit(1)
    )
    if ahead is not None:
        raise StillToCome
