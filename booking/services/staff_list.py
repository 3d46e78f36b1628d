"""Who works here, with which roles? The office admin's deeds, and the command's.

Nobody but she herself learns her password: whoever is new, or has lost hers, gets a
link (``sign_in_links``).
"""

from dataclasses import fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.models import Role, SignInLinkKind, StaffMember, db
from booking.services import sign_in_links
from booking.services.accounts import (
    EmailTaken,
    NewStaffMember,
    begin_anew,
    email_hash,
    entered,
    shut_out,
)
from booking.services.journal import Actor, note
from booking.services.sign_in_links import WayIn
from booking.services.writing import write_session


class UnknownStaff(Exception):
    """Nobody of this number works here, or ever did."""


class LastAdmin(Exception):
    """Without her nobody could run the office's pages any more."""


def one(member: UUID) -> StaffMember:
    """Return one of those who work here or did. Raises ``UnknownStaff``."""
    row = db.session.scalar(select(StaffMember).filter_by(uuid=member))
    if row is None:
        raise UnknownStaff
    return row


def invite(newcomer: NewStaffMember, *, by: int | None, now: datetime) -> WayIn:
    """Add somebody and give her a link to set her password. Raises ``EmailTaken``."""
    with write_session() as session:
        row = entered(session, newcomer, None, now=now)
        session.flush()
        _note(session, "add staff", row, by, now)
        return sign_in_links.issue(session, row, SignInLinkKind.INVITATION, now=now)


def change(member: UUID, facts: NewStaffMember, *, by: int, now: datetime) -> None:
    """Write down what has changed; roles count from her next click on.

    Raises ``UnknownStaff``, ``EmailTaken`` or ``LastAdmin``.
    """
    with write_session() as session:
        row = _locked(session, member)
        if Role.ADMIN not in facts.roles:
            _keep_an_admin(session, row)
        hashed = email_hash(facts.email)
        others = select(StaffMember.id).where(StaffMember.id != row.id)
        if session.scalar(others.filter_by(email_hash=hashed)):
            raise EmailTaken(facts.email)
        deed = "change roles" if row.roles != facts.roles else "change staff"
        row.email_hash = hashed
        for name in (one.name for one in fields(facts)):
            if getattr(row, name) != getattr(facts, name):
                setattr(row, name, getattr(facts, name))
        _note(session, deed, row, by, now)


def reset(member: UUID, *, by: int | None, now: datetime) -> WayIn:
    """Let somebody begin anew: by a link, with another password and another phone.

    Who was disabled works here again. Raises ``UnknownStaff``.
    """
    with write_session() as session:
        row = _locked(session, member)
        kind = sign_in_links.kind_for(session, row)
        begin_anew(session, row)
        _note(session, "reset staff", row, by, now)
        return sign_in_links.issue(session, row, kind, now=now)


def disable(member: UUID, *, by: int, now: datetime) -> None:
    """Let somebody in no more; sessions, links and feeds end with it.

    Raises ``UnknownStaff`` or ``LastAdmin``.
    """
    with write_session() as session:
        row = _locked(session, member)
        _keep_an_admin(session, row)
        shut_out(session, row, now=now)
        _note(session, "disable staff", row, by, now)


def _locked(session: Session, member: UUID) -> StaffMember:
    row = session.scalar(select(StaffMember).filter_by(uuid=member).with_for_update())
    if row is None:
        raise UnknownStaff
    return row


def _keep_an_admin(session: Session, leaving: StaffMember) -> None:
    """Refuse to lose the last one; who is disabled already does not count."""
    # All of them are locked: two admins may be sending each other away.
    active = select(StaffMember).filter_by(disabled_at=None).order_by(StaffMember.id)
    admins = [
        row
        for row in session.scalars(active.with_for_update())
        if Role.ADMIN in row.roles
    ]
    if admins == [leaving]:
        raise LastAdmin


def _note(
    session: Session, deed: str, row: StaffMember, by: int | None, now: datetime
) -> None:
    actor = Actor.COMMAND if by is None else Actor.STAFF
    note(session, actor, deed, f"staff:{row.uuid}", now=now, staff=by)
