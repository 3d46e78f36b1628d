"""Does a counsellor's own calendar block her times, and tell us nothing else?"""

from datetime import date, timedelta

import pytest

from booking.models import BusyTime, CalendarSource, JournalEntry, SourceKind, db
from booking.scheduling import TimeWindow
from booking.services import (
    accounts,
    appointments,
    availability,
    busy_times,
    holds,
    source_states,
    sources,
)
from booking.services.calendar_fetch import (
    AddressRefused,
    FetchFailed,
    NotFetched,
    Refusal,
    Trouble,
)
from booking.services.claim import SlotTaken
from booking.services.source_reading import TooManyAtOnce, Unread
from booking.services.source_states import State, UnknownSource
from booking.services.sources import NeedsTheFile, NewFile, TooManySources
from tests import make
from tests.calendars.reading import calendar
from tests.services.strangers import ADDRESS, played

THURSDAY = date(2027, 3, 4)
UNTIL = date(2027, 4, 30)
NINE = "UID:nine\nDTSTART:20270304T080000Z\nDTEND:20270304T090000Z\nSUMMARY:Canary"
ELEVEN = "UID:eleven\nDTSTART:20270304T100000Z\nDTEND:20270304T110000Z"
WEEKLY = "UID:w\nDTSTART:20270303T080000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY"


def at(hour, minute=0, day=THURSDAY):
    return make.at(day, hour, minute)


@pytest.fixture
def stranger(monkeypatch):
    return played(monkeypatch)


def file(*entries, until=UNTIL):
    return NewFile(content=calendar(*entries), valid_until=until)


def added(office, now, *entries, until=UNTIL):
    return sources.add_file(
        office.counsellor, "Mine", file(*entries, until=until), now=now.now()
    )


def subscribed(office, now, stranger, *entries, **more):
    stranger.content = calendar(*entries)
    return sources.add_address(
        office.counsellor, "Mine", more.get("typed", ADDRESS), now=now.now()
    )


def busy():
    db.session.rollback()
    rows = db.session.query(BusyTime).order_by(BusyTime.starts_at)
    return [(row.starts_at, row.ends_at) for row in rows]


def row():
    db.session.rollback()
    return db.session.query(CalendarSource).one()


def shown(office, now):
    db.session.rollback()
    return source_states.listed(make.signed_in(office.counsellor), now=now.now())


# --- Coming in ----------------------------------------------------------------


def test_a_file_blocks_the_times_in_it_until_its_last_day(office, now, stranger):
    added(office, now, NINE, WEEKLY, until=date(2027, 3, 17))
    assert busy() == [
        (at(9, day=date(2027, 3, 3)), at(10, day=date(2027, 3, 3))),
        (at(9), at(10)),
        (at(9, day=date(2027, 3, 10)), at(10, day=date(2027, 3, 10))),
        (at(9, day=date(2027, 3, 17)), at(10, day=date(2027, 3, 17))),
    ]
    assert (row().kind, row().events, row().due_at) == (SourceKind.UPLOAD, 2, None)


def test_an_address_is_kept_sealed_and_read_for_a_year(office, now, stranger):
    stranger.tag = '"canary-tag"'
    subscribed(office, now, stranger, WEEKLY, typed=f" {ADDRESS}\n")
    kept = row()
    assert (kept.address, kept.tag, kept.label) == (ADDRESS, '"canary-tag"', "Mine")
    assert b"canary" not in kept.address_sealed + kept.tag_sealed
    assert len(busy()) == 53
    assert kept.due_at == now.now() + timedelta(minutes=15)


def test_what_lies_before_this_week_is_none_of_our_business(office, now, stranger):
    added(office, now, "DTSTART:20270226T080000Z\nDTEND:20270226T090000Z")
    assert busy() == []


def test_the_journal_says_that_a_calendar_was_added_and_not_which(
    office, now, stranger
):
    source = subscribed(office, now, stranger, NINE)
    sources.remove(source, by=office.counsellor, now=now.now())
    entries = db.session.query(JournalEntry).order_by(JournalEntry.id)
    assert [(one.deed, one.about) for one in entries] == [
        ("add calendar", f"source:{source}"),
        ("remove calendar", f"source:{source}"),
    ]


REFUSED = [
    (AddressRefused(Refusal.NOT_PUBLIC), b"", Refusal.NOT_PUBLIC),
    (FetchFailed(Trouble.NOT_FOUND), b"", Trouble.NOT_FOUND),
    (None, b"no calendar", Unread.UNREADABLE),
    (None, b"BEGIN:VCALENDAR", Unread.TRUNCATED),
    (None, b" " * 6_000_000, Unread.TOO_LARGE),
]


