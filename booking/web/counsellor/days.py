"""What happens today, and this week?"""

from booking.web.access import Audience, open_to
from booking.web.counsellor.pages import pages


@pages.get("/today")
@open_to(Audience.COUNSELLOR)
def today() -> str:
    """Show the day."""
    return ""


@pages.get("/week")
@open_to(Audience.COUNSELLOR)
def this_week() -> str:
    """Lead to this week."""
    return ""


@pages.get("/book")
@open_to(Audience.COUNSELLOR, Audience.FRONT_DESK)
def book() -> str:
    """Book for a caller."""
    return ""


@pages.get("/calls")
@open_to(Audience.COUNSELLOR, Audience.COORDINATOR, Audience.FRONT_DESK)
def calls() -> str:
    """List whom to call."""
    return ""
