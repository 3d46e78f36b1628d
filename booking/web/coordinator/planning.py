"""How does a plan come about? Ordered, watched, called off if it takes too long."""

from datetime import date
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.models import JobState
from booking.services import board as boards
from booking.services import visits
from booking.services.visits import NothingToPlan
from booking.web.access import Audience, open_to
from booking.web.coordinator import wording
from booking.web.coordinator.board import board_page
from booking.web.coordinator.order import USUAL_SECONDS, Order
from booking.web.coordinator.pages import pages
from booking.web.dates import day_written
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]


@pages.post("/visits/<date:day>/plan")
@open_to(Audience.COORDINATOR)
def plan(day: date) -> Page:
    """Order a plan for the chosen days and counsellors."""
    board = boards.board(day)
    order = Order.typed(board, wording.today(), request.form)
    if order.errors:
        return board_page(board, order), 422
    job = visits.plan(
        order.chosen_days,
        order.chosen_modes,
        seconds=order.seconds,
        by=person().id,
        now=clock.now(),
        moves_published=order.moves_published,
    )
    return redirect(url_for("coordinator.progress", job=job), 303)


@pages.post("/visits/<date:day>/illness")
@open_to(Audience.COORDINATOR)
def plan_without(day: date) -> Page:
    """Plan a day again without somebody who is ill; few others shall move."""
    counsellor, _, when = request.form.get("who", "").partition(" ")
    absent_on = day_written(when)
    if absent_on is None:
        return redirect(url_for("coordinator.visits", day=day), 303)
    try:
        job = visits.plan_without(
            int(counsellor),
            absent_on,
            seconds=USUAL_SECONDS,
            by=person().id,
            now=clock.now(),
        )
    except (ValueError, NothingToPlan):
        return redirect(url_for("coordinator.visits", day=day), 303)
    return redirect(url_for("coordinator.progress", job=job), 303)


@pages.get("/visits/<date:day>/illness")
@open_to(Audience.COORDINATOR)
def back_from_illness(day: date) -> Response:
    """Lead somebody who reloads a deed back to the board."""
    return redirect(url_for("coordinator.visits", day=day), 303)


@pages.get("/plans/<uuid:job>")
@open_to(Audience.COORDINATOR)
def progress(job: UUID) -> Page:
    """Show how far a plan has come; lead to the board once it stands."""
    found = boards.job(job)
    if found is None:
        abort(404)
    if found.state == JobState.DONE:
        return redirect(url_for("coordinator.visits", day=found.days[0]), 303)
    return render_template("coordinator/progress.html", job=found, words=wording)


@pages.post("/plans/<uuid:job>/cancellation")
@open_to(Audience.COORDINATOR)
def call_off(job: UUID) -> Response:
    """Stop a plan that is being drawn up."""
    visits.call_off(job, by=person().id, now=clock.now())
    return redirect(url_for("coordinator.progress", job=job), 303)


@pages.get("/plans/<uuid:job>/cancellation")
@open_to(Audience.COORDINATOR)
def back_to_progress(job: UUID) -> Response:
    """Lead somebody who reloads a deed back to the plan."""
    return redirect(url_for("coordinator.progress", job=job), 303)
