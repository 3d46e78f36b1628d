"""From which day on may a record go? Laws about whole days, in any year and zone."""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from booking.config import shipped
from booking.services import storage_periods
from booking.services.storage_periods import Days, Months, kept_from

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
MOMENTS = st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001 - Hypothesis wants bounds without a zone
    datetime(2040, 12, 31),  # noqa: DTZ001 - as above
    timezones=st.just(UTC),
)
ZONES = st.sampled_from(["Europe/Berlin", "Asia/Kabul", "America/Santiago"])


def a_later_month(day, months):
    """The day with the same number, or the last one of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@given(DAYS, DAYS, st.integers(0, 400))
def test_a_record_stays_for_so_many_whole_days_after_its_own(ended, today, number):
    stays = ended >= Days(number).first_kept(today)
    assert stays == ((today - ended).days <= number)


@given(DAYS, DAYS, st.integers(1, 40))
@example(date(2028, 2, 29), date(2029, 2, 28), 12)
@example(date(2028, 2, 29), date(2029, 3, 1), 12)
@example(date(2027, 2, 28), date(2028, 2, 29), 12)
@example(date(2027, 1, 31), date(2027, 2, 28), 1)
def test_a_record_stays_up_to_the_day_of_the_same_number(ended, today, months):
    stays = ended >= Months(months).first_kept(today)
    assert stays == (a_later_month(ended, months) >= today)


@given(MOMENTS, MOMENTS, ZONES, st.integers(0, 100))
def test_days_are_those_of_the_office_wherever_it_lies(ended, now, name, number):
    zone = ZoneInfo(name)
    stays = ended >= kept_from(Days(number), now=now, zone=zone)
    past = (now.astimezone(zone).date() - ended.astimezone(zone).date()).days
    assert stays == (past <= number)


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=400)))
def test_what_may_go_once_may_go_for_ever(now, later):
    zone = ZoneInfo("Europe/Berlin")
    for period in (storage_periods.APPOINTMENT, storage_periods.JOURNAL):
        before = kept_from(period, now=now, zone=zone)
        assert before <= kept_from(period, now=now + later, zone=zone)


@pytest.mark.parametrize(
    ("period", "promised"),
    [
        (storage_periods.APPOINTMENT, "An appointment: 90 days."),
        (storage_periods.LETTER, "That we sent it: 30 days."),
        (storage_periods.FEEDBACK, "until the barrier is gone and you have an answer"),
        (storage_periods.JOURNAL, "Who of us has read your data: 12 months."),
    ],
)
def test_the_privacy_notice_promises_these_periods(period, promised):
    notice = shipped("templates/papers/privacy.txt").read_text(encoding="utf-8")
    assert promised in notice
    assert str(period.number or "until") in promised
