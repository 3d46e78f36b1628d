"""Who interprets for the office? Its admin keeps the list; it names no client."""

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.languages import gettext as _
from booking.languages import name_of_language
from booking.models import Interpreter
from booking.services import interpreter_list
from booking.services.interpreter_list import UnknownInterpreter
from booking.web.access import Audience, open_to
from booking.web.office.interpreter_form import InterpreterForm, kind_name
from booking.web.office.pages import pages
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]


@pages.get("/interpreters", endpoint="interpreters")
@open_to(Audience.ADMIN)
def interpreters() -> str:
    """List who interprets, with how many coming talks."""
    return render_template(
        "office/interpreters.html",
        listed=interpreter_list.listed(now=clock.now()),
        saved=request.args.get("saved") == "yes",
        kind_name=kind_name,
        languages_named=_languages_named,
    )


@pages.get("/interpreters/new", endpoint="new_interpreter")
@open_to(Audience.ADMIN)
def new() -> str:
    """Ask about somebody new."""
    return _page(InterpreterForm.empty(), None)


@pages.post("/interpreters", endpoint="add_interpreter")
@open_to(Audience.ADMIN)
def add() -> Page:
    """Enter somebody new into the list."""
    form = InterpreterForm.typed(request.form)
    if not form.validate():
        return _page(form, None), 422
    interpreter_list.add(form.facts(), by=person().id, now=clock.now())
    return redirect(url_for("office.interpreters", saved="yes"), 303)


@pages.get("/interpreters/<uuid:interpreter>", endpoint="interpreter")
@open_to(Audience.ADMIN)
def show(interpreter: UUID) -> str:
    """Show what is kept of her, to change it."""
    row = _found(interpreter)
    return _page(InterpreterForm.standing(row, interpreter_list.hours_of(row)), row)


@pages.post("/interpreters/<uuid:interpreter>", endpoint="change_interpreter")
@open_to(Audience.ADMIN)
def change(interpreter: UUID) -> Page:
    """Write down what is true of her now, or that she is asked no more."""
    row = _found(interpreter)
    form = InterpreterForm.typed(request.form)
    if not form.validate():
        return _page(form, row), 422
    interpreter_list.change(row.uuid, form.facts(), by=person().id, now=clock.now())
    return redirect(url_for("office.interpreters", saved="yes"), 303)


def _found(interpreter: UUID) -> Interpreter:
    try:
        return interpreter_list.found(interpreter)
    except UnknownInterpreter:
        abort(404)


def _page(form: InterpreterForm, row: Interpreter | None) -> str:
    action = (
        url_for("office.change_interpreter", interpreter=row.uuid)
        if row
        else url_for("office.add_interpreter")
    )
    return render_template(
        "office/interpreter.html",
        form=form,
        title=row.name if row else _("A new interpreter"),
        action=action,
        calendar=row and url_for("office.interpreters_calendar", interpreter=row.uuid),
    )


def _languages_named(row: Interpreter) -> str:
    return ", ".join(sorted(map(name_of_language, row.languages)))
