"""How long may somebody be counselled?"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.scheduling import BackwardPeriod, CounsellingPeriod, PeriodTooLong

days = st.dates(date(2016, 1, 1), date(2040, 12, 31))


def test_selam_is_counselled_for_three_years_to_the_day():
    period = CounsellingPeriod.from_start(date(2026, 3, 15))
    assert period.ends == date(2029, 3, 14)
    assert period.covers(date(2026, 3, 15))
    assert period.covers(date(2029, 3, 14))
    assert not period.covers(date(2029, 3, 15))
    assert not period.covers(date(2026, 3, 14))


def test_with_a_good_reason_it_becomes_four_years_and_no_day_more():
    period = CounsellingPeriod.from_start(date(2026, 3, 15))
    assert period.extended_to(date(2030, 3, 14)).covers(date(2030, 3, 14))
    with pytest.raises(PeriodTooLong):
        period.extended_to(date(2030, 3, 15))


def test_an_extension_takes_nothing_away():
    period = CounsellingPeriod.from_start(date(2026, 3, 15))
    assert period.extended_to(period.ends) == period
    with pytest.raises(BackwardPeriod):
        period.extended_to(date(2029, 3, 13))


def test_who_starts_on_a_leap_day_loses_no_day():
    period = CounsellingPeriod.from_start(date(2028, 2, 29))
    assert period.ends == date(2031, 2, 28)
    assert period.extended_to(date(2032, 2, 28)).covers(date(2032, 2, 28))
    with pytest.raises(PeriodTooLong):
        period.extended_to(date(2032, 2, 29))


def test_a_period_that_was_never_allowed_cannot_be_made():
    with pytest.raises(BackwardPeriod):
        CounsellingPeriod(date(2026, 3, 15), date(2026, 3, 14))
    with pytest.raises(PeriodTooLong):
        CounsellingPeriod(date(2026, 3, 15), date(2036, 3, 14))


@given(days)
def test_three_years_are_three_years_whenever_they_start(first):
    period = CounsellingPeriod.from_start(first)
    assert 1095 <= (period.ends - first).days + 1 <= 1096
    after = period.ends + timedelta(days=1)
    leap_day = (first.month, first.day) == (2, 29)
    assert (after.month, after.day) == (
        (3, 1) if leap_day else (first.month, first.day)
    )
