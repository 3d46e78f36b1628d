"""How does a coordinator change a plan by hand? Visit by visit, with a way back."""

from datetime import date
from functools import partial
from http import HTTPStatus
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.models import RouteState
from booking.services import board as boards
from booking.services import edit_places, editing, plan_steps
from booking.services.board_rows import RouteRow, StopRow
from booking.services.editing import (
    ChangedMeanwhile,
    Collides,
    Deed,
    NotOnDraft,
    NowhereToGo,
    TwoGoTogether,
    WeekOver,
    WouldBreak,
)
from booking.services.paper_week import paper_week
from booking.services.plan_comparison import Difference, compared
from booking.services.plan_steps import CannotBeUndone
from booking.services.planning_facts import OfficeNotFound
from booking.services.route_loads import loads
from booking.web.access import Audience, open_to
from booking.web.coordinator import edit_forms, edit_words, wording
from booking.web.coordinator.pages import pages
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]
# What a refusal is called where its sentence stands.
REFUSALS: dict[type[Exception], str] = {
    ChangedMeanwhile: "changed",
    NotOnDraft: "no_draft",
    NowhereToGo: "nowhere",
    TwoGoTogether: "two",
    WeekOver: "over",
    OfficeNotFound: "no_office",
    CannotBeUndone: "no_undo",
}


@pages.get("/visits/<date:day>/wishes/<uuid:wish>/places")
@open_to(Audience.COORDINATOR)
def visit_places(day: date, wish: UUID) -> Page:
    """Show what can be done with one visit, and where it would fit."""
    board = boards.board(day)
    stops = _stops(board.routes, wish)
    row = next((one for one in board.wishes if one.uuid == wish), None)
    row = row or (stops[0][1].wish if stops else None)
    if row is None:
        abort(404)
    try:
        week = paper_week(day, now=clock.now(), wish=wish)
        found = edit_places.places(week, wish)
    except (WeekOver, OfficeNotFound) as refusal:
        return _not_changed(REFUSALS[type(refusal)], day)
    return render_template(
        "coordinator/places.html",
        day=day,
        wish=row,
        stops=[one for one in stops if one[0].state != RouteState.PUBLISHED],
        is_published=any(one.state == RouteState.PUBLISHED for one, _ in stops),
        found=found,
        board=board,
        why=boards.left_over_now(row, found.why, board) if found.why else None,
        wish_url=partial(_stop_url, day),
        versions=editing.versions(board.days),
        deeds=Deed,
        words=wording,
        said=edit_words,
        forms=edit_forms,
    )


@pages.post("/visits/<date:day>/edits")
@open_to(Audience.COORDINATOR)
def edit(day: date) -> Page:
    """Change the drafts of a week, or say what that would break."""
    wanted = edit_forms.wanted_of(request.form)
    try:
        editing.edit(wanted, day, by=person().id, now=clock.now())
    except Collides as clash:
        return _breaks(day, wanted, clash), HTTPStatus.CONFLICT
    except WouldBreak as clash:
        return _breaks(day, wanted, clash), HTTPStatus.UNPROCESSABLE_ENTITY
    except tuple(REFUSALS) as refusal:
        return _refused(REFUSALS[type(refusal)], day, wanted.visit)
    taken_out = wanted.deed == Deed.TAKE_OUT
    return _to_board(day, wanted.visit, "wish" if taken_out else "stop")


@pages.post("/visits/<date:day>/edits/removal")
@open_to(Audience.COORDINATOR)
def undo(day: date) -> Page:
    """Bring the drafts back to where they were before the last step."""
    monday = boards.week_of(day)[0]
    try:
        step = UUID(request.form.get("step", ""))
    except ValueError:
        abort(400)
    try:
        visit = plan_steps.undo(step, monday, by=person().id, now=clock.now())
    except CannotBeUndone:
        return _refused("no_undo", day)
    return _to_board(day, visit, "stop")


@pages.get("/visits/<date:day>/edits")
@pages.get("/visits/<date:day>/edits/removal")
@open_to(Audience.COORDINATOR)
def back_from_edit(day: date) -> Response:
    """Lead somebody who reloads a deed back to the board."""
    return redirect(url_for("coordinator.visits", day=day), 303)


@pages.get("/visits/<date:day>/load")
@open_to(Audience.COORDINATOR)
def load(day: date) -> str:
    """Show how much each counsellor drives in this week."""
    return render_template(
        "coordinator/load.html", found=loads(day, now=clock.now()), words=wording
    )


@pages.get("/visits/<date:day>/comparison")
@open_to(Audience.COORDINATOR)
def comparison(day: date) -> str:
    """Show what publishing the drafts would change."""
    return render_template(
        "coordinator/comparison.html",
        found=compared(day),
        kinds=Difference,
        words=wording,
        said=edit_words,
    )


def _stops(routes: tuple[RouteRow, ...], wish: UUID) -> list[tuple[RouteRow, StopRow]]:
    return [
        (route, stop)
        for route in routes
        for stop in route.stops
        if stop.wish.uuid == wish
    ]


def _breaks(day: date, wanted: editing.Wanted, clash: WouldBreak) -> str:
    return render_template(
        "coordinator/would_break.html",
        day=day,
        visit=wanted.visit,
        title=edit_words.asked(wanted.deed, _reference(wanted.visit)),
        fields=edit_forms.fields_of(wanted),
        broken=clash.broken,
        agreement=clash.agreement,
        can_be_saved=not isinstance(clash, Collides),
        said=edit_words,
    )


def _refused(why: str, day: date, visit: UUID | None = None) -> tuple[str, int]:
    return _not_changed(why, day, visit), HTTPStatus.CONFLICT


def _not_changed(why: str, day: date, visit: UUID | None = None) -> str:
    return render_template(
        "coordinator/not_changed.html",
        why=why,
        day=day,
        reference=_reference(visit) if visit else "",
    )


def _to_board(day: date, visit: UUID, what: str) -> Response:
    board = url_for("coordinator.visits", day=day)
    return redirect(f"{board}#{what}-{_reference(visit)}", 303)


def _stop_url(day: date, reference: str) -> str:
    return f"{url_for('coordinator.visits', day=day)}#stop-{reference}"


def _reference(visit: UUID) -> str:
    return visit.hex[:5].upper()
