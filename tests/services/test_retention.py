"""Does everything go when its time is over, nothing before, and nothing by halves?"""

import random
import threading
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from booking.models import (
    Appointment,
    Base,
    BusyTime,
    ClientLink,
    ConsultationType,
    Counted,
    Feedback,
    InterpreterRequest,
    JournalEntry,
    Letter,
    LetterKind,
    LetterState,
    Reach,
    Route,
    ShortContact,
    Status,
    Stop,
    Topic,
    VisitRequest,
    VisitState,
    Waiting,
    WaitingKind,
    WalkIn,
    WalkInState,
    db,
)
from booking.models.running import zone
from booking.services import (
    appointments,
    earlier_times,
    feedback,
    letters,
    retention,
    rounds,
    soundness,
    waiting,
    walk_ins,
    wishes,
)
from booking.services.waiting import Place
from booking.services.writing import wipe_erased, write_session
from tests import make
from tests.services import visiting

THURSDAY = date(2027, 3, 4)
LAST_DAY = THURSDAY + timedelta(days=90)
LONG = (datetime(2027, 1, 1), datetime(2028, 6, 1))  # noqa: DTZ001 - Hypothesis wants bounds without a zone
PRIVATE = (Appointment, ClientLink, InterpreterRequest, Letter, VisitRequest, Waiting)


def on(day, hour=0, minute=0):
    """A wall time at the office; without an hour, the day's first moment."""
    return make.at(day, hour, minute)


def erased(moment):
    return retention.erase_all(now=moment)


def left(*records):
    """Count the rows of these tables."""
    db.session.rollback()
    counts = [db.session.scalar(select(func.count()).select_from(r)) for r in records]
    return counts[0] if len(counts) == 1 else counts


def book(now, hour=9, day=THURSDAY, **choice):
    start = on(day, hour)
    made = make.choice(start, **choice)
    return appointments.book(made, make.person(), now=now.now()).appointment


def appointment(counsellor, ended, **facts):
    """Put in a talk of half an hour that ended at this moment."""
    start, kind = ended - timedelta(minutes=30), select(ConsultationType.id).limit(1)
    usual = {"status": Status.CANCELLED, "language": "ti", "letter_language": "ti"}
    moments = dict.fromkeys(("created_at", "changed_at", "starts_at"), start)
    around = {"busy_from": start, "busy_until": ended, "ends_at": ended}
    with write_session() as session:
        row = Appointment(
            counsellor_id=counsellor,
            type_id=session.scalar(kind),
            **(moments | around | usual | facts),
        )
        session.add(row)
    return row


def numbers():
    db.session.rollback()
    rows = db.session.query(Counted).order_by(Counted.month, Counted.status)
    return [(row.month, row.type, row.status, row.language, row.number) for row in rows]


# --- Appointments ------------------------------------------------------------


def test_an_appointment_goes_after_ninety_days_with_all_that_hangs_on_it(office, now):
    row = book(now, wish=make.wish(language="ar"))
    make.asked_interpreter(now.now(), row.uuid)
    earlier_times.wait_for_earlier(row.uuid, now=now.now())
    assert 0 not in left(Appointment, ClientLink, InterpreterRequest, Letter, Waiting)

    erased(on(LAST_DAY, 23, 59))
    assert left(Appointment, ClientLink, InterpreterRequest) == [1, 1, 1]
    erased(on(LAST_DAY + timedelta(days=1)))
    assert left(*PRIVATE) == [0] * len(PRIVATE)


def test_only_its_number_stays_by_month_offer_outcome_and_language(office, now):
    for hour in (9, 10):
        book(now, hour, wish=make.wish(language="ar"))
    given_up = book(now, 11)
    appointments.cancel(given_up.uuid, now=now.now())
    erased(on(LAST_DAY + timedelta(days=1)))
    march = date(2027, 3, 1)
    assert numbers() == [
        (march, "office", "booked", "ar", 2),
        (march, "office", "cancelled", "de", 1),
    ]


def test_a_month_begins_at_the_offices_midnight_and_numbers_add_up(office):
    last_of_february = on(date(2027, 3, 1)) + timedelta(minutes=29)
    for ended in (last_of_february, last_of_february + timedelta(minutes=1)):
        appointment(office.counsellor, ended)
    erased(on(date(2027, 9, 1)))
    appointment(office.counsellor, last_of_february)
    erased(on(date(2027, 9, 2)))
    assert [(row[0], row[-1]) for row in numbers()] == [
        (date(2027, 2, 1), 2),
        (date(2027, 3, 1), 1),
    ]


