"""Does a counsellor's own mailbox follow her appointments, if she wants it to?"""

from datetime import date
from email import message_from_bytes, policy

import pytest
from icalendar import Calendar

from booking.calendars import read_calendar
from booking.models import (
    Appointment,
    FeedLevel,
    FeedScope,
    Invitation,
    JournalEntry,
    Letter,
    LetterKind,
    LetterState,
    OwnMailbox,
    StaffMember,
    Status,
    Topic,
    db,
)
from booking.models.running import zone
from booking.scheduling import day_window
from booking.services import (
    appointments,
    erasing,
    feed_levels,
    feeds,
    invitations,
    letters,
    visits,
)
from booking.services.invitations import Change
from booking.services.writing import write_session
from tests import make
from tests.mailbox import calendar_part, plain
from tests.services import visiting
from tests.services.marked import THURSDAY, at, secrets_in

FRIDAY = date(2027, 3, 5)
IN, OUT = LetterKind.INVITED, LetterKind.UNINVITED


@pytest.fixture
def hers(office, now):
    """The office's counsellor, who wants invitations."""
    make.own_mailbox(office.counsellor)
    return office.counsellor


def book(now, start=None, **person):
    facts = {"name": "Canaria", "email": "canaria@x.org"} | person
    choice = make.choice(start or at(9))
    return appointments.book(choice, make.person(**facts), now=now.now()).appointment


def handed_over(row, to, now):
    """Give the same appointment to a colleague, as handing over does."""
    with write_session() as session:
        row = session.get(Appointment, row.id)
        was = invitations.as_it_was(row)
        row.counsellor_id = to
        row.raise_sequence(at=now.now())
        invitations.keep_told(session, [Change(row, was)], now=now.now())


def written():
    """What was put into the outbox for counsellors: who, what, of which sequence."""
    db.session.rollback()
    rows = db.session.query(Letter).filter(Letter.invitation_id.is_not(None))
    return [
        (row.invitation.staff_id, row.kind, row.sequence)
        for row in rows.order_by(Letter.id)
    ]


def posted(now, settings):
    """Let the worker send, and return what lies in counsellors' mailboxes."""
    while letters.post(now=now.now()):
        pass
    folder = settings.data.parent / "letters"
    found = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted(folder.glob("*.eml"), key=lambda one: one.stat().st_mtime_ns)
    ]
    for path in folder.glob("*.eml"):
        path.unlink()
    return [one for one in found if one["To"] != "canaria@x.org"]


def event_in(letter):
    calendar = Calendar.from_ical(calendar_part(letter).get_content())
    (event,) = calendar.walk("VEVENT")
    return str(calendar["method"]), event


# --- Who wants it ----------------------------------------------------------------


def test_nobody_is_sent_anything_who_has_not_asked_for_it(office, now):
    book(now)
    assert written() == []


def test_a_booking_comes_into_her_mailbox_in_the_same_transaction(hers, now, settings):
    row = book(now)
    assert written() == [(hers, IN, 0)]
    (letter,) = posted(now, settings)
    db.session.rollback()
    assert letter["To"] == db.session.get(StaffMember, hers).email
    assert calendar_part(letter).get_param("method") == "REQUEST"
    method, event = event_in(letter)
    assert (method, event["status"], event["sequence"]) == ("REQUEST", "CONFIRMED", 0)
    assert str(event["uid"]) == str(row.uuid)
    assert (event["dtstart"].dt, event["dtend"].dt) == (row.starts_at, row.ends_at)
    assert event["attendee"] == f"mailto:{letter['To']}"
    assert event["organizer"].startswith("mailto:")


def test_a_move_is_the_same_event_with_a_higher_sequence(hers, now, settings):
    row = book(now)
    (first,) = posted(now, settings)
    appointments.move(row.uuid, make.at(FRIDAY, 10), now=now.now())
    (second,) = posted(now, settings)
    (_, before), (method, after) = event_in(first), event_in(second)
    assert (method, after["uid"]) == ("REQUEST", before["uid"])
    assert after["sequence"] > before["sequence"]
    assert after["dtstart"].dt == make.at(FRIDAY, 10)


def test_a_cancellation_takes_it_out_again(hers, now, settings):
    row = book(now)
    (first,) = posted(now, settings)
    appointments.cancel(row.uuid, now=now.now())
    (second,) = posted(now, settings)
    assert calendar_part(second).get_param("method") == "CANCEL"
    (_, before), (method, after) = event_in(first), event_in(second)
    assert (method, after["status"]) == ("CANCEL", "CANCELLED")
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]


