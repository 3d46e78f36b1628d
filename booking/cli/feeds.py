"""Which calendar apps read along? Feeds are listed and closed here."""

import click
from flask.cli import with_appcontext

from booking import clock
from booking.services import feeds as subscriptions


@click.group()
def feeds() -> None:
    """Calendar feeds."""


@feeds.command("list")
@with_appcontext
def list_feeds() -> None:
    """List every feed: its number, whose, which device, when it was read."""
    for one in subscriptions.everybodys():
        state = f"revoked {one.revoked_at:%Y-%m-%d}" if one.revoked_at else "open"
        owner = one.staff.name if one.staff else "-"
        click.echo(
            f"{one.uuid}  {owner}  {one.label}  {one.level}  "
            f"since {one.created_at:%Y-%m-%d}  "
            f"last read {one.last_used_on or 'never'}  {state}"
        )


@feeds.command("revoke")
@click.argument("number")
@with_appcontext
def revoke(number: str) -> None:
    """Close a feed; the first signs of its number are enough if only one has them."""
    found = [
        one
        for one in subscriptions.everybodys()
        if number and str(one.uuid).startswith(number.lower())
    ]
    if len(found) != 1:
        raise click.ClickException(
            f"{len(found)} feeds have a number that begins with {number}."
        )
    subscriptions.revoke(found[0].uuid, now=clock.now())
    click.echo(f"The feed {found[0].label} is closed.")


COMMANDS = (feeds,)