def test_an_appointment_in_a_file_stays_as_long_as_the_file(office, now):
    client = make.client(office.counsellor)
    book(now, client=client.id)
    book(now, 10)
    erased(on(date(2035, 1, 1)))
    (kept,) = db.session.query(Appointment)
    assert kept.client_id == client.id
    assert left(ClientLink) == 1


@given(
    ended=st.lists(st.datetimes(*LONG, timezones=st.just(UTC)), max_size=4),
    moment=st.datetimes(*LONG, timezones=st.just(UTC)),
)
@hypothesis_settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_what_ended_at_most_ninety_local_days_ago_stays(office, ended, moment):
    with write_session() as session:
        session.query(Appointment).delete()
    for one in ended:
        appointment(office.counsellor, one)
    erased(moment)
    today = moment.astimezone(zone()).date()
    stays = [one for one in ended if (today - one.astimezone(zone()).date()).days <= 90]
    db.session.rollback()
    assert sorted(row.ends_at for row in db.session.query(Appointment)) == sorted(stays)


# --- Home visits -------------------------------------------------------------


def visited(office, now, **changes):
    way = visiting.wish(now, **changes)
    start = on(THURSDAY, 9 if not left(Route) else 11)
    make.visit_published(way.request.uuid, office.counsellor, start)
    return way.request


def test_a_visit_goes_with_its_wish_its_appointment_and_its_route(office, now):
    visited(office, now)
    erased(on(LAST_DAY, 23, 59))
    assert left(VisitRequest, Appointment, Stop, Route) == [1, 1, 1, 1]
    erased(on(LAST_DAY + timedelta(days=1)))
    assert left(*PRIVATE, Stop, Route) == [0] * 8
    assert [row[1:] for row in numbers()] == [("home", "booked", "ar", 1)]


def test_a_visit_in_a_file_stays_whole_whichever_row_names_the_file(office, now):
    client = make.client(office.counsellor)
    visited(office, now)
    visited(office, now, client=client.id)
    with write_session() as session:
        first = select(Appointment.id).order_by(Appointment.id).limit(1)
        row = session.get(Appointment, session.scalar(first))
        row.client_id = client.id
    erased(on(date(2035, 1, 1)))
    assert left(VisitRequest, Appointment, Stop, Route) == [2, 2, 2, 2]


def test_a_route_stays_for_whoever_else_was_visited(office, now):
    client = make.client(office.counsellor)
    visited(office, now)
    visited(office, now, client=client.id)
    with write_session() as session:
        kept, gone = session.query(Route).order_by(Route.id.desc())
        session.execute(
            update(Stop)
            .where(Stop.route_id == gone.id)
            .values(route_id=kept.id, position=2)
        )
        session.delete(gone)
    erased(on(date(2035, 1, 1)))
    assert left(VisitRequest, Appointment, Stop, Route) == [1, 1, 1, 1]


def test_a_withdrawn_wish_goes_and_an_open_one_has_no_end(office, now):
    taken_back = visiting.wish(now).request.uuid
    visiting.wish(now)
    wishes.withdraw(taken_back, now=now.now())
    today = now.now().date()
    erased(on(today + timedelta(days=90), 23, 59))
    assert left(VisitRequest) == 2
    erased(on(today + timedelta(days=91)))
    assert left(VisitRequest, ClientLink) == [1, 1]
    assert db.session.query(VisitRequest).one().state == VisitState.WISHED


def test_the_link_of_an_open_wish_outlives_the_day_that_did_not_suit(office, now):
    request = visited(office, now)
    wishes.withdraw(request.uuid, now=now.now())
    erased(on(date(2028, 1, 1)))
    assert left(Appointment, VisitRequest) == [0, 1]
    (link,) = db.session.query(ClientLink)
    assert (link.appointment_id, link.visit_request_id) == (None, request.id)


# --- Letters -----------------------------------------------------------------


def letter(**facts):
    """Change the only letter there is."""
    with write_session() as session:
        session.execute(update(Letter).values(**facts))


def test_that_a_letter_was_sent_is_known_for_thirty_days(office, now):
    book(now, day=date(2027, 3, 19))
    letters.post(now=now.now())
    sent_on = now.now().date()
    erased(on(sent_on + timedelta(days=30), 23, 59))
    assert left(Letter) == 1
    erased(on(sent_on + timedelta(days=31)))
    assert left(Letter, Appointment) == [0, 1]


def test_a_letter_that_is_still_to_be_sent_stays(office, now):
    book(now)
    erased(on(LAST_DAY))
    assert left(Letter) == 1


