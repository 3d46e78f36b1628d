"""Do whole files go when they may, never before, and never while they are held?"""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from booking.models import (
    Appointment,
    ArchiveAnswer,
    Base,
    Client,
    ClientLink,
    Counted,
    FileEnding,
    JournalEntry,
    LegalHold,
    Letter,
    PersonalLink,
    ShortContact,
    Status,
    VisitRequest,
    Waiting,
    WaitingKind,
    WalkIn,
    WalkInState,
    WhyEnded,
    db,
)
from booking.models.running import zone
from booking.services import (
    appointments,
    archive,
    backups,
    clients,
    erasing_people,
    exporting,
    file_endings,
    file_retention,
    legal_holds,
    letters,
    personal_links,
    retention,
    short_contacts,
    soundness,
    waiting,
    walk_ins,
)
from booking.services.archive import NotExported, NotOffered
from booking.services.file_endings import (
    AlreadyEnded,
    Ending,
    ImpossibleEnding,
    SomethingAhead,
)
from booking.services.held_files import UnderHold
from booking.services.legal_holds import ImpossibleHold, NewHold
from booking.services.office import ImpossibleSetting
from booking.services.retention_settings import (
    RetentionSettings,
    save_retention_settings,
)
from booking.services.storage_periods import Months
from booking.services.waiting import Place
from booking.services.writing import write_session
from tests import make
from tests.services import visiting

MARCH = date(2027, 3, 1)  # the clock stands on this day
LAST_DAY = date(2027, 12, 1)  # nine months later
PUBLIC, PRIVATE = backups.new_pair()
IN_A_FILE = (Client, Appointment, VisitRequest, Waiting, WalkIn, ShortContact)
ALL_OF_IT = (*IN_A_FILE, PersonalLink, FileEnding, LegalHold, ClientLink, Letter)


@pytest.fixture
def settings(database_url, tmp_path):
    return make.settings(tmp_path, database_url, backup_recipient=PUBLIC)


@pytest.fixture
def hers(office):
    """The counsellor, and a file of hers."""
    return make.signed_in(office.counsellor), make.client(office.counsellor)


def on(day, hour=0):
    return make.at(day, hour)


def left(*records):
    db.session.rollback()
    return [db.session.scalar(select(func.count()).select_from(r)) for r in records]


def ended(person, file, now, day=MARCH):
    wanted = Ending(on=day, reason=WhyEnded.GOAL)
    file_endings.end(person, file.reference, wanted, now=now.now())


def held(person, file, now):
    wanted = NewHold(reason="Az. 3 K 17/27", look_again_on=date(2027, 9, 1))
    legal_holds.place(person, file.reference, wanted, now=now.now())


def not_kept(file, moment):
    archive.answered([file.reference], ArchiveAnswer.NOT_KEPT, by=1, now=moment)


def fill(office, file, now):
    """Put one of everything into a file, all of it over."""
    person = make.signed_in(office.counsellor)
    choice = make.choice(on(date(2027, 3, 4), 9), client=file.id)
    row = appointments.book(choice, make.person(), now=now.now()).appointment
    way = visiting.wish(now, client=file.id)
    make.visit_published(way.request.uuid, office.counsellor, on(date(2027, 3, 4), 11))
    place = Place(
        key=file.reference,
        kind=WaitingKind.CALL_BACK,
        wish=make.wish(),
        letter_language="ar",
        until=date(2027, 3, 19),
        client=file.id,
    )
    left_list = waiting.join(place, make.person(), now=now.now()).waiting
    waiting.leave(left_list.uuid, now=now.now())
    came = make.walk_in(person, now)
    walk_ins.end(person, came.uuid, WalkInState.LEFT, now=now.now())
    with write_session() as session:
        session.get(WalkIn, came.id).client_id = file.id
    contact = make.short_contact(person, now, file=file.reference)
    personal_links.create(file.uuid, by=office.counsellor, now=now.now())
    return row, contact


# --- The way of a file --------------------------------------------------------


