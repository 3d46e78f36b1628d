"""What do all forms ask for in the same way? A line, an address, a phone number."""

from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from wtforms import Field, ValidationError
from wtforms.fields.choices import SelectChoice

from booking.languages import SPOKEN, name_of_language
from booking.languages import gettext as _
from booking.models import cleaned
from booking.web.reader import contact

LINE_LENGTH = 120


def ask_for(field: Field, sentence: str) -> None:
    """Insist on a line of text that is not too long; what nobody can see is none."""
    field.data = cleaned(field.data or "")
    if not any(one.isprintable() and one != " " for one in field.data):
        raise ValidationError(sentence)
    if len(field.data) > LINE_LENGTH:
        raise ValidationError(too_long())


def too_long() -> str:
    """Say how long a line may be."""
    return str(_("Write this in at most %(longest)s characters.", longest=LINE_LENGTH))


def email_address(typed: str | None) -> str:
    """Return an address that mail reaches, or say how it should look."""
    try:
        # Without SMTPUTF8: not every mail server between here and there knows it.
        found = validate_email(
            typed or "", check_deliverability=False, allow_smtputf8=False
        )
    except EmailNotValidError as fault:
        sentence = _("Write an e-mail address, such as name@example.org.")
        raise ValidationError(sentence) from fault
    return str(found.ascii_email)


def spoken_languages() -> list[SelectChoice]:
    """Offer every language somebody may speak, by the alphabet."""
    offered = (SelectChoice(code, name_of_language(code)) for code in SPOKEN)
    return sorted(offered, key=lambda one: one.label)


def phone_number(typed: str) -> str:
    """Write a number internationally (E.123), or say how it should look."""
    wrong = _("This is no phone number we can call. Write it such as 0151 23456789.")
    try:
        number = phonenumbers.parse(typed, contact().country)
    except phonenumbers.NumberParseException as fault:
        raise ValidationError(wrong) from fault
    # “Possible” alone would take what can only be dialled within a town.
    found = phonenumbers.is_possible_number_with_reason(number)
    if found != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise ValidationError(wrong)
    written: Any = phonenumbers.format_number(
        number, phonenumbers.PhoneNumberFormat.INTERNATIONAL
    )
    return str(written)
