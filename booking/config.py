"""What has the operator decided? Read once from ``BOOKING_*``, checked, frozen."""

import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from importlib.util import find_spec
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any, Self
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MINIMUM_KEY_LENGTH = 32
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
MAIL_SCHEMES = frozenset({"smtp", "smtps", "folder"})
DATABASES = ("sqlite:///", "postgresql+psycopg://")
LOG_FORMATS = frozenset({"json", "text"})
SMS_METHODS = frozenset({"POST", "PUT"})  # a GET would write the text into logs
SMS_BODY = '{"to": "{to}", "text": "{text}", "reference": "{id}"}'
GEOCODERS = ("local", "nominatim", "photon", "pelias")
TRAVELS = ("circle", "roads", "osrm", "valhalla")
WITHOUT_A_SERVER = frozenset({"local", "circle", "roads"})
# Anybody's servers, which geopy and others preset: nobody's home is told to them.
ANYBODYS = (
    *("openstreetmap.org", "openstreetmap.de", "komoot.io", "geocode.earth"),
    "project-osrm.org",
)
LONGEST_HOST = 253  # characters
# RFC 1123, and the underscore that some have all the same.
HOST = re.compile(
    rf"(?=.{{1,{LONGEST_HOST}}}$)"
    r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
    r"(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*"
)


class UnsafeSettings(Exception):
    """The service refuses to start with these settings."""


DEMO_MARK = "demo.json"  # beside its data, what “booking demo” has made up


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Everything an operator decides outside the office's own pages."""

    data: Path
    keys: Path
    secret_key: str = field(repr=False)
    database_url: str = field(repr=False)
    field_keys: tuple[str, ...] = field(default=(), repr=False)
    public_url: str = "http://127.0.0.1:8000"
    trusted_proxies: tuple[str, ...] = ()
    mail_url: str = field(default="", repr=False)
    mail_from: str = "termine@localhost"
    # The gateway for text messages. Headers are one a line, “Name: value”; the body
    # is JSON if it begins like JSON, else a form. In both stand {to} (E.164, with +),
    # {digits} (without), {text} and {id}. ``sms_taken`` is what a good answer contains
    # where a gateway says 200 to everything.
    sms_url: str = field(default="", repr=False)
    sms_method: str = "POST"
    sms_headers: str = field(default="", repr=False)
    sms_body: str = field(default=SMS_BODY, repr=False)
    sms_taken: str = ""
    # The town's own Exchange or Nextcloud: foreign calendars of these hosts may lie in
    # its own net, at any port, and need no TLS. Lower case, in ASCII.
    calendar_hosts: tuple[str, ...] = ()
    # Who finds addresses and travel times: this machine, or the town's own server. For
    # “roads” the address is the path of an OpenStreetMap extract (.osm.pbf).
    geocoder: str = "local"
    geocoder_url: str = ""
    travel: str = "circle"
    travel_url: str = ""
    # The town's single sign-on (OpenID Connect; the extra “sso”). The issuer stands in
    # its discovery document, and may lie in the town's own net. ``oidc_name`` is for
    # the button; one of ``oidc_acr`` must stand in a token's acr or amr; “yes” in
    # ``oidc_only`` takes no password any more.
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_name: str = ""
    oidc_acr: tuple[str, ...] = ()
    oidc_only: str = "no"
    zone: str = "Europe/Berlin"
    log: str = "json"
    # For whom backups are encrypted: the public half of a pair of age keys.
    backup_recipient: str = ""

    # Who brings it reads /health and /metrics from elsewhere; this machine need not.
    metrics_token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Refuse what could not be run safely, in one sentence each."""
        if len(self.secret_key) < MINIMUM_KEY_LENGTH:
            raise UnsafeSettings("Set BOOKING_SECRET_KEY to 32 random characters.")
        if self.metrics_token and len(self.metrics_token) < MINIMUM_KEY_LENGTH:
            raise UnsafeSettings("Set BOOKING_METRICS_TOKEN to 32 random characters.")
        if self.log not in LOG_FORMATS:
            raise UnsafeSettings("Set BOOKING_LOG to json or text.")
        if self.backup_recipient and not self.backup_recipient.startswith("age1"):
            raise UnsafeSettings(
                "BOOKING_BACKUP_RECIPIENT is a public key and begins with age1: "
                "make a pair with “booking keys pair”."
            )
        _check_zone(self.zone)
        _check_database(self.database_url)
        _check_public_url(self.public_url)
        _check_mail_url(self.mail_url)
        _check_proxies(self.trusted_proxies)
        _check_hosts(self.calendar_hosts)
        _check_sms(self)
        _check_oidc(self)
        _check_server("GEOCODER", self.geocoder, self.geocoder_url, GEOCODERS)
        _check_server("TRAVEL", self.travel, self.travel_url, TRAVELS)

    @property
    def is_demo(self) -> bool:
        """Whether everybody here is invented: then a password alone opens the door."""
        return (self.data / DEMO_MARK).exists()

    @property
    def closes_passwords(self) -> bool:
        """Whether the town's single sign-on is the only way in."""
        return self.oidc_only == "yes"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Read ``BOOKING_*``; secrets may come as ``BOOKING_…_FILE`` instead."""
        texts = (one.name for one in fields(cls) if one.type is str)
        found = {name: text for name in texts if (text := _setting(environ, name))}
        data = Path(_setting(environ, "data") or "instance").absolute()
        keys = _setting(environ, "keys")
        return cls(
            data=data,
            keys=Path(keys).absolute() if keys else data.with_name(f"{data.name}-keys"),
            secret_key=found.pop("secret_key", "") or kept_secret(data),
            database_url=found.pop("database_url", "")
            or f"sqlite:///{data / 'lotse.sqlite'}",
            field_keys=_listed(_setting(environ, "field_keys")),
            trusted_proxies=_listed(_setting(environ, "trusted_proxies")),
            calendar_hosts=_listed(_setting(environ, "calendar_hosts").lower()),
            oidc_acr=_listed(_setting(environ, "oidc_acr")),
            **found,
        )

    def as_flask_config(self) -> dict[str, Any]:
        """Translate to the names Flask and its extensions look for."""
        return {
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "MAX_CONTENT_LENGTH": 1_000_000,  # bytes; no page asks for more
            "MAX_FORM_MEMORY_SIZE": 200_000,
            "MAX_FORM_PARTS": 200,
            "BOOKING": self,
        }


def shipped(name: str) -> Path:
    """Return a folder that belongs to the product: in the wheel, or in a checkout."""
    package = Path(__file__).parent
    inside = package / name
    return inside if inside.is_dir() else package.parent / name


def kept_secret(data: Path) -> str:
    """Return the secret key of this data directory; made once, for its owner only."""
    return kept_in(data, "secret.key")


def kept_in(folder: Path, name: str) -> str:
    """Return the random text kept in ``folder/name``, made at the first call.

    Two processes that start together end with the same text: the file is
    linked into place whole, and whoever comes second reads what is there.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise UnsafeSettings(f"This folder cannot be made: {folder}.") from fault
    path = folder / name
    if not path.exists():
        draft = folder / f".{name}.{secrets.token_hex(8)}"
        try:
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(32) + "\n", encoding="ascii")
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink(missing_ok=True)
    return path.read_text(encoding="ascii").strip()


