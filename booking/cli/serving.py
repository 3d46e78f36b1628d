"""Run it: the web server, the worker, both, or a demo of everything."""

import json
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import partial
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import ScriptInfo, with_appcontext

from booking import clock, longevity
from booking.cli import server
from booking.config import DEMO_MARK
from booking.languages import LANGUAGES
from booking.models import db
from booking.models.migration import migrate_to_newest
from booking.models.storage import refuse_unsound
from booking.services import planning, refreshing, rounds
from booking.services.filling import COUNSELLORS, VISITS, Filled, fill
from booking.services.soundness import schema_fault

PAUSE = 10  # seconds between two rounds of the worker
LOOK_FOR_PLANS = 1  # seconds; a coordinator waits for it
LOOK_FOR_CALENDARS = 2  # seconds; somebody may be booking with her just now
THREADS = 8
PORT = click.IntRange(1, 65_535)
Chore = Callable[[Flask, threading.Event], None]


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=PORT, default=8000, show_default=True)
@click.option("--threads", default=THREADS, show_default=True)
@click.option("--without-worker", is_flag=True, help="Run “booking worker” yourself.")
@with_appcontext
def serve(host: str, port: int, threads: int, *, without_worker: bool) -> None:
    """Serve the pages; an embedded database is migrated first."""
    app = _app()
    if db.engine.dialect.name == "sqlite":
        migrate_to_newest()
    _insist(app)
    click.echo(f"Lotse is at http://{host}:{port}/", err=True)
    click.echo(f"Its data lies in {app.config['BOOKING'].data}", err=True)
    _run(app, host, port, threads, with_worker=not without_worker)


@click.command()
@click.option("--once", is_flag=True, help="Do what is due and stop.")
@with_appcontext
def worker(*, once: bool) -> None:
    """Send letters and reminders, read foreign calendars, erase, plan home visits."""
    app = _app()
    _insist(app)
    if once:
        sent = list(iter(partial(_round, _worker_name()), 0))
        click.echo(f"{sum(sent)} letters sent.")
        while planning.work_on_next(now=clock.now):
            click.echo("A plan for home visits is drawn up.")
        while refreshing.refresh_next(now=clock.now()):
            click.echo("A foreign calendar is looked at.")
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    helpers = _started((_plan, _read_calendars), app, stop)
    _work(app, stop)
    for helper in helpers:
        helper.join(timeout=PAUSE)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=PORT, default=8000, show_default=True)
