"""The ``booking`` command: what operators do."""

import sys
from collections.abc import Callable

import click
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy.exc import SQLAlchemyError

from booking.cli import (
    addresses,
    backups,
    calendars,
    clients,
    database,
    feeds,
    keys,
    looking,
    routes,
    serving,
    setting_up,
)
from booking.config import UnsafeSettings
from booking.models.storage import UnsoundDatabase
from booking.services.accounts import EmailTaken, NoSuchStaff
from booking.services.availability import NothingOffered
from booking.services.backups import NoBackup, NotRestored
from booking.services.feeds import AmbiguousSubscription, UnknownSubscription
from booking.services.moving import NotMoved
from booking.services.office import AlreadySetUp, NoOffice
from booking.services.resealing import NotRotated

COMMANDS = (
    *addresses.COMMANDS,
    *backups.COMMANDS,
    *clients.COMMANDS,
    *feeds.COMMANDS,
    *keys.COMMANDS,
    *serving.COMMANDS,
    *database.COMMANDS,
    *setting_up.COMMANDS,
    *looking.COMMANDS,
    *routes.COMMANDS,
    *calendars.COMMANDS,
)
# Each says in its own words what is to be done.
TOLD = (
    *(UnsafeSettings, UnsoundDatabase),
    *(NoBackup, NotRestored, NotMoved, NotRotated),
)
# What a user can mend: one sentence, no traceback.
SENTENCES = {
    AlreadySetUp: "This office is set up already.",
    NoOffice: "No office is set up yet. Run “booking setup”.",
    NothingOffered: "The office offers no such consultation.",
    NoSuchStaff: "Nobody here signs in with this e-mail address.",
    EmailTaken: "Somebody already signs in with this e-mail address.",
    UnknownSubscription: "No feed has this number. See “booking feeds list”.",
    AmbiguousSubscription: "Several feeds have numbers that begin so. Write more.",
}


def run(create_app: Callable[[], Flask]) -> None:
    """Run ``booking``; a mistake is answered in one sentence."""
    group = click.Group("booking", help="Appointments and home visits.")
    for command in COMMANDS:
        group.add_command(command)
    try:
        group(obj=ScriptInfo(create_app=create_app), prog_name="booking")
    except TOLD as fault:
        _stop(str(fault))
    except tuple(SENTENCES) as fault:
        _stop(SENTENCES[type(fault)])
    except SQLAlchemyError as fault:
        _stop(f"The database does not answer as it should: {_first_line(fault)}")


def _first_line(fault: Exception) -> str:
    return str(getattr(fault, "orig", None) or fault).splitlines()[0]


def _stop(sentence: str) -> None:
    click.echo(sentence, err=True)
    sys.exit(1)
