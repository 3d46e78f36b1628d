"""Who works here, in which roles, and how does she come in? The office admin's list."""

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.languages import gettext as _
from booking.models import StaffMember
from booking.services import accounts, staff_list
from booking.services.accounts import EmailTaken
from booking.services.sign_in_links import WayIn
from booking.services.staff_list import LastAdmin, UnknownStaff
from booking.web import moments
from booking.web.access import Audience, only_fresh, open_to
from booking.web.office.pages import pages
from booking.web.office.roles import languages_named, roles_named
from booking.web.office.staff_form import StaffForm
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]


@pages.get("/office/staff", endpoint="staff")
@open_to(Audience.ADMIN)
def show() -> str:
    """List who works here or did."""
    return render_template(
        "office/staff.html",
        staff=accounts.listed(),
        saved=request.args.get("saved", ""),
        roles_named=roles_named,
        languages_named=languages_named,
    )


@pages.get("/office/staff/new", endpoint="new_staff")
@open_to(Audience.ADMIN)
def new() -> str:
    """Ask about somebody new."""
    return _page(StaffForm())


@pages.post("/office/staff", endpoint="add_staff")
@open_to(Audience.ADMIN)
@only_fresh
def add() -> Page:
    """Add somebody, and show how she comes in."""
    form = StaffForm(request.form)
    if not form.validate():
        return _page(form), 422
    try:
        way = staff_list.invite(form.facts(), by=person().id, now=clock.now())
    except EmailTaken:
        return _taken(form, None)
    return _shown(way, form.facts().name)


@pages.get("/office/staff/<uuid:member>", endpoint="staff_member")
@open_to(Audience.ADMIN)
def one(member: UUID) -> str:
    """Show what is kept of her, to change it."""
    row = _found(member)
    return _page(StaffForm.standing(row), row)


@pages.post("/office/staff/<uuid:member>", endpoint="change_staff")
@open_to(Audience.ADMIN)
@only_fresh
def change(member: UUID) -> Page:
    """Keep what has changed."""
    row, form = _found(member), StaffForm(request.form)
    if not form.validate():
        return _page(form, row), 422
    try:
        staff_list.change(member, form.facts(), by=person().id, now=clock.now())
    except EmailTaken:
        return _taken(form, row)
    except LastAdmin:
        form.roles.errors = [_last_admin()]
        return _page(form, row), 409
    return redirect(url_for("office.staff", saved="change"), 303)


@pages.post("/office/staff/<uuid:member>/reset", endpoint="reset_staff")
@open_to(Audience.ADMIN)
@only_fresh
def reset(member: UUID) -> Page:
    """Let her begin anew, and show how she comes in."""
    row = _found(member)
    return _shown(staff_list.reset(member, by=person().id, now=clock.now()), row.name)


@pages.post("/office/staff/<uuid:member>/disablement", endpoint="disable_staff")
@open_to(Audience.ADMIN)
@only_fresh
def disable(member: UUID) -> Page:
    """Let her in no more."""
    row = _found(member)
    try:
        staff_list.disable(member, by=person().id, now=clock.now())
    except LastAdmin:
        form = StaffForm.standing(row)
        form.form_errors = [_last_admin()]
        return _page(form, row), 409
    return redirect(url_for("office.staff", saved="disabled"), 303)


@pages.get("/office/staff/<uuid:member>/<any(reset,disablement):_noun>")
@open_to(Audience.ADMIN)
def back_to_member(member: UUID, _noun: str) -> Response:
    """Lead somebody who reloads a deed back to her page."""
    return redirect(url_for("office.staff_member", member=member), 303)


def _found(member: UUID) -> StaffMember:
    try:
        return staff_list.one(member)
    except UnknownStaff:
        abort(404)


def _last_admin() -> str:
    return str(_("Nobody else is an office admin. Name another one first."))


def _taken(form: StaffForm, row: StaffMember | None) -> Page:
    form.email.errors = [_("Somebody here already signs in with this address.")]
    return _page(form, row), 409


def _shown(way: WayIn, name: str) -> str:
    until = way.until and f"{moments.day_of(way.until)}, {moments.time(way.until)}"
    return render_template("office/way_in.html", way=way, name=name, until=until)


def _page(form: StaffForm, row: StaffMember | None = None) -> str:
    return render_template("office/staff_member.html", form=form, row=row)
