"""Which free times come closest to the one that was just taken?"""

from collections.abc import Iterable
from datetime import datetime
from heapq import nsmallest

from booking.scheduling.windows import TimeWindow, in_utc


def nearest(
    slots: Iterable[TimeWindow], wanted: datetime, *, count: int = 3
) -> list[TimeWindow]:
    """Return the slots whose starts lie closest to ``wanted``, in order of time.

    Several counsellors may offer the same start; it is returned once. Of two starts
    equally far away the earlier is nearer.
    """
    moment = in_utc(wanted)
    distinct = {slot.start: slot for slot in sorted(slots, reverse=True)}.values()
    closest = nsmallest(
        count, distinct, key=lambda slot: (abs(slot.start - moment), slot.start)
    )
    return sorted(closest)
