"""Is every page, in every language, a page that everybody can read?

Every address of the application is opened with arguments made here; an address
that this module cannot fill in fails, so that no new page goes unread.
"""

import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from booking.languages import LANGUAGES, OWN_NAMES, language_of_code
from booking.languages.coverage import STAFF_LANGUAGES
from booking.models import (
    Appointment,
    Doorstep,
    Interpreter,
    Letter,
    OpenHour,
    OpeningHours,
    PersonalLink,
    Reach,
    Role,
    StaffMember,
    Status,
    Stop,
    Subscription,
    Topic,
    VisitRequest,
    VisitState,
    Waiting,
    WaitingKind,
    WaitingState,
    WalkInState,
    db,
)
from booking.services import (
    appointments,
    feeds,
    personal_links,
    texts,
    visits,
    waiting,
    walk_ins,
)
from booking.services.waiting import Place
from booking.services.writing import write_session
from tests import make
from tests.services import visiting
from tests.web.reading import Page, Visitor

CHOICES = "place=office&language=de&interpreter=no"
AT_HOME = "place=home&language=ar&interpreter=yes"
QUERIES = {
    "client.day": (f"?{CHOICES}", "?place=phone&language=ti&interpreter=yes"),
    "client.time": (f"?{CHOICES}&day=2027-03-05",),
    "client.language": ("?place=office", "?place=home"),
    "client.visit": (f"?{AT_HOME}", f"?{AT_HOME}&weekdays=1&from_day=2027-03-09"),
    "client.address": (f"?{AT_HOME}&weekdays=0&weekdays=3&parts=midday",),
    "client.move": ("", "?day=2027-03-05"),
    "client.wait": (f"?{CHOICES}",),
    "client.call_back": (f"?{CHOICES}",),
    "counsellor.follow_up": ("", "?from=2027-03-15&place=phone"),
    "counsellor.today": ("", "?handed-over=yes"),
}
OF_INTERPRETERS = ("client.interpreting", "client.back_to_interpreting")
NOT_PAGES = {
    *("static", "client.calendar_entry", "feeds.feed"),
    *("client.office_file", "client.security_contact"),
    *("coordinator.gpx", "coordinator.geojson"),
    *("health.live", "health.ready", "health.metrics"),  # for machines
}
# Whom our pages send people to: authorities and helplines, nobody else.
LEADS_AWAY = {
    "https://www.dwd.de/",
    *("https://bamf-navi.bamf.de", "https://www.vhs-lernportal.de"),
    *("https://learngerman.dw.com", "https://www.arbeitsagentur.de"),
    *("https://www.anerkennung-in-deutschland.de", "https://www.faire-integration.de"),
    *("https://www.make-it-in-germany.com", "https://familienportal.de"),
    *("https://www.rundfunkbeitrag.de", "https://www.mieterbund.de"),
    *("https://help.unhcr.org/germany", "https://handbookgermany.de"),
    *("https://www.116117.de", "https://www.hilfetelefon.de"),
    *("https://www.telefonseelsorge.de", "https://integreat.app"),
    *("https://www.baden-wuerttemberg.datenschutz.de",),
    *("https://barrierefreiheit-bw.de", "https://bw-medial-barrierefrei.de"),
}
CONTROLS = {"input", "select", "textarea"}
LEFTOVERS = re.compile(
    r"%\(\w+\)|\{\{|\}\}|\{%|%\}|\bNone\b|\bTrue\b|\bFalse\b|&amp;\w+;|Undefined|<bound"
    r"|\blazy_|object at 0x"
)


@pytest.fixture
def arguments(token, office, now):
    """What may stand in an address, by the name of the variable."""
    link = personal_links.create(
        make.client(office.counsellor).uuid, by=office.counsellor, now=now.now()
    )
    asked = make.asked_interpreter(now.now())
    return {
        "token": token,
        "secret": link.rpartition("/")[2],
        "_page": "you",
        "_noun": "cancellation",
        "topic": "childcare-and-school",
        **{f"token of {endpoint}": asked for endpoint in OF_INTERPRETERS},
    }