def test_a_file_goes_with_everything_in_it_and_counts_stay(office, hers, now):
    person, file = hers
    fill(office, file, now)
    letters.post(now=now.now())
    now.move(days=7)
    ended(person, file, now, day=date(2027, 3, 8))
    offered = on(date(2027, 12, 9))
    not_kept(file, offered)
    assert left(*IN_A_FILE)[0] == 1
    retention.erase_all(now=offered)
    assert left(*ALL_OF_IT) == [0] * len(ALL_OF_IT)
    numbers = {row.type for row in db.session.query(Counted)}
    assert numbers == {"office", "home", "walk-in", "contact-phone"}


def test_nothing_goes_before_the_archive_was_asked(office, hers, now):
    person, file = hers
    ended(person, file, now)
    retention.erase_all(now=on(date(2040, 1, 1)))
    assert left(Client) == [1]
    kept = file_retention.kept_back(now=on(date(2040, 1, 1)))
    waits = "files whose time is over, until the archive has answered"
    assert {what for what, number in kept.items() if number} == {waits}


def test_a_file_is_offered_only_once_its_time_is_over(office, hers, now):
    person, file = hers
    assert archive.listed(now=on(date(2040, 1, 1))).offered == []
    ended(person, file, now)
    assert archive.listed(now=on(LAST_DAY, 23)).offered == []
    with pytest.raises(NotOffered):
        not_kept(file, on(LAST_DAY, 23))
    (one,) = archive.listed(now=on(LAST_DAY + timedelta(days=1))).offered
    assert (one.reference, one.ended_on) == (file.reference, MARCH)
    assert one.kept_until == LAST_DAY


def test_an_office_that_decides_on_fewer_months_is_obeyed(office, hers, now):
    person, file = hers
    ended(person, file, now)
    fewer = RetentionSettings(aftercare_months=0, keep_months=1)
    save_retention_settings(fewer, by=office.counsellor, now=now.now())
    assert archive.waiting(now=on(date(2027, 4, 1))) == 0
    assert archive.waiting(now=on(date(2027, 4, 2))) == 1


@pytest.mark.parametrize("months", [(-1, 6), (13, 6), (3, 0), (3, 7)])
def test_no_office_keeps_files_longer_than_the_notice_promises(months):
    with pytest.raises(ImpossibleSetting):
        RetentionSettings(aftercare_months=months[0], keep_months=months[1])


@given(
    ended_on=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    months=st.integers(1, 18),
    days=st.integers(-2, 2),
)
def test_the_last_day_and_the_first_day_kept_say_the_same(ended_on, months, days):
    period = Months(months)
    today = period.last_kept(ended_on) + timedelta(days=days)
    assert (ended_on < period.first_kept(today)) == (days > 0)


def test_a_reopened_file_leaves_the_archives_list(office, hers, now):
    person, file = hers
    ended(person, file, now)
    moment = on(date(2028, 1, 1))
    not_kept(file, moment)
    file_endings.reopen(person, file.reference, now=moment)
    retention.erase_all(now=on(date(2028, 1, 2)))
    assert left(Client, FileEnding) == [1, 0]


def test_what_the_archive_keeps_is_exported_and_handed_over_first(office, hers, now):
    person, file = hers
    exporting.about(file.reference, now=now.now())  # for herself, long before
    ended(person, file, now)
    moment = on(date(2028, 1, 1))
    archive.answered([file.reference], ArchiveAnswer.KEPT, by=1, now=moment)
    with pytest.raises(NotExported):
        archive.handed_over(file.reference, by=1, now=moment)
    exporting.about(file.reference, now=moment)
    retention.erase_all(now=moment)
    assert left(Client) == [1]
    archive.handed_over(file.reference, by=1, now=moment)
    retention.erase_all(now=moment)
    assert left(Client) == [0]


def test_a_list_with_a_file_that_came_off_it_is_answered_for_none(office, hers, now):
    person, file = hers
    other = make.client(office.counsellor, reference="K7-43", name="Andere")
    for one in hers[1], other:
        ended(person, one, now)
    moment = on(date(2028, 1, 1))
    file_endings.reopen(person, other.reference, now=moment)
    both = [file.reference, other.reference]
    with pytest.raises(NotOffered):
        archive.answered(both, ArchiveAnswer.NOT_KEPT, by=1, now=moment)
    assert db.session.query(FileEnding).one().answer is None


