"""How many whole bookings a second pass through one process? Run by hand.

``python -m tests.benchmarks.load_bookings`` starts one ``booking serve`` on loopback
over one SQLite file and lets eight clients book at once, each from the list of days to
the page of the appointment, over real HTTP, for some seconds. The clients keep their
connections and read a page with a regular expression, so that they do not take the
machine away from the server; what the server itself needed is read from the system.
"""

import argparse
import os
import random
import re
import sys
import tempfile
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import time
from html import unescape
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic, process_time
from urllib.parse import urlencode

from booking import create_app
from booking.models import db
from booking.models.migration import migrate_to_newest
from tests import make
from tests.reliability.arrange import crowded_office, working_days
from tests.reliability.processes import servers
from tests.reliability.walk import FIRST, FORM_TYPE, PATIENCE

CLIENTS, COUNSELLORS, TALK = 8, 20, 15
WARM_UP = 2.0  # seconds
OPENS, CLOSES = time(8), time(18)
OK, SEE_OTHER = 200, 303


def main() -> None:
    """Book for some seconds, and print how often that was done."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--seconds", type=float, default=10)
    seconds = wanted.parse_args().seconds
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lotse.sqlite"
        settings = make.settings(
            Path(folder), f"sqlite:///{path}", trusted_proxies=("127.0.0.1",)
        )
        with create_app(settings).app_context():
            migrate_to_newest()
            hours = dict.fromkeys(working_days(), (OPENS, CLOSES))
            crowded_office(hours, minutes=TALK, counsellors=COUNSELLORS)
            db.engine.dispose()
        with servers(1, settings) as running:
            booked_within(WARM_UP, running[0].port)
            spent = cpu_of(running[0].process.pid), process_time()
            counted, lasted = booked_within(seconds, running[0].port)
            theirs = cpu_of(running[0].process.pid) - spent[0]
            ours = process_time() - spent[1]
    booked = counted["booked"]
    sys.stdout.write(
        f"{booked} bookings in {lasted:.1f} s by {CLIENTS} clients: "
        f"{booked / lasted:.1f} a second, {counted['taken']} came too late\n"
        f"CPU for one: {1000 * theirs / booked:.1f} ms in the server, "
        f"{1000 * ours / booked:.1f} ms in the clients\n"
    )


def booked_within(seconds: float, port: int) -> tuple[Counter[str], float]:
    """Let everybody book again and again until the time is over."""
    begun, gate = monotonic(), threading.Barrier(CLIENTS)

    def book(number: int) -> Counter[str]:
        client = Visitor(port, f"203.0.113.{number + 1}")
        gate.wait()
        counted: Counter[str] = Counter()
        while monotonic() - begun < seconds:
            counted[one_booking(client)] += 1
        return counted

    with ThreadPoolExecutor(CLIENTS) as crowd:
        counted = sum(crowd.map(book, range(CLIENTS)), Counter[str]())
    return counted, monotonic() - begun


def cpu_of(process: int) -> float:
    """Return how many seconds of CPU another process has used until now."""
    facts = Path(f"/proc/{process}/stat").read_text(encoding="ascii")
    used = facts.rpartition(")")[2].split()[11:13]  # in user and in kernel mode
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")


class Visitor:
    """One client with one connection, as her phone keeps it."""

    def __init__(self, port: int, network: str, **reach: str) -> None:
        self.reach = reach or {"reach": "email", "email": "amal@example.org"}
        self._connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        self._headers = {"X-Forwarded-For": network}
        self.status, self.location, self.text = 0, "", ""

    def get(self, path: str) -> None:
        """Open a page."""
        self._ask("GET", path, None, self._headers)

    def send(self, step: str, **answers: str) -> None:
        """Fill in the last form of the page that leads to a step, and send it."""
        form = self.text.rpartition(f'/book/{step}"')
        action = form[0].rpartition('"')[2] + f"/book/{step}"
        hidden = dict(HIDDEN.findall(form[2].partition("</form>")[0]))
        fields = urlencode({name: unescape(hidden[name]) for name in hidden} | answers)
        self._ask("POST", action, fields, {**self._headers, "Content-Type": FORM_TYPE})

    def choices(self, found: re.Pattern[str]) -> list[str]:
        """Return what the page offers."""
        return [unescape(one) for one in found.findall(self.text)]

    def _ask(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> None:
        self._connection.request(method, path, body, headers)
        response = self._connection.getresponse()
        self.status = response.status
        self.location = response.getheader("Location", "")
        self.text = response.read().decode()


HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')
DAYS = re.compile(r'href="([^"]*[?&;]day=[^"]*)"')
TIMES = re.compile(r'name="time"\s+value="([^"]*)"')


def one_booking(client: Visitor) -> str:
    """Walk from the list of days to the page of the appointment."""
    if not to_the_last_button(client):
        return "taken"
    client.send("appointment")
    if client.status != SEE_OTHER:
        return "taken"
    client.get(client.location)
    return "booked"


def to_the_last_button(client: Visitor) -> str:
    """Walk from the list of days to the last page; return it, or "" if it is taken."""
    client.get(FIRST)
    client.get(random.choice(client.choices(DAYS)))  # noqa: S311 - no secret
    time_of_day = random.choice(client.choices(TIMES))  # noqa: S311 - no secret
    client.send("you", time=time_of_day)
    if client.status != OK:
        return ""
    answers = {"name": "Amal Beispiel", "whose": "me", "people": "1"}
    client.send("check", **answers, **client.reach)
    return client.text


if __name__ == "__main__":
    main()
