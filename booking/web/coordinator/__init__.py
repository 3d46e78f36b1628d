"""What does a coordinator work with? Wishes for home visits, and routes."""

from booking.web.coordinator import board, planning, publishing, routes
from booking.web.coordinator.pages import pages

__all__ = ["board", "pages", "planning", "publishing", "routes"]
