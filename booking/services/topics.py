"""What would a client like to talk about? Asked once it is booked, and optional."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from booking.models import IN_PERSON, Appointment, Status, Topic
from booking.services.appointments import TooLate
from booking.services.journal import Actor, note
from booking.services.writing import tried_again, write_session


@tried_again
def choose(appointment: UUID, topic: Topic | None, *, now: datetime) -> None:
    """Note the topic; None means: I would rather say it in person.

    Calendars and letters never name it, so its change is no change to them. Raises
    ``TooLate`` once the appointment has begun or was given up.
    """
    with write_session() as session:
        row = session.scalars(
            select(Appointment)
            .where(Appointment.uuid == appointment)
            .with_for_update(of=Appointment)
        ).one()
        if row.status != Status.BOOKED or row.starts_at <= now:
            raise TooLate
        row.topic = topic or IN_PERSON
        note(session, Actor.CLIENT, "choose a topic", row.about, now=now)
