"""How is the department doing? Counts, and what waits for the head."""

from flask import render_template

from booking import clock
from booking.languages import gettext as _
from booking.models import WaitingKind
from booking.services import archive, department, emergencies, homes, stand_ins
from booking.web import moments
from booking.web.access import Audience, open_to
from booking.web.office.pages import pages
from booking.web.signing_in import person


@pages.get("/department", endpoint="department")
@open_to(Audience.HEAD)
def show() -> str:
    """Show case loads, who waits, who stands in today, and what waits for her."""
    now, today = clock.now(), moments.today()
    loads = department.case_loads(today=today)
    standing = stand_ins.listed(today=today)
    return render_template(
        "office/department.html",
        loads=loads,
        in_all=department.in_all(loads),
        nobodys=department.without_counsellor(today=today),
        waits=department.waits(now=now),
        waits_for=waits_for,
        standing=[one for one in standing if one.first_day <= today],
        unseen=emergencies.unseen_number(person(), now=now),
        homes_due=homes.due(today),
        files_due=archive.waiting(now=now),
        moments=moments,
        today=today,
    )


def waits_for(kind: WaitingKind) -> str:
    """Say what somebody waits for."""
    words = {
        WaitingKind.SLOT: _("a free time"),
        WaitingKind.EARLIER: _("an earlier time"),
        WaitingKind.CALL_BACK: _("a call back"),
    }
    return str(words[kind])