def test_counselling_ends_once_and_with_nothing_ahead(office, hers, now):
    person, file = hers
    choice = make.choice(on(date(2027, 3, 4), 9), client=file.id)
    row = appointments.book(choice, make.person(), now=now.now()).appointment
    with pytest.raises(SomethingAhead):
        ended(person, file, now)
    appointments.cancel(row.uuid, now=now.now())
    with pytest.raises(ImpossibleEnding):
        ended(person, file, now, day=date(2027, 3, 2))
    ended(person, file, now)
    with pytest.raises(AlreadyEnded):
        ended(person, file, now)


def test_a_file_with_something_to_come_is_neither_offered_nor_erased(office, hers, now):
    person, file = hers
    ended(person, file, now)
    moment = on(date(2028, 1, 1))
    not_kept(file, moment)
    visiting.wish(now, client=file.id)
    retention.erase_all(now=moment)
    assert left(Client, VisitRequest) == [1, 1]
    assert archive.listed(now=moment).answered == 0


def test_a_visit_that_two_files_share_keeps_both(office, hers, now):
    person, file = hers
    other = make.client(office.counsellor, reference="K7-43", name="Andere")
    way = visiting.wish(now, client=file.id)
    make.visit_published(way.request.uuid, office.counsellor, on(MARCH, 11))
    with write_session() as session:
        session.query(Appointment).one().client_id = other.id
    now.move(days=1)
    ended(person, file, now)
    ended(person, other, now)
    moment = on(date(2028, 1, 1))
    for one in file, other:
        not_kept(one, moment)
    retention.erase_all(now=moment)
    assert left(Client, Appointment, VisitRequest) == [2, 1, 1]
    with pytest.raises(erasing_people.SharedVisit):
        erasing_people.erase(file.reference, now=moment)


# --- Legal hold ---------------------------------------------------------------


def test_nothing_of_a_held_file_goes_by_job_command_or_page(office, hers, now):
    person, file = hers
    row, contact = fill(office, file, now)
    letters.post(now=now.now())
    held(person, file, now)
    with pytest.raises(UnderHold):
        short_contacts.remove(person, contact, now=now.now())
    with pytest.raises(UnderHold):
        clients.file_under(person, row.uuid, None, now=now.now())
    before = left(*ALL_OF_IT)
    now.move(days=7)
    ended(person, file, now)
    later = on(date(2028, 2, 1))
    retention.erase_all(now=later)
    with pytest.raises(UnderHold):
        erasing_people.erase(file.reference, now=later)
    after = left(*ALL_OF_IT)
    assert (before[7], after[7]) == (0, 1)
    assert (*after[:7], *after[8:]) == (*before[:7], *before[8:])


def test_a_code_opens_no_way_around_a_hold(office, hers, now):
    person, file = hers
    choice = make.choice(on(date(2027, 3, 4), 9), client=file.id)
    way = appointments.book(choice, make.person(), now=now.now())
    held(person, file, now)
    with pytest.raises(UnderHold):
        erasing_people.erase(way.code, now=on(date(2027, 4, 1)))
    assert left(Appointment) == [1]


def test_a_held_file_is_not_offered_and_the_head_sees_no_reason(office, hers, now):
    person, file = hers
    held(person, file, now)
    ended(person, file, now)
    moment = on(date(2028, 1, 1))
    found = archive.listed(now=moment)
    assert (found.offered, [one.client.reference for one in found.held]) == (
        [],
        [file.reference],
    )
    with pytest.raises(NotOffered):
        not_kept(file, moment)
    kept = file_retention.kept_back(now=moment)
    assert kept["files under a legal hold"] == 1
    assert kept["files whose time is over, under a legal hold"] == 1


def test_a_hold_placed_after_the_archives_answer_still_holds(office, hers, now):
    person, file = hers
    ended(person, file, now)
    now.moment = on(date(2028, 1, 1))
    not_kept(file, now.now())
    wanted = NewHold(reason="Az. 3", look_again_on=date(2028, 6, 1))
    legal_holds.place(person, file.reference, wanted, now=now.now())
    retention.erase_all(now=now.now())
    assert left(Client) == [1]
    legal_holds.end(person, file.reference, now=now.move(days=1))
    retention.erase_all(now=now.now())
    assert left(Client, LegalHold) == [0, 0]


