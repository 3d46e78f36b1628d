"""Is a wish for a visit kept, told, withdrawn and declined as its client means it?"""

import email
import email.policy
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from booking.models import (
    Appointment,
    ClientLink,
    JournalEntry,
    Letter,
    Route,
    Status,
    VisitRequest,
    VisitState,
    db,
)
from booking.services import (
    letters,
    links,
    publishing,
    rounds,
    wishes,
)
from booking.services.appointments import TooLate
from booking.services.links import UnknownLink
from booking.services.wishes import Door
from booking.services.writing import write_session
from tests import make
from tests.mailbox import plain
from tests.services import visiting

WEDNESDAY, THURSDAY = date(2027, 3, 3), date(2027, 3, 4)
VISIT = datetime(2027, 3, 4, 8, 20, tzinfo=UTC)  # 09:20, told as 09:15 to 09:45
SECRETS = ("Amal", "Beispiel", "amal@", "Musterstraße", "73033")


@pytest.fixture
def settings(database_url, tmp_path):
    return make.settings(tmp_path, database_url)


@pytest.fixture
def box(tmp_path):
    """Read what was laid into the folder, oldest first."""

    def read():
        files = sorted(
            (tmp_path / "letters").glob("*.eml"), key=lambda one: one.stat().st_mtime_ns
        )
        return [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            for path in files
        ]

    return read


@pytest.fixture
def way(office, now):
    """A wish by somebody who reads e-mail."""
    return wish(now)


def wish(now, **changes):
    usual = {"language": "de", "letter_language": "de", "street": "Musterstraße 7"}
    return visiting.wish(now, **(usual | changes))


def request_of(way):
    db.session.rollback()
    return db.session.query(VisitRequest).filter_by(uuid=way.request.uuid).one()


def put_into(state, way, **changes):
    with write_session() as session:
        row = session.query(VisitRequest).filter_by(uuid=way.request.uuid).one()
        row.state = state
        for name, value in changes.items():
            setattr(row, name, value)


def letters_written():
    db.session.rollback()
    rows = db.session.query(Letter).order_by(Letter.id)
    return [(row.kind, row.channel, row.state) for row in rows]


# --- Kept ---------------------------------------------------------------------


def test_a_wish_keeps_every_answer(office, now):
    door = Door(
        street="Musterstraße 7",
        postcode="73033",
        town="Göppingen",
        entrance="Hinterhaus",
        floor="2",
        room="14",
        bell="Vogel",
        call_from_downstairs=True,
    )
    caller = {"reach": "call", "phone": "+49 7161 12345", "safe_hours": "evening"}
    made = wish(now, person=caller, door=door, weekdays=(3, 1, 3))
    row = request_of(made)
    assert (row.state, row.minutes, row.weekdays) == (VisitState.WISHED, 60, [1, 3])
    assert (row.parts_of_day, row.from_day) == (
        ["morning", "midday", "afternoon"],
        date(2027, 3, 1),
    )
    assert row.address == "Musterstraße 7, 73033 Göppingen"
    assert (row.entrance, row.floor, row.room, row.bell) == (
        "Hinterhaus",
        "2",
        "14",
        "Vogel",
    )
    assert (row.name, row.phone, row.safe_hours) == (
        "Amal Beispiel",
        "+49 7161 12345",
        "evening",
    )
    assert row.call_from_downstairs
    assert row.contact_hash is not None
    assert row.point is None  # found later, never while she waits
    (entry,) = db.session.query(JournalEntry)
    assert (entry.actor, entry.deed, entry.about) == ("client", "wish", row.about)


def test_nothing_about_a_person_lies_open_in_the_database(way):
    row = request_of(way)
    stored = repr([getattr(row, column.name) for column in row.__table__.columns])
    for secret in SECRETS:
        assert secret not in stored


