"""Does the office's word count, in its language, and does no version get lost?"""

import pytest
from sqlalchemy import select

from booking.models import JournalEntry, OfficeText, Role, db
from booking.services import texts
from booking.services.bringing import bring_lines
from booking.services.texts import ChangedMeanwhile, Writing
from tests import make


@pytest.fixture
def admin(office):
    return make.staff_member(Role.ADMIN)


@pytest.fixture
def write(admin, now):
    def written(body, *, slug="imprint", language="de", after=0):
        writing = Writing(slug=slug, language=language, body=body, after=after)
        texts.save(writing, by=admin, now=now.now())

    return written


def test_the_newest_version_counts_and_the_older_ones_stay(write):
    write("Erste Fassung")
    write("Zweite Fassung", after=1)
    assert texts.text_of("imprint", "de") == "Zweite Fassung"
    kept = texts.versions_of("imprint", "de")
    assert [(one.number, one.body) for one in kept] == [
        (2, "Zweite Fassung"),
        (1, "Erste Fassung"),
    ]
    assert {one.author for one in kept} == {"Karin Amtmann"}


def test_a_text_counts_in_its_own_language_only(write):
    write("Impressum")
    assert texts.text_of("imprint", "ar") is None
    assert texts.text_of("privacy", "de") is None
    assert list(texts.own_texts()) == [("imprint", "de")]


def test_an_empty_version_brings_the_shipped_text_back(write):
    write("Impressum")
    write("", after=1)
    assert texts.text_of("imprint", "de") is None
    assert texts.own_texts() == {}
    assert len(texts.versions_of("imprint", "de")) == 2


def test_nothing_new_makes_no_version(write):
    write("")
    write("Impressum")
    write(" Impressum\u202e ", after=1)
    assert db.session.query(OfficeText).count() == 1
    deeds = db.session.scalars(select(JournalEntry.about)).all()
    assert deeds.count("text:imprint:de") == 1


def test_who_wrote_after_an_older_version_learns_of_the_newer_one(write):
    write("Erste Fassung")
    with pytest.raises(ChangedMeanwhile):
        write("Zur gleichen Zeit")
    assert texts.text_of("imprint", "de") == "Erste Fassung"


def test_what_to_bring_are_the_office_s_lines_if_it_wrote_some(app, write):
    with app.test_request_context():
        shipped = bring_lines("work")
        assert len(shipped) >= 2
        write("- Lebenslauf\n\n  Zeugnisse ", slug="bring-work")
        assert bring_lines("work") == ["Lebenslauf", "Zeugnisse"]
        assert bring_lines("housing") != bring_lines("work")


def test_every_area_of_life_says_what_to_bring(app, office):
    with app.test_request_context():
        assert all(bring_lines(topic) for topic in texts.Topic)
