"""Is it she, by a key that never leaves her device? Passkeys (WebAuthn, level 2).

A passkey counts as both steps: the device has it, and asks for her finger, face or
PIN. It answers to our own address alone, so no imitation of our page gets anything.
"""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.authentication.verify_authentication_response import (
    VerifiedAuthentication,
)
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from booking.models import Passkey, db, keyring
from booking.models.running import settings
from booking.services import passkey_challenges
from booking.services.journal import Actor, note
from booking.services.passkey_challenges import NoChallenge
from booking.services.sessions import TRIES, SignedIn, new_session
from booking.services.writing import write_session

LONGEST_LABEL = 40
LONGEST_ANSWER = 20_000  # signs; a long one has two thousand
# What its parser raises besides its own, fed with nonsense (test_passkeys.py).
UNREADABLE = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)


class PasskeyRefused(Exception):
    """The answer is not what was asked for; why is not said."""


class UnknownPasskey(Exception):
    """She has no such passkey."""


@dataclass(frozen=True, slots=True)
class Home:
    """For whom passkeys are made, and on whose pages they answer."""

    rp_id: str
    origin: str


def home() -> Home | None:
    """Return where passkeys belong, or None where browsers know none.

    They need a name and TLS. On this machine, “localhost” stands in for both. Where
    the town's single sign-on is the only way in, they are none.
    """
    if settings().closes_passwords:
        return None
    parts = urlsplit(settings().public_url)
    host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    if _is_this_machine(host):
        return Home("localhost", f"{parts.scheme}://localhost{port}")
    if parts.scheme != "https" or _is_number(host):
        return None
    return Home(host, f"https://{host}{port}")


def kept_by(person: SignedIn) -> list[Passkey]:
    """Return her passkeys, the oldest first."""
    mine = select(Passkey).where(Passkey.staff_id == person.id).order_by(Passkey.id)
    return list(db.session.scalars(mine))


def to_add(person: SignedIn, browser: str, *, service: str, now: datetime) -> str:
    """Return what her browser needs to make a passkey, as JSON.

    Raises ``PasskeyRefused`` where there can be none.
    """
    place = _home()
    known = [
        PublicKeyCredentialDescriptor(one.credential_id) for one in kept_by(person)
    ]
    options = generate_registration_options(
        rp_id=place.rp_id,
        rp_name=service,
        user_id=UUID(person.uuid).bytes,
        user_name=person.name,
        challenge=passkey_challenges.ask(browser, person.id, now=now),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=known,
    )
    return options_to_json(options)


def add(
    person: SignedIn, browser: str, answer: str, label: str, *, now: datetime
) -> None:
    """Keep the passkey that her device has made. Raises ``PasskeyRefused``."""
    place = _home()
    try:
        made = verify_registration_response(
            credential=_short(answer),
            expected_challenge=passkey_challenges.take(browser, person.id, now=now),
            expected_rp_id=place.rp_id,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    except (NoChallenge, *UNREADABLE) as fault:
        raise PasskeyRefused from fault
    with write_session() as session:
        if _is_known(session, made.credential_id):
            raise PasskeyRefused
        session.add(
            Passkey(
                staff_id=person.id,
                credential_id=made.credential_id,
                public_key=made.credential_public_key,
                sign_count=made.sign_count,
                label=label,
                created_at=now,
            )
        )
        about = f"staff:{person.uuid}"
        note(session, Actor.STAFF, "add passkey", about, now=now, staff=person.id)


def remove(person: SignedIn, passkey: UUID, *, now: datetime) -> None:
    """Let one of her passkeys open nothing any more. Raises ``UnknownPasskey``."""
    with write_session() as session:
        mine = select(Passkey).filter_by(uuid=passkey, staff_id=person.id)
        row = session.scalar(mine.with_for_update())
        if row is None:
            raise UnknownPasskey
        session.delete(row)
        about = f"staff:{person.uuid}"
        note(session, Actor.STAFF, "remove passkey", about, now=now, staff=person.id)


def to_sign_in(browser: str, *, now: datetime) -> str:
    """Return what a browser needs to find its passkey for us, as JSON.

    Nobody says who she is: her device knows. Raises ``PasskeyRefused``.
    """
    options = generate_authentication_options(
        rp_id=_home().rp_id,
        challenge=passkey_challenges.ask(browser, None, now=now),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def sign_in(browser: str, answer: str, *, now: datetime) -> str:
    """Begin a session, with both steps taken, and return its secret.

    Raises ``PasskeyRefused``, or ``TooManyGuesses`` for this account.
    """
    try:
        challenge = passkey_challenges.take(browser, None, now=now)
        credential = parse_authentication_credential_json(_short(answer))
    except (NoChallenge, *UNREADABLE) as fault:
        raise PasskeyRefused from fault
    row = _of(credential)
    account = keyring().lookup("passkey", str(row.staff.uuid))
    TRIES.check(account, now=now)
    about = f"staff:{row.staff.uuid}"
    with write_session() as session:
        if signed := _signed(session, row.id, credential, challenge):
            signed.last_used_at = now
            note(
                session,
                Actor.STAFF,
                "sign in by passkey",
                about,
                now=now,
                staff=row.staff_id,
            )
            return new_session(session, row.staff_id, now=now, proved_at=now)
        TRIES.count(session, account, now=now)
        note(session, Actor.STAFF, "passkey refused", about, now=now)
    raise PasskeyRefused


def _of(credential: AuthenticationCredential) -> Passkey:
    row = db.session.scalar(
        select(Passkey)
        .where(Passkey.credential_id == credential.raw_id)
        .options(joinedload(Passkey.staff))
    )
    if row is None or row.staff.disabled_at is not None:
        raise PasskeyRefused
    # A discoverable one says whose it is (WebAuthn, 7.2, step 6).
    if credential.response.user_handle not in {None, row.staff.uuid.bytes}:
        raise PasskeyRefused
    return row


def _signed(
    session: Session, passkey: int, credential: AuthenticationCredential, asked: bytes
) -> Passkey | None:
    """Return the passkey if it has signed; a copy of it would count from before."""
    place = _home()
    row = session.scalar(select(Passkey).filter_by(id=passkey).with_for_update())
    if row is None:
        return None
    try:
        found: VerifiedAuthentication = verify_authentication_response(
            credential=credential,
            expected_challenge=asked,
            expected_rp_id=place.rp_id,
            expected_origin=place.origin,
            credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        )
    except UNREADABLE:
        return None
    row.sign_count = found.new_sign_count
    return row


def _home() -> Home:
    place = home()
    if place is None:
        raise PasskeyRefused
    return place


def _short(answer: str) -> str:
    if len(answer) > LONGEST_ANSWER:
        raise PasskeyRefused
    return answer


def _is_known(session: Session, credential: bytes) -> bool:
    query = select(Passkey.id).filter_by(credential_id=credential)
    return session.scalar(query) is not None


def _is_this_machine(host: str) -> bool:
    return host == "localhost" or (_is_number(host) and ip_address(host).is_loopback)


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
