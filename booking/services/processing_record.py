"""What would the record of processing say (Art. 30)? As program and office stand now.

Only what can be read off: settings, decisions, accounts, periods. Purposes and legal
bases are the template's (``templates/privacy/processing.txt``), as in ``compliance``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import func, select

from booking.config import Settings
from booking.models import (
    CalendarSource,
    FeedLevel,
    Office,
    Role,
    SourceKind,
    StaffMember,
    StaffRole,
    Subscription,
    db,
)
from booking.models.running import settings, zone
from booking.services import storage_periods
from booking.services.office import decisions, the_office
from booking.services.retention_settings import retention_settings
from booking.services.storage_periods import Months, Period

WITHOUT_A_SERVER = {"local", "circle", "roads"}  # this machine answers by itself


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets what, and at which host, if it is another machine."""

    who: str
    what: str
    host: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessingRecord:
    """The parts of the record that change with settings and decisions."""

    office: Office
    representative: str
    privacy_officer: str
    written_on: datetime
    accounts: dict[str, int]
    recipients: tuple[Recipient, ...]
    periods: tuple[tuple[str, str], ...]
    measures: tuple[str, ...]
    languages: int


def facts(*, now: datetime) -> ProcessingRecord:
    """Gather them; nothing about any client is read. Raises ``NoOffice``."""
    decided = decisions()
    return ProcessingRecord(
        office=the_office(),
        representative=decided.representative,
        privacy_officer=decided.privacy_officer,
        written_on=now.astimezone(zone()),
        accounts=_accounts(),
        recipients=tuple(_recipients(settings())),
        periods=tuple(
            (what, _in_words(period))
            for what, period in (
                *_PERIODS,
                (_FILE, retention_settings(decided).period),
            )
        ),
        measures=tuple(_measures(settings())),
        languages=len(decided.languages),
    )


_PERIODS: tuple[tuple[str, Period], ...] = (
    ("Termin ohne Akte", storage_periods.APPOINTMENT),
    ("Hausbesuch ohne Akte", storage_periods.VISIT_REQUEST),
    ("Gespräch ohne Termin, ohne Akte", storage_periods.WALK_IN),
    ("kurzer Kontakt, ohne Akte", storage_periods.SHORT_CONTACT),
    ("Platz auf der Warteliste", storage_periods.WAITING),
    ("dass eine Nachricht ging", storage_periods.LETTER),
    ("Protokoll", storage_periods.JOURNAL),
)
_FILE = (
    "Akte mit allem, was in ihr liegt, ab dem Ende der Beratung und erst nach der "
    "Antwort des Archivs"
)
_ROLES = {
    Role.COUNSELLOR: "Integrationsmanagement: eigene Klientinnen und Klienten, und "
    "die, für die jemand benannt vertritt",
    Role.FRONT_DESK: "Empfang: Suche nach Code, Name oder Telefon; Zeit, Ort, mit wem",
    Role.COORDINATOR: "Koordination: Zeiten, Anschriften und Sprachen für Touren; "
    "Namen und Nummern nur in der Anrufliste",
    Role.HEAD: "Leitung: Zahlen, Vertretungen, geöffnete Akten mit Zeichen und Grund",
    Role.DATA_PROTECTION: "Datenschutz: Protokoll mit Zeichen statt Namen, Berichte, "
    "Auskünfte zur Übergabe",
    Role.ADMIN: "Verwaltung: Einstellungen und Konten, keine Daten der Klientinnen und "
    "Klienten",
}


def _accounts() -> dict[str, int]:
    rows = db.session.execute(
        select(StaffRole.role, func.count().label("number"))
        .join(StaffMember, StaffMember.id == StaffRole.staff_id)
        .where(StaffMember.disabled_at.is_(None))
        .group_by(StaffRole.role)
    )
    counted = {one.role: one.number for one in rows}
    return {words: counted.get(role, 0) for role, words in _ROLES.items()}


