"""Does a counsellor find her own clients' files, and nobody else's?"""

from datetime import date
from uuid import uuid4

import pytest

from booking.models import (
    Appointment,
    Client,
    JournalEntry,
    PersonalLink,
    Reach,
    Role,
    StaffMember,
    db,
)
from booking.services import appointments, personal_links
from booking.services.links import way_to
from tests import make
from tests.web.test_counsellor import Desk, path_of

THURSDAY, FRIDAY = date(2027, 3, 4), date(2027, 3, 5)


@pytest.fixture
def hers(desk, office, now):
    desk.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    make.sign_in(desk, office.counsellor)
    return Desk(desk)


def at_the_front(desk):
    desk.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    make.sign_in(desk, make.staff_member(Role.FRONT_DESK, name="Theo Empfang"))
    return Desk(desk)


def opened(hers, **typed):
    """Open a new file, and return its page."""
    facts = {"name": "Selam Geheim", "reach": "none", "language": "ti"}
    return hers.send(hers.open("clients/new").form("/clients"), **(facts | typed))


def the_client():
    db.session.rollback()
    return db.session.query(Client).one()


def uuid_of(counsellor):
    return str(db.session.get(StaffMember, counsellor).uuid)


def booked(now, start, key=None, **person):
    person = {"reach": Reach.CALL, "phone": "+49 7161 1234"} | person
    choice = make.choice(start, key=key or uuid4().hex)
    return appointments.book(choice, make.person(**person), now=now.now()).appointment


def test_a_new_file_has_a_random_name_and_three_years(hers):
    page = opened(
        hers,
        phone="07161 650 1234",
        counselling_from="2027-02-01",
        address="Musterweg 3\r\n\r\n73033 Göppingen",
        discreet="y",
    )
    client = the_client()
    assert page.heading == f"File {client.reference}"
    assert len(client.reference) == 9
    assert client.counselling_until == date(2030, 1, 31)
    assert client.address == "Musterweg 3\n73033 Göppingen"
    for words in ("Selam Geheim", "07161 6501234", "31 Jan 2030", "Discreet"):
        assert words.replace(" ", "") in page.text.replace("\u00a0", "").replace(
            " ", ""
        ).replace("+497161", "07161")
    assert "Geheim" not in page.title


def test_nothing_typed_is_lost_when_something_is_wrong(hers):
    page = opened(hers, name="", phone="12", counselling_from="2027-02-30")
    assert page.status == 422
    for field in ("name", "phone", "counselling_from"):
        assert page.error_at(field)
    kept = page.form("/clients").fields
    assert (kept["phone"], kept["language"]) == ("12", "ti")
    assert db.session.query(Client).count() == 0


@pytest.mark.parametrize(
    ("until", "complaint"),
    [("2026-01-01", "after the first"), ("2032-01-01", "four years"), ("x", "a day")],
)
def test_counselling_lasts_at_most_four_years(hers, until, complaint):
    page = opened(hers, counselling_from="2027-02-01", counselling_until=until)
    assert page.status == 422
    assert complaint in page.error_at("counselling_until")


def test_a_file_is_changed_and_handed_to_a_colleague(hers, office):
    colleague = make.counsellor()
    opened(hers)
    reference = the_client().reference
    form = hers.open(f"clients/{reference}/change").form("/change")
    assert form.fields["name"] == "Selam Geheim"
    hers.send(form, name="Selam Anders", counsellor=uuid_of(colleague))
    assert the_client().name == "Selam Anders"
    assert the_client().counsellor_id == colleague
    assert hers.open(f"clients/{reference}").status == 404


def test_reading_a_file_leaves_a_line_in_the_journal(hers):
    opened(hers)
    (line,) = db.session.query(JournalEntry).filter_by(deed="read client")
    assert line.about == f"client:{the_client().uuid}"


