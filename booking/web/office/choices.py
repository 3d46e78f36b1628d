"""What is asked of staff and interpreters alike, and answered by choosing?"""

from wtforms.fields.choices import SelectChoice

from booking.languages import gettext as _

IS_WOMAN = {"yes": True, "no": False, "": None}
AS_CHOSEN = {kept: choice for choice, kept in IS_WOMAN.items()}


def yes_no_unknown() -> list[SelectChoice]:
    """Offer both answers; first that nobody has asked."""
    return [
        SelectChoice("", _("not known")),
        SelectChoice("yes", _("yes")),
        SelectChoice("no", _("no")),
    ]
