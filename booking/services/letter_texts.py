"""What does a letter say, as things stand now? Nothing, if it is overtaken.

The same content goes by every way: as an e-mail, in a text message, on paper, and in
the one sentence that is said on the phone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from booking import mail
from booking.languages import (
    Language,
    current_language,
    language_of_code,
    speaking,
)
from booking.models import (
    Appointment,
    ClientLink,
    InterpreterRequest,
    Letter,
    LetterKind,
    LetterState,
    Reach,
    RequestState,
    Status,
    VisitRequest,
    VisitState,
    Waiting,
    WaitingKind,
    WaitingState,
)
from booking.models.running import zone
from booking.scheduling import TimeWindow
from booking.services import invitation_texts, letter_facts, staff_letters
from booking.services.addressees import Addressee, addressee_of
from booking.services.letter_entries import Entry, entry_of, was_entered
from booking.services.letter_facts import Facts
from booking.services.links import (
    UnknownLink,
    way_to,
    way_to_waiting,
    way_to_wish,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A letter ready to be dressed for its way."""

    kind: LetterKind
    language: Language
    to: Addressee
    facts: Facts
    country: str  # whose phone numbers are dialled without a prefix
    entry: Entry | None = None


def content_of(
    session: Session, letter: Letter, *, now: datetime, language: Language | None = None
) -> Content | None:
    """Say it as things stand now, in her language or another; None if overtaken."""
    spoken = language or language_of_code(letter.language)
    with speaking(spoken):
        said = _said(session, letter, now)
        if said is None:
            return None
        facts, entry = said
        known = letter_facts.of_office(session)
    return Content(
        kind=LetterKind(letter.kind),
        language=spoken,
        to=_addressee(session, letter),
        facts=known | facts,
        country=known["office"].country,
        entry=entry,
    )


def sentences(
    session: Session, letters: Iterable[Letter], *, now: datetime
) -> dict[int, str]:
    """Say each in one sentence, in the language now spoken, for who calls.

    Nothing is looked up for a single letter: the list may be long.
    """
    rows = list(letters)
    about = {row.id: _appointment_of(row) for row in rows}
    windows = letter_facts.shown_windows(session, filter(None, about.values()))
    return {
        row.id: mail.sentence(
            row.kind,
            current_language(),
            _to_say(row, about[row.id], windows, now),
        )
        for row in rows
    }


Said = tuple[Facts, Entry | None]


def _addressee(session: Session, letter: Letter) -> Addressee:
    if staff_letters.is_to_staff(letter):
        return staff_letters.addressee(session, letter)
    return addressee_of(letter)


def _said(session: Session, letter: Letter, now: datetime) -> Said | None:
    if staff_letters.is_to_staff(letter):
        facts = staff_letters.said(session, letter, now)
        return None if facts is None else (facts, None)
    if letter.interpreter_request_id is not None:
        return _to_interpreter(session, letter, now)
    if letter.invitation_id is not None:
        return _to_counsellor(session, letter, now)
    if letter.waiting_id is not None:
        return _to_waiting(session, letter, now)
    if letter.visit_request_id is not None:
        return _about_wish(session, letter)
    return _about_appointment(session, letter, now)


def _to_counsellor(session: Session, letter: Letter, now: datetime) -> Said | None:
    found = invitation_texts.said(session, letter, now)
    if found is None:
        return None
    facts, event, method = found
    return facts, Entry(event=event, method=method) if method else None


def _about_wish(session: Session, letter: Letter) -> Said | None:
    request = session.get_one(VisitRequest, letter.visit_request_id)
    if request.reach == Reach.NONE:
        return None
    if request.state not in {VisitState.WISHED, VisitState.PLANNED}:
        return None
    return letter_facts.of_way(way_to_wish(session, request)), None


def _to_waiting(session: Session, letter: Letter, now: datetime) -> Said | None:
    waiting = session.get_one(Waiting, letter.waiting_id)
    today = now.astimezone(zone()).date()
    if waiting.state != WaitingState.OPEN or waiting.until < today:
        return None
    if waiting.reach == Reach.NONE or letter.sequence != waiting.notices:
        return None
    if waiting.kind != WaitingKind.EARLIER:
        return letter_facts.of_way(way_to_waiting(session, waiting)), None
    return _earlier(session, waiting, now)


