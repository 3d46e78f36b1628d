"""What must come back as it went, when somebody goes to the provider and returns?"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

ATTEMPT = timedelta(minutes=15)  # a password, a second factor, perhaps a lost phone
SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One way to the provider and back; only the browser that went keeps it."""

    state: str  # comes back in the address
    nonce: str  # comes back inside the token
    verifier: str  # PKCE: whoever catches the code cannot use it
    begun_at: datetime
    wanted: str = ""  # the page to show then
    person: str = ""  # who proves herself again; empty: who signs in

    def is_over(self, now: datetime) -> bool:
        """Tell whether it took too long."""
        return not self.begun_at <= now < self.begun_at + ATTEMPT


def begun(*, now: datetime, wanted: str = "", person: str = "") -> Attempt:
    """Set out."""
    state, nonce, verifier = (secrets.token_urlsafe(SECRET_BYTES) for _ in range(3))
    return Attempt(
        state=state,
        nonce=nonce,
        verifier=verifier,
        begun_at=now,
        wanted=wanted,
        person=person,
    )