def _recipients(set_up: Settings) -> Iterator[Recipient]:
    yield Recipient(
        "Mailserver",
        "Anschrift, Zeit, Ort und Link einer Nachricht; weder Thema noch Name",
        _host(set_up.mail_url) or "keiner eingestellt",
    )
    if set_up.sms_url:
        what = "Telefonnummer und ein neutraler Satz mit Zeit, Ort und Link"
        yield Recipient("SMS-Anbieter", what, _host(set_up.sms_url))
    if set_up.geocoder not in WITHOUT_A_SERVER:
        what = "eine Anschrift ohne Namen und Zeit"
        yield Recipient("Adresssuche", what, _host(set_up.geocoder_url))
    if set_up.travel not in WITHOUT_A_SERVER:
        what = "Punkte auf der Karte, ohne Namen und Zeit"
        yield Recipient("Fahrzeiten", what, _host(set_up.travel_url))
    if set_up.oidc_issuer:
        what = (
            "dass sich jemand vom Team anmeldet; nichts über Klientinnen und Klienten"
        )
        yield Recipient("Anmeldedienst der Stadt", what, _host(set_up.oidc_issuer))
    yield from _of_calendars()
    yield Recipient("angefragte Dolmetschende", "Zeit, Ort und Sprache; keine Namen")


def _of_calendars() -> Iterator[Recipient]:
    rows = db.session.scalars(
        select(CalendarSource).where(CalendarSource.kind == SourceKind.ADDRESS)
    )
    for host in sorted({_host(one.address) for one in rows}):
        what = "nichts; von dort werden belegte Zeiten der Beschäftigten gelesen"
        yield Recipient("fremder Kalender", what, host)
    levels = db.session.execute(
        select(Subscription.level, func.count())
        .where(Subscription.revoked_at.is_(None))
        .group_by(Subscription.level)
        .order_by(Subscription.level)
    )
    for level, number in levels:
        told = _LEVELS[FeedLevel(level)]
        yield Recipient(f"Kalenderprogramme von Beschäftigten ({number} Abos)", told)


_LEVELS = {
    FeedLevel.BUSY: "nur, dass jemand belegt ist",
    FeedLevel.PLACE: "Zeit, Art und Ort; keine Namen",
    FeedLevel.FULL: "Zeit, Art, Ort und Name, vom Büro erlaubt",
}


def _measures(set_up: Settings) -> Iterator[str]:
    yield "Persönliche Felder mit AES-256-GCM verschlüsselt, Schlüssel außerhalb"
    if set_up.public_url.startswith("https://"):
        yield "Übertragung nur mit TLS"
    else:
        yield "ACHTUNG: Die Seiten sind ohne TLS eingestellt"
    if set_up.is_demo:
        yield "ACHTUNG: Vorführung ohne zweiten Faktor, alle Personen sind erfunden"
    else:
        yield "Zweiter Faktor für alle Konten"
    if set_up.oidc_issuer:
        yield "Anmeldung auch über die Stadt; dort sieht sie nach dem zweiten Faktor"
    if set_up.backup_recipient:
        yield "Sicherungen mit öffentlichem Schlüssel verschlüsselt"
    else:
        yield "ACHTUNG: Kein Schlüssel für Sicherungen eingestellt"
    kind = "PostgreSQL" if set_up.database_url.startswith("postgresql") else "SQLite"
    yield f"Datenbank {kind}; Protokoll mit Prüfkette"
    yield (
        "Fremde Akten nur im Notfall, mit Grund, für eine Stunde; Leitung und "
        "Datenschutz erfahren es sofort"
    )


def _host(address: str) -> str:
    parts = urlsplit(address)
    return "" if parts.scheme == "folder" else parts.hostname or ""


def _in_words(period: Period) -> str:
    unit = "Monate" if isinstance(period, Months) else "Tage"
    return f"{period.number} {unit}"
