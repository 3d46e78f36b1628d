"""To whom does a letter go, and how is she reached?"""

from dataclasses import dataclass

from booking.models import (
    Appointment,
    Interpreter,
    Letter,
    Reach,
    StaffMember,
    VisitRequest,
    Waiting,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """One person with the ways to her; an empty way is not known."""

    name: str
    reach: Reach
    phone: str = ""
    email: str = ""
    address: str = ""
    safe_hours: str = ""
    no_message: bool = False
    discreet: bool = False
    language: str = "de"  # she speaks best


def addressee_of(letter: Letter) -> Addressee:
    """Return who is told by a letter."""
    if letter.interpreter_request is not None:
        return _interpreter(letter.interpreter_request.interpreter)
    if letter.invitation is not None:
        return _counsellor(letter.invitation.staff)
    about = letter.waiting or letter.visit_request or letter.appointment
    if about is None:
        raise LookupError(letter.about)
    return _client(about)


def _interpreter(row: Interpreter) -> Addressee:
    reach = Reach.EMAIL if row.email else Reach.CALL
    return Addressee(name=row.name, reach=reach, phone=row.phone, email=row.email)


def _counsellor(row: StaffMember) -> Addressee:
    return Addressee(name=row.name, reach=Reach.EMAIL, email=row.email)


def _client(row: Appointment | Waiting | VisitRequest) -> Addressee:
    return Addressee(
        name=row.name,
        reach=Reach(row.reach),
        phone=row.phone,
        email=row.email,
        address=row.address,
        safe_hours=row.safe_hours,
        no_message=row.no_message,
        discreet=row.client is not None and row.client.discreet,
        language=row.language,
    )
