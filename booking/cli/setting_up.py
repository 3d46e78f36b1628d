"""Begin: the first office and admin, further staff, or an invented office."""

from typing import Any

import click
from flask.cli import with_appcontext

from booking import clock
from booking.languages import SPOKEN
from booking.models import Role
from booking.models.running import zone
from booking.scheduling import subdivisions_of
from booking.services import accounts, office, staff_list
from booking.services.accounts import NewStaffMember
from booking.services.filling import COUNSELLORS, VISITS, fill
from booking.services.office import NewOffice
from booking.services.sign_in_links import WayIn

ROLES = [role.value for role in Role]


@click.command()
@click.option("--name", prompt="Name of the building", help="Bürgerhaus")
@click.option("--service", prompt="Name of the service", help="Integrationsmanagement")
@click.option("--street", prompt="Street")
@click.option("--house-number", prompt="House number")
@click.option("--postcode", prompt="Postcode")
@click.option("--town", prompt="Town")
@click.option("--floor", default="", prompt="Floor")
@click.option("--phone", prompt="Phone")
@click.option("--email", prompt="E-mail of the office")
@click.option(
    "--subdivision",
    type=click.Choice(subdivisions_of("DE")),
    default="BW",
    prompt="Land, for its holidays (ISO 3166-2)",
)
@click.option("--admin-name", prompt="Name of the office admin")
@click.option("--admin-email", prompt="E-mail of the office admin")
@with_appcontext
def setup(admin_name: str, admin_email: str, **facts: str) -> None:
    """Set up the first office and its admin."""
    admin = NewStaffMember(
        name=admin_name, email=admin_email, roles=frozenset({Role.ADMIN})
    )
    password = office.set_up(NewOffice(**facts), admin, now=clock.now())
    click.echo(
        f"{facts['name']} is set up. First password of {admin_email}: {password}"
    )


PASSWORD = click.option(
    "--password",
    "with_password",
    is_flag=True,
    help="Print a first password instead of a link.",
)


@click.group()
def staff() -> None:
    """Staff members."""


@staff.command("add")
@click.option("--name", prompt=True)
@click.option("--email", prompt=True)
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), required=True)
@click.option("--language", "languages", multiple=True, type=click.Choice(SPOKEN))
@click.option("--post-share", type=click.IntRange(1, 100), default=100)
@click.option("--daily-maximum", type=click.IntRange(1, 40), default=None)
@click.option(
    "--woman/--not-a-woman",
    "is_woman",
    default=None,
    help="For clients who would rather talk with a woman.",
)
@PASSWORD
@with_appcontext
def add(
    roles: tuple[str, ...],
    languages: tuple[str, ...],
    with_password: bool,  # noqa: FBT001 - a switch of the command
    **facts: Any,
) -> None:
    """Add a staff member; a link lets her set her own password."""
    newcomer = NewStaffMember(
        roles=frozenset(map(Role, roles)), languages=frozenset(languages), **facts
    )
    now = clock.now()
    if with_password:
        said = _password(newcomer.email, accounts.add_staff(newcomer, now=now))
    else:
        said = _told(staff_list.invite(newcomer, by=None, now=now))
    click.echo(f"{newcomer.name} is added. {said}")


@staff.command("list")
@with_appcontext
def list_staff() -> None:
    """List who works here: name, address, roles, languages."""
    for one in accounts.listed():
        state = "disabled" if one.disabled_at else "active"
        roles, languages = sorted(one.roles), sorted(one.languages)
        click.echo(
            f"{one.name} <{one.email}> {state}; "
            f"{', '.join(roles)}; {', '.join(languages) or '-'}"
        )


@staff.command("disable")
@click.argument("email")
@with_appcontext
def disable(email: str) -> None:
    """Let somebody in no more; sessions and feeds end at once."""
    accounts.disable(email, now=clock.now())
    click.echo(f"{email} cannot sign in any more.")


@staff.command("reset")
@click.argument("email")
@PASSWORD
@with_appcontext
def reset(email: str, with_password: bool) -> None:  # noqa: FBT001 - a switch of the command
    """Let somebody begin anew by a link; password, phone and sessions end at once."""
    now = clock.now()
    if with_password:
        click.echo(f"New first password of {email}: {accounts.reset(email, now=now)}")
    else:
        way = staff_list.reset(accounts.named(email), by=None, now=now)
        click.echo(_told(way))


def _password(email: str, password: str) -> str:
    return f"First password of {email}: {password}"


def _told(way: WayIn) -> str:
    if way.until is None:
        return (
            f"The town account of {way.email} opens {way.url}; no password is needed."
        )
    until = f"{way.until.astimezone(zone()):%Y-%m-%d %H:%M}"
    mailed = " It is mailed to her, too." if way.is_mailed else ""
    return (
        f"Link for {way.email} to set the password, once, until {until}: "
        f"{way.url}{mailed}"
    )


@click.command()
@click.option(
    "--counsellors", type=click.IntRange(1, 200), default=COUNSELLORS, show_default=True
)
@click.option("--appointments", type=click.IntRange(0), default=240, show_default=True)
@click.option("--visits", type=click.IntRange(0), default=VISITS, show_default=True)
@click.option("--seed", default=1, show_default=True)
@with_appcontext
def seed(counsellors: int, appointments: int, visits: int, seed: int) -> None:
    """Fill an empty database with an invented office."""
    fill(counsellors=counsellors, appointments=appointments, visits=visits, seed=seed)
    click.echo(
        f"{counsellors} counsellors, {appointments} appointments, "
        f"{visits} wishes for a visit."
    )


COMMANDS = (setup, staff, seed)
