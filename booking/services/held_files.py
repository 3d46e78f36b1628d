"""Is a file under a legal hold? Whatever erases asks here first."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from booking.models import Client, LegalHold


class UnderHold(Exception):
    """A legal hold keeps this; it is ended first."""


def is_held(file: Any, now: datetime) -> ColumnElement[bool]:
    """Tell in SQL whether the file of this number was held at a moment."""
    stands = or_(LegalHold.ended_at.is_(None), LegalHold.ended_at > now)
    return select(LegalHold.id).where(LegalHold.client_id == file, stands).exists()


def refuse(session: Session, files: Iterable[int | None]) -> None:
    """Raise ``UnderHold`` if one of these files is held."""
    numbers = {one for one in files if one is not None}
    # Whoever places a hold has the file in hand: she goes first, or comes too late.
    session.scalars(
        select(Client.id)
        .where(Client.id.in_(numbers))
        .order_by(Client.id)
        .with_for_update()
    ).all()
    held = LegalHold.client_id.in_(numbers) & LegalHold.ended_at.is_(None)
    if session.scalar(select(LegalHold.id).where(held).limit(1)) is not None:
        raise UnderHold
