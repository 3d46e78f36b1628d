"""Keys: a new one for personal fields, a pair for backups."""

import click
from flask.cli import with_appcontext

from booking import clock
from booking.services import backups, resealing


@click.group()
def keys() -> None:
    """Keys of fields and of backups."""


@keys.command()
def pair() -> None:
    """Make a pair of keys for backups; the private one is shown this once."""
    public, private = backups.new_pair()
    click.echo("Set this where the service runs:")
    click.echo(f"BOOKING_BACKUP_RECIPIENT={public}")
    click.echo(
        "Print this for the safe and keep it nowhere else; it is not shown again:"
    )
    click.echo(private)


@keys.command()
@with_appcontext
def rotate() -> None:
    """Close every personal field with a new key, while the service runs."""
    done = resealing.rotate(now=clock.now())
    click.echo(f"{done.fields} fields have the new key.")
    if done.unreadable:
        raise click.ClickException(
            f"{done.unreadable} fields are opened by no key at hand."
        )
    click.echo("Copy the keys into the safe. Old ones still read; to end that, run")
    click.echo("“booking keys retire”. Older backups need them: keep their copy.")


@keys.command()
@with_appcontext
def retire() -> None:
    """Stop reading with old keys; they are laid aside for older backups."""
    number = resealing.retire(now=clock.now())
    click.echo(f"{number} old keys read no more; they lie in retired.keys.")


COMMANDS = (keys,)
