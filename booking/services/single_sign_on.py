"""Who comes from the town's single sign-on? Somebody who works here already.

She is known by what she is over there (``sub``), tied to her account when she first
comes with an e-mail address that the provider has confirmed. No account is made and no
role given by what the provider says. The second factor is its matter.
"""

import hmac
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from booking.config import Settings
from booking.models import StaffMember, StaffSession, keyring
from booking.models.running import settings
from booking.oidc import ATTEMPT, Attempt, NotSignedOn, Provider, Trouble
from booking.oidc.provider import KEYS_AGAIN, KNOWN
from booking.services.accounts import email_hash
from booking.services.journal import Actor, note
from booking.services.limits import Limit, TooManyGuesses
from booking.services.sessions import SignedIn, new_session
from booking.services.writing import write_session

if TYPE_CHECKING:
    from booking.oidc.protocol import Asker, Identity

BACK = "/staff/sign-in/oidc"  # what the provider must know as redirect URI
AFTERWARDS = "/staff/sign-in"  # where it may send somebody who has signed out
LONGEST_CODE = 8_000  # signs; Entra's are two thousand
# What was used once is used up; asked by when it began, so no stretch ends meanwhile.
ONCE = Limit(misses=1, stretch=2 * ATTEMPT)
# For one account over there that does not get in here; a colleague is not kept waiting.
TRIES = Limit(misses=10, stretch=timedelta(minutes=15))
# Whoever fails on purpose shall not fill the journal.
LINES = Limit(misses=100, stretch=timedelta(minutes=15))


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What a browser brings back from the provider."""

    state: str = ""
    code: str = ""
    error: str = ""
    issuer: str = ""


def is_offered() -> bool:
    """Tell whether the town has a single sign-on."""
    return bool(settings().oidc_issuer)


def way_in(attempt: Attempt) -> str:
    """Return where the provider asks who she is.

    Somebody who proves herself again is asked anew, whatever it remembers of her.
    Raises ``NotSignedOn``.
    """
    from booking.oidc import protocol  # noqa: PLC0415 - an extra

    with _troubles_noted(attempt.begun_at):
        endpoint = _provider().described(now=attempt.begun_at).authorize
    return protocol.question(endpoint, _public(BACK), attempt, _asker())


def arrive(attempt: Attempt | None, returned: Returned, *, now: datetime) -> str:
    """Let in who comes back from the provider; return her session's secret.

    Raises ``NotSignedOn``, or ``TooManyGuesses`` for her account over there.
    """
    if attempt is None or attempt.person:
        raise NotSignedOn(Trouble.OVER)
    with _troubles_noted(now):
        subject, email = _proved(attempt, returned, now)
        with _misses_counted(subject, now), write_session() as session:
            person = _person(session, subject, email)
            about = f"staff:{person.uuid}"
            note(session, Actor.STAFF, "sign on", about, now=now, staff=person.id)
            return new_session(session, person.id, now=now, proved_at=now)


def prove_again(
    attempt: Attempt, returned: Returned, person: SignedIn, *, now: datetime
) -> None:
    """Take the provider's word that it is still she; her session is fresh again.

    Raises ``NotSignedOn``, or ``TooManyGuesses`` for her account over there.
    """
    if attempt.person != person.uuid:
        raise NotSignedOn(Trouble.OVER)
    with _troubles_noted(now):
        subject, email = _proved(attempt, returned, now)
        with _misses_counted(subject, now), write_session() as session:
            if _person(session, subject, email).id != person.id:
                raise NotSignedOn(Trouble.SOMEBODY_ELSE)
            session.get_one(StaffSession, person.session).proved_at = now
            about = f"staff:{person.uuid}"
            note(session, Actor.STAFF, "prove again", about, now=now, staff=person.id)


def way_out(*, now: datetime) -> str:
    """Return where she ends her session over there too; empty if it has no such page.

    Raises ``NotSignedOn`` if the provider is silent.
    """
    provider = _provider()
    end = provider.described(now=now).end_session
    if not end:
        return ""
    # Without her token as a hint, which would write who she is into addresses: the
    # provider may ask her whether she means it.
    fields = {
        "client_id": provider.client_id,
        "post_logout_redirect_uri": _public(AFTERWARDS),
    }
    return f"{end}{'&' if '?' in end else '?'}{urlencode(fields)}"


def faults(*, now: datetime) -> Iterator[str]:
    """Say what hinders the town's single sign-on, if it is set."""
    if not is_offered():
        return
    try:
        keys = _provider().keys(now=now)
    except NotSignedOn as failure:
        said = {Trouble.SILENT: "does not answer"}.get(failure.trouble)
        yield (
            f"The provider of BOOKING_OIDC_ISSUER {said or 'answers nonsense'}: "
            "nobody signs in by it."
        )
    else:
        if not isinstance(keys.get("keys"), list) or not keys["keys"]:
            yield "The provider of BOOKING_OIDC_ISSUER shows no keys."


