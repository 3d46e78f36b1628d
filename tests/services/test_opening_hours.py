"""Do weekly hours begin, change and end, and does what was true stay?"""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.models import ConsultationType, JournalEntry, OpeningHours, db
from booking.scheduling import WeeklyHours
from booking.services import appointments, opening_hours
from booking.services.availability import offer
from booking.services.opening_hours import (
    HoursCollide,
    InThePast,
    Line,
    NewHours,
    UnknownHours,
)
from booking.services.writing import write_session
from tests import make
from tests.counting import queries_of

MONDAY, TUESDAY = date(2027, 3, 1), date(2027, 3, 2)
THURSDAY = date(2027, 3, 4)
A_DAY = timedelta(days=1)


def line(weekday=3, opens=time(13), closes=time(16), kinds=(), **facts):
    usual = {"valid_from": TUESDAY} | facts
    hours = WeeklyHours(weekday=weekday, opens=opens, closes=closes, **usual)
    return Line(hours, frozenset(kinds))


def rows(counsellor, weekday=3):
    db.session.rollback()
    query = db.session.query(OpeningHours).filter_by(
        counsellor_id=counsellor, weekday=weekday
    )
    return query.order_by(OpeningHours.valid_from, OpeningHours.opens).all()


def kept(counsellor, weekday=3):
    return [
        (one.opens.hour, one.closes.hour, one.valid_from, one.valid_until)
        for one in rows(counsellor, weekday)
    ]


def save(new, now):
    new.save(by=1, now=now.now())


def times_on(day, now):
    db.session.rollback()
    found = offer(make.wish(), now=now.now()).on(day)
    return [one.window.start for one in found]


def booked(now, start, **changes):
    way = appointments.book(make.choice(start, **changes), make.person(), now=now.now())
    return way.appointment


def test_an_added_line_can_be_booked_from_its_first_day_on(office, now):
    new = opening_hours.with_line(office.counsellor, line(), today=MONDAY)
    assert new.hit(now=now.now()) == ()
    save(new, now)
    assert make.at(THURSDAY, 13) in times_on(THURSDAY, now)
    (entry,) = db.session.query(JournalEntry).filter_by(deed="change hours")
    assert entry.staff_id == 1


def test_a_changed_line_stays_what_it_was_until_the_day_before(office, now):
    (row,) = rows(office.counsellor)
    later = line(opens=time(10), closes=time(12), valid_from=THURSDAY)
    save(opening_hours.instead_of(row, later, today=MONDAY), now)
    assert kept(office.counsellor) == [
        (9, 12, make.SINCE, THURSDAY - A_DAY),
        (10, 12, THURSDAY, None),
    ]
    assert times_on(THURSDAY, now)[0] == make.at(THURSDAY, 10)


def test_what_has_not_begun_is_rewritten(office, now):
    save(opening_hours.with_line(office.counsellor, line(), today=MONDAY), now)
    row = rows(office.counsellor)[-1]
    again = line(opens=time(14), closes=time(15), valid_from=TUESDAY)
    save(opening_hours.instead_of(row, again, today=MONDAY), now)
    assert kept(office.counsellor)[1:] == [(14, 15, TUESDAY, None)]
    assert rows(office.counsellor)[-1].id == row.id


def test_a_line_ends_with_its_last_day_and_what_never_began_is_gone(office, now):
    (row,) = rows(office.counsellor)
    save(opening_hours.without(row, THURSDAY, today=MONDAY), now)
    assert kept(office.counsellor) == [(9, 12, make.SINCE, THURSDAY)]
    assert times_on(THURSDAY + timedelta(weeks=1), now) == []
    save(opening_hours.with_line(office.counsellor, line(), today=MONDAY), now)
    row = rows(office.counsellor)[-1]
    save(opening_hours.without(row, MONDAY, today=MONDAY), now)
    assert len(rows(office.counsellor)) == 1


def test_the_past_is_not_rewritten(office, now):
    (row,) = rows(office.counsellor)
    yesterday = line(valid_from=MONDAY - A_DAY)
    with pytest.raises(InThePast):
        opening_hours.with_line(office.counsellor, yesterday, today=MONDAY)
    with pytest.raises(InThePast):
        opening_hours.instead_of(row, yesterday, today=MONDAY)
    with pytest.raises(InThePast):
        opening_hours.without(row, MONDAY - 2 * A_DAY, today=MONDAY)


