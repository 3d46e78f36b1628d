"""Which office is this, what does it offer, and what has it decided?"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from booking.languages import LANGUAGES, Language
from booking.models import (
    ConsultationType,
    Office,
    PartOfDay,
    Place,
    Setting,
    db,
)
from booking.services import accounts
from booking.services.accounts import NewStaffMember
from booking.services.journal import Actor, note
from booking.services.office_row import lines, read
from booking.services.writing import write_session


class AlreadySetUp(Exception):
    """There is an office already; it is edited on its own page."""


class NoOffice(Exception):
    """Nothing is set up yet: run “booking setup”."""


class ImpossibleSetting(Exception):
    """No office can have decided this: the page says what is possible."""


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
    session.add(
        ConsultationType(slug="home", place=Place.HOME, minutes=60, buffer_after=0)
    )
    return office


def the_office() -> Office:
    """Return the office, or raise ``NoOffice``."""
    office = db.session.scalars(select(Office).order_by(Office.id)).first()
    if office is None:
        raise NoOffice
    return office


def facts() -> Row[Any] | None:
    """Return what is known of the office, as a bare row: every page asks for it."""
    row = read()
    return None if row.id is None else row


# In wall time; a client says in which of them she is at home.
PARTS_OF_DAY = {
    PartOfDay.MORNING: (time(8), time(12)),
    PartOfDay.MIDDAY: (time(12), time(14)),
    PartOfDay.AFTERNOON: (time(14), time(18)),
}
VISIT_MINUTES = 60
TOLD_MINUTES = 30  # how wide a window a client is told: nobody drives to the minute
REMIND_DAYS = 1
HOLDS_A_DAY = 3  # or a share of the talks that fit into the day, if that is more
SHARE_OF_HOLDS = 5  # a fifth
HOLDS_A_NETWORK = 5  # a family's phones; who comes after them books without a hold
GUESSES_AN_HOUR = 10
QUIET_FROM, QUIET_UNTIL = time(20), time(7)  # wall time; nobody is written to at night


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the office has decided, or what it starts out with."""

    languages: tuple[Language, ...] = LANGUAGES
    online_booking: bool = True
    visit_minutes: int = VISIT_MINUTES
    told_minutes: int = TOLD_MINUTES
    holds_a_day: int = HOLDS_A_DAY
    share_of_holds: int = SHARE_OF_HOLDS
    holds_a_network: int = HOLDS_A_NETWORK
    guesses_an_hour: int = GUESSES_AN_HOUR  # of codes, from one network
    quiet_from: time = QUIET_FROM
    quiet_until: time = QUIET_UNTIL
    remind_days: int = REMIND_DAYS  # before the talk, unless a client chose otherwise
    # How much calendar apps may be told; that somebody is busy they always may.
    feeds_with_place: bool = True
    feeds_in_full: bool = False
    point: tuple[float, float] | None = None  # of the office: latitude, longitude
    modes: Mapping[str, str] = field(default_factory=dict)  # of travel, by staff uuid
    # How fast one travels, and the rush hour: services.travel_settings reads it.
    travel: Mapping[str, Any] = field(default_factory=dict)
    # What plans weigh and how routes are told: services.route_settings reads it.
    routes: Mapping[str, Any] = field(default_factory=dict)
    # How long files stay: services.retention_settings reads it.
    retention: Mapping[str, Any] = field(default_factory=dict)
    # What the law asks a website to say; "" where the office has not said it yet.
    representative: str = ""
    privacy_officer: str = ""
    vat_number: str = ""
    security_contact: str = ""
    # Recordings, film and photo, by place and language: services.files writes it.
    files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def decisions() -> Decisions:
    """Return all decisions of the office."""
    return _decided(read().settings_written)


def edition() -> tuple[Any, ...]:
    """Return what changes whenever the office edits a decision, a text or a file."""
    row = read()
    return row.settings_written, row.texts, row.newest_text, row.files_written


def offered() -> tuple[ConsultationType, ...]:
    """Return what anybody may book, the first of each place being the usual one."""
    return _types_of(read().types_written)


_READ_AS: dict[type, Callable[[str], object]] = {
    int: int,
    str: str,
    UUID: UUID,
    bool: {"1": True, "true": True, "0": False, "false": False}.__getitem__,
}


# Of no session: they are read, and nothing is ever written through them.
@lru_cache(maxsize=16)
def _types_of(written: str | None) -> tuple[ConsultationType, ...]:
    columns = ConsultationType.__table__.columns
    types = (
        ConsultationType(
            **{
                column.name: _READ_AS[column.type.python_type](text)
                for column, text in zip(columns, row, strict=True)
            }
        )
        for row in lines(written)
    )
    return tuple(sorted(types, key=lambda one: one.id))


# Asked for by every page and changed a few times a year: as long as the database
# answers the same, nothing is parsed again, and a change shows at once.
@lru_cache(maxsize=16)
def _decided(written: str | None) -> Decisions:
    kept = {key: json.loads(text) for key, text in lines(written)}
    codes = kept.get("languages", [language.code for language in LANGUAGES])
    return Decisions(
        languages=tuple(one for one in LANGUAGES if one.code in codes),
        online_booking=bool(kept.get("online_booking", True)),
        visit_minutes=int(kept.get("visit_minutes", VISIT_MINUTES)),
        told_minutes=int(kept.get("told_minutes", TOLD_MINUTES)),
        holds_a_day=int(kept.get("holds_a_day", HOLDS_A_DAY)),
        share_of_holds=int(kept.get("share_of_holds", SHARE_OF_HOLDS)),
        holds_a_network=int(kept.get("holds_a_network", HOLDS_A_NETWORK)),
        guesses_an_hour=int(kept.get("guesses_an_hour", GUESSES_AN_HOUR)),
        quiet_from=time.fromisoformat(kept.get("quiet_from", QUIET_FROM.isoformat())),
        quiet_until=time.fromisoformat(
            kept.get("quiet_until", QUIET_UNTIL.isoformat())
        ),
        remind_days=int(kept.get("remind_days", REMIND_DAYS)),
        feeds_with_place=bool(kept.get("feeds_with_place", True)),
        feeds_in_full=bool(kept.get("feeds_in_full", False)),
        point=_point(kept.get("office_point")),
        modes=kept.get("travel_modes", {}),
        travel=kept.get("travel", {}),
        routes=kept.get("routes", {}),
        retention=kept.get("retention", {}),
        representative=kept.get("representative", ""),
        privacy_officer=kept.get("privacy_officer", ""),
        vat_number=kept.get("vat_number", ""),
        security_contact=kept.get("security_contact", ""),
        files=kept.get("files", {}),
    )


def decide(session: Session, *, now: datetime, **values: Any) -> None:
    """Keep decisions, inside a unit of work already open."""
    for key, value in values.items():
        session.merge(Setting(key=key, value=value, changed_at=now))


def _point(kept: list[float] | None) -> tuple[float, float] | None:
    return (kept[0], kept[1]) if kept else None
