"""Does a client's own link lead to her own counsellor, and show nothing of her?"""

from datetime import date
from urllib.parse import urlsplit

import pytest

from booking.models import (
    Appointment,
    JournalEntry,
    PersonalLink,
    Status,
    VisitRequest,
    db,
)
from booking.services import appointments, personal_links
from booking.services.links import UnknownLink
from booking.services.office import decide
from booking.services.writing import write_session
from tests import make

NAME = "Selam Geheim"


@pytest.fixture
def client(now, office):
    return make.client(office.counsellor)


@pytest.fixture
def path(client, office, now):
    """Give the address of the client's link, without the host."""
    url = personal_links.create(client.uuid, by=office.counsellor, now=now.now())
    return urlsplit(url).path


def german(path):
    return f"/de{path.removeprefix('/ar')}"


def begin(visitor, path):
    """Press the one button behind the link."""
    return visitor.send(visitor.get(german(path)).form("/book/place"))


def book(visitor, page, **answers):
    page = visitor.send(page.form("/language"), place="office")
    page = visitor.send(page.form("/day"), language="de", interpreter="no")
    links = [one.get("href") for one in page.all("a")]
    page = visitor.get(
        next(link for link in links if link and "day=2027-03-04" in link)
    )
    page = visitor.send(page.form("/you"), time="09:00")
    typed = {"name": "Selam", "reach": "none"} | answers
    page = visitor.send(page.form("/check"), **typed)
    return visitor.send(page.form("/appointment"))


def test_the_link_is_made_in_the_clients_language(path):
    assert path.startswith("/ar/with/")


def test_a_client_books_with_her_own_counsellor(visitor, path, client, office):
    for _ in range(3):
        make.counsellor()
    page = book(visitor, begin(visitor, path))
    assert page.status == 200
    row = db.session.query(Appointment).one()
    assert (row.client_id, row.status) == (client.id, Status.BOOKED)


def test_the_page_behind_the_link_names_nobody_and_lists_nothing(
    visitor, path, client, office, now
):
    choice = make.choice(make.at(date(2027, 3, 4), 9), client=client.id)
    appointments.book(choice, make.person(), now=now.now())
    page = visitor.get(german(path))
    assert (page.status, len(page.forms)) == (200, 1)
    for told in (NAME, "Ayla", "K7-42", "09:00", "2027"):
        assert told not in page.html
    assert page.headers["Cache-Control"] == "no-store"


def test_the_secret_does_not_travel_on(visitor, path):
    secret = path.rpartition("/")[2]
    page = begin(visitor, path)
    assert secret not in page.html
    page = visitor.send(page.form("/language"), place="office")
    assert secret not in page.html


def test_a_picture_code_asks_for_the_language_and_keeps_the_link(visitor, path):
    secret = path.rpartition("/")[2]
    page = visitor.get(f"/with/{secret}")
    links = [one.get("href") for one in page.all("a")]
    assert {f"/de/with/{secret}", path, f"/en/with/{secret}"} <= set(links)


def test_another_language_can_be_chosen_without_losing_the_link(visitor, path):
    links = [one.get("href") for one in visitor.get(path).all("a")]
    assert path.removeprefix("/ar") in links


def test_unknown_and_revoked_links_look_the_same(visitor, path, client, office, now):
    unknown = visitor.get("/de/with/nothing")
    (link,) = personal_links.links_of(client.id)
    personal_links.revoke(link.uuid, by=office.counsellor, now=now.now())
    revoked = visitor.get(german(path))
    assert (revoked.status, revoked.text) == (404, unknown.text)
    assert visitor.get(path.removeprefix("/ar")).status == 404
    assert personal_links.links_of(client.id) == []
    with pytest.raises(UnknownLink):
        personal_links.link_behind(path.rpartition("/")[2])


def test_a_link_revoked_on_the_way_books_for_no_file(
    visitor, path, client, office, now
):
    page = begin(visitor, path)
    (link,) = personal_links.links_of(client.id)
    personal_links.revoke(link.uuid, by=office.counsellor, now=now.now())
    assert book(visitor, page).status == 200
    assert db.session.query(Appointment).one().client_id is None


@pytest.mark.parametrize("typed", ["x", "\x00", "a.b.c", "ß" * 99])
def test_nobody_writes_a_reference_by_hand(visitor, office, now, typed):
    page = visitor.get(
        f"/de/book/day?place=office&language=de&interpreter=no&own={typed}"
    )
    assert page.status == 200


def test_a_reference_is_good_for_a_day(visitor, path, now):
    page = begin(visitor, path)
    now.move(hours=25)
    assert book(visitor, page).status == 200


def test_who_must_be_discreet_gets_nothing_to_take_along(visitor, office, now):
    discreet = make.client(office.counsellor, discreet=True)
    url = personal_links.create(discreet.uuid, by=office.counsellor, now=now.now())
    page = book(visitor, begin(visitor, urlsplit(url).path))
    links = [one.get("href") or "" for one in page.all("a")]
    assert not [link for link in links if link.endswith((".ics", "/slip"))]
    assert "QR" not in page.html


def test_a_wish_for_a_visit_goes_to_her_file_too(visitor, path, client, office):
    page = visitor.send(begin(visitor, path).form("/language"), place="home")
    page = visitor.send(page.form("/visit"), language="de", interpreter="no")
    page = visitor.send(page.form("/address"), weekdays=["1"], parts=["morning"])
    page = visitor.send(page.form("/contact"), door_street="Musterstraße 7")
    page = visitor.send(page.form("/summary"), name="Selam", reach="none")
    visitor.send(page.form("/wish"))
    row = db.session.query(VisitRequest).one()
    assert (row.client_id, row.own_counsellor_id) == (client.id, office.counsellor)


def test_giving_and_revoking_a_link_is_written_down(path, client, office, now):
    (link,) = personal_links.links_of(client.id)
    for _ in range(2):
        personal_links.revoke(link.uuid, by=office.counsellor, now=now.now())
    deeds = [row.deed for row in db.session.query(JournalEntry)]
    assert deeds == ["give a link", "revoke a link"]
    assert db.session.query(PersonalLink).one().revoked_at == now.now()


def test_the_address_for_paper_has_no_language(client, path):
    (link,) = personal_links.links_of(client.id)
    assert personal_links.qr_url_of(link).endswith(path.removeprefix("/ar"))
    assert personal_links.url_of(link).endswith(path)


def test_while_online_booking_is_off_the_link_says_call_us(visitor, path, now):
    with write_session() as session:
        decide(session, now=now.now(), online_booking=False)
    page = visitor.get(german(path))
    assert page.forms == []
    assert "tel:" in page.html
