"""The ``booking`` command: what operators do."""

import sys

import click
from flask import Flask
from flask.cli import FlaskGroup, ScriptInfo
from sqlalchemy.exc import SQLAlchemyError

from booking.cli import database, looking, serving, setting_up
from booking.config import UnsafeSettings
from booking.models.storage import UnsoundDatabase
from booking.services.accounts import EmailTaken
from booking.services.availability import NothingOffered
from booking.services.office import AlreadySetUp, NoOffice

COMMANDS = (
    *serving.COMMANDS,
    *database.COMMANDS,
    *setting_up.COMMANDS,
    *looking.COMMANDS,
)
# What a user can mend: one sentence, no traceback.
SENTENCES = {
    AlreadySetUp: "This office is set up already.",
    NoOffice: "No office is set up yet. Run “booking setup”.",
    NothingOffered: "The office offers no such consultation.",
    EmailTaken: "Somebody already signs in with this e-mail address.",
}


def init_app(app: Flask) -> None:
    """Offer the same commands below ``flask --app wsgi``."""
    for command in COMMANDS:
        app.cli.add_command(command)


def main() -> None:
    """Run ``booking``; a mistake is answered in one sentence."""
    group = click.Group("booking", help="Appointments and home visits.")
    for command in COMMANDS:
        group.add_command(command)
    try:
        group(obj=ScriptInfo(create_app=_create_app), prog_name="booking")
    except (UnsafeSettings, UnsoundDatabase) as fault:
        _stop(str(fault))
    except tuple(SENTENCES) as fault:
        _stop(SENTENCES[type(fault)])
    except SQLAlchemyError as fault:
        _stop(f"The database does not answer as it should: {_first_line(fault)}")


def _create_app() -> Flask:
    from booking import create_app  # noqa: PLC0415 - booking imports this package

    return create_app()


def _first_line(fault: Exception) -> str:
    return str(getattr(fault, "orig", None) or fault).splitlines()[0]


def _stop(sentence: str) -> None:
    click.echo(sentence, err=True)
    sys.exit(1)


__all__ = ["FlaskGroup", "init_app", "main"]
