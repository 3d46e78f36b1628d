"""Who may read a counsellor's calendar, and has it changed since an app last asked?

Every deed that changes what a feed shows raises its version in the same transaction;
an app that has the newest version is told so before any appointment is read.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Select, bindparam, or_, select, text, update
from sqlalchemy.orm import Session, joinedload

from booking.models import (
    FeedLevel,
    FeedVersion,
    Instant,
    Setting,
    StaffMember,
    Subscription,
    cleaned,
    db,
)
from booking.models.running import zone
from booking.scheduling import TimeWindow, day_window
from booking.services import feed_entries
from booking.services.journal import Actor, note
from booking.services.writing import write_session

TOKEN_BYTES = 32
FORMAT = 1  # raised when the same appointments come to be written in another way
BACK, AHEAD = timedelta(days=60), timedelta(days=365)
# Whether names and addresses may leave the house, for those who asked for them:
# Google and outlook.com fetch feeds with servers of their own and keep copies.
FULL_ALLOWED = "feeds_in_full"


class UnknownFeed(Exception):
    """No such address, or it was revoked, or she works here no more: all look alike."""


class UnknownSubscription(Exception):
    """No subscription has this number, or it is somebody else's."""


class AmbiguousSubscription(Exception):
    """Several subscriptions have numbers that begin so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as it stands: known by its version, before any appointment is read."""

    staff_id: int
    level: FeedLevel
    version: int
    changed_at: datetime
    today: date  # the window slides with it

    @property
    def tag(self) -> str:
        """Name this very content; a restored backup may count a version twice."""
        facts = (FORMAT, self.version, self.changed_at, self.today, self.level)
        return sha256("|".join(map(str, facts)).encode()).hexdigest()[:32]

    @property
    def modified_at(self) -> datetime:
        """When it came to show something else: each midnight moves the window."""
        return max(self.changed_at, day_window(self.today, zone()).start)

    @property
    def window(self) -> TimeWindow:
        """Between which moments appointments are shown."""
        first = day_window(self.today - BACK, zone())
        return TimeWindow(first.start, day_window(self.today + AHEAD, zone()).end)


def bump(session: Session, counsellor_ids: Iterable[int], *, at: datetime) -> None:
    """Say, in the transaction that does it, that these feeds show something else."""
    # In one order for everybody: no two wait in a ring.
    for one in sorted(set(counsellor_ids)):
        session.connection().execute(_ONE_VERSION_MORE, {"staff": one, "at": at})


def subscribe(
    staff_id: int, label: str, *, now: datetime, level: FeedLevel = FeedLevel.PLACE
) -> str:
    """Open a feed for one device; return its secret, which is stored nowhere."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with write_session() as session:
        row = Subscription(
            staff_id=staff_id,
            label=cleaned(label),
            level=level,
            token_hash=_hash(token),
            created_at=now,
        )
        session.add(row)
        session.flush()
        about = f"feed:{row.uuid}"
        note(session, Actor.STAFF, "subscribe", about, now=now, staff=staff_id)
    return token


def subscriptions_of(staff_id: int) -> list[Subscription]:
    """Return somebody's subscriptions: those still open first, the newest first."""
    mine = _subscriptions().where(Subscription.staff_id == staff_id)
    return list(db.session.scalars(mine))


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
        query = select(Subscription).where(Subscription.uuid == subscription)
        row = session.scalar(query.with_for_update())
        if row is None or staff not in {None, row.staff_id}:
            raise UnknownSubscription
        if row.revoked_at is None:
            row.revoked_at = now
            actor = Actor.COMMAND if staff is None else Actor.STAFF
            note(session, actor, "revoke", f"feed:{row.uuid}", now=now, staff=staff)


def feed_for(token: str, *, now: datetime) -> Feed:
    """Return what stands behind a secret address, by one indexed look-up.

    Its day of use is written down, once a day at most. Raises ``UnknownFeed``.
    """
    row = db.session.execute(_LOOK_UP, {"token_hash": _hash(token)}).one_or_none()
    if row is None:
        raise UnknownFeed
    today = now.astimezone(zone()).date()
    if row.last_used_on is None or row.last_used_on < today:
        _remember_the_day(row.id, today)
    allowed = row.level != FeedLevel.FULL or row.full_allowed is True
    return Feed(
        staff_id=row.staff_id,
        level=FeedLevel(row.level) if allowed else FeedLevel.PLACE,
        version=row.version or 0,  # of a feed that never changed there is none
        changed_at=row.changed_at or row.created_at,
        today=today,
    )


def written(feed: Feed) -> bytes:
    """Write the whole feed as iCalendar.

    Its version was read before: should somebody book in between, the app gets the
    appointment under the old tag, and once more the next time it asks.
    """
    return feed_entries.written(feed.staff_id, feed.window, feed.level)


def _subscriptions() -> Select[Subscription]:
    return (
        select(Subscription)
        .options(joinedload(Subscription.staff))
        .order_by(Subscription.revoked_at.is_not(None), Subscription.id.desc())
    )


def _remember_the_day(subscription_id: int, today: date) -> None:
    unused = or_(Subscription.last_used_on.is_(None), Subscription.last_used_on < today)
    with write_session() as session:
        session.execute(
            update(Subscription)
            .where(Subscription.id == subscription_id, unused)
            .values(last_used_on=today)
        )


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "replace")).digest()


# SQLite and PostgreSQL read this alike; two changes at once both count.
_ONE_VERSION_MORE = text(
    "INSERT INTO feed_version (staff_id, version, changed_at) VALUES (:staff, 1, :at) "
    "ON CONFLICT (staff_id) DO UPDATE SET version = feed_version.version + 1, "
    "changed_at = excluded.changed_at"
).bindparams(bindparam("at", type_=Instant()))

_LOOK_UP = (
    select(
        Subscription.id,
        Subscription.staff_id,
        Subscription.level,
        Subscription.created_at,
        Subscription.last_used_on,
        FeedVersion.version,
        FeedVersion.changed_at,
        select(Setting.value)
        .where(Setting.key == FULL_ALLOWED)
        .scalar_subquery()
        .label("full_allowed"),
    )
    .join(StaffMember, StaffMember.id == Subscription.staff_id)
    .outerjoin(FeedVersion, FeedVersion.staff_id == Subscription.staff_id)
    .where(
        Subscription.token_hash == bindparam("token_hash"),
        Subscription.revoked_at.is_(None),
        StaffMember.disabled_at.is_(None),
    )
)
