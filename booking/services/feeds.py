# FOUNDER, 12:49: settled. calendars.feed(events, *, name, zone) and ShownAs stay as the
# helper wrote them; this file stays mine. Helper: write calendars, tests, nothing else.
"""What does a counsellor's calendar app see? Her appointments, and nobody's name.

Every deed that changes what a feed shows raises its version in the same transaction;
an app that has the newest version is told so before any event is read.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import Select, bindparam, func, select, text, update
from sqlalchemy.orm import Session, aliased, joinedload

from booking.calendars import CalendarEvent, ShownAs, feed
from booking.languages import language_of_code, speaking
from booking.models import (
    Appointment,
    ConsultationType,
    FeedLevel,
    FeedVersion,
    Instant,
    Office,
    Place,
    StaffMember,
    Status,
    Stop,
    Subscription,
    VisitRequest,
    db,
)
from booking.models.running import settings, zone
from booking.services.journal import Actor, note
from booking.services.writing import read_session, write_session

TOKEN_BYTES = 32
FORMAT = 1  # raised when what a feed looks like changes: apps then fetch it anew
BACK, AHEAD = timedelta(days=60), timedelta(days=365)
MOST_EVENTS = 2_000
# Cancelled ones leave; holds are nobody's business yet.
SHOWN = (Status.BOOKED, Status.MET, Status.MISSED)
OF_THE_OFFICE = "de"  # feeds speak the office's language


class UnknownFeed(Exception):
    """No such feed, or it was revoked; both look the same."""


@dataclass(frozen=True, slots=True)
class Poll:
    """What an app learns before any event is read."""

    subscription_id: int
    staff_id: int
    level: FeedLevel
    etag: str
    changed_at: datetime
    used_today: bool


def subscribe(
    staff: int, label: str, *, now: datetime, level: FeedLevel = FeedLevel.PLACE
) -> str:
    """Open a feed for one device; return its secret, which is stored nowhere."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with write_session() as session:
        row = Subscription(
            staff_id=staff,
            label=label,
            level=level,
            token_hash=_hash(token),
            created_at=now,
        )
        session.add(row)
        session.flush()
        about = f"feed:{row.uuid}"
        note(session, Actor.STAFF, "subscribe", about, now=now, staff=staff)
    return token


def revoke(subscription: UUID, *, now: datetime, staff: int | None = None) -> None:
    """Close a feed; ``staff`` limits it to her own. Raises ``UnknownFeed``."""
    with write_session() as session:
        query = select(Subscription).where(Subscription.uuid == subscription)
        if staff is not None:
            query = query.where(Subscription.staff_id == staff)
        row = session.scalar(query.with_for_update())
        if row is None:
            raise UnknownFeed
        row.revoked_at = row.revoked_at or now
        actor = Actor.COMMAND if staff is None else Actor.STAFF
        note(session, actor, "revoke", f"feed:{row.uuid}", now=now, staff=staff)


def subscriptions_of(staff: int) -> list[Subscription]:
    """Return somebody's feeds, the newest first, without those she has revoked."""
    return list(
        db.session.scalars(
            select(Subscription)
            .where(Subscription.staff_id == staff, Subscription.revoked_at.is_(None))
            .order_by(Subscription.id.desc())
        )
    )


def everybodys() -> list[Subscription]:
    """Return every feed there is or was, with its owner."""
    query = select(Subscription).options(joinedload(Subscription.staff))
    return list(db.session.scalars(query.order_by(Subscription.id)))


def bump(session: Session, counsellors: Iterable[int], *, at: datetime) -> None:
    """Say that these counsellors' feeds show something else from now on."""
    for one in sorted(set(counsellors)):
        session.execute(_ONE_VERSION_MORE, {"staff": one, "at": at})


def poll(token: str, *, now: datetime) -> Poll:
    """Return how new a feed is, by one look-up; raises ``UnknownFeed``."""
    row = db.session.execute(
        select(Subscription, FeedVersion.version, FeedVersion.changed_at)
        .join(StaffMember, StaffMember.id == Subscription.staff_id)
        .outerjoin(FeedVersion, FeedVersion.staff_id == Subscription.staff_id)
        .where(
            Subscription.token_hash == _hash(token),
            Subscription.revoked_at.is_(None),
            StaffMember.disabled_at.is_(None),
        )
    ).first()
    if row is None:
        raise UnknownFeed
    found: Subscription = row[0]
    version: int | None = row[1]  # of a feed that never changed there is none
    changed_at: datetime | None = row[2]
    today = now.astimezone(zone()).date()
    return Poll(
        subscription_id=found.id,
        staff_id=found.staff_id or 0,
        level=FeedLevel(found.level),
        # The window slides at midnight: what it shows changes with the day.
        etag=f"{FORMAT}-{version or 0}-{today:%Y%m%d}-{found.level}",
        changed_at=changed_at or found.created_at,
        used_today=found.last_used_on == today,
    )