@pytest.mark.parametrize(
    ("method", "ending"),
    [
        ("get", ""),
        ("get", "/change"),
        ("get", "/links/{link}/card"),
        ("post", "/change"),
        ("post", "/links"),
        ("post", "/links/{link}/revocation"),
    ],
)
def test_a_strangers_file_is_not_found(hers, now, method, ending):
    other = make.counsellor()
    client = make.client(other)
    personal_links.create(client.uuid, by=other, now=now.now())
    link = db.session.query(PersonalLink.uuid).scalar()
    path = f"/staff/clients/{client.reference}{ending.format(link=link)}"
    assert getattr(hers._client, method)(path).status_code in {400, 404}
    token = hers.open("clients/new").form("/clients").fields["csrf_token"]
    if method == "post":
        answer = hers._client.post(path, data={"csrf_token": token})
        assert answer.status_code == 404
    unknown = hers.get("/staff/clients/0000-0000")
    assert unknown.status == 404


@pytest.mark.parametrize(
    "role", [Role.FRONT_DESK, Role.COORDINATOR, Role.ADMIN, Role.HEAD]
)
def test_no_other_role_opens_a_file(desk, office, now, role):
    client = make.client(office.counsellor)
    make.sign_in(desk, make.staff_member(role))
    for path in (f"clients/{client.reference}", "clients/new"):
        assert desk.get(f"/staff/{path}").status_code == 403
    expected = 200 if role is Role.FRONT_DESK else 403
    assert desk.get("/staff/clients").status_code == expected


def test_her_list_finds_by_name_number_and_reference_and_never_a_strangers(hers):
    make.client(make.counsellor(), name="Selam Fremd", reference="AAAA-BBBB")
    opened(hers, phone="07161 650 1234")
    opened(hers, name="Amal Beispiel")
    page = hers.open("clients")
    assert "Fremd" not in page.text
    assert page.text.index("Amal") < page.text.index("Selam")
    reference = db.session.query(Client).order_by(Client.id.desc()).first().reference
    for typed, found, missed in (
        ("geheim", "Selam", "Amal Beispiel"),
        ("0716165012", "Selam", "Amal Beispiel"),
        (reference.lower(), "Amal", "Selam Geheim"),
    ):
        page = hers.send(hers.open("clients").form("/clients/search"), typed=typed)
        assert found in page.text
        assert missed not in page.text
    page = hers.send(hers.open("clients").form("/clients/search"), typed="fremd")
    assert "No client of yours fits" in page.text


def test_the_desk_finds_by_code_name_or_number_and_sees_no_more(desk, office, now):
    row = booked(now, make.at(THURSDAY, 9), name="Amal Beispiel")
    code = way_to(db.session(), row).code
    front = at_the_front(desk)
    called = ("amal  BEISPIEL", f"{code[:5]}-{code[5:]}".lower())
    for typed in (code, *called, "07161 1234"):
        page = front.send(front.open("clients").form("/clients/search"), typed=typed)
        assert "Thursday 4 March" in page.text.replace("\u00a0", " "), typed
        assert "Ayla Sommer" in page.text
        for secret in ("Amal", "Beispiel", "amal@example.org"):
            assert secret not in page.text
        # Of the appointment itself the desk opens nothing; it may only be called off.
        links = [one.get("href") for one in page.all("a")]
        assert [one for one in links if str(row.uuid) in one] == [
            f"/staff/desk/{row.uuid}/cancel"
        ]
    for typed in ("07161 9999", "Amal", "Beispiel", "ABCDEFGHJK"):
        page = front.send(front.open("clients").form("/clients/search"), typed=typed)
        assert "No coming appointment is found" in page.text
    assert db.session.query(JournalEntry).filter_by(deed="look up").count() == 8


def test_the_desk_finds_whoever_has_a_file_by_her_exact_name(hers, now):
    opened(hers)
    row = booked(now, make.at(THURSDAY, 9), name="Somebody", phone="+49 7161 777")
    page = hers.open(path_of(row))
    hers.send(page.form("/file"), reference=the_client().reference)
    front = at_the_front(hers._client)
    page = front.send(
        front.open("clients").form("/clients/search"), typed="selam  GEHEIM"
    )
    assert "Ayla Sommer" in page.text


