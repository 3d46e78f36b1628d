"""Which pieces of a page are the same for everybody, though the page is not?

A piece is made once for all that it shows. What somebody has typed is never kept: a
piece with a word of hers is made anew.
"""

from flask import render_template
from markupsafe import Markup

from booking.services.rota import DayOffer
from booking.web.client import showing
from booking.web.client.answers import Answers
from booking.web.client.contact_forms import PersonForm
from booking.web.remembered import part, parts


def person_fields(form: PersonForm) -> Markup:
    """Ask who comes; before anything is answered, the questions are one for all."""
    if form.as_offered is None:
        return _person_fields(form)
    return part(("person", *form.as_offered), lambda: _person_fields(form))


def _person_fields(form: PersonForm) -> Markup:
    return _made("client/_person.html", form=form, visit=form.at_home)


def day_rows(days: tuple[DayOffer, ...], answers: Answers) -> Markup:
    """List the days; by address, each row is one for all, and made once."""
    if answers.posted:
        return _day_rows(days, answers)
    given = tuple(answers.given.items())
    rows = {("day", day.day, day.count, given): day for day in days}
    return parts(rows, lambda shown: _day_rows((rows[shown],), answers))


def _day_rows(days: tuple[DayOffer, ...], answers: Answers) -> Markup:
    choices = showing.day_choices(days, answers, "client.time")
    return _made("client/_days.html", days=choices) if days else Markup()


def time_rows(offered: DayOffer, chosen: str) -> Markup:
    """List the free times of a day; the same times are one for all, and made once."""
    shown = ("times", offered.day, offered.raster, offered.starts, chosen)
    return part(shown, lambda: _time_rows(offered, chosen))


def _time_rows(offered: DayOffer, chosen: str) -> Markup:
    groups = showing.time_groups(offered.slots, chosen)
    return _made("client/_times.html", groups=groups)


def _made(template: str, **values: object) -> Markup:
    return Markup(render_template(template, **values))  # noqa: S704 - a template of ours
