"""Is a supporter told only what a client has signed, and only as long as it holds?"""

from datetime import date, timedelta

import pytest

from booking.models import JournalEntry, Release, ReleaseScope, db
from booking.services import (
    client_file,
    clients,
    erasing_people,
    exporting,
    releases,
)
from booking.services.clients import UnknownClient
from booking.services.releases import ImpossibleRelease, UnknownRelease
from tests import make

TODAY = date(2027, 3, 1)
A_DAY = timedelta(days=1)


@pytest.fixture
def hers(office):
    return make.signed_in(office.counsellor)


@pytest.fixture
def file(office):
    return make.client(office.counsellor, reference="ABCD-2345")


def told(file, now):
    db.session.rollback()
    return [one.supporter for one in releases.in_force(file.id, now=now.now())]


def test_without_a_paper_nobody_may_be_told(hers, file, now):
    assert told(file, now) == []
    assert releases.in_force(None, now=now.now()) == []


def test_it_holds_until_its_last_day_and_ends_by_itself(hers, file, now):
    make.release(hers, file, now, last_day=TODAY + A_DAY)
    assert told(file, now) == ["Helferkreis Mitte"]
    now.moment = make.at(TODAY + A_DAY, 23, 59)
    assert told(file, now) == ["Helferkreis Mitte"]
    now.move(minutes=1)
    assert told(file, now) == []


def test_taken_back_it_ends_at_once_and_once(hers, file, now):
    release = make.release(hers, file, now)
    releases.revoke(hers, file.reference, release, now=now.now())
    assert told(file, now) == []
    with pytest.raises(UnknownRelease):
        releases.revoke(hers, file.reference, release, now=now.now())
    deeds = [one.deed for one in db.session.query(JournalEntry).order_by("id")]
    assert deeds == ["record release", "revoke release"]


def test_nothing_may_be_told_that_was_not_ticked(hers, file, now):
    scopes = frozenset({ReleaseScope.TOPICS, ReleaseScope.APPOINTMENTS})
    make.release(hers, file, now, scopes=scopes)
    (one,) = releases.in_force(file.id, now=now.now())
    assert list(releases.scopes_of(one)) == ["appointments", "topics"]


SENSELESS = (
    {"scopes": frozenset()},
    {"signed_on": TODAY + A_DAY},
    {"last_day": TODAY - A_DAY, "signed_on": TODAY - A_DAY},
    {"last_day": TODAY + 367 * A_DAY},
)


def test_a_paper_that_makes_no_sense_is_not_kept(hers, file, now):
    for facts in SENSELESS:
        with pytest.raises(ImpossibleRelease):
            make.release(hers, file, now, **facts)
    assert db.session.query(Release).count() == 0


def test_a_colleague_neither_writes_nor_ends_one(hers, file, office, now):
    release = make.release(hers, file, now)
    stranger = make.signed_in(make.counsellor(languages=("fr",)))
    with pytest.raises(UnknownClient):
        make.release(stranger, file, now)
    with pytest.raises(UnknownClient):
        releases.revoke(stranger, file.reference, release, now=now.now())
    other = make.client(stranger.id, reference="K7-99")
    with pytest.raises(UnknownRelease):
        releases.revoke(stranger, other.reference, release, now=now.now())
    assert told(file, now) == ["Helferkreis Mitte"]


def test_it_stands_in_the_file_in_the_export_and_goes_with_both(hers, file, now):
    make.release(hers, file, now)
    opened = client_file.opened(hers, file.reference, now=now.now())
    assert [one.contact for one in opened.releases] == ["07161 99"]
    (row,) = exporting.about(file.reference, now=now.now()).as_json()["releases"]
    assert (row["supporter"], row["scopes"]) == ("Helferkreis Mitte", ["appointments"])
    erasing_people.erase(file.reference, now=now.now())
    assert db.session.query(Release).count() == 0


def test_whoever_stands_in_keeps_a_file_only_until_the_day(hers, file, office, now):
    """A deputy's reach over files ends with its last day."""
    deputy = make.counsellor(languages=("fr",))
    make.deputy(deputy, office.counsellor, TODAY, TODAY + A_DAY)
    make.release(make.signed_in(deputy), file, now)
    now.moment = make.at(TODAY + A_DAY, 23, 59)
    assert clients.found(make.signed_in(deputy), file.reference)
    now.move(minutes=1)
    with pytest.raises(UnknownClient):
        clients.found(make.signed_in(deputy), file.reference)
