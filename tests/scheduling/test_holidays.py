"""On which days is the office closed by law?"""

from datetime import date

from booking.scheduling import holidays_between


def test_in_goeppingen_epiphany_is_a_holiday_and_reformation_day_is_not():
    closed = holidays_between(date(2026, 1, 1), date(2026, 12, 31))
    assert closed[date(2026, 1, 6)] == "Heilige Drei Könige"
    assert date(2026, 11, 1) in closed
    assert date(2026, 10, 31) not in closed


def test_in_berlin_nobody_stays_at_home_at_epiphany():
    january = date(2026, 1, 1), date(2026, 1, 31)
    assert list(holidays_between(*january, subdivision="BE")) == [date(2026, 1, 1)]


def test_christmas_and_new_year_are_found_together_in_order():
    closed = holidays_between(date(2026, 12, 25), date(2027, 1, 1))
    assert list(closed) == [date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1)]


def test_the_days_just_outside_are_left_out():
    assert holidays_between(date(2026, 12, 27), date(2026, 12, 31)) == {}
    assert holidays_between(date(2026, 12, 31), date(2026, 12, 1)) == {}


def test_another_country_keeps_its_own_days():
    july = date(2026, 7, 1), date(2026, 7, 31)
    assert list(holidays_between(*july, country="FR", subdivision=None)) == [
        date(2026, 7, 14)
    ]


def test_who_changes_her_copy_changes_nobody_elses():
    day = date(2026, 12, 25)
    holidays_between(day, day).clear()
    assert day in holidays_between(day, day)
