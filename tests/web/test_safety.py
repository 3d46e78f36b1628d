"""What must no page do? Change something by being opened, or tell who is expected."""

import gzip
import io
import logging
import re

import brotli
from sqlalchemy import select

from booking.models import (
    Appointment,
    Base,
    Client,
    Setting,
    Status,
    VisitRequest,
    db,
)
from booking.services.writing import write_session
from tests import make
from tests.web.reading import Visitor

CLIENT = {"name": "Zahra Unverwechselbar", "reach": "call", "phone": "0151 23456789"}
OWN_PAGES = ("", "/move", "/cancel", "/slip", ".ics")
NOUNS = ("/new-time", "/cancellation")


def everything_stored():
    db.session.rollback()
    tables = Base.metadata.sorted_tables
    return {t.name: sorted(map(repr, db.session.execute(select(t)))) for t in tables}


def pages(token):
    yield from ("/", "/de/", "/de/find", "/de/privacy", "/de/imprint")
    yield from ("/de/help", "/de/help/health", "/de/leichte-sprache")
    yield from ("/de/accessibility", "/de/accessibility/feedback")
    yield from ("/de/accessibility/thanks", "/.well-known/security.txt")
    yield from ("/de/book", "/de/book/place", "/de/book/language", "/de/book/day")
    choices = "place=office&language=de&interpreter=no"
    yield from (f"/de/book/day?{choices}", f"/de/book/time?{choices}&day=2027-03-04")
    at_home = "place=home&language=de&interpreter=no"
    yield from (f"/de/book/visit?{at_home}", f"/de/book/address?{at_home}&weekdays=1")
    yield from ("/de/book/you", "/de/book/check", "/de/book/appointment")
    yield from ("/de/book/contact", "/de/book/summary", "/de/book/wish")
    yield from (f"/de/a/{token}{page}" for page in (*OWN_PAGES, *NOUNS))
    yield f"/de/a/{token}/move?day=2027-03-05"


def test_a_mail_scanner_that_opens_every_link_changes_nothing(browser_like, token):
    before = everything_stored()
    assert before["appointment"]
    for path in pages(token):
        for ask in (browser_like.get, browser_like.head, browser_like.options):
            assert ask(path).status_code < 500, path
        assert everything_stored() == before, path


def test_a_mail_scanner_neither_withdraws_a_wish_nor_declines_a_visit(
    browser_like, visitor, office
):
    token = visitor.wished_page().link("/cancel").split("/")[-2]
    wish = db.session.query(VisitRequest).one()
    start = make.at(make.SINCE.replace(month=3, day=4), 9, 20)
    for published in (False, True):
        if published:
            make.visit_published(wish.uuid, office.counsellor, start)
        before = everything_stored()
        for path in (f"/de/a/{token}{page}" for page in (*OWN_PAGES, *NOUNS)):
            for ask in (browser_like.get, browser_like.head, browser_like.options):
                assert ask(path).status_code < 500, path
        assert everything_stored() == before


def test_a_reloaded_deed_leads_back_to_its_page(browser_like, token):
    for noun in NOUNS:
        answer = browser_like.get(f"/de/a/{token}{noun}")
        assert (answer.status_code, answer.location) == (303, f"/de/a/{token}")
    for page in ("you", "check", "appointment"):
        answer = browser_like.get(f"/de/book/{page}")
        assert (answer.status_code, answer.location) == (303, "/de/book/place")


def test_what_no_page_asks_for_is_refused(browser_like, token):
    for path in (f"/de/a/{token}", f"/de/a/{token}/cancel", "/de/privacy", "/"):
        for ask in (browser_like.put, browser_like.delete, browser_like.patch):
            answer = ask(path)
            assert (answer.status_code, "GET" in answer.headers["Allow"]) == (405, True)
    answer = browser_like.post(f"/de/a/{token}/cancel")
    assert answer.status_code == 405


def test_a_wrong_link_an_ended_one_and_a_held_time_look_the_same(
    browser_like, token, visitor, now
):
    visitor.you_page(time="11:00")
    unknown = {
        "never given out": "A" * 43,
        "not even a token": "../../etc",
        "one sign less": token[:-1],
        "one sign more": token + "A",
        "odd": "%00%ff\u202e",
        "ended": token,
    }
    now.moment = make.at(make.SINCE.replace(month=3, day=5), 9, 46)
    for page in OWN_PAGES:
        answers = {
            name: browser_like.get(f"/de/a/{one}{page}")
            for name, one in unknown.items()
        }
        assert {answer.status_code for answer in answers.values()} == {404}
        assert len({answer.data for answer in answers.values()}) == 1, page
    for noun in NOUNS:
        first = browser_like.post(f"/de/a/{token}{noun}", data={"slot": "x"})
        second = browser_like.post(f"/de/a/{'A' * 43}{noun}", data={"slot": "x"})
        assert (first.status_code, first.data) == (404, second.data)


