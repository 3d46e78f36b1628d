"""Which office is this, what does it offer, and what has it decided?"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.languages import LANGUAGES, Language
from booking.models import ConsultationType, Office, Place, Setting, db
from booking.services import accounts
from booking.services.accounts import NewStaffMember
from booking.services.journal import Actor, note
from booking.services.writing import write_session


class AlreadySetUp(Exception):
    """There is an office already; it is edited on its own page."""


class NoOffice(Exception):
    """Nothing is set up yet: run “booking setup”."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOffice:
    """What people must know to find an office and to reach it."""

    name: str
    service: str
    street: str
    house_number: str
    postcode: str
    town: str
    phone: str
    email: str
    floor: str = ""
    country: str = "DE"
    subdivision: str = "BW"


def set_up(new: NewOffice, admin: NewStaffMember | None, *, now: datetime) -> str:
    """Found an office with its usual consultations; return the admin's password.

    Raises ``AlreadySetUp``.
    """
    password = accounts.first_password()
    with write_session() as session:
        if session.scalar(select(Office.id).limit(1)):
            raise AlreadySetUp
        founded(session, new)
        if admin:
            accounts.entered(session, admin, password, now=now)
        note(session, Actor.COMMAND, "set up", "office", now=now)
    return password


def founded(session: Session, new: NewOffice) -> Office:
    """Put an office and its consultations into a unit of work already open."""
    office = Office(
        **{name: getattr(new, name) for name in NewOffice.__dataclass_fields__}
    )
    session.add(office)
    session.add(ConsultationType(slug="office", place=Place.OFFICE, minutes=45))
    session.add(
        ConsultationType(slug="phone", place=Place.PHONE, minutes=30, buffer_after=0)
    )
    return office


def the_office() -> Office:
    """Return the office, or raise ``NoOffice``."""
    office = db.session.scalars(select(Office).order_by(Office.id)).first()
    if office is None:
        raise NoOffice
    return office


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the office has decided, or what it starts out with."""

    languages: tuple[Language, ...] = LANGUAGES
    online_booking: bool = True


def decisions() -> Decisions:
    """Read all decisions of the office at once."""
    kept = {row.key: row.value for row in db.session.scalars(select(Setting))}
    codes = kept.get("languages", [language.code for language in LANGUAGES])
    return Decisions(
        languages=tuple(one for one in LANGUAGES if one.code in codes),
        online_booking=bool(kept.get("online_booking", True)),
    )
