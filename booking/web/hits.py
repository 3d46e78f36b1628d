"""What becomes of the appointments that are hit? The same question on several pages.

A form that hits nobody is saved at once. Else it is shown once more with each
appointment that is hit and what may become of it, and saved with what was chosen.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from booking import clock
from booking.languages import gettext as _
from booking.models import StaffMember
from booking.services import rearranging
from booking.services.rearranging import (
    PLANNED,
    Change,
    Chosen,
    Hit,
    Reason,
    StillToChoose,
    Undone,
    Way,
)
from booking.web import moments, talks
from booking.web.dates import moment_written
from booking.web.signing_in import person

Page = Response | tuple[str, int]
WAY = "way-"  # begins the name of each appointment's choice; its uuid follows
CONFIRMED = "confirmed"
ONLY_HERE = {"csrf_token", CONFIRMED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is about to be saved, and where the answer goes."""

    sentence: str
    action: str
    back: str  # the page that one came from
    after: str  # the page once it is saved


@dataclass(frozen=True, slots=True)
class Option:
    """One way to choose; ``value`` is what the form sends back."""

    value: str
    label: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One appointment as the page asks about it."""

    hit: Hit
    options: tuple[Option, ...]

    @property
    def name(self) -> str:
        """The name of its field."""
        return f"{WAY}{self.hit.row.uuid}"

    @property
    def who(self) -> str:
        """The client's name for her own counsellor, for everybody else the code."""
        row = self.hit.row
        mine = row.counsellor_id == person().id
        return (row.name if mine else "") or talks.short_name(row)


def saved_or_asked(change: Change, question: Question) -> Page:
    """Save a change with all that was chosen, or ask what becomes of whom."""
    try:
        undone = rearranging.carry_out(
            change, choices_sent(), by=person().id, now=clock.now()
        )
    except StillToChoose as still:
        return _question(still.hits, question), 409 if _is_confirmed() else 200
    if undone:
        return not_all_done(undone, question.after), 409
    return redirect(question.after, 303)


def asked(
    hits: Sequence[Hit],
    order: Sequence[Way] = PLANNED,
    chosen: Mapping[UUID, Chosen] | None = None,
) -> list[Asked]:
    """Ask about each, with what was chosen before, or else what we suggest."""
    suggested, chosen = rearranging.suggested(hits, order), chosen or {}
    return [
        Asked(one, _options(one, chosen.get(one.row.uuid), suggested[one.row.uuid]))
        for one in hits
    ]


def choices_sent() -> dict[UUID, Chosen]:
    """Read what was chosen; what is no choice of ours counts as none."""
    found = {}
    for name, text in request.form.items():
        if name.startswith(WAY) and (chosen := _chosen(text)):
            try:
                found[UUID(name.removeprefix(WAY))] = chosen
            except ValueError:
                continue
    return found


def not_all_done(undone: Iterable[Undone], back: str) -> str:
    """Say what was saved, and what could not be done for whom."""
    return render_template(
        "components/undone.html",
        lines=[(one.row, _why(one.reason)) for one in undone],
        back=back,
        mine=person().id,
        moments=moments,
        talks=talks,
    )


def carried() -> list[tuple[str, str]]:
    """Return what the form said, to send it once more with what is chosen."""
    return [
        (name, text)
        for name, text in request.form.items(multi=True)
        if name not in ONLY_HERE and not name.startswith(WAY)
    ]


def _is_confirmed() -> bool:
    return CONFIRMED in request.form


def _question(hits: Sequence[Hit], question: Question) -> str:
    return render_template(
        "components/check_hits.html",
        question=question,
        asked=asked(hits, chosen=choices_sent()),
        carried=carried(),
        again=_is_confirmed(),
        mine=person().id,
        moments=moments,
        talks=talks,
    )


def _options(hit: Hit, before: Chosen | None, suggested: Chosen) -> tuple[Option, ...]:
    """Return the ways to choose; what was chosen before may be open no more."""
    ways = dict(_ways(hit))
    checked = before if before in ways else suggested
    return tuple(
        Option(_value(way), label, checked=way == checked)
        for way, label in ways.items()
    )


def _ways(hit: Hit) -> Iterator[tuple[Chosen, str]]:
    yield Chosen(Way.KEEP), str(_("keep it"))
    if hit.may_move:
        yield Chosen(Way.MOVE, start=hit.later), _move(hit)
    for taker in hit.takers:
        yield Chosen(Way.GIVE, to=taker.uuid), _give(taker, hit.row.language)
    cancel = _("plan the visit anew") if hit.is_visit else _("cancel it")
    yield Chosen(Way.CANCEL), str(cancel)


def _value(way: Chosen) -> str:
    what = way.start.isoformat() if way.start else way.to
    return f"{way.way} {what}" if what else str(way.way)


def _move(hit: Hit) -> str:
    if hit.later is not None:
        day = moments.short_day(moments.local_day(hit.later))
        time = moments.time(hit.later)
        return str(_("move it to %(day)s, %(time)s", day=day, time=time))
    if hit.row.interpreter_id is None:
        return str(_("move it to the next free time"))
    return str(_("move it to the next time with an interpreter"))


def _give(taker: StaffMember, language: str) -> str:
    if language not in taker.languages:
        return str(_("give it to %(name)s, with the interpreter", name=taker.name))
    spoken = talks.language_name(language)
    return str(
        _("give it to %(name)s (%(language)s)", name=taker.name, language=spoken)
    )


def _chosen(text: str) -> Chosen | None:
    way, _space, what = text.partition(" ")
    try:
        chosen = Way(way)
        if chosen is Way.GIVE:
            return Chosen(chosen, to=UUID(what)) if what else None
    except ValueError:
        return None
    start = moment_written(what)
    return None if what and start is None else Chosen(chosen, start=start)


def _why(reason: Reason) -> str:
    names = {
        Reason.TAKEN: _("Somebody else has just taken this time."),
        Reason.LATE: _("It has begun, or somebody else has changed it."),
        Reason.NOTHING_FREE: _("No later time was found."),
        Reason.BOOKED_MEANWHILE: _("It was booked a moment ago."),
    }
    return str(names[reason])