def test_a_hold_is_sealed_looked_at_again_and_every_step_is_journaled(
    office, hers, now
):
    person, file = hers
    held(person, file, now)
    held(person, file, now)
    row = db.session.query(LegalHold).one()
    assert (row.reason, row.placed_by_id) == ("Az. 3 K 17/27", person.id)
    assert b"Az. 3" not in row.reason_sealed
    legal_holds.end(person, file.reference, now=now.now())
    about = db.session.query(JournalEntry).filter_by(about=f"client:{file.uuid}")
    deeds = [row.deed for row in about.order_by(JournalEntry.id)]
    assert deeds == ["place hold", "look at hold again", "end hold"]
    assert legal_holds.standing(file.id) is None


def test_a_hold_has_a_reason_and_a_day_within_a_year(hers, now):
    person, file = hers
    good, september = "Az. 3", date(2027, 9, 1)
    wrong = [("", september), ("x" * 501, september)]
    for reason, day in [*wrong, (good, MARCH), (good, date(2028, 4, 1))]:
        new = NewHold(reason=reason, look_again_on=day)
        with pytest.raises(ImpossibleHold):
            legal_holds.place(person, file.reference, new, now=now.now())


# --- Any files, any states ----------------------------------------------------

STATES = st.fixed_dictionaries(
    {
        "ended": st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
        "answer": st.sampled_from([None, "not_kept", "kept", "handed over"]),
        "held": st.sampled_from(["never", "now", "once"]),
        "ahead": st.sampled_from(["", "", "waits", "booked"]),
    }
)


def a_file(office, number, state, moment):
    """Put in a file as it is described, and something that lies in it."""
    file = make.client(office.counsellor, reference=f"P-{number}", name=f"Nr {number}")
    before, client = moment - timedelta(days=1), {"client_id": file.id}
    by = {"noted_by_id": office.counsellor, "noted_at": before}
    said, got = state["answer"], state["answer"] == "handed over"
    with write_session() as session:
        if state["ended"]:
            row = FileEnding(
                ended_on=state["ended"], reason=WhyEnded.OTHER, **client, **by
            )
            row.answer = ("kept" if got else said) if said else None
            row.answered_at = before if said else None
            row.handed_over_at = before if got else None
            session.add(row)
        if state["held"] != "never":
            hold = LegalHold(
                look_again_on=date(2030, 1, 1),
                placed_by_id=office.counsellor,
                placed_at=before,
                **client,
            )
            hold.reason = "Az. 3"
            hold.ended_at = before if state["held"] == "once" else None
            session.add(hold)
    a_talk(office, number, file, moment, is_ahead=state["ahead"] == "booked")
    if state["ahead"] == "waits":
        place = Place(
            key=f"{number}",
            kind=WaitingKind.CALL_BACK,
            wish=make.wish(),
            letter_language="ar",
            until=date(2031, 1, 1),
            client=file.id,
        )
        waiting.join(place, make.person(), now=moment)
    return file.reference


def a_talk(office, number, file, moment, *, is_ahead):
    days = timedelta(days=number + 1)
    start = moment + days if is_ahead else moment - days - timedelta(days=400)
    end = start + timedelta(minutes=30)
    with write_session() as session:
        session.add(
            Appointment(
                counsellor_id=office.counsellor,
                type_id=1,
                client_id=file.id,
                status=Status.BOOKED,
                language="ti",
                letter_language="ti",
                **dict.fromkeys(("created_at", "changed_at", "starts_at"), start),
                **dict.fromkeys(("busy_until", "ends_at"), end),
                busy_from=start,
            )
        )


def may_go(state, today):
    """Say the rule once more, day by day and without any of our arithmetic."""
    if state["ended"] is None or state["answer"] not in {"not_kept", "handed over"}:
        return False
    if state["held"] == "now" or state["ahead"]:
        return False
    year, month = state["ended"].year, state["ended"].month + 9
    year, month = (year + 1, month - 12) if month > 12 else (year, month)
    day = state["ended"].day
    while True:
        try:
            return today > date(year, month, day)
        except ValueError:
            day -= 1


