"""How do dates, languages and sentences read, and what if a translation is missing?"""

from contextlib import suppress
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_date
from flask import g
from flask_babel import gettext as _
from hypothesis import given
from hypothesis import strategies as st

from booking.languages import (
    LANGUAGES,
    Language,
    clock_time,
    coverage_of,
    current_language,
    day_in_words,
    language_from_browser,
    language_of_code,
    language_of_path,
    name_of_language,
    part_of_day,
    speaking,
)
from booking.languages.catalogue import PoDomain, fallbacks
from booking.languages.moments import PATTERNS
from tests import make

BERLIN = ZoneInfo("Europe/Berlin")
THURSDAY = date(2027, 3, 4)


@pytest.fixture
def settings(sqlite_url, tmp_path):
    return make.settings(tmp_path, sqlite_url)


def said_in(code, words, *arguments, **facts):
    with speaking(language_of_code(code)):
        return words(*arguments, **facts)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("de", "Donnerstag, 4. März"),
        ("en", "Thursday 4 March"),
        ("ar", "الخميس، 4 مارس"),
    ],
)
def test_a_day_reads_with_its_weekday_in_words(app, code, words):
    said = said_in(code, day_in_words, THURSDAY, today=THURSDAY)
    assert said.replace("\u00a0", " ") == words
    another = said_in(code, day_in_words, THURSDAY, today=date(2026, 12, 31))
    assert "2027" in another
    assert "2027" not in said


@given(st.dates(date(2026, 1, 1), date(2040, 1, 1)), st.sampled_from(LANGUAGES))
def test_every_day_is_written_in_western_digits(day, language):
    said = format_date(day, PATTERNS[language.code], locale=language.locale)
    assert str(day.day) in said
    assert all(sign in "0123456789" for sign in said if sign.isdigit())


@pytest.mark.parametrize("code", ["de", "en", "ar"])
def test_a_time_reads_by_the_clock_of_twenty_four_hours(app, code):
    evening = datetime(2027, 3, 4, 18, 5, tzinfo=UTC)
    summer = datetime(2027, 7, 4, 18, 5, tzinfo=UTC)
    assert said_in(code, clock_time, evening, BERLIN) == "19:05"
    assert said_in(code, clock_time, summer, BERLIN) == "20:05"


def test_the_part_of_the_day_is_always_said(app):
    parts = [
        said_in("en", part_of_day, datetime(2027, 3, 4, hour, 59, tzinfo=UTC), BERLIN)
        for hour in (0, 10, 11, 15, 16, 22)
    ]
    assert parts == [
        *("in the morning", "in the morning", "in the afternoon"),
        *("in the afternoon", "in the evening", "in the evening"),
    ]


def test_languages_are_named_in_the_readers_language(app):
    assert said_in("de", name_of_language, "ar") == "Arabisch"
    assert said_in("ar", name_of_language, "de") == "الألمانية"
    assert said_in("en", name_of_language, "ti") == "Tigrinya"


def test_speaking_another_language_ends_with_its_letter(app):
    arabic, english = language_of_code("ar"), language_of_code("en")
    with speaking(english):
        with suppress(RuntimeError), speaking(arabic):
            assert current_language() == arabic
            raise RuntimeError
        assert current_language() == english
    assert current_language().code == "de"
    assert "language" not in g


def test_a_variant_falls_back_to_its_base():
    assert fallbacks("de@simple") == ["de@simple", "de"]
    assert fallbacks("fa_AF") == ["fa_AF", "fa"]
    assert fallbacks("ar") == ["ar"]


def test_a_missing_sentence_is_read_from_the_next_language(tmp_path, monkeypatch, app):
    simple = Language("de@simple", "Deutsch, einfach")
    write(tmp_path, "de", {"Hello,": "Guten Tag,", "Code": "Zugangscode"})
    write(tmp_path, "de@simple", {"Hello,": "Hallo,"})
    monkeypatch.setattr("booking.languages.catalogue.LANGUAGES", (simple,))
    domain = PoDomain(tmp_path)
    with speaking(simple):
        texts = domain.get_translations()
    assert texts.gettext("Hello,") == "Hallo,"
    assert texts.gettext("Code") == "Zugangscode"
    assert texts.gettext("Nothing yet") == "Nothing yet"


def write(folder, code, texts, comment=""):
    path = folder / code / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    lines = (f'msgid "{one}"\nmsgstr "{other}"\n' for one, other in texts.items())
    path.write_text(f"# {comment}\n{head}" + "\n".join(lines), encoding="utf-8")


def test_how_much_is_translated_is_counted_honestly(tmp_path):
    texts = {"One": "Eins", "Two": "", "Three": "Drei"}
    write(tmp_path, "de", texts, "Reviewed by a speaker: Karin, 2027-01-01")
    found = coverage_of(tmp_path, "de")
    assert (found.translated, found.texts, found.percent) == (2, 3, 66)
    assert found.reviewed == "Karin, 2027-01-01"


def test_what_only_staff_read_is_asked_of_their_languages_alone(tmp_path):
    catalogue = (
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        '#: templates/counsellor/today.html\nmsgid "Today"\nmsgstr ""\n\n'
        '#: templates/client/day.html templates/staff.html\nmsgid "Day"\nmsgstr "x"\n'
    )
    for code in ("ar", "de"):
        path = tmp_path / code / "LC_MESSAGES" / "messages.po"
        path.parent.mkdir(parents=True)
        path.write_text(catalogue, encoding="utf-8")
    assert coverage_of(tmp_path, "ar").texts == 1
    assert coverage_of(tmp_path, "de").texts == 2


def test_the_catalogues_are_read_without_being_compiled(app):
    english = "Choose your language"
    assert said_in("en", _, english) == english
    for code in ("de", "ar"):
        assert said_in(code, _, english) != english


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        ([], "de"),
        (["ar-SY", "en"], "ar"),
        (["fr", "EN-us"], "en"),
        (["tlh"], "de"),
        (["de-AT"], "de"),
    ],
)
def test_the_browser_is_understood(accepted, code):
    assert language_from_browser(accepted).code == code


def test_addresses_name_languages_in_small_letters():
    variants = [Language("de@simple", ""), Language("fa_AF", "")]
    assert [one.path for one in variants] == ["de-simple", "fa-af"]
    assert [one.tag for one in variants] == ["de-simple", "fa-AF"]
    assert [one.locale for one in variants] == ["de", "fa_AF"]
    assert [one.direction for one in variants] == ["ltr", "rtl"]
    assert language_of_path("ar") == language_of_code("ar")
    assert language_of_path("AR") is None
    assert language_of_code("tlh").code == "de"
