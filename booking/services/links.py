"""How does a client find back? By a secret link or a paper code."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, joinedload

from booking.languages import language_of_code
from booking.models import (
    Appointment,
    ClientLink,
    InterpreterRequest,
    Status,
    VisitRequest,
    VisitState,
    Waiting,
    WaitingState,
    db,
    keyring,
)
from booking.models.running import settings
from booking.services.limits import Limit
from booking.services.office import decisions
from booking.services.writing import add_at_once

# Thirty signs that nobody mistakes for one another: no 0 O 1 I L U.
CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10  # 30 ** 10 codes: 49 bits, and guesses are limited
TOKEN_BYTES = 32
LINK_LIVES_ON = timedelta(days=1)  # after the appointment
WISH_LIVES_ON = timedelta(days=30)  # after the visit, or since it was given up
AN_HOUR = timedelta(hours=1)


class UnknownLink(Exception):
    """No such appointment, or its link has ended; both look the same."""


@dataclass(frozen=True, slots=True)
class WayBack:
    """An appointment together with what opens it."""

    appointment: Appointment
    token: str
    code: str

    @property
    def url(self) -> str:
        """The address for letters, QR codes and calendars."""
        return _url(self.appointment.letter_language, self.token)


@dataclass(frozen=True, slots=True)
class WayToWish:
    """A wish for a visit together with what opens it, and its appointment if any."""

    request: VisitRequest
    appointment: Appointment | None
    token: str
    code: str

    @property
    def url(self) -> str:
        """The address for letters, QR codes and calendars."""
        return _url(self.request.letter_language, self.token)


@dataclass(frozen=True, slots=True)
class WayToWaiting:
    """A place on the waiting list together with what opens it."""

    waiting: Waiting
    token: str
    code: str

    @property
    def url(self) -> str:
        """The address for letters."""
        return _url(self.waiting.letter_language, self.token)


def new_link(session: Session, appointment: Appointment) -> WayBack:
    """Make the link and the code of an appointment that was just booked."""
    link = _made(session, appointment_id=appointment.id)
    return WayBack(appointment, link.token, link.code)


def new_wish_link(session: Session, request: VisitRequest) -> WayToWish:
    """Make the link and the code of a wish; its appointment will share them."""
    link = _made(session, visit_request_id=request.id)
    return WayToWish(request, None, link.token, link.code)


def new_waiting_link(session: Session, waiting: Waiting) -> WayToWaiting:
    """Make the link and the code of a place on the waiting list."""
    link = _made(session, waiting_id=waiting.id)
    return WayToWaiting(waiting, link.token, link.code)


def way_to_waiting(session: Session, waiting: Waiting) -> WayToWaiting:
    """Return the link of a place on the waiting list."""
    link = session.scalars(
        select(ClientLink).where(ClientLink.waiting_id == waiting.id)
    ).one()
    return WayToWaiting(waiting, link.token, link.code)


Way = WayBack | WayToWish | WayToWaiting


def behind_token(token: str, *, now: datetime) -> Way:
    """Return what is behind a link, or raise ``UnknownLink``."""
    return _way_back(_BY_TOKEN, _token_hash(token), now)


def behind_code(code: str, network: bytes, *, now: datetime) -> Way:
    """Return what is behind a paper code; only misses are counted.

    A whole accommodation shares one address: who knows her code never waits
    because of others who find theirs. Raises ``UnknownLink`` or ``TooManyGuesses``.
    """
    guesses = Limit(misses=decisions().guesses_an_hour, stretch=AN_HOUR)
    guesses.check(network, now=now)
    try:
        return _way_back(_BY_CODE, code_hash(code), now)
    except UnknownLink:
        guesses.count_miss(network, now=now)
        raise


def way_to(session: Session, appointment: Appointment) -> WayBack:
    """Return the link of an appointment.

    Raises ``UnknownLink`` for a visit that was given up and planned anew: the link
    now leads to the later one.
    """
    link = session.scalar(
        select(ClientLink).where(ClientLink.appointment_id == appointment.id)
    )
    if link is None:
        raise UnknownLink
    return WayBack(appointment, link.token, link.code)


def code_hash(code: str) -> bytes:
    """Return by what a paper code is found, however somebody has written it."""
    signs = "".join(sign for sign in code.upper() if sign.isalnum())
    return keyring().lookup("code", signs)


def answer_url(request: InterpreterRequest) -> str:
    """Return the address where an interpreter says yes or no."""
    return f"{settings().public_url.rstrip('/')}/de/i/{request.token}"


def readable(code: str) -> str:
    """Write a code in two groups of five."""
    return f"{code[:5]}-{code[5:]}"


def way_to_wish(session: Session, request: VisitRequest) -> WayToWish:
    """Return the link of a wish."""
    link = session.scalars(
        select(ClientLink)
        .where(ClientLink.visit_request_id == request.id)
        .options(joinedload(ClientLink.appointment))
    ).one()
    return WayToWish(request, link.appointment, link.token, link.code)


def _made(session: Session, **leads_to: int) -> ClientLink:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    code = "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))
    link = ClientLink(
        token_hash=_token_hash(token), code_hash=code_hash(code), **leads_to
    )
    link.token, link.code = token, code
    add_at_once(session, link)
    return link


def _url(language: str, token: str) -> str:
    path = language_of_code(language).path
    return f"{settings().public_url.rstrip('/')}/{path}/a/{token}"


def _way_back(found: Select[ClientLink], secret: bytes, now: datetime) -> Way:
    link = db.session.scalar(found, {"secret": secret})
    if link is None:
        raise UnknownLink
    if link.waiting is not None:
        return _way_to_living_waiting(link, link.waiting, now)
    if link.visit_request is not None:
        return _way_to_living_wish(link, link.visit_request, now)
    appointment = link.appointment
    if appointment is None or appointment.status in _NO_WAY:
        raise UnknownLink
    if appointment.ends_at + LINK_LIVES_ON < now:
        raise UnknownLink
    return WayBack(appointment, link.token, link.code)


# Built once, and without the many columns of what most links do not lead to: a wish
# or a place on the list is loaded when there is one.
_FOUND = select(ClientLink).options(
    joinedload(ClientLink.appointment).joinedload(Appointment.type)
)
_BY_TOKEN = _FOUND.where(ClientLink.token_hash == bindparam("secret"))
_BY_CODE = _FOUND.where(ClientLink.code_hash == bindparam("secret"))
_NO_WAY = {Status.HELD, Status.EXPIRED}
_ENDED = {VisitState.MET, VisitState.WITHDRAWN}


def _way_to_living_wish(
    link: ClientLink, request: VisitRequest, now: datetime
) -> WayToWish:
    until = _end_of_wish(request, link.appointment)
    if until is not None and until < now:
        raise UnknownLink
    return WayToWish(request, link.appointment, link.token, link.code)


def _way_to_living_waiting(
    link: ClientLink, waiting: Waiting, now: datetime
) -> WayToWaiting:
    closed = waiting.state != WaitingState.OPEN
    if closed and waiting.changed_at + WISH_LIVES_ON < now:
        raise UnknownLink
    return WayToWaiting(waiting, link.token, link.code)


def _end_of_wish(
    request: VisitRequest, appointment: Appointment | None
) -> datetime | None:
    """Return how long its link lives; that of an open wish has no end."""
    if request.state in _ENDED:
        return request.changed_at + WISH_LIVES_ON
    if request.state == VisitState.PUBLISHED and appointment is not None:
        return appointment.ends_at + LINK_LIVES_ON
    return None


def _token_hash(token: str) -> bytes:
    return sha256(token.encode("utf-8", "replace")).digest()
