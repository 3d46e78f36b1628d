"""Does everybody who must be called or posted to stand on somebody's list, and only there?"""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from booking.models import (
    Letter,
    LetterKind,
    LetterState,
    Reach,
    Role,
    Waiting,
    WaitingState,
    db,
)
from booking.services import appointments, calls, letters, print_run, resending
from booking.services.calls import UnknownCall
from booking.services.resending import NoNumber, UnknownLetter
from booking.services.sessions import SignedIn
from booking.services.writing import write_session
from tests import make

THURSDAY, TUESDAY_AFTER = date(2027, 3, 4), date(2027, 3, 9)
ADDRESS = "Musterweg 5\n73033 Göppingen"


@pytest.fixture
def settings(database_url, tmp_path):
    return make.settings(tmp_path, database_url)


@pytest.fixture
def hers(office):
    return make.signed_in(office.counsellor)


@pytest.fixture
def front_desk(office):
    return SignedIn(
        id=office.counsellor,
        uuid="",
        name="",
        roles=frozenset({Role.FRONT_DESK}),
        session=0,
    )


def book(now, hour=9, day=THURSDAY, language="de", **person):
    usual = {"reach": Reach.CALL, "email": "", "phone": "+49 7161 12"} | person
    choice = make.choice(make.at(day, hour), letter_language=language)
    return appointments.book(choice, make.person(**usual), now=now.now()).appointment


def refused(now, **person):
    """An e-mail about a booking that its server will never take."""
    usual = {"reach": Reach.EMAIL, "email": "amal@example.org"} | person
    row = book(now, **usual)
    with write_session() as session:
        letter = session.query(Letter).filter_by(appointment_id=row.id).one()
        letter.state, letter.error = LetterState.FAILED, "550 5.1.1"
    return letter.uuid


def rows(**facts):
    db.session.rollback()
    return db.session.query(Letter).filter_by(**facts).order_by(Letter.id).all()


def waits(now, **facts):
    with write_session() as session:
        row = Waiting(
            uuid=uuid4(),
            until=date(2027, 3, 20),
            notices=1,
            created_at=now.now(),
            changed_at=now.now(),
            language="ar",
            letter_language="ar",
            **({"reach": Reach.CALL} | facts),
        )
        row.name, row.phone = "Yusuf", "+49 151 23456789"
        session.add(row)
        session.flush()
        letters.write_to_waiting(session, row, LetterKind.WAITING, now=now.now())
    return row


# --- Calls -------------------------------------------------------------------


def test_the_list_says_in_one_sentence_what_to_say(hers, now):
    book(now)
    waits(now)
    said = {
        one.to.name: one.sentence for one in calls.due(hers, Reach.CALL, now=now.now())
    }
    assert "09:00" in said["Amal Beispiel"]
    assert "\n" not in said["Amal Beispiel"]
    assert set(said) == {"Amal Beispiel", "Yusuf"}


def test_nobody_is_called_when_it_is_not_safe_without_a_mark(hers, now):
    book(now, safe_hours="afternoon")
    (one,) = calls.due(hers, Reach.CALL, now=now.now())
    assert not one.is_safe
    now.moment = make.at(date(2027, 3, 1), 13)
    (one,) = calls.due(hers, Reach.CALL, now=now.now())
    assert one.is_safe


def test_who_was_not_reached_comes_first_then_who_may_be_called_now(hers, now):
    book(now, 9, name="Later", safe_hours="evening")
    book(now, 10, name="Now", safe_hours="morning")
    tried = book(now, 9, TUESDAY_AFTER, name="Tried")
    letter = db.session.query(Letter).filter_by(appointment_id=tried.id).one()
    calls.not_reached(hers, letter.uuid, now=now.now())
    names = [one.to.name for one in calls.due(hers, Reach.CALL, now=now.now())]
    assert names == ["Tried", "Now", "Later"]
    assert calls.not_reached_yet(hers, now=now.now()) == 1