@pytest.fixture
def staff_arguments(browser_like, office, now):
    """Sign in somebody with every role, and give what her pages are about."""
    with write_session() as session:
        row = session.get(StaffMember, office.counsellor)
        row.roles = frozenset(Role)
    make.sign_in(browser_like, office.counsellor)
    choice = make.choice(
        make.at(date(2027, 3, 4), 9), booked_by=office.counsellor, key="staff"
    )
    person = make.person(reach=Reach.CALL, phone="+49 7161 1234")
    way = appointments.book(choice, person, now=now.now())
    make.asked_interpreter(now.now(), way.appointment.uuid)
    file = make.client(office.counsellor)
    release = make.release(make.signed_in(office.counsellor), file, now)
    personal_links.create(file.uuid, by=office.counsellor, now=now.now())
    wish = make.wish()
    way_on_the_list = waiting.join(
        Place(
            key="list",
            kind=WaitingKind.CALL_BACK,
            wish=wish,
            letter_language="de",
            until=date(2027, 3, 30),
            client=file.id,
        ),
        person,
        now=now.now(),
    )
    feeds.subscribe(office.counsellor, "phone", now=now.now())
    job = visits.plan(
        [date(2027, 3, 4)],
        {office.counsellor: "car"},
        seconds=1,
        by=office.counsellor,
        now=now.now(),
    )
    return {
        "day": "2027-03-04",
        "appointment": str(way.appointment.uuid),
        "job": str(job),
        "letter": str(
            db.session.query(Letter.uuid).filter_by(kind="confirmation").scalar()
        ),
        "interpreter": str(db.session.query(Interpreter.uuid).first()[0]),
        "waiting": str(way_on_the_list.waiting.uuid),
        "reference": file.reference,
        "release": str(release),
        "source": str(
            make.busy(
                office.counsellor,
                (make.at(date(2027, 3, 4), 9), make.at(date(2027, 3, 4), 10)),
                warnings={"refused_rule": 3, "unknown_zone": 1},
            ).uuid
        ),
        "link": str(db.session.query(PersonalLink.uuid).scalar()),
        **between_appointments(office.counsellor, file, now),
        "_subscription": str(db.session.query(Subscription.uuid).scalar()),
        "_noun": None,
        "wish": str(
            visiting.wish(
                now, taken_by=office.counsellor, client=file.id, own=office.counsellor
            ).request.uuid
        ),
        "other": str(visiting.wish(now).request.uuid),
        **a_door_that_stayed_closed(office.counsellor, now),
        "away": str(uuid4()),
        "_way": str(way.appointment.uuid),
        "slug": "help-residence",
        "written_in": "ar",
        "_told": make.feedback(),
        "passkey": str(uuid4()),
        "member": str(db.session.get(StaffMember, make.staff_member(Role.HEAD)).uuid),
        "key": make.sign_in_link(now),
        **opened_in_emergencies(office.counsellor, file, now),
        "line": str(db.session.query(OpeningHours.uuid).first()[0]),
        "counsellor": str(db.session.get(StaffMember, office.counsellor).uuid),
    }


def a_door_that_stayed_closed(counsellor, now):
    """Let a visit of today be over, and somebody live next door."""
    visiting.town(now)
    closed, near = (visiting.wish(now, number).request.uuid for number in (5, 6))
    make.visit_published(closed, counsellor, now.now() + timedelta(minutes=1))
    with write_session() as session:
        stop = session.query(Stop).order_by(Stop.id.desc()).first()
        stop.doorstep = Doorstep(left_at=now.now())
        stop.visit_request.point = (48.7075, 9.66)
        beside = session.query(VisitRequest).filter_by(uuid=near).one()
        beside.point, beside.minutes, beside.reach = (48.7085, 9.66), 15, Reach.CALL
        beside.phone = "+49 7161 1234"
        return {
            "stop": str(stop.uuid),
            "day of coordinator.near": str(now.now().date()),
        }


def opened_in_emergencies(counsellor, file, now):
    """Let her open a stranger's file, and a stranger hers."""
    stranger = make.counsellor(languages=("fr",))
    make.opened_file(make.signed_in(stranger), file, now)
    theirs = make.client(stranger, reference="K7-99", name="Nur Geheim")
    opening = make.opened_file(make.signed_in(counsellor), theirs, now)
    return {"opening": str(opening)}


def between_appointments(counsellor, file, now):
    """Let somebody walk in and something be noted; give what their pages are about."""
    person = make.signed_in(counsellor)
    came = [make.walk_in(person, now, topic=Topic.HEALTH) for _ in range(4)]
    walk_ins.call_next(person, now=now.now())
    heard = walk_ins.Heard(language="ti", topic=Topic.WORK, file=file.reference)
    walk_ins.describe(person, came[0].uuid, heard, now=now.now())
    walk_ins.end(person, came[1].uuid, WalkInState.LEFT, now=now.now())
    make.open_hour(now)
    contact = make.short_contact(person, now, note="x", file=file.reference)
    return {
        "walk_in": str(came[0].uuid),
        "contact": str(contact),
        "open_hour": str(db.session.query(OpenHour.uuid).scalar()),
    }


