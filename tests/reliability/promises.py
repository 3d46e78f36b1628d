"""Was everything kept that people were told? Found by looking at the rows alone.

None of the product's own rules is asked: a fault in them would hide itself.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.models import (
    Appointment,
    JournalEntry,
    Letter,
    Waiting,
    WalkIn,
)
from tests.reliability.lives import Told

TAKEN = ("held", "booked", "met", "missed")


def broken(session: Session, lives: Iterable[Told]) -> list[str]:
    """Say each thing that somebody was told and that is not so, or stands twice."""
    lives = list(lives)
    cancelled = {uuid for told in lives for uuid in told.cancelled}
    return [
        *overlaps(session),
        *numbers_given_twice(session),
        *_lost(session, lives, cancelled),
        *_unwritten(session, lives, cancelled),
        *_without_a_line(session, lives, cancelled),
    ]


def overlaps(session: Session) -> Iterator[str]:
    """Find whoever is booked twice at once, counsellor or interpreter."""
    for who in (Appointment.counsellor_id, Appointment.interpreter_id):
        rows = session.execute(
            select(who, Appointment.busy_from, Appointment.busy_until)
            .where(Appointment.status.in_(TAKEN), who.is_not(None))
            .order_by(who, Appointment.busy_from)
        ).all()
        for person, theirs in groupby(rows, key=lambda row: row[0]):
            for one, other in pairwise(theirs):
                if other[1] < one[2]:
                    yield f"{who.key} {person}: {one[1]} and {other[1]} overlap."


def numbers_given_twice(session: Session) -> Iterator[str]:
    """Find numbers of a day that two walk-ins hold in their hands."""
    given = Counter(map(tuple, session.execute(select(WalkIn.day, WalkIn.number))))
    yield from (f"{number} was given twice." for number, n in given.items() if n > 1)


def _lost(session: Session, lives: list[Told], cancelled: set[UUID]) -> Iterator[str]:
    columns = (Appointment.uuid, Appointment.status, Appointment.starts_at)
    found = {uuid: row for uuid, *row in session.execute(select(*columns))}
    expected = {uuid: ["cancelled"] for uuid in cancelled}
    for told in lives:
        for uuid, start in told.booked.items():
            expected.setdefault(uuid, ["booked", start])
        for uuid in told.visits:
            expected.setdefault(uuid, ["booked"])
    for uuid, facts in expected.items():
        if found.get(uuid, [])[: len(facts)] != facts:
            yield f"Told {facts}, found {found.get(uuid)}."
    for uuid, (status, start) in found.items():
        if status == "booked" and uuid not in expected:
            yield f"Booked for {start}, and nobody was told."
    yield from _not_kept(session, lives)


def _not_kept(session: Session, lives: list[Told]) -> Iterator[str]:
    waiting = set(session.scalars(select(Waiting.uuid)))
    walk_ins = set(session.scalars(select(WalkIn.uuid)))
    for told in lives:
        if told.waiting - waiting:
            yield f"Waiting and forgotten: {told.waiting - waiting}."
        if told.walk_ins - walk_ins:
            yield f"Came and forgotten: {told.walk_ins - walk_ins}."


def _unwritten(
    session: Session, lives: list[Told], cancelled: set[UUID]
) -> Iterator[str]:
    """Find deeds of which no letter tells, or two."""
    rows = session.execute(
        select(Letter.about, Letter.kind).where(Letter.interpreter_request_id.is_(None))
    )
    return _miscounted("letter", Counter(map(tuple, rows)), _LETTERS, lives, cancelled)


def _without_a_line(
    session: Session, lives: list[Told], cancelled: set[UUID]
) -> Iterator[str]:
    """Find deeds of which no line of the journal tells, or two."""
    rows = session.execute(select(JournalEntry.about, JournalEntry.deed))
    return _miscounted("line", Counter(map(tuple, rows)), _LINES, lives, cancelled)


_LETTERS = ("confirmation", "moved", "cancelled")
_LINES = ("book", "move", "cancel")


def _miscounted(
    what: str,
    written: Counter[tuple[str, str]],
    kinds: tuple[str, str, str],
    lives: list[Told],
    cancelled: set[UUID],
) -> Iterator[str]:
    book, move, cancel = kinds
    expected = Counter({(f"appointment:{uuid}", cancel): 1 for uuid in cancelled})
    for told in lives:
        expected.update((f"appointment:{uuid}", book) for uuid in told.booked)
        for uuid in told.booked:
            expected[f"appointment:{uuid}", move] = told.moves[uuid]
    for deed, number in expected.items():
        if written[deed] != number:
            yield f"{what} of {deed}: {written[deed]}, not {number}."
