"""What does a coordinator work with? Wishes for home visits, and routes."""

from booking.web.coordinator import (
    board,
    editing,
    placing,
    planning,
    proposing,
    publishing,
    routes,
    ways,
)
from booking.web.coordinator.pages import pages

__all__ = [
    "board",
    "editing",
    "pages",
    "placing",
    "planning",
    "proposing",
    "publishing",
    "routes",
    "ways",
]
