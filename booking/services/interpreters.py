"""Who interprets a talk? Asked, confirmed or declined, told of every change."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.models import Appointment, InterpreterRequest
from booking.models.running import settings


def keep_asked(session: Session, row: Appointment, *, now: datetime) -> None:
    """Bring what interpreters were asked up to the appointment as it is now.

    Called in the unit of work of every deed that gives an appointment its time or
    takes it away: whoever stands in ``row.interpreter_id`` is asked once; who no
    longer does, or whose talk is given up, is told that she need not come.
    """


def answer_url(request: InterpreterRequest) -> str:
    """Return the address where an interpreter says yes or no."""
    return f"{settings().public_url.rstrip('/')}/de/i/{request.token}"
