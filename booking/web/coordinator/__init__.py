"""What does a coordinator work with? Wishes for home visits, and routes."""

from booking.web.coordinator import (
    board,
    driving,
    editing,
    near,
    placing,
    planning,
    proposing,
    publishing,
    routes,
    ways,
    wish,
)
from booking.web.coordinator.pages import pages

__all__ = [
    "board",
    "driving",
    "editing",
    "near",
    "pages",
    "placing",
    "planning",
    "proposing",
    "publishing",
    "routes",
    "ways",
    "wish",
]