def feed_for(found: Poll, *, now: datetime) -> bytes:
    """Write the whole feed; remember on which day it was last read."""
    if not found.used_today:
        _remember_the_day(found.subscription_id, now.astimezone(zone()).date())
    with read_session() as session, speaking(language_of_code(OF_THE_OFFICE)):
        owner = session.get_one(StaffMember, found.staff_id)
        events = _events(session, found, now)
        name = f"Lotse {_short(owner.name)}"
        return feed(events, name=name, zone=settings().zone)


def _events(session: Session, found: Poll, now: datetime) -> list[CalendarEvent]:
    office = session.scalars(select(Office)).one()
    return [
        _event(appointment, Place(place), visit, office, found.level)
        for appointment, place, *visit in session.execute(_query(found.staff_id, now))
    ]


def _query(staff: int, now: datetime) -> Select[Appointment, str, int, int, bytes]:
    """Select appointments with their place; of visits the stop, and how many stops."""
    on_route = aliased(Stop)
    stops = (
        select(func.count(on_route.id))
        .where(on_route.route_id == Stop.route_id)
        .scalar_subquery()
    )
    return (
        select(Appointment, ConsultationType.place, Stop.position, stops, VisitRequest)
        .join(ConsultationType, ConsultationType.id == Appointment.type_id)
        .outerjoin(Stop, Stop.appointment_id == Appointment.id)
        .outerjoin(VisitRequest, VisitRequest.id == Stop.visit_request_id)
        .where(
            Appointment.counsellor_id == staff,
            Appointment.status.in_(SHOWN),
            Appointment.busy_until > now - BACK,
            Appointment.starts_at < now + AHEAD,
        )
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(MOST_EVENTS)
    )


def _event(
    row: Appointment,
    place: Place,
    visit: Sequence[Any],
    office: Office,
    level: FeedLevel,
) -> CalendarEvent:
    url = f"{settings().public_url.rstrip('/')}/staff/appointments/{row.uuid}"
    event = row.as_event(
        summary=f"{_kind(place, visit)} {row.uuid.hex[:5].upper()}",
        location=_location(place, visit, office),
        url=url,
    )
    away = place is Place.HOME
    event = replace(
        event,
        category=_("Home visit") if away else _("Counselling"),
        shown_as=ShownAs.AWAY if away else ShownAs.BUSY,
    )
    return event if level != FeedLevel.BUSY else _busy(event)


def _busy(event: CalendarEvent) -> CalendarEvent:
    """Leave nothing but the time."""
    return replace(
        event, summary=_("Busy"), location="", url="", category=""
    )


def _kind(place: Place, visit: Sequence[Any]) -> str:
    position, stops = visit[0], visit[1]
    if place is Place.HOME and position:
        # I18N: third of six home visits on a counsellor's route
        return str(_("Home visit %(number)s/%(all)s", number=position, all=stops))
    names = {
        Place.OFFICE: _("Counselling"),
        Place.PHONE: _("Counselling by phone"),
        Place.HOME: _("Home visit"),
    }
    return str(names[place])


def _location(place: Place, visit: Sequence[Any], office: Office) -> str:
    """Say the office's address; of a visit the town alone, never the street."""
    if place is Place.PHONE:
        return ""
    if place is Place.HOME:
        request = visit[-1]
        return request.town if request else ""
    street = f"{office.street} {office.house_number}"
    return f"{office.name}, {street}, {office.postcode} {office.town}"


def _short(name: str) -> str:
    """Return “A. Sommer”: enough for her own list of calendars."""
    first, space, rest = name.strip().partition(" ")
    return f"{first[:1]}. {rest}" if space else first


def _remember_the_day(subscription: int, today: date) -> None:
    with write_session() as session:
        session.execute(
            update(Subscription)
            .where(Subscription.id == subscription)
            .values(last_used_on=today)
        )


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "replace")).digest()


# SQLite and PostgreSQL read this alike.
_ONE_VERSION_MORE = text(
    "INSERT INTO feed_version (staff_id, version, changed_at) VALUES (:staff, 1, :at) "
    "ON CONFLICT (staff_id) DO UPDATE SET version = feed_version.version + 1, "
    "changed_at = excluded.changed_at"
).bindparams(bindparam("at", type_=Instant()))