@pytest.mark.parametrize("state", [LetterState.FAILED, LetterState.DROPPED])
def test_a_refused_letter_is_known_until_it_helps_nobody_any_more(office, now, state):
    book(now, day=date(2027, 3, 19))
    letter(state=state, next_try_at=on(date(2027, 1, 4)))
    erased(now.now())
    assert left(Letter) == (1 if state == LetterState.FAILED else 0)
    erased(on(date(2027, 3, 20)))
    assert left(Letter) == 0


def test_nobody_is_reminded_twice_because_a_row_is_gone(office, now):
    book(now, day=date(2027, 3, 2))
    now.moment = on(date(2027, 3, 1), 12)
    letter(
        kind=LetterKind.REMINDER,
        state=LetterState.SENT,
        sent_at=on(date(2027, 1, 4)),
        created_at=on(date(2027, 1, 4)),
    )
    erased(now.now())
    assert letters.write_due(now=now.now()) == 0
    assert left(Letter) == 1


def test_what_is_in_a_clients_calendar_can_be_taken_out_until_the_talk(office, now):
    book(now, day=date(2027, 3, 2))
    letter(state=LetterState.SENT, channel=Reach.EMAIL, sent_at=on(date(2027, 1, 20)))
    erased(now.now())
    assert left(Letter) == 1
    letter(channel=Reach.SMS)  # nothing in it enters a calendar
    erased(now.now())
    assert left(Letter, Appointment) == [0, 1]


def test_that_an_interpreter_was_asked_is_known_until_the_talk(office, now):
    row = book(now, wish=make.wish(language="ar"))
    make.asked_interpreter(now.now(), row.uuid)
    letter(state=LetterState.SENT, sent_at=on(date(2027, 1, 4)))
    erased(now.now())
    kept = {letter.kind for letter in db.session.query(Letter)}
    assert kept == {LetterKind.INTERPRETER_ASKED, LetterKind.CONFIRMATION}


# --- Waiting list, feedback, journal -----------------------------------------


def wait(now, **changes):
    usual = {
        "key": uuid4().hex,
        "kind": WaitingKind.CALL_BACK,
        "wish": make.wish(),
        "letter_language": "ar",
        "until": date(2027, 3, 19),
    }
    return waiting.join(Place(**(usual | changes)), make.person(), now=now.now())


def test_a_closed_place_goes_after_thirty_days_and_an_open_one_stays(office, now):
    closed, _open = wait(now).waiting, wait(now)
    waiting.leave(closed.uuid, now=now.now())
    today = now.now().date()
    erased(on(today + timedelta(days=30), 23, 59))
    assert left(Waiting, ClientLink) == [2, 2]
    erased(on(today + timedelta(days=31)))
    assert left(Waiting, ClientLink) == [1, 1]


def test_feedback_stays_until_it_is_dealt_with_and_that_day(office, now):
    told = make.feedback()
    make.feedback("The letters are too small.")
    erased(on(date(2029, 1, 1)))
    assert left(Feedback) == 2
    feedback.done(UUID(told), by=office.counsellor, now=on(date(2029, 1, 2), 9))
    erased(on(date(2029, 1, 2), 23, 59))
    assert left(Feedback) == 2
    erased(on(date(2029, 1, 3)))
    assert left(Feedback) == 1


def test_the_journal_remembers_twelve_months(office, now):
    book(now)
    booked = select(JournalEntry.id).where(JournalEntry.deed == "book")
    erased(on(date(2028, 3, 1), 23, 59))
    assert db.session.scalar(booked) is not None
    erased(on(date(2028, 3, 2)))
    db.session.rollback()
    assert db.session.scalar(booked) is None


# --- Walk-ins and short contacts ----------------------------------------------


def come_and_gone(now, counsellor, **facts):
    """Let somebody walk in, and note a short contact, both this very day."""
    person = make.signed_in(counsellor)
    row = make.walk_in(person, now, language="ti", topic=Topic.HEALTH)
    walk_ins.end(person, row.uuid, WalkInState.LEFT, now=now.now())
    make.short_contact(person, now, minutes=15, note="Geheim", **facts)
    return row


def test_who_walked_in_and_what_was_said_in_between_go_after_ninety_days(office, now):
    for _ in range(2):
        come_and_gone(now, office.counsellor)
    last_day = now.now().date() + timedelta(days=90)
    erased(on(last_day, 23, 59))
    assert left(WalkIn, ShortContact) == [2, 2]
    erased(on(last_day + timedelta(days=1)))
    assert left(WalkIn, ShortContact) == [0, 0]
    march = date(2027, 3, 1)
    assert sorted(numbers(), key=lambda row: row[1]) == [
        (march, "contact-phone", "15", "", 2),
        (march, "walk-in", "left", "ti", 2),
    ]


