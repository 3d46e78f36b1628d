"""Can an admin look after texts, languages, limits, recordings and feedback?"""

import io
from datetime import time

import pytest
from sqlalchemy import select

from booking.models import JournalEntry, Role, db
from booking.services import feedback, files
from booking.services.deciding import BookingSettings
from booking.services.files import MEGABYTE, PHOTO
from booking.services.office import ImpossibleSetting, decisions
from booking.services.texts import text_of
from tests import make
from tests.web.reading import Page

PAGE = "/staff/office"
ENGLISH = {"Accept-Language": "en"}
TEXT = f"{PAGE}/texts/imprint/ar"
PNG = b"\x89PNG\r\n\x1a\npicture"


@pytest.fixture
def admin(desk):
    make.sign_in(desk, make.staff_member(Role.ADMIN))
    return desk


def opened(desk, path):
    return Page(desk.get(f"{PAGE}/{path}", headers=ENGLISH))


def sent(desk, path, **typed):
    form = opened(desk, path).form(f"/{path}")
    answer = desk.post(form.action, data=form.fields | typed, headers=ENGLISH)
    db.session.rollback()
    return Page(answer)


def deeds():
    return db.session.scalars(select(JournalEntry.deed)).all()


def test_one_part_leads_to_all_others(admin):
    page = opened(admin, "booking")
    parts = ("booking", "languages", "texts", "responsible", "files", "feedback")
    for part in parts:
        assert page.link(f"/office/{part}") == f"{PAGE}/{part}"
        assert admin.get(f"{PAGE}/{part}").status_code == 200


def test_limits_are_kept_and_leave_a_line(admin):
    answer = sent(
        admin,
        "booking",
        holds_a_day="7",
        share_of_holds="4",
        holds_a_network="9",
        guesses_an_hour="20",
        quiet_from="21:30",
        quiet_until="06:15",
        remind_days="2",
    )
    assert (answer.status, answer.headers["Location"]) == (
        303,
        f"{PAGE}/booking?saved=yes",
    )
    kept = decisions()
    assert (kept.holds_a_day, kept.share_of_holds, kept.holds_a_network) == (7, 4, 9)
    assert (kept.quiet_from, kept.quiet_until) == (time(21, 30), time(6, 15))
    assert (kept.guesses_an_hour, kept.remind_days) == (20, 2)
    assert kept.online_booking
    assert "settle booking" in deeds()


def test_booking_online_can_be_switched_off_and_on(admin, browser_like):
    form = opened(admin, "booking").form("/booking")
    off = {n: v for n, v in form.fields.items() if n != "online_booking"}
    admin.post(form.action, data=off)
    db.session.rollback()
    assert not decisions().online_booking
    assert "online_booking" not in opened(admin, "booking").form("/booking").fields
    sent(admin, "booking", online_booking="y")
    assert decisions().online_booking


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("holds_a_day", "0"),
        ("share_of_holds", "1"),
        ("holds_a_network", "many"),
        ("guesses_an_hour", ""),
        ("remind_days", "15"),
        ("quiet_from", "25:00"),
        ("quiet_until", "late"),
        ("quiet_until", "20:00"),
        ("quiet_until", "06:00+02:00"),
    ],
)
def test_an_impossible_limit_is_refused_at_its_field(admin, field, typed):
    page = sent(admin, "booking", **{"holds_a_day": "9"} | {field: typed})
    assert page.status == 422
    assert page.error_at(field)
    assert page.form("/booking").fields[field] == typed
    assert decisions().holds_a_day == 3


def test_impossible_limits_cannot_be_made():
    sound = {
        "online_booking": True,
        "holds_a_day": 3,
        "share_of_holds": 5,
        "holds_a_network": 5,
        "guesses_an_hour": 10,
        "quiet_from": time(20),
        "quiet_until": time(7),
        "remind_days": 1,
    }
    assert BookingSettings(**sound)
    for wrong in (
        {"holds_a_day": 0},
        {"share_of_holds": 1},
        {"holds_a_network": 51},
        {"guesses_an_hour": 1},
        {"remind_days": 0},
        {"quiet_from": time(7)},
    ):
        with pytest.raises(ImpossibleSetting):
            BookingSettings(**(sound | wrong))


def test_a_language_can_be_switched_off_but_never_german(admin):
    page = opened(admin, "languages")
    assert {"de", "ar"} <= {
        box.get("value") for box in page.all("input") if box.get("name") == "language"
    }
    assert "%" in page.text
    sent(admin, "languages", language=["en", "klingon"])
    assert [one.code for one in decisions().languages] == ["de", "en"]
    sent(admin, "languages", language=[])
    assert [one.code for one in decisions().languages] == ["de"]
    assert deeds().count("choose languages") == 2


def test_a_text_begins_with_the_shipped_words_in_its_language(admin):
    page = opened(admin, "texts/imprint/ar")
    body = page.form("/ar").fields["body"]
    assert "Integrationsmanagement" in body
    assert "shipped text" in page.text
    assert "Nobody has changed this text yet." in page.text


def test_looking_at_a_text_keeps_nothing(admin):
    page = sent(admin, "texts/imprint/ar", body="## عنوان\n- <b>", do="look")
    assert page.status == 200
    assert "<h3>عنوان</h3>" in page.html
    assert "<li>&lt;b&gt;</li>" in page.html
    assert text_of("imprint", "ar") is None


