"""How does an interpreter get her talks into her calendar? The office hands it over.

She has no sign-in here, and the link in a letter is about one talk alone.
"""

from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.models import Interpreter
from booking.services import feeds, interpreter_list
from booking.services.feeds import UnknownSubscription
from booking.services.interpreter_list import UnknownInterpreter
from booking.web.access import Audience, only_fresh, open_to
from booking.web.office.pages import pages
from booking.web.signing_in import person
from booking.web.subscribing import LabelForm, device, shown_once

Page = str | Response | tuple[str, int]


@pages.get(
    "/interpreters/<uuid:interpreter>/calendar", endpoint="interpreters_calendar"
)
@open_to(Audience.ADMIN)
def interpreters_calendar(interpreter: UUID) -> str:
    """List the devices that read an interpreter's talks."""
    return _page(_found(interpreter), LabelForm())


@pages.post(
    "/interpreters/<uuid:interpreter>/subscriptions", endpoint="subscribe_interpreter"
)
@open_to(Audience.ADMIN)
@only_fresh
def subscribe(interpreter: UUID) -> Page:
    """Make an address to hand over to her: it is shown now, and never again."""
    row, form = _found(interpreter), LabelForm(request.form)
    if not form.validate():
        return _page(row, form), 422
    token = feeds.subscribe_interpreter(
        interpreter, form.name, by=person().id, now=clock.now()
    )
    return render_template(
        "office/interpreters_address.html", row=row, **shown_once(token)
    )


@pages.post(
    "/interpreters/<uuid:interpreter>/subscriptions/<uuid:subscription>/revocation",
    endpoint="revoke_interpreters",
)
@open_to(Audience.ADMIN)
def revoke(interpreter: UUID, subscription: UUID) -> Response:
    """Close a feed of hers: its address opens nothing any more."""
    try:
        feeds.revoke_interpreters(
            subscription, interpreter, by=person().id, now=clock.now()
        )
    except UnknownSubscription:
        abort(404)
    return _to_calendar(interpreter)


@pages.get("/interpreters/<uuid:interpreter>/subscriptions")
@pages.get(
    "/interpreters/<uuid:interpreter>/subscriptions/<uuid:_subscription>/revocation"
)
@open_to(Audience.ADMIN)
def back_to_interpreters_calendar(
    interpreter: UUID, _subscription: UUID | None = None
) -> Response:
    """Lead somebody who reloads a deed back to the list."""
    return _to_calendar(interpreter)


def _to_calendar(interpreter: UUID) -> Response:
    page = url_for("office.interpreters_calendar", interpreter=interpreter)
    return redirect(page, 303)


def _found(interpreter: UUID) -> Interpreter:
    try:
        return interpreter_list.found(interpreter)
    except UnknownInterpreter:
        abort(404)


def _page(row: Interpreter, form: LabelForm) -> str:
    return render_template(
        "office/interpreters_calendar.html",
        row=row,
        form=form,
        devices=[
            device(
                one,
                url_for(
                    "office.revoke_interpreters",
                    interpreter=row.uuid,
                    subscription=one.uuid,
                ),
            )
            for one in feeds.open_ones_of(row.uuid)
        ],
    )
