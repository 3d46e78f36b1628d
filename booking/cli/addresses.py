"""The address book: filled from a list, asked from the command line."""

import json
from collections.abc import Collection, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from booking import clock
from booking.geography import (
    Address,
    Found,
    House,
    Refused,
    UnreadableList,
    read_csv,
    read_extract,
    read_house_coordinates,
    read_streets,
)
from booking.services import addresses as book
from booking.services import street_map

LAYOUTS = ("csv", "hauskoordinaten", "osm")
SHOWN = 10  # refused lines; the rest is counted


@click.group()
def addresses() -> None:
    """Where people live."""


@addresses.command("import")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
)
@click.option("--format", "layout", type=click.Choice(LAYOUTS), default="csv")
@click.option(
    "--town",
    "towns",
    multiple=True,
    help="Take only the houses of this town; may be given several times. The lists of "
    "a whole Land are large.",
)
@with_appcontext
def take_in(file: Path, layout: str, towns: tuple[str, ...]) -> None:
    """Enter a list of addresses; what is there already is replaced.

    csv: a table with a line of names (street, number, postcode, town, and lat and lon
    or east and north). hauskoordinaten: the official text of the surveying offices.
    osm: an OpenStreetMap extract (.osm.pbf), with the extra [roads]; its streets are
    drawn behind the sketches of routes, too.
    """
    try:
        imported = book.take_in(_read(file, layout, towns), now=clock.now())
        drawn = street_map.take_in(read_streets(file)) if layout == "osm" else 0
    except UnreadableList as fault:
        raise click.ClickException(f"{file}: {fault}") from fault
    click.echo(f"{imported.kept} addresses are in the book.")
    if drawn:
        click.echo(f"{drawn} streets are drawn behind the sketches of routes.")
    for row in imported.refused[:SHOWN]:
        click.echo(f"Line {row.line} was left out: {row.why}", err=True)
    if len(imported.refused) > SHOWN:
        click.echo(f"{len(imported.refused)} lines were left out.", err=True)


def _read(file: Path, layout: str, towns: Collection[str]) -> Iterator[House | Refused]:
    if layout == "osm":
        return read_extract(file, towns=towns)
    if layout == "hauskoordinaten":
        return read_house_coordinates(file.read_bytes(), towns=towns)
    return read_csv(file.read_bytes(), towns=towns)


@addresses.command("find")
@click.argument("address")
@with_appcontext
def find(address: str) -> None:
    """Look an address up; the answer is JSON."""
    answer = book.find(Address.read(address))
    facts = {
        "found": _as_json(answer.found) if answer.found else None,
        "did_you_mean": [_as_json(one) for one in answer.suggestions],
    }
    click.echo(json.dumps(facts, ensure_ascii=False, indent=2))


def _as_json(found: Found) -> dict[str, Any]:
    facts = asdict(found)
    return {
        "address": facts["line"],
        "lat": facts["latitude"],
        "lon": facts["longitude"],
        "quality": facts["precision"],
        "score": facts["score"],
    }


COMMANDS = (addresses,)