def addresses(app, language, arguments, *, staff=False):
    """Yield every address that can be opened by GET, in one language."""
    values = arguments | {"lang": language.path}
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.endpoint in NOT_PAGES:
            continue
        if rule.rule.startswith("/staff") != staff:
            continue
        if "_noun" in rule.arguments and values["_noun"] is None:
            continue  # these lead back to the page before
        missing = rule.arguments - set(values)
        assert not missing, f"say here how to fill in {rule}: {missing}"
        own = {
            n: values.get(f"{n} of {rule.endpoint}", values[n]) for n in rule.arguments
        }
        with app.test_request_context():
            path = app.url_map.bind("localhost").build(rule.endpoint, own)
        for query in QUERIES.get(rule.endpoint, ("",)):
            yield path + query


def pages_after_typing(visitor):  # noqa: PLR0915 - one walk through all of them
    """Yield the pages that only a form leads to: right ones, and every complaint."""
    talk = {"language": "ar", "time": "11:00"}
    you = visitor.you_page(**talk)
    yield you
    complaint = visitor.send(you.form("/check"), people="0")
    assert complaint.status == 422
    yield complaint
    by_phone = visitor.you_page(place="phone", time="10:00")
    yield by_phone
    yield visitor.send(by_phone.form("/check"))
    check = visitor.send(you.form("/check"), name="Amal", reach="none")
    yield check
    taken = you.form("/check")
    taken.fields |= {"time": "09:00", "name": "Amal", "reach": "none"}
    page = visitor.send(taken)
    page = visitor.send(page.form("/appointment"))
    assert page.status == 409
    yield page
    find = visitor.open("find").form("/find")
    yield visitor.send(find, code="ABCDE")
    done = visitor.send(check.form("/appointment"))
    yield done
    move = visitor.get(f"{done.link('/move')}?day=2027-03-05").form("/new-time")
    yield visitor.send(move)
    move.fields = {"slot": "2027-03-04T09:00"}
    page = visitor.send(move)
    assert page.status == 409
    yield page
    cancelled = visitor.send(visitor.get(done.link("/cancel")).form("/cancellation"))
    yield cancelled
    yield visitor.get("/nothing", **{"Accept-Language": visitor.language})
    yield from pages_for_everybody(visitor)
    yield visitor.open("book/time")


def pages_of_waiting(visitor, counsellor, now):
    """Yield every page of somebody who waits, and of what her letters lead to."""
    form = visitor.open(f"book/wait?{CHOICES}").form("/waiting")
    yield visitor.send(form)
    answers = {"name": "Amal", "reach": "email", "email": "amal@example.org"}
    listed = visitor.send(form, **answers)
    yield listed
    own = listed.link("/cancel").removesuffix("/cancel")
    yield visitor.get(f"{own}/cancel")
    call = visitor.open(f"book/call?{CHOICES}").form("/call-back")
    yield visitor.send(call, phone="x")
    called = visitor.send(call, name="Amal", phone="07161 12345")
    yield called
    theirs = called.link("/cancel").removesuffix("/cancel")
    yield visitor.get(f"{theirs}/cancel")
    for state in (one for one in WaitingState if one != WaitingState.OPEN):
        with write_session() as session:
            for row in session.query(Waiting):
                row.state = state
        yield from (visitor.get(page) for page in (own, theirs))
    make.closed(make.at(date(2027, 3, 1), 0), make.at(date(2027, 6, 1), 0))
    yield visitor.open(f"book/day?{CHOICES}")


def pages_of_an_appointment(visitor, counsellor, now):
    """Yield what an appointment's own page says, whatever became of it."""
    answers = {"name": "Amal", "reach": "email", "email": "amal@example.org"}
    page = visitor.booked_page(day="2027-03-18", time="11:00", answers=answers)
    own = page.link("/move").removesuffix("/move")
    yield visitor.send(page.form("/earlier"))
    topic = visitor.get(f"{own}/topic").form("/topic")
    yield visitor.send(topic)
    for answer in ("in_person", "work"):
        yield visitor.send(topic, topic=answer)
    yield visitor.get(own)
    for facts in (
        {"moved_by_office": False},
        {"moved_by_office": True},
        {"status": Status.CANCELLED, "cancelled_by_office": False},
        {"status": Status.CANCELLED, "cancelled_by_office": True},
        {"status": Status.MISSED},
        {"status": Status.MET},
    ):
        with write_session() as session:
            row = session.query(Appointment).order_by(Appointment.id.desc()).first()
            for name, value in facts.items():
                setattr(row, name, value)
        yield visitor.get(own)


