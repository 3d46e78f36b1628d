"""Which visits does a week hold?"""

from booking.web.access import Audience, open_to
from booking.web.coordinator.pages import pages


@pages.get("/visits")
@open_to(Audience.COORDINATOR)
def visits_now() -> str:
    """Lead to the week that is planned next."""
    return ""
