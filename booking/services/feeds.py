"""Who may read a calendar, and how do the apps that read along learn of a change?

Every deed that changes what a feed shows raises its version in the same transaction;
an app that has the newest version is told so before any appointment is read.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, bindparam, select, text
from sqlalchemy.orm import Session, joinedload

from booking.models import (
    Appointment,
    FeedLevel,
    FeedScope,
    Instant,
    Interpreter,
    Subscription,
    cleaned,
    db,
)
from booking.services.feed_polls import token_hash
from booking.services.journal import Actor, note
from booking.services.writing import write_session

TOKEN_BYTES = 32


class UnknownSubscription(Exception):
    """No subscription has this number, or it is somebody else's."""


class AmbiguousSubscription(Exception):
    """Several subscriptions have numbers that begin so."""


def bump(session: Session, counsellor_ids: Iterable[int], *, at: datetime) -> None:
    """Say, in the transaction that does it, that these feeds show something else.

    Whoever interprets in the appointments that this unit of work has in hand need not
    be named; a coordinator's feed of the routes follows the counsellors'.
    """
    bump_interpreters(session, _interpreting(session), at=at)
    # In one order for everybody: no two wait in a ring.
    for one in sorted(set(counsellor_ids)):
        facts = {"staff": one, "at": at}
        session.connection().execute(_ONE_MORE_OF_STAFF, facts)


def bump_interpreters(
    session: Session, interpreter_ids: Iterable[int], *, at: datetime
) -> None:
    """Say the same of interpreters' feeds; those of counsellors come after them."""
    for one in sorted(set(interpreter_ids)):
        facts = {"interpreter": one, "at": at}
        session.connection().execute(_ONE_MORE_OF_INTERPRETER, facts)


def subscribe(
    staff_id: int,
    label: str,
    *,
    now: datetime,
    level: FeedLevel = FeedLevel.PLACE,
    shows: FeedScope = FeedScope.OWN,
) -> str:
    """Open a feed for one device; return its secret, which is stored nowhere."""
    row = Subscription(staff_id=staff_id, label=cleaned(label), level=level)
    row.shows = shows
    return _opened(row, by=staff_id, now=now)


def subscribe_interpreter(
    interpreter: UUID, label: str, *, by: int, now: datetime
) -> str:
    """Open a feed of an interpreter's talks, to be handed over to her.

    Raises ``UnknownSubscription`` if there is no such interpreter.
    """
    known = db.session.scalar(
        select(Interpreter.id).where(Interpreter.uuid == interpreter)
    )
    if known is None:
        raise UnknownSubscription
    row = Subscription(interpreter_id=known, label=cleaned(label))
    return _opened(row, by=by, now=now)


def subscriptions_of(staff_id: int) -> list[Subscription]:
    """Return somebody's subscriptions: those still open first, the newest first."""
    mine = _subscriptions().where(Subscription.staff_id == staff_id)
    return list(db.session.scalars(mine))


def open_ones_of(interpreter: UUID) -> list[Subscription]:
    """Return an interpreter's open subscriptions, the newest first."""
    hers = _subscriptions().join(Subscription.interpreter)
    is_open = Subscription.revoked_at.is_(None)
    return list(
        db.session.scalars(hers.where(Interpreter.uuid == interpreter, is_open))
    )


def everybodys() -> list[Subscription]:
    """Return every subscription with its owner: those still open first."""
    return list(db.session.scalars(_subscriptions()))


def beginning_with(signs: str) -> Subscription:
    """Return the one subscription whose number begins so.

    Raises ``UnknownSubscription`` or ``AmbiguousSubscription``.
    """
    wanted = signs.replace("-", "").lower()
    found = [one for one in everybodys() if one.uuid.hex.startswith(wanted)]
    if not wanted or not found:
        raise UnknownSubscription
    if len(found) > 1:
        raise AmbiguousSubscription
    return found[0]


def revoke(subscription: UUID, *, now: datetime, staff: int | None) -> None:
    """Close a feed; ``staff`` closes only her own, None stands for the operator.

    Closed twice is no mistake. Raises ``UnknownSubscription``.
    """
    with write_session() as session:
        row = _locked(session, subscription)
        if row is None or staff not in {None, row.staff_id}:
            raise UnknownSubscription
        actor = Actor.COMMAND if staff is None else Actor.STAFF
        _close(session, row, actor, staff, now)


def revoke_interpreters(
    subscription: UUID, interpreter: UUID, *, by: int, now: datetime
) -> None:
    """Close a feed of this interpreter. Raises ``UnknownSubscription``."""
    with write_session() as session:
        row = _locked(session, subscription)
        if row is None or row.interpreter is None:
            raise UnknownSubscription
        if row.interpreter.uuid != interpreter:
            raise UnknownSubscription
        _close(session, row, Actor.STAFF, by, now)


def _interpreting(session: Session) -> set[int]:
    return {
        row.interpreter_id
        for row in session.identity_map.values()
        if isinstance(row, Appointment) and row.interpreter_id is not None
    }


def _opened(row: Subscription, *, by: int, now: datetime) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row.token_hash, row.created_at = token_hash(token), now
    with write_session() as session:
        session.add(row)
        session.flush()
        about = f"feed:{row.uuid}"
        note(session, Actor.STAFF, "subscribe", about, now=now, staff=by)
    return token


def _locked(session: Session, subscription: UUID) -> Subscription | None:
    query = select(Subscription).where(Subscription.uuid == subscription)
    return session.scalar(query.with_for_update())


def _close(
    session: Session, row: Subscription, actor: Actor, by: int | None, now: datetime
) -> None:
    if row.revoked_at is None:
        row.revoked_at = now
        note(session, actor, "revoke", f"feed:{row.uuid}", now=now, staff=by)


def _subscriptions() -> Select[Subscription]:
    return (
        select(Subscription)
        .options(joinedload(Subscription.staff), joinedload(Subscription.interpreter))
        .order_by(Subscription.revoked_at.is_not(None), Subscription.id.desc())
    )


# SQLite and PostgreSQL read these alike; two changes at once both count.
_ONE_MORE_OF_STAFF = text(
    "INSERT INTO feed_version (staff_id, version, changed_at) VALUES (:staff, 1, :at) "
    "ON CONFLICT (staff_id) DO UPDATE SET version = feed_version.version + 1, "
    "changed_at = excluded.changed_at"
).bindparams(bindparam("at", type_=Instant()))
_ONE_MORE_OF_INTERPRETER = text(
    "INSERT INTO feed_version (interpreter_id, version, changed_at) "
    "VALUES (:interpreter, 1, :at) "
    "ON CONFLICT (interpreter_id) DO UPDATE SET version = feed_version.version + 1, "
    "changed_at = excluded.changed_at"
).bindparams(bindparam("at", type_=Instant()))