def test_what_is_in_a_file_stays_as_long_as_the_file(office, now):
    client = make.client(office.counsellor)
    row = come_and_gone(now, office.counsellor, file=client.reference)
    with write_session() as session:
        session.get(WalkIn, row.id).client_id = client.id
    come_and_gone(now, office.counsellor)
    erased(on(date(2035, 1, 1)))
    assert left(WalkIn, ShortContact) == [1, 1]


def test_the_note_on_an_appointment_goes_with_it(office, now):
    row = book(now)
    with write_session() as session:
        session.get(Appointment, row.id).note = "Geheim"
    erased(on(LAST_DAY + timedelta(days=1)))
    assert left(Appointment) == 0


# --- Busy times ---------------------------------------------------------------


def test_when_somebody_was_busy_is_forgotten_after_that_week(office, now):
    times = [
        (on(date(2027, 3, day), 9), on(date(2027, 3, day), 10)) for day in (3, 7, 8)
    ]
    make.busy(office.counsellor, *times)
    erased(on(date(2027, 3, 7), 23, 59))
    assert left(BusyTime) == 3
    erased(on(date(2027, 3, 8)))
    assert left(BusyTime) == 1


# --- The daily job -----------------------------------------------------------


def runs():
    db.session.rollback()
    return db.session.query(JournalEntry).filter_by(deed="erase expired").count()


def test_the_worker_erases_once_a_day(office, now):
    rounds.make_round("worker", now=now.now())
    appointment(office.counsellor, now.now() - timedelta(days=200))
    rounds.make_round("another", now=now.move(hours=1))
    assert (runs(), left(Appointment)) == (1, 1)
    now.moment = on(now.now().date() + timedelta(days=1))
    rounds.make_round("worker", now=now.now())
    assert (runs(), left(Appointment)) == (2, 0)


def test_a_round_erases_one_batch_and_the_next_one_goes_on(office, now, monkeypatch):
    monkeypatch.setattr(retention, "A_BATCH", 2)
    for days in range(200, 205):
        appointment(office.counsellor, now.now() - timedelta(days=days))
    seen = []
    for _ in range(4):
        retention.erase_daily(now=now.now())
        seen.append((left(Appointment), runs()))
    assert seen == [(3, 0), (1, 0), (0, 1), (0, 1)]


def test_workers_that_erase_together_count_everybody_once(app, office, monkeypatch):
    monkeypatch.setattr(retention, "A_BATCH", 3)
    moment = on(date(2027, 12, 1))
    for days in range(60):
        appointment(office.counsellor, moment - timedelta(days=100 + days))

    def work():
        with app.app_context():
            for _ in range(30):
                retention.erase_daily(now=moment)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert (left(Appointment), runs()) == (0, 1)
    assert sum(row[-1] for row in numbers()) == 60


def test_a_clock_that_leaps_a_year_ahead_erases_nothing_at_once(office, now):
    retention.erase_daily(now=now.now())
    appointment(office.counsellor, now.now())
    ahead = now.now() + timedelta(days=365)
    for _ in range(3):
        retention.erase_daily(now=ahead)
    assert (left(Appointment), runs()) == (1, 1)
    retention.erase_daily(now=now.now() + timedelta(days=1))
    assert (left(Appointment), runs()) == (1, 2), "set right, it goes on as ever"


def test_after_a_week_switched_off_the_erasing_goes_on_a_day_later(office, now):
    retention.erase_daily(now=now.now())
    appointment(office.counsellor, now.now())
    later = now.now() + timedelta(days=120)
    retention.erase_daily(now=later)
    assert left(Appointment) == 1
    retention.erase_daily(now=later + timedelta(days=1))
    assert (left(Appointment), runs()) == (0, 2)


def test_a_fault_in_erasing_holds_up_no_letter(office, now, monkeypatch):
    def broken(**_facts):
        raise RuntimeError

    monkeypatch.setattr(retention, "erase_daily", broken)
    book(now)
    with pytest.raises(RuntimeError):
        rounds.make_round("worker", now=now.now())
    assert db.session.query(Letter).one().state == LetterState.SENT


def test_a_dry_run_says_what_would_go_and_touches_nothing(office, now):
    visited(office, now)
    book(now, day=date(2027, 3, 5))
    moment = on(date(2028, 1, 1))
    before = left(*PRIVATE, JournalEntry)
    announced = retention.due_now(now=moment)
    assert left(*PRIVATE, JournalEntry) == before
    assert [count for count in announced.values() if count] == [1, 1]
    assert erased(moment) == announced


