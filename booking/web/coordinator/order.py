"""What does a coordinator order? Days, counsellors and how they travel, how long."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from werkzeug.datastructures import MultiDict

from booking.languages import gettext as _
from booking.scheduling import holidays_between
from booking.services.board import WORKING_DAYS, Board, Driver
from booking.services.office import the_office
from booking.services.visit_settings import TRAVEL_MODES

SECONDS = (5, 15, 60)  # how long the search may think
USUAL_SECONDS = SECONDS[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOption:
    """A day that may be planned."""

    day: date
    holiday: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverOption:
    """A counsellor who may be sent, and how she travels."""

    driver: Driver
    mode: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A form to plan a week, as it stands: usual choices, or what was typed."""

    days: tuple[DayOption, ...]
    drivers: tuple[DriverOption, ...]
    seconds: int
    moves_published: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)  # by field

    @classmethod
    def usual(cls, board: Board, today: date) -> "Order":
        """Choose what was ordered last for this week, else every working day."""
        last, holidays = board.job, _holidays(board)
        days = last.days if last else board.days[:WORKING_DAYS]
        return cls._of(
            board,
            today,
            days=[day for day in days if day not in holidays],
            chosen=last.modes if last else [one.id for one in board.drivers],
            modes=last.modes if last else {},
            seconds=last.seconds if last else USUAL_SECONDS,
        )

    @classmethod
    def typed(cls, board: Board, today: date, form: MultiDict[str, str]) -> "Order":
        """Read what was chosen, and say what is missing; never raise."""
        named, sent = set(form.getlist("day")), set(form.getlist("counsellor"))
        order = cls._of(
            board,
            today,
            days=[day for day in board.days if day.isoformat() in named],
            chosen=[one.id for one in board.drivers if str(one.id) in sent],
            modes={
                one.id: form.get(f"mode-{one.id}", one.mode) for one in board.drivers
            },
            seconds=form.get("seconds", USUAL_SECONDS, type=int),
        )
        moves = "moves_published" in form
        return replace(order, moves_published=moves, errors=_missing(order))

    @classmethod
    def _of(
        cls,
        board: Board,
        today: date,
        *,
        days: Collection[date],
        chosen: Collection[int],
        modes: Mapping[int, str],
        seconds: int,
    ) -> "Order":
        holidays = _holidays(board)
        return cls(
            days=tuple(
                DayOption(day=day, holiday=holidays.get(day, ""), chosen=day in days)
                for day in board.days
                if day >= today
            ),
            drivers=tuple(
                DriverOption(
                    driver=one,
                    mode=_known_mode(modes.get(one.id, one.mode)),
                    chosen=one.id in chosen,
                )
                for one in board.drivers
            ),
            seconds=seconds if seconds in SECONDS else USUAL_SECONDS,
        )

    @property
    def chosen_days(self) -> list[date]:
        """The days to be planned."""
        return [one.day for one in self.days if one.chosen]

    @property
    def chosen_modes(self) -> dict[int, str]:
        """How each counsellor who is sent travels."""
        return {one.driver.id: one.mode for one in self.drivers if one.chosen}


def _missing(order: Order) -> dict[str, str]:
    errors = {}
    if not order.chosen_days:
        errors["day"] = _("Choose at least one day.")
    if not order.chosen_modes:
        errors["counsellor"] = _("Choose at least one counsellor.")
    return errors


def _holidays(board: Board) -> dict[date, str]:
    office = the_office()
    return holidays_between(
        board.days[0],
        board.days[-1],
        country=office.country,
        subdivision=office.subdivision,
    )


def _known_mode(mode: str) -> str:
    return mode if mode in TRAVEL_MODES else TRAVEL_MODES[0]
