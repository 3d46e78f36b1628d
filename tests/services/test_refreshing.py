"""Is every foreign calendar read again in time, and does a broken one change nothing?"""

from datetime import date, timedelta

import pytest
from sqlalchemy import func

from booking.models import BusyTime, CalendarSource, FreeTimes, Letter, db
from booking.services import appointments, holds, notices, refreshing, sources, waiting
from booking.services.calendar_fetch import FetchFailed, Trouble
from booking.services.refreshing import LEASE, Pace, refresh, refresh_next
from booking.services.source_reading import Unread
from booking.services.source_states import State, state_of
from booking.services.waiting import Place
from tests import make
from tests.calendars.reading import calendar
from tests.services.strangers import ADDRESS, played

THURSDAY = date(2027, 3, 4)
NINE = "UID:nine\nDTSTART:20270304T080000Z\nDTEND:20270304T090000Z"
MANY = [
    f"UID:{day}\nDTSTART:202703{day:02}T080000Z\nDTEND:202703{day:02}T090000Z"
    for day in range(4, 9)
]
QUARTER = timedelta(minutes=15)


def at(hour, minute=0):
    return make.at(THURSDAY, hour, minute)


@pytest.fixture
def stranger(monkeypatch):
    return played(monkeypatch)


@pytest.fixture
def source(office, now, stranger):
    """A calendar of five entries that was read just now."""
    stranger.content, stranger.tag = calendar(*MANY), '"one"'
    sources.add_address(office.counsellor, "Mine", ADDRESS, now=now.now())
    stranger.asked.clear()
    return row().id


def row():
    db.session.rollback()
    return db.session.query(CalendarSource).one()


def blocks():
    db.session.rollback()
    return db.session.query(BusyTime).count()


def later(now, **forward):
    now.move(**forward)
    return refresh_next(now=now.now())


# --- When ---------------------------------------------------------------------


def test_a_calendar_is_read_every_quarter_of_an_hour(now, stranger, source):
    assert not later(now, minutes=14)
    assert later(now, minutes=1)
    assert not refresh_next(now=now.now())
    assert later(now, minutes=15)
    assert len(stranger.asked) == 2


def test_the_server_is_told_which_state_we_know(now, stranger, source):
    assert later(now, minutes=15)
    ((_, tag, within),) = stranger.asked
    assert (tag, within) == ('"one"', 20.0)
    assert (row().fetched_at, blocks()) == (now.now(), 5)


def test_each_day_all_of_it_is_read_since_the_days_move_on(now, stranger, source):
    stranger.content = calendar(
        "DTSTART:20270301T080000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY"
    )
    later(now, days=7)
    assert stranger.asked[0][1] == ""
    assert row().expanded_on == date(2027, 3, 8)
    last = db.session.query(func.max(BusyTime.starts_at)).scalar()
    assert last == make.at(date(2028, 3, 13), 9)  # 53 weeks from this one's Monday on
    later(now, minutes=15)
    assert stranger.asked[1][1] == '"one"'


def test_a_server_that_fails_is_asked_less_and_less_often(now, stranger, source):
    stranger.fault = FetchFailed(Trouble.UNREACHABLE)
    waits = []
    for _ in range(5):
        now.moment = row().due_at
        refresh_next(now=now.now())
        waits.append((row().due_at - now.now()) / QUARTER)
    assert waits == [2, 4, 8, 8, 8]
    assert (row().trouble, row().failures) == ("unreachable", 5)
    stranger.fault = None
    now.moment = row().due_at
    assert refresh_next(now=now.now())
    assert (row().trouble, row().failures) == (None, 0)
    assert row().due_at - now.now() == QUARTER


def test_files_are_never_asked_for_again(office, now, stranger):
    make.busy(office.counsellor)
    assert not later(now, days=1)


def test_the_one_that_waits_longest_comes_first(office, now, stranger):
    late = make.busy(office.counsellor, kind="address", due_at=now.now() - QUARTER)
    make.busy(office.counsellor, kind="address", due_at=now.now())
    stranger.content = calendar()
    refresh_next(now=now.now())
    db.session.rollback()
    assert db.session.get(CalendarSource, late.id).due_at > now.now()
    assert refresh_next(now=now.now())
    assert not refresh_next(now=now.now())


# --- While somebody books -----------------------------------------------------


def test_a_held_time_lets_an_old_calendar_be_read_once_and_quickly(
    now, stranger, source
):
    stranger.fault = FetchFailed(Trouble.UNREACHABLE)
    later(now, minutes=15)
    assert not later(now, minutes=16)
    holds.hold(make.choice(at(11)), network=b"a", now=now.now())
    assert later(now, seconds=2)
    assert not refresh_next(now=now.now())
    assert [within for *_, within in stranger.asked] == [20.0, 3.0]


def test_while_it_is_fresh_a_held_time_changes_nothing(now, stranger, source):
    now.move(minutes=14)
    holds.hold(make.choice(at(11)), network=b"a", now=now.now())
    assert not refresh_next(now=now.now())


def test_three_seconds_are_no_proof_that_a_server_fails(now, stranger, source):
    now.move(minutes=15)
    holds.hold(make.choice(at(11)), network=b"a", now=now.now())
    stranger.fault = FetchFailed(Trouble.TIMED_OUT)
    later(now, seconds=1)
    assert (row().failures, row().trouble, state_of(row(), now.now())) == (
        0,
        None,
        State.FRESH,
    )
    stranger.fault = None
    assert refresh_next(now=now.now())
    assert [within for *_, within in stranger.asked] == [3.0, 20.0]


