"""Has a feed changed since an app last asked? Told before any appointment is read."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy import or_, update

from booking.models import FeedLevel, FeedScope, Subscription
from booking.models.running import settings, zone
from booking.scheduling import TimeWindow, day_window
from booking.services import feed_levels
from booking.services.feed_lookup import Found, as_day, as_moment, looked_up
from booking.services.writing import if_it_can_be_kept, write_session

FORMAT = 2  # raised when the same appointments come to be written in another way
BACK, AHEAD = timedelta(days=60), timedelta(days=365)


class UnknownFeed(Exception):
    """No such address, or it was revoked, or she works here no more: all look alike."""


class Kind(StrEnum):
    """Whose time a feed shows."""

    COUNSELLOR = "counsellor"
    INTERPRETER = "interpreter"
    ROUTES = "routes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """To whom an appointment is shown, and what of it."""

    kind: Kind
    level: FeedLevel
    office: str  # its address, as entries give it
    url: str  # where their links lead


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as it stands: known by its version, before any appointment is read."""

    reader: Reader
    owner_id: int  # a counsellor's or an interpreter's number; 0 of the routes
    today: date  # the window slides with it
    tag: str  # names this very content
    modified_at: datetime  # when it came to show something else

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day that are shown."""
        return self.today - BACK, self.today + AHEAD

    @property
    def window(self) -> TimeWindow:
        """Between which moments appointments are shown."""
        first, last = (day_window(day, zone()) for day in self.days)
        return TimeWindow(first.start, last.end)


def feed_for(token: str, *, now: datetime) -> Feed:
    """Return what stands behind a secret address, by one indexed look-up.

    Its day of use is written down, once a day at most. Raises ``UnknownFeed``.
    """
    found = looked_up(token_hash(token))
    if found is None:
        raise UnknownFeed
    today = now.astimezone(zone()).date()
    if found.last_used_on is None or as_day(found.last_used_on) < today:
        with if_it_can_be_kept():
            _remember_the_day(found.id, today)
        found = found._replace(last_used_on=today)
    return _feed(found, today, settings().public_url.rstrip("/"), zone())


def token_hash(token: str) -> bytes:
    """Return by what a secret address is found: it is itself stored nowhere."""
    return sha256(token.encode("utf-8", "replace")).digest()


# What is found does not change while a feed does not: then all of it is known.
@lru_cache(maxsize=1024)
def _feed(found: Found, today: date, url: str, here: ZoneInfo) -> Feed:
    kind, level = _kind_of(found), _level_of(found)
    owner_id, name = _owner_of(found)
    moments = (found.changed_at, found.place_decided_at, found.full_decided_at)
    # Two subscriptions to one feed have one tag. The moment stands in it besides the
    # version, because a restored backup may count a version twice.
    facts = (
        *(FORMAT, kind, owner_id, level, today, url, found.office, name.hex()),
        *(found.version, found.changed_at),
    )
    return Feed(
        reader=Reader(kind=kind, level=level, office=found.office or "", url=url),
        owner_id=owner_id,
        today=today,
        tag=sha256("|".join(map(str, facts)).encode()).hexdigest()[:32],
        modified_at=max(
            as_moment(found.created_at),
            day_window(today, here).start,
            *(as_moment(moment) for moment in moments if moment is not None),
        ),
    )


def _kind_of(found: Found) -> Kind:
    if found.shows == FeedScope.ROUTES:
        return Kind.ROUTES
    return Kind.COUNSELLOR if found.interpreter_id is None else Kind.INTERPRETER


def _owner_of(found: Found) -> tuple[int, bytes]:
    """Return whose it is, and her sealed name; the routes are every coordinator's."""
    if found.shows == FeedScope.ROUTES:
        return 0, b""
    return found.staff_id or found.interpreter_id or 0, found.name


def _level_of(found: Found) -> FeedLevel:
    """Return what is told: at once less, should the office forbid what was asked."""
    among = {FeedLevel.BUSY}
    if found.place_allowed is None or found.place_allowed:
        among.add(FeedLevel.PLACE)
    if found.full_allowed and _kind_of(found) is Kind.COUNSELLOR:
        among.add(FeedLevel.FULL)
    return feed_levels.told(FeedLevel(found.level), among)


def _remember_the_day(subscription_id: int, today: date) -> None:
    unused = or_(Subscription.last_used_on.is_(None), Subscription.last_used_on < today)
    with write_session() as session:
        session.execute(
            update(Subscription)
            .where(Subscription.id == subscription_id, unused)
            .values(last_used_on=today)
        )