@click.option("--data", "folder", default="instance/demo", show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.pass_obj
def demo(script: ScriptInfo, host: str, port: int, folder: str, seed: int) -> None:
    """Fill an empty database with invented people, and serve it."""
    data = Path(folder).absolute()
    known = data / DEMO_MARK
    if data.exists() and any(data.iterdir()) and not known.exists():
        raise click.ClickException(
            f"{data} holds data that no demo made. Choose another --data."
        )
    url = f"http://{host}:{port}"
    _keep_to_the_demo(data, url)
    app = script.load_app()
    with app.app_context():
        migrate_to_newest()
        if not known.exists():
            filled = fill(
                counsellors=COUNSELLORS, appointments=240, visits=VISITS, seed=seed
            )
            _write_mark(known, url, filled)
    _tell(known, url)
    _run(app, host, port, THREADS, with_worker=True)


_NOT_FOR_A_DEMO = (
    *("DATA", "DATABASE_URL", "PUBLIC_URL"),
    *("KEYS", "FIELD_KEYS", "SECRET_KEY"),
)


def _keep_to_the_demo(data: Path, url: str) -> None:
    """Never fill or serve the real database, whatever the environment says."""
    for name in _NOT_FOR_A_DEMO:
        os.environ.pop(f"BOOKING_{name}", None)
        os.environ.pop(f"BOOKING_{name}_FILE", None)
    os.environ["BOOKING_DATA"] = str(data)
    os.environ["BOOKING_PUBLIC_URL"] = url
    os.environ.setdefault("BOOKING_MAIL_URL", f"folder://{data / 'letters'}")
    os.environ.setdefault("BOOKING_LOG", "text")


def _write_mark(known: Path, url: str, filled: Filled) -> None:
    facts = {
        "url": url,
        "languages": [language.path for language in LANGUAGES],
        "staff": [asdict(one) for one in filled.staff],
        "feeds": [
            {"counsellor": one.counsellor, "url": f"{url}/feeds/{one.token}.ics"}
            for one in filled.feeds
        ],
        "other_feeds": [
            {"of": one.of, "url": f"{url}/feeds/{one.token}.ics"}
            for one in filled.other_feeds
        ],
        "personal_links": [asdict(one) for one in filled.personal_links],
    }
    known.touch(mode=0o600)
    known.write_text(json.dumps(facts, ensure_ascii=False, indent=2), encoding="utf-8")


def _tell(known: Path, url: str) -> None:
    facts = json.loads(known.read_text(encoding="utf-8"))
    if facts["url"] != url:
        told = known.read_text(encoding="utf-8").replace(facts["url"], url)
        known.write_text(told, encoding="utf-8")
        facts = json.loads(told)
    click.echo(f"Lotse is at {url}/")
    for code in facts["languages"]:
        click.echo(f"  book an appointment: {url}/{code}/")
    click.echo(f"  staff sign in: {url}/staff/sign-in")
    for one in facts["staff"]:
        click.echo(f"    {', '.join(one['roles'])}: {one['email']} {one['password']}")
    for feed in facts["feeds"]:
        click.echo(f"  calendar of {feed['counsellor']}: {feed['url']}")
    for feed in facts.get("other_feeds", []):
        click.echo(f"  calendar of {feed['of']}: {feed['url']}")
    for link in facts.get("personal_links", []):
        click.echo(f"  a client books with {link['counsellor']}: {link['url']}")
    click.echo(f"Letters are laid into {known.parent / 'letters'}")
    click.echo(f"Everything is invented; its data lies in {known.parent}")
    click.echo("Stop with Ctrl-C.")


def _run(app: Flask, host: str, port: int, threads: int, *, with_worker: bool) -> None:
    stop = threading.Event()
    chores = (_work, _plan, _read_calendars) if with_worker else ()
    helpers = _started(chores, app, stop)
    longevity.settle_in()
    try:
        listening = server.created(app, host, port, threads)
    except OSError as fault:
        raise click.ClickException(
            f"Port {port} of {host} cannot be used: {fault.strerror}."
        ) from fault
    signal.signal(signal.SIGTERM, _leave)
    try:
        listening.run()
    finally:
        stop.set()
        listening.close()
        for helper in helpers:
            helper.join(timeout=PAUSE)


def _started(
    chores: Iterable[Chore], app: Flask, stop: threading.Event
) -> list[threading.Thread]:
    """Do each chore in a thread of its own: none waits for another."""
    helpers = [
        threading.Thread(target=chore, args=(app, stop), daemon=True)
        for chore in chores
    ]
    for helper in helpers:
        helper.start()
    return helpers


def _leave(*_: object) -> None:
    raise SystemExit(0)


def _work(app: Flask, stop: threading.Event) -> None:
    """Make rounds until told to stop; a fault ends a round, not the worker."""
    name = _worker_name()
    while not stop.is_set():
        sent = 0
        with app.app_context():
            try:
                sent = _round(name)
            except Exception:
                app.logger.exception("A round of the worker failed.")
        if not sent:
            stop.wait(PAUSE)


def _plan(app: Flask, stop: threading.Event) -> None:
    """Draw up one plan after the other; a fault ends a plan, not the planner."""
    while not stop.is_set():
        found = False
        with app.app_context():
            try:
                found = planning.work_on_next(now=clock.now, stop=stop.is_set)
            except Exception:
                app.logger.exception("A plan could not be drawn up.")
        if not found:
            stop.wait(LOOK_FOR_PLANS)


def _read_calendars(app: Flask, stop: threading.Event) -> None:
    """Read one foreign calendar after the other; a fault ends one, not the reader."""
    while not stop.is_set():
        found = False
        with app.app_context():
            try:
                found = refreshing.refresh_next(now=clock.now())
            except Exception:
                app.logger.exception("A foreign calendar could not be looked at.")
        if not found:
            stop.wait(LOOK_FOR_CALENDARS)


def _round(name: str) -> int:
    return rounds.make_round(name, now=clock.now())


def _worker_name() -> str:
    return f"{socket.gethostname()[:60]}:{os.getpid()}"


def _insist(app: Flask) -> None:
    """Refuse to run on a database that could lose or double something."""
    with app.app_context(), db.engine.connect() as connection:
        if unfinished := schema_fault(connection):
            raise click.ClickException(unfinished)
    with app.app_context():
        refuse_unsound(db.engine)


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - a thread needs the object behind the proxy
    return app


COMMANDS = (serve, worker, demo)