def test_a_link_lives_on_for_one_day(browser_like, token, now):
    now.moment = make.at(make.SINCE.replace(month=3, day=5), 9, 44)
    page = browser_like.get(f"/de/a/{token}")
    assert page.status_code == 200
    assert b"/cancel" not in page.data


def test_the_page_behind_the_link_does_not_say_who_is_expected(browser_like):
    visitor = Visitor(browser_like)
    ways = (
        CLIENT,
        {"name": CLIENT["name"], "reach": "email", "email": "zahra@example.org"},
        CLIENT
        | {"reach": "post", "street": "Unauffindbarweg 7", "postcode_town": "88499 X"},
    )
    for hour, answers in zip(("09", "10", "11"), ways, strict=True):
        page = visitor.booked_page(time=f"{hour}:00", answers=answers)
        own = page.link("/move").removesuffix("/move")
        for end in OWN_PAGES:
            for language in ("de", "en", "ar"):
                shown = browser_like.get(own.replace("/de/", f"/{language}/") + end)
                for secret in (
                    "Zahra",
                    "Unverwechselbar",
                    "3456789",
                    "zahra@",
                    "weg 7",
                ):
                    assert secret.encode() not in shown.data, (end, secret)


def test_who_is_discreet_gets_no_paper_by_herself(browser_like, token):
    with write_session() as session:
        client = Client(
            reference="K1",
            name="Amal",
            name_hash=b"1",
            language="de",
            discreet=True,
            created_at=make.at(make.SINCE, 9),
        )
        session.add(client)
        session.flush()
        session.query(Appointment).one().client_id = client.id
    page = browser_like.get(f"/de/a/{token}")
    assert b"/slip" not in page.data
    assert b".ics" not in page.data


def test_cancelling_twice_and_moving_what_is_cancelled_is_no_fault(
    browser_like, token, visitor
):
    for _ in range(2):
        page = visitor.get(f"/de/a/{token}")
        answer = browser_like.post(f"/de/a/{token}/cancellation")
        assert (answer.status_code, answer.location) == (303, f"/de/a/{token}")
    data = {"slot": "2027-03-05T10:00"}
    assert browser_like.post(f"/de/a/{token}/new-time", data=data).status_code == 303
    assert browser_like.get(f"/de/a/{token}/move").status_code == 303
    assert browser_like.get(f"/de/a/{token}.ics").status_code == 404
    db.session.rollback()
    assert db.session.query(Appointment).one().status == Status.CANCELLED
    assert page.status == 200


