"""What has been kept long enough? Erased by hand, or only counted."""

import click
from flask.cli import with_appcontext

from booking import clock
from booking.services import retention


@click.group()
def clients() -> None:
    """Clients' data."""


@clients.command("erase-expired")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@with_appcontext
def erase_expired(*, dry_run: bool) -> None:
    """Erase what has been kept long enough; the worker does so every day."""
    if dry_run:
        found, did = retention.due_now(now=clock.now()), "Would erase"
    else:
        found, did = retention.erase_all(now=clock.now()), "Erased"
    for what, number in found.items():
        click.echo(f"{did} {number}: {what}.")
    click.echo(
        "Appointments and visits in a client's file stay as long as the file. "
        "Files themselves are not erased here: the archive is asked first."
    )


COMMANDS = (clients,)
