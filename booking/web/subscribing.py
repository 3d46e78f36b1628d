"""How is a device let in that reads a calendar, and what does each of them see?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import segno
from wtforms import Field, Form, RadioField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice

from booking.languages import gettext as _
from booking.models import FeedLevel, FeedScope, Subscription
from booking.models.running import settings
from booking.services import feed_levels
from booking.web import moments

LONGEST_LABEL = 40


class LabelForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Which device shall read the calendar?"""

    label = StringField()

    def validate_label(self, field: Field) -> None:
        """Ask for a short name."""
        if not (field.data or "").strip():
            raise ValidationError(_("Write which device it is, such as “phone”."))
        if len(field.data) > LONGEST_LABEL:
            raise ValidationError(_("Write this in at most 40 characters."))

    @property
    def name(self) -> str:
        """What a valid form calls the device."""
        return str(self.label.data).strip()


class DeviceForm(LabelForm):
    """Which device, what shall it show, and how much of it?"""

    shows = RadioField(validate_choice=False)
    level = RadioField(validate_choice=False)

    def __init__(
        self, *sent: object, scopes: Sequence[FeedScope], **facts: object
    ) -> None:
        super().__init__(*sent, **facts)
        offered = _offered(scopes)
        self.shows.choices = [
            SelectChoice(one.value, scope_name(one)) for one in scopes
        ]
        self.level.choices = [
            SelectChoice(one.value, level_name(one)) for one in offered
        ]
        usual = [one for one in offered if one is not FeedLevel.FULL][-1]
        self.shows.data = self.shows.data or scopes[0].value
        self.level.data = self.level.data or usual.value

    def validate_shows(self, field: Field) -> None:
        """Accept what was offered."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose what it shall show."))

    def validate_level(self, field: Field) -> None:
        """Accept what the office allows, of all routes no names."""
        if field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(_("Choose how much it may tell."))
        of_routes = self.shows.data == FeedScope.ROUTES
        if of_routes and field.data not in feed_levels.offered(FeedScope.ROUTES):
            raise ValidationError(
                _("All routes never show names. Choose kind and place.")
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device that reads along, as a list shows it."""

    label: str
    shows: str
    since: str
    last_read: str
    revocation: str  # the address that ends it


def device(row: Subscription, revocation: str) -> Device:
    """Say what a device sees now, which may be less than it asked for."""
    return Device(
        label=row.label,
        shows=_what_is_shown(row),
        since=moments.day_of(row.created_at),
        last_read=moments.day(row.last_used_on) if row.last_used_on else _("not yet"),
        revocation=revocation,
    )


def shown_once(token: str) -> dict[str, Any]:
    """Return a new address in its three forms: they are shown now, and never again."""
    address = f"{settings().public_url.rstrip('/')}/feeds/{token}.ics"
    code = segno.make(address, micro=False)
    return {
        "address": address,
        "webcal": "webcal:" + address.partition(":")[2],
        "qr": code.svg_data_uri(border=4, dark="#000", light="#fff"),
    }


def scope_name(scope: FeedScope) -> str:
    """Say whose appointments a subscription shows."""
    names = {
        FeedScope.OWN: _("Your appointments"),
        FeedScope.ROUTES: _("All routes: the home visits of all counsellors"),
    }
    return str(names[scope])


def level_name(level: FeedLevel) -> str:
    """Say how much a calendar tells."""
    names = {
        FeedLevel.BUSY: _("Only that the time is taken"),
        FeedLevel.PLACE: _("Kind and place"),
        FeedLevel.FULL: _("Names and addresses too"),
    }
    return str(names[level])


def level_hints() -> dict[str, str]:
    """Say of each level, in one honest sentence, what who has the link then knows."""
    return {
        FeedLevel.BUSY: _(
            "Who has the link learns when the time is taken, and nothing else."
        ),
        FeedLevel.PLACE: _(
            "Who has the link reads “Counselling 8D3CF, Bürgerhaus”, of a home visit "
            "only the town; no client's name, street or number."
        ),
        FeedLevel.FULL: _(
            "Who has the link reads clients' names and home addresses; Google and "
            "Microsoft fetch calendars with servers of their own and keep copies."
        ),
    }


def _offered(scopes: Sequence[FeedScope]) -> list[FeedLevel]:
    offered = {level for scope in scopes for level in feed_levels.offered(scope)}
    return [level for level in FeedLevel if level in offered]


def _what_is_shown(row: Subscription) -> str:
    asked = FeedLevel(row.level)
    told = feed_levels.told(asked, feed_levels.allowed())
    name = level_name(told)
    if row.shows == FeedScope.ROUTES:
        # I18N: what a coordinator's device shows: "All routes: kind and place"
        name = _("All routes. %(level)s", level=name)
    if told is asked:
        return str(name)
    return str(_("%(level)s: the office allows no more", level=name))
