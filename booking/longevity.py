"""What helps a process that will answer for weeks? To leave alone what stays."""

import gc

# Counted in new objects: a page makes thousands that die with it. By Python's own
# numbers (700, 10, 10) rounds over catalogues, templates and mappings, which never die,
# took up to a tenth of the time.
THRESHOLDS = (20_000, 20, 50)


def settle_in() -> None:
    """Spare the collector what was made at start: call it once the pages are built."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
