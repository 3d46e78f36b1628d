"""What does the house remember? One module per noun."""

from booking.models.addresses import AddressBookEntry
from booking.models.appointments import Appointment, Topic
from booking.models.base import Base, Instant, Record, db
from booking.models.choices import Heartbeat, OfficeText, Setting
from booking.models.guards import watch_widths
from booking.models.journal import JournalEntry
from booking.models.keyring import CannotOpen, Keyring, keyring
from booking.models.letters import Letter, LetterKind, LetterState
from booking.models.links import ClientLink, LimitCounter
from booking.models.office import (
    Absence,
    BookableBy,
    Closure,
    ConsultationType,
    Office,
    OpeningHours,
    Place,
    opening_hours_type,
)
from booking.models.overlap import ACTIVE, Status, missing_rules
from booking.models.people import (
    Client,
    Interpreter,
    InterpreterHours,
    InterpreterKind,
    InterpreterLanguage,
    Reach,
)
from booking.models.signing_in import StaffSession
from booking.models.staff import Role, StaffLanguage, StaffMember, StaffRole
from booking.models.subscriptions import FeedLevel, FeedVersion, Subscription
from booking.models.visits import (
    JobState,
    PartOfDay,
    PlanningJob,
    Quality,
    Route,
    RouteState,
    Stop,
    VisitRequest,
    VisitState,
)
from booking.models.wording import cleaned

watch_widths(Base.metadata)

__all__ = [
    "ACTIVE",
    "Absence",
    "AddressBookEntry",
    "Appointment",
    "Base",
    "BookableBy",
    "CannotOpen",
    "Client",
    "ClientLink",
    "Closure",
    "ConsultationType",
    "FeedLevel",
    "FeedVersion",
    "Heartbeat",
    "Instant",
    "Interpreter",
    "InterpreterHours",
    "InterpreterKind",
    "InterpreterLanguage",
    "JobState",
    "JournalEntry",
    "Keyring",
    "Letter",
    "LetterKind",
    "LetterState",
    "LimitCounter",
    "Office",
    "OfficeText",
    "OpeningHours",
    "PartOfDay",
    "Place",
    "PlanningJob",
    "Quality",
    "Reach",
    "Record",
    "Role",
    "Route",
    "RouteState",
    "Setting",
    "StaffLanguage",
    "StaffMember",
    "StaffRole",
    "StaffSession",
    "Status",
    "Stop",
    "Subscription",
    "Topic",
    "VisitRequest",
    "VisitState",
    "cleaned",
    "db",
    "keyring",
    "missing_rules",
    "opening_hours_type",
]
