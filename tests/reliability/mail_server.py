"""What does a moody mail server do? Run as ``python -m …``, killed by the tests.

It writes down what it accepts before it says yes, so that being killed in between
is seen as what it is: a letter that arrived without anybody having been told.
"""

import asyncio
import json
import os
import random
import signal
import sys
from email import message_from_bytes
from pathlib import Path

from aiosmtpd.smtp import SMTP

BUSY = 0.15  # how often it says "try again later", when it is moody
LATE = 0.03  # seconds from writing a letter down to saying yes
REFUSED = "nobody@example.org"


class Mailbox:
    """Accepts letters into one file, one line each."""

    def __init__(self, book: Path, *, busy: float) -> None:
        self._book = book
        self._busy = busy
        self._chance = random.Random()  # noqa: S311 - a mood, no secret

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802 - aiosmtpd's name
        if address == REFUSED:
            return "550 5.1.1 No such person here"
        if self._chance.random() < self._busy:
            return "451 4.3.0 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        if self._chance.random() < self._busy:
            return "451 4.3.0 Try again later"
        letter = message_from_bytes(envelope.content)
        line = {"to": envelope.rcpt_tos, "id": letter["Message-ID"]}
        self._write_down(json.dumps(line))
        await asyncio.sleep(LATE)
        return "250 Accepted"

    def _write_down(self, line: str) -> None:
        with self._book.open("a", encoding="utf-8") as book:
            book.write(line + "\n")
            book.flush()
            os.fsync(book.fileno())


async def serve(port: int, book: Path, busy: float) -> None:
    loop = asyncio.get_running_loop()
    mailbox = Mailbox(book, busy=busy)
    server = await loop.create_server(
        lambda: SMTP(mailbox, loop=loop), "127.0.0.1", port
    )
    loop.add_signal_handler(signal.SIGTERM, server.close)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])))