def test_a_text_is_kept_shown_again_and_taken_back(admin, browser_like):
    answer = sent(admin, "texts/imprint/ar", body="أول", do="save")
    assert answer.status == 303
    assert text_of("imprint", "ar") == "أول"
    sent(admin, "texts/imprint/ar", body="ثان", do="save")
    older = opened(admin, "texts/imprint/ar?version=1").form("/ar").fields
    assert (older["body"], older["after"]) == ("أول", "2")
    assert "own, " in opened(admin, "texts").text
    assert sent(admin, "texts/imprint/ar", do="shipped").status == 303
    assert text_of("imprint", "ar") is None
    assert deeds().count("write text") == 3


@pytest.mark.parametrize("body", ["", " \n ", "x" * 20_001])
def test_no_words_or_too_many_are_refused(admin, body):
    page = sent(admin, "texts/imprint/ar", body=body, do="save")
    assert page.status == 422
    assert page.error_at("body")


def test_who_saves_after_somebody_else_sees_both_and_loses_nothing(admin):
    form = opened(admin, "texts/imprint/ar").form("/ar")
    sent(admin, "texts/imprint/ar", body="أول", do="save")
    late = form.fields | {"body": "متأخر", "do": "save"}
    page = Page(admin.post(form.action, data=late, headers=ENGLISH))
    assert page.status == 409
    assert "Somebody else has saved" in page.error_at("body")
    again = page.form("/ar").fields
    assert (again["body"], again["after"]) == ("متأخر", "1")
    assert "أول" in page.text


@pytest.mark.parametrize("path", ["nothing/de", "imprint/xx", "leichte-sprache/ar"])
def test_a_text_that_is_not_ours_is_an_unknown_page(admin, path):
    assert admin.get(f"{PAGE}/texts/{path}").status_code == 404


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("security_contact", "nobody"),
        ("security_contact", "http://example.org"),
        ("representative", "x" * 121),
    ],
)
def test_who_answers_must_be_reachable(admin, field, typed):
    page = sent(admin, "responsible", vat_number="DE 1", **{field: typed})
    assert page.status == 422
    assert page.error_at(field)
    assert page.form("/responsible").fields["vat_number"] == "DE 1"


def test_who_answers_is_kept_in_one_line(admin):
    sent(admin, "responsible", representative="Alex\nMaier", security_contact="a@b.de")
    assert decisions().representative == "Alex Maier"
    assert "name who answers" in deeds()


def brought(desk, content, **typed):
    form = opened(desk, "files").form("/files")
    fields = {n: v for n, v in form.fields.items() if n != "file"} | typed
    fields["file"] = (io.BytesIO(content), "any name")
    answer = desk.post(
        form.action, data=fields, headers=ENGLISH, content_type="multipart/form-data"
    )
    answer.request.environ["wsgi.input"].close()  # Werkzeug's client leaves it open
    db.session.rollback()
    return Page(answer)


def test_a_photo_is_put_up_and_taken_down(admin):
    answer = brought(admin, PNG, slug=PHOTO, description="Grüne Tür")
    assert answer.status == 303
    assert files.file_of(PHOTO, "").description == "Grüne Tür"
    page = opened(admin, "files")
    assert "Grüne Tür" in page.text
    form = page.form("/removal")
    assert admin.post(form.action, data=form.fields).status_code == 303
    db.session.rollback()
    assert files.file_of(PHOTO, "") is None


@pytest.mark.parametrize(
    ("content", "typed", "field"),
    [
        (PNG, {"slug": PHOTO, "description": " "}, "description"),
        (b"ID3", {"slug": PHOTO, "description": "Tür"}, "file"),
        (PNG, {"slug": "audio-start"}, "file"),
        (b"ID3" + bytes(5 * MEGABYTE), {"slug": "audio-start"}, "file"),
        (b"ID3", {"slug": "audio-nowhere"}, "slug"),
        (b"ID3", {"slug": "audio-start", "language": "xx"}, "language"),
    ],
)
def test_a_file_that_does_not_belong_is_refused_at_its_field(
    admin, content, typed, field
):
    page = brought(admin, content, **typed)
    assert page.status == 422
    assert page.error_at(field)
    assert files.kept_files() == []


def test_a_form_without_a_file_asks_for_one(admin):
    form = opened(admin, "files").form("/files")
    answer = admin.post(form.action, data=form.fields, headers=ENGLISH)
    assert (answer.status_code, Page(answer).error_at("file")) == (
        422,
        "Choose a file.",
    )


def test_only_the_admin_may_bring_much(admin):
    much = b"\x1aE\xdf\xa3" + bytes(20 * MEGABYTE)
    assert brought(admin, much, slug="sign-language-film").status == 303
    make.sign_in(admin, make.staff_member(Role.COUNSELLOR))
    answer = admin.post(f"{PAGE}/files", data={"file": (io.BytesIO(much), "x")})
    answer.request.environ["wsgi.input"].close()
    assert answer.status_code == 413


def test_feedback_is_shown_with_its_contact_and_dealt_with(admin):
    uuid = make.feedback("<b>Der Knopf", contact="amal@example.org")
    page = opened(admin, "feedback")
    assert "<b>Der Knopf" in page.text
    assert "Wants an answer: amal@example.org" in page.text
    form = page.form(f"/{uuid}/answer")
    assert admin.post(form.action, data=form.fields).status_code == 303
    db.session.rollback()
    assert feedback.open_ones() == 0
    unknown = form.action.replace(uuid, "0" * 8 + uuid[8:])
    assert admin.post(unknown, data=form.fields).status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_these_pages_are_the_admin_s_alone(desk, role):
    make.sign_in(desk, make.staff_member(role))
    for path in ("booking", "languages", "texts", "files", "feedback", "responsible"):
        assert desk.get(f"{PAGE}/{path}").status_code == 403
