"""How do dates, languages and sentences read, and what if a translation is missing?"""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from flask import g, request
from flask_babel import gettext as _

from booking.languages import (
    LANGUAGES,
    OWN_NAMES,
    SPOKEN,
    Language,
    clock_time,
    coverage_of,
    current_language,
    day_in_words,
    language_from_browser,
    language_of_code,
    language_of_path,
    listed,
    name_of_language,
    part_of_day,
    speaking,
    weekday,
)
from booking.languages.catalogue import PoDomain, catalogue_path, fallbacks
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
    ("code", "words", "next_year"),
    [
        ("de", "Donnerstag, 4. März", "Donnerstag, 4. März 2027"),
        ("de@simple", "Donnerstag, 4. März", "Donnerstag, 4. März 2027"),
        ("en", "Thursday 4 March", "Thursday 4 March 2027"),
        ("fr", "jeudi 4 mars", "jeudi 4 mars 2027"),
        ("ar", "الخميس، 4 مارس", "الخميس، 4 مارس 2027"),
        ("fa", "پنجشنبه 4 مارس", "پنجشنبه 4 مارس 2027"),
        ("fa_AF", "پنجشنبه 4 مارچ", "پنجشنبه 4 مارچ 2027"),
        ("ps", "پنجشنبه، د مارچ 4", "پنجشنبه، د 2027 د مارچ 4"),
        ("tr", "4 Mart Perşembe", "4 Mart 2027 Perşembe"),
        ("uk", "четвер, 4 березня", "четвер, 4 березня 2027 року"),
        ("ru", "четверг, 4 марта", "четверг, 4 марта 2027 года"),
        ("ku", "pêncşem, 4ê adarê", "pêncşem, 4ê adara 2027an"),
        ("ti", "ሓሙስ፣ 4 መጋቢት", "ሓሙስ፣ 4 መጋቢት 2027"),
        ("so", "Khamiis, 4 Maarso", "Khamiis, 4 Maarso 2027"),
    ],
)
def test_a_day_reads_with_its_weekday_in_words(app, code, words, next_year):
    said = said_in(code, day_in_words, THURSDAY, today=THURSDAY)
    assert said.replace("\u00a0", " ") == words
    another = said_in(code, day_in_words, THURSDAY, today=date(2026, 12, 31))
    assert another.replace("\u00a0", " ") == next_year


def test_in_french_the_first_of_a_month_is_no_plain_number(app):
    first = said_in("fr", day_in_words, date(2027, 3, 1), today=THURSDAY)
    assert first == "lundi 1er\u00a0mars"
    last = said_in("fr", day_in_words, date(2027, 3, 31), today=THURSDAY)
    assert last == "mercredi 31\u00a0mars"


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_every_day_is_written_with_its_weekday_in_western_digits(app, language):
    with speaking(language):
        for day in (date(2026, 12, 25) + timedelta(days=n) for n in range(400)):
            said = day_in_words(day, today=THURSDAY)
            digits = "".join(sign if sign.isdigit() else " " for sign in said)
            year = [] if day.year == 2027 else [str(day.year)]
            assert sorted(digits.split()) == sorted([str(day.day), *year])
            assert weekday(day.weekday()) in said


def test_one_language_never_takes_the_weekdays_of_another(app):
    """Babel's stand-alone names turn Pashto in Turkish once Pashto was loaded."""
    for language in LANGUAGES:
        _ = Locale.parse(language.locale).days["stand-alone"]["wide"][0]
    assert said_in("tr", weekday, 0) == "Pazartesi"
    assert said_in("ru", weekday, 0) == "понедельник"
    assert said_in("so", weekday, 6) == "Axad"
    assert said_in("ps", weekday, 0) == "دوشنبه"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("de", "Montag, Dienstag und Mittwoch"),
        ("en", "Monday, Tuesday and Wednesday"),
        ("ar", "الاثنين والثلاثاء والأربعاء"),
        ("tr", "Pazartesi, Salı ve Çarşamba"),  # noqa: RUF001 - Turkish
        ("uk", "понеділок, вівторок і середа"),  # noqa: RUF001 - Ukrainian
        ("ti", "ሰኑይ፣ ሰሉስን ረቡዕን"),
        ("so", "Isniin, Talaado iyo Arbaco"),
    ],
)
def test_days_are_listed_as_the_language_does(app, code, words):
    with speaking(language_of_code(code)):
        assert listed([weekday(number) for number in range(3)]) == words