def test_staff_choose_whose_file_an_appointment_belongs_to(hers, now):
    opened(hers, phone="07161 1234")
    row = booked(now, make.at(THURSDAY, 9), phone="+49 7161 1234")
    assert row.client_id is None
    page = hers.open(path_of(row))
    assert page.form("/file").fields["reference"] == ""
    client = the_client()
    reference = client.reference
    page = hers.send(page.form("/file"), reference=reference)
    db.session.rollback()
    assert db.session.get(Appointment, row.id).client_id == client.id
    assert "4 March" in hers.open(f"clients/{reference}").text.replace("\u00a0", " ")
    hers.send(page.form("/file"), reference="")
    db.session.rollback()
    assert db.session.get(Appointment, row.id).client_id is None


def test_a_strangers_file_cannot_be_given_to_an_appointment(hers, now):
    client = make.client(make.counsellor())
    row = booked(now, make.at(THURSDAY, 9))
    form = hers.open(path_of(row)).form("/file")
    form.fields["reference"] = client.reference
    assert hers._client.post(form.action, data=form.fields).status_code == 404


def test_a_personal_link_is_made_printed_and_ended(hers, office):
    page = opened(hers, language="ar")
    page = hers.send(page.form("/links"))
    card = hers.get(page.link("/card"))
    assert {one.get("lang") for one in card.all("div") if one.get("lang")} == {
        "ar",
        "de",
    }
    (picture,) = card.all("img")
    assert picture.get("src").startswith("data:image/svg+xml")
    (link,) = personal_links.links_of(the_client().id)
    assert personal_links.url_of(link) in card.text
    assert "Geheim" not in card.text
    page = hers.send(page.form("/revocation"))
    assert "End this link" not in page.text
    assert hers.get(f"/staff/clients/{the_client().reference}/links").status == 200


def test_more_than_two_appointments_of_one_contact_are_shown_to_staff(hers, now):
    rows = [booked(now, make.at(THURSDAY, hour)) for hour in (9, 10, 11)]
    page = hers.open(path_of(rows[0]))
    assert "This contact has 3 coming appointments" in page.text
    assert page.link(str(rows[2].uuid))
    assert "this contact has 3 appointments" in hers.open("today").text
    booked(now, make.at(FRIDAY, 9), phone="+49 7161 999")
    (other,) = db.session.query(Appointment).filter_by(starts_at=make.at(FRIDAY, 9))
    assert "This contact has" not in hers.open(path_of(other)).text


def test_booking_for_a_client_fills_in_her_file(hers, office):
    page = opened(hers, phone="07161 650 1234", reach="call", language="ar")
    page = hers.get(
        next(one for one in hers.links(page) if one and "/book?client=" in one)
    )
    form = page.form("/bookings")
    assert form.fields["name"] == "Selam Geheim"
    assert form.fields["reach"] == "call"
    assert form.fields["language"] == "ar"
    slot = form.options["slot"][0]
    hers.send(form, slot=slot, remind="2")
    row = db.session.query(Appointment).one()
    assert (row.client_id, row.remind_days) == (the_client().id, 2)
    assert row.counsellor_id == office.counsellor


def test_a_strangers_file_is_not_booked_for(hers):
    client = make.client(make.counsellor())
    assert hers.open(f"book?client={client.reference}").status == 404


def test_a_caller_may_wish_for_a_woman_and_for_no_reminder(hers):
    page = hers.open("book?woman=yes&place=office&language=de&interpreter=no")
    form = page.form("/bookings")
    slot = form.options["slot"][0]
    typed = {"name": "Amal", "reach": "post", "remind": "-1"}
    page = hers.send(form, slot=slot, **typed)
    assert page.status == 422
    assert page.error_at("address")
    form = page.form("/bookings")
    hers.send(form, address="Musterweg 3\n73033 Göppingen")
    row = db.session.query(Appointment).one()
    assert (row.woman_preferred, row.remind_days) == (True, -1)
    assert row.address == "Musterweg 3\n73033 Göppingen"
