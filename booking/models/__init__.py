"""What does the house remember? One module per noun."""

from booking.models.addresses import AddressBookEntry
from booking.models.appointments import IN_PERSON, NEVER_REMIND, Appointment, Topic
from booking.models.base import Base, Instant, Record, db
from booking.models.choices import Heartbeat, OfficeText, Setting
from booking.models.counted import Counted
from booking.models.deputies import Deputy
from booking.models.emergencies import EmergencyOpening, EmergencySeen
from booking.models.feedback import Feedback
from booking.models.guards import watch_widths
from booking.models.homes import KeptApart, TwoTogether, WhyTwo
from booking.models.interpreting import InterpreterRequest, RequestState
from booking.models.invitations import MAILED_LEVELS, Invitation, OwnMailbox
from booking.models.journal import JournalEntry, JournalSeal
from booking.models.keeping import ArchiveAnswer, FileEnding, LegalHold, WhyEnded
from booking.models.keyring import CannotOpen, Keyring, keyring
from booking.models.known_ways import AT_THE_OFFICE, LONGEST_WAY, KnownWay
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
    PersonalLink,
    Reach,
)
from booking.models.plan_steps import PlanStep
from booking.models.releases import Release, ReleaseScope
from booking.models.routes import (
    Accompaniment,
    Answer,
    Company,
    Doorstep,
    Proposal,
    Ride,
    Route,
    RouteState,
    Stop,
    Word,
)
from booking.models.short_contacts import A_WORKING_DAY, ContactKind, ShortContact
from booking.models.signing_in import (
    Passkey,
    PasskeyChallenge,
    RecoveryCode,
    SecondFactor,
    SignInLink,
    SignInLinkKind,
    StaffSession,
)
from booking.models.sources import BusyTime, CalendarSource, KeptConflict, SourceKind
from booking.models.staff import Role, StaffLanguage, StaffMember, StaffRole
from booking.models.subscriptions import (
    FeedLevel,
    FeedScope,
    FeedVersion,
    Subscription,
)
from booking.models.uploads import OfficeFile
from booking.models.vehicles import Vehicle, VehicleAway
from booking.models.visits import (
    NOT_TOLD,
    STILL_TO_BE,
    TO_BE_PLANNED,
    JobState,
    PartOfDay,
    PlanningJob,
    Quality,
    VisitRequest,
    VisitState,
)
from booking.models.waiting import FreeTimes, Waiting, WaitingKind, WaitingState
from booking.models.walk_ins import OpenHour, WalkIn, WalkInState
from booking.models.wording import cleaned

watch_widths(Base.metadata)

__all__ = [
    "ACTIVE",
    "AT_THE_OFFICE",
    "A_WORKING_DAY",
    "IN_PERSON",
    "LONGEST_WAY",
    "MAILED_LEVELS",
    "NEVER_REMIND",
    "NOT_TOLD",
    "STILL_TO_BE",
    "TO_BE_PLANNED",
    "Absence",
    "Accompaniment",
    "AddressBookEntry",
    "Answer",
    "Appointment",
    "ArchiveAnswer",
    "Base",
    "BookableBy",
    "BusyTime",
    "CalendarSource",
    "CannotOpen",
    "Client",
    "ClientLink",
    "Closure",
    "Company",
    "ConsultationType",
    "ContactKind",
    "Counted",
    "Deputy",
    "Doorstep",
    "EmergencyOpening",
    "EmergencySeen",
    "FeedLevel",
    "FeedScope",
    "FeedVersion",
    "Feedback",
    "FileEnding",
    "FreeTimes",
    "Heartbeat",
    "Instant",
    "Interpreter",
    "InterpreterHours",
    "InterpreterKind",
    "InterpreterLanguage",
    "InterpreterRequest",
    "Invitation",
    "JobState",
    "JournalEntry",
    "JournalSeal",
    "KeptApart",
    "KeptConflict",
    "Keyring",
    "KnownWay",
    "LegalHold",
    "Letter",
    "LetterKind",
    "LetterState",
    "LimitCounter",
    "Office",
    "OfficeFile",
    "OfficeText",
    "OpenHour",
    "OpeningHours",
    "OwnMailbox",
    "PartOfDay",
    "Passkey",
    "PasskeyChallenge",
    "PersonalLink",
    "Place",
    "PlanStep",
    "PlanningJob",
    "Proposal",
    "Quality",
    "Reach",
    "Record",
    "RecoveryCode",
    "Release",
    "ReleaseScope",
    "RequestState",
    "Ride",
    "Role",
    "Route",
    "RouteState",
    "SecondFactor",
    "Setting",
    "ShortContact",
    "SignInLink",
    "SignInLinkKind",
    "SourceKind",
    "StaffLanguage",
    "StaffMember",
    "StaffRole",
    "StaffSession",
    "Status",
    "Stop",
    "Subscription",
    "Topic",
    "TwoTogether",
    "Vehicle",
    "VehicleAway",
    "VisitRequest",
    "VisitState",
    "Waiting",
    "WaitingKind",
    "WaitingState",
    "WalkIn",
    "WalkInState",
    "WhyEnded",
    "WhyTwo",
    "Word",
    "cleaned",
    "db",
    "keyring",
    "missing_rules",
    "opening_hours_type",
]
