"""Who works here, and what has the office decided about visits at home?"""

from collections.abc import Iterable

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.models import Role, StaffMember
from booking.services import accounts, addresses, source_states
from booking.services.office import decisions
from booking.services.visit_settings import save_visit_settings
from booking.web import moments
from booking.web.access import Audience, open_to
from booking.web.office.forms import VisitSettingsForm
from booking.web.office.pages import pages
from booking.web.office.roles import languages_named, roles_named
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]


@pages.get("/office", endpoint="settings")
@open_to(Audience.ADMIN)
def settings() -> Page:
    """Show who works here, the address book, and the form."""
    staff = accounts.listed()
    return _page(staff, VisitSettingsForm.standing(decisions(), _counsellors(staff)))


@pages.post("/office/visit-settings", endpoint="visit_settings")
@open_to(Audience.ADMIN)
def save() -> Page:
    """Keep what was decided about visits."""
    staff = accounts.listed()
    form = VisitSettingsForm.typed(request.form, _counsellors(staff))
    if not form.validate():
        return _page(staff, form), 422
    save_visit_settings(form.wanted(), by=person().id, now=clock.now())
    return redirect(url_for("office.settings", saved="visits"), 303)


@pages.get("/office/visit-settings")
@open_to(Audience.ADMIN)
def back_to_settings() -> Page:
    """Lead somebody who reloads a deed back to the office's page."""
    return redirect(url_for("office.settings"), 303)


def _page(staff: list[StaffMember], form: VisitSettingsForm) -> str:
    return render_template(
        "office/settings.html",
        staff=staff,
        form=form,
        addresses=addresses.count(),
        saved=request.args.get("saved") == "visits",
        stale=source_states.stale_for_the_office(now=clock.now()),
        moments=moments,
        roles_named=roles_named,
        languages_named=languages_named,
    )


def _counsellors(staff: Iterable[StaffMember]) -> list[StaffMember]:
    return [
        one for one in staff if Role.COUNSELLOR in one.roles and not one.disabled_at
    ]
