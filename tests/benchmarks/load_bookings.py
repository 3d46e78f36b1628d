"""How many whole bookings a second pass through one process? Run by hand.

``python -m tests.benchmarks.load_bookings`` starts one ``booking serve`` on loopback
over one SQLite file and lets eight clients book at once, each from the list of days to
the page of the appointment, over real HTTP, for some seconds. The clients need their
own share of the machine: on two cores the figure is a lower bound.
"""

import argparse
import random
import sys
import tempfile
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import time
from pathlib import Path
from time import monotonic

from booking import create_app
from booking.models import db
from booking.models.migration import migrate_to_newest
from tests import make
from tests.reliability.arrange import crowded_office, working_days
from tests.reliability.processes import servers
from tests.reliability.walk import Walk, over_http

CLIENTS, COUNSELLORS, TALK = 8, 20, 15
OPENS, CLOSES = time(8), time(18)


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
            counted, lasted = booked_within(seconds, running[0].port)
    sys.stdout.write(
        f"{counted['booked']} bookings in {lasted:.1f} s by {CLIENTS} clients: "
        f"{counted['booked'] / lasted:.1f} a second, {counted['taken']} came too late\n"
    )


def booked_within(seconds: float, port: int) -> tuple[Counter[str], float]:
    """Let everybody book again and again until the time is over."""
    begun, gate = monotonic(), threading.Barrier(CLIENTS)

    def book(number: int) -> Counter[str]:
        gate.wait()
        counted: Counter[str] = Counter()
        while monotonic() - begun < seconds:
            counted[one_booking(port, f"203.0.113.{number + 1}")] += 1
        return counted

    with ThreadPoolExecutor(CLIENTS) as crowd:
        counted = sum(crowd.map(book, range(CLIENTS)), Counter[str]())
    return counted, monotonic() - begun


def one_booking(port: int, network: str) -> str:
    """Walk from the list of days to the page of the appointment."""
    ask = over_http([port], network)
    walk = Walk(ask)
    links = [link for link in walk.to_days().links if "day=" in link]
    if walk.choose_any(random.choice(links)).status != 200:  # noqa: S311 - no secret
        return "taken"
    walk.describe("Amal Beispiel", reach="email", email="amal@example.org")
    booked = walk.book()
    if booked.status != 303:
        return "taken"
    ask("GET", booked.location, None)
    return "booked"


if __name__ == "__main__":
    main()