def test_what_became_busy_while_she_typed_is_not_booked(now, stranger, source):
    now.move(minutes=20)
    choice = make.choice(at(11))
    holds.hold(choice, network=b"a", now=now.now())
    stranger.content = calendar("DTSTART:20270304T100000Z\nDTEND:20270304T110000Z")
    stranger.tag = '"two"'
    assert later(now, seconds=2)
    with pytest.raises(appointments.SlotTaken):
        appointments.book(choice, make.person(), now=now.now())


# --- What stays ---------------------------------------------------------------


BROKEN = [
    (calendar(NINE)[:-20], Unread.TRUNCATED),
    (b"<html>", Unread.UNREADABLE),
    (b" " * 6_000_000, Unread.TOO_LARGE),
    (calendar(*[""] * 20_001), Unread.TOO_MANY_EVENTS),
]


def test_of_a_broken_file_nothing_is_taken_and_what_was_known_stays(
    now, stranger, source
):
    read_at, stranger.tag = row().fetched_at, '"broken"'
    for stranger.content, why in BROKEN:
        now.moment = row().due_at
        refresh_next(now=now.now())
        assert (blocks(), row().trouble, row().fetched_at) == (5, why, read_at)
        assert row().tag == '"one"'  # else the broken file would count as read
        assert state_of(row(), now.now()) == State.FAILED


EMPTY = [calendar(), calendar(MANY[0] + "\nTRANSP:TRANSPARENT")]


@pytest.mark.parametrize("content", EMPTY)
def test_a_calendar_that_is_suddenly_empty_is_believed_after_a_day(
    now, stranger, source, content
):
    stranger.content, stranger.tag = content, '"empty"'
    now.move(minutes=15)
    first = now.now()
    while now.now() < first + timedelta(hours=24):
        assert refresh_next(now=now.now())
        assert (blocks(), row().trouble) == (5, "suddenly_empty")
        assert state_of(row(), now.now()) == State.DOUBTED
        now.move(hours=4)
    assert refresh_next(now=now.now())
    assert (blocks(), row().trouble, row().empty_since) == (0, None, None)
    assert state_of(row(), now.now()) == State.FRESH


def test_a_calendar_that_shows_itself_again_was_never_empty(now, stranger, source):
    stranger.content, stranger.tag = calendar(), '"empty"'
    later(now, minutes=15)
    stranger.content, stranger.tag = calendar(*MANY), '"three"'
    later(now, minutes=15)
    assert (blocks(), row().empty_since) == (5, None)


def test_a_calendar_of_four_entries_may_be_empty_at_once(office, now, stranger):
    stranger.content = calendar(*MANY[:4])
    sources.add_address(office.counsellor, "Mine", ADDRESS, now=now.now())
    stranger.content = calendar()
    later(now, minutes=15)
    assert blocks() == 0


# --- Several readers ----------------------------------------------------------


def test_two_workers_never_read_the_same_calendar_at_once(now, stranger, source):
    found = []
    stranger.meanwhile = lambda: found.append(refresh_next(now=now.now()))
    assert later(now, minutes=15)
    assert (len(stranger.asked), found) == (1, [False])


def test_what_a_dead_worker_had_in_hand_is_taken_up(now, stranger, source):
    def die():
        raise KeyboardInterrupt

    stranger.meanwhile = die
    with pytest.raises(KeyboardInterrupt):
        later(now, minutes=15)
    stranger.meanwhile = None
    assert not refresh(source, now=now.now() + LEASE / 2, pace=Pace.ON_A_PAGE)
    assert refresh(source, now=now.now() + LEASE, pace=Pace.ON_A_PAGE)


def test_a_reader_who_comes_back_too_late_changes_nothing(now, stranger, source):
    fresh, stranger.tag = calendar(MANY[0]), ""

    def dawdle():
        stranger.meanwhile, stranger.content = None, fresh
        now.move(minutes=4)
        assert refresh(source, now=now.now(), pace=Pace.ON_A_PAGE)
        stranger.content = calendar(*MANY)

    stranger.meanwhile = dawdle
    now.move(minutes=15)
    assert not refresh(source, now=now.now(), pace=Pace.REGULAR)
    assert blocks() == 1


def test_a_calendar_removed_while_it_is_read_stays_removed(
    office, now, stranger, source
):
    uuid, stranger.tag = row().uuid, ""
    stranger.meanwhile = lambda: sources.remove(
        uuid, by=office.counsellor, now=now.now()
    )
    assert later(now, minutes=15)
    assert (blocks(), db.session.query(CalendarSource).count()) == (0, 0)


# --- Who waits ----------------------------------------------------------------


def test_who_waits_is_told_of_a_time_that_a_calendar_gave_back(office, now, stranger):
    all_day = "DTSTART;VALUE=DATE:20270301\nDTEND;VALUE=DATE:20270601"
    stranger.content = calendar(all_day)
    sources.add_address(office.counsellor, "Mine", ADDRESS, now=now.now())
    place = Place(
        key="list",
        kind=waiting.WaitingKind.SLOT,
        wish=make.wish(),
        letter_language="de",
        until=date(2027, 3, 30),
    )
    waiting.join(place, make.person(), now=now.now())
    assert db.session.query(FreeTimes).one().since == {}
    assert notices.notify(now=now.move(minutes=6)) == 0
    stranger.content = calendar(all_day.replace("20270601", "20270305"))
    later(now, minutes=15)
    assert notices.notify(now=now.move(minutes=6)) == 1
    assert db.session.query(Letter).filter_by(kind="waiting").count() == 1


def test_a_fault_of_ours_is_not_tried_again_at_once(now, stranger, source):
    stranger.fault = RuntimeError("a fault of ours")
    now.move(minutes=15)
    with pytest.raises(RuntimeError):
        refresh_next(now=now.now())
    assert not later(now, minutes=14)
    assert refreshing.LEASE < QUARTER
