"""How are places, pushes and broken rules put into words? Whole sentences."""

from collections.abc import Callable, Iterable

from babel.lists import format_list
from flask_babel import ngettext

from booking.languages import current_language
from booking.languages import gettext as _
from booking.routing import BreachCode
from booking.services.edit_places import IntervalRow, PlaceRow, PositionRow, Pushed
from booking.services.edit_trials import Broken
from booking.services.plan_comparison import Promised
from booking.services.plan_steps import Deed, StepRow
from booking.web.moments import local_day, short_day, time


def names(people: Iterable[str]) -> str:
    """Name one counsellor, or the two who go together."""
    return str(format_list(list(people), locale=current_language().locale))


def place(row: PlaceRow) -> str:
    """Say when and with whom: “Tue 2 Mar 10:15 with Ayla Sommer”."""
    return str(
        _(
            "%(day)s %(time)s with %(names)s",
            day=short_day(row.day),
            time=time(row.starts_at),
            names=names(row.counsellors),
        )
    )


def price(row: PlaceRow) -> str:
    """Say what a place costs on the way."""
    if row.more > 0:
        return str(
            ngettext(
                "%(num)s minute more on the way",
                "%(num)s minutes more on the way",
                row.more,
            )
        )
    if row.more < 0:
        return str(
            ngettext(
                "%(num)s minute less on the way",
                "%(num)s minutes less on the way",
                -row.more,
            )
        )
    return str(_("as long on the way as now"))


def pushed(one: Pushed) -> str:
    """Say that another visit begins at another time."""
    if one.minutes > 0:
        return str(
            ngettext(
                "visit %(reference)s begins %(num)s minute later",
                "visit %(reference)s begins %(num)s minutes later",
                one.minutes,
                reference=one.reference,
            )
        )
    return str(
        ngettext(
            "visit %(reference)s begins %(num)s minute earlier",
            "visit %(reference)s begins %(num)s minutes earlier",
            -one.minutes,
            reference=one.reference,
        )
    )


def interval(row: IntervalRow) -> str:
    """Name a counsellor's free interval: day, name, from when to when."""
    free = f"{time(row.free.start)} \u2013 {time(row.free.end)}"
    return f"{short_day(row.day)}, {row.counsellor}, {free}"


def position(row: PositionRow) -> str:
    """Say where on a tour that is."""
    if row.after:
        reference, moment = row.after
        return str(_("after %(visit)s (%(time)s)", visit=reference, time=time(moment)))
    if row.before:
        reference, moment = row.before
        return str(_("before %(visit)s (%(time)s)", visit=reference, time=time(moment)))
    return str(_("as her only visit in this time"))


def step(row: StepRow) -> str:
    """Say what was done last."""
    words: dict[Deed, Callable[[], str]] = {
        Deed.EARLIER: lambda: _("visit %(visit)s was moved up", visit=row.reference),
        Deed.LATER: lambda: _("visit %(visit)s was moved down", visit=row.reference),
        Deed.MOVE: lambda: _("visit %(visit)s was moved", visit=row.reference),
        Deed.PUT_IN: lambda: _("visit %(visit)s was put in", visit=row.reference),
        Deed.TAKE_OUT: lambda: _("visit %(visit)s was taken out", visit=row.reference),
        Deed.PIN: lambda: _("visit %(visit)s was pinned", visit=row.reference),
        Deed.UNPIN: lambda: _("visit %(visit)s was unpinned", visit=row.reference),
    }
    return str(words[row.deed]())


def promised(row: Promised) -> str:
    """Say who comes when: “Tuesday 2 March, 10:15, Ayla Sommer”."""
    when = f"{short_day(local_day(row.starts_at))}, {time(row.starts_at)}"
    return f"{when}, {names(row.counsellors)}"


def asked(deed: Deed, reference: str) -> str:
    """Say what somebody has asked for, as the heading of the page that asks back."""
    words: dict[Deed, Callable[[], str]] = {
        Deed.PUT_IN: lambda: _(
            "Putting in visit %(visit)s breaks something", visit=reference
        ),
        Deed.TAKE_OUT: lambda: _(
            "Taking out visit %(visit)s breaks something", visit=reference
        ),
    }
    usual = _("Moving visit %(visit)s breaks something", visit=reference)
    return str(words.get(deed, lambda: usual)())


