"""When does each counsellor see people? The office's admin may change it, too."""

from uuid import UUID

from flask import abort, render_template, request

from booking.services import opening_hours
from booking.services.opening_hours import UnknownCounsellor
from booking.web import moments, weekly
from booking.web.access import Audience, open_to
from booking.web.office.pages import pages


@pages.get("/office/hours", endpoint="hours")
@open_to(Audience.ADMIN)
def hours() -> str:
    """List the counsellors."""
    return render_template("office/hours.html", team=opening_hours.counsellors())


@pages.get("/office/hours/<uuid:counsellor>", endpoint="hours_of")
@open_to(Audience.ADMIN)
def hours_of(counsellor: UUID) -> str:
    """List the week of one of them."""
    try:
        whose = opening_hours.counsellor(counsellor)
    except UnknownCounsellor:
        abort(404)
    return render_template(
        "office/hours_of.html",
        whose=whose,
        lines=opening_hours.listed(whose.id, today=moments.today()),
        saved="saved" in request.args,
        today=moments.today(),
        weekly=weekly,
    )
