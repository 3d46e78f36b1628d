"""What do we say to somebody whom the town's single sign-on did not let in?"""

from collections.abc import Callable

from flask import request

from booking.languages import gettext as _
from booking.oidc import Trouble

SENTENCES: dict[str, Callable[[], str]] = {
    Trouble.SILENT: lambda: _(
        "The town's sign-in does not answer at the moment. Try again in a few minutes."
    ),
    Trouble.GARBLED: lambda: _(
        "The town's sign-in answers something that we do not understand. Tell the "
        "office admin."
    ),
    Trouble.REFUSED: lambda: _(
        "You were not let in by the town's sign-in, or you called it off. Try again."
    ),
    Trouble.OVER: lambda: _(
        "This sign-in took too long or was used already. Begin again."
    ),
    Trouble.UNPROVED: lambda: _(
        "The town's sign-in could not prove who you are. Try again; if that does not "
        "help, tell the office admin."
    ),
    Trouble.WEAK: lambda: _(
        "The town's sign-in did not ask for your second factor. Tell the office admin."
    ),
    Trouble.STALE: lambda: _(
        "The town's sign-in did not ask you once more who you are. Try again."
    ),
    Trouble.UNCONFIRMED: lambda: _(
        "The town's sign-in has not confirmed your e-mail address. Tell the office "
        "admin."
    ),
    Trouble.UNKNOWN: lambda: _(
        "Nobody works here with the e-mail address of your town account. Ask the "
        "office admin."
    ),
    Trouble.TIED: lambda: _(
        "Your account here belongs to another town account. Ask the office admin to "
        "reset it."
    ),
    Trouble.SOMEBODY_ELSE: lambda: _(
        "Somebody else has signed in with the town. Sign in as yourself."
    ),
}


def trouble() -> str:
    """Return the sentence for what went wrong on the way, if anything did."""
    said = SENTENCES.get(request.args.get("trouble", ""))
    return said() if said else ""