def broken(one: Broken) -> str:
    """Say in a sentence what would break."""
    return str(_SENTENCES[one.code](one))


def _late(one: Broken) -> str:
    return str(
        ngettext(
            "Visit %(visit)s would begin %(num)s minute after the time in which this "
            "client can be visited.",
            "Visit %(visit)s would begin %(num)s minutes after the time in which this "
            "client can be visited.",
            one.minutes,
            visit=one.visit,
        )
    )


def _early(one: Broken) -> str:
    return str(
        ngettext(
            "Visit %(visit)s would begin %(num)s minute before the time in which this "
            "client can be visited.",
            "Visit %(visit)s would begin %(num)s minutes before the time in which this "
            "client can be visited.",
            one.minutes,
            visit=one.visit,
        )
    )


def _pinned(one: Broken) -> str:
    if not one.minutes:
        return str(
            _("Visit %(visit)s is pinned. It would move all the same.", visit=one.visit)
        )
    return str(
        ngettext(
            "Visit %(visit)s is pinned. It would move by %(num)s minute.",
            "Visit %(visit)s is pinned. It would move by %(num)s minutes.",
            one.minutes,
            visit=one.visit,
        )
    )


def _busy(one: Broken) -> str:
    return str(
        ngettext(
            "%(name)s would come %(num)s minute too late to what stands in her "
            "calendar next.",
            "%(name)s would come %(num)s minutes too late to what stands in her "
            "calendar next.",
            one.minutes,
            name=one.counsellor,
        )
    )


def _back_late(one: Broken) -> str:
    if one.is_away:
        return str(
            ngettext(
                "%(name)s would be back %(num)s minute after she has gone: she is "
                "absent from then on.",
                "%(name)s would be back %(num)s minutes after she has gone: she is "
                "absent from then on.",
                one.minutes,
                name=one.counsellor,
            )
        )
    return str(
        ngettext(
            "%(name)s would be back %(num)s minute after her work ends.",
            "%(name)s would be back %(num)s minutes after her work ends.",
            one.minutes,
            name=one.counsellor,
        )
    )


def _interpreter(one: Broken) -> str:
    if one.other:
        return str(
            _(
                "The interpreter for visit %(visit)s would not be back from visit "
                "%(other)s in time.",
                visit=one.visit,
                other=one.other,
            )
        )
    return str(_("No interpreter is free for visit %(visit)s then.", visit=one.visit))


_SENTENCES: dict[BreachCode, Callable[[Broken], str]] = {
    BreachCode.LATE: _late,
    BreachCode.EARLY: _early,
    BreachCode.NOT_AT_HOME: lambda one: _(
        "The client of visit %(visit)s cannot be visited on that day.", visit=one.visit
    ),
    BreachCode.PINNED: _pinned,
    BreachCode.BUSY: _busy,
    BreachCode.BACK_LATE: _back_late,
    BreachCode.OFF_DUTY: lambda one: _(
        "%(name)s has no time for visits then.", name=one.counsellor
    ),
    BreachCode.LANGUAGE: lambda one: _(
        "%(name)s does not speak the language of visit %(visit)s.",
        name=one.counsellor,
        visit=one.visit,
    ),
    BreachCode.NOT_ALLOWED: lambda one: _(
        "Visit %(visit)s is meant for somebody else than %(name)s.",
        name=one.counsellor,
        visit=one.visit,
    ),
    BreachCode.EXCLUDED: lambda one: _(
        "%(name)s must not be sent to visit %(visit)s.",
        name=one.counsellor,
        visit=one.visit,
    ),
    BreachCode.CREW: lambda one: _(
        "Visit %(visit)s would not have the right counsellors at one time.",
        visit=one.visit,
    ),
    BreachCode.INTERPRETER: _interpreter,
    BreachCode.VEHICLE: lambda one: _(
        "No vehicle is free for the route of %(name)s then.", name=one.counsellor
    ),
    BreachCode.APART_BY_ONE: lambda one: _(
        "Visits %(visit)s and %(other)s are kept apart: %(name)s would go to both.",
        visit=one.visit,
        other=one.other,
        name=one.counsellor,
    ),
    BreachCode.APART_IN_A_ROW: lambda one: _(
        "Visits %(visit)s and %(other)s are kept apart: one would follow straight "
        "after the other.",
        visit=one.visit,
        other=one.other,
    ),
}
