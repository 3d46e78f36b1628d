"""How does a letter get to the mail server? Composed in the reader's language."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from flask import render_template

from booking.config import LOOPBACK
from booking.languages import Language, speaking
from booking.outside import NotNow, RefusedForGood

TIMEOUT = 20  # seconds; a mail server that is slower is tried again later
SUBMISSION, SUBMISSIONS = 587, 465  # RFC 6409, RFC 8314
ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
PERMANENT = 500  # reply codes from here on are final (RFC 5321, 4.2.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """From whom, to whom, and under which name for ever."""

    to: str
    sender: str
    message_id: str
    sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What a calendar app finds in a letter, and what it is to do with it."""

    content: bytes
    method: str


@dataclass(frozen=True, slots=True)
class Words:
    """A letter's words: a subject, and paragraphs of lines."""

    subject: str
    paragraphs: tuple[tuple[str, ...], ...]

    @property
    def text(self) -> str:
        """The paragraphs as plain text."""
        return "\n\n".join("\n".join(lines) for lines in self.paragraphs) + "\n"


def words(template: str, language: Language, facts: dict[str, Any]) -> Words:
    """Render ``templates/letters/<template>.txt``; its first line is the subject."""
    with speaking(language):
        written = render_template(f"letters/{template}.txt", **facts)
    subject, _, body = written.strip().partition("\n")
    paragraphs = re.split(r"\n(?:[ \t]*\n)+", body.strip())
    return Words(subject, tuple(tuple(one.splitlines()) for one in paragraphs))


def sentence(kind: str, language: Language, facts: dict[str, Any]) -> str:
    """Say a letter in one sentence: for text messages, and to say on the phone."""
    with speaking(language):
        said = render_template("letters/_sentence.txt", kind=kind, **facts)
    return " ".join(said.split(" ")).strip()


def bare_address(sender: str) -> str:
    """Return “a@b” of “Name <a@b>”, as calendars name somebody."""
    return parseaddr(sender)[1]


def compose(
    template: str,
    envelope: Envelope,
    *,
    language: Language,
    facts: dict[str, Any],
    invitation: Invitation | None = None,
) -> EmailMessage:
    """Write a letter: as text, as simple HTML, and for calendars."""
    said = words(template, language, facts)
    letter = EmailMessage(policy=SMTP_POLICY)
    # Never parsed as a header: “a:b@example.org” would read as a group with b in it.
    letter["To"] = Address(addr_spec=envelope.to)
    letter["From"], letter["Subject"] = envelope.sender, said.subject
    letter["Date"] = envelope.sent_at
    letter["Message-ID"] = envelope.message_id
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies
    letter.set_content(said.text, cte="base64")
    letter.add_alternative(_as_html(said, language, facts), "html", cte="base64")
    if invitation:
        _invite(letter, invitation)
    letter["Content-Language"] = language.tag
    return letter


def send(letter: EmailMessage, to: str, url: str) -> None:
    """Hand the letter over, or raise ``NotNow`` or ``RefusedForGood``."""
    parts = urlsplit(url)
    if parts.scheme == "folder":
        _lay_into(Path(unquote(parts.path)), letter)
        return
    try:
        with _server(parts) as server:
            server.send_message(letter, to_addrs=[to])
    except smtplib.SMTPRecipientsRefused as refusal:
        _judge(next(iter(refusal.recipients.values())), refusal)
    except smtplib.SMTPDataError as refusal:
        _judge((refusal.smtp_code, refusal.smtp_error), refusal)
    except (smtplib.SMTPException, OSError) as fault:
        number = getattr(fault, "smtp_code", None) or fault.errno or ""
        raise NotNow(f"{type(fault).__name__} {number}".strip()) from fault


def _as_html(said: Words, language: Language, facts: dict[str, Any]) -> str:
    """Dress the same words: no image, no style, nothing that must be fetched."""
    with speaking(language):
        return render_template(
            "letters/letter.html",
            said=said,
            tag=language.tag,
            direction=language.direction,
            links={facts.get("url"), facts.get("book_url")},
        )


def _invite(letter: EmailMessage, invitation: Invitation) -> None:
    """Add the calendar part last: the best of the alternatives (RFC 2046, 5.1.4)."""
    letter.add_alternative(invitation.content, "text", "calendar", cte="base64")
    *_words, part = letter.iter_parts()
    part.replace_header("Content-Type", "text/calendar")
    part.set_param("charset", "utf-8")
    # Without it Outlook and Gmail show a file, and no calendar learns of anything.
    part.set_param("method", invitation.method)


def _judge(reply: tuple[int, bytes | str], refusal: Exception) -> None:
    """Keep the codes only (RFC 3463): the words quote the recipient's address."""
    code, reason = reply
    said = reason if isinstance(reason, str) else reason.decode("utf-8", "replace")
    detail = ENHANCED.match(said)
    words = f"{code} {detail[0]}" if detail else str(code)
    raise (RefusedForGood if code >= PERMANENT else NotNow)(words) from refusal


@contextmanager
def _server(parts: SplitResult) -> Iterator[smtplib.SMTP]:
    host = parts.hostname or "127.0.0.1"
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host,
            parts.port or SUBMISSIONS,
            timeout=TIMEOUT,
            context=ssl.create_default_context(),
        )
    else:
        server = smtplib.SMTP(host, parts.port or SUBMISSION, timeout=TIMEOUT)
    with server:
        if parts.scheme == "smtp" and _wants_tls(parts):
            server.starttls(context=ssl.create_default_context())
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server


def _wants_tls(parts: SplitResult) -> bool:
    """Tell whether to encrypt: always, but on this very machine or when forbidden."""
    default = "none" if parts.hostname in LOOPBACK else "required"
    return parse_qs(parts.query).get("tls", [default])[0] != "none"


def _lay_into(folder: Path, letter: EmailMessage) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = letter["Message-ID"].strip("<>").partition("@")[0]
    draft = folder / f".{name}"
    draft.write_bytes(letter.as_bytes())
    draft.replace(folder / f"{name}.eml")