def _proved(attempt: Attempt, returned: Returned, now: datetime) -> tuple[bytes, str]:
    """Return who the provider says she is, as a hash, and her confirmed address."""
    _check_way_back(attempt, returned, now)
    provider = _provider()
    described = provider.described(now=now)
    named = returned.issuer or (None if described.names_itself else provider.issuer)
    if named != provider.issuer:  # RFC 9207: another provider's code
        raise NotSignedOn(Trouble.UNPROVED)
    token = provider.token(returned.code, attempt.verifier, _public(BACK), now=now)
    found = _identity(token, attempt, now)
    return _hash("subject", f"{provider.issuer}\0{found.subject}"), found.email


def _check_way_back(attempt: Attempt, returned: Returned, now: datetime) -> None:
    is_hers = hmac.compare_digest(attempt.state.encode(), returned.state.encode())
    if not is_hers or attempt.is_over(now):
        raise NotSignedOn(Trouble.OVER)
    _use_up(attempt)
    if returned.error:
        raise NotSignedOn(_SAID_NO.get(returned.error, Trouble.REFUSED))
    if not 0 < len(returned.code) <= LONGEST_CODE:
        raise NotSignedOn(Trouble.OVER)


_SAID_NO = {
    "temporarily_unavailable": Trouble.SILENT,
    "server_error": Trouble.SILENT,
    "unmet_authentication_requirements": Trouble.WEAK,
}


def _use_up(attempt: Attempt) -> None:
    bucket = _hash("attempt", attempt.state)
    try:
        ONCE.check(bucket, now=attempt.begun_at)
    except TooManyGuesses:
        raise NotSignedOn(Trouble.OVER) from None
    ONCE.count_miss(bucket, now=attempt.begun_at)


def _identity(token: str, attempt: Attempt, now: datetime) -> "Identity":
    from booking.oidc import protocol  # noqa: PLC0415 - an extra

    provider = _provider()
    for age in (KNOWN, KEYS_AGAIN):
        keys = provider.keys(now=now, at_most=age)
        with suppress(protocol.UnknownKey):
            return protocol.identity(token, keys, attempt, _asker(), now=now)
    raise NotSignedOn(Trouble.UNPROVED)


def _person(session: Session, subject: bytes, email: str) -> StaffMember:
    known = session.scalar(select(StaffMember).filter_by(sign_on_hash=subject))
    person = known or _of_address(session, email)
    if person is None or person.disabled_at:
        raise NotSignedOn(Trouble.UNKNOWN)
    if known is None:
        _tie(person, subject)
    return person


def _of_address(session: Session, email: str) -> StaffMember | None:
    if not email:
        raise NotSignedOn(Trouble.UNCONFIRMED)
    query = select(StaffMember).filter_by(email_hash=email_hash(email))
    return session.scalar(query.with_for_update())


def _tie(person: StaffMember, subject: bytes) -> None:
    """Tie an account to who she is over there, once."""
    issuer = _hash("issuer", settings().oidc_issuer)
    # An address may be given to a newcomer; the account stays with whom it had.
    known = person.sign_on_issuer_hash or b""
    if person.sign_on_hash and hmac.compare_digest(known, issuer):
        raise NotSignedOn(Trouble.TIED)
    person.sign_on_hash, person.sign_on_issuer_hash = subject, issuer


@contextmanager
def _misses_counted(subject: bytes, now: datetime) -> Iterator[None]:
    TRIES.check(subject, now=now)
    try:
        yield
    except NotSignedOn:
        TRIES.count_miss(subject, now=now)
        raise


@contextmanager
def _troubles_noted(now: datetime) -> Iterator[None]:
    """Write down that somebody did not get in, and why; never who."""
    try:
        yield
    except NotSignedOn as failure:
        with suppress(TooManyGuesses):
            _note_once_more(f"sign-on failed: {failure.trouble}", now)
        raise


def _note_once_more(deed: str, now: datetime) -> None:
    bucket = _hash("lines", "")
    LINES.check(bucket, now=now)
    LINES.count_miss(bucket, now=now)
    with write_session() as session:
        note(session, Actor.STAFF, deed, "sign-on", now=now)


def _hash(kind: str, value: str) -> bytes:
    return keyring().lookup(f"sign-on {kind}", value)


def _public(path: str) -> str:
    return settings().public_url.rstrip("/") + path


def _provider() -> Provider:
    return _of(settings())


@lru_cache(maxsize=4)
def _of(settings: Settings) -> Provider:
    """Return the same provider each time: it remembers keys, and who is resting."""
    return Provider(settings)


def _asker() -> "Asker":
    from booking.oidc import protocol  # noqa: PLC0415 - an extra

    chosen = settings()
    return protocol.Asker(chosen.oidc_issuer, chosen.oidc_client_id, chosen.oidc_acr)
