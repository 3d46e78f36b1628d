"""What do papers for authorities say, as things stand now?"""

import click
from flask import render_template
from flask.cli import with_appcontext

from booking import clock
from booking.services import processing_record


@click.group()
def report() -> None:
    """Papers for data protection, in German."""


@report.command("processing")
@with_appcontext
def processing() -> None:
    """Write the record of processing activities (Art. 30) to standard output."""
    record = processing_record.facts(now=clock.now())
    click.echo(render_template("privacy/processing.txt", record=record))


COMMANDS = (report,)
