"""The database: bring it up to date, and ask whether everything is sound."""

import sys

import click
from flask.cli import with_appcontext

from booking import clock
from booking.models.migration import migrate_to_newest
from booking.services.soundness import faults


@click.command()
@with_appcontext
def migrate() -> None:
    """Upgrade the database to this version of the program."""
    migrate_to_newest()
    click.echo("The database is up to date.")


@click.command()
@with_appcontext
def check() -> None:
    """Say whether everything is sound; exit status 1 and the reasons if not."""
    found = faults(now=clock.now())
    for fault in found:
        click.echo(fault, err=True)
    if found:
        sys.exit(1)
    click.echo("Everything is sound.")


COMMANDS = (migrate, check)
