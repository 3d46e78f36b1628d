"""Is a name found however somebody's keyboard writes it?"""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.services.spelling import is_part_of, plain

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("celik", "Élodie Çelik"),
        ("ELODIE", "e\u0301lodie çelik"),
        ("ismail isik", "\u0130smail I\u015f\u0131k"),
        ("strasse", "Straße"),
        ("mithal", "Nour Al-Mithal"),
        ("al mithal", "Nour Al-Mithal"),
        ("oneill", "Sean O\u2019Neill"),
        ("beispiel amal", "Amal Beispiel"),  # as an office writes: family name first
        ("minak", "Dilan Mînak"),
        # Arabic: without vowel signs, hamza, the dots of a final letter
        (
            "\u0627\u062d\u0645\u062f",
            "\u0623\u062d\u0645\u062f \u0639\u064e\u0644\u064a",
        ),
        ("\u0641\u0627\u0637\u0645\u0647", "\u0641\u0627\u0637\u0645\u0629"),
        (
            "\u0639\u0644\u064a",
            "\u0639\u0644\u06cc \u0631\u0636\u0627",
        ),  # a Persian yeh
        ("\u0645\u062d\u0645\u062f", "\u0645\u062d\u0640\u0640\u0645\u062f"),
        ("\u06a9\u0631\u064a\u0645", "\u0643\u0631\u064a\u0645"),
        # Cyrillic
        ("алексей", "АЛЕКСЕЙ"),
        ("елена", "Ёлена"),
    ],
)
def test_somebody_is_found_however_her_name_is_written(typed, name):
    assert is_part_of(typed, name)
    assert is_part_of(plain(typed), plain(name))


@pytest.mark.parametrize(
    ("typed", "name"),
    [("amal muster", "Amal Beispiel"), ("ali", "Amal"), ("Олена", "Оксана")],
)
def test_another_name_is_not_taken_for_hers(typed, name):
    assert not is_part_of(typed, name)


@given(NAMES)
def test_a_name_is_found_by_itself_in_every_form_of_unicode(name):
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert plain(unicodedata.normalize(form, name)) == plain(name)
    assert plain(plain(name)) == plain(name)
