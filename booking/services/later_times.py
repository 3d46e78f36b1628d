"""To which time would an appointment be moved that cannot stay? The next one of hers.

Never to an earlier time: nobody has asked the client whether she could come sooner.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from booking.models import Appointment, Place, db
from booking.models.running import zone
from booking.scheduling import SlotRules, TimeWindow
from booking.services import availability
from booking.services.appointments import wish_of
from booking.services.availability import Booker, NothingOffered, days_between
from booking.services.claim import A_GROUP
from booking.services.rota import Rota

Leaves = Callable[[int, TimeWindow], bool]  # whether a change leaves a window to a type


def later_times(
    rows: Sequence[Appointment], leaves: Leaves, *, now: datetime
) -> Mapping[int, datetime]:
    """Return, by an appointment's number, the next free time of its counsellor.

    No two get the same. What needs an interpreter is left out: her hours would have to
    be read for each language. One query.
    """
    talks = [row for row in rows if _is_plain(row)]
    if not talks:
        return {}
    ends = {row.id: now + timedelta(days=row.type.horizon) for row in talks}
    first = min(row.starts_at for row in talks).astimezone(zone()).date()
    last = max(ends.values()).astimezone(zone()).date()
    if last < first:
        return {}
    rota = Rota.read(db.session(), days_between(first, last), now=now)
    promised: dict[int, list[TimeWindow]] = {}
    found = {}
    for row in talks:
        hers = promised.setdefault(row.counsellor_id, [])
        slot = _next(row, rota, leaves, hers, ends[row.id])
        if slot is not None:
            hers.append(_rules(row).busy(slot))
            found[row.id] = slot.start
    return found


def later_time(row: Appointment, leaves: Leaves, *, now: datetime) -> datetime | None:
    """Return the next time at which her counsellor can come, and an interpreter.

    Who has none yet is no worse off without one.
    """
    try:
        offer = availability.offer(
            wish_of(row, Booker.STAFF), now=now, excluding=row.id
        )
    except NothingOffered:
        return None
    return next(
        (
            slot.window.start
            for slot in offer.slots
            if row.counsellor_id in slot.counsellors
            and slot.window.start >= row.ends_at
            and (slot.interpreters or row.interpreter_id is None)
            and leaves(row.type_id, slot.window)
        ),
        None,
    )


def _next(
    row: Appointment,
    rota: Rota,
    leaves: Leaves,
    promised: Sequence[TimeWindow],
    not_after: datetime,
) -> TimeWindow | None:
    rules = _rules(row)
    fitting = (
        slot
        for slot in _slots(row, rota, rules, not_after)
        if leaves(row.type_id, slot)
        and not any(one.overlaps(rules.busy(slot)) for one in promised)
    )
    return next(fitting, None)


def _slots(
    row: Appointment, rota: Rota, rules: SlotRules, not_after: datetime
) -> Iterator[TimeWindow]:
    if row.counsellor_id not in rota.counsellors:
        return
    for day in rota.offers(
        (row.counsellor_id,),
        row.type_id,
        rules,
        not_before=row.ends_at,
        not_after=not_after,
    ):
        for slot in day.slots:
            yield slot.window


def _rules(row: Appointment) -> SlotRules:
    return row.type.rules(interpreted=False, group=row.people >= A_GROUP)


def _is_plain(row: Appointment) -> bool:
    return not row.interpreter_wanted and row.type.place != Place.HOME