def pages_for_everybody(visitor):
    """Yield every page of help, and what the form about barriers comes to say."""
    yield from (visitor.open(f"help/{texts.word_of(topic)}") for topic in Topic)
    form = visitor.open("accessibility/feedback").form("/feedback")
    complaint = visitor.send(form)
    assert complaint.status == 422
    yield complaint
    yield visitor.send(form, text="The button is too small.")


def pages_of_a_visit(visitor, counsellor):
    """Yield every page on the way to a visit, and what its own page comes to say."""
    days = visitor.days_page(language="ar").form("/address")
    yield visitor.send(days, from_day="2027-02-01")
    door = visitor.door_page(language="ar").form("/contact")
    yield visitor.send(door, door_street="Musterstraße")
    you = visitor.send(door, door_street="Musterstraße 7", downstairs="y")
    yield you
    yield visitor.send(you.form("/summary"), people="0")
    answers = {"name": "Amal", "phone": "07161 12345", "reach": "post"}
    check = visitor.send(you.form("/summary"), **answers)
    yield check
    wished = visitor.send(check.form("/wish"))
    yield wished
    own = wished.link("/cancel").removesuffix("/cancel")
    yield visitor.get(f"{own}/cancel")
    wish = db.session.query(VisitRequest).one().uuid
    make.visit_published(wish, counsellor, datetime(2027, 3, 5, 9, 20, tzinfo=UTC))
    yield from (visitor.get(f"{own}{page}") for page in ("", "/slip", "/cancel"))
    cancel = visitor.get(f"{own}/cancel").form("/cancellation")
    yield visitor.send(cancel)
    for state in (VisitState.MET, VisitState.WITHDRAWN):
        with write_session() as session:
            session.query(VisitRequest).one().state = state
        yield visitor.get(own)


def faults_of(page, language):
    """Say everything that is wrong with a page."""
    yield from faults_of_its_head(page, language)
    yield from faults_of_its_fields(page)
    yield from faults_of_its_links(page)
    if found := LEFTOVERS.search(page.text + page.title):
        yield f"{found.group()} was left over"
    for element in page.elements:
        inline = [n for n in element.attributes if n == "style" or n.startswith("on")]
        if element.tag in {"script", "style", "iframe", "object", "base"} or inline:
            yield f"<{element.tag} {inline}> is forbidden by our own policy"


def faults_of_its_head(page, language):
    root = page.all("html")[0]
    if (root.get("lang"), root.get("dir")) != (language.tag, language.direction):
        yield f"the page says {root.attributes}, not {language.tag}"
    if len(page.all("h1")) != 1:
        yield f"{len(page.all('h1'))} main headings"
    if not page.heading or not page.title.startswith(page.heading + " \u2013 "):
        yield f"the title is {page.title!r}, the heading {page.heading!r}"
    if len(page.all("main")) != 1:
        yield "no <main>, or several"
    ids = [element.get("id") for element in page.elements if element.get("id")]
    yield from (f"id {one} twice" for one in {i for i in ids if ids.count(i) > 1})


def faults_of_its_fields(page):
    labelled = {e.get("for") for e in page.all("label") if e.text}
    for element in page.all(*CONTROLS):
        if element.get("type") != "hidden" and element.get("id") not in labelled:
            yield f"the field {element.attributes} has no label"
    for element in page.all("img"):
        if not element.get("alt"):
            yield "a picture without words"
    for element in page.all("button", "a", "legend", "dt"):
        if not element.text:
            yield f"<{element.tag}> says nothing"
    yield from faults_of_its_references(page)


def faults_of_its_references(page):
    ids = {element.get("id") for element in page.elements}
    for element in page.elements:
        for name in ("for", "aria-describedby", "aria-labelledby"):
            wanted = set((element.get(name) or "").split())
            yield from (f"{name} points to no {one}" for one in wanted - ids)


