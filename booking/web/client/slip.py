"""What stands on the paper slip, in the language now spoken?"""

from dataclasses import dataclass

from flask_babel import gettext as _

from booking import clock
from booking.languages import current_language, isolated
from booking.models import Place
from booking.services.links import WayBack, WayToWish
from booking.web.client.showing import Shown, ShownVisit
from booking.web.reader import contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """One language's half of the page."""

    tag: str
    direction: str
    title: str
    when_label: str
    day: str
    time: str
    where_label: str
    where: list[str]
    bring_label: str
    bring: str
    change_label: str
    change: str
    code_label: str


def half(way: WayBack | WayToWish) -> Half:
    """Write the slip in one language."""
    if isinstance(way, WayToWish):
        return _half_of_visit(way)
    shown = Shown.of(way, clock.now())
    language = current_language()
    return Half(
        tag=language.tag,
        direction=language.direction,
        title=_("Your appointment"),
        when_label=_("When"),
        day=shown.day_label,
        time=_("%(time)s %(part)s", time=shown.time_label, part=shown.part_label),
        where_label=_("Where"),
        where=_where(shown),
        bring_label=_bring_label(shown),
        bring=_bring(shown),
        change_label=_("How to change it"),
        change=_("Open the link or call %(phone)s.", phone=isolated(contact().phone)),
        code_label=_("Your code"),
    )


def _half_of_visit(way: WayToWish) -> Half:
    visit, language = ShownVisit.of(way, clock.now()), current_language()
    return Half(
        tag=language.tag,
        direction=language.direction,
        title=_("Our visit at your home"),
        when_label=_("When"),
        day=visit.day_label,
        time=_("%(time)s %(part)s", time=visit.window_label, part=visit.part_label),
        where_label=_("Where"),
        where=[_("We come to your home.")],
        bring_label=_("What to have ready"),
        bring=_("Letters you have questions about, and this slip."),
        change_label=_("How to change it"),
        change=_("Open the link or call %(phone)s.", phone=isolated(contact().phone)),
        code_label=_("Your code"),
    )


def _bring_label(shown: Shown) -> str:
    phone = shown.place == Place.PHONE
    return str(_("What to have ready") if phone else _("What to bring"))


def _bring(shown: Shown) -> str:
    if shown.place == Place.PHONE:
        return str(_("Letters you have questions about, and this slip."))
    return str(
        _(
            "Letters you have questions about, an identity paper if you have one, "
            "and this slip."
        )
    )


def _where(shown: Shown) -> list[str]:
    if shown.place == Place.PHONE:
        return [_("We call you.")]
    office = contact()
    lines = [office.name, office.street, office.postcode_town]
    if office.floor:
        lines.append(_("Floor %(floor)s", floor=office.floor))
    return lines
