"""Has anybody changed the journal? Its lines are chained, and the chain is checked.

Sealed in batches by the worker: a chain inside each booking would make all bookings
wait for one another. What is younger than the last seal is not covered yet; each seal
is named in the log, so that seals taken away from the end are missed there.
"""

import hmac
import json
import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.models import JournalEntry, JournalSeal, keyring
from booking.models.running import zone
from booking.services.storage_periods import JOURNAL, kept_from
from booking.services.writing import read_session, tried_again, write_session

log = logging.getLogger(__name__)

SETTLED = timedelta(minutes=5)  # no unit of work is open so long: none comes between
EVERY = timedelta(minutes=10)
AT_ONCE = 1000  # lines: as many do not wait for their time
BEGINNING = b""  # the link before the first


@tried_again
def seal(*, now: datetime) -> int:
    """Chain the lines that have settled, if it is time; return how many."""
    with read_session() as session:
        if not _is_time(session, now):
            return 0
    with write_session() as session:
        if not _is_time(session, now):
            return 0
        before = _last(session)
        lines = _unsealed(session, before, now)
        link = JournalSeal(
            first_entry=lines[0].id,
            last_entry=lines[-1].id,
            first_at=min(line.at for line in lines),
            lines_hash=_hash_of(lines),
            sealed_at=now,
        )
        link.digest = _digest(before.digest if before else BEGINNING, link)
        session.add(link)
    # Kept elsewhere too: who takes the youngest seals away does not reach the log.
    log.info("The journal is sealed up to entry %d: %s.", link.last_entry, link.mark)
    return len(lines)


def faults(session: Session, *, now: datetime) -> list[str]:
    """Say which lines are not as they were sealed, each fault one sentence."""
    return [*_broken_links(session), *_changed_lines(session, now)]


def _is_time(session: Session, now: datetime) -> bool:
    before = _last(session)
    waiting = _unsealed(session, before, now)
    if not waiting:
        return False
    is_old = before is None or now - before.sealed_at >= EVERY
    return is_old or len(waiting) >= AT_ONCE


def _last(session: Session) -> JournalSeal | None:
    return session.scalar(select(JournalSeal).order_by(JournalSeal.id.desc()).limit(1))


def _unsealed(
    session: Session, before: JournalSeal | None, now: datetime
) -> list[JournalEntry]:
    since = before.last_entry if before else 0
    rows = session.scalars(
        select(JournalEntry)
        .where(JournalEntry.id > since)
        .order_by(JournalEntry.id)
        .limit(AT_ONCE)
    )
    settled = []
    for row in rows:
        if row.at > now - SETTLED:
            break  # those behind it wait too: a batch has no gap
        settled.append(row)
    return settled


def _broken_links(session: Session) -> Iterator[str]:
    digest, last = BEGINNING, 0
    for link in session.scalars(select(JournalSeal).order_by(JournalSeal.id)):
        right = hmac.compare_digest(link.digest, _digest(digest, link))
        if not right or link.first_entry <= last:
            yield (
                f"The journal's seal over the entries {link.first_entry} to "
                f"{link.last_entry} does not fit the one before."
            )
        digest, last = link.digest, link.last_entry


def _changed_lines(session: Session, now: datetime) -> Iterator[str]:
    """Compare the lines that are not old enough to have been erased."""
    young = JournalSeal.first_at >= kept_from(JOURNAL, now=now, zone=zone())
    before = 0
    for link in session.scalars(
        select(JournalSeal).where(young).order_by(JournalSeal.id)
    ):
        # Whatever stands between two seals belongs to neither: it was put there.
        since = before + 1 if before else link.first_entry
        lines = session.scalars(
            select(JournalEntry)
            .where(JournalEntry.id.between(since, link.last_entry))
            .order_by(JournalEntry.id)
            .execution_options(yield_per=AT_ONCE)
        )
        if not hmac.compare_digest(link.lines_hash, _hash_of(lines)):
            yield (
                f"The journal's entries {link.first_entry} to {link.last_entry} are "
                "not as they were sealed: some were changed, added or removed."
            )
        before = link.last_entry


def _hash_of(lines: Iterable[JournalEntry]) -> bytes:
    digest = sha256()
    for line in lines:
        facts = (line.id, line.uuid.hex, line.at.isoformat(), line.actor)
        named = (line.staff_id, line.deed, line.about, line.fields)
        digest.update(json.dumps([*facts, *named]).encode() + b"\n")
    return digest.digest()


def _digest(before: bytes, link: JournalSeal) -> bytes:
    covered = f"{link.first_entry} {link.last_entry} {link.first_at.isoformat()}"
    return keyring().lookup(
        "journal", f"{before.hex()} {covered} {link.lines_hash.hex()}"
    )
