"""Which languages do our pages speak, and how good are they?"""

from dataclasses import dataclass
from functools import lru_cache

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.config import shipped
from booking.languages import LANGUAGES, Coverage, Language, coverage_of
from booking.services.deciding import ALWAYS_IN_USE, save_languages
from booking.services.office import decisions
from booking.web.access import Audience, open_to
from booking.web.office.pages import pages
from booking.web.signing_in import person


@dataclass(frozen=True, slots=True)
class Row:
    """One language on the page."""

    language: Language
    coverage: Coverage
    used: bool
    fixed: bool  # always in use


@pages.get("/office/languages", endpoint="languages")
@open_to(Audience.ADMIN)
def show() -> str:
    """Show how much of each language is translated, and whether it is in use."""
    used = decisions().languages
    rows = [_row(one, used=one in used) for one in LANGUAGES]
    saved = "saved" in request.args
    return render_template("office/languages.html", rows=rows, saved=saved)


@pages.post("/office/languages", endpoint="save_languages")
@open_to(Audience.ADMIN)
def save() -> Response:
    """Keep which languages are in use; unknown ones are left out."""
    save_languages(request.form.getlist("language"), by=person().id, now=clock.now())
    return redirect(url_for("office.languages", saved="yes"), 303)


def _row(language: Language, *, used: bool) -> Row:
    fixed = language.code == ALWAYS_IN_USE
    return Row(language, _coverage(language.code), used, fixed)


# Catalogues are read once a process; what is counted is what is spoken.
@lru_cache
def _coverage(code: str) -> Coverage:
    return coverage_of(shipped("translations"), code)
