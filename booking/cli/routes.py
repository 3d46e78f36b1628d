"""Plan a week of home visits that is given as a file; no database is needed."""

import json
import math
from pathlib import Path
from typing import BinaryIO

import click

from booking import clock
from booking.routing import (
    Progress,
    UnreadableWeek,
    Watch,
    Week,
    plan,
    read_week,
    vroom,
    written_plan,
)

SECONDS = 5
EVERY = 0.5  # seconds between two lines of progress


@click.group()
def routes() -> None:
    """Routes of home visits."""


@routes.command("plan")
@click.argument("week_file", metavar="WEEK.json", type=click.File("rb"))
@click.option(
    "--seconds",
    type=click.FloatRange(0, 3600),
    default=SECONDS,
    show_default=True,
    help="How long to search.",
)
@click.option("--seed", default=1, show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path))
def plan_week(
    week_file: BinaryIO, seconds: float, seed: int, output: Path | None
) -> None:
    """Plan the visits of a week; progress goes to standard error."""
    week = _read(week_file)
    watch = _telling(seconds)
    found = plan(week, seed=seed, watch=watch, starts=vroom.starts(seconds))
    text = json.dumps(written_plan(found, week), ensure_ascii=False, indent=2)
    if output is None:
        click.echo(text)
    else:
        _write(output, text + "\n")
    click.echo(
        f"{sum(len(route.stops) for route in found.routes)} visits on "
        f"{len(found.routes)} routes, {len(found.unplanned)} left out, "
        f"cost {found.cost.total} s.",
        err=True,
    )


def _read(week_file: BinaryIO) -> Week:
    try:
        return read_week(json.loads(week_file.read()))
    except UnreadableWeek as fault:
        raise click.ClickException(f"{week_file.name}: {fault}") from fault
    except (ValueError, RecursionError, OSError) as fault:
        raise click.ClickException(f"{week_file.name} is no readable JSON.") from fault


def _telling(seconds: float) -> Watch:
    """Search for so long, and say now and then how it goes."""
    elapsed, told = clock.stopwatch(), 0.0

    def watch(progress: Progress) -> float:
        nonlocal told
        gone = elapsed()
        if gone >= told:
            told = gone + EVERY
            click.echo(
                f"{gone:5.1f} s: cost {progress.cost} s, {progress.unplanned} left out",
                err=True,
            )
        return gone / seconds if seconds else math.inf

    return watch


def _write(output: Path, text: str) -> None:
    """Put the plan in place whole, or not at all."""
    draft = output.with_name(f".{output.name}.draft")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(output)
    except OSError as fault:
        raise click.ClickException(
            f"{output} cannot be written: {fault.strerror}."
        ) from fault


COMMANDS = (routes,)