def test_one_house_is_known_again_however_it_is_written(office, now):
    hashes = set()
    for street in ("Musterstraße 7", "Musterstr. 7", "MUSTERSTRASSE 7"):
        hashes.add(request_of(wish(now, street=street)).address_hash)
    assert len(hashes) == 1
    other = request_of(wish(now, street="Musterstraße 8"))
    assert other.address_hash not in hashes


def test_a_wish_sent_twice_at_once_is_one_wish(app, office, now):
    def send(_number):
        with app.app_context():
            return wish(now, key="one walk").token

    with ThreadPoolExecutor(4) as crowd:
        tokens = set(crowd.map(send, range(4)))
    assert len(tokens) == 1
    assert db.session.query(VisitRequest).count() == 1
    assert letters_written() == [("wish", "email", "due")]


# --- Withdrawn, declined ------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (VisitState.WISHED, VisitState.WITHDRAWN),
        (VisitState.PLANNED, VisitState.WITHDRAWN),
        (VisitState.DECLINED, VisitState.DECLINED),
        (VisitState.MET, VisitState.MET),
        (VisitState.WITHDRAWN, VisitState.WITHDRAWN),
    ],
)
def test_only_an_open_wish_can_be_withdrawn(way, now, state, after):
    put_into(state, way)
    wishes.withdraw(way.request.uuid, now=now.now())
    assert request_of(way).state == after


def test_a_withdrawn_wish_leaves_the_draft_that_it_stood_on(way, office, now):
    make.visit_planned(way.request.uuid, office.counsellor, VISIT)
    wishes.withdraw(way.request.uuid, now=now.now())
    assert request_of(way).state == VisitState.WITHDRAWN
    assert db.session.query(Route).count() == 0
    with pytest.raises(publishing.NothingToPublish):
        publishing.publish([THURSDAY], by=office.counsellor, now=now.now())


def test_a_published_visit_that_does_not_suit_is_asked_about_again(way, office, now):
    make.visit_published(way.request.uuid, office.counsellor, VISIT)
    wishes.withdraw(way.request.uuid, now=now.now())
    row = request_of(way)
    assert (row.state, row.told) == (VisitState.DECLINED, None)
    assert db.session.query(Appointment).one().status == Status.CANCELLED
    assert make.busy_windows(db.session, office.counsellor) == []


def test_nobody_gives_up_a_visit_that_has_begun(way, office, now):
    make.visit_published(way.request.uuid, office.counsellor, VISIT)
    with pytest.raises(TooLate):
        wishes.withdraw(way.request.uuid, now=VISIT)
    assert request_of(way).state == VisitState.PUBLISHED


# --- Found again --------------------------------------------------------------


def opens(way, moment):
    """Tell whether link and code lead to the wish at this moment."""
    db.session.rollback()
    try:
        found = links.behind_token(way.token, now=moment)
    except UnknownLink:
        with pytest.raises(UnknownLink):
            links.behind_code(way.code, b"a", now=moment)
        return False
    assert links.behind_code(way.code, b"a", now=moment).token == found.token
    return found.request.uuid == way.request.uuid


@pytest.mark.parametrize(
    ("state", "lives"),
    [
        (VisitState.WISHED, None),
        (VisitState.PLANNED, None),
        (VisitState.DECLINED, None),
        (VisitState.MET, timedelta(days=30)),
        (VisitState.WITHDRAWN, timedelta(days=30)),
    ],
)
def test_the_link_of_a_wish_lives_as_long_as_there_is_something_to_tell(
    way, now, state, lives
):
    put_into(state, way, changed_at=now.now())
    assert opens(way, now.now())
    end = now.now() + (lives or timedelta(days=900))
    assert opens(way, end)
    assert opens(way, end + timedelta(seconds=1)) == (lives is None)


def test_the_link_of_a_published_visit_ends_a_day_after_it(way, office, now):
    make.visit_published(way.request.uuid, office.counsellor, VISIT)
    end = VISIT + timedelta(hours=1, days=1)
    assert opens(way, end)
    assert not opens(way, end + timedelta(seconds=1))


