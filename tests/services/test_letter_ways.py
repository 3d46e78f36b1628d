"""Does each letter say the right thing by its way, to calendars too, and not at night?"""

import email
import email.policy
import json
from datetime import date, timedelta
from uuid import uuid4

import pytest
from icalendar import Calendar

from booking import sms
from booking.languages import LANGUAGES, language_of_code
from booking.models import (
    NEVER_REMIND,
    Appointment,
    Client,
    ConsultationType,
    Interpreter,
    InterpreterRequest,
    Letter,
    LetterKind,
    Reach,
    RequestState,
    Waiting,
    WaitingKind,
    WaitingState,
    db,
)
from booking.services import appointments, letters, links, office, rounds
from booking.services.writing import write_session
from tests import gateway as gateways
from tests import make
from tests.mailbox import calendar_part, html, plain

WEDNESDAY, THURSDAY, FRIDAY = (date(2027, 3, day) for day in (3, 4, 5))
SECRETS = ("Amal", "Beispiel", "Sommer", "Ayla", "Integration", "Musterweg", "7161 12")


@pytest.fixture
def gateway():
    with gateways.running() as running:
        yield running


@pytest.fixture
def settings(sqlite_url, tmp_path, gateway):
    return make.settings(tmp_path, sqlite_url, sms_url=gateway.url)


@pytest.fixture
def box(tmp_path):
    def read():
        paths = (tmp_path / "letters").glob("*.eml")
        files = sorted(paths, key=lambda path: path.stat().st_mtime_ns)
        return [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            for path in files
        ]

    return read


def at(hour, minute=0, day=THURSDAY):
    return make.at(day, hour, minute)


def book(now, start=None, language="de", client=None, **person):
    choice = make.choice(start or at(9), letter_language=language, client=client)
    return appointments.book(choice, make.person(**person), now=now.now())


def by_sms(now, start=None, language="de", **person):
    facts = {"reach": Reach.SMS, "email": "", "phone": "0151 23456789"} | person
    return book(now, start, language, **facts)


def rows(**facts):
    db.session.rollback()
    return db.session.query(Letter).filter_by(**facts).order_by(Letter.id).all()


def entry(letter):
    part = calendar_part(letter)
    if part is None:
        return None
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    assert part.get_param("method") == calendar["method"]
    (event,) = calendar.walk("VEVENT")
    return str(calendar["method"]), str(event["uid"]), event["sequence"], event


# --- Calendars ---------------------------------------------------------------


@pytest.mark.parametrize("language", [one.code for one in LANGUAGES])
def test_an_appointment_enters_her_calendar_follows_it_and_leaves_it(
    office, now, box, language
):
    way = book(now, language=language)
    uuid = way.appointment.uuid
    letters.post(now=now.now())
    appointments.move(uuid, at(10), now=now.now())
    letters.post(now=now.now())
    appointments.cancel(uuid, now=now.now())
    letters.post(now=now.now())
    entries = [entry(letter) for letter in box()]
    assert [one[:3] for one in entries] == [
        ("REQUEST", str(uuid), 0),
        ("REQUEST", str(uuid), 1),
        ("CANCEL", str(uuid), 2),
    ]
    assert [one[3]["dtstart"].dt for one in entries] == [at(9), at(10), at(10)]
    for letter, found in zip(box(), entries, strict=True):
        whole = letter["Subject"] + plain(letter) + html(letter)
        whole += found[3].to_ical().decode()
        assert not [
            secret for secret in SECRETS if secret in whole.replace("amal@", "")
        ]
        assert f'lang="{language_of_code(language).tag}"' in html(letter)
        assert "http" not in html(letter).replace("https://termine.example.org/", "")


def test_a_reminder_enters_nothing(office, now, box):
    book(now)
    rounds.make_round("worker", now=now.now())
    now.moment = at(10, day=WEDNESDAY)
    rounds.make_round("worker", now=now.now())
    assert [calendar_part(letter) is None for letter in box()] == [False, True]


def test_who_must_be_discreet_finds_nothing_in_her_calendar(office, now, box):
    with write_session() as session:
        client = Client(
            uuid=uuid4(),
            reference="K-1",
            name_hash=b"1",
            language="de",
            discreet=True,
            created_at=now.now(),
        )
        client.name = "Amal"
        session.add(client)
        session.flush()
    book(now, client=client.id)
    letters.post(now=now.now())
    assert calendar_part(box()[0]) is None


def test_who_was_never_told_need_not_strike_it_out(office, now, box):
    way = book(now)
    appointments.cancel(way.appointment.uuid, now=now.now())
    letters.post(now=now.now())
    (letter,) = box()
    assert calendar_part(letter) is None


# --- Words -------------------------------------------------------------------


