"""When do we meet again? The same people, at a time that suits, in two clicks."""

from datetime import date, datetime

from booking.models import Appointment, Place, Reach
from booking.scheduling import TimeWindow
from booking.services import appointments, availability
from booking.services.appointments import Person
from booking.services.availability import Booker, NothingOffered, Wish
from booking.services.holds import Choice
from booking.services.links import WayBack
from booking.services.sessions import SignedIn

DAYS_SHOWN = 14


def places(row: Appointment) -> list[Place]:
    """Return where they may meet again, where they met first; a call needs a number."""
    usual = Place.OFFICE if row.type.place == Place.HOME else Place(row.type.place)
    others = [Place.OFFICE, *([Place.PHONE] if row.phone else [])]
    return list(dict.fromkeys((usual, *others)))


def times(
    row: Appointment, place: Place, first: date, *, now: datetime
) -> list[TimeWindow]:
    """Return the free times of her counsellor in two weeks from a day on."""
    try:
        offer = availability.offer(
            _wish(row, place), now=now, first=first, days=DAYS_SHOWN
        )
    except NothingOffered:
        return []
    return [
        slot.window for slot in offer.slots if row.counsellor_id in slot.counsellors
    ]


def book(
    person: SignedIn,
    row: Appointment,
    place: Place,
    start: datetime,
    *,
    key: str,
    now: datetime,
) -> WayBack:
    """Book the next talk with the same counsellor, file and wishes; a letter follows.

    Raises ``SlotTaken``.
    """
    choice = Choice(
        wish=_wish(row, place),
        start=start,
        key=key,
        letter_language=row.letter_language,
        counsellor=row.counsellor_id,
        booked_by=person.id,
        client=row.client_id,
    )
    return appointments.book(choice, _person(row), now=now)


def _wish(row: Appointment, place: Place) -> Wish:
    return Wish(
        place=place,
        language=row.language,
        interpreter=row.interpreter_wanted,
        woman=row.woman_preferred,
        own=row.counsellor_id,
        booker=Booker.STAFF,
    )


def _person(row: Appointment) -> Person:
    return Person(
        name=row.name,
        reach=Reach(row.reach),
        phone=row.phone,
        email=row.email,
        address=row.address,
        safe_hours=row.safe_hours,
        supporter=row.supporter,
        no_message=row.no_message,
        people=row.people,
        woman_preferred=row.woman_preferred,
        remind_days=row.remind_days,
    )
