"""How does a record go with all that hangs on it? Children first, no key broken."""

from collections.abc import Sequence

from sqlalchemy import Delete, Update, delete, or_, select, update
from sqlalchemy.orm import Session

from booking.models import (
    Accompaniment,
    Answer,
    Appointment,
    BusyTime,
    Client,
    ClientLink,
    Company,
    Doorstep,
    EmergencyOpening,
    EmergencySeen,
    Feedback,
    FileEnding,
    InterpreterRequest,
    Invitation,
    JournalEntry,
    KeptApart,
    KeptConflict,
    KnownWay,
    LegalHold,
    Letter,
    PersonalLink,
    Proposal,
    Release,
    Ride,
    Route,
    ShortContact,
    Stop,
    TwoTogether,
    VisitRequest,
    Waiting,
    WalkIn,
)
from booking.services import counting


def files(session: Session, ids: Sequence[int]) -> None:
    """Erase files with all that lies in them; numbers stay."""
    visits = (
        select(Stop.visit_request_id)
        .join(Appointment, Stop.appointment_id == Appointment.id)
        .where(Appointment.client_id.in_(ids))
    )
    wishes = or_(VisitRequest.client_id.in_(ids), VisitRequest.id.in_(visits))
    found = session.scalars(select(VisitRequest.id).where(wishes))
    visit_requests(session, found.all())  # with their appointments
    _erase_talks(session, ids)
    opened = select(EmergencyOpening.id).where(EmergencyOpening.client_id.in_(ids))
    beside = (PersonalLink, FileEnding, LegalHold, Release, EmergencyOpening)
    _run(
        session,
        delete(EmergencySeen).where(EmergencySeen.opening_id.in_(opened)),
        *(delete(of).where(of.client_id.in_(ids)) for of in beside),
        delete(Client).where(Client.id.in_(ids)),
    )


def appointments(session: Session, ids: Sequence[int]) -> None:
    """Erase appointments that stand on no route; their numbers stay.

    The link of a wish that was to be visited then still leads to the wish.
    """
    counting.count(session, ids)
    waiting = select(Waiting.id).where(Waiting.appointment_id.in_(ids))
    places_waiting(session, session.scalars(waiting).all())
    asked = select(InterpreterRequest.id).where(
        InterpreterRequest.appointment_id.in_(ids)
    )
    invited = select(Invitation.id).where(Invitation.appointment_id.in_(ids))
    told = or_(
        Letter.appointment_id.in_(ids),
        Letter.interpreter_request_id.in_(asked),
        Letter.invitation_id.in_(invited),
    )
    linked = ClientLink.appointment_id.in_(ids)
    wished = ClientLink.visit_request_id.is_not(None)
    _run(
        session,
        delete(Letter).where(told),
        delete(Invitation).where(Invitation.appointment_id.in_(ids)),
        delete(InterpreterRequest).where(InterpreterRequest.appointment_id.in_(ids)),
        delete(KeptConflict).where(KeptConflict.appointment_id.in_(ids)),
        delete(Accompaniment).where(
            or_(Accompaniment.appointment_id.in_(ids), Accompaniment.lead_id.in_(ids))
        ),
        update(ClientLink).where(linked, wished).values(appointment_id=None),
        delete(ClientLink).where(linked),
        delete(Appointment).where(Appointment.id.in_(ids)),
    )


def visit_requests(session: Session, ids: Sequence[int]) -> None:
    """Erase wishes with their visits; a route that led to nobody else goes too."""
    on_a_route = Stop.visit_request_id.in_(ids)
    found = session.execute(
        select(Stop.route_id, Stop.appointment_id).where(on_a_route)
    )
    stops = found.all()
    routes = {route for route, _ in stops}
    gone = select(Stop.id).where(on_a_route)
    left = select(Stop.id).where(Stop.route_id == Route.id).exists()
    empty = select(Route.id).where(Route.id.in_(routes), ~left)
    _run(
        session,
        delete(Letter).where(Letter.visit_request_id.in_(ids)),
        delete(ClientLink).where(ClientLink.visit_request_id.in_(ids)),
        delete(KeptApart).where(
            or_(KeptApart.one_id.in_(ids), KeptApart.other_id.in_(ids))
        ),
        *(delete(of).where(of.stop_id.in_(gone)) for of in (Answer, Company, Doorstep)),
        delete(Stop).where(on_a_route),
        *(delete(of).where(of.route_id.in_(empty)) for of in (Proposal, Ride)),
        delete(Route).where(Route.id.in_(routes), ~left),
    )
    appointments(session, [one for _, one in stops if one is not None])
    _run(session, delete(VisitRequest).where(VisitRequest.id.in_(ids)))


def places_waiting(session: Session, ids: Sequence[int]) -> None:
    """Erase places on the waiting list."""
    _run(
        session,
        delete(Letter).where(Letter.waiting_id.in_(ids)),
        delete(ClientLink).where(ClientLink.waiting_id.in_(ids)),
        delete(Waiting).where(Waiting.id.in_(ids)),
    )


def walk_ins(session: Session, ids: Sequence[int]) -> None:
    """Erase who came without an appointment; their numbers stay."""
    counting.count_walk_ins(session, ids)
    _run(session, delete(WalkIn).where(WalkIn.id.in_(ids)))


def short_contacts(session: Session, ids: Sequence[int]) -> None:
    """Erase short contacts; their numbers stay."""
    counting.count_contacts(session, ids)
    _run(session, delete(ShortContact).where(ShortContact.id.in_(ids)))


def letters(session: Session, ids: Sequence[int]) -> None:
    """Erase that letters were sent."""
    _run(session, delete(Letter).where(Letter.id.in_(ids)))


def known_ways(session: Session, ids: Sequence[int]) -> None:
    """Erase how long the way to a door takes."""
    _run(session, delete(KnownWay).where(KnownWay.id.in_(ids)))


def marks_of_homes(session: Session, ids: Sequence[int]) -> None:
    """Erase that two go to a home."""
    _run(session, delete(TwoTogether).where(TwoTogether.id.in_(ids)))


def feedback(session: Session, ids: Sequence[int]) -> None:
    """Erase what was told of barriers."""
    _run(session, delete(Feedback).where(Feedback.id.in_(ids)))


def busy_times(session: Session, ids: Sequence[int]) -> None:
    """Erase when somebody was busy by a calendar of her own."""
    _run(session, delete(BusyTime).where(BusyTime.id.in_(ids)))


def journal_entries(session: Session, ids: Sequence[int]) -> None:
    """Erase who did or read what."""
    _run(session, delete(JournalEntry).where(JournalEntry.id.in_(ids)))


def _erase_talks(session: Session, files: Sequence[int]) -> None:
    for of, erase in (
        (Appointment, appointments),
        (Waiting, places_waiting),
        (WalkIn, walk_ins),
        (ShortContact, short_contacts),
    ):
        of_theirs = select(of.id).where(of.client_id.in_(files))
        erase(session, session.scalars(of_theirs).all())


def _run(session: Session, *statements: Delete | Update) -> None:
    for statement in statements:
        # The session holds none of these rows: nothing in memory needs to follow.
        session.execute(statement, execution_options={"synchronize_session": False})
