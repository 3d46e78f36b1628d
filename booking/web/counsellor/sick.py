"""Somebody is ill: one page for her day."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.languages import gettext as _
from booking.models import Appointment, Place, Role, StaffMember
from booking.services import rearranging
from booking.services import sick as ill
from booking.services.absences import Away
from booking.services.rearranging import ON_THE_DAY, StillToChoose
from booking.services.sick import NotForHer
from booking.web import hits, moments, talks
from booking.web.access import EVERY_ROLE, open_to
from booking.web.counsellor.notice import OnTheNotice
from booking.web.counsellor.pages import pages
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]
WHO_CALLS = (Role.COUNSELLOR, Role.COORDINATOR, Role.FRONT_DESK)


@pages.get("/sick")
@open_to(*EVERY_ROLE)
def sick_today() -> Response:
    """Lead to today."""
    return redirect(url_for("counsellor.sick", day=moments.today()), 303)


@pages.get("/sick/<date:day>")
@open_to(*EVERY_ROLE)
def sick(day: date) -> str:
    """Ask who is ill, and show what becomes of her appointments."""
    team = _team(day)
    alone = [str(one.uuid) for one in team] if len(team) == 1 else []
    away = _away(team, request.args.getlist("who") or alone, day)
    return _page(day, team, away)


@pages.post("/sick/<date:day>")
@open_to(*EVERY_ROLE)
def call_in_sick(day: date) -> Page:
    """Enter the absence, and deal with each appointment."""
    team, now, choices = _team(day), clock.now(), hits.choices_sent()
    away = _away(team, request.form.getlist("who"), day)
    if not away.counsellors:
        return _page(day, team, away, _("Choose who is ill.")), 422
    notice = OnTheNotice.before(away.hit(now=now))
    try:
        undone = rearranging.carry_out(away, choices, by=person().id, now=now)
    except StillToChoose:
        sentence = _("Meanwhile something has changed. Look once more, then save.")
        return _page(day, team, away, sentence), 409
    told = notice.after(choices, besides={one.row.uuid for one in undone})
    after = _saved(day, team, away, told)
    return (hits.not_all_done(undone, after), 409) if undone else redirect(after, 303)


def _team(day: date) -> list[StaffMember]:
    """Return for whom this person may act on a day that is not over."""
    team = ill.may_act_for(person(), day) if day >= moments.today() else []
    return team or abort(404)


def _away(team: Sequence[StaffMember], who: Sequence[str], day: date) -> Away:
    try:
        return ill.away_on(team, [UUID(one) for one in who], day)
    except (ValueError, NotForHer):
        abort(404)


def _saved(
    day: date, team: Sequence[StaffMember], away: Away, told: dict[str, Any]
) -> str:
    who = [str(one.uuid) for one in team if one.id in away.counsellors]
    return url_for("counsellor.sick", day=day, saved="yes", who=who, **told)


def _page(
    day: date, team: Sequence[StaffMember], away: Away, complaint: str = ""
) -> str:
    now = clock.now()
    rows = away.hit(now=now)
    found = ill.by_reach(rearranging.with_ways(rows, away, now=now), now=now)
    return render_template(
        "counsellor/sick.html",
        day=day,
        team=team,
        chosen=away.counsellors,
        asked=hits.asked(found, ON_THE_DAY, hits.choices_sent()),
        unreached={row.id for row in rows if not ill.can_be_told(row, now=now)},
        complaint=complaint,
        saved="saved" in request.args,
        told=OnTheNotice.of_address(),
        on_route=_on_route(team, rows),
        may_plan=person().may(Role.COORDINATOR),
        may_call=person().may(*WHO_CALLS),
        mine=person().id,
        moments=moments,
        talks=talks,
    )


def _on_route(
    team: Sequence[StaffMember], rows: Sequence[Appointment]
) -> list[StaffMember]:
    """Return who of them has visits that day: their routes can be planned anew."""
    driving = {one.counsellor_id for one in rows if one.type.place == Place.HOME}
    return [one for one in team if one.id in driving]
