"""Does a text message reach the gateway as it was meant, and is its answer understood?"""

import json
from dataclasses import replace
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking import sms
from booking.config import UnsafeSettings
from booking.outside import NotNow, RefusedForGood
from tests import gateway as gateways
from tests import make

ARABIC = "\u0645\u0648\u0639\u062f\u0643\u0645: \u206609:00\u2069"
FORM = "api_key=abc&to={digits}&msg={text}&ref={id}"


@pytest.fixture
def gateway():
    with gateways.running() as running:
        yield running


@pytest.fixture
def described(tmp_path, gateway):
    usual = make.settings(tmp_path, "sqlite:///x", sms_url=gateway.url)
    return lambda **facts: replace(usual, **facts)


def send(settings, text="Ihr Termin"):
    sms.send(text, "+4915123456789", "letter-1", settings)


def test_a_gateway_that_speaks_json_gets_number_text_and_name(gateway, described):
    headers = "Authorization: Bearer s3cret\nIdempotency-Key: {id}\n"
    send(described(sms_headers=headers), ARABIC)
    _, sent, body = gateway.asked[0]
    assert json.loads(body) == {
        "to": "+4915123456789",
        "text": ARABIC,
        "reference": "letter-1",
    }
    assert sent["Authorization"] == "Bearer s3cret"
    assert sent["Idempotency-Key"] == "letter-1"
    assert sent["Content-Type"] == "application/json"


def test_a_gateway_that_reads_forms_gets_one(gateway, described):
    send(described(sms_body=FORM), "A & B = C?")
    _, sent, body = gateway.asked[0]
    assert sent["Content-Type"] == "application/x-www-form-urlencoded"
    assert parse_qs(body.decode()) == {
        "api_key": ["abc"],
        "to": ["4915123456789"],
        "msg": ["A & B = C?"],
        "ref": ["letter-1"],
    }


def test_lists_and_numbers_of_a_template_stay_what_they_are(gateway, described):
    body = '{"recipients": ["{to}"], "ttl": 60, "sms": {"body": "{text}"}}'
    send(described(sms_body=body, sms_method="PUT"))
    assert json.loads(gateway.asked[0][2]) == {
        "recipients": ["+4915123456789"],
        "ttl": 60,
        "sms": {"body": "Ihr Termin"},
    }


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_no_text_breaks_out_of_its_place(text):
    known = {"to": "+49", "digits": "49", "id": "1", "text": text}
    filled, _ = sms._body('{"a": "{text}", "b": "{to}"}', known)
    assert json.loads(filled) == {"a": text, "b": "+49"}
    filled, _ = sms._body("a={text}&b={to}", known)
    read = parse_qs(filled.decode(), keep_blank_values=True)
    assert read == {"a": [text], "b": ["+49"]}


@pytest.mark.parametrize("status", [400, 410, 413, 422])
def test_a_message_refused_for_good_is_final(gateway, described, status):
    gateway.status = status
    with pytest.raises(RefusedForGood, match=str(status)):
        send(described())


@pytest.mark.parametrize(
    "status", [301, 302, 401, 402, 403, 404, 408, 429, 500, 502, 503, 504]
)
def test_a_gateway_that_is_busy_or_does_not_know_us_is_tried_later(
    gateway, described, status
):
    gateway.status = status
    with pytest.raises(NotNow, match=str(status)):
        send(described())


@pytest.mark.parametrize("mood", ["closing", "garbage"])
def test_a_gateway_in_pieces_is_tried_later(gateway, described, mood):
    gateway.mood = mood
    with pytest.raises(NotNow):
        send(described())


def test_a_gateway_that_says_yes_to_everything_is_read_more_closely(gateway, described):
    settings = described(sms_taken='"success": "100"')
    send(settings)
    gateway.body = b'{"success": "900", "to": "+4915123456789"}'
    with pytest.raises(NotNow) as fault:
        send(settings)
    assert "49151" not in str(fault.value)


@pytest.mark.parametrize(
    "typed", ["0151 23456789", "+49 151 23456789", "0049 151-23456789"]
)
def test_a_number_is_written_as_networks_dial_it(typed):
    assert sms.number(typed, "DE") == "+4915123456789"


def test_what_is_no_number_is_refused_for_good():
    with pytest.raises(RefusedForGood):
        sms.number("bei Nour", "DE")


def test_typography_is_given_up_only_where_it_costs_a_second_message():
    assert (
        sms.slim("4.\u00a0März, 09:15\u00a0\u2013\u00a009:45")
        == "4. März, 09:15 - 09:45"
    )
    assert sms.slim(ARABIC) == ARABIC


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        *(("a" * 160, 1), ("a" * 161, 2), ("a" * 306, 2), ("a" * 307, 3)),
        *(("\u0645" * 70, 1), ("\u0645" * 71, 2), ("\u0645" * 135, 3)),
        *(("€" * 80, 1), ("€" * 81, 2)),
    ],
)
def test_parts_are_counted_as_phone_networks_count(text, parts):
    assert sms.parts(text) == parts


@pytest.mark.parametrize(
    "wrong",
    [
        {"sms_url": "ftp://gateway"},
        {"sms_url": "https://user:pass@gateway.example.org"},
        {"sms_url": "http://gateway.example.org/send"},
        {"sms_method": "GET"},
        {"sms_headers": "no colon"},
        {"sms_body": '{"to": {to}, "text": "{text}"}'},
        {"sms_body": "to={to}"},
        {"sms_body": "text={text}"},
    ],
)
def test_a_gateway_that_could_not_work_is_refused_at_the_start(described, wrong):
    with pytest.raises(UnsafeSettings):
        described(**wrong)


def test_the_secret_may_lie_in_a_file_and_is_never_shown(tmp_path):
    from booking.config import Settings

    secret = tmp_path / "headers"
    secret.write_text("Authorization: Bearer s3cret\n")
    settings = Settings.from_environment(
        {
            "BOOKING_DATA": str(tmp_path),
            "BOOKING_SECRET_KEY": "x" * 32,
            "BOOKING_SMS_URL": "https://sms.example.org/send",
            "BOOKING_SMS_HEADERS_FILE": str(secret),
        }
    )
    assert settings.sms_headers == "Authorization: Bearer s3cret"
    assert "s3cret" not in repr(settings)
