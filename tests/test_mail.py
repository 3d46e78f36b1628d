"""Does a letter reach the mail server as it was meant, and nobody else's line?"""

import email
import email.policy
import smtplib
from datetime import UTC, datetime
from typing import ClassVar
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from booking import mail
from booking.languages import LANGUAGES
from tests import make
from tests.mailbox import plain

FACTS = {
    "day": "الخميس، 4 مارس",
    "time": "09:00",
    "part": "صباحًا",
    "place": "office",
    "office": None,
    "phone": "07161 650 55730",
    "code": "ABCDE-FGHJK",
    "url": "https://termine.example.org/ar/a/" + "x" * 43,
}


@pytest.fixture
def settings(sqlite_url, tmp_path):
    return make.settings(tmp_path, sqlite_url)


def compose(to="amal@example.org", language="ar", **facts):
    envelope = mail.Envelope(
        to=to,
        sender="termine@example.org",
        message_id="<1@lotse.invalid>",
        sent_at=datetime(2027, 3, 1, 8, tzinfo=UTC),
    )
    return mail.compose(
        "confirmation",
        envelope,
        language=next(one for one in LANGUAGES if one.code == language),
        facts=FACTS | facts,
    )


def read(letter):
    return email.message_from_bytes(letter.as_bytes(), policy=email.policy.default)


def test_an_arabic_letter_arrives_letter_for_letter(app):
    letter = compose()
    arrived = read(letter)
    assert arrived["Subject"] == letter["Subject"]
    assert FACTS["day"] in arrived["Subject"]
    assert FACTS["url"] in plain(arrived).splitlines()
    assert all(len(line) <= 998 for line in letter.as_bytes().split(b"\r\n"))
    assert letter.as_bytes().isascii()


def test_a_letter_says_what_machines_must_know(app):
    arrived = read(compose())
    assert arrived["Message-ID"] == "<1@lotse.invalid>"
    assert arrived["Content-Language"] == "ar"
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived["Date"].datetime == datetime(2027, 3, 1, 8, tzinfo=UTC)
    assert arrived.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in arrived.iter_parts()]
    assert kinds == ["text/plain", "text/html"]
    assert set(arrived.keys()) <= {
        *("From", "To", "Subject", "Message-ID", "Content-Language", "Date"),
        *("Auto-Submitted", "Content-Type", "Content-Transfer-Encoding"),
        "MIME-Version",
    }


def test_a_letter_has_no_line_wider_than_its_words(app):
    assert "\n\n\n" not in plain(compose(language="de"))


@examples(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    words=st.text(st.sampled_from("a\r\n:\x00\u2028@ <>")),
    to=st.text(st.sampled_from('ab\r\n:@.,;<> "'), max_size=20),
)
def test_nobody_writes_a_header_of_her_own(app, words, to):
    try:
        letter = compose(to=to, day=words)
    except (ValueError, IndexError, email.errors.MessageError):
        return  # such an address is refused by the form already
    arrived = read(letter)
    assert len(arrived.keys()) == len(read(compose()).keys())


@pytest.mark.parametrize(
    ("url", "encrypted"),
    [
        ("smtp://mail.example.org", True),
        ("smtp://u:p@mail.example.org", True),
        ("smtp://mail.example.org?tls=none", False),
        ("smtp://127.0.0.1", False),
        ("smtp://localhost:1025", False),
        ("smtp://127.0.0.1?tls=required", True),
    ],
)
def test_letters_travel_encrypted_unless_the_server_is_this_machine(url, encrypted):
    assert mail._wants_tls(urlsplit(url)) is encrypted


class Server:
    """A mail server that answers as it is told."""

    said = None
    seen: ClassVar = []

    def __init__(self, *_where, **_how):
        type(self).seen = []

    def __enter__(self):
        return self

    def __exit__(self, *_fault):
        return None

    def starttls(self, context):
        assert context.check_hostname
        self.seen.append("tls")

    def login(self, user, password):
        self.seen.append((user, password))

    def send_message(self, letter, **facts):
        self.seen.append((letter["To"], facts.get("to_addrs")))
        if self.said:
            raise self.said


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        (smtplib.SMTPRecipientsRefused({"a": (550, b"no such user")}), "forgood"),
        (smtplib.SMTPRecipientsRefused({"a": (451, b"greylisted")}), "notnow"),
        (smtplib.SMTPDataError(554, b"spam"), "forgood"),
        (smtplib.SMTPDataError(452, b"disk full"), "notnow"),
        (smtplib.SMTPNotSupportedError("no STARTTLS today"), "notnow"),
        (smtplib.SMTPServerDisconnected("gone"), "notnow"),
        (TimeoutError("slow"), "notnow"),
    ],
)
def test_a_refusal_is_final_only_when_the_server_says_so(
    app, monkeypatch, said, meaning
):
    monkeypatch.setattr(smtplib, "SMTP", Server)
    monkeypatch.setattr(Server, "said", said)
    kind = {"forgood": mail.RefusedForGood, "notnow": mail.NotNow}[meaning]
    with pytest.raises(kind):
        mail.send(compose(), "amal@example.org", "smtp://mail.example.org")


def test_the_password_is_shown_only_after_encryption(app, monkeypatch):
    monkeypatch.setattr(smtplib, "SMTP", Server)
    url = "smtp://u%40x:p%2Fw@mail.example.org"
    mail.send(compose(), "amal@example.org", url)
    assert Server.seen[:2] == ["tls", ("u@x", "p/w")]
    assert "amal@example.org" in str(Server.seen[2])


def test_a_server_that_is_not_there_is_tried_again_later(app):
    with pytest.raises(mail.NotNow):
        mail.send(compose(), "amal@example.org", "smtp://127.0.0.1:1")


def test_a_letter_laid_into_a_folder_twice_lies_there_once(app, tmp_path):
    for _ in range(2):
        mail.send(compose(), "amal@example.org", f"folder://{tmp_path / 'box'}")
    assert [path.name for path in (tmp_path / "box").iterdir()] == ["1.eml"]
