"""Is a feed's file kept as long as it is true, and written anew where it is not?"""

import gzip

import pytest

from booking.calendars import feed as plain_feed
from booking.models import Appointment, FeedLevel, db
from booking.services import feed_entries, feed_files, feed_rows, feeds
from booking.services.feed_files import OF_A_MARK, Entry, File, Shelf
from booking.services.feed_polls import Kind, feed_for
from booking.services.writing import write_session
from tests import make
from tests.services.marked import at, published, taken


@pytest.fixture
def token(office, now):
    return feeds.subscribe(office.counsellor, "Telefon", now=now.now())


@pytest.fixture
def made(monkeypatch):
    """Note which appointments are put into words."""
    numbers, really = [], feed_entries.events

    def listen(session, reader, appointments):
        numbers.extend(appointments)
        return really(session, reader, appointments)

    monkeypatch.setattr(feed_entries, "events", listen)
    return numbers


def read(token, now):
    db.session.rollback()
    return feed_files.written(feed_for(token, now=now.now()))


def changed(counsellor, now, uuid, **facts):
    with write_session() as session:
        row = session.query(Appointment).filter_by(uuid=uuid).one()
        row.raise_sequence(at=now.move(minutes=1))
        for name, value in facts.items():
            setattr(row, name, value)
        feeds.bump(session, [counsellor], at=now.now())
    return row.id


def test_what_has_not_changed_is_read_no_second_time(token, office, now, made):
    taken(office.counsellor, at(9))
    first = read(token, now)
    assert len(made) == 1
    assert read(token, now) is first


def test_after_a_change_only_what_changed_is_written(token, office, now, made):
    uuids = [taken(office.counsellor, at(hour)) for hour in (9, 10, 11)]
    before = read(token, now)
    made.clear()
    number = changed(office.counsellor, now, uuids[1], status="missed")
    after = read(token, now)
    assert made == [number]
    assert after != before
    assert after == anew(token, now), "as if nothing had been kept"


def anew(token, now):
    """Write the whole feed by itself, without what was kept."""
    feed = feed_for(token, now=now.now())
    session = db.session()
    marks = feed_rows.marks(session, feed)
    entries = dict(feed_entries.events(session, feed.reader, [one[0] for one in marks]))
    return plain_feed(
        [entries[one[0]] for one in marks], name="A. Sommer", zone="Europe/Berlin"
    )


@pytest.mark.parametrize(
    "deed", ["first leaves", "last leaves", "another comes", "all"]
)
def test_entries_come_and_go_in_their_order(token, office, now, deed):
    uuids = [taken(office.counsellor, at(hour)) for hour in (9, 11, 13)]
    read(token, now)
    if deed == "another comes":
        taken(office.counsellor, at(10))
    leave = {"first leaves": uuids[:1], "last leaves": uuids[2:], "all": uuids}
    for uuid in leave.get(deed, uuids[1:2]):
        status = "met" if deed == "another comes" else "cancelled"
        changed(office.counsellor, now, uuid, status=status)
    assert read(token, now) == anew(token, now)


def test_a_visit_that_moves_up_is_written_anew_though_its_time_stays(
    token, office, now
):
    """Its place on the route stands in the entry, and raises no sequence."""
    published(office.counsellor, 3)
    before = read(token, now)
    with write_session() as session:
        row = session.query(Appointment).order_by(Appointment.id).first()
        from booking.services import stops

        row.status = "cancelled"
        stops.give_up(
            session, stops.stop_of(session, row), state="declined", now=now.now()
        )
        feeds.bump(session, [office.counsellor], at=now.now())
    after = read(token, now)
    assert b"1/3" in before
    assert b"1/2" in after
    assert after == anew(token, now)


def test_levels_and_people_are_kept_apart(token, office, now):
    taken(office.counsellor, at(9))
    busy = feeds.subscribe(office.counsellor, "x", now=now.now(), level=FeedLevel.BUSY)
    other = feeds.subscribe(make.counsellor(), "x", now=now.now())
    files = {read(one, now) for one in (token, busy, other)}
    assert len(files) == 3


def test_two_devices_share_one_file(token, office, now, made):
    taken(office.counsellor, at(9))
    now.move(minutes=5)
    second = feeds.subscribe(office.counsellor, "Tablet", now=now.now())
    assert read(token, now) is read(second, now)
    assert len(made) == 1


def test_another_address_of_the_office_is_another_file(token, office, now):
    taken(office.counsellor, at(9))
    before = feed_for(token, now=now.now())
    assert b"Kirchstra" in read(token, now)
    with write_session() as session:
        from booking.models import Office

        session.query(Office).one().street = "Neue Gasse"
    db.session.rollback()
    assert feed_for(token, now=now.now()).tag != before.tag
    assert b"Neue Gasse" in read(token, now)


def test_the_packed_file_is_the_same_one(token, office, now):
    taken(office.counsellor, at(9))
    feed = feed_for(token, now=now.now())
    packed = feed_files.packed(feed)
    assert gzip.decompress(packed) == read(token, now)
    assert feed_files.packed(feed) is packed
    changed(office.counsellor, now, taken(office.counsellor, at(11)), status="met")
    later = feed_files.packed(feed_for(token, now=now.now()))
    assert gzip.decompress(later) == read(token, now) != gzip.decompress(packed)


def test_somebody_who_books_while_a_file_is_written_is_in_it_or_in_the_next(
    token, office, now, monkeypatch
):
    """The tag is read first: what is under it may be newer, but never older."""
    taken(office.counsellor, at(9))
    db.session.rollback()
    feed = feed_for(token, now=now.now())
    uuid = taken(office.counsellor, at(11))
    changed(office.counsellor, now, uuid)
    db.session.rollback()
    assert str(uuid).encode() in feed_files.written(feed)
    assert feed_for(token, now=now.now()).tag != feed.tag
    assert str(uuid).encode() in read(token, now)


def file(weight, tag="t"):
    return File(tag, ("", ""), b"x" * weight, b"", {})


def name(number):
    return (Kind.COUNSELLOR, number, FeedLevel.PLACE)


def test_a_shelf_keeps_what_was_asked_for_last_and_no_more_than_it_can_hold():
    shelf = Shelf(100)
    for number in range(3):
        shelf.put(name(number), file(40))
    assert [shelf.take(name(number)) is None for number in range(3)] == [
        *(True, False, False)
    ]
    shelf.take(name(1))
    shelf.put(name(3), file(40))
    assert shelf.take(name(2)) is None
    assert shelf.take(name(1))


def test_a_file_put_twice_is_counted_once_and_one_too_large_is_not_kept():
    shelf = Shelf(100)
    for _ in range(5):
        shelf.put(name(1), file(60))
    shelf.put(name(2), file(40))
    assert shelf.take(name(1))
    assert shelf.take(name(2))
    shelf.put(name(3), file(101))
    assert shelf._weight == 0


def test_marks_weigh_too():
    entries = {1: Entry((1,), 0, 1), 2: Entry((2,), 1, 2)}
    assert File("t", ("", ""), b"ab", b"c", entries).weight == 3 + 2 * OF_A_MARK