def faults_of_its_links(page):
    ids = {element.get("id") for element in page.elements}
    for element in page.elements:
        for name in ("href", "src", "action", "srcset", "poster"):
            address = element.get(name)
            if not address or address in LEADS_AWAY:
                if address and element.get("rel") != "noreferrer":
                    yield f"{address} learns where people come from"
                continue
            parts = urlsplit(address)
            if parts.netloc or parts.scheme not in {"", "tel", "mailto", "data"}:
                yield f"{address} leads to somebody else"
            if address.startswith("#") and address[1:] not in ids:
                yield f"{address} leads nowhere"


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_every_page_can_be_read_by_everybody(app, browser_like, arguments, language):
    opened = 0
    for address in addresses(app, language, arguments):
        page = Page(browser_like.get(address, follow_redirects=True))
        asks = address == "/" or address.startswith("/with/")
        shown_in = LANGUAGES[0] if asks else language
        assert (address, page.status) == (address, 200)
        assert (address, *faults_of(page, shown_in)) == (address,)
        opened += 1
    assert opened >= 18


@pytest.mark.parametrize("language", STAFF_LANGUAGES)
def test_every_page_of_staff_can_be_read_in_their_languages(
    app, browser_like, staff_arguments, language
):
    spoken = language_of_code(language)
    opened = 0
    for address in addresses(app, spoken, staff_arguments, staff=True):
        answer = browser_like.get(
            address, follow_redirects=True, headers={"Accept-Language": language}
        )
        page = Page(answer)
        assert (address, page.status) == (address, 200)
        assert (address, *faults_of(page, spoken)) == (address,)
        opened += 1
    assert opened >= 20


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_every_page_behind_a_form_can_be_read_by_everybody(
    browser_like, token, language
):
    for page in pages_after_typing(Visitor(browser_like, language.path)):
        assert list(faults_of(page, language)) == [], page.title


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_every_page_of_a_visit_can_be_read_by_everybody(browser_like, office, language):
    visitor = Visitor(browser_like, language.path)
    read = list(pages_of_a_visit(visitor, office.counsellor))
    assert [list(faults_of(page, language)) for page in read] == [[]] * len(read)
    assert len({page.heading for page in read}) > len(read) // 2


@pytest.mark.parametrize("pages", [pages_of_waiting, pages_of_an_appointment])
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
def test_every_state_of_waiting_and_of_a_time_can_be_read(
    browser_like, office, now, language, pages
):
    visitor = Visitor(browser_like, language.path)
    read = list(pages(visitor, office.counsellor, now))
    assert [list(faults_of(page, language)) for page in read] == [[]] * len(read)
    assert len({page.heading for page in read}) > len(read) // 2


def test_no_page_is_left_in_the_language_of_its_developers(browser_like, token):
    """A sentence in English on a German page would be one we forgot to translate."""
    english = set(sentences(Visitor(browser_like, "en")))
    for language in ("de", "ar"):
        same = english & set(sentences(Visitor(browser_like, language)))
        names = set(OWN_NAMES.values())
        assert {one for one in same if re.search(r"[a-z]{3} [a-z]{3}", one)} <= names


def sentences(visitor):
    for path in (
        "",
        "book",
        "book/language?place=office",
        f"book/visit?{AT_HOME}",
        f"book/address?{AT_HOME}&weekdays=0&parts=midday",
        "find",
        "privacy",
        "imprint",
        "help",
        *(f"help/{texts.word_of(topic)}" for topic in Topic),
        "accessibility/feedback",
    ):
        for element in visitor.open(path).all("p", "h1", "h2", "label", "legend", "li"):
            if element.text:
                yield element.text
    for path in ("accessibility", f"book/day?{CHOICES}"):
        for element in visitor.open(path).all("p", "h1", "h2", "label"):
            yield element.text


PLANTED = {
    "<p>%(name)s</p>": "left over",
    "<p style='x'>y</p>": "forbidden",
    "<script>x</script>": "forbidden",
    "<p onclick='x'>y</p>": "forbidden",
    "<input name='x'>": "no label",
    "<a href='https://example.org/'>x</a>": "somebody else",
    "<img src='data:x'>": "without words",
    "<h1>Again</h1>": "2 main headings",
    "<a href='#gone'>x</a>": "leads nowhere",
    "<p id='main'>x</p>": "twice",
}


def test_the_reader_of_pages_sees_each_of_these_faults(browser_like):
    answer = browser_like.get("/de/")
    sound = answer.get_data(as_text=True)
    for fault, words in PLANTED.items():
        answer.set_data(sound.replace("</main>", f"{fault}</main>"))
        assert any(words in one for one in faults_of(Page(answer), LANGUAGES[0])), fault
