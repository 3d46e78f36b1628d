"""What would a server lose that does not wait for its disk? For the cut's twin only.

The product has no switch for this: a server that finds anything else than FULL does
not start. Here NORMAL, which many recommend, is taken for right.
"""

from booking.__main__ import main
from booking.config import Settings
from booking.models import storage
from tests.reliability.recorded_disk import book_of, record

NORMAL = 1

if __name__ == "__main__":
    storage.SQLITE_PRAGMAS["synchronous"] = NORMAL
    record(book_of(Settings.from_environment()))
    main()
