"""When does she see people, week by week? Her own lines; an admin's are anybody's."""

from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking.languages import gettext as _
from booking.models import OpeningHours, Role, StaffMember
from booking.services import opening_hours
from booking.services.opening_hours import (
    HoursCollide,
    UnknownCounsellor,
    UnknownHours,
)
from booking.web import hits, moments, weekly
from booking.web.access import Audience, open_to
from booking.web.counsellor.pages import pages
from booking.web.hits import Question
from booking.web.hours_form import EndForm, HoursForm
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]
WHO_EDITS = (Audience.COUNSELLOR, Audience.ADMIN)


@pages.get("/hours")
@open_to(Audience.COUNSELLOR)
def hours() -> str:
    """List her week."""
    return render_template(
        "counsellor/hours.html",
        lines=opening_hours.listed(person().id, today=moments.today()),
        saved="saved" in request.args,
        today=moments.today(),
        weekly=weekly,
    )


@pages.get("/hours/new")
@open_to(*WHO_EDITS)
def new_hours() -> str:
    """Ask about a new line."""
    return _new_page(_whose(request.args.get("of", "")), _empty())


@pages.post("/hours")
@open_to(*WHO_EDITS)
def add_hours() -> Page:
    """Add a line; it hits nobody."""
    whose = _whose(request.form.get("of", ""))
    form = _typed()
    if not form.validate():
        return _new_page(whose, form), 422
    try:
        new = opening_hours.with_line(whose.id, form.line(), today=moments.today())
        return hits.saved_or_asked(new, _question(whose, "counsellor.add_hours"))
    except HoursCollide as fault:
        form.refuse(fault)
        return _new_page(whose, form), 422


@pages.get("/hours/<uuid:line>")
@open_to(*WHO_EDITS)
def one_line(line: UUID) -> str:
    """Show one line, to change or to end it."""
    row = _found(line)
    return _line_page(row, _standing(row), _today_as_last())


@pages.post("/hours/<uuid:line>")
@open_to(*WHO_EDITS)
def change_hours(line: UUID) -> Page:
    """Let it be another line from a day on; ask before, if that hits anybody."""
    row, form = _found(line), _typed()
    if not form.validate():
        return _line_page(row, form, _today_as_last()), 422
    question = _question(row.counsellor, "counsellor.change_hours", line=line)
    try:
        new = opening_hours.instead_of(row, form.line(), today=moments.today())
        return hits.saved_or_asked(new, question)
    except HoursCollide as fault:
        form.refuse(fault)
        return _line_page(row, form, _today_as_last()), 422
    except UnknownHours:
        abort(409)


@pages.post("/hours/<uuid:line>/end")
@open_to(*WHO_EDITS)
def end_hours(line: UUID) -> Page:
    """Let it end with a day; ask before, if that hits anybody."""
    row, form = _found(line), EndForm(request.form)
    if not form.validate():
        return _line_page(row, _standing(row), form), 422
    question = _question(row.counsellor, "counsellor.end_hours", line=line)
    new = opening_hours.without(row, form.last(), today=moments.today())
    try:
        return hits.saved_or_asked(new, question)
    except UnknownHours:
        abort(409)


@pages.get("/hours/<uuid:line>/<any(end):_noun>")
@open_to(*WHO_EDITS)
def back_to_line(line: UUID, _noun: str) -> Response:
    """Lead somebody who reloads a deed back to the line."""
    return redirect(url_for("counsellor.one_line", line=line), 303)


def _whose(named: str) -> StaffMember:
    """Return whose hours are meant: her own, or for an admin anybody's."""
    try:
        whose = opening_hours.counsellor(UUID(named or str(person().uuid)))
    except (ValueError, UnknownCounsellor):
        abort(404)
    if whose.id != person().id and not person().may(Role.ADMIN):
        abort(404)
    return whose


def _found(line: UUID) -> OpeningHours:
    try:
        row = opening_hours.found(line)
    except UnknownHours:
        abort(404)
    if row.counsellor_id != person().id and not person().may(Role.ADMIN):
        abort(404)
    return row


def _empty() -> HoursForm:
    return HoursForm.empty(moments.today()).offer(opening_hours.kinds())


def _typed() -> HoursForm:
    return HoursForm(request.form).offer(opening_hours.kinds())


def _standing(row: OpeningHours) -> HoursForm:
    return HoursForm.standing(row, moments.today()).offer(opening_hours.kinds())


def _today_as_last() -> EndForm:
    return EndForm(last_day=moments.today().isoformat())


def _list_of(whose: StaffMember, **query: Any) -> str:
    if whose.id == person().id:
        return url_for("counsellor.hours", **query)
    return url_for("office.hours_of", counsellor=whose.uuid, **query)


def _question(whose: StaffMember, endpoint: str, **values: Any) -> Question:
    back = _list_of(whose)
    return Question(
        sentence=_("These appointments would lie outside the new hours."),
        action=url_for(endpoint, **values),
        back=back,
        after=_list_of(whose, saved="yes"),
    )


def _new_page(whose: StaffMember, form: HoursForm) -> str:
    return render_template(
        "counsellor/new_hours.html", form=form, whose=whose, back=_list_of(whose)
    )


def _line_page(row: OpeningHours, form: HoursForm, end: EndForm) -> str:
    return render_template(
        "counsellor/line.html",
        row=row,
        form=form,
        end=end,
        begun=row.valid_from <= moments.today(),
        back=_list_of(row.counsellor),
        today=moments.today(),
        weekly=weekly,
    )
