"""What do counsellors say to a route before it is published?

A draft is proposed: its counsellor says yes or no to each stop, until the day by which
letters must go out so that they arrive by post. No answer is no veto.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from booking.models import (
    Answer,
    Closure,
    LetterKind,
    Proposal,
    Route,
    RouteState,
    Stop,
    Word,
    cleaned,
    db,
)
from booking.models.running import zone
from booking.scheduling import day_window, holidays_between
from booking.services import staff_letters
from booking.services.journal import Actor, note
from booking.services.office import decisions, the_office
from booking.services.route_settings import route_settings
from booking.services.sessions import SignedIn
from booking.services.visits import drafts_on
from booking.services.writing import tried_again, write_session

LONGEST_REASON = 200
A_DAY = timedelta(days=1)
SATURDAY = 5  # Monday is 0


class NothingToPropose(Exception):
    """No draft stands on these days that nobody has been asked about."""


class NotAsked(Exception):
    """She is not asked about this stop, or not any more; both look the same."""


class ReasonTooLong(Exception):
    """The reason is longer than ``LONGEST_REASON`` characters."""


@dataclass(frozen=True, slots=True)
class Question:
    """A route that somebody is asked about, and how much of it waits for her word."""

    day: date
    publish_by: date
    unanswered: int


@tried_again
def propose(days: Collection[date], *, by: int, now: datetime) -> int:
    """Ask counsellors about their drafts of these days; return how many routes.

    Asked once, a route is not asked about again. Raises ``NothingToPropose``.
    """
    today = now.astimezone(zone()).date()
    with write_session() as session:
        drafts = drafts_on([day for day in days if day >= today])
        routes = [
            route
            for route in session.scalars(
                drafts.options(joinedload(Route.proposal)).with_for_update(of=Route)
            )
            if route.proposal is None
        ]
        if not routes:
            raise NothingToPropose
        closed = _closed_days(session, today, max(route.day for route in routes))
        for route in routes:
            route.state, route.changed_at = RouteState.PROPOSED, now
            route.proposal = Proposal(
                proposed_by_id=by,
                proposed_at=now,
                publish_by=_deadline(route.day, today, closed),
            )
            staff_letters.write(
                session, route.counsellor, LetterKind.PROPOSED, route.id, now=now
            )
            about = f"route:{route.uuid}"
            note(session, Actor.STAFF, "propose", about, now=now, staff=by)
    return len(routes)


@tried_again
def answer(
    person: SignedIn, stop: UUID, word: Word, *, why: str = "", now: datetime
) -> date:
    """Say yes or no to one stop; said again, the last word counts. Return its day.

    Raises ``NotAsked`` or ``ReasonTooLong``.
    """
    reason = cleaned(why)
    if len(reason) > LONGEST_REASON:
        raise ReasonTooLong
    with write_session() as session:
        row = session.scalar(_asked(person).where(Stop.uuid == stop))
        if row is None:
            raise NotAsked
        _say(row, person, word, now)
        if row.answer is not None:
            row.answer.why = reason if word is Word.VETO else ""
        about = f"stop:{row.uuid}"
        note(session, Actor.STAFF, f"say {word}", about, now=now, staff=person.id)
    return row.route.day


@tried_again
def say_yes_to_all(person: SignedIn, day: date, *, now: datetime) -> None:
    """Say yes to all of a day that she has not answered. Raises ``NotAsked``."""
    with write_session() as session:
        rows = session.scalars(_asked(person).where(Route.day == day)).all()
        if not rows:
            raise NotAsked
        for row in rows:
            if row.answer is None:
                _say(row, person, Word.YES, now)
        note(session, Actor.STAFF, "say yes", f"day:{day}", now=now, staff=person.id)


def questions(person: SignedIn, *, now: datetime) -> list[Question]:
    """Return about which days she is asked and has not said all yet."""
    today = now.astimezone(zone()).date()
    rows = db.session.scalars(
        select(Route)
        .where(
            Route.counsellor_id == person.id,
            Route.state == RouteState.PROPOSED,
            Route.day >= today,
        )
        .order_by(Route.day)
        .options(
            joinedload(Route.proposal), joinedload(Route.stops).joinedload(Stop.answer)
        )
    ).unique()
    found = (
        Question(
            row.day,
            row.proposal.publish_by,
            sum(stop.answer is None for stop in row.stops),
        )
        for row in rows
        if row.proposal
    )
    return [one for one in found if one.unanswered]


def _asked(person: SignedIn) -> Select[Stop]:
    return (
        select(Stop)
        .join(Stop.route)
        .where(
            Route.counsellor_id == person.id,
            Route.state == RouteState.PROPOSED,
        )
        .options(joinedload(Stop.answer), joinedload(Stop.route))
        .with_for_update(of=Stop)
    )


def _say(row: Stop, person: SignedIn, word: Word, now: datetime) -> None:
    if row.answer is None:
        row.answer = Answer(word=word, said_by_id=person.id, said_at=now)
    row.answer.word, row.answer.said_by_id, row.answer.said_at = word, person.id, now


def _deadline(day: date, today: date, closed: Collection[date]) -> date:
    """Return the last day on which to publish: so many working days before."""
    left, found = route_settings(decisions()).publish_days, day
    while left and found > today:
        found -= A_DAY
        if found.weekday() < SATURDAY and found not in closed:
            left -= 1
    return found


def _closed_days(session: Session, first: date, last: date) -> set[date]:
    """Return holidays, and the days on which the office is closed from end to end."""
    office = the_office()
    closures = [one.window for one in session.scalars(select(Closure))]
    days = set(_days(first, last))
    whole = {
        day
        for day in days
        if any(one.contains(day_window(day, zone())) for one in closures)
    }
    holidays = holidays_between(
        first, last, country=office.country, subdivision=office.subdivision
    )
    return whole | holidays.keys()


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += A_DAY