def test_handed_over_it_leaves_one_mailbox_and_comes_into_the_other(
    hers, now, settings
):
    row, other = book(now), make.counsellor()
    make.own_mailbox(other)
    posted(now, settings)
    handed_over(row, other, now)
    assert written()[1:] == [(hers, OUT, 1), (other, IN, 1)]
    found = {letter["To"]: event_in(letter)[0] for letter in posted(now, settings)}
    assert sorted(found.values()) == ["CANCEL", "REQUEST"]
    handed_over(row, hers, now)
    assert written()[3:] == [(other, OUT, 2), (hers, IN, 2)]
    assert len(posted(now, settings)) == 2, "she gets it back"


def test_a_visit_comes_too_once_it_is_published(office, now, settings):
    visiting.town(now)
    driver = make.counsellor(hours=visiting.ALL_DAY)
    make.own_mailbox(driver)
    visiting.wish(now, 5, person={"email": "canaria@x.org"})
    visiting.wish(now, 7, person={"email": "canaria@x.org"})
    visiting.published(now, [driver])
    assert written() == [(driver, IN, 0)] * 2
    found = [event_in(letter)[1] for letter in posted(now, settings)]
    assert {str(event["location"]) for event in found} == {"Göppingen"}
    wish = db.session.query(visits.VisitRequest).first()
    visits.decline(wish.uuid, now=now.now())
    assert written()[2:] == [(driver, OUT, 1)]


def test_publishing_asks_as_often_for_four_visits_as_for_one(office, now, monkeypatch):
    reads = []
    really = invitations._Told.read.__func__
    monkeypatch.setattr(
        invitations._Told,
        "read",
        classmethod(lambda cls, *facts: reads.append(facts) or really(cls, *facts)),
    )
    visiting.town(now)
    driver = make.counsellor(hours=visiting.ALL_DAY)
    for number in range(4):
        visiting.wish(now, 5 + number)
    visiting.published(now, [driver])
    assert len(reads) == 1


# --- What it says ----------------------------------------------------------------


@pytest.mark.parametrize("level", [FeedLevel.BUSY, FeedLevel.PLACE])
def test_it_says_as_much_as_she_chose_and_of_the_client_nothing(
    office, now, settings, level
):
    make.own_mailbox(office.counsellor, level)
    row = book(now, phone="0151 5550199", address="Kanarienweg 7")
    with write_session() as session:
        session.get(Appointment, row.id).topic = Topic.HEALTH
    (letter,) = posted(now, settings)
    _method, event = event_in(letter)
    told = f"{letter.as_string()}{event.to_ical().decode()}{plain(letter)}"
    assert secrets_in(told) == []
    reference = row.uuid.hex[:5].upper()
    shown = (reference in event["summary"], "Kirchstraße" in event.get("location", ""))
    assert shown == ((level is FeedLevel.PLACE),) * 2
    assert "09:00" in letter["Subject"]
    assert reference not in letter["Subject"]


def test_what_the_office_forbids_does_not_go_by_mail_either(hers, now, settings):
    feed_levels.save([], by=1, now=now.now())
    book(now)
    (letter,) = posted(now, settings)
    _method, event = event_in(letter)
    assert str(event["summary"]) == "Belegt"
    assert "location" not in event


def test_her_mailbox_gets_it_at_night_too(hers, now, settings):
    now.move(hours=15)  # 23:00 in Göppingen
    book(now)
    assert len(posted(now, settings)) == 1


def test_read_back_as_her_own_calendar_it_blocks_nothing(hers, now, settings):
    """Else her Exchange would say that she is busy at the times we gave away."""
    row = book(now)
    (letter,) = posted(now, settings)
    file = calendar_part(letter).get_content().encode()
    window = day_window(THURSDAY, zone())
    foreign = read_calendar(file, window=window, office=zone())
    assert len(foreign.windows) == 1
    ours = read_calendar(file, window=window, office=zone(), ours={str(row.uuid)})
    assert ours.windows == ()
    appointments.cancel(row.uuid, now=now.now())
    (cancelled,) = posted(now, settings)
    file = calendar_part(cancelled).get_content().encode()
    assert read_calendar(file, window=window, office=zone()).windows == ()


# --- What is overtaken -----------------------------------------------------------


def test_what_was_moved_before_it_was_sent_is_told_once(hers, now, settings):
    row = book(now)
    appointments.move(row.uuid, at(11), now=now.now())
    (letter,) = posted(now, settings)
    assert event_in(letter)[1]["dtstart"].dt == at(11)
    assert states()[IN] == {LetterState.SENT, LetterState.DROPPED}


def states():
    db.session.rollback()
    found = {}
    for row in db.session.query(Letter).filter(Letter.invitation_id.is_not(None)):
        found.setdefault(row.kind, set()).add(row.state)
    return found


def test_what_never_came_need_not_be_taken_out(hers, now, settings):
    row = book(now)
    appointments.cancel(row.uuid, now=now.now())
    assert posted(now, settings) == []
    assert states() == {IN: {LetterState.DROPPED}, OUT: {LetterState.DROPPED}}