@pytest.mark.parametrize("code", [language.code for language in LANGUAGES])
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
    assert said_in("so", name_of_language, "tr") == "Turki"
    assert said_in("ti", name_of_language, "de") == "ጀርመንኛ"


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_each_language_has_a_name_of_its_own_for_every_other(app, language):
    with speaking(language):
        names = {name_of_language(code) for code in SPOKEN}
    assert len(names) == len(SPOKEN)
    assert not names & set(SPOKEN)
    english = {said_in("en", name_of_language, code) for code in SPOKEN}
    assert language.code == "en" or not names & english - {"Dari", "Somali", "Tigrinya"}


def test_plain_german_is_written_but_nobody_speaks_it_best():
    assert language_of_code("de@simple").name == "Einfaches Deutsch"
    assert "de@simple" not in OWN_NAMES
    assert len(LANGUAGES) == 14
    assert [one.code for one in LANGUAGES if one.direction == "rtl"] == [
        *("ar", "fa", "fa_AF", "ps"),
    ]


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


def test_a_missing_plural_falls_back_as_well(tmp_path, monkeypatch, app):
    plural = 'msgid "%(num)s day"\nmsgid_plural "%(num)s days"\n'
    write(tmp_path, "fa", {})
    write(tmp_path, "fa_AF", {})
    for code, words in (("fa", "%(num)s روز"), ("fa_AF", "")):
        with catalogue_path(tmp_path, code).open("a", encoding="utf-8") as catalogue:
            catalogue.write(f'{plural}msgstr[0] "{words}"\nmsgstr[1] "{words}"\n')
    dari = language_of_code("fa_AF")
    monkeypatch.setattr("booking.languages.catalogue.LANGUAGES", (dari,))
    domain = PoDomain(tmp_path)
    with speaking(dari):
        texts = domain.get_translations()
    assert texts.ngettext("%(num)s day", "%(num)s days", 3) == "%(num)s روز"


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
        ([("ar-SY", 1), ("en", 0.9)], "ar"),
        ([("it", 1), ("EN-us", 0.5)], "en"),
        ([("en", 0.3), ("uk-UA", 0.8)], "uk"),
        ([("en", 0), ("tr", 0.1)], "tr"),
        ([("tlh", 1)], "de"),
        ([("*", 1)], "de"),
        ([("de-AT", 1)], "de"),
        ([("de-simple", 1)], "de@simple"),
        ([("prs", 1)], "fa_AF"),
        ([("prs-AF", 1)], "fa_AF"),
        ([("fa-AF", 1)], "fa_AF"),
        ([("fa-Arab-AF", 1)], "fa_AF"),
        ([("fa_AF", 1)], "fa_AF"),
        ([("fa-IR", 1)], "fa"),
        ([("pes", 1)], "fa"),
        ([("kmr", 1)], "ku"),
        ([("kmr-Latn-TR", 1)], "ku"),
        ([("ku-SY", 1)], "ku"),
        ([("ckb-IQ", 1), ("ar-IQ", 0.8)], "ar"),
        ([("pus", 1)], "ps"),
        ([("ps-AF", 1)], "ps"),
        ([("tir", 1)], "ti"),
        ([("ti-ER", 1)], "ti"),
        ([("som", 1)], "so"),
        ([("so-SO", 1)], "so"),
        ([("fr-CM", 1)], "fr"),
        ([("ru-RU", 1), ("uk", 0.9)], "ru"),
    ],
)
def test_the_browser_is_understood(accepted, code):
    assert language_from_browser(accepted).code == code


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        ([("prs", 1), ("en", 0.9)], "fa"),
        ([("ti", 1), ("en", 0.9)], "en"),
        ([("ti", 1)], "de"),
    ],
)
def test_a_language_switched_off_gives_way_to_a_near_one_or_the_next(accepted, code):
    in_use = [language_of_code(one) for one in ("de", "en", "fa")]
    assert language_from_browser(accepted, among=in_use).code == code


def test_what_a_real_browser_sends_is_understood(app):
    sent = {"Accept-Language": "it;q=0.9,prs-AF;q=0.7,*;q=0.1"}
    with app.test_request_context(headers=sent):
        assert language_from_browser(request.accept_languages).code == "fa_AF"


def test_addresses_name_languages_in_small_letters():
    variants = [Language("de@simple", ""), Language("fa_AF", "")]
    assert [one.path for one in variants] == ["de-simple", "fa-af"]
    assert [one.tag for one in variants] == ["de-simple", "fa-AF"]
    assert [one.locale for one in variants] == ["de", "fa_AF"]
    assert [one.direction for one in variants] == ["ltr", "rtl"]
    assert language_of_path("ar") == language_of_code("ar")
    assert language_of_path("AR") is None
    assert language_of_code("tlh").code == "de"
