"""A number or address was written down wrong: corrected, and letters can go again."""

from contextlib import suppress
from uuid import UUID

from flask import redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import Field

from booking import clock
from booking.models import Appointment, Place, Reach
from booking.services import corrections
from booking.services.appointments import TooLate
from booking.services.corrections import Contact
from booking.services.desk import Entry
from booking.web.access import Audience, open_to
from booking.web.counsellor import words
from booking.web.counsellor.appointments import found_entry, url_of_entry
from booking.web.counsellor.forms import ContactForm, lines_of
from booking.web.counsellor.pages import pages
from booking.web.forms import phone_number
from booking.web.signing_in import person

Page = str | Response | tuple[str, int]
FACTS = ("reach", "phone", "email", "address", "no_message")


class CorrectionForm(ContactForm):
    """How is she really reached? Her name stays."""

    @classmethod
    def standing(cls, row: Appointment) -> "CorrectionForm":
        """Show what is kept."""
        kept = {name: getattr(row, name) for name in FACTS}
        return cls(**kept, safe_hours=row.safe_hours or "any")

    @classmethod
    def typed(cls, row: Appointment, sent: MultiDict[str, str]) -> "CorrectionForm":
        """Read what was filled in; who is phoned needs a number."""
        form = cls(sent)
        form.needs_number = row.type.place == Place.PHONE
        return form

    def validate_name(self, field: Field) -> None:
        """Ask for no name."""

    def validate_phone(self, field: Field) -> None:
        """Write a number so that it is found again; it may be known besides."""
        if field.data:
            field.data = phone_number(field.data)
        else:
            super().validate_phone(field)

    def contact(self) -> Contact:
        """Hand over what was filled in; ways not chosen keep their address out."""
        reach = Reach(self.reach.data)
        called = reach is Reach.CALL
        return Contact(
            reach=reach,
            phone=self.phone.data or "",
            email=self.email.data if reach is Reach.EMAIL else "",
            address=lines_of(self.address.data) if reach is Reach.POST else "",
            safe_hours=self.safe_hours.data if called else "",
            no_message=self.no_message.data and called,
        )


@pages.get("/appointments/<uuid:appointment>/contact")
@open_to(Audience.COUNSELLOR)
def contact(appointment: UUID) -> Page:
    """Show how she is reached, to correct it."""
    entry = found_entry(appointment)
    if not corrections.may_be_corrected(entry.row, now=clock.now()):
        return redirect(url_of_entry(entry), 303)
    return _page(entry, CorrectionForm.standing(entry.row))


@pages.post("/appointments/<uuid:appointment>/contact")
@open_to(Audience.COUNSELLOR)
def correct_contact(appointment: UUID) -> Page:
    """Write down how she is really reached."""
    entry = found_entry(appointment)
    form = CorrectionForm.typed(entry.row, request.form)
    if not form.validate():
        return _page(entry, form), 422
    with suppress(TooLate):  # its page says how it stands
        corrections.correct(person(), appointment, form.contact(), now=clock.now())
    return redirect(f"{url_of_entry(entry)}#reach", 303)


def _page(entry: Entry, form: CorrectionForm) -> str:
    return render_template(
        "counsellor/contact.html", entry=entry, form=form, words=words
    )