def test_a_visit_and_its_wish_share_one_link(way, office, now):
    make.visit_published(way.request.uuid, office.counsellor, VISIT)
    found = links.behind_token(way.token, now=now.now())
    assert found.appointment.starts_at == VISIT
    assert db.session.query(ClientLink).count() == 1
    assert found.url == f"https://termine.example.org/de/a/{way.token}"


# --- Told ---------------------------------------------------------------------


@pytest.mark.parametrize("reach", ["email", "call", "post", "none"])
def test_nobody_is_called_only_to_hear_that_we_have_the_wish(office, now, reach):
    wish(now, person={"reach": reach, "phone": "+49 7161 12345"})
    expected = [("wish", reach, "due")] if reach == "email" else []
    assert letters_written() == expected


@pytest.mark.parametrize("language", ["de", "en", "ar"])
def test_the_letter_about_a_wish_is_neutral_and_leads_back(office, now, box, language):
    made = wish(now, letter_language=language)
    assert letters.post(now=now.now()) == 1
    (letter,) = box()
    assert letter["Content-Language"] == language
    assert made.url in plain(letter)
    assert links.readable(made.code) in plain(letter)
    assert_neutral(letter)


def test_a_letter_about_a_wish_that_was_withdrawn_is_dropped(way, now, box):
    wishes.withdraw(way.request.uuid, now=now.now())
    assert letters.post(now=now.now()) == 0
    assert (letters_written(), box()) == ([("wish", "email", "dropped")], [])


def test_every_letter_about_a_visit_tells_the_window_and_never_the_minute(
    way, office, now, box
):
    letters.post(now=now.now())
    make.visit_published(way.request.uuid, office.counsellor, VISIT)
    letters.post(now=now.now())
    now.moment = make.at(WEDNESDAY, 10)
    rounds.make_round("worker", now=now.now())
    wishes.withdraw(way.request.uuid, now=now.now())
    letters.post(now=now.now())
    _wish, *about_the_visit = box()
    assert [row[0] for row in letters_written()] == [
        "wish",
        "visit",
        "reminder",
        "cancelled",
    ]
    assert len(about_the_visit) == 3
    for letter in about_the_visit:
        whole = letter["Subject"] + plain(letter)
        assert "09:15\u00a0\N{EN DASH}\u00a009:45" in letter["Subject"]
        assert "4.\u00a0März" in whole
        assert "09:20" not in whole
        assert_neutral(letter)
    for letter in about_the_visit[:2]:
        assert way.url in plain(letter)


def test_the_letter_about_an_old_day_is_dropped_once_a_new_one_is_published(
    way, office, now, box
):
    make.visit_published(way.request.uuid, office.counsellor, VISIT)
    wishes.withdraw(way.request.uuid, now=now.now())
    make.visit_published(way.request.uuid, office.counsellor, VISIT + timedelta(days=5))
    letters.post(now=now.now())
    assert letters_written() == [
        ("wish", "email", "dropped"),
        ("visit", "email", "dropped"),
        ("cancelled", "email", "dropped"),
        ("visit", "email", "sent"),
    ]
    (letter,) = box()
    assert "9.\u00a0März" in letter["Subject"]


def test_the_window_once_told_stays_though_the_office_tells_wider_ones_now(
    way, office, now, box
):
    make.visit_published(way.request.uuid, office.counsellor, VISIT)
    with write_session() as session:
        row = session.query(VisitRequest).one()
        row.told_until = row.told_from + timedelta(minutes=90)
    letters.post(now=now.now())
    assert "09:15\u00a0\N{EN DASH}\u00a010:45" in box()[-1]["Subject"]


def assert_neutral(letter):
    whole = letter["Subject"] + letter["From"] + plain(letter)
    for secret in (*SECRETS, "Integration", "Ayla", "Sommer", "%(", "{{", "None"):
        assert secret not in whole
