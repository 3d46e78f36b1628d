"""What do home visits of an invented office look like? Wished for, planned, published.

Next week is planned by the real engine: its first days are published, the others are
drafts, and some wishes are left over, each with its reason.
"""

import random
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from booking.geography import Address, split_street
from booking.models import (
    Client,
    PartOfDay,
    Reach,
    StaffMember,
    VisitRequest,
    VisitState,
)
from booking.models.running import zone
from booking.routing import Rounds, Week, plan
from booking.services import (
    addresses,
    links,
    planning,
    publishing,
    visits,
)
from booking.services.planning_process import GoesOn, Illness, Outcome, Search
from booking.services.publishing import NothingToPublish

ROUNDS = 480  # a second or two; the same plan on every machine
MODES = ("pt", "bike", "car", "car", "bike", "pt", "foot")
PUBLISHED_DAYS, PLANNED_DAYS = 2, 4
NOBODYS_LANGUAGE = "ti"  # who cannot be visited without an interpreter
UNKNOWN_STREET = "Nirgendwostraße 7"


def wished(
    session: Session,
    chance: random.Random,
    clients: Sequence[Client],
    number: int,
    *,
    now: datetime,
) -> None:
    """Let some clients wish for a visit, each on days and parts of days of her own."""
    for index, client in enumerate(chance.sample(clients, min(number, len(clients)))):
        row = _wish(chance, client, now)
        if index == 0:
            row.language = NOBODYS_LANGUAGE
        if index == 1:
            row.street = UNKNOWN_STREET
        row.address_hash = addresses.address_hash(_address(row))
        session.add(row)
        session.flush()
        links.new_wish_link(session, row)


def planned(team: Sequence[StaffMember], *, now: datetime, seed: int) -> None:
    """Plan next week, and publish its first days."""
    days = _days_of_next_week(now)
    modes = {one.id: MODES[number % len(MODES)] for number, one in enumerate(team[:7])}
    by = team[0].id
    visits.plan(days, modes, seconds=1, by=by, now=now)
    planning.work_on_next(now=lambda: now, search=_in_rounds(seed))
    with suppress(NothingToPublish):  # of a handful of wishes none may fit
        publishing.publish(days[:PUBLISHED_DAYS], by=by, now=now)


def _in_rounds(seed: int) -> Search:
    """Search in this very process, by rounds and not by the clock."""

    def search(
        week: Week,
        _seconds: int,
        _seed: int,
        _goes_on: GoesOn,
        _illness: Illness | None = None,
    ) -> Outcome:
        return Outcome(plan(week, seed=seed, watch=Rounds(ROUNDS)))

    return search


def _wish(chance: random.Random, client: Client, now: datetime) -> VisitRequest:
    street, _, rest = client.address.partition("\n")
    postcode, _, town = rest.partition(" ")
    wished_at = now - timedelta(days=chance.randrange(1, 40))
    row = VisitRequest(
        client_id=client.id,
        own_counsellor_id=client.counsellor_id,
        state=VisitState.WISHED,
        created_at=wished_at,
        changed_at=wished_at,
        minutes=chance.choice([30, 45, 60, 60]),
        weekdays=sorted(chance.sample(range(5), chance.randint(1, 4))),
        parts_of_day=sorted(
            chance.sample([part.value for part in PartOfDay], chance.randint(1, 2))
        ),
        from_day=wished_at.date(),
        language=client.language,
        letter_language="de",
        people=chance.randint(1, 5),
        priority=chance.choice([0, 0, 0, 1, 2]),
        reach=chance.choice([Reach.NONE, Reach.CALL]),
    )
    row.name, row.phone = client.name, "07161 000000"
    row.street, row.postcode, row.town = street, postcode, town
    row.bell = client.name.split()[-1]
    row.floor = str(chance.randint(0, 4))
    return row


def _address(row: VisitRequest) -> Address:
    split = split_street(row.street)
    return Address(split.street, split.house_number, row.postcode, row.town)


def _days_of_next_week(now: datetime) -> list[date]:
    today = now.astimezone(zone()).date()
    monday = today + timedelta(days=7 - today.weekday())
    return [monday + timedelta(days=n) for n in range(PLANNED_DAYS)]
