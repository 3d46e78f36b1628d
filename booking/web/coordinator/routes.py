"""Who drives where on one day? Lists with times, one sheet of paper for each route."""

from collections.abc import Mapping
from datetime import date

from flask import render_template

from booking import clock
from booking.models import Role, RouteState
from booking.services import driving, route_days, street_map
from booking.services.board import routes_on
from booking.services.driving import Mark
from booking.services.office import decisions
from booking.services.proposing import LONGEST_REASON
from booking.services.route_exports import map_link
from booking.services.route_settings import route_settings
from booking.web.access import Audience, open_to
from booking.web.coordinator import wording
from booking.web.coordinator.pages import pages
from booking.web.coordinator.sketching import sketch_of
from booking.web.signing_in import person


@pages.get("/routes/<date:day>")
@open_to(Audience.COORDINATOR, Audience.COUNSELLOR)
def routes(day: date) -> str:
    """Show the routes of a day; a counsellor sees hers."""
    return routes_page(day)


def routes_page(
    day: date, *, complaint: str = "", typed: Mapping[str, str] | None = None
) -> str:
    """Show the routes of a day; also what is wrong with an answer, and what it was."""
    only = None if person().may(Role.COORDINATOR) else person().id
    found = routes_on([day], only=only)
    before, after = route_days.before_and_after(day, only=only)
    return render_template(
        "coordinator/routes.html",
        day=day,
        routes=found,
        asked=[
            one
            for one in found
            if one.counsellor_id == person().id and one.state == RouteState.PROPOSED
        ],
        before=before,
        after=after,
        sketch=sketch_of(found, decisions().point, street_map.streets()),
        plans=person().may(Role.COORDINATOR),
        hers=driving.particulars(person(), day, now=clock.now()),
        is_today=day == wording.today(),
        exports=[
            one.uuid
            for one in found
            if one.counsellor_id == person().id
            and one.state == RouteState.PUBLISHED
            and route_settings(decisions()).may_export
        ],
        map_link=map_link,
        marks=Mark,
        complaint=complaint,
        typed=typed or {},
        longest=LONGEST_REASON,
        words=wording,
    )
