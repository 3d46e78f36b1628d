"""How does a counsellor get her appointments into her own calendar app?"""

from uuid import UUID

import segno
from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.models.running import settings
from booking.services import feeds
from booking.services.feeds import UnknownSubscription
from booking.web.access import Audience, open_to
from booking.web.counsellor import words
from booking.web.counsellor.forms import LabelForm
from booking.web.counsellor.pages import pages
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]


@pages.get("/calendar")
@open_to(Audience.COUNSELLOR)
def calendar() -> str:
    """List the devices that read along, and offer to add one."""
    return _page(LabelForm())


@pages.post("/calendar/subscriptions")
@open_to(Audience.COUNSELLOR)
def subscribe() -> Page:
    """Open a feed, and show its address: now, and never again."""
    form = LabelForm(request.form)
    if not form.validate():
        return _page(form), 422
    token = feeds.subscribe(person().id, form.label.data.strip(), now=clock.now())
    address = f"{settings().public_url.rstrip('/')}/feeds/{token}.ics"
    return render_template(
        "counsellor/subscribed.html",
        label=form.label.data,
        address=address,
        webcal="webcal:" + address.partition(":")[2],
        qr=segno.make(address, micro=False).svg_data_uri(
            border=4, dark="#000", light="#fff"
        ),
    )


@pages.post("/calendar/subscriptions/<uuid:subscription>/revocation")
@open_to(Audience.COUNSELLOR)
def revoke(subscription: UUID) -> Response:
    """Close a feed: its address opens nothing any more."""
    try:
        feeds.revoke(subscription, now=clock.now(), staff=person().id)
    except UnknownSubscription:
        abort(404)
    return redirect(url_for("counsellor.calendar"), 303)


@pages.get("/calendar/subscriptions")
@pages.get("/calendar/subscriptions/<uuid:_subscription>/revocation")
@open_to(Audience.COUNSELLOR)
def back_to_calendar(_subscription: UUID | None = None) -> Response:
    """Lead somebody who reloads a deed back to the list."""
    return redirect(url_for("counsellor.calendar"), 303)


def _page(form: LabelForm) -> str:
    mine = feeds.subscriptions_of(person().id)
    return render_template(
        "counsellor/calendar.html",
        form=form,
        subscriptions=[one for one in mine if one.revoked_at is None],
        words=words,
    )
