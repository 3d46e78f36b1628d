"""Which office is this, what does it offer, and what has it decided?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.languages import LANGUAGES, Language
from booking.models import ConsultationType, Office, Place, Setting, StaffMember, db
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


def languages_in_use() -> tuple[Language, ...]:
    """Return the languages that the office has not switched off."""
    chosen = decided("languages", [language.code for language in LANGUAGES])
    return tuple(language for language in LANGUAGES if language.code in chosen)


def online_booking() -> bool:
    """Tell whether clients may book online now."""
    return bool(decided("online booking", default=True))


def talk_languages() -> frozenset[str]:
    """Return the languages that counsellors of this office speak."""
    rows = db.session.scalars(
        select(StaffMember).where(StaffMember.disabled_at.is_(None))
    )
    return frozenset(code for row in rows for code in row.languages)


def decided(key: str, default: Any) -> Any:
    """Return what the office decided, or what it starts out with."""
    row = db.session.get(Setting, key)
    return default if row is None else row.value
