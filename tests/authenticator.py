"""What does a device answer that has passkeys? A small one, as WebAuthn describes it."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, NEW_KEY = 0x01, 0x04, 0x40  # flags of the authenticator's data


def _text(raw):
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _new_key():
    return generate_private_key(SECP256R1())


@dataclass
class Device:
    """A phone with one passkey; it counts how often it has signed."""

    origin: str
    rp_id: str
    flags: int = PRESENT | VERIFIED
    count: int = 0
    credential: bytes = field(default_factory=lambda: token_bytes(16))
    key: EllipticCurvePrivateKey = field(default_factory=_new_key)
    user: bytes = b""

    def made(self, options):
        """Answer to the options of a page that asks for a new passkey."""
        asked = json.loads(options)
        self.user = _bytes(asked["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        cose = {
            1: 2,  # an elliptic curve,
            3: -7,  # for ECDSA with SHA-256,
            -1: 1,  # and that is P-256
            -2: numbers.x.to_bytes(32, "big"),
            -3: numbers.y.to_bytes(32, "big"),
        }
        length = len(self.credential).to_bytes(2, "big")
        key = bytes(16) + length + self.credential + cbor2.dumps(cose)
        attested = {
            "fmt": "none",
            "attStmt": {},
            "authData": self._data(NEW_KEY) + key,
        }
        return self._answer(
            clientDataJSON=self._client("webauthn.create", asked["challenge"]),
            attestationObject=cbor2.dumps(attested),
        )

    def signed(self, options):
        """Answer to the options of a page that asks who is there."""
        asked = json.loads(options)
        self.count += 1
        about, client = self._data(), self._client("webauthn.get", asked["challenge"])
        message = about + sha256(client).digest()
        return self._answer(
            clientDataJSON=client,
            authenticatorData=about,
            signature=self.key.sign(message, ECDSA(SHA256())),
            userHandle=self.user,
        )

    def _data(self, more=0):
        place = sha256(self.rp_id.encode()).digest()
        return place + bytes([self.flags | more]) + self.count.to_bytes(4, "big")

    def _client(self, kind, challenge):
        said = {"type": kind, "challenge": challenge, "origin": self.origin}
        return json.dumps(said).encode()

    def _answer(self, **response):
        known = {
            "id": _text(self.credential),
            "rawId": _text(self.credential),
            "type": "public-key",
            "clientExtensionResults": {},
        }
        sent = {name: _text(raw) for name, raw in response.items()}
        return json.dumps(known | {"response": sent})
