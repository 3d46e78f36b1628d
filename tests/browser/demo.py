"""How do browser tests run the product? As ``booking demo``, in a process of its own."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.reliability.processes import free_port

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 60.0  # seconds; it invents an office first, four are usual


class DidNotStart(Exception):
    """The demo gave up or stayed silent; its own last words follow."""


class Died(Exception):
    """The demo did not live until the end of the tests; its last words follow."""


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo, as its ``demo.json`` describes it."""

    url: str
    languages: tuple[str, ...]
    port: int
    staff: tuple[dict[str, str], ...] = ()
    feeds: tuple[dict[str, str], ...] = ()

    def who(self, role: str) -> dict[str, str]:
        """Return how the first staff member with this role signs in."""
        return next(one for one in self.staff if role in one["roles"])

    def feed_of(self, name: str) -> str:
        """Return the path of a counsellor's feed."""
        found = next(one for one in self.feeds if one["counsellor"] == name)
        return found["url"].removeprefix(self.url)

    def ask(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Ask for a page without a browser; the body stays as it travelled."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()


@contextmanager
def running_demo(folder: Path, mail_url: str) -> Iterator[Demo]:
    """Serve invented people until the tests are over."""
    port = free_port()
    log = folder / "demo.log"
    command = ["demo", "--host", "127.0.0.1", "--port", str(port)]
    with log.open("wb") as words:
        process = subprocess.Popen(
            [sys.executable, "-m", "booking", *command, "--data", str(folder / "demo")],
            cwd=ROOT,
            env=_environment(mail_url),
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
        )
    try:
        yield _once_it_answers(process, folder / "demo" / "demo.json", port, log)
        if process.poll() is not None:
            raise Died(f"status {process.returncode}: {_last_words(log)}")
    finally:
        process.kill()
        process.wait()


def _environment(mail_url: str) -> dict[str, str]:
    usual = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("BOOKING_")
    }
    return usual | {
        "BOOKING_MAIL_URL": mail_url,
        # Every browser window says for which network it asks: holds and guesses
        # are counted by network.
        "BOOKING_TRUSTED_PROXIES": "127.0.0.1",
    }


def _once_it_answers(
    process: subprocess.Popen[bytes], facts: Path, port: int, log: Path
) -> Demo:
    deadline = time.monotonic() + STARTS_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        if facts.exists() and _answers(port):
            known = json.loads(facts.read_text(encoding="utf-8"))
            return Demo(
                known["url"],
                tuple(known["languages"]),
                port,
                tuple(known["staff"]),
                tuple(known["feeds"]),
            )
        time.sleep(0.1)
    raise DidNotStart(_last_words(log))


def _last_words(log: Path) -> str:
    return log.read_text(errors="replace")[-3000:]


def _answers(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