def test_two_lines_at_one_time_are_refused_also_when_the_other_tab_was_quicker(
    office, now
):
    with pytest.raises(HoursCollide) as fault:
        opening_hours.with_line(office.counsellor, line(opens=time(11)), today=MONDAY)
    assert fault.value.other.opens == time(9)
    first = opening_hours.with_line(office.counsellor, line(), today=MONDAY)
    second = opening_hours.with_line(
        office.counsellor, line(opens=time(15), closes=time(17)), today=MONDAY
    )
    save(first, now)
    with pytest.raises(HoursCollide):
        save(second, now)


def test_a_line_that_somebody_else_changed_meanwhile_is_not_changed(office, now):
    (row,) = rows(office.counsellor)
    first = opening_hours.without(row, THURSDAY, today=MONDAY)
    save(opening_hours.without(row, TUESDAY, today=MONDAY), now)
    with pytest.raises(UnknownHours):
        save(first, now)


def test_hit_is_what_lay_in_her_hours_and_will_not_any_more(office, now):
    early, late = (booked(now, make.at(THURSDAY, hour)) for hour in (9, 11))
    other_day = booked(now, make.at(THURSDAY + A_DAY, 9))
    (row,) = rows(office.counsellor)
    shorter = line(opens=time(10), closes=time(12), valid_from=THURSDAY)
    new = opening_hours.instead_of(row, shorter, today=MONDAY)
    assert [one.uuid for one in new.hit(now=now.now())] == [early.uuid]
    ended = opening_hours.without(row, THURSDAY - A_DAY, today=MONDAY)
    hit = {one.uuid for one in ended.hit(now=now.now())}
    assert hit == {early.uuid, late.uuid}
    assert other_day.uuid not in hit
    later = opening_hours.without(row, THURSDAY, today=MONDAY)
    assert later.hit(now=now.now()) == ()


def test_a_line_kept_for_the_phone_no_longer_holds_talks_at_the_office(office, now):
    row_booked = booked(now, make.at(THURSDAY, 9))
    phone = db.session.query(ConsultationType).filter_by(slug="phone").one().id
    (row,) = rows(office.counsellor)
    for_phone = line(opens=time(9), closes=time(12), kinds=[phone], valid_from=THURSDAY)
    new = opening_hours.instead_of(row, for_phone, today=MONDAY)
    assert [one.uuid for one in new.hit(now=now.now())] == [row_booked.uuid]
    save(new, now)
    assert times_on(THURSDAY, now) == []
    assert [one.id for one in rows(office.counsellor)[-1].types] == [phone]


def test_what_lay_outside_before_is_not_hit(office, now):
    row_booked = booked(now, make.at(THURSDAY, 9))
    with write_session() as session:
        row = session.get(OpeningHours, rows(office.counsellor)[0].id)
        row.opens = time(10)
    (row,) = rows(office.counsellor)
    new = opening_hours.without(row, MONDAY, today=MONDAY)
    assert row_booked.uuid not in [one.uuid for one in new.hit(now=now.now())]


def test_the_list_leaves_out_what_is_over_and_costs_two_queries(office, now):
    (row,) = rows(office.counsellor)
    save(opening_hours.without(row, MONDAY, today=MONDAY), now)
    assert len(opening_hours.listed(office.counsellor, today=MONDAY)) == 5
    assert len(opening_hours.listed(office.counsellor, today=TUESDAY)) == 4
    db.session.rollback()

    def look():
        for one in opening_hours.listed(office.counsellor, today=TUESDAY):
            assert one.types == []

    assert queries_of(look) == 2


lines = st.builds(
    line,
    weekday=st.integers(0, 6),
    opens=st.integers(8, 11).map(time),
    closes=st.integers(12, 16).map(time),
    valid_from=st.dates(date(2027, 1, 1), date(2027, 3, 20)),
    every_weeks=st.integers(1, 3),
)
days = [date(2027, 1, 1) + timedelta(days=n) for n in range(150)]


def having(lines, day):
    return sorted(
        (one.hours.opens, one.hours.closes) for one in lines if one.hours.falls_on(day)
    )


@given(st.lists(lines, max_size=3), lines, lines)
def test_before_its_first_day_a_change_changes_nothing(others, old, new):
    since = new.hours.valid_from
    change = NewHours(1, since, tuple(others), ended=old, ended_id=1, begun=new)
    for day in days:
        before, after = having(change.before, day), having(change.after, day)
        if day < since:
            assert after == before
        else:
            assert after == having([*others, new], day)


@given(lines, st.dates(date(2027, 1, 1), date(2027, 4, 1)))
def test_an_ended_line_comes_no_more_after_its_last_day(old, last):
    change = NewHours(1, last + A_DAY, (), ended=old, ended_id=1)
    for day in days:
        stays = day <= last and old.hours.falls_on(day)
        assert bool(having(change.after, day)) == stays
