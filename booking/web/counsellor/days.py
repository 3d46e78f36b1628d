"""What happens today, on another day, and this week?"""

from collections.abc import Sequence
from datetime import date, timedelta

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking import clock
from booking.models import Role
from booking.models.running import zone
from booking.services import (
    calls,
    choosing_interpreters,
    conflicts,
    contacts,
    desk,
    emergencies,
    looking_after,
    outcomes,
    proposing,
    source_states,
    stand_ins,
    waiting,
    walk_ins,
)
from booking.services.board import week_of
from booking.services.desk import Entry
from booking.web.access import Audience, open_to
from booking.web.counsellor import words
from booking.web.counsellor.pages import pages
from booking.web.counsellor.week_table import week_table
from booking.web.signing_in import person

A_DAY, A_WEEK = timedelta(days=1), timedelta(weeks=1)
AHEAD = range(14)  # days in which the next appointment is looked for


@pages.get("/today")
@open_to(Audience.COUNSELLOR)
def today() -> str:
    """Show the next appointment, then the day; what went wrong stands first."""
    now, day = clock.now(), clock.today(zone())
    ahead = desk.stretch(person(), [day + timedelta(n) for n in AHEAD]).entries
    entries = [one for one in ahead if words.local_day(one.row.starts_at) == day]
    return _page(
        day,
        entries,
        next=next((one for one in ahead if one.row.ends_at > now), None),
        tried=calls.not_reached_yet(person(), now=now),
        failed=desk.failed_letters(person(), now=now),
        unrecorded=outcomes.unrecorded_number(person(), now=now),
        call_backs=len(waiting.call_backs()),
        walked_in=walk_ins.waiting_number(now=now),
        lonely=choosing_interpreters.nobody_found(person(), now=now),
        conflicts=conflicts.number(person(), now=now),
        in_doubt=source_states.in_doubt(person(), now=now),
        crowded=contacts.crowded([one.row for one in ahead], now=now),
        stood_in=desk.stood_in(person(), day),
        not_back=looking_after.not_back(person(), now=now),
        opened=emergencies.unseen_number(person(), now=now),
        asked_about=proposing.questions(person(), now=now),
        stands_in=stand_ins.named(person().stands_in),
        for_her=stand_ins.for_counsellor(person().id, today=day),
    )


@pages.get("/days/<date:day>")
@open_to(Audience.COUNSELLOR)
def day(day: date) -> str:
    """Show another day of hers."""
    entries = desk.stretch(person(), [day]).entries
    crowded = contacts.crowded([one.row for one in entries], now=clock.now())
    return _page(day, entries, crowded=crowded)


@pages.get("/unrecorded")
@open_to(Audience.COUNSELLOR)
def unrecorded() -> str:
    """List what is over without anybody having said whether they met."""
    return render_template(
        "counsellor/unrecorded.html",
        entries=outcomes.unrecorded(person(), now=clock.now()),
        words=words,
    )


@pages.get("/week")
@open_to(Audience.COUNSELLOR)
def this_week() -> Response:
    """Lead to this week."""
    return redirect(url_for("counsellor.week", day=clock.today(zone())), 303)


@pages.get("/week/<date:day>")
@open_to(Audience.COUNSELLOR)
def week(day: date) -> str:
    """Show the ISO week of a day as a table; on a phone, as a list."""
    days = week_of(day)
    shown = desk.stretch(person(), days)
    return render_template(
        "counsellor/week.html",
        days=days,
        table=week_table(days, shown, clock.now()),
        entries=shown.entries,
        before=days[0] - A_WEEK,
        after=days[0] + A_WEEK,
        is_this_week=clock.today(zone()) in days,
        may_plan=person().may(Role.COORDINATOR),
        words=words,
    )


def url_of_day(which: date) -> str:
    """Return where a day of hers is shown."""
    if which == clock.today(zone()):
        return url_for("counsellor.today")
    return url_for("counsellor.day", day=which)


def _page(which: date, entries: Sequence[Entry], **facts: object) -> str:
    return render_template(
        "counsellor/today.html",
        day=which,
        is_today=which == clock.today(zone()),
        before=url_of_day(which - A_DAY),
        after=url_of_day(which + A_DAY),
        entries=entries,
        has_route=any(one.stop for one in entries),
        handed_over="handed-over" in request.args,
        now=clock.now(),
        words=words,
        **facts,
    )
