"""What does the worker do on each of its rounds?"""

from datetime import datetime

from booking.models import Heartbeat
from booking.services import appointments, letters
from booking.services.writing import write_session


def make_round(worker: str, *, now: datetime) -> int:
    """End old holds, write reminders, post letters; return how many were sent."""
    show_alive(worker, now=now)
    appointments.expire_holds(now=now)
    letters.write_due(now=now)
    return letters.post(now=now)


def show_alive(worker: str, *, now: datetime) -> None:
    """Leave a sign of life for “booking check”."""
    with write_session() as session:
        session.merge(Heartbeat(worker=worker, at=now))
