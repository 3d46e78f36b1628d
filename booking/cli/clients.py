"""What do we keep about somebody? Handed out, erased, or kept long enough."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from booking import clock
from booking.handout import for_machines, written_out
from booking.models.running import zone
from booking.services import erasing_people, exporting, file_retention, retention
from booking.services.clients import UnknownClient
from booking.services.erasing_people import SharedVisit, StillToCome
from booking.services.held_files import UnderHold
from booking.services.office import the_office

REFERENCE = "The reference of a file, or the code of somebody without one."
UNKNOWN = "There is no file with this reference, and no such code."


@click.group()
def clients() -> None:
    """Clients' data."""


@clients.command("export", help=f"Write down all that is kept. {REFERENCE}")
@click.argument("reference")
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="The folder for the two files; the present one unless given.",
)
@with_appcontext
def export(reference: str, into: Path) -> None:
    """Write a page in the client's language, and the same as JSON (Art. 15, 20)."""
    now = clock.now()
    try:
        found = exporting.about(reference, now=now)
    except UnknownClient as fault:
        raise click.ClickException(UNKNOWN) from fault
    into.mkdir(parents=True, exist_ok=True)
    name = f"export-{found.reference or 'code'}"
    facts = found.as_json()
    page = written_out(facts, found.language, the_office(), now=now, zone=zone())
    texts = {into / f"{name}.html": page, into / f"{name}.json": for_machines(facts)}
    _write(texts)
    click.echo("Hand it over in person, and delete both files afterwards.")


@clients.command("erase", help=f"Erase all about one person. {REFERENCE}")
@click.argument("reference")
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def erase(reference: str, *, yes: bool) -> None:
    """Erase one person; files are offered to the archive first (archive law)."""
    if not yes:
        click.confirm(
            "Was the file offered to the archive? Erased is erased.",
            abort=True,
        )
    try:
        is_wiped = erasing_people.erase(reference, now=clock.now())
    except UnknownClient as fault:
        raise click.ClickException(UNKNOWN) from fault
    except StillToCome as fault:
        raise click.ClickException(
            "An appointment or a visit still lies ahead. Cancel it first."
        ) from fault
    except UnderHold as fault:
        raise click.ClickException(
            "A legal hold keeps this file; her counsellor ends it in the file."
        ) from fault
    except SharedVisit as fault:
        raise click.ClickException(
            "A visit lies in this file and its wish in another. Put both into one."
        ) from fault
    click.echo("Erased. Backups that were made before still hold it for 30 days.")
    if not is_wiped:
        click.echo(
            "Somebody reads the database just now: the last traces leave its file "
            "with the worker's next clearing."
        )


@clients.command("seen-by")
@click.argument("email")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), default=None)
@with_appcontext
def seen_by(email: str, since: datetime | None) -> None:
    """List what an account has read and done: after a breach (Art. 33), no names."""
    day = since.date() if since else None
    for line in exporting.seen_by(email, since=day, now=clock.now()):
        click.echo(f"{line.at:%Y-%m-%d %H:%M} UTC  {line.deed:<22}  {line.about}")


def _write(texts: Mapping[Path, str]) -> None:
    """Write all files, or none: half an answer would be handed over as a whole one."""
    try:
        for file, text in texts.items():
            file.touch(mode=0o600)
            file.write_text(text, "utf-8")
    except OSError:
        for file in texts:
            file.unlink(missing_ok=True)
        raise
    for file in texts:
        click.echo(f"Written: {file}")


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
    for why, number in file_retention.kept_back(now=clock.now()).items():
        click.echo(f"Kept {number}: {why}.")
    click.echo("Appointments and visits in a client's file stay as long as the file.")


COMMANDS = (clients,)
