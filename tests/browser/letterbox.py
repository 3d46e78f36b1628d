"""What has arrived by e-mail? A real SMTP server on this machine keeps every letter."""

import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller

PATIENCE = 40.0  # seconds; the demo's worker makes a round every ten


class NothingCame(Exception):
    """The letter that somebody waited for did not arrive."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter as its reader sees it."""

    to: str
    subject: str
    language: str  # the header, as MIME names it
    text: str

    @classmethod
    def of(cls, message: EmailMessage, to: str) -> "Letter":
        """Decode what came over the wire."""
        subject, text = message["Subject"], message.get_body(("plain",)).get_content()
        # Unbreakable spaces are spaces to a reader.
        return cls(
            to,
            " ".join(subject.split()),
            message["Content-Language"],
            " ".join(text.split()),
        )


class Letterbox:
    """Accepts every letter, and hands it out to whom it is addressed."""

    def __init__(self, port: int) -> None:
        self._letters: list[Letter] = []
        self._server = Controller(self, hostname="127.0.0.1", port=port)
        self.url = f"smtp://127.0.0.1:{port}"

    def open(self) -> None:
        self._server.start()

    def close(self) -> None:
        self._server.stop()

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        message = message_from_bytes(envelope.content, policy=policy.default)
        self._letters += [Letter.of(message, to) for to in envelope.rcpt_tos]
        return "250 Accepted"

    def letters_to(self, address: str) -> list[Letter]:
        """Return what has come so far, in order."""
        return [letter for letter in self._letters if letter.to == address]

    def wait_for(self, number: int, *, to: str) -> Letter:
        """Return the first, second, … letter to this address once it is there."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if len(arrived := self.letters_to(to)) >= number:
                return arrived[number - 1]
            time.sleep(0.1)
        raise NothingCame(f"{to} has {len(self.letters_to(to))} letters, not {number}")