def test_the_office_says_sorry_and_how_to_book_again(office, now, box):
    for by in (None, office.counsellor):
        way = book(now, language="en")
        appointments.cancel(way.appointment.uuid, now=now.now(), by=by)
        letters.post(now=now.now())
    hers, ours = (plain(letter) for letter in box())
    assert "sorry" not in hers
    assert "sorry" in ours
    assert "https://termine.example.org/en/book" in ours


# --- Text messages -----------------------------------------------------------


@pytest.mark.parametrize("language", [one.code for one in LANGUAGES])
def test_a_text_message_is_short_neutral_and_leads_back(office, now, gateway, language):
    way = by_sms(now, language=language)
    assert letters.post(now=now.now()) == 1
    sent = json.loads(gateway.asked[0][2])
    assert sent["to"] == "+4915123456789"
    assert sent["reference"] == str(rows()[0].uuid)
    assert sent["text"].endswith(way.url)
    assert sent["text"].count("http") == 1
    assert sms.parts(sent["text"]) <= 3
    assert not [secret for secret in SECRETS if secret in sent["text"]]
    assert "%(" not in sent["text"]


def test_a_gateway_that_is_down_loses_nothing_and_names_the_letter_the_same(
    office, now, gateway
):
    by_sms(now)
    gateway.status = 503
    assert letters.post(now=now.now()) == 0
    assert (rows()[0].state, rows()[0].error) == ("due", "503")
    gateway.status = 200
    assert letters.post(now=now.move(minutes=1)) == 1
    names = {json.loads(body)["reference"] for *_, body in gateway.asked}
    assert len(names) == 1


@pytest.mark.parametrize(
    ("person", "error"),
    [({"phone": ""}, letters.NO_PHONE), ({"phone": "x"}, letters.NO_PHONE)],
)
def test_a_text_message_to_nowhere_is_shown_as_failed(office, now, person, error):
    by_sms(now, **person)
    letters.post(now=now.now())
    assert (rows()[0].state, rows()[0].error) == ("failed", error)


# --- Reminders as she likes --------------------------------------------------


@pytest.mark.parametrize(
    ("days", "day", "hour"),
    [(0, THURSDAY, 7), (1, WEDNESDAY, 10), (2, date(2027, 3, 2), 10)],
)
def test_she_is_reminded_when_she_likes(office, now, days, day, hour):
    moment = at(hour, day=day)
    book(now, at(11), remind_days=days)
    assert letters.write_due(now=moment - timedelta(minutes=1)) == 0
    assert letters.write_due(now=moment) == 1
    assert letters.write_due(now=moment + timedelta(minutes=5)) == 0


def test_who_wants_no_reminder_gets_none(office, now):
    book(now, remind_days=NEVER_REMIND)
    for hour in (7, 8):
        assert letters.write_due(now=at(hour)) == 0


def test_the_office_decides_for_who_has_not_chosen(office, now):
    with write_session() as session:
        offices_decide(session, now, remind_days=2)
    book(now)
    assert letters.write_due(now=at(10, day=date(2027, 3, 2))) == 1


def offices_decide(session, now, **values):
    office.decide(session, now=now.now(), **values)


def test_paper_is_too_slow_to_remind_anybody(office, now):
    book(now, reach=Reach.POST, email="", address="Musterweg 1\n73033 GP")
    assert letters.write_due(now=at(10, day=WEDNESDAY)) == 0


# --- At night ----------------------------------------------------------------


def test_what_the_office_does_at_night_waits_until_morning(office, now):
    way = book(now, at(9, day=FRIDAY))
    letters.post(now=now.now())
    now.moment = at(23, day=WEDNESDAY)
    by = office.counsellor
    appointments.move(way.appointment.uuid, at(10, day=FRIDAY), now=now.now(), by=by)
    assert letters.post(now=now.now()) == 0
    assert rows()[-1].next_try_at == at(7)
    assert letters.post(now=at(7)) == 1


def test_who_books_at_night_is_awake_and_answered_at_once(office, now):
    now.moment = at(23)
    book(now, at(9, day=date(2027, 3, 9)))
    assert letters.post(now=now.now()) == 1


def test_an_answer_held_up_by_a_fault_does_not_wake_her_at_three(office, now, gateway):
    now.moment = at(23, day=WEDNESDAY)
    by_sms(now, at(9, day=date(2027, 3, 9)))
    gateway.status = 500
    assert letters.post(now=now.now()) == 0
    gateway.status = 200
    assert letters.post(now=at(3)) == 0
    assert letters.post(now=at(7)) == 1
    assert len(gateway.asked) == 2


