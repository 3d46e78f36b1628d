"""How does one person go, on her word or after the archive was asked? Without a byte.

GDPR Art. 17. Counts stay, and a line in the journal that names nobody. On SQLite the
file is rewritten afterwards; on PostgreSQL see ``retention``.
"""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from booking.models import (
    Appointment,
    Client,
    ShortContact,
    Status,
    Stop,
    VisitRequest,
    Waiting,
    WalkIn,
)
from booking.services import erasing, feeds, homes
from booking.services.exporting import Hers, found, name_of
from booking.services.journal import Actor, note
from booking.services.writing import tried_again, wipe_erased, write_session


class StillToCome(Exception):
    """Something lies ahead: who waits for her would wait in vain. Cancel it first."""


@tried_again
def erase(reference: str, *, now: datetime) -> bool:
    """Erase all about one person; tell whether every byte has left the file by now.

    ``reference`` is that of her file, or a code of hers. Raises ``UnknownClient``, or
    ``StillToCome`` while an appointment or a visit is booked.
    """
    client, hers = found(reference)
    about = name_of(client, hers)
    with write_session() as session:
        appointments = _ids(session, Appointment, hers, hers.appointment)
        wishes = _ids(session, VisitRequest, hers, hers.visit_request)
        visits = _visits(session, wishes)
        _refuse_what_lies_ahead(session, appointments | visits, now)
        counsellors = _counsellors(session, appointments | visits)
        erasing.visit_requests(session, sorted(wishes))  # with their appointments
        erasing.appointments(session, sorted(appointments - visits))
        _erase_the_rest(session, hers)
        if client is not None:
            erasing.what_hangs_on_a_file(session, client.id)
            session.execute(delete(Client).where(Client.id == client.id))
        marks = session.scalars(homes.of_nobody(now)).all()
        erasing.marks_of_homes(session, marks)
        feeds.bump(session, counsellors, at=now)
        note(session, Actor.COMMAND, "erase", about, now=now)
    return wipe_erased()


def _ids(session: Session, of: type, hers: Hers, own: int | None) -> set[int]:
    return set(session.scalars(select(of.id).where(hers.rows(of, own))))  # type: ignore[attr-defined]  # each record has a number


def _visits(session: Session, wishes: set[int]) -> set[int]:
    stops = select(Stop.appointment_id).where(Stop.visit_request_id.in_(wishes))
    return {one for one in session.scalars(stops) if one is not None}


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


def _erase_the_rest(session: Session, hers: Hers) -> None:
    waiting = _ids(session, Waiting, hers, hers.waiting)
    erasing.places_waiting(session, sorted(waiting))
    erasing.walk_ins(session, sorted(_ids(session, WalkIn, hers, None)))
    erasing.short_contacts(session, sorted(_ids(session, ShortContact, hers, None)))
