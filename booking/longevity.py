"""What helps a process that will answer for weeks? To leave alone what stays."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Counted in new objects: a page makes thousands that die with it. By Python's own
# numbers (700, 10, 10) rounds over catalogues, templates and mappings, which never die,
# took up to a tenth of the time.
THRESHOLDS = (20_000, 20, 50)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Look for no rubbish while things come that will stay.

    Rounds over all that is loaded at the start took a fifth of its time.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def settle_in() -> None:
    """Spare the collector what was made at start: call it once the pages are built."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
