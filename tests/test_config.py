"""Which settings are refused, and where do secrets come from?"""

import base64
import stat
from dataclasses import FrozenInstanceError

import pytest

from booking import config, create_app
from booking.config import Settings, UnsafeSettings, kept_in
from booking.models import Keyring
from tests import make

SECRET = "s" * 32


def read(tmp_path, **environ):
    names = {f"BOOKING_{name}": value for name, value in environ.items()}
    return Settings.from_environment({"BOOKING_DATA": str(tmp_path / "data"), **names})


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("secret_key", "s" * 31, "32 random characters"),
        ("log", "xml", "json or text"),
        ("zone", "Europe/Goeppingen", "names no time zone"),
        ("zone", "../../etc/passwd", "names no time zone"),
        ("public_url", "termine.example.org", "BOOKING_PUBLIC_URL"),
        ("public_url", "ftp://example.org", "BOOKING_PUBLIC_URL"),
        ("mail_url", "http://example.org", "begins with smtp://"),
        ("mail_url", "smtp://u:p@mail.example.org?tls=none", "in the clear"),
        ("trusted_proxies", ("10.0.0.0/99",), "10.0.0.0/99"),
        ("calendar_hosts", ("https://cloud.example.org",), "without https://"),
        ("calendar_hosts", ("cloud.example.org:8443",), "without a port"),
        ("calendar_hosts", ("cloud.example.org/dav",), "names of hosts"),
        ("calendar_hosts", ("käse.example",), "names of hosts"),
        ("calendar_hosts", ("*.example.org",), "names of hosts"),
        ("calendar_hosts", ("a..b",), "names of hosts"),
        ("calendar_hosts", ("a" * 254,), "names of hosts"),
    ],
)
def test_what_could_not_be_run_safely_is_refused(tmp_path, setting, value, words):
    with pytest.raises(UnsafeSettings, match=words):
        make.settings(tmp_path, "sqlite:///nowhere.sqlite", **{setting: value})


def test_what_runs_safely_is_accepted(tmp_path):
    for mail in ("", "smtp://127.0.0.1:25", "smtps://u:p@mail.example.org"):
        assert (
            make.settings(tmp_path, "sqlite:///nowhere.sqlite", mail_url=mail).mail_url
            == mail
        )
    local = "smtp://u:p@localhost?tls=none"
    assert make.settings(tmp_path, "sqlite:///nowhere.sqlite", mail_url=local)


def test_lists_may_be_written_with_commas_or_spaces(tmp_path):
    settings = read(tmp_path, TRUSTED_PROXIES="10.0.0.0/8, 127.0.0.1  ::1")
    assert settings.trusted_proxies == ("10.0.0.0/8", "127.0.0.1", "::1")


def test_a_text_is_read_under_its_own_name(tmp_path):
    database = "sqlite:///elsewhere.sqlite"
    settings = read(tmp_path, DATABASE_URL=database, LOG=" text\n", OIDC_NAME="Town")
    assert (settings.database_url, settings.log) == (database, "text")
    assert (settings.oidc_name, settings.zone) == ("Town", "Europe/Berlin")


def test_the_hosts_of_calendars_are_read_as_names(tmp_path):
    settings = read(tmp_path, CALENDAR_HOSTS="Cloud.example.org, exchange 10.0.0.5")
    assert settings.calendar_hosts == ("cloud.example.org", "exchange", "10.0.0.5")
    assert read(tmp_path).calendar_hosts == ()


def test_a_secret_may_come_in_a_file(tmp_path):
    path = tmp_path / "secret"
    path.write_text(f"{SECRET}\n")
    assert read(tmp_path, SECRET_KEY_FILE=str(path)).secret_key == SECRET
    with pytest.raises(UnsafeSettings, match="cannot be read"):
        read(tmp_path, SECRET_KEY_FILE=str(tmp_path / "none"))


def test_without_any_setting_a_secret_is_made_once_for_its_owner(tmp_path):
    first, second = read(tmp_path), read(tmp_path)
    assert first.secret_key == second.secret_key
    path = tmp_path / "data" / "secret.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [one.name for one in path.parent.iterdir()] == ["secret.key"]
    assert first.keys == tmp_path / "data-keys"
    assert first.database_url == f"sqlite:///{tmp_path / 'data' / 'lotse.sqlite'}"


def test_who_comes_second_reads_what_the_first_one_wrote(tmp_path, monkeypatch):
    """Between looking and linking, another process has made the file."""
    exists = type(tmp_path).exists
    monkeypatch.setattr(type(tmp_path), "exists", lambda _path: False)
    first = kept_in(tmp_path, "field.keys")
    second = kept_in(tmp_path, "field.keys")
    monkeypatch.setattr(type(tmp_path), "exists", exists)
    assert first == second
    assert [path.name for path in tmp_path.iterdir()] == ["field.keys"]


def test_no_secret_is_shown_when_settings_are(tmp_path):
    secrets = {
        "secret_key": "secret-" * 5,
        "database_url": "postgresql+psycopg://u:secret-@h/d",
        "mail_url": "smtps://u:secret-@h",
        "field_keys": ("secret-",),
    }
    settings = make.settings(tmp_path, **({"database_url": ""} | secrets))
    assert "secret-" not in repr(settings)
    with pytest.raises(FrozenInstanceError):
        settings.log = "text"


def test_keys_from_the_environment_are_used_instead_of_the_folder(tmp_path):
    key = base64.urlsafe_b64encode(b"k" * 32).decode()
    settings = make.settings(tmp_path, f"sqlite:///{tmp_path / 'x'}", field_keys=(key,))
    ring = create_app(settings).extensions["booking.keyring"]
    sealed = Keyring([b"k" * 32], b"any" * 11).seal("Amal", "here")
    assert ring.open(sealed, "here") == "Amal"
    assert not (settings.keys / "field.keys").exists()


