"""Is a deed done wholly or not at all, whichever of its calls fails?

Each deed is done again and again, and each time the n-th statement fails, the n-th
commit, the answer to it, the n-th file, or word to a stranger. Afterwards all rows of all tables are as
before, or as after one of the deed's own units of work; whoever asked has been told by
a refusal with a name, or by a page that says 503; and done once more, it is done.

By default some calls fail, on PostgreSQL for some deeds; BOOKING_TEST_FAULTS=all lets
each of them fail once, which takes some minutes.
"""

import os
import random
from contextvars import Context

import click
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from booking.cli.faults import sentence
from booking.models import db
from booking.services import accounts, backups, sessions
from tests import gateway as gateways
from tests import make
from tests.reliability.deeds import (
    ANY,
    BESIDES,
    DEEDS,
    SHORT,
    Stage,
    Unavailable,
)
from tests.reliability.faults import (
    Call,
    Snapshot,
    Trap,
    alike,
    differences,
    every_row,
    laid,
)
from tests.reliability.processes import free_port
from tests.services.strangers import played

ALL = os.environ.get("BOOKING_TEST_FAULTS") == "all"
OF_THE_DATABASE = (Call.STATEMENT, Call.COMMIT, Call.ANSWER)
PUBLIC, _PRIVATE = backups.new_pair()
CHANCE = random.Random()  # noqa: S311 - which call fails is no secret


@pytest.fixture(scope="module")
def mail_server():
    server = Controller(Sink(), hostname="127.0.0.1", port=free_port())
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def gateway():
    with gateways.running() as running:
        yield running


@pytest.fixture
def settings(database_url, tmp_path, mail_server, gateway):
    return make.settings(
        tmp_path,
        database_url,
        backup_recipient=PUBLIC,
        mail_url=f"smtp://127.0.0.1:{mail_server.port}",
        sms_url=gateway.url,
    )


@pytest.fixture
def stage(app, now, tmp_path, monkeypatch):
    for module in (accounts, sessions):
        monkeypatch.setattr(module, "HASHER", Quick())
    stage = Stage(app, now, tmp_path, played(monkeypatch))
    stage.open()
    return stage


class Quick:
    """Knows the right password at once: Argon2 takes its time on purpose."""

    def hash(self, _password):
        return "$never$matches"

    def verify(self, _kept, password):
        return password == "right"


@pytest.mark.parametrize("prepare", DEEDS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_deed_is_done_wholly_or_not_at_all(stage, prepare):
    assert_whole(stage, prepare)


@pytest.mark.parametrize(
    "prepare", DEEDS if ALL else SHORT, ids=lambda one: one.__name__
)
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_on_postgresql_too(stage, prepare):
    assert_whole(stage, prepare)


def assert_whole(stage, prepare):
    deed = prepare(stage)
    db.session.remove()
    trial = Trial(stage, deed, besides=BESIDES.get(prepare, set()))
    faults = list(trial.faults())
    assert not faults, "\n".join(map(str, faults))


class Trial:
    """One deed, put to the test again and again from the same beginning."""

    def __init__(self, stage, deed, *, besides):
        self._app, self._deed = stage.app, deed
        self._calls = [*OF_THE_DATABASE, *besides]
        self._before = Snapshot(db.engine)
        self._states = [self._alike(self._before.rows)]

    def faults(self):
        """Yield all that went wrong; nothing, if all is well."""
        counted = self._untouched()
        units = len(self._states) - 1
        if self._deed.units not in {units, ANY}:
            yield f"{units} units of work, not {self._deed.units}"
        for call in self._calls:
            for number in chosen(call, counted[call]):
                wrong = list(self._wrong_with(Trap(call, number)))
                if wrong:
                    yield f"{call} {number} of {counted[call]}", wrong

    def _untouched(self):
        """Do it once undisturbed; learn its calls, and what it leads to and through."""
        self._done()  # what is read once for ever is read now
        self._before.bring_back()
        self._inside(self._deed.set_back)
        trap = Trap(watch=self._remember)
        with laid(trap, db.engine):
            assert self._done() is None
        self._remember()
        return trap.counted

    def _remember(self):
        state = self._alike(every_row(db.engine))
        if state != self._states[-1]:
            self._states.append(state)

    def _wrong_with(self, trap):
        """Let one call fail, and look; then do it once more."""
        self._before.bring_back()
        self._inside(self._deed.set_back)
        with laid(trap, db.engine):
            fault = self._done()
        # In how many pieces an answer comes, is not ours to say.
        if trap.counted[trap.call] < trap.number and trap.call is not Call.LINE:
            yield "it never came to that"
        if fault is not None and not is_named(fault):
            yield f"told by {fault!r}"
        rows = every_row(db.engine)
        is_as_before = rows == self._before.rows
        if not is_as_before and self._alike(rows) not in self._states:
            yield "half a deed", differences(self._alike(rows), self._states[-1])
        yield from self._inside(self._deed.still)
        yield from self._wrong_once_more(is_as_before=is_as_before)

    def _wrong_once_more(self, *, is_as_before):
        fault = self._done()
        if is_as_before or self._deed.again:
            if fault is not None:
                yield f"the second time {fault!r}"
            after = self._alike(every_row(db.engine))
            if after != self._states[-1]:
                yield "another deed", differences(after, self._states[-1])
        elif fault is not None and not is_named(fault):
            yield f"the second time told by {fault!r}"
        yield from self._inside(self._deed.still)
        yield from self._inside(self._deed.undone)

    def _alike(self, rows):
        return alike(rows, self._deed.aside)

    def _done(self):
        try:
            self._inside(self._deed.do)
        except Exception as fault:  # noqa: BLE001 - whatever it is, it is looked at
            return fault
        return None

    def _inside(self, what):
        """Do it as a request or a command would: in a context of its own."""
        return Context().run(self._in_context, what)

    def _in_context(self, what):
        with self._app.app_context():
            return what()


def chosen(call, count):
    """Choose which calls fail: all, or some by chance."""
    numbers = range(1, count + 1)
    most = {Call.STATEMENT: 2, Call.FILE: count, Call.LINE: 4}.get(call, 1)
    return numbers if ALL or count <= most else sorted(CHANCE.sample(numbers, most))


def is_named(fault):
    """Tell whether somebody is told what happened: our own word for it, or a 503."""
    if isinstance(fault, Unavailable | click.ClickException) or sentence(fault):
        return True
    return type(fault).__module__.startswith("booking.")
