"""What can a user mend? One sentence for each fault, no traceback."""

from sqlalchemy.exc import SQLAlchemyError

from booking.config import UnsafeSettings
from booking.models.storage import UnsoundDatabase
from booking.services.accounts import EmailTaken, NoSuchStaff
from booking.services.availability import NothingOffered
from booking.services.backups import NoBackup, NotRestored
from booking.services.feeds import AmbiguousSubscription, UnknownSubscription
from booking.services.moving import NotMoved
from booking.services.office import AlreadySetUp, NoOffice
from booking.services.resealing import NotRotated

# Each says in its own words what is to be done.
TOLD = (
    *(UnsafeSettings, UnsoundDatabase),
    *(NoBackup, NotRestored, NotMoved, NotRotated),
)
SENTENCES = {
    AlreadySetUp: "This office is set up already.",
    NoOffice: "No office is set up yet. Run “booking setup”.",
    NothingOffered: "The office offers no such consultation.",
    NoSuchStaff: "Nobody here signs in with this e-mail address.",
    EmailTaken: "Somebody already signs in with this e-mail address.",
    UnknownSubscription: "No feed has this number. See “booking feeds list”.",
    AmbiguousSubscription: "Several feeds have numbers that begin so. Write more.",
}


def sentence(fault: Exception) -> str:
    """Say what a user can do about a fault; "" if it is one of ours."""
    if isinstance(fault, TOLD):
        return str(fault)
    if isinstance(fault, SQLAlchemyError):
        words = str(getattr(fault, "orig", None) or fault).splitlines()[0]
        return f"The database does not answer as it should: {words}"
    if isinstance(fault, OSError) and fault.strerror:
        where = f": {fault.filename}" if fault.filename else ""
        return f"{fault.strerror}{where}."
    return SENTENCES.get(type(fault), "")
