"""What do the scanners scan? The product without its limits; with ``--sown``, with faults.

    python -m tests.reliability.scanned [--sown] demo --port 8001

A scanner guesses as nobody may: behind the limits on guesses it would see nothing but
“too many attempts”. The sown page repeats ``?q=`` as it is, and looks it up by SQL that
is put together. The product has no switch for either.
"""

import sys

from flask import request
from sqlalchemy import text

from booking import web
from booking.__main__ import main
from booking.models import db
from booking.services.limits import Limit
from booking.web.access import Audience, open_to

_honest = web.init_app


def sown(app):
    """Attach the pages, and one more that believes all it is told."""
    _honest(app)
    app.add_url_rule("/de/help/sown", "sown", _sown)


@open_to(Audience.ANYONE)
def _sown():
    asked = request.args.get("q", "")
    looked_up = f"SELECT count(*) FROM office WHERE name = '{asked}'"  # noqa: S608 - the fault
    found = db.session.scalar(text(looked_up))
    return f"<!doctype html><title>x</title><p>{asked}: {found}</p>"


if __name__ == "__main__":
    Limit.check = lambda *_args, **_kwargs: None
    if "--sown" in sys.argv:
        sys.argv.remove("--sown")
        web.init_app = sown
    main()
