"""Does everybody find what the law asks for, and can she tell us of a barrier?"""

from datetime import datetime, timedelta

import pytest

from booking.models import Feedback, Role, db
from booking.services import deciding, files, texts
from booking.services.files import FILM, NewFile
from booking.services.texts import Writing
from tests import make
from tests.web.reading import Page, Visitor

WEBM = b"\x1aE\xdf\xa3" + bytes(range(200))


@pytest.fixture
def admin(office):
    return make.staff_member(Role.ADMIN)


def keep(slug, content, admin, now, language=""):
    new = NewFile(slug=slug, language=language, content=content)
    files.keep(new, by=admin, now=now.now())
    return files.file_of(slug, language)


def test_every_page_leads_to_the_papers(visitor, token):
    for path in ("/de/", "/de/find", f"/de/a/{token}", "/de/nothing"):
        page = visitor.get(path)
        for paper in ("privacy", "imprint", "accessibility", "leichte-sprache"):
            assert page.link(f"/{paper}").startswith("/")


def test_the_office_s_own_words_replace_ours_in_their_language(visitor, admin, now):
    writing = Writing(
        slug="help-work", language="de", body="## Hier\n- *Ja*, <b>", after=0
    )
    texts.save(writing, by=admin, now=now.now())
    html = visitor.get("/de/help/work").html
    assert '<h2>Hier</h2>\n<ul><li><b lang="de" dir="ltr">Ja</b>, &lt;b&gt;' in html
    assert "Hier" not in visitor.get("/en/help/work").html


def test_an_unknown_area_is_an_unknown_page(browser_like):
    assert browser_like.get("/de/help/money").status_code == 404
    answer = browser_like.get("/de/help/childcare_and_school")
    assert answer.location == "/de/help/childcare-and-school"


def test_the_papers_name_who_answers(visitor, admin, now):
    assert "Represented" not in visitor.get("/en/imprint").text
    deciding.save_responsible(
        deciding.Responsible(
            representative="Alex Maier, <mayor>",
            privacy_officer="datenschutz@example.org",
            vat_number="DE 123",
            security_contact="https://example.org/security",
        ),
        by=admin,
        now=now.now(),
    )
    imprint = visitor.get("/en/imprint")
    assert "Represented by: Alex Maier, <mayor>" in imprint.text
    assert "VAT number: DE 123" in imprint.text
    assert "datenschutz@example.org" in visitor.get("/en/privacy").text
    text = visitor.get("/.well-known/security.txt").html
    assert "Contact: https://example.org/security\n" in text


def test_the_privacy_notice_says_what_article_13_asks_for(visitor):
    text = visitor.get("/en/privacy").text
    for needed in ("6(1)(e)", "§ 4 LDSG BW", "90 days", "object", "LfDI", "30 days"):
        assert needed in text


def test_the_accessibility_statement_names_every_body(visitor, admin, now):
    text = visitor.get("/en/accessibility").text
    for needed in (
        "L-BGG",
        "EN 301 549",
        "LZ-BARR",
        "Überwachungsstelle",
        "four weeks",
    ):
        assert needed in text
    assert "no film in German Sign Language" in text
    keep(FILM, WEBM, admin, now)
    assert "no film" not in visitor.get("/en/accessibility").text


def test_security_txt_is_what_rfc_9116_asks_for(browser_like, now):
    answer = browser_like.get("/.well-known/security.txt")
    assert answer.mimetype == "text/plain"
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert fields["Contact"].startswith("mailto:")
    assert fields["Canonical"].endswith("example.org/.well-known/security.txt")
    left = datetime.fromisoformat(fields["Expires"]) - now.now()
    assert timedelta(days=30) < left < timedelta(days=365)


def test_a_barrier_is_told_once_and_thanked_for(browser_like):
    visitor = Visitor(browser_like, "ar")
    form = visitor.open("accessibility/feedback").form("/feedback")
    words = {"text": "نص\nصغير", "page": "letter", "contact": "0151 23456789"}
    for _ in range(2):
        answer = browser_like.post(form.action, data=form.fields | words)
        assert (answer.status_code, answer.location) == (
            303,
            "/ar/accessibility/thanks",
        )
    row = db.session.query(Feedback).one()
    assert (row.text, row.page, row.language) == (words["text"], "letter", "ar")


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("text", " "),
        ("text", "x" * 2001),
        ("page", "elsewhere"),
        ("contact", "x" * 121),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    browser_like, field, typed
):
    form = Visitor(browser_like, "en").open("accessibility/feedback").form("/feedback")
    sent = form.fields | {"text": "The\nbutton", "contact": "me"} | {field: typed}
    page = Page(browser_like.post(form.action, data=sent))
    assert page.status == 422
    assert page.error_at(field)
    kept = page.form("/feedback").fields
    assert {n: kept[n] for n in ("text", "contact")} == {
        n: sent[n] for n in ("text", "contact")
    }
    assert db.session.query(Feedback).count() == 0


@pytest.mark.parametrize("change", [{"website": "x"}, {"walk": "made up"}])
def test_a_program_that_fills_in_every_field_is_not_heard(browser_like, change):
    form = Visitor(browser_like).open("accessibility/feedback").form("/feedback")
    sent = form.fields | {"text": "Buy"} | change
    assert browser_like.post(form.action, data=sent).status_code == 422
    assert db.session.query(Feedback).count() == 0


def test_a_recording_stands_on_its_page_in_its_language(browser_like, admin, now):
    kept = keep("audio-place", b"ID3sound", admin, now, language="ar")
    address = f"/files/audio-place/{kept.digest}"
    [audio] = Visitor(browser_like, "ar").open("book/place").all("audio")
    assert (audio.get("src"), audio.get("preload")) == (address, "none")
    assert "controls" in audio.attributes
    for other in (("de", "book/place"), ("ar", "find")):
        assert Visitor(browser_like, other[0]).open(other[1]).all("audio") == []


def test_a_film_stands_on_the_first_page_once_there_is_one(visitor, admin, now):
    assert visitor.get("/de/").all("video") == []
    keep(FILM, WEBM, admin, now)
    [film] = visitor.get("/de/").all("video")
    assert film.get("preload") == "none"


def test_a_phone_may_ask_for_a_part_and_keep_the_whole(browser_like, admin, now):
    kept = keep(FILM, WEBM, admin, now)
    address = f"/files/{FILM}/{kept.digest}"
    whole = browser_like.get(address, buffered=True)
    assert (whole.status_code, whole.data) == (200, WEBM)
    assert whole.mimetype == "video/webm"
    assert "immutable" in whole.headers["Cache-Control"]
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    part = browser_like.get(address, headers={"Range": "bytes=10-19"}, buffered=True)
    assert (part.status_code, part.data) == (206, WEBM[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(WEBM)}"
    again = browser_like.get(
        address, headers={"If-None-Match": whole.headers["ETag"]}, buffered=True
    )
    assert again.status_code == 304


@pytest.mark.parametrize(
    "address",
    [
        f"/files/{FILM}/{'a' * 64}",
        "/files/nothing/x",
        f"/files/{FILM}/..%2f..%2fsecret.key",
    ],
)
def test_a_file_that_is_not_there_is_an_unknown_page(browser_like, address):
    answer = browser_like.get(address)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
