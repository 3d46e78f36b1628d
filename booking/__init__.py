"""Lotse: appointments and home visits for municipal counselling."""

from typing import TYPE_CHECKING

from booking.longevity import undisturbed

if TYPE_CHECKING:
    from flask import Flask

    from booking.config import Settings


def create_app(settings: "Settings | None" = None) -> "Flask":
    """Build the application from its settings (by default, the environment's)."""
    with undisturbed():
        from booking.application import built  # noqa: PLC0415 - a child needs no pages

        return built(settings)
