"""How does a text message leave? By an HTTP gateway that the operator has described.

Gateways differ in their words, not in their kind: an address, a secret in a header,
a body with number and text. All of that is a setting (``booking.config``).
"""

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode

import phonenumbers

from booking.config import Settings
from booking.outside import Answer, Call, Named, NotAllowed, NotNow, RefusedForGood, ask

TAKEN = range(200, 300)
FINAL = range(400, 500)
# These speak of us, or of this moment, and not of the message: a wrong key or an
# empty account is mended by the operator, and then nothing may be lost.
NOT_ITS_FAULT = frozenset({401, 402, 403, 404, 405, 407, 408, 425, 429})
GSM_ALPHABET = frozenset(  # 3GPP TS 23.038, 6.2.1
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
COUNTS_TWICE = frozenset("^{}\\[~]|€\f")
GSM_LENGTHS, UCS2_LENGTHS = (160, 153), (70, 67)  # of one part, of one among several
PLAINER = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u202f", " "),
        **dict.fromkeys("\u2013\u2014", "-"),
        **dict.fromkeys("\u201c\u201d\u201e", '"'),
        **dict.fromkeys("\u2018\u2019", "'"),
        **dict.fromkeys("\u2066\u2067\u2068\u2069\u200e\u200f", None),
        "\u2026": "...",
    }
)


def send(text: str, to: str, message: str, settings: Settings) -> None:
    """Hand a message over, or raise ``NotNow`` or ``RefusedForGood``.

    ``to`` is a number in E.164; ``message`` names it, the same at every try.
    """
    known = {"to": to, "digits": to.lstrip("+"), "text": slim(text), "id": message}
    body, kind = _body(settings.sms_body, known)
    call = Call(
        url=settings.sms_url,
        named=Named.BY_THE_OPERATOR,
        method=settings.sms_method,
        headers={"Content-Type": kind} | _headers(settings.sms_headers, known),
        body=body,
        at_most=10_000,
    )
    try:
        _judge(ask(call), settings.sms_taken)
    except NotAllowed as fault:
        raise NotNow(str(fault)) from fault


def number(typed: str, country: str) -> str:
    """Write a phone number as gateways want it (E.164: +4971616500).

    Raises ``RefusedForGood`` if it is none.
    """
    try:
        found = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException as fault:
        raise RefusedForGood("no phone number") from fault
    return str(phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164))


def slim(text: str) -> str:
    """Give up typographic signs where that alone makes a message cost half.

    One sign outside the GSM alphabet turns 160 signs a part into 70. Where others
    are needed anyway, as in Arabic, the text stays as it was written.
    """
    plain = text.translate(PLAINER)
    return plain if _is_gsm(plain) else text


def parts(text: str) -> int:
    """Count how many messages a phone network makes of a text."""
    if _is_gsm(text):
        length = len(text) + sum(sign in COUNTS_TWICE for sign in text)
        one, of_several = GSM_LENGTHS
    else:
        length = len(text.encode("utf-16-le")) // 2
        one, of_several = UCS2_LENGTHS
    return 1 if length <= one else -(-length // of_several)


def _is_gsm(text: str) -> bool:
    return set(text) <= GSM_ALPHABET | COUNTS_TWICE


def _headers(written: str, known: dict[str, str]) -> dict[str, str]:
    lines = (line.partition(":") for line in written.splitlines() if line.strip())
    return {name.strip(): _filled(value.strip(), known) for name, _, value in lines}


def _body(template: str, known: dict[str, str]) -> tuple[bytes, str]:
    """Fill the template after it was taken apart: no text can break out of it."""
    if template.lstrip().startswith(("{", "[")):
        filled = _filled(json.loads(template), known)
        return json.dumps(filled).encode(), "application/json"
    pairs = parse_qsl(template, keep_blank_values=True)
    form = urlencode([(name, _filled(value, known)) for name, value in pairs])
    return form.encode(), "application/x-www-form-urlencoded"


def _filled(template: Any, known: dict[str, str]) -> Any:
    if isinstance(template, dict):
        return {name: _filled(value, known) for name, value in template.items()}
    if isinstance(template, list):
        return [_filled(value, known) for value in template]
    if not isinstance(template, str):
        return template
    # The text comes last: what a client's letter says is never filled again.
    for name in ("to", "digits", "id", "text"):
        template = template.replace(f"{{{name}}}", known[name])
    return template


def _judge(answer: Answer, taken: str) -> None:
    """Keep the number only: the words of a gateway may quote the recipient's."""
    if answer.status in TAKEN:
        if taken and taken.encode() not in answer.body:
            raise NotNow(f"{answer.status}, but not taken")
        return
    final = answer.status in FINAL and answer.status not in NOT_ITS_FAULT
    raise (RefusedForGood if final else NotNow)(str(answer.status))
