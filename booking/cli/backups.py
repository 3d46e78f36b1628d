"""Everything in one file, and back; and from SQLite to PostgreSQL."""

from pathlib import Path
from typing import TextIO

import click
from flask.cli import with_appcontext

from booking.services import backups, moving

FILE = click.Path(path_type=Path)


@click.command()
@click.argument("file", type=FILE)
@with_appcontext
def backup(file: Path) -> None:
    """Write everything into one encrypted file, while the service runs."""
    size = backups.back_up(file)
    click.echo(f"{file} holds everything ({size} bytes, encrypted).")


@click.command()
@click.argument("file", type=FILE)
@click.option("--key", type=click.File(), help="File with the private key, or -.")
@with_appcontext
def restore(file: Path, key: TextIO | None) -> None:
    """Fill an empty database from a backup; asks for the private key."""
    if key is None:
        text = click.prompt("Private key of the backup", hide_input=True)
    else:
        text = key.read()
    backups.restore(file, _key_in(text))
    click.echo("Everything is restored. Now run “booking migrate”, “booking check”.")


@click.command("move-database")
@click.argument("url")
@with_appcontext
def move_database(url: str) -> None:
    """Copy everything from SQLite into an empty PostgreSQL; stop the service first."""
    number = moving.move_database(url)
    click.echo(f"{number} rows are moved, and read there as they did here.")
    click.echo("Now set BOOKING_DATABASE_URL to the new address and start again.")
    click.echo("What is written to the old database from now on is not in the new one.")


def _key_in(text: str) -> str:
    """Find the key among age's comment lines."""
    lines = [line.strip() for line in text.splitlines()]
    return next((line for line in lines if line and not line.startswith("#")), "")


COMMANDS = (backup, restore, move_database)
