"""What does every page know about its reader and its office?"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

import phonenumbers
from flask import Flask, current_app, g, has_request_context, url_for
from sqlalchemy import Row
from sqlalchemy.exc import SQLAlchemyError

from booking.config import shipped
from booking.languages import Language, current_language
from booking.models import db
from booking.services import office
from booking.services.office import decisions


@dataclass(frozen=True, slots=True)
class Contact:
    """The office as pages show it."""

    service: str = "Lotse"
    name: str = "Lotse"
    town: str = ""
    street: str = ""
    postcode_town: str = ""
    floor: str = ""
    phone: str = ""
    phone_link: str = ""
    email: str = ""
    country: str = "DE"

    @classmethod
    @lru_cache(maxsize=8)
    def of(cls, office: Row[Any]) -> "Contact":
        """Take from the record what people need."""
        return cls(
            service=office.service,
            name=office.name,
            town=office.town,
            street=f"{office.street} {office.house_number}",
            postcode_town=f"{office.postcode} {office.town}",
            floor=office.floor,
            phone=office.phone,
            phone_link=_dialled(office.phone, office.country),
            email=office.email,
            country=office.country,
        )


def init_app(app: Flask) -> None:
    """Tell every template."""
    app.context_processor(_known)


def settle(language: Language) -> None:
    """Speak this language, unless the address has named one."""
    if "language" not in g:
        g.language = language


def contact() -> Contact:
    """Return the office's contact; the last one known, should the database be gone."""
    if "contact" not in g:
        g.contact = _contact()
    found: Contact = g.contact
    return found


def _contact() -> Contact:
    known: Contact = current_app.extensions.get("booking.contact", Contact())
    try:
        facts = office.facts()
    except SQLAlchemyError:
        db.session.rollback()
        return known
    found = Contact.of(facts) if facts else known
    current_app.extensions["booking.contact"] = found
    return found


def _known() -> dict[str, Any]:
    if not has_request_context():  # a letter, which is told what it needs
        return {}
    return {
        "language": current_language(),
        "languages": _Languages(),
        "office": contact(),
        "home_url": url_for("client.start"),
        "other_language_url": url_for("client.languages"),
        "version_of": _version,
    }


class _Languages:
    """The languages in use, asked for only by the page that lists them."""

    def __iter__(self) -> Any:
        """Yield each language the office has switched on."""
        return iter(decisions().languages)


@lru_cache
def _version(stylesheet: str) -> str:
    return sha256((shipped("static") / stylesheet).read_bytes()).hexdigest()[:12]


def _dialled(number: str, country: str) -> str:
    try:
        parsed = phonenumbers.parse(number, country)
    except phonenumbers.NumberParseException:
        return number.replace(" ", "")
    written: str = phonenumbers.format_number(
        parsed, phonenumbers.PhoneNumberFormat.E164
    )
    return written
