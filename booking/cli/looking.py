"""Look without a browser: free times, and how complete the translations are."""

import json
from datetime import date, datetime

import click
from flask.cli import with_appcontext
from sqlalchemy import inspect

from booking import clock
from booking.config import shipped
from booking.languages import LANGUAGES, SPOKEN, Language, coverage_of
from booking.models import Place, Setting, db
from booking.models.running import zone
from booking.services import availability, office
from booking.services.availability import Offer, Wish
from booking.services.office import Decisions


@click.command()
@click.option(
    "--type", "place", type=click.Choice(["office", "phone"]), default="office"
)
@click.option("--language", type=click.Choice(SPOKEN), default="de", show_default=True)
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First day.")
@click.option("--days", type=click.IntRange(1, 366), help="How many days from there.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_appcontext
def slots(
    place: str,
    language: str,
    first: datetime | None,
    days: int | None,
    *,
    as_json: bool,
) -> None:
    """Show what a client would be offered."""
    office.the_office()
    offer = availability.offer(
        Wish(place=Place(place), language=language),
        now=clock.now(),
        first=first.date() if first else None,
        days=days,
    )
    if as_json:
        click.echo(json.dumps(_as_json(offer), indent=2))
    else:
        _print(offer)


@click.command()
@with_appcontext
def translations() -> None:
    """List the languages: share translated, reviewed by a speaker, in use."""
    in_use = _in_use()
    for language in LANGUAGES:
        found = coverage_of(shipped("translations"), language.code)
        state = "in use" if language in in_use else "not in use"
        click.echo(
            f"{language.code:10} {found.percent:3} % translated "
            f"({found.translated} of {found.texts}); "
            f"reviewed by a speaker: {found.reviewed}; {state}"
        )


def _in_use() -> tuple[Language, ...]:
    """Return what the office speaks; before there is a database, that is everything."""
    if not inspect(db.engine).has_table(Setting.__tablename__):
        return Decisions().languages
    return office.decisions().languages


def _as_json(offer: Offer) -> dict[str, object]:
    return {
        "slots": [
            {
                "start": slot.window.start.astimezone(zone()).isoformat(),
                "end": slot.window.end.astimezone(zone()).isoformat(),
                "counsellors": len(slot.counsellors),
            }
            for slot in offer.slots
        ],
        "interpreted": offer.interpreted,
    }


def _print(offer: Offer) -> None:
    if not offer.days:
        click.echo("Nothing is free.")
    for day in offer.days:
        starts = [slot.window.start.astimezone(zone()) for slot in day.slots]
        times = " ".join(start.strftime("%H:%M") for start in starts)
        click.echo(f"{_weekday(day.day)} {day.day}  {times}")


def _weekday(day: date) -> str:
    return ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[day.weekday()]


COMMANDS = (slots, translations)