def test_what_cannot_be_read_is_not_kept_and_the_reason_is_a_code(
    office, now, stranger
):
    for stranger.fault, stranger.content, why in REFUSED:
        with pytest.raises(NotFetched) as refused:
            sources.add_address(office.counsellor, "Mine", ADDRESS, now=now.now())
        assert refused.value.why == why
    assert db.session.query(CalendarSource).count() == 0


def test_an_address_that_may_not_be_called_is_not_called(office, now, stranger):
    with pytest.raises(AddressRefused):
        subscribed(office, now, stranger, typed="http://calendar.example/")
    assert stranger.asked == []


def test_only_two_people_wait_for_strangers_at_once(office, now, stranger):
    def ask_on():
        if len(stranger.asked) < 3:
            subscribed(office, now, stranger)

    stranger.meanwhile = ask_on
    with pytest.raises(TooManyAtOnce):
        ask_on()
    assert len(stranger.asked) == 2
    stranger.meanwhile = None
    subscribed(office, now, stranger)


def test_nobody_has_more_than_ten_calendars(office, now, stranger):
    for _ in range(10):
        added(office, now)
    with pytest.raises(TooManySources):
        added(office, now)


def test_our_own_appointments_in_her_calendar_block_nothing_again(
    office, now, stranger
):
    way = appointments.book(make.choice(at(9)), make.person(), now=now.now())
    gone = appointments.book(make.choice(at(11)), make.person(), now=now.now())
    appointments.cancel(gone.appointment.uuid, now=now.now())
    own = [
        entry.replace(name, str(one.appointment.uuid))
        for entry, name, one in ((NINE, "nine", way), (ELEVEN, "eleven", gone))
    ]
    added(office, now, *own)
    assert busy() == []


# --- Blocking -----------------------------------------------------------------


def starts(office, now, day=THURSDAY):
    db.session.rollback()
    offer = availability.offer(make.wish(), now=now.now())
    return [slot.window.start for slot in offer.on(day)]


def test_a_busy_time_is_never_offered(office, now, stranger):
    before = starts(office, now)
    assert at(9) in before
    added(office, now, NINE)
    hour = TimeWindow(at(9), at(10))
    after = starts(office, now)
    assert after == [
        one
        for one in before
        if not TimeWindow(one, one + timedelta(minutes=45)).overlaps(hour)
    ]
    assert after[0] == at(10)


def test_booking_a_busy_time_is_refused(office, now, stranger):
    added(office, now, NINE)
    for quarter in (0, 15, 30, 45):
        with pytest.raises(SlotTaken):
            appointments.book(make.choice(at(9, quarter)), make.person(), now=now.now())
    with pytest.raises(SlotTaken):
        holds.hold(make.choice(at(9)), network=b"a", now=now.now())


def test_a_time_that_becomes_busy_between_look_and_lock_is_refused(
    office, now, stranger, monkeypatch
):
    look_at = holds.look_at

    def look_and_then_import(*asked, **facts):
        look = look_at(*asked, **facts)
        assert look.counsellors == (office.counsellor,)
        added(office, now, NINE)
        return look

    monkeypatch.setattr(holds, "look_at", look_and_then_import)
    with pytest.raises(SlotTaken):
        appointments.book(make.choice(at(9)), make.person(), now=now.now())
    assert len(busy()) == 1


def test_a_colleague_is_offered_where_one_is_busy(office, now, stranger):
    colleague = make.counsellor(languages=("de",))
    added(office, now, NINE)
    way = appointments.book(make.choice(at(9)), make.person(), now=now.now())
    assert way.appointment.counsellor_id == colleague


def test_a_busy_time_is_none_of_the_talks_that_she_has_a_day(office, now, stranger):
    counsellor = make.counsellor(languages=("fr",), daily_maximum=1)
    make.busy(counsellor, (at(9), at(10)))
    wish = make.wish(language="fr")
    appointments.book(make.choice(at(11), wish=wish), make.person(), now=now.now())
    with pytest.raises(SlotTaken):
        appointments.book(make.choice(at(10), wish=wish), make.person(), now=now.now())


def test_moving_into_a_busy_time_is_refused(office, now, stranger):
    way = appointments.book(make.choice(at(11)), make.person(), now=now.now())
    added(office, now, NINE)
    with pytest.raises(SlotTaken):
        appointments.move(way.appointment.uuid, at(9), now=now.now())


def test_a_removed_calendar_frees_what_it_blocked(office, now, stranger):
    before = starts(office, now)
    source = added(office, now, NINE)
    assert starts(office, now) != before
    sources.remove(source, by=office.counsellor, now=now.now())
    assert (starts(office, now), busy()) == (before, [])
    assert db.session.query(CalendarSource).count() == 0


def test_two_calendars_block_what_either_says(office, now, stranger):
    added(office, now, NINE)
    added(office, now, NINE, ELEVEN)
    span = TimeWindow(at(0), at(23))
    assert busy_times.of_counsellor(office.counsellor, span) == [
        TimeWindow(at(9), at(10)),
        TimeWindow(at(11), at(12)),
    ]
    assert [one.blocks for one in shown(office, now)] == [1, 2]


