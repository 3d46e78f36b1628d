"""What does the data protection officer find here? All of it only to read."""

from flask import render_template

from booking import clock
from booking.services import emergencies
from booking.web.access import Audience, open_to
from booking.web.office.pages import pages
from booking.web.signing_in import person


@pages.get("/protection", endpoint="protection")
@open_to(Audience.DATA_PROTECTION)
def show() -> str:
    """Lead to the journal and the reports; say what waits to be seen."""
    unseen = emergencies.unseen_number(person(), now=clock.now())
    return render_template("office/protection.html", unseen=unseen)
