"""How does OpenID Connect put it? The question to the provider, the proof it gives.

Signatures are joserfc's matter, claims Authlib's; what neither asks for is asked here.
Only public-key algorithms count: “none”, and a secret that everybody knows because it
is a public key, open nothing.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey

from booking.oidc.attempt import Attempt
from booking.oidc.trouble import NotSignedOn, Trouble

log = logging.getLogger(__name__)

ALGORITHMS = tuple(
    f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512)
)
CLOCKS_DIFFER = timedelta(seconds=60)
SHORTEST_RSA = 2048  # bits (BSI TR-02102-1 asks for more; providers are slow to change)
MOST_KEYS = 50
LONGEST_TOKEN = 50_000  # signs
LONGEST_SUBJECT = 255  # OpenID Connect Core, 2
LONGEST_EMAIL = 254
CONFIRMED = {True, "true", "1"}  # and 1, which is as good as True


class UnknownKey(Exception):
    """The token names a key that is not among these: there may be newer ones."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, of whom, and what a token must show besides."""

    issuer: str
    client_id: str
    acr: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is to the provider; never her roles, those are ours to give."""

    subject: str
    email: str  # as the provider has confirmed it; else empty


def question(endpoint: str, back: str, attempt: Attempt, asker: Asker) -> str:
    """Return the address that asks the provider who she is."""
    anew = {"prompt": "login", "max_age": "0"} if attempt.person else {}
    acr = {"acr_values": " ".join(asker.acr)} if asker.acr else {}
    address: str = prepare_grant_uri(
        endpoint,
        asker.client_id,
        "code",
        redirect_uri=back,
        scope="openid email",
        state=attempt.state,
        nonce=attempt.nonce,
        code_challenge=create_s256_code_challenge(attempt.verifier),
        code_challenge_method="S256",
        **anew,
        **acr,
    )
    return address


def identity(
    token: str, keys: dict[str, Any], attempt: Attempt, asker: Asker, *, now: datetime
) -> Identity:
    """Return whom a token proves.

    Raises ``NotSignedOn``, or ``UnknownKey`` if newer keys may prove it.
    """
    try:
        claims = _claims(token, keys, attempt, asker, now)
    except (InvalidKeyIdError, UnknownKey):
        raise UnknownKey from None
    except Exception as fault:  # noqa: BLE001 - a stranger's token may break a parser anywhere
        log.warning("token refused", extra={"fault": type(fault).__name__})
        raise NotSignedOn(Trouble.UNPROVED) from None
    if asker.acr and not _shown(claims).intersection(asker.acr):
        raise NotSignedOn(Trouble.WEAK)
    if attempt.person and not _is_anew(claims.get("auth_time"), attempt):
        raise NotSignedOn(Trouble.STALE)
    return Identity(claims["sub"], _confirmed_email(claims))


def _claims(
    token: str, keys: dict[str, Any], attempt: Attempt, asker: Asker, now: datetime
) -> Any:
    if len(token) > LONGEST_TOKEN:
        raise ValueError("too long")
    usable = list(_usable(keys.get("keys")))
    if not usable:
        raise UnknownKey
    read = jwt.decode(token, KeySet(usable), algorithms=ALGORITHMS)
    claims = CodeIDToken(
        read.claims,
        read.header,
        {
            "iss": {"essential": True, "value": asker.issuer},
            "aud": {"essential": True, "value": asker.client_id},
            "nonce": {"essential": True},
        },
        {"nonce": attempt.nonce, "client_id": asker.client_id},
    )
    claims.validate(now=now.timestamp(), leeway=CLOCKS_DIFFER.total_seconds())
    _check_subject(claims["sub"])
    if claims["iat"] < (attempt.begun_at - CLOCKS_DIFFER).timestamp():
        raise ValueError("older than the question")
    return claims


def _usable(keys: object) -> Iterator[Key]:
    """Yield the keys that may sign; whatever else stands there is passed over."""
    for one in keys[:MOST_KEYS] if isinstance(keys, list) else ():
        if not isinstance(one, dict) or one.get("use", "sig") != "sig":
            continue
        with suppress(Exception):  # a key that cannot be read proves nothing
            if one.get("kty") == "EC":
                yield ECKey.import_key(one)
            elif one.get("kty") == "RSA":
                key = RSAKey.import_key(one)
                if key.raw_value.key_size >= SHORTEST_RSA:
                    yield key


def _check_subject(subject: str) -> None:
    is_short = 0 < len(subject) <= LONGEST_SUBJECT
    if not (is_short and subject.isascii() and subject.isprintable()):
        raise ValueError("no subject")


def _shown(claims: Any) -> set[str]:
    """Return how she proved herself over there, as far as it says."""
    ways: Iterable[Any] = [claims.get("acr"), *(claims.get("amr") or ())]
    return {one for one in ways if isinstance(one, str)}


def _is_anew(auth_time: object, attempt: Attempt) -> bool:
    """Tell whether it asked her after we had asked it; Authlib skips ``max_age=0``."""
    earliest = (attempt.begun_at - CLOCKS_DIFFER).timestamp()
    is_number = isinstance(auth_time, int | float) and not isinstance(auth_time, bool)
    return is_number and auth_time >= earliest  # type: ignore[operator]  # a number, see above


def _confirmed_email(claims: Any) -> str:
    """Return her address if somebody has made sure that it is hers.

    Entra has no ``email_verified``; its ``xms_edov`` says that the address lies in a
    domain that the town has proved to own.
    """
    email = claims.get("email")
    word = claims.get("email_verified", claims.get("xms_edov"))
    if not isinstance(email, str) or not isinstance(word, str | int):
        return ""
    is_short = len(email) <= LONGEST_EMAIL and email.isprintable()
    return email if is_short and word in CONFIRMED else ""