# --- Changing -----------------------------------------------------------------


def test_a_newer_file_takes_the_place_of_the_old(office, now, stranger):
    source = added(office, now, NINE)
    sources.replace_file(source, file(ELEVEN), by=office.counsellor, now=now.now())
    assert busy() == [(at(11), at(12))]


def test_a_newer_file_that_cannot_be_read_leaves_the_old_one(office, now, stranger):
    source = added(office, now, NINE)
    broken = NewFile(content=b"BEGIN:VCALENDAR", valid_until=UNTIL)
    with pytest.raises(NotFetched):
        sources.replace_file(source, broken, by=office.counsellor, now=now.now())
    assert busy() == [(at(9), at(10))]


def test_a_file_can_end_earlier_but_of_later_days_only_a_file_tells(
    office, now, stranger
):
    source = added(office, now, NINE, WEEKLY)
    by = {"by": office.counsellor, "now": now.now()}
    with pytest.raises(NeedsTheFile):
        sources.end_on(source, UNTIL + timedelta(days=1), **by)
    sources.end_on(source, date(2027, 3, 3), **by)
    assert busy() == [(at(9, day=date(2027, 3, 3)), at(10, day=date(2027, 3, 3)))]
    assert row().valid_until == date(2027, 3, 3)


def test_a_long_block_ends_with_the_files_last_day(office, now, stranger):
    source = added(
        office, now, "DTSTART;VALUE=DATE:20270301\nDTEND;VALUE=DATE:20270402"
    )
    sources.end_on(source, THURSDAY, by=office.counsellor, now=now.now())
    (_, end), *others = busy()
    assert (end, others) == (at(0, day=date(2027, 3, 5)), [])


def test_what_stays_the_same_is_not_written_anew(office, now, stranger):
    source = added(office, now, NINE, WEEKLY)
    before = {one.id for one in db.session.query(BusyTime)}
    sources.replace_file(
        source, file(NINE, ELEVEN, WEEKLY), by=office.counsellor, now=now.now()
    )
    db.session.rollback()
    assert {one.id for one in db.session.query(BusyTime)} > before


def test_nobody_touches_a_strangers_calendar(office, now, stranger):
    source = added(office, now, NINE)
    other = make.counsellor()
    by = {"by": other, "now": now.now()}
    for deed in (
        lambda: sources.rename(source, "x", **by),
        lambda: sources.end_on(source, THURSDAY, **by),
        lambda: sources.replace_file(source, file(), **by),
        lambda: sources.remove(source, **by),
        lambda: source_states.found(make.signed_in(other), source, now=now.now()),
    ):
        with pytest.raises(UnknownSource):
            deed()
    assert (len(busy()), row().label) == (1, "Mine")
    assert source_states.listed(make.signed_in(other), now=now.now()) == []


def test_who_works_here_no_more_has_no_calendar_here(office, now, stranger):
    added(office, now, NINE)
    make.busy(make.counsellor(), (at(9), at(10)))
    with make.write_session() as session:
        email = session.get(make.StaffMember, office.counsellor).email
    accounts.disable(email, now=now.now())
    assert len(busy()) == 1
    assert row().staff_id != office.counsellor


# --- How it stands ------------------------------------------------------------


def test_a_file_is_over_after_its_last_day(office, now, stranger):
    added(office, now, NINE, until=THURSDAY)
    now.moment = at(23)
    assert shown(office, now)[0].state == State.FRESH
    now.move(hours=1)
    assert shown(office, now)[0].state == State.OVER
    assert source_states.in_doubt(make.signed_in(office.counsellor), now=now.now()) == 1


TOLD = [
    (5.9, (State.FRESH, 0, 0)),
    (6, (State.STALE, 1, 0)),
    (23.9, (State.STALE, 1, 0)),
    (24, (State.STALE, 1, 1)),
]


def test_she_is_told_after_six_hours_and_the_office_after_a_day(office, now, stranger):
    subscribed(office, now, stranger, NINE)
    person, read_at = make.signed_in(office.counsellor), now.now()
    for hours, told in TOLD:
        now.moment = read_at + timedelta(hours=hours)
        state = shown(office, now)[0].state
        hers = source_states.in_doubt(person, now=now.now())
        stale = source_states.stale_for_the_office(now=now.now())
        assert (state, hers, len(stale)) == told


def test_an_address_is_shown_by_its_server_alone(office, now, stranger):
    subscribed(office, now, stranger, NINE, "RRULE:FREQ=X\nDTSTART:20270305T080000Z")
    (one,) = shown(office, now)
    assert (one.host, one.doubts, one.row.warnings) == (
        "calendar.example",
        1,
        {"refused_rule": 1},
    )
