"""Which of her own calendars keep times free? Added, looked through, taken away."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.calendars.sieve import MOST_BYTES
from booking.languages import gettext as _
from booking.models import Role
from booking.models.running import zone
from booking.scheduling import TimeWindow, day_window
from booking.services import (
    busy_times,
    conflicts,
    desk,
    refreshing,
    source_states,
    sources,
)
from booking.services.board import week_of
from booking.services.calendar_fetch import NotFetched
from booking.services.refreshing import Pace
from booking.services.source_reading import TooManyAtOnce, among_few
from booking.services.source_states import Shown, UnknownSource
from booking.services.sources import NeedsTheFile, TooManySources
from booking.web.access import Audience, open_to
from booking.web.counsellor import source_words, words
from booking.web.counsellor.pages import pages
from booking.web.counsellor.source_forms import ChangedSourceForm, SourceForm
from booking.web.counsellor.week_table import week_table
from booking.web.signing_in import person, signed_in

Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]
Form = SourceForm | ChangedSourceForm
A_WEEK = timedelta(weeks=1)
BRING_FILES = ("counsellor.add_source", "counsellor.change_source")
# A file that is somewhat too large is told so on the page itself.
MOST = 2 * MOST_BYTES
A_MOMENT = {"Retry-After": "10"}


@pages.url_value_preprocessor
def let_a_counsellor_bring_a_calendar(endpoint: str | None, _values: Any) -> None:
    """Allow her a file; it must be said before anybody looks into the form."""
    counsellor = signed_in() if endpoint in BRING_FILES else None
    if counsellor and counsellor.may(Role.COUNSELLOR):
        request.max_content_length = MOST


@pages.get("/calendar/sources", endpoint="sources")
@open_to(Audience.COUNSELLOR)
def show_all() -> str:
    """List her calendars and how they stand."""
    return render_template(
        "counsellor/sources.html",
        sources=source_states.listed(person(), now=clock.now()),
        conflicts=conflicts.number(person(), now=clock.now()),
        told=source_words,
        words=words,
    )


@pages.get("/calendar/sources/new")
@open_to(Audience.COUNSELLOR)
def new_source() -> str:
    """Ask for an address or a file."""
    return _new_page(SourceForm.empty())


@pages.post("/calendar/sources")
@open_to(Audience.COUNSELLOR)
def add_source() -> Page:
    """Read the calendar, and keep it if it could be read."""
    form = SourceForm(request.form | request.files)
    if not form.validate():
        return _new_page(form), 422
    return _done(form, lambda: _added(form), lambda: _new_page(form))


@pages.get("/calendar/sources/<uuid:source>")
@pages.get("/calendar/sources/<uuid:source>/<date:day>")
@open_to(Audience.COUNSELLOR)
def source(source: UUID, day: date | None = None) -> str:
    """Show what one calendar blocks, a week at a time."""
    shown = _found(source)
    return _page(shown, ChangedSourceForm.of(shown.row), day)


@pages.post("/calendar/sources/<uuid:source>/reading")
@open_to(Audience.COUNSELLOR)
def read_source(source: UUID) -> Page:
    """Read it again at once; its page says what came of it."""
    shown = _found(source)
    number = shown.row.id
    try:
        with among_few():
            refreshing.refresh(number, now=clock.now(), pace=Pace.ON_A_PAGE)
    except TooManyAtOnce:
        shown = _found(source)
        form = ChangedSourceForm.of(shown.row)
        form.form_errors.append(_too_many_at_once())
        return _page(shown, form), 429, A_MOMENT
    return redirect(url_for("counsellor.source", source=source, saved="yes"), 303)


@pages.post("/calendar/sources/<uuid:source>/details")
@open_to(Audience.COUNSELLOR)
def change_source(source: UUID) -> Page:
    """Call it otherwise, take a newer file, or end it earlier."""
    form = ChangedSourceForm.typed(_found(source).row, request.form | request.files)
    if not form.validate():
        return _page(_found(source), form), 422
    return _done(
        form, lambda: _changed(source, form), lambda: _page(_found(source), form)
    )


@pages.post("/calendar/sources/<uuid:source>/removal")
@open_to(Audience.COUNSELLOR)
def remove_source(source: UUID) -> Response:
    """Forget it, and what it said."""
    try:
        sources.remove(source, by=person().id, now=clock.now())
    except UnknownSource:
        abort(404)
    return redirect(url_for("counsellor.sources"), 303)


@pages.get("/calendar/sources/<uuid:source>/<any(reading, details, removal):_noun>")
@open_to(Audience.COUNSELLOR)
def back_to_source(source: UUID, _noun: str) -> Response:
    """Lead somebody who reloads a deed back to the calendar."""
    return redirect(url_for("counsellor.source", source=source), 303)


def _added(form: SourceForm) -> UUID:
    if form.has_file:
        return sources.add_file(
            person().id, form.name, form.new_file(), now=clock.now()
        )
    return sources.add_address(
        person().id, form.name, form.address.data, now=clock.now()
    )


def _changed(source: UUID, form: ChangedSourceForm) -> UUID:
    facts: Any = {"by": person().id, "now": clock.now()}
    if form.has_file:
        sources.replace_file(source, form.new_file(), **facts)
    elif form.asks_for_a_day:
        sources.end_on(source, form.last_day, **facts)
    sources.rename(source, form.name, **facts)
    return source


def _done(form: Form, deed: Callable[[], UUID], again: Callable[[], str]) -> Page:
    """Do it, or show the form again with the reason at its field."""
    try:
        done = deed()
    except NotFetched as fault:
        field = form.file if form.has_file else form.address
        field.errors = [source_words.refused(fault.why)]
    except NeedsTheFile:
        form.valid_until.errors = [_("For later days, bring the file as well.")]
    except TooManySources:
        form.form_errors.append(_("You have ten calendars here. Remove one first."))
    except TooManyAtOnce:
        form.form_errors.append(_too_many_at_once())
        return again(), 429, A_MOMENT
    else:
        return redirect(url_for("counsellor.source", source=done, saved="yes"), 303)
    return again(), 422


def _too_many_at_once() -> str:
    return str(_("Others are having calendars read just now. Try again in a moment."))


def _found(source: UUID) -> Shown:
    try:
        return source_states.found(person(), source, now=clock.now())
    except UnknownSource:
        abort(404)


def _new_page(form: SourceForm) -> str:
    return render_template("counsellor/source_new.html", form=form)


def _page(shown: Shown, form: ChangedSourceForm, day: date | None = None) -> str:
    days = week_of(day or clock.today(zone()))
    span = TimeWindow(
        day_window(days[0], zone()).start, day_window(days[-1], zone()).end
    )
    # Of all her calendars only this one: so she sees what it says.
    week = replace(
        desk.stretch(person(), days),
        busy=tuple(busy_times.of_source(shown.row, span)),
    )
    return render_template(
        "counsellor/source.html",
        shown=shown,
        form=form,
        table=week_table(days, week, clock.now()),
        entries=week.entries,
        days=days,
        before=days[0] - A_WEEK,
        after=days[0] + A_WEEK,
        is_this_week=clock.today(zone()) in days,
        conflicts=conflicts.number(person(), now=clock.now()),
        saved="saved" in request.args,
        told=source_words,
        words=words,
    )
