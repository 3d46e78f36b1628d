"""Whom does a line of the journal concern? A file's reference or a short sign, no name.

What is not there any more keeps a sign, so that equal ones are still seen as equal.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from booking.models import (
    Appointment,
    Client,
    ShortContact,
    StaffMember,
    Stop,
    VisitRequest,
    Waiting,
    WalkIn,
    db,
)

SIGNS = 5  # of the uuid: as they stand in calendars and on lists
ROWS_AT_ONCE = 500  # uuids in one query
# What somebody without a file has, by its word in the journal.
OF_CLIENTS: dict[str, Any] = {
    "appointment": Appointment,
    "visit": VisitRequest,
    "waiting": Waiting,
    "contact": ShortContact,
    "walk-in": WalkIn,
}


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """Whom or what a line concerns; ``file`` is the client's, if she has one."""

    kind: str  # the journal's own word
    sign: str
    file: str = ""

    @property
    def is_of_client(self) -> bool:
        """Tell whether somebody who is counselled is concerned."""
        return self.kind in {"client", "stop", "code", *OF_CLIENTS}


def subjects_of(abouts: Iterable[str]) -> dict[str, Subject]:
    """Return whom each of these names of the journal means; a query for each kind."""
    named = {about: _parts(about) for about in set(abouts)}
    known: dict[tuple[str, UUID], Subject] = {}
    for kind in {kind for kind, _ in named.values()}:
        uuids = [uuid for of, uuid in named.values() if of == kind and uuid]
        for start in range(0, len(uuids), ROWS_AT_ONCE):
            known |= _known(kind, uuids[start : start + ROWS_AT_ONCE])
    return {
        about: (known.get((kind, uuid)) if uuid else None)
        or Subject(kind, _short(uuid))
        for about, (kind, uuid) in named.items()
    }


def _parts(about: str) -> tuple[str, UUID | None]:
    kind, _, rest = about.partition(":")
    try:
        return kind, UUID(rest)
    except ValueError:
        return ("code" if about.startswith("code of") else about), None


def _short(uuid: UUID | None) -> str:
    return uuid.hex[:SIGNS].upper() if uuid else ""


def _known(kind: str, uuids: list[UUID]) -> dict[tuple[str, UUID], Subject]:
    if kind == "staff":
        rows = db.session.scalars(
            select(StaffMember).where(StaffMember.uuid.in_(uuids))
        )
        return {(kind, one.uuid): Subject(kind, one.name) for one in rows}
    query = _references(kind, uuids)
    if query is None:
        return {}
    return {
        (kind, uuid): Subject(kind, "" if kind == "client" else _short(uuid), file)
        for uuid, file in db.session.execute(query)
    }


def _references(kind: str, uuids: list[UUID]) -> Select[UUID, str] | None:
    if kind == "client":
        of_file = select(Client.uuid, Client.reference)
        return of_file.where(Client.uuid.in_(uuids))
    if kind == "stop":
        return (
            select(Stop.uuid, Client.reference)
            .join(Stop.visit_request)
            .join(VisitRequest.client)
            .where(Stop.uuid.in_(uuids))
        )
    of = OF_CLIENTS.get(kind)
    if of is None:
        return None
    query: Select[UUID, str] = select(of.uuid, Client.reference)
    return query.join(Client, Client.id == of.client_id).where(of.uuid.in_(uuids))
