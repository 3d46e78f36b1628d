"""How do tests run the product as it runs in an office: in processes of its own?"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from booking.config import Settings

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 30.0  # seconds; two are usual, a busy machine needs more
PRODUCT = "booking"
LOOPBACK = "127.0.0.1"
ALONE = ("--without-worker",)


class DidNotStart(Exception):
    """A process gave up or stayed silent; its own last words follow."""


class Server:
    """One process that serves the pages, on this machine only."""

    def __init__(
        self, settings: Settings, *, module: str = PRODUCT, how: Sequence[str] = ALONE
    ) -> None:
        self.port = free_port()
        self.log = settings.data.with_name(f"server-{self.port}.log")
        command = ["serve", *how, f"--host={LOOPBACK}"]
        self.process = started(
            module, *command, f"--port={self.port}", settings=settings, log=self.log
        )

    def wait_until_it_answers(self) -> None:
        """Return at the first page it serves."""
        deadline = time.monotonic() + STARTS_WITHIN
        while self.process.poll() is None and time.monotonic() < deadline:
            if self._answers():
                return
            time.sleep(0.05)
        raise DidNotStart(self.log.read_text()[-3000:])

    def kill(self) -> None:
        """End it at once, as a power cut would: no signal it could answer."""
        self.process.kill()
        self.process.wait()

    def _answers(self) -> bool:
        connection = HTTPConnection(LOOPBACK, self.port, timeout=5)
        try:
            connection.request("GET", "/de/book")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()


@contextmanager
def servers(
    count: int,
    settings: Settings,
    *,
    module: str = PRODUCT,
    how: Sequence[str] = ALONE,
) -> Iterator[list[Server]]:
    """Run several servers on one database; all are gone in the end."""
    running: list[Server] = []
    try:
        # One after the other would take as long; SQLite's migration is up to date.
        running.extend(Server(settings, module=module, how=how) for _ in range(count))
        for server in running:
            server.wait_until_it_answers()
        yield running
    finally:
        for server in running:
            server.kill()


def started(
    module: str, *arguments: str, settings: Settings, log: Path
) -> subprocess.Popen[bytes]:
    """Start ``python -m module …`` with the settings of the test."""
    with log.open("ab") as words:
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
        )


def environment(settings: Settings) -> dict[str, str]:
    """Say in ``BOOKING_*`` what the settings of the test say."""
    usual = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("BOOKING_")
    }
    return usual | {
        "BOOKING_DATA": str(settings.data),
        "BOOKING_KEYS": str(settings.keys),
        "BOOKING_SECRET_KEY": settings.secret_key,
        "BOOKING_DATABASE_URL": settings.database_url,
        "BOOKING_PUBLIC_URL": settings.public_url,
        "BOOKING_TRUSTED_PROXIES": " ".join(settings.trusted_proxies),
        "BOOKING_MAIL_URL": settings.mail_url,
        "BOOKING_SMS_URL": settings.sms_url,
        "BOOKING_CALENDAR_HOSTS": " ".join(settings.calendar_hosts),
        "BOOKING_LOG": settings.log,
    }


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        port: int = listener.getsockname()[1]
        return port


def cut_off(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that may be gone already, and wait for its end."""
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGKILL)
    process.wait()