@pytest.mark.parametrize("key", ["short", "%%%", "a" * 44])
def test_a_key_that_is_none_is_refused(tmp_path, key):
    settings = make.settings(tmp_path, "sqlite:///nowhere.sqlite", field_keys=(key,))
    with pytest.raises(UnsafeSettings, match="field key"):
        create_app(settings)


@pytest.mark.parametrize(
    ("name", "kind", "url", "words"),
    [
        ("geocoder", "google", "", "local, nominatim, photon, pelias"),
        ("geocoder", "nominatim", "", "own server"),
        ("geocoder", "nominatim", "ftp://maps.example.org", "own server"),
        ("geocoder", "nominatim", "https://a:b@maps.example.org", "own server"),
        (
            "geocoder",
            "nominatim",
            "https://nominatim.openstreetmap.org",
            "where people",
        ),
        (
            "geocoder",
            "nominatim",
            "https://Nominatim.OpenStreetMap.org./x",
            "where people",
        ),
        ("geocoder", "photon", "https://photon.komoot.io", "where people"),
        ("geocoder", "pelias", "https://api.geocode.earth", "where people"),
        ("geocoder", "photon", "http://maps.example.org", "in the clear"),
        ("travel", "walk", "", "circle, roads, osrm, valhalla"),
        ("travel", "roads", "/nowhere.osm.pbf", "OpenStreetMap extract"),
        ("travel", "osrm", "https://router.project-osrm.org", "where people"),
        ("travel", "valhalla", "https://valhalla1.openstreetmap.de", "where people"),
    ],
)
def test_nobody_but_the_town_is_asked_where_people_live(
    tmp_path, name, kind, url, words
):
    changes = {name: kind, f"{name}_url": url}
    with pytest.raises(UnsafeSettings, match=words) as refusal:
        make.settings(tmp_path, "sqlite:///nowhere.sqlite", **changes)
    assert str(refusal.value).count(". ") == 0  # one sentence


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8080", "http://photon:2322", "https://maps.example.org/x"]
)
def test_the_towns_own_servers_are_accepted(tmp_path, url):
    own = read(tmp_path, GEOCODER="photon", GEOCODER_URL=url)
    assert (own.geocoder, own.geocoder_url) == ("photon", url)
    assert read(tmp_path, TRAVEL="osrm", TRAVEL_URL=url).travel_url == url


SIGN_ON = {
    "oidc_issuer": "https://login.example.org/realms/town",
    "oidc_client_id": "lotse",
    "oidc_client_secret": "secret-of-ours",
}


def with_sign_on(tmp_path, **changes):
    return make.settings(tmp_path, "sqlite:///nowhere.sqlite", **(SIGN_ON | changes))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"oidc_issuer": ""}, "BOOKING_OIDC_ISSUER, BOOKING_OIDC_CLIENT_ID"),
        ({"oidc_client_id": ""}, "BOOKING_OIDC_CLIENT_ID and"),
        ({"oidc_client_secret": ""}, "BOOKING_OIDC_CLIENT_SECRET"),
        ({"oidc_issuer": "http://login.example.org"}, "in the clear"),
        ({"oidc_issuer": "http://10.0.0.1/realms/town"}, "in the clear"),
        ({"oidc_issuer": "login.example.org"}, "the issuer of the town"),
        ({"oidc_issuer": "https://a:b@login.example.org"}, "the issuer of the town"),
        ({"oidc_issuer": "https://login.example.org/?x=1"}, "the issuer of the town"),
        ({"oidc_issuer": "https://login.example.org/#x"}, "the issuer of the town"),
        ({"oidc_only": "perhaps"}, "BOOKING_OIDC_ONLY to yes or no"),
        ({"public_url": "http://termine.example.org"}, "begins with https://"),
        (dict.fromkeys(SIGN_ON, "") | {"oidc_only": "yes"}, "Single sign-on needs"),
    ],
)
def test_a_single_sign_on_that_would_not_be_safe_is_refused(tmp_path, changes, words):
    with pytest.raises(UnsafeSettings, match=words):
        with_sign_on(tmp_path, **changes)


def test_a_single_sign_on_is_read_from_the_environment(tmp_path):
    (tmp_path / "secret").write_text("secret-of-ours\n")
    found = read(
        tmp_path,
        PUBLIC_URL="https://termine.example.org",
        OIDC_ISSUER=SIGN_ON["oidc_issuer"],
        OIDC_CLIENT_ID="lotse",
        OIDC_CLIENT_SECRET_FILE=str(tmp_path / "secret"),
        OIDC_NAME="Stadt Göppingen",
        OIDC_ACR="gold, mfa",
        OIDC_ONLY="yes",
    )
    assert found.oidc_client_secret == "secret-of-ours"
    assert (found.oidc_name, found.oidc_acr) == ("Stadt Göppingen", ("gold", "mfa"))
    assert found.closes_passwords
    assert "secret-of-ours" not in repr(found)
    assert not with_sign_on(tmp_path).closes_passwords


@pytest.mark.parametrize("missing", ["authlib", "joserfc"])
def test_without_the_extra_the_start_says_what_to_install(
    tmp_path, monkeypatch, missing
):
    found = config.find_spec
    monkeypatch.setattr(
        config, "find_spec", lambda name: None if name == missing else found(name)
    )
    assert make.settings(tmp_path, "sqlite:///nowhere.sqlite"), "nobody asked for it"
    with pytest.raises(UnsafeSettings, match=r"install “lotse\[sso\]”"):
        with_sign_on(tmp_path)
