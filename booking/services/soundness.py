"""Is everything sound? What “booking check” asks, each fault one sentence."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, func, select, text
from sqlalchemy.orm import Session, aliased

from booking.models import (
    ACTIVE,
    Appointment,
    Base,
    CannotOpen,
    ClientLink,
    Heartbeat,
    Office,
    Reach,
    db,
    missing_rules,
)
from booking.models.migration import migrations
from booking.models.running import settings
from booking.models.storage import settings_faults
from booking.services import (
    journal_chain,
    letters,
    retention,
    single_sign_on,
    source_states,
)

WORKER_SILENT = timedelta(minutes=5)
LETTERS_PILE_UP = 200


def faults(*, now: datetime) -> list[str]:
    """Return everything that is wrong; an empty list means that all is well."""
    with db.engine.connect() as connection:
        unfinished = schema_fault(connection)
        if unfinished:
            return [unfinished]
        found = [
            *settings_faults(connection),
            *_structure_faults(connection),
            *_key_folder_faults(),
        ]
    with Session(db.engine) as session:
        found += [*_overlaps(session), *_content_faults(session, now)]
        found += journal_chain.faults(session, now=now)
    return [*found, *_kept_too_long(now), *single_sign_on.faults(now=now)]


def schema_fault(connection: Connection) -> str | None:
    """Say whether the database is behind our migrations (or ahead of them)."""
    newest = migrations().get_current_head()
    current = MigrationContext.configure(connection).get_current_revision()
    if current == newest:
        return None
    return (
        f"The database is at migration {current or 'none'}, the program at {newest}: "
        "run “booking migrate”."
    )


def _structure_faults(connection: Connection) -> Iterator[str]:
    for rule in missing_rules(connection):
        yield f"The rule {rule} against double bookings is missing."
    context = MigrationContext.configure(connection)
    for difference in compare_metadata(context, Base.metadata):
        yield f"The database differs from the records: {difference}."
    if connection.dialect.name == "sqlite":
        found = connection.scalar(text("PRAGMA quick_check"))
        if found != "ok":
            yield f"The database file is damaged: {found}."


def _overlaps(session: Session) -> Iterator[str]:
    one, other = aliased(Appointment), aliased(Appointment)
    for column in ("counsellor_id", "interpreter_id"):
        pairs = session.execute(
            select(one.uuid, other.uuid).where(
                one.id < other.id,
                getattr(one, column) == getattr(other, column),
                one.status.in_(ACTIVE),
                other.status.in_(ACTIVE),
                one.busy_from < other.busy_until,
                other.busy_from < one.busy_until,
            )
        )
        for first, second in pairs:
            yield f"Appointments {first} and {second} overlap for one {column[:-3]}."


def _content_faults(session: Session, now: datetime) -> Iterator[str]:
    if not session.scalar(select(func.count(Office.id))):
        yield "No office is set up: run “booking setup”."
    alive = session.scalar(select(func.max(Heartbeat.at)))
    if alive is None:
        yield "No worker has run yet: letters wait. Start “booking worker”."
    elif now - alive > WORKER_SILENT:
        yield f"No worker has shown itself since {alive:%Y-%m-%d %H:%M} UTC."
    yield from _waiting_letters(session)
    if stale := source_states.stale_for_the_office(now=now, session=session):
        yield (
            f"{len(stale)} foreign calendars were not read for a day, the first since "
            f"{stale[0].fetched_at:%Y-%m-%d %H:%M} UTC: their owners see the reason."
        )
    if refused := letters.refused(session):
        yield f"{refused} letters were refused for good: tell these people otherwise."
    yield from _unreadable(session)


def _waiting_letters(session: Session) -> Iterator[str]:
    by_mail = letters.waiting(session, Reach.EMAIL)
    if by_mail and not settings().mail_url:
        yield f"{by_mail} letters wait, and BOOKING_MAIL_URL names no mail server."
    by_sms = letters.waiting(session, Reach.SMS)
    if by_sms and not settings().sms_url:
        yield f"{by_sms} text messages wait, and BOOKING_SMS_URL names no gateway."
    pile = letters.waiting(session, *letters.ways_out())
    if pile > LETTERS_PILE_UP:
        yield f"{pile} letters wait for the mail server or the gateway."


def _unreadable(session: Session) -> Iterator[str]:
    """Try one sealed field: wrong keys show at once."""
    link = session.scalars(select(ClientLink).order_by(ClientLink.id.desc())).first()
    try:
        _ = link and link.token
    except CannotOpen as fault:
        yield f"A field key is missing: {fault}"


def _key_folder_faults() -> Iterator[str]:
    folder = settings().keys
    if not folder.is_dir() or not os.access(folder, os.R_OK):
        yield f"The folder of keys cannot be read: {folder}."
    elif folder.stat().st_mode & 0o077:
        yield f"Others may look into the folder of keys: run chmod 700 {folder}."


def _kept_too_long(now: datetime) -> Iterator[str]:
    if since := retention.silent_since(now=now):
        yield (
            f"The daily erasing has not run to its end since {since:%Y-%m-%d %H:%M} "
            "UTC: is a worker running, and does nobody read the database for hours?"
        )
    if late := retention.overdue(now=now):
        yield (
            f"Kept longer than the privacy notice promises: {late} records. "
            "Run “booking clients erase-expired”."
        )
