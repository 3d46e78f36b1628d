"""What does the record of processing activities (Art. 30) say now?"""

from flask import render_template

from booking import clock
from booking.services import processing_record
from booking.web import prose
from booking.web.access import Audience, open_to
from booking.web.office.pages import pages


@pages.get("/processing", endpoint="processing")
@open_to(Audience.DATA_PROTECTION)
def show() -> str:
    """Show the paper, to print; it is German, as authorities read it."""
    record = processing_record.facts(now=clock.now())
    text = render_template("privacy/processing.txt", record=record)
    title, _, rest = text.partition("\n")
    return render_template(
        "office/processing.html",
        title=title.removeprefix("# "),
        paper=prose.rendered(rest),
    )
