"""Which rows does a rota rest on? One query, whose values alone change.

It answers with texts: they are compared with those of the last answer, and only what
has changed is parsed.
"""

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    SelectBase,
    String,
    bindparam,
    cast,
    func,
    literal_column,
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
    BusyTime,
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
from booking.services import unchanged
from booking.services.roster import BETWEEN, WITHIN, Roster, fields, moment, roster_of

A_DAY = timedelta(days=1)
# Since when and until when one counsellor is taken, as the database wrote it.
Taken = tuple[str, str]
NOT_TAKEN: Taken = ("", "")
LISTS = "\n"  # between rows that hold lists themselves


@dataclass(frozen=True, slots=True)
class Team:
    """The counsellors: how many talks a day, who is a woman, who speaks what."""

    maxima: dict[int, int | None]
    women: frozenset[int]
    languages: dict[int, frozenset[str]]


def facts(
    session: Session,
    days: tuple[date, ...],
    window: TimeWindow,
    *,
    now: datetime,
    excluding: int | None,
) -> tuple[Team, Roster, dict[int, Taken]]:
    """Read who counsels here, who of them is at work on some days, and is taken.

    Overdue holds take nothing any more, nor does the row that is about to move.
    """
    asked = {
        "first": days[0],
        "last": days[-1],
        "since": window.start,
        "until": window.end,
        "day_before": window.start - A_DAY,
        "day_after": window.end + A_DAY,
        "last_end": window.end + 3 * A_DAY,
        "now": now,
        "excluding": excluding or 0,
    }
    connection = session.connection()
    staff, taken, *rows, _next_end = unchanged.read(
        connection,
        ("facts", days, excluding),
        lambda: tuple(text or "" for text in connection.execute(_FACTS, asked).one()),
        now=now,
        until=_next_end_of,
    )
    return _team_of(staff), roster_of(zone(), days, *rows), _taken_of(taken)


def _next_end_of(read: tuple[str, ...]) -> datetime | None:
    """Return when the next hold runs out: then less is taken, and nobody writes it."""
    return moment(read[-1]) if read[-1] else None


@lru_cache(maxsize=16)
def _team_of(staff: str) -> Team:
    maxima: dict[int, int | None] = {}
    women: set[int] = set()
    spoken: defaultdict[int, set[str]] = defaultdict(set)
    for text, maximum, woman, language in sorted(fields(staff)):
        one = int(text)
        maxima[one] = int(maximum) if maximum else None
        spoken[one] |= {language} if language else set()
        women |= {one} if woman in _TRUE else set()
    by_number = dict(sorted(maxima.items()))
    languages = {one: frozenset(spoken[one]) for one in by_number}
    return Team(by_number, frozenset(women), languages)


def _taken_of(text: str) -> dict[int, Taken]:
    return {
        int(one): (busy_from, busy_until)
        for one, busy_from, busy_until in fields(text, between=LISTS)
    }


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
        0 if maximum is not None and count >= maximum else _left(day, tuple(busy))
        for day, busy, count in zip(days, within, seen, strict=True)
    )


# One appointment more leaves the other days as they were.
@lru_cache(maxsize=8192)
def _left(day: OpenDay, busy: tuple[Span, ...]) -> int:
    return day.left(busy)


# 100 texts of a busy counsellor's six weeks are some 2 MB.
@lru_cache(maxsize=256)
def spans(taken: Taken) -> tuple[Span, ...]:
    """Read from when until when somebody is taken, in seconds."""
    if taken == NOT_TAKEN:
        return ()
    begins, ends = (text.split(BETWEEN) for text in taken)
    return tuple(zip(map(_floor, begins), map(_ceiling, ends), strict=True))


# One appointment more leaves all the others as they were.
@lru_cache(maxsize=4096)
def _floor(written: str) -> int:
    return floor(moment(written))


@lru_cache(maxsize=4096)
def _ceiling(written: str) -> int:
    return ceiling(moment(written))


_TRUE = {"1", "true"}  # as SQLite and PostgreSQL write it


def _written(column: InstrumentedAttribute[Any]) -> Cast[str]:
    # As text: it is compared with the last answer, and mostly never parsed.
    return cast(column, String)


