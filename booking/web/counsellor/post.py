"""The print run: one sheet a letter, for envelopes with a window."""

from uuid import UUID

import segno
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.services import calls, print_run
from booking.web.access import open_to
from booking.web.counsellor import words
from booking.web.counsellor.calls import WHO_CALLS
from booking.web.counsellor.pages import pages
from booking.web.reader import contact
from booking.web.signing_in import person


@pages.get("/calls/post")
@open_to(*WHO_CALLS)
def post() -> str:
    """Show every letter to be posted as it is printed."""
    return render_template(
        "counsellor/post.html",
        sheets=print_run.sheets(person(), now=clock.now()),
        sender=contact(),
        qr=_qr,
        words=words,
    )


@pages.post("/calls/posted")
@open_to(*WHO_CALLS)
def posted() -> Response:
    """Tick off what was printed, and nothing that came in since."""
    printed = request.form.getlist("letter", type=UUID)
    calls.posted(person(), printed, now=clock.now())
    return redirect(url_for("counsellor.calls"), 303)


@pages.get("/calls/posted")
@open_to(*WHO_CALLS)
def back_from_posted() -> Response:
    """Lead somebody who reloads the deed back to the list."""
    return redirect(url_for("counsellor.calls"), 303)


def _qr(link: str) -> str:
    picture = segno.make(link, micro=False)
    return str(picture.svg_data_uri(border=2, dark="#000", light="#fff"))
