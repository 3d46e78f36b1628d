"""Is the topic asked once it is booked, kept, and shown to nobody who has the link?"""

import pytest

from booking.models import IN_PERSON, Appointment, JournalEntry, Topic, db
from booking.services import appointments


def topic():
    db.session.rollback()
    return db.session.query(Appointment).one().topic


def topic_page(visitor, token):
    return visitor.get(f"/de/a/{token}/topic")


def test_the_first_answer_is_that_she_would_rather_say_it_in_person(visitor, token):
    options = topic_page(visitor, token).form("/topic").options["topic"]
    assert options == [IN_PERSON, *Topic]


@pytest.mark.parametrize("answer", Topic)
def test_she_says_a_topic_and_reads_once_what_to_bring(visitor, token, answer):
    page = visitor.send(topic_page(visitor, token).form("/topic"), topic=answer)
    assert (page.status, topic()) == (200, answer)
    assert page.all("li")
    word = answer.replace("_", "-")
    links = [one.get("href") for one in page.all("a")]
    assert f"/de/help/{word}" in links


def test_behind_the_link_nobody_reads_it_afterwards(visitor, token):
    asked = topic_page(visitor, token)
    visitor.send(asked.form("/topic"), topic="health")
    page = visitor.get(f"/de/a/{token}")
    assert page.link("/topic")
    assert "help/health" not in page.all("main")[0].text
    assert topic_page(visitor, token).form("/topic").fields.get("topic") is None


def test_what_she_would_rather_say_herself_is_noted_too(visitor, token):
    before = visitor.get(f"/de/a/{token}").text
    page = visitor.send(topic_page(visitor, token).form("/topic"), topic=IN_PERSON)
    assert (page.status, topic()) == (200, IN_PERSON)
    assert visitor.get(f"/de/a/{token}").text != before


def test_she_may_change_her_mind(visitor, token):
    for answer in ("work", "housing", IN_PERSON):
        visitor.send(topic_page(visitor, token).form("/topic"), topic=answer)
    assert topic() == IN_PERSON
    assert db.session.query(Appointment).one().sequence == 0


def test_no_answer_and_a_made_up_one_are_asked_again(visitor, token):
    form = topic_page(visitor, token).form("/topic")
    assert visitor.send(form).status == 422
    form.fields["topic"] = "politics"
    page = visitor.send(form)
    assert (page.status, topic()) == (422, "")
    assert page.error_at("topic")


def test_a_program_that_fills_in_every_field_says_nothing(visitor, token):
    form = topic_page(visitor, token).form("/topic")
    assert visitor.send(form, topic="work", website="x").status == 422


def test_the_journal_says_that_she_chose_but_not_what(visitor, token):
    visitor.send(topic_page(visitor, token).form("/topic"), topic="health")
    lines = [repr(vars(row)) for row in db.session.query(JournalEntry)]
    assert not [line for line in lines if "health" in line]


def test_what_is_cancelled_has_no_topic_to_choose(visitor, token, now):
    form = topic_page(visitor, token).form("/topic")
    uuid = db.session.query(Appointment.uuid).scalar()
    appointments.cancel(uuid, now=now.now())
    page = visitor.send(form, topic="work")
    assert (page.heading, topic()) == (visitor.get(f"/de/a/{token}").heading, "")
    assert topic_page(visitor, token).heading == page.heading
