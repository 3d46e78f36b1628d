"""When may a visit begin? In one of several windows, each a first and a last moment."""

from booking.routing.problem import NEVER


def first_within(windows: tuple[tuple[int, int], ...], moment: int) -> int:
    """Return the first moment, this one or later, that lies in a window."""
    for early, late in windows:
        if moment <= late:
            return max(early, moment)
    return NEVER


def last_within(windows: tuple[tuple[int, int], ...], moment: int) -> int:
    """Return the last moment, this one or earlier, that lies in a window."""
    for early, late in reversed(windows):
        if early <= moment:
            return min(late, moment)
    return -NEVER
