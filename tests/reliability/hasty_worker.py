"""How would the worker behave if minutes were tenths of seconds? For tests only.

It is the product's ``booking worker``, with its pauses and the lease on a letter cut
short: nobody wants to wait two minutes for the letter of a worker that was killed.
"""

from datetime import timedelta

from booking.__main__ import main
from booking.cli import serving
from booking.services import letters


def in_haste() -> None:
    """Shorten every wait, and nothing else."""
    letters.LEASE = timedelta(seconds=1)
    letters.FIRST_PAUSE = timedelta(seconds=0.2)
    letters.LONGEST_PAUSE = timedelta(seconds=1)
    serving.PAUSE = 0.1


if __name__ == "__main__":
    in_haste()
    main()
