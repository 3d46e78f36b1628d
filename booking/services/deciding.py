"""What does an admin decide on her pages? Values that know their bounds."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, time

from booking.languages import LANGUAGES
from booking.services.journal import Actor, note
from booking.services.office import ImpossibleSetting, decide
from booking.services.writing import write_session

# German is the language of the authorities: a page in it must always be there.
ALWAYS_IN_USE = LANGUAGES[0].code
HOLDS = (1, 50)  # times kept at once, of a day or by a network
SHARES = (2, 20)  # one of so many talks: a half to a twentieth
GUESSES = (5, 100)  # wrong codes an hour; below five, a typing error locks people out
REMINDERS = (1, 14)  # days before


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingSettings:
    """How booking online works and what holds back misuse."""

    online_booking: bool
    holds_a_day: int
    share_of_holds: int
    holds_a_network: int
    guesses_an_hour: int
    quiet_from: time
    quiet_until: time
    remind_days: int

    def __post_init__(self) -> None:
        sound = (
            _is_within(HOLDS, self.holds_a_day)
            and _is_within(HOLDS, self.holds_a_network)
            and _is_within(SHARES, self.share_of_holds)
            and _is_within(GUESSES, self.guesses_an_hour)
            and _is_within(REMINDERS, self.remind_days)
            and self.quiet_from != self.quiet_until
        )
        if not sound:
            raise ImpossibleSetting


@dataclass(frozen=True, slots=True, kw_only=True)
class Responsible:
    """Who answers for the pages, as the law asks to publish."""

    representative: str
    privacy_officer: str
    vat_number: str
    security_contact: str


def save_booking_settings(wanted: BookingSettings, *, by: int, now: datetime) -> None:
    """Decide how people book from now on."""
    values = asdict(wanted) | {
        "quiet_from": wanted.quiet_from.isoformat(timespec="minutes"),
        "quiet_until": wanted.quiet_until.isoformat(timespec="minutes"),
    }
    with write_session() as session:
        decide(session, now=now, **values)
        note(session, Actor.STAFF, "settle booking", "office", now=now, staff=by)


def save_responsible(wanted: Responsible, *, by: int, now: datetime) -> None:
    """Decide what the imprint and the privacy notice say about the office."""
    with write_session() as session:
        decide(session, now=now, **asdict(wanted))
        note(session, Actor.STAFF, "name who answers", "office", now=now, staff=by)


def save_languages(codes: Collection[str], *, by: int, now: datetime) -> None:
    """Decide which languages clients' pages speak; German always stays."""
    kept = [one.code for one in LANGUAGES if one.code in {*codes, ALWAYS_IN_USE}]
    with write_session() as session:
        decide(session, now=now, languages=kept)
        note(session, Actor.STAFF, "choose languages", "office", now=now, staff=by)


def _is_within(bounds: tuple[int, int], value: int) -> bool:
    least, most = bounds
    return least <= value <= most
