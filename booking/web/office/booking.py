"""How do people book, and what holds back misuse? The office's limits."""

from datetime import time

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, Field, Form, StringField, ValidationError

from booking import clock
from booking.languages import gettext as _
from booking.services.deciding import (
    GUESSES,
    HOLDS,
    REMINDERS,
    SHARES,
    BookingSettings,
    save_booking_settings,
)
from booking.services.office import Decisions, decisions
from booking.web.access import Audience, open_to
from booking.web.office.forms import text_in, whole_number
from booking.web.office.pages import pages
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]


class BookingForm(Form):  # type: ignore[misc]  # WTForms has no types
    """Is booking online on, and within which limits?"""

    online_booking = BooleanField()
    holds_a_day = StringField()
    share_of_holds = StringField()
    holds_a_network = StringField()
    guesses_an_hour = StringField()
    quiet_from = StringField()
    quiet_until = StringField()
    remind_days = StringField()

    @classmethod
    def standing(cls, decided: Decisions) -> "BookingForm":
        """Show what counts now."""
        numbers = (
            *("holds_a_day", "share_of_holds", "holds_a_network"),
            *("guesses_an_hour", "remind_days"),
        )
        return cls(
            online_booking=decided.online_booking,
            quiet_from=decided.quiet_from.strftime("%H:%M"),
            quiet_until=decided.quiet_until.strftime("%H:%M"),
            **{name: str(getattr(decided, name)) for name in numbers},
        )

    def validate_holds_a_day(self, field: Field) -> None:
        """Ask for a number within its bounds."""
        _ask_within(field, HOLDS)

    def validate_share_of_holds(self, field: Field) -> None:
        """Ask for a number within its bounds."""
        _ask_within(field, SHARES)

    def validate_holds_a_network(self, field: Field) -> None:
        """Ask for a number within its bounds."""
        _ask_within(field, HOLDS)

    def validate_guesses_an_hour(self, field: Field) -> None:
        """Ask for a number within its bounds."""
        _ask_within(field, GUESSES)

    def validate_remind_days(self, field: Field) -> None:
        """Ask for a number within its bounds."""
        _ask_within(field, REMINDERS)

    def validate_quiet_from(self, field: Field) -> None:
        """Ask for a time of day."""
        _ask_time(field)

    def validate_quiet_until(self, field: Field) -> None:
        """Ask for another time of day."""
        _ask_time(field)
        if _time(field) == _time(self.quiet_from):
            raise ValidationError(_("Write another time than the one they begin at."))

    def wanted(self) -> BookingSettings:
        """Return what a valid form asks for."""
        return BookingSettings(
            online_booking=self.online_booking.data,
            holds_a_day=whole_number(self.holds_a_day) or 0,
            share_of_holds=whole_number(self.share_of_holds) or 0,
            holds_a_network=whole_number(self.holds_a_network) or 0,
            guesses_an_hour=whole_number(self.guesses_an_hour) or 0,
            quiet_from=_time(self.quiet_from) or time.min,
            quiet_until=_time(self.quiet_until) or time.min,
            remind_days=whole_number(self.remind_days) or 0,
        )


@pages.get("/office/booking", endpoint="booking")
@open_to(Audience.ADMIN)
def show() -> str:
    """Show how people book now."""
    return _page(BookingForm.standing(decisions()))


@pages.post("/office/booking", endpoint="save_booking")
@open_to(Audience.ADMIN)
def save() -> Page:
    """Keep how people book from now on."""
    form = BookingForm(request.form)
    if not form.validate():
        return _page(form), 422
    save_booking_settings(form.wanted(), by=person().id, now=clock.now())
    return redirect(url_for("office.booking", saved="yes"), 303)


def _page(form: BookingForm) -> str:
    saved = "saved" in request.args
    return render_template("office/booking.html", form=form, saved=saved)


def _ask_within(field: Field, bounds: tuple[int, int]) -> None:
    least, most = bounds
    number = whole_number(field)
    if number is None or not least <= number <= most:
        raise ValidationError(
            _("Write a number from %(least)s to %(most)s.", least=least, most=most)
        )


def _ask_time(field: Field) -> None:
    if _time(field) is None:
        raise ValidationError(_("Write a time such as 20:00."))


def _time(field: Field) -> time | None:
    try:
        found = time.fromisoformat(text_in(field))
    except ValueError:
        return None
    return None if found.tzinfo else found.replace(second=0, microsecond=0)