def test_a_call_to_who_has_stopped_waiting_is_off_the_list(hers, now):
    waits(now)
    with write_session() as session:
        session.query(Waiting).one().state = WaitingState.BOOKED
    assert calls.due(hers, Reach.CALL, now=now.now()) == []


def test_the_front_desk_sees_every_call_and_a_stranger_none(front_desk, now):
    book(now)
    stranger = make.signed_in(make.counsellor())
    assert len(calls.due(front_desk, Reach.CALL, now=now.now())) == 1
    assert calls.due(stranger, Reach.CALL, now=now.now()) == []
    with pytest.raises(UnknownCall):
        calls.reached(stranger, rows()[0].uuid, now=now.now())


# --- What could not be sent --------------------------------------------------


def test_a_letter_sent_again_keeps_its_name(hers, now):
    letter = refused(now)
    (before,) = rows()
    assert [one.letter.error for one in resending.failed(hers, now=now.now())]
    resending.send_again(hers, letter, now=now.now())
    assert letters.post(now=now.now()) == 1
    (after,) = rows()
    assert (after.message_id, after.state) == (before.message_id, "sent")
    assert resending.failed(hers, now=now.now()) == []
    resending.send_again(hers, letter, now=now.now())
    assert letters.post(now=now.now()) == 1


def test_who_cannot_be_written_to_is_called_instead(hers, now):
    letter = refused(now)
    resending.call_instead(hers, letter, now=now.now())
    assert [(row.channel, row.state) for row in rows()] == [
        ("email", "dropped"),
        ("call", "due"),
    ]
    assert len(calls.due(hers, Reach.CALL, now=now.now())) == 1
    with pytest.raises(UnknownLetter):
        resending.call_instead(hers, letter, now=now.now())


def test_without_a_number_nobody_can_be_called_instead(hers, now):
    letter = refused(now, phone="")
    with pytest.raises(NoNumber):
        resending.call_instead(hers, letter, now=now.now())


def test_what_is_overtaken_is_not_sent_again(hers, now):
    letter = refused(now)
    appointments.cancel(rows()[0].appointment.uuid, now=now.now())
    for deed in (resending.send_again, resending.call_instead):
        with pytest.raises(UnknownLetter):
            deed(hers, letter, now=now.now())


def test_a_stranger_sends_nothing_again(office, now):
    letter = refused(now)
    stranger = make.signed_in(make.counsellor())
    with pytest.raises(UnknownLetter):
        resending.send_again(stranger, letter, now=now.now())


# --- By post -----------------------------------------------------------------


def test_a_letter_on_paper_speaks_her_language_and_german(hers, now):
    book(now, reach=Reach.POST, address=ADDRESS, language="ar")
    (sheet,) = print_run.sheets(hers, now=now.now())
    assert [half.language.code for half in sheet.halves] == ["ar", "de"]
    assert sheet.address == ("Musterweg 5", "73033 Göppingen")
    assert sheet.link.startswith("https://termine.example.org/ar/a/")
    assert sheet.too_late is False
    assert "Amal" not in "".join(half.words.text for half in sheet.halves)


def test_a_german_reader_gets_german_once(hers, now):
    book(now, reach=Reach.POST, address=ADDRESS)
    (sheet,) = print_run.sheets(hers, now=now.now())
    assert [half.language.code for half in sheet.halves] == ["de"]


def test_a_letter_that_would_come_too_late_says_so(hers, now):
    book(now, reach=Reach.POST, address=ADDRESS)
    (sheet,) = print_run.sheets(hers, now=now.move(days=1))
    assert sheet.too_late


def test_what_was_printed_is_ticked_off_once_and_nothing_else(hers, now):
    book(now, reach=Reach.POST, address=ADDRESS)
    printed = [sheet.letter for sheet in print_run.sheets(hers, now=now.now())]
    book(now, 10, reach=Reach.POST, address=ADDRESS)
    assert calls.posted(hers, printed, now=now.now()) == 1
    assert calls.posted(hers, printed, now=now.move(hours=1)) == 0
    first, second = rows()
    assert (first.state, second.state) == ("sent", "due")
    assert first.sent_at == now.now() - timedelta(hours=1)