def test_weeks_later_the_record_of_the_letter_is_erased_and_it_is_taken_out_all_the_same(
    hers, now, settings
):
    row = book(now)
    posted(now, settings)
    with write_session() as session:
        erasing.letters(session, [one.id for one in session.query(Letter)])
    appointments.cancel(row.uuid, now=now.now())
    (letter,) = posted(now, settings)
    assert event_in(letter)[0] == "CANCEL"


def test_what_is_over_is_told_to_nobody(hers, now, settings):
    book(now)
    now.move(days=4)
    assert posted(now, settings) == []


def test_who_left_gets_no_more_mail(hers, now, settings):
    book(now)
    with write_session() as session:
        session.get(StaffMember, hers).disabled_at = now.now()
    assert posted(now, settings) == []


def test_an_erased_appointment_leaves_no_invitation(hers, now):
    row = book(now)
    with write_session() as session:
        erasing.appointments(session, [row.id])
    for table in (Invitation, Letter, Appointment):
        assert db.session.query(table).count() == 0, table


# --- Her own choice --------------------------------------------------------------


def test_a_choice_can_be_changed_and_taken_back(office, now):
    own = office.counsellor
    assert invitations.level_of(own) is None
    for level in (FeedLevel.BUSY, FeedLevel.PLACE):
        invitations.choose(own, level, now=now.now())
        assert invitations.level_of(own) is level
    for _ in range(2):
        invitations.choose(own, None, now=now.now())
    assert invitations.level_of(own) is None
    assert db.session.query(OwnMailbox).count() == 0
    deeds = [row.deed for row in db.session.query(JournalEntry)]
    assert deeds == ["choose invitations"] * 2 + ["end invitations"] * 2


def test_who_wants_no_more_still_has_true_what_stands_in_her_calendar(
    hers, now, settings
):
    row = book(now)
    posted(now, settings)
    invitations.choose(hers, None, now=now.now())
    book(now, at(10))
    assert written() == [(hers, IN, 0)]
    appointments.move(row.uuid, at(11), now=now.now())
    (moved,) = posted(now, settings)
    appointments.cancel(row.uuid, now=now.now())
    (gone,) = posted(now, settings)
    assert [event_in(one)[0] for one in (moved, gone)] == ["REQUEST", "CANCEL"]


# --- Who only reads a feed: what changes today -----------------------------------


@pytest.fixture
def reader(office, now):
    """The office's counsellor, who subscribes and wants no invitations."""
    feeds.subscribe(office.counsellor, "Telefon", now=now.now())
    return office.counsellor


def test_who_reads_a_feed_hears_by_mail_of_what_changes_today(reader, now, settings):
    row = book(now)
    assert written() == [], "there is time enough for her app"
    now.move(days=3, minutes=-30)  # Thursday, half past seven
    appointments.cancel(row.uuid, now=now.now())
    assert written() == [(reader, OUT, 1)]
    (letter,) = posted(now, settings)
    assert calendar_part(letter) is None, "she asked for no invitations"
    assert "09:00" in letter["Subject"]
    assert secrets_in(letter.as_string()) == []


def test_moved_away_from_today_it_is_told_and_from_next_week_not(reader, now):
    row, later = book(now), book(now, make.at(date(2027, 3, 11), 9))
    now.move(days=3, minutes=-30)
    appointments.move(later.uuid, make.at(date(2027, 3, 12), 9), now=now.now())
    assert written() == []
    appointments.move(row.uuid, make.at(FRIDAY, 10), now=now.now())
    assert written() == [(reader, IN, 1)]


def test_what_she_does_herself_she_knows(reader, now):
    row = book(now)
    now.move(days=3, minutes=-30)
    appointments.cancel(row.uuid, now=now.now(), by=reader)
    assert written() == []


def test_today_a_colleagues_appointment_becomes_hers_and_both_hear_of_it(reader, now):
    row, other = book(now), make.counsellor()
    feeds.subscribe(other, "Telefon", now=now.now())
    now.move(days=3, minutes=-30)
    handed_over(row, other, now)
    assert sorted(written()) == sorted([(other, IN, 1), (reader, OUT, 1)])


@pytest.mark.parametrize("why", ["revoked", "routes only", "none"])
def test_without_an_open_feed_of_her_own_nothing_is_sent(office, now, why):
    own = office.counsellor
    if why != "none":
        shows = FeedScope.ROUTES if why == "routes only" else FeedScope.OWN
        feeds.subscribe(own, "Telefon", now=now.now(), shows=shows)
    if why == "revoked":
        (row,) = feeds.subscriptions_of(own)
        feeds.revoke(row.uuid, now=now.now(), staff=own)
    row = book(now)
    now.move(days=3, minutes=-30)
    appointments.cancel(row.uuid, now=now.now())
    assert written() == []


def test_an_unknown_outcome_or_a_recorded_one_writes_nothing(hers, now):
    row = book(now)
    with write_session() as session:
        session.get(Appointment, row.id).status = Status.MET
    assert written() == [(hers, IN, 0)]
