"""Which rows does a rota rest on? Five queries, whose values alone change."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    String,
    bindparam,
    cast,
    func,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.elements import Cast

from booking.models import (
    ACTIVE,
    Absence,
    Appointment,
    Closure,
    Instant,
    Office,
    OpeningHours,
    Role,
    StaffLanguage,
    StaffMember,
    StaffRole,
    Status,
    opening_hours_type,
)
from booking.models.running import zone
from booking.scheduling import OpenDay, Span, TimeWindow, ceiling, floor
from booking.services.roster import AwayRow, HoursRow, Roster, roster_of

A_DAY = timedelta(days=1)
BETWEEN = ";"  # two moments in one text
# Since when and until when one counsellor is taken, as the database wrote it.
Taken = tuple[str, str]
NOT_TAKEN: Taken = ("", "")


@dataclass(frozen=True, slots=True)
class Team:
    """The counsellors: how many talks a day, who is a woman, who speaks what."""

    maxima: dict[int, int | None]
    women: frozenset[int]
    languages: dict[int, frozenset[str]]


def team(session: Session, only: Collection[int] | None) -> Team:
    """Read who counsels here."""
    maxima: dict[int, int | None] = {}
    women: set[int] = set()
    spoken: defaultdict[int, set[str]] = defaultdict(set)
    for one, maximum, is_woman, language in session.connection().execute(_STAFF).all():
        if only is None or one in only:
            maxima[one] = maximum
            spoken[one] |= {language} if language else set()
            women |= {one} if is_woman else set()
    languages = {one: frozenset(spoken[one]) for one in maxima}
    return Team(maxima, frozenset(women), languages)


def roster(session: Session, days: tuple[date, ...], window: TimeWindow) -> Roster:
    """Read who is at work when, over days that fill a window."""
    execute = session.connection().execute
    span = {"since": window.start, "until": window.end}
    hours = execute(_HOURS, {"first": days[0], "last": days[-1]}).all()
    away = execute(_AWAY, span).all()
    region = execute(_REGION).first()
    return roster_of(
        zone(),
        days,
        tuple(map(HoursRow._make, hours)),
        tuple(map(AwayRow._make, away)),
        tuple(region) if region else ("DE", "BW"),
    )


def taken(
    session: Session, window: TimeWindow, now: datetime, excluding: int | None
) -> dict[int, Taken]:
    """Read what takes up time, by counsellor; overdue holds no longer do."""
    rows = session.connection().execute(
        _TAKEN,
        {
            "since": window.start - A_DAY,
            "until": window.end + A_DAY,
            "last_end": window.end + 3 * A_DAY,
            "now": now,
            "excluding": excluding or 0,
        },
    )
    return {one: (busy_from, busy_until) for one, busy_from, busy_until in rows.all()}


# What is left of somebody's days changes only with what takes them up: it is
# remembered under the very text in which the database hands that over.
@lru_cache(maxsize=256)
def starts_left(
    midnights: tuple[int, ...],
    days: tuple[OpenDay, ...],
    taken: Taken,
    maximum: int | None,
) -> tuple[int, ...]:
    """Return the starts that remain of each day, given all that is taken.

    A talk counts for the day on which it begins to take time.
    """
    within: list[list[Span]] = [[] for _ in days]
    seen = [0] * len(days)
    for busy_from, busy_until in spans(taken):
        first = bisect_right(midnights, busy_from - days[0].reach) - 1
        last = bisect_right(midnights, busy_until + days[0].before) - 1
        for number in range(max(first, 0), last + 1):
            within[number].append((busy_from, busy_until))
        number = bisect_right(midnights, busy_from) - 1
        if number >= 0 and busy_from < days[number].raster.end:
            seen[number] += 1
    return tuple(
        0 if maximum is not None and count >= maximum else day.left(busy)
        for day, busy, count in zip(days, within, seen, strict=True)
    )


# 100 texts of a busy counsellor's six weeks are some 2 MB.
@lru_cache(maxsize=256)
def spans(taken: Taken) -> tuple[Span, ...]:
    """Read from when until when somebody is taken, in seconds."""
    if taken == NOT_TAKEN:
        return ()
    begins, ends = (map(_moment, text.split(BETWEEN)) for text in taken)
    return tuple(
        (floor(busy_from), ceiling(busy_until))
        for busy_from, busy_until in zip(begins, ends, strict=True)
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _written(column: InstrumentedAttribute[Any]) -> Cast[str]:
    # As text: it is compared with the last answer, and mostly never parsed.
    return cast(column, String)


_STAFF = (
    select(
        StaffMember.id,
        StaffMember.daily_maximum,
        StaffMember.is_woman,
        StaffLanguage.language,
    )
    .join_from(StaffMember, StaffRole)
    .outerjoin(StaffLanguage, StaffLanguage.staff_id == StaffMember.id)
    .where(StaffRole.role == Role.COUNSELLOR, StaffMember.disabled_at.is_(None))
    .order_by(StaffMember.id)
)
_HOURS = (
    select(
        OpeningHours.id,
        OpeningHours.counsellor_id,
        OpeningHours.weekday,
        _written(OpeningHours.opens),
        _written(OpeningHours.closes),
        _written(OpeningHours.valid_from),
        _written(OpeningHours.valid_until),
        OpeningHours.every_weeks,
        opening_hours_type.c.type_id,
    )
    .outerjoin(opening_hours_type)
    .where(
        OpeningHours.valid_from <= bindparam("last"),
        or_(
            OpeningHours.valid_until.is_(None),
            OpeningHours.valid_until >= bindparam("first"),
        ),
    )
    .order_by(OpeningHours.id)
)
_AWAY: CompoundSelect[Any] = union_all(
    select(Absence.counsellor_id, Absence.starts_at, Absence.ends_at).where(
        Absence.starts_at < bindparam("until", type_=Instant),
        Absence.ends_at > bindparam("since", type_=Instant),
    ),
    select(null(), Closure.starts_at, Closure.ends_at).where(
        Closure.starts_at < bindparam("until", type_=Instant),
        Closure.ends_at > bindparam("since", type_=Instant),
    ),
)
_REGION = select(Office.country, Office.subdivision).limit(1)


# One row for each counsellor, not one for each appointment: Python meets few rows.
_TAKEN = (
    select(
        Appointment.counsellor_id,
        func.aggregate_strings(_written(Appointment.busy_from), BETWEEN),
        func.aggregate_strings(_written(Appointment.busy_until), BETWEEN),
    )
    .where(
        Appointment.counsellor_id.in_(
            select(StaffRole.staff_id).where(StaffRole.role == Role.COUNSELLOR)
        ),
        Appointment.status.in_(ACTIVE),
        # The neighbouring days' buffers may reach into ours.
        Appointment.busy_until > bindparam("since", type_=Instant),
        Appointment.busy_from < bindparam("until", type_=Instant),
        # Says nothing new, but lets the index end here: no talk takes two days.
        Appointment.busy_until < bindparam("last_end", type_=Instant),
        or_(
            Appointment.status != Status.HELD,
            Appointment.hold_until > bindparam("now", type_=Instant),
        ),
        Appointment.id != bindparam("excluding"),
    )
    .group_by(Appointment.counsellor_id)
)