def _setting(environ: Mapping[str, str], name: str) -> str:
    key = f"BOOKING_{name.upper()}"
    if path := environ.get(f"{key}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as fault:
            raise UnsafeSettings(f"{key}_FILE cannot be read: {path}") from fault
    return environ.get(key, "").strip()


def _listed(value: str) -> tuple[str, ...]:
    return tuple(part for part in value.replace(",", " ").split() if part)


def _check_database(url: str) -> None:
    if not url.startswith(DATABASES):
        raise UnsafeSettings(
            "BOOKING_DATABASE_URL begins with sqlite:/// or postgresql+psycopg://."
        )


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as fault:
        raise UnsafeSettings(
            f"BOOKING_ZONE names no time zone: {zone}. Example: Europe/Berlin."
        ) from fault


def _check_public_url(url: str) -> None:
    parts = _split(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UnsafeSettings(
            "Set BOOKING_PUBLIC_URL to the address people open, "
            "such as https://termine.example.org."
        )


def _check_mail_url(url: str) -> None:
    if not url:
        return
    parts = _split(url)
    if parts.scheme not in MAIL_SCHEMES:
        raise UnsafeSettings(
            "BOOKING_MAIL_URL begins with smtp://, smtps:// or folder://."
        )
    if parts.password and parts.hostname not in LOOPBACK and "tls=none" in parts.query:
        raise UnsafeSettings(
            "BOOKING_MAIL_URL would send a password in the clear; leave out tls=none."
        )


def _check_sms(settings: Settings) -> None:
    if not settings.sms_url:
        return
    parts = _split(settings.sms_url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        raise UnsafeSettings(
            "Set BOOKING_SMS_URL to the address of the gateway, such as "
            "https://sms.example.org/send; a secret goes into BOOKING_SMS_HEADERS_FILE."
        )
    if parts.scheme == "http" and not _is_near(parts.hostname):
        raise UnsafeSettings(
            "BOOKING_SMS_URL would send a secret in the clear; begin it with https://."
        )
    if settings.sms_method not in SMS_METHODS:
        raise UnsafeSettings("Set BOOKING_SMS_METHOD to POST or PUT.")
    if any(":" not in line for line in settings.sms_headers.splitlines()):
        raise UnsafeSettings("Write BOOKING_SMS_HEADERS one a line, as Name: value.")
    _check_sms_body(settings.sms_body)


def _check_sms_body(body: str) -> None:
    if "{text}" not in body or not ("{to}" in body or "{digits}" in body):
        raise UnsafeSettings("BOOKING_SMS_BODY needs {text}, and {to} or {digits}.")
    if body.lstrip().startswith(("{", "[")):
        try:
            json.loads(body)
        except ValueError as fault:
            raise UnsafeSettings(
                "BOOKING_SMS_BODY is no JSON; put {to} and {text} between quotes."
            ) from fault


def _check_server(name: str, kind: str, url: str, kinds: tuple[str, ...]) -> None:
    """Refuse what would tell a stranger where somebody lives."""
    if kind not in kinds:
        raise UnsafeSettings(f"Set BOOKING_{name} to {', '.join(kinds)}.")
    if kind == "roads" and not Path(url).is_file():
        raise UnsafeSettings(
            "Set BOOKING_TRAVEL_URL to the path of an OpenStreetMap extract (.osm.pbf)."
        )
    if kind in WITHOUT_A_SERVER:
        return
    parts = _split(url)
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc:
        raise UnsafeSettings(
            f"Set BOOKING_{name}_URL to the town's own server, "
            "such as https://maps.example.org."
        )
    if any(f".{host}".endswith(f".{one}") for one in ANYBODYS):
        raise UnsafeSettings(
            f"BOOKING_{name}_URL would tell {host} where people live; set it to a "
            "server of the town's own."
        )
    if parts.scheme == "http" and "." in host and not _is_near(host):
        raise UnsafeSettings(
            f"BOOKING_{name}_URL would send addresses in the clear; begin it with "
            "https://."
        )


def _check_oidc(settings: Settings) -> None:
    if settings.oidc_only not in {"yes", "no"}:
        raise UnsafeSettings("Set BOOKING_OIDC_ONLY to yes or no.")
    of_it = (settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret)
    if not any(of_it) and not settings.closes_passwords:
        return
    if not all(of_it):
        raise UnsafeSettings(
            "Single sign-on needs BOOKING_OIDC_ISSUER, BOOKING_OIDC_CLIENT_ID and "
            "BOOKING_OIDC_CLIENT_SECRET."
        )
    _check_issuer(settings.oidc_issuer)
    if not _is_private(settings.public_url):
        raise UnsafeSettings(
            "With single sign-on, BOOKING_PUBLIC_URL begins with https://."
        )
    if not (find_spec("authlib") and find_spec("joserfc")):
        raise UnsafeSettings("BOOKING_OIDC_ISSUER needs Authlib: install “lotse[sso]”.")


def _check_issuer(url: str) -> None:
    parts = _split(url)
    is_bare = not (parts.query or parts.fragment or "@" in parts.netloc)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not is_bare:
        raise UnsafeSettings(
            "Set BOOKING_OIDC_ISSUER to the issuer of the town's single sign-on, such "
            "as https://login.example.org/realms/town."
        )
    if not _is_private(url):
        raise UnsafeSettings(
            "BOOKING_OIDC_ISSUER would send a secret in the clear; begin it with "
            "https://."
        )


def _is_private(url: str) -> bool:
    """Tell whether nobody can read along: TLS, or never off this machine."""
    parts = _split(url)
    return parts.scheme == "https" or parts.hostname in LOOPBACK


def _is_near(host: str) -> bool:
    """Tell whether a host is this machine, or an address of the office's own net."""
    try:
        return host in LOOPBACK or ip_address(host).is_private
    except ValueError:
        return False


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError as fault:
        raise UnsafeSettings(f"This is no address: {url}") from fault


def _check_hosts(hosts: tuple[str, ...]) -> None:
    for host in hosts:
        if not HOST.fullmatch(host):
            raise UnsafeSettings(
                "BOOKING_CALENDAR_HOSTS lists names of hosts, without https:// and "
                f"without a port, such as cloud.example.org, not: {host}"
            )


def _check_proxies(proxies: tuple[str, ...]) -> None:
    for proxy in proxies:
        try:
            ip_network(proxy, strict=False)
        except ValueError as fault:
            raise UnsafeSettings(
                "BOOKING_TRUSTED_PROXIES lists addresses or networks, "
                f"such as 127.0.0.1 or 10.0.0.0/8, not: {proxy}"
            ) from fault
