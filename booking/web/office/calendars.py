"""How much may calendar apps be told? The office decides, and it counts at once."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, Form

from booking import clock
from booking.models import FeedLevel
from booking.services import feed_levels
from booking.web.access import Audience, open_to
from booking.web.office.pages import pages
from booking.web.signing_in import person
from booking.web.subscribing import level_hints, level_name


class LevelsForm(Form):  # type: ignore[misc]  # WTForms has no types
    """What may leave the house besides that somebody is busy?"""

    place = BooleanField()
    full = BooleanField()

    def levels(self) -> frozenset[FeedLevel]:
        """Return the levels that are ticked."""
        ticked = {FeedLevel.PLACE: self.place.data, FeedLevel.FULL: self.full.data}
        return frozenset(level for level, is_ticked in ticked.items() if is_ticked)


@pages.get("/office/calendars", endpoint="calendars")
@open_to(Audience.ADMIN)
def show() -> str:
    """Show what calendar apps may be told now."""
    allowed = feed_levels.allowed()
    return render_template(
        "office/calendars.html",
        form=LevelsForm(**{one.value: one in allowed for one in FeedLevel}),
        cut_short=feed_levels.cut_short(),
        names={one.value: level_name(one) for one in FeedLevel},
        hints=level_hints(),
        saved="saved" in request.args,
    )


@pages.post("/office/calendars", endpoint="save_calendars")
@open_to(Audience.ADMIN)
def save() -> Response:
    """Keep it: subscriptions that asked for more get less at once."""
    form = LevelsForm(request.form)
    feed_levels.save(form.levels(), by=person().id, now=clock.now())
    return redirect(url_for("office.calendars", saved="yes"), 303)
