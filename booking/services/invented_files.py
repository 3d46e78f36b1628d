"""What becomes of files in an invented office? Papers, an emergency, ends, a hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from booking.models import (
    ArchiveAnswer,
    Client,
    ReleaseScope,
    Role,
    StaffMember,
    StaffRole,
    WhyEnded,
    db,
)
from booking.models.running import zone
from booking.scheduling import CounsellingPeriod
from booking.services import (
    archive,
    clients,
    emergencies,
    file_endings,
    legal_holds,
    releases,
    stand_ins,
)
from booking.services.clients import Facts
from booking.services.emergencies import Wanted
from booking.services.file_endings import Ending
from booking.services.invented_day import acting
from booking.services.legal_holds import NewHold
from booking.services.releases import NewRelease
from booking.services.stand_ins import NewStandIn
from booking.services.writing import write_session

A_WEEK, A_YEAR = timedelta(days=7), timedelta(days=365)
IN_NEED = "Erfunden: Eine Klinik ruft an, sie wird heute operiert und spricht Tigrinya."
HELD = "Erfunden: Klage vor dem Verwaltungsgericht, ihre Anwältin bittet darum."
SUPPORTERS = (
    ("Marianne Muster, Ehrenamtliche", "+49 176 04069070", {ReleaseScope.APPOINTMENTS}),
    ("Sprachcafé Probe e. V.", "", {ReleaseScope.APPOINTMENTS, ReleaseScope.GOALS}),
)


@dataclass(frozen=True, slots=True)
class Past:
    """Somebody whose counselling has ended, so many days ago."""

    name: str
    language: str
    ended: int
    reason: WhyEnded
    archive_keeps: bool = False


ENDED = (
    Past("Fatima Beispiel", "ar", 520, WhyEnded.GOAL, archive_keeps=True),
    Past("Yonas Probe", "ti", 430, WhyEnded.MOVED),
    Past("Oksana Zrazok", "uk", 380, WhyEnded.PERIOD),
    Past("Rojda Muster", "ku", 60, WhyEnded.GOAL),
)


def kept(team: Sequence[StaffMember], *, now: datetime) -> None:
    """Let some counselling have ended, papers be signed, a file be opened in need."""
    for one in ENDED:
        _ended(team[0], one, now)
    mine = _files(team[0])
    _signed(team[0], mine[0], now)
    _held(team[0], mine[1], now)
    if len(team) > 1:
        wanted = Wanted(reference=mine[2], reason=IN_NEED, tell_later=True)
        emergencies.open_file(acting(team[1]), wanted, now=now - timedelta(hours=3))
        _stood_in(team[-1], team[1], now)


def _ended(counsellor: StaffMember, one: Past, now: datetime) -> None:
    end = now.astimezone(zone()).date() - timedelta(days=one.ended)
    began = end - 3 * A_YEAR
    facts = Facts(
        name=one.name,
        language=one.language,
        counsellor=counsellor.uuid,
        period=CounsellingPeriod.from_start(began),
    )
    with write_session() as session:
        opened = now - timedelta(days=one.ended) - 3 * A_YEAR
        reference = clients.entered(session, facts, now=opened).reference
    ending = Ending(on=end, reason=one.reason)
    file_endings.end(acting(counsellor), reference, ending, now=now)
    if one.archive_keeps:
        said = ArchiveAnswer.KEPT
        archive.answered([reference], said, by=_head() or counsellor.id, now=now)


def _signed(counsellor: StaffMember, reference: str, now: datetime) -> None:
    today = now.astimezone(zone()).date()
    for supporter, contact, scopes in SUPPORTERS:
        paper = NewRelease(
            supporter=supporter,
            contact=contact,
            scopes=frozenset(scopes),
            signed_on=today - A_WEEK,
            last_day=today - A_WEEK + A_YEAR,
        )
        releases.record(acting(counsellor), reference, paper, now=now)


def _held(counsellor: StaffMember, reference: str, now: datetime) -> None:
    look_again = now.astimezone(zone()).date() + legal_holds.LOOK_AGAIN
    hold = NewHold(reason=HELD, look_again_on=look_again)
    legal_holds.place(acting(counsellor), reference, hold, now=now)


def _stood_in(deputy: StaffMember, counsellor: StaffMember, now: datetime) -> None:
    if (head := _head()) is None or deputy.id == counsellor.id:
        return
    today = now.astimezone(zone()).date()
    new = NewStandIn(
        deputy=deputy.uuid,
        counsellor=counsellor.uuid,
        first=today,
        last=today + A_WEEK,
    )
    stand_ins.name(new, by=head, now=now)


def _files(counsellor: StaffMember) -> Sequence[str]:
    rows = db.session.scalars(
        select(Client.reference)
        .where(Client.counsellor_id == counsellor.id)
        .order_by(Client.id)
        .limit(3)
    )
    return list(rows)


def _head() -> int | None:
    heads = select(StaffRole.staff_id).where(StaffRole.role == Role.HEAD)
    return db.session.scalar(heads.order_by(StaffRole.staff_id).limit(1))