def _earlier(session: Session, waiting: Waiting, now: datetime) -> Said | None:
    appointment = waiting.appointment
    if appointment is None or appointment.status != Status.BOOKED:
        return None
    if appointment.starts_at <= now:
        return None
    way = way_to(session, appointment)
    facts = letter_facts.of_way(way) | {"url": f"{way.url}/move"}
    return facts | letter_facts.of_appointment(
        appointment, appointment.window, now
    ), None


def _to_interpreter(session: Session, letter: Letter, now: datetime) -> Said | None:
    request = session.get_one(InterpreterRequest, letter.interpreter_request_id)
    appointment = request.appointment
    if appointment.ends_at <= now or not _still_concerns(session, letter, request):
        return None
    # Unlike a client, she must know the minute, at somebody's home too.
    facts = letter_facts.of_appointment(appointment, appointment.window, now)
    return facts | letter_facts.of_interpreting(request), None


def _still_concerns(
    session: Session, letter: Letter, request: InterpreterRequest
) -> bool:
    """Tell whether an interpreter still has to hear this.

    Who never heard that she was asked need not hear that she is not needed.
    """
    if letter.kind == LetterKind.INTERPRETER_NOT_NEEDED:
        heard = select(Letter.id).where(
            Letter.interpreter_request_id == request.id,
            Letter.kind != LetterKind.INTERPRETER_NOT_NEEDED,
            Letter.state == LetterState.SENT,
        )
        return session.scalar(heard.limit(1)) is not None
    if request.appointment.status != Status.BOOKED:
        return False
    if letter.kind == LetterKind.INTERPRETER_ASKED:
        return request.state == RequestState.ASKED
    stands = {RequestState.ASKED, RequestState.CONFIRMED}
    return request.state in stands and letter.sequence == request.appointment.sequence


def _about_appointment(session: Session, letter: Letter, now: datetime) -> Said | None:
    row = session.scalars(
        select(Appointment)
        .where(Appointment.id == letter.appointment_id)
        .options(joinedload(Appointment.type), joinedload(Appointment.client))
    ).one()
    if letter.sequence != row.sequence or row.starts_at <= now:
        return None
    if row.reach == Reach.NONE:
        return None
    window = letter_facts.shown_windows(session, [row])[row.id]
    facts = letter_facts.of_appointment(row, window, now)
    try:
        way = way_to(session, row)
    except UnknownLink:  # planned anew: the letter about the new day says more
        way = None
        if not _must_leave_her_calendar(session, letter):
            return None
    if way:
        facts |= letter_facts.of_way(way)
    facts |= _of_visit(session, letter, row)
    return facts, entry_of(session, letter, row, window)


def _appointment_of(letter: Letter) -> Appointment | None:
    return letter.waiting.appointment if letter.waiting else letter.appointment


def _to_say(
    letter: Letter,
    appointment: Appointment | None,
    windows: Mapping[int, TimeWindow],
    now: datetime,
) -> Facts:
    if appointment is None:
        return {}
    # An interpreter must know the minute, at somebody's home too.
    exact = letter.interpreter_request_id is not None
    window = appointment.window if exact else windows[appointment.id]
    return letter_facts.of_appointment(appointment, window, now)


def _must_leave_her_calendar(session: Session, letter: Letter) -> bool:
    return letter.kind == LetterKind.CANCELLED and was_entered(session, letter)


def _of_visit(session: Session, letter: Letter, row: Appointment) -> Facts:
    """Say of a visit whether another day was told before."""
    if letter.kind != LetterKind.VISIT:
        return {}
    sequence = session.scalar(
        select(VisitRequest.sequence)
        .join(ClientLink, ClientLink.visit_request_id == VisitRequest.id)
        .where(ClientLink.appointment_id == row.id)
    )
    return {"changed": (sequence or 0) > letter_facts.PUBLISHED_ONCE}
