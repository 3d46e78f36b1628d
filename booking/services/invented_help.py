"""Who interprets, who waits, and who has a link of her own, in an invented office?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.models import (
    Appointment,
    Client,
    Interpreter,
    InterpreterKind,
    Letter,
    LetterState,
    Place,
    Reach,
    RequestState,
    StaffMember,
    Status,
    WaitingKind,
    db,
)
from booking.services import interpreter_list, interpreters, personal_links, waiting
from booking.services.appointments import Person
from booking.services.availability import Wish
from booking.services.interpreter_list import Hours, InterpreterFacts

ALL_WEEK, TUESDAYS = (0, 1, 2, 3, 4), (1,)
# Invented people: name, languages, weekdays, kind, a woman or not, e-mail or phone.
INTERPRETERS = (
    ("Saba Muster", {"ti"}, ALL_WEEK, InterpreterKind.ON_SITE, True, "saba"),
    ("Hodan Probe", {"so"}, TUESDAYS, InterpreterKind.ON_SITE, True, "hodan"),
    ("Bilal Beispiel", {"ar", "ku"}, (0, 2, 4), InterpreterKind.PHONE, False, "bilal"),
    ("Darya Namuna", {"fa", "fa_AF", "ps"}, (1, 3), InterpreterKind.VIDEO, True, ""),
)
OPENS, CLOSES = time(8), time(17)
# 0176 040690xx is kept free for films and books (Bundesnetzagentur).
PHONE = "+49 176 040690{:02}"
LINKS = 3
ANSWERS = (RequestState.ASKED, RequestState.CONFIRMED, RequestState.DECLINED)
LONG_ENOUGH = timedelta(days=3)  # before a talk, to ask an interpreter
WAITS = (
    ("Hiwa Muster", "ku", WaitingKind.SLOT, Place.OFFICE, 1),
    ("Olha Zrazok", "uk", WaitingKind.SLOT, Place.PHONE, 1),
    ("Samira Probe", "fa", WaitingKind.SLOT, Place.OFFICE, 3),
    ("Tesfay Mesele", "ti", WaitingKind.CALL_BACK, Place.OFFICE, 1),
)


@dataclass(frozen=True, slots=True)
class InventedLink:
    """A link that books with a client's own counsellor."""

    counsellor: str
    url: str


def interpreted(session: Session, today: date) -> None:
    """Let some people interpret, each with hours of her own."""
    for number, (name, languages, days, kind, woman, box) in enumerate(INTERPRETERS):
        interpreter_list.entered(
            session,
            InterpreterFacts(
                name=name,
                kind=kind,
                languages=frozenset(languages),
                email=f"{box}@example.org" if box else "",
                phone=PHONE.format(number),
                is_woman=woman,
                hours=tuple(Hours(day, OPENS, CLOSES, today) for day in days),
            ),
        )


def asked(session: Session, counsellor: StaffMember, *, now: datetime) -> None:
    """Ask for three of her coming talks: one open, one yes, one no and nobody left."""
    saba = session.scalars(select(Interpreter).order_by(Interpreter.id)).first()
    talks = session.scalars(
        select(Appointment)
        .where(
            Appointment.counsellor_id == counsellor.id,
            Appointment.status == Status.BOOKED,
            Appointment.starts_at > now + LONG_ENOUGH,
        )
        .order_by(Appointment.starts_at)
        .limit(len(ANSWERS))
    ).all()
    for row, state in zip(talks, ANSWERS, strict=False):
        row.language, row.interpreter_wanted = "ti", True
        row.interpreter_id = saba.id if saba else None
        interpreters.keep_asked(session, row, now=now)
        _answered(session, row, state, now)


def waited(*, now: datetime) -> None:
    """Put some people on the waiting list, and promise one a call."""
    for number, (name, language, kind, place, people) in enumerate(WAITS):
        wish = Wish(place=place, language=language)
        waiting.join(
            waiting.Place(
                key=f"invented {number}",
                kind=kind,
                wish=wish,
                letter_language="de",
                until=waiting.furthest(wish, now=now),
            ),
            Person(
                name=name,
                reach=Reach.CALL,
                phone=PHONE.format(50 + number),
                safe_hours="afternoon",
                people=people,
            ),
            now=now,
        )


def linked(team: Sequence[StaffMember], *, now: datetime) -> tuple[InventedLink, ...]:
    """Give a client of each of the first counsellors a link of her own."""
    return tuple(
        InventedLink(one.name, personal_links.create(client.uuid, by=one.id, now=now))
        for one in team[:LINKS]
        if (client := _first_client(one)) is not None
    )


def _answered(
    session: Session, row: Appointment, state: RequestState, now: datetime
) -> None:
    """Let her have answered; the letter to her has long been sent."""
    session.flush()
    (request,) = session.scalars(interpreters.open_requests(row))
    request.state = state
    request.answered_at = None if state is RequestState.ASKED else now
    if state is RequestState.DECLINED:
        row.interpreter_id = None
    letters = select(Letter).where(Letter.interpreter_request_id == request.id)
    for letter in session.scalars(letters):
        letter.state, letter.sent_at = LetterState.SENT, now


def _first_client(counsellor: StaffMember) -> Client | None:
    return db.session.scalar(
        select(Client)
        .where(Client.counsellor_id == counsellor.id)
        .order_by(Client.id)
        .limit(1)
    )
