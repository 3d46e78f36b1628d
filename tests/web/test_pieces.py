"""What is made once for everybody, and does nothing of anybody stay in it?"""

import pytest
from flask import render_template_string

from booking.web.remembered import PAGES, PIECES
from tests.web.test_answers import TYPED

ADDRESSES = "booking.addresses"
DAY = "/de/book/day?place=office&language=de&interpreter=no"


def remembered(app):
    """Write down whatever pages remember: what they show, and under what."""
    shelves = (PAGES.name, PIECES.name, ADDRESSES)
    return "".join(str(app.extensions[name]) for name in shelves)


def at_the_questions(visitor, time="09:30"):
    page = visitor.get(DAY)
    page = visitor.get(next(x for x in visitor.links(page) if "day=2027-03-04" in x))
    return visitor.send(page.form("/you"), time=time)


def test_what_somebody_types_is_remembered_nowhere(app, visitor):
    page = at_the_questions(visitor)
    wrong = visitor.send(
        page.form("/check"), **TYPED | {"reach": "email", "email": "amal"}
    )
    right = visitor.send(page.form("/check"), **TYPED, reach="email")
    again = visitor.send(right.form("/you"))
    booked = visitor.send(right.form("/appointment"))
    token = booked.link("/move").split("/")[-2]
    assert (wrong.status, again.status, booked.status) == (422, 200, 200)
    kept = remembered(app)
    assert "remind_email" in kept  # the empty questions
    for typed in (TYPED["name"], TYPED["supporter"], TYPED["email"], "23456789", token):
        assert typed not in kept


def test_the_next_reader_finds_the_questions_empty(visitor):
    first = at_the_questions(visitor)
    visitor.send(first.form("/check"), **TYPED | {"reach": "email", "email": "amal"})
    fresh = at_the_questions(visitor, "10:30").form("/check").fields
    assert (fresh["name"], fresh["people"]) == ("", "1")


def test_every_reader_of_the_first_page_walks_by_a_key_of_her_own(app, visitor):
    keys = {visitor.get("/de/").form("/you").fields["walk"] for _ in range(3)}
    assert len(keys) == 3
    assert not any(key in remembered(app) for key in keys)


def test_a_list_counts_anew_once_a_time_is_taken(visitor):
    before = visitor.get(DAY).text
    at_the_questions(visitor)
    assert visitor.get(DAY).text != before


@pytest.mark.parametrize("name", ["text", "one", "num"])
def test_a_value_in_a_sentence_may_have_any_name_and_is_escaped(app, name):
    with app.test_request_context("/de/"):
        sentence = "{% trans NAME=value %}<b>{{ NAME }}</b> 100%{% endtrans %}"
        shown = render_template_string(sentence.replace("NAME", name), value="<i>")
    assert shown == "<b>&lt;i&gt;</b> 100%"


def test_a_sentence_without_values_may_hold_a_percent_sign(app):
    with app.test_request_context("/de/"):
        assert render_template_string("{% trans %}100%{% endtrans %}") == "100%"