def emptied():
    with write_session() as session:
        for table in reversed(Base.metadata.sorted_tables):
            if table.name in {
                *("appointment", "client_link", "letter", "file_ending"),
                *("legal_hold", "waiting", "client", "counted"),
            }:
                session.execute(table.delete())


@given(
    states=st.lists(STATES, min_size=1, max_size=6),
    moment=st.datetimes(
        datetime(2027, 3, 1),  # noqa: DTZ001 - Hypothesis wants bounds without a zone
        datetime(2029, 1, 1),  # noqa: DTZ001 - the same
        timezones=st.just(UTC),
    ),
)
@hypothesis_settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_no_file_goes_early_or_held_and_every_one_that_is_due_goes(
    office, states, moment
):
    emptied()
    today = moment.astimezone(zone()).date()
    files = {a_file(office, n, one, moment): one for n, one in enumerate(states)}
    announced = retention.due_now(now=moment)
    erased = retention.erase_all(now=moment)
    assert announced == erased
    db.session.rollback()
    stays = {one.reference for one in db.session.query(Client)}
    assert stays == {ref for ref, one in files.items() if not may_go(one, today)}
    talks = {one.client.reference for one in db.session.query(Appointment)}
    assert talks == stays
    assert retention.overdue(now=moment) == 0


# --- What a check says, and what the disk still knows --------------------------


def test_a_check_says_when_nobody_has_erased_for_days(office, now):
    retention.erase_all(now=now.now())
    silent = "The daily erasing has not run to its end since 2027-03-01 07:00 UTC"
    two_days = now.now() + timedelta(days=2)
    assert silent not in " ".join(soundness.faults(now=two_days))
    later = two_days + timedelta(minutes=1)
    assert silent in " ".join(soundness.faults(now=later))


def test_a_check_says_when_a_file_that_is_due_was_not_erased(office, hers, now):
    person, file = hers
    ended(person, file, now)
    answered = on(date(2028, 1, 1))
    not_kept(file, answered)
    late = "Kept longer than the privacy notice promises: 1 records."
    assert late not in " ".join(soundness.faults(now=answered + timedelta(days=1)))
    assert late in " ".join(soundness.faults(now=answered + timedelta(days=3)))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_byte_of_an_erased_file_is_left_on_disk_or_in_the_next_backup(
    office, now, tmp_path
):
    person = make.signed_in(office.counsellor)
    chance, sealed = random.Random(7), set()  # noqa: S311 - lengths, not secrets
    for number in range(60):
        file = make.client(
            office.counsellor,
            reference=f"P-{number}",
            name=f"Klientin {number} " + "a" * chance.randint(1, 40),
        )
        make.short_contact(person, now, note="b" * number, file=file.reference)
        if number % 2:
            ended(person, file, now)
    moment = on(date(2028, 1, 1))
    names = [one.reference for one in archive.listed(now=moment).offered]
    archive.answered(names, ArchiveAnswer.NOT_KEPT, by=1, now=moment)
    gone = FileEnding.client_id == Client.id
    for row in db.session.query(Client).join(FileEnding, gone):
        sealed |= {row.name_sealed, row.name_hash}
    db.session.rollback()
    stored = on_disk(tmp_path)
    assert all(one in stored for one in sealed)
    retention.erase_all(now=moment)
    assert left(Client, ShortContact) == [30, 30]
    stored = on_disk(tmp_path) + unpacked(tmp_path)
    assert not [one for one in sealed if one in stored]


def on_disk(folder):
    return b"".join(path.read_bytes() for path in folder.glob("lotse.sqlite*"))


def unpacked(folder):
    """Return the next backup as its owner opens it."""
    import pyrage

    backups.back_up(folder / "next.age")
    identity = pyrage.x25519.Identity.from_str(PRIVATE)
    return pyrage.decrypt((folder / "next.age").read_bytes(), [identity])


def test_no_table_points_at_a_file_without_our_knowing():
    pointing = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "client"
    }
    assert pointing == {
        *("appointment", "visit_request", "waiting", "walk_in", "short_contact"),
        *("personal_link", "file_ending", "legal_hold", "release"),
        "emergency_opening",
    }