def test_a_change_of_the_same_day_cannot_wait(office, now):
    way = book(now, at(11))
    letters.post(now=now.now())
    now.moment = at(5)
    appointments.cancel(way.appointment.uuid, now=now.now(), by=office.counsellor)
    assert letters.post(now=now.now()) == 1


def test_an_office_may_have_other_nights(office, now):
    with write_session() as session:
        values = {"quiet_from": "18:00:00", "quiet_until": "09:00:00"}
        offices_decide(session, now, **values)
    way = book(now, at(9, day=date(2027, 3, 9)))
    letters.post(now=now.now())
    now.moment = at(18, 30, day=WEDNESDAY)
    appointments.cancel(way.appointment.uuid, now=now.now(), by=office.counsellor)
    assert rows()[-1].next_try_at == at(9)


# --- Who waits, and who interprets -------------------------------------------


def waits(now, kind=WaitingKind.SLOT, appointment=None, **facts):
    with write_session() as session:
        row = Waiting(
            uuid=uuid4(),
            kind=kind,
            type_id=session.query(ConsultationType).first().id,
            appointment_id=appointment.id if appointment else None,
            until=date(2027, 3, 20),
            notices=1,
            created_at=now.now(),
            changed_at=now.now(),
            language="de",
            letter_language="en",
            **({"reach": Reach.EMAIL} | facts),
        )
        row.name, row.email, row.phone = "Amal", "amal@example.org", "0151 23456789"
        session.add(row)
        session.flush()
        way = links.new_waiting_link(session, row)
        wanted = {WaitingKind.SLOT: LetterKind.WAITING}
        kind = wanted.get(kind, LetterKind.EARLIER)
        letters.write_to_waiting(session, row, kind, now=now.now())
    return way


def test_who_waits_hears_that_a_time_is_free_and_where(office, now, box):
    way = waits(now)
    assert letters.post(now=now.now()) == 1
    assert way.url in plain(box()[0])
    assert "first person" in plain(box()[0])


def test_who_has_stopped_waiting_hears_nothing(office, now, box):
    waits(now)
    with write_session() as session:
        session.query(Waiting).one().state = WaitingState.WITHDRAWN
    letters.post(now=now.now())
    assert (rows()[0].state, box()) == ("dropped", [])


def test_who_does_not_want_to_be_written_to_waits_in_silence(office, now):
    waits(now, reach=Reach.NONE)
    assert rows() == []


def test_who_could_come_earlier_is_led_to_the_move(office, now, box):
    way = book(now, at(10, day=date(2027, 3, 9)))
    letters.post(now=now.now())
    waits(now, WaitingKind.EARLIER, way.appointment)
    assert letters.post(now=now.now()) == 1
    assert f"{way.url}/move" in plain(box()[-1])


def interpreting(now, way, state=RequestState.ASKED, email="uta@example.org"):
    with write_session() as session:
        interpreter = Interpreter(uuid=uuid4())
        interpreter.name, interpreter.email = "Uta", email
        interpreter.phone = "07161 999"
        session.add(interpreter)
        session.flush()
        row = session.get(Appointment, way.appointment.id)
        request = InterpreterRequest(
            uuid=uuid4(),
            appointment=row,
            interpreter=interpreter,
            state=state,
            sequence=row.sequence,
            token_hash=uuid4().bytes,
            asked_at=now.now(),
        )
        request.token = "t" * 43
        session.add(request)
        session.flush()
        kind = LetterKind.INTERPRETER_ASKED
        letters.write_to_interpreter(session, request, kind, now=now.now())
    return request


def test_an_interpreter_is_asked_in_german_and_never_learns_the_name(office, now, box):
    interpreting(now, book(now, language="ar"))
    letters.post(now=now.now())
    asked = next(letter for letter in box() if letter["To"] == "uta@example.org")
    said = asked["Subject"] + plain(asked)
    assert "https://termine.example.org/de/i/" + "t" * 43 in said
    assert "Amal" not in said
    assert "09:00" in said
    assert asked["Content-Language"] == "de"
    assert calendar_part(asked) is None


def test_an_interpreter_without_e_mail_is_called(office, now):
    interpreting(now, book(now), email="")
    (letter,) = rows(kind="interpreter_asked")
    assert letter.channel == Reach.CALL


def test_who_never_heard_that_she_was_asked_need_not_hear_that_she_is_not_needed(
    office, now, box
):
    request = interpreting(now, book(now))
    with write_session() as session:
        row = session.get(InterpreterRequest, request.id)
        row.state = RequestState.WITHDRAWN
        kind = LetterKind.INTERPRETER_NOT_NEEDED
        letters.write_to_interpreter(session, row, kind, now=now.now())
    letters.post(now=now.now())
    states = {row.kind: row.state for row in rows()}
    assert states["interpreter_asked"] == states["interpreter_not_needed"] == "dropped"
