"""Who may be told what about a client? What she signed, for as long as it holds.

Nothing is told to anybody by the program itself: this says to the counsellor what she
may say. It ends with its last day, or at once when the client takes it back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking.models import Release, ReleaseScope, db
from booking.models.running import zone
from booking.services import clients
from booking.services.journal import Actor, note
from booking.services.sessions import SignedIn
from booking.services.writing import write_session

LONGEST = timedelta(days=366)  # the form says: a year at most


class UnknownRelease(Exception):
    """There is no such release in a file of hers, or it was taken back already."""


class ImpossibleRelease(Exception):
    """It names nothing that may be told, was signed later, or lasts over a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRelease:
    """What a signed paper says."""

    supporter: str
    contact: str
    scopes: frozenset[ReleaseScope]
    signed_on: date
    last_day: date


def of_client(client: int) -> Sequence[Release]:
    """Return all releases of one file, the latest first."""
    return list(
        db.session.scalars(
            select(Release)
            .where(Release.client_id == client)
            .options(joinedload(Release.entered_by))
            .order_by(Release.id.desc())
        )
    )


def in_force(client: int | None, *, now: datetime) -> list[Release]:
    """Return what of it holds today; without a file there is nothing."""
    if client is None:
        return []
    today = _today(now)
    return [one for one in of_client(client) if one.holds_on(today)]


def scopes_of(release: Release) -> Iterable[ReleaseScope]:
    """Return what may be told, in the order in which it is asked for."""
    return [one for one in ReleaseScope if one in release.scopes]


def record(person: SignedIn, reference: str, new: NewRelease, *, now: datetime) -> UUID:
    """Keep what was signed. Raises ``UnknownClient`` or ``ImpossibleRelease``."""
    today = _today(now)
    lasts = new.last_day - new.signed_on
    if not new.scopes or new.signed_on > today or new.last_day < today:
        raise ImpossibleRelease
    if not timedelta() <= lasts <= LONGEST:
        raise ImpossibleRelease
    with write_session() as session:
        client = clients.of_hers(session, person, reference)
        row = Release(
            client_id=client.id,
            scopes=sorted(new.scopes),
            signed_on=new.signed_on,
            last_day=new.last_day,
            entered_by_id=person.id,
            created_at=now,
        )
        row.supporter, row.contact = new.supporter, new.contact
        session.add(row)
        session.flush()
        about = f"client:{client.uuid}"
        note(session, Actor.STAFF, "record release", about, now=now, staff=person.id)
        return row.uuid


def revoke(person: SignedIn, reference: str, release: UUID, *, now: datetime) -> None:
    """End it at once: she has taken it back.

    Raises ``UnknownClient`` or ``UnknownRelease``.
    """
    with write_session() as session:
        client = clients.of_hers(session, person, reference)
        row = session.scalar(
            select(Release)
            .where(
                Release.uuid == release,
                Release.client_id == client.id,
                Release.revoked_at.is_(None),
            )
            .with_for_update()
        )
        if row is None:
            raise UnknownRelease
        row.revoked_at = now
        about = f"client:{client.uuid}"
        note(session, Actor.STAFF, "revoke release", about, now=now, staff=person.id)


def _today(now: datetime) -> date:
    return now.astimezone(zone()).date()
