"""What do we sign, so that it comes back from a page just as we sent it?"""

import secrets
from functools import lru_cache
from uuid import UUID

from flask import current_app
from itsdangerous import BadData, URLSafeTimedSerializer

from booking.models import PersonalLink

WALK = "walk"  # the signed key of this walk through the form
A_DAY = 86_400  # seconds; then the page is too old and asks for the time again


def new_walk() -> str:
    """Return the signed key of a walk that begins now."""
    return str(_signer(WALK).dumps(secrets.token_hex(16)))


def signed_link(link: PersonalLink) -> str:
    """Name a personal link in an address without giving its secret away."""
    return str(_signer("own").dumps(link.uuid.hex))


def signed_place(waiting: UUID) -> str:
    """Name a place on the waiting list, so that booking closes it."""
    return str(_signer("listed").dumps(waiting.hex))


def walk_of(text: str) -> str | None:
    """Return the key of a walk, if we signed it ourselves and not too long ago."""
    try:
        key: str = _signer(WALK).loads(text, max_age=A_DAY)
    except BadData:
        return None
    return key


def named(reference: str, purpose: str) -> UUID | None:
    """Return which row a reference of ours names, if it is not too old."""
    try:
        return UUID(hex=_signer(purpose).loads(reference, max_age=A_DAY))
    except BadData:
        return None


def _signer(purpose: str) -> URLSafeTimedSerializer:
    return _signing(str(current_app.secret_key), purpose)


@lru_cache(maxsize=8)
def _signing(key: str, purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(key, salt=purpose)
