"""How is the department doing? Counts for the head: no case, no client, no ranking.

Persons stand by name, not by number: who has fewer files may have the harder ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median

from sqlalchemy import ColumnElement, func, or_, select

from booking.models import Client, Waiting, WaitingKind, WaitingState, db
from booking.models.running import zone
from booking.services import clients

FULL_POST = 100  # percent


@dataclass(frozen=True, slots=True)
class CaseLoad:
    """How many files somebody keeps, and how many that would be on a full post."""

    name: str
    post_share: int
    files: int

    @property
    def on_a_full_post(self) -> int:
        """Return the files reckoned up to a full post."""
        return round(self.files * FULL_POST / self.post_share)


@dataclass(frozen=True, slots=True)
class Waits:
    """How many wait for one thing, and for how many days by now."""

    kind: WaitingKind
    number: int
    usual: int  # half of them wait longer
    longest: int


def case_loads(*, today: date) -> list[CaseLoad]:
    """Return how many running files each counsellor keeps, by name."""
    rows = db.session.execute(
        select(Client.counsellor_id, func.count().label("files"))
        .where(_runs(today))
        .group_by(Client.counsellor_id)
    )
    counted = {one.counsellor_id: one.files for one in rows}
    return [
        CaseLoad(one.name, one.post_share, counted.get(one.id, 0))
        for one in clients.counsellors()
    ]


def in_all(loads: Sequence[CaseLoad]) -> CaseLoad | None:
    """Return the load of all of them together, if anybody counsels here."""
    if not loads:
        return None
    share = sum(one.post_share for one in loads)
    return CaseLoad("", share, sum(one.files for one in loads))


def waits(*, now: datetime) -> list[Waits]:
    """Return how long people wait now, by what they wait for."""
    today = now.astimezone(zone()).date()
    rows = db.session.execute(
        select(Waiting.kind, Waiting.created_at).where(
            Waiting.state == WaitingState.OPEN, Waiting.until >= today
        )
    ).all()
    days: dict[str, list[int]] = {}
    for kind, since in rows:
        days.setdefault(kind, []).append((now - since).days)
    return [
        Waits(kind, len(days[kind]), round(median(days[kind])), max(days[kind]))
        for kind in WaitingKind
        if kind in days
    ]


def without_counsellor(*, today: date) -> int:
    """Count the running files that nobody keeps."""
    query = select(func.count()).select_from(Client)
    nobodys = query.where(Client.counsellor_id.is_(None), _runs(today))
    return db.session.scalar(nobodys) or 0


def _runs(today: date) -> ColumnElement[bool]:
    return or_(Client.counselling_until.is_(None), Client.counselling_until >= today)
