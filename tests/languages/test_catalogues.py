"""Are the catalogues complete and sound, and would we see it if they were not?"""

import gettext
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog

from booking.languages import coverage_of
from tests.catalogues import CODES, faults_of, missing, read, template, texts, update

TRANSLATIONS = Path(__file__).resolve().parents[2] / "translations"
HEAD = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    '"Plural-Forms: nplurals={};\\n"\n\n'
)


@pytest.mark.parametrize("code", CODES)
def test_every_text_for_clients_is_there_in_words_of_its_own(code):
    assert missing(TRANSLATIONS, code) == []


@pytest.mark.parametrize("code", CODES)
def test_what_is_translated_is_sound(code):
    assert list(faults_of(read(TRANSLATIONS, code), code)) == []


@pytest.mark.parametrize("code", CODES)
def test_the_head_counts_as_the_language_does(code):
    """Each number has the form that CLDR gives it, in the order in which CLDR lists."""
    catalogue = read(TRANSLATIONS, code)
    form = gettext.c2py(catalogue.plural_expr)
    category = Locale.parse(code.partition("@")[0]).plural_form
    pairs = sorted({(form(number), category(number)) for number in range(1000)})
    said = [one for _, one in pairs]
    order = ["zero", "one", "two", "few", "many", "other"]
    assert said == [one for one in order if one in said]
    assert [number for number, _ in pairs] == list(range(catalogue.num_plurals))


@pytest.mark.parametrize("code", CODES)
def test_the_head_says_whose_language_it_is_and_whether_a_speaker_read_it(code):
    head = dict(read(TRANSLATIONS, code).mime_headers)
    assert head["Language"] == code
    assert coverage_of(TRANSLATIONS, code).reviewed != "unknown"


def test_what_only_staff_read_stands_in_their_catalogues_alone():
    german, arabic = (len(texts(read(TRANSLATIONS, one))) for one in ("de", "ar"))
    assert german > arabic == len(texts(template(TRANSLATIONS, "ar")))


# (language, what the sources say, what the catalogue says, what is wrong with it)
PLANTED = [
    ("fr", "Hello %(name)s", "Bonjour", "lacks %(name)s"),
    ("fr", "Hello %(name)s", "Bonjour %(nom)s, %(name)s", "makes up %(nom)s"),
    ("fr", "Hello %(name)s", "%(name)s %(name", "a % that is no placeholder"),
    ("fr", "All of it", "100 % du tout", "a % that is no placeholder"),
    ("fr", "Come in.", "Entrez", "ends in “z”, not as the source does"),
    ("fr", "Come in", "Entrez.", "ends in “.”, not as the source does"),
    ("fr", "Come in?", "Entrez.", "ends in “.”, not as the source does"),
    ("fr", "Come in", "Come in", "left in English"),
    ("fr", "Come in", " Entrez", "other blanks at its ends"),
    ("fr", "Come in", "Entrez ", "other blanks at its ends"),
    ("fr", "Come in", "<b>Entrez</b>", "other markup than in the source"),
    ("fr", "Come <b>in</b>", "Entrez", "other markup than in the source"),
    ("fr", "Come in", "Entrez&nbsp;donc", "other markup than in the source"),
    ("de", ("a day", "%(num)s days"), ("ein Tag", "Tage"), "lacks %(num)s"),
    # 21 is counted as 1 in Ukrainian, and 0 as 1 in French.
    ("uk", ("a day", "%(num)s days"), ("один", "%(num)s", "%(num)s"), "lacks %(num)s"),
    ("fr", ("a day", "%(num)s days"), ("un jour", "%(num)s jours"), "lacks %(num)s"),
    ("uk", ("a day", "%(num)s days"), ("%(num)s", "%(num)s"), "2 forms, not 3"),
    ("ar", ("a day", "%(num)s days"), ("%(num)s",) * 5, "5 forms, not 6"),
]


@pytest.mark.parametrize(("code", "source", "words", "fault"), PLANTED)
def test_a_planted_fault_is_found(code, source, words, fault):
    catalogue = one_text(code, source, words)
    [found] = faults_of(catalogue, code)
    assert found.endswith(f": {fault}")


@pytest.mark.parametrize(
    ("code", "source", "words"),
    [
        ("ar", "Why?", "لماذا؟"),
        ("ti", "Come in.", "እተዉ።"),
        ("fr", "Why?", "Pourquoi\u00a0?"),
        ("de", "Name", "Name"),
        ("de", "%(number)s min", "%(number)s Min."),
        ("de", "“Come in.”", "„Herein.“"),
        ("ar", ("a day", "%(num)s days"), ("لا", "يوم", "يومان", *["%(num)s"] * 3)),
        ("de", ("a day", "%(num)s days"), ("ein Tag", "%(num)s Tage")),
        ("fr", "Nothing yet.", ""),
    ],
)
def test_what_is_right_is_let_through(code, source, words):
    assert list(faults_of(one_text(code, source, words), code)) == []


def test_a_guess_is_found():
    catalogue = read(TRANSLATIONS, "fr")
    catalogue.add("Come in", "Entrez", flags={"fuzzy"})
    assert "“Come in”: fuzzy, that is a guess" in faults_of(catalogue, "fr")


def test_what_no_source_says_any_more_is_found(tmp_path):
    path = tmp_path / "fr" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_text(
        HEAD.format("2; plural=(n > 1)") + '#~ msgid "Gone"\n#~ msgstr "Parti"\n'
    )
    assert list(faults_of(read(tmp_path, "fr"), "fr")) == ["“Gone”: obsolete"]


def test_a_missing_text_is_found_even_if_another_language_has_it(tmp_path, monkeypatch):
    write(tmp_path / "messages.pot", {"One": "", "Two": ""})
    write(
        tmp_path / "de" / "LC_MESSAGES" / "messages.po", {"One": "Eins", "Two": "Zwei"}
    )
    plain = tmp_path / "de@simple" / "LC_MESSAGES" / "messages.po"
    write(plain, {"One": "eins", "Two": ""})
    assert missing(tmp_path, "de") == []
    assert missing(tmp_path, "de@simple") == ["“Two”"]
    write(plain, {"One": "eins"})
    assert missing(tmp_path, "de@simple") == ["“Two”"]
    monkeypatch.setattr("tests.catalogues.CODES", ("de@simple",))
    update(tmp_path)
    assert 'msgid "Two"\nmsgstr ""' in plain.read_text()
    assert 'msgid "One"\nmsgstr "eins"' in plain.read_text()


def one_text(code, source, words):
    catalogue = Catalog(locale=code)
    catalogue.mime_headers = read(TRANSLATIONS, code).mime_headers
    catalogue.add(source, words)
    return catalogue


def write(path, words):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        HEAD.format("2; plural=(n != 1)")
        + "\n".join(f'msgid "{a}"\nmsgstr "{b}"\n' for a, b in words.items())
    )
