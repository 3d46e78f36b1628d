"""What does a client fill in who would like to be visited at home?"""

from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

from booking.web.client.answers import DOOR, Answers
from booking.web.reader import contact
from booking.web.visit_fields import DaysFields, DoorFields


class DaysForm(DaysFields):
    """When is somebody at home? What she has answered stands there already."""

    def __init__(self, answers: Answers) -> None:
        super().__init__(
            data={
                "weekdays": answers.weekdays,
                "parts": answers.parts_of_day,
                "from_day": answers.given.get("from_day", ""),
            }
        )


class DoorForm(DoorFields):
    """Where shall we ring? The town is filled in until something was answered."""

    def __init__(self, answers: Mapping[str, str]) -> None:
        begun = any(name in answers for name in DOOR)
        super().__init__(
            MultiDict(answers) if begun else MultiDict({"door_town": contact().town})
        )