def _joined(texts: ColumnElement[str], between: str) -> ColumnElement[str]:
    return func.aggregate_strings(texts, _written_out(between))  # type: ignore[arg-type]  # a text would be written out anew each time


def _written_out(value: str) -> ColumnElement[str]:
    # Not bound: values that are bound are put together anew each time.
    return literal_column(f"'{value}'", String)


def _lines(rows: SelectBase, between: str = BETWEEN) -> ScalarSelect[str]:
    """Write all rows of a query as one text, of which ``fields`` makes rows again."""
    line: ColumnElement[str] = _NOTHING
    for number, column in enumerate(rows.subquery().columns):
        field = func.coalesce(cast(column, String), _NOTHING)
        line = line.concat(_WITHIN).concat(field) if number else field
    return select(_joined(line, between)).scalar_subquery()


_NOTHING, _WITHIN = _written_out(""), _written_out(WITHIN)
_COUNSELLOR = _written_out(Role.COUNSELLOR)
_STAFF = (
    select(
        StaffMember.id,
        StaffMember.daily_maximum,
        StaffMember.is_woman,
        StaffLanguage.language,
    )
    .join_from(StaffMember, StaffRole)
    .outerjoin(StaffLanguage, StaffLanguage.staff_id == StaffMember.id)
    .where(StaffRole.role == _COUNSELLOR, StaffMember.disabled_at.is_(None))
)
_HOURS = (
    select(
        OpeningHours.id,
        OpeningHours.counsellor_id,
        OpeningHours.weekday,
        OpeningHours.opens,
        OpeningHours.closes,
        OpeningHours.valid_from,
        OpeningHours.valid_until,
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
)
_COUNSELLORS = select(StaffRole.staff_id).where(StaffRole.role == _COUNSELLOR)
# Who is busy by her own calendar is away as she is by an absence: it takes none of
# the talks that she has a day, and brings no buffer of its own.
_ABSENCES = union_all(
    select(Absence.counsellor_id, Absence.starts_at, Absence.ends_at).where(
        Absence.starts_at < bindparam("until", type_=Instant),
        Absence.ends_at > bindparam("since", type_=Instant),
    ),
    select(BusyTime.counsellor_id, BusyTime.starts_at, BusyTime.ends_at).where(
        # Says nothing new, but lets the index be used: one stretch for each of them.
        BusyTime.counsellor_id.in_(_COUNSELLORS),
        BusyTime.starts_at < bindparam("until", type_=Instant),
        BusyTime.ends_at > bindparam("since", type_=Instant),
    ),
)
_CLOSURES = select(Closure.starts_at, Closure.ends_at).where(
    Closure.starts_at < bindparam("until", type_=Instant),
    Closure.ends_at > bindparam("since", type_=Instant),
)
_REGION = select(Office.country, Office.subdivision).limit(1)
# One row for each counsellor, not one for each appointment: Python meets few rows.
_TAKEN = (
    select(
        Appointment.counsellor_id,
        _joined(_written(Appointment.busy_from), BETWEEN),
        _joined(_written(Appointment.busy_until), BETWEEN),
    )
    .where(
        Appointment.counsellor_id.in_(_COUNSELLORS),
        Appointment.status.in_([_written_out(status) for status in ACTIVE]),
        # The neighbouring days' buffers may reach into ours.
        Appointment.busy_until > bindparam("day_before", type_=Instant),
        Appointment.busy_from < bindparam("day_after", type_=Instant),
        # Says nothing new, but lets the index end here: no talk takes two days.
        Appointment.busy_until < bindparam("last_end", type_=Instant),
        or_(
            Appointment.status != _written_out(Status.HELD),
            Appointment.hold_until > bindparam("now", type_=Instant),
        ),
        Appointment.id != bindparam("excluding"),
    )
    .group_by(Appointment.counsellor_id)
)

_NEXT_END = select(func.min(_written(Appointment.hold_until))).where(
    Appointment.status == _written_out(Status.HELD),
    Appointment.hold_until > bindparam("now", type_=Instant),
)
_FACTS = select(
    _lines(_STAFF),
    _lines(_TAKEN, LISTS),
    *map(_lines, (_HOURS, _ABSENCES, _CLOSURES, _REGION)),
    _NEXT_END.scalar_subquery(),
)
