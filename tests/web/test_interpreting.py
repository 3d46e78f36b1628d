"""Can an interpreter say yes or no, and does her page tell nobody who comes?"""

from datetime import date

import pytest

from booking.models import InterpreterRequest, db
from booking.services import appointments
from tests import make
from tests.web.reading import Visitor

THURSDAY = date(2027, 3, 4)


@pytest.fixture
def talk(now, office):
    choice = make.choice(make.at(THURSDAY, 9), wish=make.wish(language="ar"))
    person = make.person(phone="+49 7161 1234")
    return appointments.book(choice, person, now=now.now()).appointment


@pytest.fixture
def path(now, talk):
    return f"/de/i/{make.asked_interpreter(now.now(), talk.uuid)}"


def state():
    db.session.rollback()
    return db.session.query(InterpreterRequest).one().state


def test_she_reads_when_where_and_which_languages_and_no_more(visitor, path):
    page = visitor.get(path)
    text = page.text
    for words in ("4. März", "09:00", "09:45", "Deutsch und Arabisch", "Kirchstraße"):
        assert words in text
    for secret in ("Amal", "Beispiel", "amal@example.org", "7161 1234", "Sommer"):
        assert secret not in page.html
    assert page.headers["Cache-Control"] == "no-store"
    assert "noindex" in page.html
    assert "Set-Cookie" not in page.headers


def test_she_says_yes_and_later_that_she_cannot_come_after_all(visitor, path):
    page = visitor.get(path)
    page = visitor.send(next(one for one in page.forms if one.fields["said"] == "yes"))
    assert state() == "confirmed"
    (form,) = page.forms
    assert form.fields["said"] == "no"
    page = visitor.send(form)
    assert state() == "declined"
    assert page.forms == []


def test_looking_at_the_page_answers_nothing(visitor, path):
    for ending in ("", "/answer"):
        assert visitor.get(path + ending).status == 200
    assert state() == "asked"


def test_a_talk_given_up_says_so_and_asks_nothing(visitor, path, talk, now):
    appointments.cancel(talk.uuid, now=now.now())
    page = visitor.get(path)
    assert page.status == 200
    assert page.forms == []
    answer = visitor._client.post(f"{path}/answer", data={"said": "yes"})
    assert answer.status_code == 303
    assert state() == "withdrawn"


def test_a_talk_that_is_over_asks_nothing_and_a_day_later_is_unknown(
    visitor, path, now
):
    now.move(days=3, hours=3)
    assert visitor.get(path).forms == []
    now.move(days=2)
    assert visitor.get(path).status == 404


def test_unknown_links_are_all_the_same(visitor, path):
    pages = [visitor.get(f"/de/i/{one}") for one in ("x", "y" * 43)]
    assert {page.status for page in pages} == {404}
    assert pages[0].html == pages[1].html
    answer = visitor._client.post("/de/i/x/answer", data={"said": "no"})
    assert answer.status_code == 404


def test_an_answer_that_is_neither_yes_nor_no_changes_nothing(visitor, path):
    answer = visitor._client.post(f"{path}/answer", data={"said": "perhaps"})
    assert answer.status_code == 422
    assert state() == "asked"


def test_her_page_speaks_every_language(browser_like, path):
    page = Visitor(browser_like).get(path.replace("/de/", "/ar/"))
    assert page.all("html")[0].get("dir") == "rtl"
    assert page.forms[0].action.startswith("/ar/i/")
