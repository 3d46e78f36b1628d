"""Who is no stranger to somebody who wishes a visit? A deputy, or who came last.

The number of queries does not grow with wishes.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from booking.models import (
    Appointment,
    Deputy,
    Status,
    VisitRequest,
)

LAST_SEEN = 3  # talks: who led one of them is no stranger
SEEN_WITHIN = timedelta(days=365)


def familiar(
    session: Session,
    rows: Sequence[VisitRequest],
    days: Sequence[date],
    *,
    now: datetime,
) -> dict[int, frozenset[str]]:
    """Say who is no stranger to each: a deputy of her own, and who came last.

    By the file, or by the number or mailbox of who has none.
    """
    deputies = _deputies(session, days)
    talks = _talks(session, rows, now)
    return {
        row.id: frozenset(
            map(
                str,
                {
                    *(deputies[None] if row.own_counsellor_id else ()),
                    *deputies[row.own_counsellor_id],
                    *talks.get(("file", row.client_id), ())[:LAST_SEEN],
                    *talks.get(("contact", row.contact_hash), ())[:LAST_SEEN],
                },
            )
        )
        for row in rows
    }


def _deputies(session: Session, days: Sequence[date]) -> dict[int | None, set[int]]:
    named = session.execute(
        select(Deputy.counsellor_id, Deputy.deputy_id).where(
            Deputy.first_day <= days[-1], Deputy.last_day >= days[0]
        )
    )
    found: defaultdict[int | None, set[int]] = defaultdict(set)
    for counsellor, deputy in named:
        found[counsellor].add(deputy)
    return found


def _talks(
    session: Session, rows: Sequence[VisitRequest], now: datetime
) -> dict[tuple[str, object], list[int]]:
    """Return who led the talks of each person, the latest first."""
    files = {row.client_id for row in rows} - {None}
    contacts = {row.contact_hash for row in rows} - {None}
    if not files and not contacts:
        return {}
    seen = session.execute(
        select(
            Appointment.client_id, Appointment.contact_hash, Appointment.counsellor_id
        )
        .where(
            Appointment.status == Status.MET,
            Appointment.starts_at > now - SEEN_WITHIN,
            or_(
                Appointment.client_id.in_(files), Appointment.contact_hash.in_(contacts)
            ),
        )
        .order_by(Appointment.starts_at.desc())
    )
    found: defaultdict[tuple[str, object], list[int]] = defaultdict(list)
    for client, contact, counsellor in seen:
        found["file", client].append(counsellor)
        found["contact", contact].append(counsellor)
    found.pop(("file", None), None)
    found.pop(("contact", None), None)
    return dict(found)