def test_a_check_complains_when_nobody_has_erased_for_days(office, now):
    appointment(office.counsellor, now.now())
    day = now.now().date() + timedelta(days=91)
    late = "Kept longer than the privacy notice promises: 1 records."
    assert late not in " ".join(soundness.faults(now=on(day + timedelta(days=1))))
    assert late in " ".join(soundness.faults(now=on(day + timedelta(days=2))))
    rounds.make_round("worker", now=on(day + timedelta(days=2)))
    assert late not in " ".join(soundness.faults(now=on(day + timedelta(days=2))))


def test_no_table_points_at_what_is_erased_without_our_knowing():
    erased_tables = {
        *("appointment", "visit_request", "waiting", "interpreter_request"),
        *("walk_in", "short_contact", "invitation", "stop", "route"),
    }
    pointing = {
        f"{table.name}.{key.parent.name}"
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name in erased_tables
    }
    assert pointing == {
        *("accompaniment.appointment_id", "accompaniment.lead_id"),
        *("client_link.appointment_id", "client_link.visit_request_id"),
        *("client_link.waiting_id", "interpreter_request.appointment_id"),
        *("invitation.appointment_id", "kept_conflict.appointment_id"),
        *("kept_apart.one_id", "kept_apart.other_id", "letter.invitation_id"),
        *("letter.appointment_id", "letter.interpreter_request_id"),
        *("letter.visit_request_id", "letter.waiting_id"),
        *("stop.appointment_id", "stop.visit_request_id", "waiting.appointment_id"),
        *("stop.route_id", "answer.stop_id", "company.stop_id", "doorstep.stop_id"),
        *("proposal.route_id", "ride.route_id"),
    }


# --- No byte left ------------------------------------------------------------


def bytes_on_disk(folder):
    return b"".join(path.read_bytes() for path in folder.glob("lotse.sqlite*"))


def churn(raw, chance):
    """Write, rewrite and delete rows of many lengths, as years of use would."""
    raw.execute("BEGIN")
    for _ in range(1500):
        mark = b"GEHEIM" if chance.random() < 0.3 else b"harmlos"
        row = (mark * chance.randint(1, 60), mark + chance.randbytes(12))
        written = raw.execute("INSERT INTO churned (sealed, hash) VALUES (?, ?)", row)
        if chance.random() < 0.3:
            longer = (mark * chance.randint(1, 75), written.lastrowid)
            raw.execute("UPDATE churned SET sealed = ? WHERE id = ?", longer)
    for third in range(3):
        raw.execute(
            "DELETE FROM churned WHERE id % 3 = ? AND substr(hash, 1, 6) = ?",
            (third, b"GEHEIM"),
        )
    raw.execute("COMMIT")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_byte_of_an_erased_name_is_left_in_file_or_log(office, now, tmp_path):
    old = now.now() - timedelta(days=200)
    marks = set()
    # So many that pages split and merge: there secure_delete alone leaves copies.
    for number in range(400):
        mark = b"GEHEIM" + number.to_bytes(4)
        is_old = bool(number % 3)
        sealed = (mark if is_old else b"harmlos") * (1 + number % 40)
        moment = (old if is_old else now.now()) + timedelta(minutes=number)
        appointment(
            office.counsellor, moment, name_sealed=sealed, contact_hash=sealed[:32]
        )
        marks |= {mark} if is_old else set()
    stored = bytes_on_disk(tmp_path)
    assert all(mark in stored for mark in marks)
    for _ in range(4):
        retention.erase_daily(now=now.now())
    assert left(Appointment) == 134
    stored = bytes_on_disk(tmp_path)
    assert b"harmlos" in stored
    assert b"GEHEIM" not in stored


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_copy_is_left_on_a_page_that_was_rebalanced(office, tmp_path):
    with db.engine.connect() as connection:
        raw = connection.connection.driver_connection
        raw.execute("CREATE TABLE churned (id INTEGER PRIMARY KEY, sealed, hash)")
        raw.execute("CREATE INDEX by_hash ON churned (hash)")
        churn(raw, random.Random(19))  # noqa: S311 - a life that leaves eight copies
    assert wipe_erased()
    stored = bytes_on_disk(tmp_path)
    assert b"harmlos" in stored
    assert b"GEHEIM" not in stored


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_while_somebody_reads_the_day_is_not_closed(office, now):
    with db.engine.connect() as reader:
        reader.scalar(select(func.count()).select_from(Appointment))
        appointment(office.counsellor, now.now() - timedelta(days=200))
        retention.erase_daily(now=now.now())
        assert not wipe_erased()
        assert (left(Appointment), runs()) == (0, 0)
    retention.erase_daily(now=now.now())
    assert runs() == 1
