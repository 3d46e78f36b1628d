"""Who books with her own counsellor? Whoever holds the link that she was given.

The link is write-only: it lists nothing and names nobody. It ends when staff revoke
it, together with every page that was opened through it.
"""

import secrets
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking.languages import language_of_code
from booking.models import Client, PersonalLink, db
from booking.models.running import settings
from booking.services.journal import Actor, note
from booking.services.links import TOKEN_BYTES, UnknownLink
from booking.services.writing import write_session


def create(client: UUID, *, by: int, now: datetime) -> str:
    """Make a link for a client, and return its whole address."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with write_session() as session:
        row = session.scalars(select(Client).where(Client.uuid == client)).one()
        link = PersonalLink(client=row, token_hash=_hash(token), created_at=now)
        link.token = token
        session.add(link)
        session.flush()
        note(session, Actor.STAFF, "give a link", _about(row), now=now, staff=by)
    return url_of(link)


def revoke(link: UUID, *, by: int, now: datetime) -> None:
    """End a link at once; revoked twice, it stays revoked since the first time."""
    with write_session() as session:
        row = session.scalars(
            select(PersonalLink).where(PersonalLink.uuid == link).with_for_update()
        ).one()
        if row.revoked_at is None:
            row.revoked_at = now
            deed = "revoke a link"
            note(session, Actor.STAFF, deed, _about(row.client), now=now, staff=by)


def links_of(client_id: int) -> list[PersonalLink]:
    """Return the links of a client that are not revoked, the newest first."""
    return list(
        db.session.scalars(
            select(PersonalLink)
            .where(
                PersonalLink.client_id == client_id, PersonalLink.revoked_at.is_(None)
            )
            .options(joinedload(PersonalLink.client))
            .order_by(PersonalLink.created_at.desc(), PersonalLink.id.desc())
        )
    )


def url_of(link: PersonalLink) -> str:
    """Return the address of a link, in the client's language if we write it."""
    return _url(f"/{language_of_code(link.client.language).path}", link)


def qr_url_of(link: PersonalLink) -> str:
    """Return the address for a QR code: it asks for the language first."""
    return _url("", link)


def link_behind(token: str) -> PersonalLink:
    """Return the link itself, or raise ``UnknownLink``."""
    return _living(PersonalLink.token_hash == _hash(token))


def link_named(uuid: UUID) -> PersonalLink:
    """Return the link that a page of ours has named, or raise ``UnknownLink``."""
    return _living(PersonalLink.uuid == uuid)


def _living(found: object) -> PersonalLink:
    link: PersonalLink | None = db.session.scalar(
        select(PersonalLink)
        .where(found, PersonalLink.revoked_at.is_(None))  # type: ignore[arg-type]  # a comparison of columns
        .options(joinedload(PersonalLink.client))
    )
    if link is None:
        raise UnknownLink
    return link


def _url(before: str, link: PersonalLink) -> str:
    return f"{settings().public_url.rstrip('/')}{before}/with/{link.token}"


def _about(client: Client) -> str:
    return f"client:{client.uuid}"


def _hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "replace")).digest()