def test_who_guesses_codes_is_stopped_for_an_hour(browser_like, token, now):
    for _ in range(10):
        answer = browser_like.post("/de/find", data={"code": "ABCDEFGHJK"})
        assert answer.status_code == 422
    answer = browser_like.post("/de/find", data={"code": "ABCDEFGHJK"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    answer = browser_like.post("/de/find", environ_base=elsewhere, data={"code": "A"})
    assert answer.status_code == 422
    now.move(hours=1)
    assert browser_like.post("/de/find", data={"code": "A"}).status_code == 422


HEADERS = {
    "Content-Security-Policy": r"default-src 'none';.*frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": r"camera=\(\)",
    "Cache-Control": "no-store|immutable",
}


def test_every_answer_is_protected_and_none_sets_a_cookie(browser_like, token):
    ask = browser_like
    answers = {
        200: [ask.get(path) for path in pages(token)],
        303: [ask.get("/de/book/you")],
        308: [ask.get("/de")],
        404: [ask.get("/nothing"), ask.get("/de/a/x"), ask.get("/xx/")],
        405: [ask.put("/de/privacy")],
        413: [ask.post("/de/book/check", data={"name": "A" * 2_000_000})],
        422: [ask.get("/de/book/day")],
        429: [ask.post("/de/find", data={"code": "A"}) for _ in range(11)][-1:],
        "static": [
            ask.get("/static/client.css", buffered=True),
            ask.get("/static/none.css"),
        ],
    }
    for status, found in answers.items():
        for answer in found:
            if status not in {200, "static"}:
                assert answer.status_code == status
            for name, value in HEADERS.items():
                assert re.search(value, answer.headers.get(name, "")), (status, name)
            assert "Set-Cookie" not in answer.headers
            assert "Server" not in answer.headers


def test_only_a_versioned_stylesheet_may_be_kept(browser_like, visitor):
    sheet = next(
        e for e in visitor.get("/").all("link") if e.get("rel") == "stylesheet"
    )
    kept = browser_like.get(sheet.get("href"), buffered=True)
    assert "immutable" in kept.headers["Cache-Control"]
    assert "max-age=31536000" in kept.headers["Cache-Control"]
    for path in ("/static/client.css", "/de/"):
        answer = browser_like.get(path, buffered=True)
        assert answer.headers["Cache-Control"] == "no-store"


def test_behind_tls_browsers_are_told_to_stay_there(browser_like):
    secure = browser_like.get("/de/", base_url="https://termine.example.org")
    assert "max-age=" in secure.headers["Strict-Transport-Security"]
    plain = browser_like.get("/de/")
    assert "Strict-Transport-Security" not in plain.headers


def test_only_pages_without_secrets_travel_compressed(browser_like, token, visitor):
    form = visitor.check_page(time="11:00").form("/appointment")
    packed = {"Accept-Encoding": "gzip, br"}
    for path in ("/", "/de/", "/de/book", "/de/privacy", "/de/find"):
        answer = browser_like.get(path, headers=packed)
        assert answer.headers["Content-Encoding"] == "br", path
        assert "Accept-Encoding" in answer.headers["Vary"]
        older = browser_like.get(path, headers={"Accept-Encoding": "gzip"})
        assert older.headers["Content-Encoding"] == "gzip"
    for end in OWN_PAGES:
        answer = browser_like.get(f"/de/a/{token}{end}", headers=packed)
        assert "Content-Encoding" not in answer.headers, end
    for page in ("day", "you", "check", "language", "place"):
        path = f"/de/book/{page}"
        answer = browser_like.post(path, data=form.fields, headers=packed)
        assert (answer.status_code, "Content-Encoding" in answer.headers) == (
            200,
            False,
        )


def test_compressed_pages_say_the_same(browser_like):
    plain = browser_like.get("/static/client.css", buffered=True).data
    for coding, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        asked = {"Accept-Encoding": coding}
        answer = browser_like.get("/static/client.css", headers=asked, buffered=True)
        assert unpack(answer.data) == plain
        assert len(answer.data) < len(plain) / 2
    refused = browser_like.get("/de/", headers={"Accept-Encoding": "br;q=0, identity"})
    assert "Content-Encoding" not in refused.headers


def test_nobody_books_online_while_the_office_asks_people_to_phone(
    browser_like, visitor, now
):
    form = visitor.check_page().form("/appointment")
    decide("online_booking", value=False, now=now)
    for path in ("/de/book", "/de/book/day?place=office&language=de&interpreter=no"):
        assert browser_like.get(path).location == "/de/"
    page = visitor.send(form)
    assert "07161" in page.text
    assert db.session.query(Appointment).filter_by(status=Status.BOOKED).count() == 0


def test_a_language_switched_off_is_an_unknown_page(browser_like, token, now):
    decide("languages", value=["de", "ar"], now=now)
    assert b"/en/" not in browser_like.get("/").data
    assert browser_like.get("/en/").status_code == 404
    assert browser_like.get(f"/en/a/{token}").status_code == 200


def decide(key, *, value, now):
    with write_session() as session:
        session.add(Setting(key=key, value=value, changed_at=now.now()))


def test_no_secret_and_no_name_is_written_into_the_log(
    browser_like, token, capfd, caplog
):
    for path in pages(token):
        browser_like.get(path)
    browser_like.post("/de/book/check", data={"name": "Unverwechselbar"})
    written = "".join(capfd.readouterr()) + caplog.text
    assert "/<lang:lang>/a/<string:token>" in written
    assert token not in written
    assert "Unverwechselbar" not in written


def test_a_fault_of_ours_tells_the_log_neither_the_link_nor_what_was_typed(
    browser_like, token, monkeypatch
):
    def fail(*_arguments, **_facts):
        raise ValueError("Canary Person")

    monkeypatch.setattr("booking.services.appointments.cancel", fail)
    written = io.StringIO()
    logging.getLogger("booking").handlers[0].setStream(written)
    answer = browser_like.post(f"/de/a/{token}/cancellation")
    assert answer.status_code == 500
    assert "07161 650 55730" in answer.text
    logged = written.getvalue()
    assert "ValueError" in logged
    assert token not in logged
    assert "Canary" not in logged


def test_a_page_that_is_not_there_is_kept_by_nobody(browser_like):
    answer = browser_like.get("/static/nothing.css?v=1")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")


def test_the_first_page_speaks_a_language_that_is_in_use(browser_like, now):
    with write_session() as session:
        session.add(Setting(key="languages", value=["en"], changed_at=now.now()))
    for accepted in ("de", "ar", "en", "fr"):
        page = browser_like.get("/", headers={"Accept-Language": accepted})
        assert (page.status_code, 'lang="en"' in page.text) == (200, True)
    assert browser_like.get("/de/").status_code == 404


def test_the_slip_of_a_cancelled_appointment_cannot_be_printed(browser_like, token):
    browser_like.post(f"/de/a/{token}/cancellation")
    answer = browser_like.get(f"/de/a/{token}/slip")
    assert (answer.status_code, answer.location) == (303, f"/de/a/{token}")


def test_the_last_moment_of_the_calendar_is_no_fault(browser_like, token):
    for wall in ("23:30Z", "23:30+00:00"):
        form = {"day": "9999-12-31", "time": wall}
        assert (
            browser_like.post(f"/de/a/{token}/new-time", data=form).status_code == 422
        )
