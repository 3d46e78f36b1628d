"""Which visits does a week hold? The planning board."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from uuid import UUID

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.models import RouteState, VisitState, db
from booking.services import board as boards
from booking.services import (
    editing,
    plan_steps,
    publishing,
    route_days,
    source_states,
    street_map,
)
from booking.services.board import Board
from booking.services.board_rows import RouteRow, WishRow
from booking.services.heard import heard
from booking.services.visit_settings import TRAVEL_MODES
from booking.web import moments
from booking.web.access import Audience, open_to
from booking.web.coordinator import edit_words, wording
from booking.web.coordinator.order import SECONDS, Order
from booking.web.coordinator.pages import pages
from booking.web.coordinator.sketching import sketch_of

A_WEEK = timedelta(weeks=1)


class Show(StrEnum):
    """Which wishes the board lists."""

    ALL = "all"
    PRESSING = "pressing"
    OVERDUE = "overdue"


@pages.get("/visits")
@open_to(Audience.COORDINATOR)
def visits_now() -> Response:
    """Lead to the week that is planned next."""
    day = route_days.to_be_planned(wording.today())
    return redirect(url_for("coordinator.visits", day=day), 303)


@pages.get("/visits/<date:day>")
@open_to(Audience.COORDINATOR)
def visits(day: date) -> str:
    """Show the week of a day: who is left over, the sketch, wishes, routes."""
    board = boards.board(day)
    return board_page(board, Order.usual(board, wording.today()))


@pages.get("/visits/<date:day>/plan")
@pages.get("/visits/<date:day>/publication")
@pages.get("/visits/<date:day>/drafts/removal")
@open_to(Audience.COORDINATOR)
def back_to_board(day: date) -> Response:
    """Lead somebody who reloads a deed back to the board."""
    return redirect(url_for("coordinator.visits", day=day), 303)


def board_page(board: Board, order: Order) -> str:
    """Show a board with the form as it stands."""
    now = clock.now()
    drafts = [one for one in board.routes if one.state != RouteState.PUBLISHED]
    on_routes = {stop.wish.reference for one in board.routes for stop in one.stops}
    return render_template(
        "coordinator/board.html",
        board=board,
        order=order,
        **_wishes(board),
        **_days(board),
        heard=heard(board.days),
        drafts=drafts,
        drafted=sum(len(one.stops) for one in drafts),
        difference=publishing.difference(db.session(), board.days, now),
        **_deadlines(drafts),
        on_routes=on_routes,
        wish_url=partial(_wish_url, board.days[0], on_routes),
        modes=TRAVEL_MODES,
        seconds=SECONDS,
        now=now,
        versions=editing.versions(board.days) if drafts else {},
        last_step=plan_steps.last_step(board.days[0]),
        deeds=plan_steps.Deed,
        said=edit_words,
        week_before=board.days[0] - A_WEEK,
        week_after=board.days[0] + A_WEEK,
        stale=source_states.stale_for_the_office(now=now),
        moments=moments,
        words=wording,
    )


def _wishes(board: Board) -> dict[str, object]:
    """Say which wishes are listed, and by what they can be filtered."""
    today, now = wording.today(), clock.now()
    overdue = {one.uuid for one in board.wishes if board.is_overdue(one, today)}
    return {
        "wishes": _shown(board, overdue),
        "pressing": [one for one in board.wishes if one.presses(now)],
        "overdue": overdue,
        "languages": sorted(
            {one.language for one in board.wishes}, key=wording.language
        ),
        "districts": sorted({one.district for one in board.wishes}),
    }


def _days(board: Board) -> dict[str, object]:
    """Say what stands on each day; streets lie behind the drawn one alone."""
    days = _by_day(board.routes)
    drawn = _sketched_day(days)
    streets = street_map.streets() if drawn else None
    return {
        "days": days,
        "sketched_day": drawn,
        "sketches": {
            day: sketch_of(of_day, board.office, streets if day == drawn else None)
            for day, of_day in days.items()
        },
        "published_ahead": [
            one
            for one in board.routes
            if one.state == RouteState.PUBLISHED and one.day >= wording.today()
        ],
    }


def _deadlines(drafts: Iterable[RouteRow]) -> dict[str, date | None]:
    """Say until when to publish, or since when it is late for letters by post."""
    days = sorted({one.publish_by for one in drafts if one.publish_by})
    late = [day for day in days if day < wording.today()]
    return {"soonest": next(iter(days), None), "late": next(iter(late), None)}


def _wish_url(monday: date, on_routes: Collection[str], reference: str) -> str:
    """Lead to the stop of a wish, or to the wish itself: a filter may hide it."""
    if reference in on_routes:
        return f"#stop-{reference}"
    whole = "" if not request.args else url_for("coordinator.visits", day=monday)
    return f"{whole}#wish-{reference}"


def _sketched_day(days: Collection[date]) -> date | None:
    """Return the day to draw: the one asked for, else the next one with routes."""
    asked = [day for day in days if day.isoformat() == request.args.get("sketch")]
    ahead = [day for day in days if day >= wording.today()]
    return next(iter([*asked, *ahead, *days]), None)


def _shown(board: Board, overdue: Collection[UUID]) -> list[WishRow]:
    """Keep the wishes that the reader asked for, those without a route first."""
    language, district = request.args.get("language"), request.args.get("district")
    kept = [
        one
        for one in board.wishes
        if (not language or one.language == language)
        and (not district or one.district == district)
        and _is_meant(one, overdue, request.args.get("show"))
    ]
    return sorted(kept, key=lambda one: one.state == VisitState.PLANNED)


def _is_meant(wish: WishRow, overdue: Collection[UUID], show: str | None) -> bool:
    if show == Show.OVERDUE:
        return wish.uuid in overdue
    return show != Show.PRESSING or wish.presses(clock.now())


def _by_day(routes: Iterable[RouteRow]) -> dict[date, list[RouteRow]]:
    days: dict[date, list[RouteRow]] = {}
    for route in routes:
        days.setdefault(route.day, []).append(route)
    return days
