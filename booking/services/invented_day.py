"""What happens between appointments in an invented office? Walk-ins, short contacts."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from booking.models import (
    Appointment,
    Client,
    ContactKind,
    Role,
    StaffMember,
    Status,
    Topic,
    WalkInState,
    db,
)
from booking.models.running import zone
from booking.scheduling import WeeklyHours, day_window
from booking.services import open_hours, short_contacts, walk_ins
from booking.services.sessions import SignedIn
from booking.services.short_contacts import NewContact
from booking.services.walk_ins import Arrival
from booking.services.writing import write_session

OPENS, CLOSES = time(14), time(16)
TUESDAY = 1
CAME = (("ar", Topic.HOUSING), ("uk", None), (None, None), ("ti", Topic.WORK))
CONTACTS = (
    (ContactKind.PHONE, 5, None, ""),
    (
        ContactKind.AUTHORITY,
        15,
        Topic.RESIDENCE,
        "Erfunden: um einen neuen Termin gebeten.",
    ),
    (ContactKind.CORRIDOR, 10, Topic.CHILDCARE_AND_SCHOOL, ""),
)
NOT_RECORDED = 2


def lived(team: Sequence[StaffMember], *, now: datetime) -> None:
    """Let people walk in today, and the first counsellor note what she did."""
    today = now.astimezone(zone()).date()
    for weekday in sorted({today.weekday(), TUESDAY}):
        _open(weekday, today, by=team[0].id, now=now)
    midnight = day_window(today, zone()).start
    hers, *others = (acting(one) for one in team)
    for number, (language, topic) in enumerate(CAME):
        key = f"invented walk-in {number}"
        arrival = Arrival(key=key, language=language, topic=topic)
        came_at = max(now - timedelta(minutes=40 - 8 * number), midnight)
        walk_ins.came(hers, arrival, now=came_at)
    first = walk_ins.call_next(hers, now=now)
    walk_ins.end(hers, first.uuid, WalkInState.DONE, now=now)
    for colleague in others[:1]:
        walk_ins.call_next(colleague, now=now)
    _note_contacts(hers, now)
    _leave_unrecorded(hers.id, now)


def _open(weekday: int, today: date, *, by: int, now: datetime) -> None:
    hours = WeeklyHours(
        weekday=weekday, opens=OPENS, closes=CLOSES, valid_from=today, valid_until=None
    )
    open_hours.add(hours, by=by, now=now)


def acting(one: StaffMember) -> SignedIn:
    """Let a counsellor of the invented office do something herself."""
    roles = frozenset({Role.COUNSELLOR})
    return SignedIn(
        id=one.id, uuid=str(one.uuid), name=one.name, roles=roles, session=0
    )


def _note_contacts(hers: SignedIn, now: datetime) -> None:
    file = db.session.scalar(
        select(Client.reference).where(Client.counsellor_id == hers.id).limit(1)
    )
    for number, (kind, minutes, topic, text) in enumerate(CONTACTS):
        new = NewContact(
            key=f"invented contact {number}",
            kind=kind,
            minutes=minutes,
            topic=topic,
            note=text,
            file=file if topic else None,
        )
        short_contacts.record(hers, new, now=now)


def _leave_unrecorded(counsellor: int, now: datetime) -> None:
    """Of her last two appointments nobody has said yet whether they met."""
    with write_session() as session:
        past = session.scalars(
            select(Appointment)
            .where(
                Appointment.counsellor_id == counsellor,
                Appointment.status.in_((Status.MET, Status.MISSED)),
                Appointment.ends_at < now,
            )
            .order_by(Appointment.ends_at.desc())
            .limit(NOT_RECORDED)
        )
        for row in past:
            row.status = Status.BOOKED
