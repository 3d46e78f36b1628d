"""Which calendar apps read along? Feeds are listed and closed here."""

import click
from flask.cli import with_appcontext

from booking import clock
from booking.models import FeedScope, Subscription
from booking.services import feeds as subscriptions


@click.group()
def feeds() -> None:
    """Calendar feeds."""


@feeds.command("list")
@with_appcontext
def list_feeds() -> None:
    """List every feed: its number, whose, which device, when it was last read."""
    for one in subscriptions.everybodys():
        click.echo(_line(one))


@feeds.command("revoke")
@click.argument("number")
@with_appcontext
def revoke(number: str) -> None:
    """Close a feed; enough of its number to tell it from the others will do."""
    found = subscriptions.beginning_with(number)
    subscriptions.revoke(found.uuid, now=clock.now(), staff=None)
    click.echo(f"The feed {found.label} is closed.")


def _line(one: Subscription) -> str:
    state = f"revoked {one.revoked_at:%Y-%m-%d}" if one.revoked_at else "open"
    return (
        f"{one.uuid} {one.label}; {_owner(one)}; {one.level}; "
        f"since {one.created_at:%Y-%m-%d}; "
        f"last read {one.last_used_on or 'never'}; {state}"
    )


def _owner(one: Subscription) -> str:
    if one.interpreter:
        return f"{one.interpreter.name}, interpreter"
    name = one.staff.name if one.staff else "-"
    return f"{name}, all routes" if one.shows == FeedScope.ROUTES else name


COMMANDS = (feeds,)
