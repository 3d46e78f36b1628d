"""Who interprets a talk? Asked, confirmed or declined, told of every change."""

from datetime import datetime

from sqlalchemy.orm import Session

from booking.models import Appointment


def keep_asked(session: Session, row: Appointment, *, now: datetime) -> None:
    """Bring what interpreters were asked up to the appointment as it is now.

    Called in the unit of work of every deed that gives an appointment its time or
    takes it away: whoever stands in ``row.interpreter_id`` is asked once; who no
    longer does, or whose talk is given up, is told that she need not come.
    """
