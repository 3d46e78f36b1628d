"""Does a calendar tell less at once when the office forbids what it told before?"""

import pytest
from icalendar import Calendar

from booking.models import FeedLevel, FeedScope, JournalEntry, db
from booking.services import feed_files, feed_levels, feeds
from booking.services.feed_polls import feed_for
from tests import make
from tests.services.marked import published

BUSY, PLACE, FULL = FeedLevel


@pytest.fixture
def tokens(office, now):
    """One subscription of each level."""
    published(office.counsellor, 1)
    return {
        level: feeds.subscribe(office.counsellor, level, now=now.now(), level=level)
        for level in FeedLevel
    }


def allow(now, *levels):
    return feed_levels.save(levels, by=1, now=now.move(minutes=1))


def told(tokens, now):
    db.session.rollback()
    return {
        asked: feed_for(token, now=now.now()).reader.level
        for asked, token in tokens.items()
    }


@pytest.mark.parametrize(
    ("allowed", "place", "full"),
    [
        ((), BUSY, BUSY),
        ((PLACE,), PLACE, PLACE),
        ((PLACE, FULL), PLACE, FULL),
        ((FULL,), BUSY, FULL),
    ],
)
def test_a_subscription_falls_to_the_next_lower_level_allowed(
    tokens, now, allowed, place, full
):
    allow(now, *allowed)
    assert told(tokens, now) == {BUSY: BUSY, PLACE: place, FULL: full}


def test_before_anything_is_decided_names_stay_in_the_house(tokens, now):
    assert told(tokens, now) == {BUSY: BUSY, PLACE: PLACE, FULL: PLACE}
    assert feed_levels.allowed() == (BUSY, PLACE)


def test_an_app_that_knows_only_the_date_asks_in_vain_for_what_was_forbidden(
    tokens, now
):
    allow(now, PLACE, FULL)
    before = feed_for(tokens[FULL], now=now.now())
    allow(now, PLACE)
    db.session.rollback()
    after = feed_for(tokens[FULL], now=now.now())
    assert after.tag != before.tag
    assert after.modified_at > before.modified_at


def test_what_was_kept_of_a_higher_level_is_not_handed_out_again(tokens, now):
    allow(now, PLACE, FULL)
    assert "Canaria" in body(tokens[FULL], now)
    allow(now, PLACE)
    assert "Canaria" not in body(tokens[FULL], now)
    allow(now)
    assert "Eislingen" not in body(tokens[FULL], now)
    (event,) = Calendar.from_ical(body(tokens[PLACE], now)).walk("VEVENT")
    assert str(event["summary"]) == "Belegt"


def body(token, now):
    db.session.rollback()
    return feed_files.written(feed_for(token, now=now.now())).decode()


def test_the_office_learns_how_many_are_cut_short(tokens, now):
    assert allow(now, PLACE, FULL) == 0
    assert allow(now, PLACE) == 1
    assert allow(now) == 2
    for row in feeds.everybodys():
        feeds.revoke(row.uuid, now=now.now(), staff=None)
    assert feed_levels.cut_short() == 0
    assert (
        db.session.query(JournalEntry).filter_by(deed="settle calendars").count() == 3
    )


def test_of_all_routes_names_are_not_even_offered(office, now):
    allow(now, PLACE, FULL)
    assert feed_levels.offered(FeedScope.OWN) == (BUSY, PLACE, FULL)
    assert feed_levels.offered(FeedScope.ROUTES) == (BUSY, PLACE)


def test_the_lookup_asks_for_the_decisions_by_their_names():
    from booking.services import feed_lookup

    for name in feed_levels.DECIDED.values():
        assert f"'{name}'" in str(feed_lookup._LOOK_UP)


def test_a_level_that_mail_may_not_carry_is_refused(office, now):
    with pytest.raises(ValueError, match="full"):
        make.own_mailbox(office.counsellor, FULL)
