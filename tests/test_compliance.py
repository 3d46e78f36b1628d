"""Do the papers for data protection say what the program does?"""

from datetime import timedelta
from pathlib import Path

import pytest

import booking
from booking.oidc import provider as oidc
from booking.services import (
    emergencies,
    own_account,
    second_factor,
    sessions,
    sign_in_links,
    storage_periods,
)
from booking.services.accounts import HASHER
from booking.services.links import TOKEN_BYTES
from booking.services.retention_settings import BOUNDS, RetentionSettings

PAPERS = Path(booking.__file__).parent / "compliance"


def words(name):
    return " ".join((PAPERS / name).read_text("utf-8").split())


@pytest.mark.parametrize(
    ("line", "period"),
    [
        ("Termin ohne Akte | {} Tage", storage_periods.APPOINTMENT),
        ("Hausbesuch ohne Akte | {} Tage", storage_periods.VISIT_REQUEST),
        ("kurzer Kontakt, ohne Akte | {} Tage", storage_periods.SHORT_CONTACT),
        ("Platz auf der Warteliste | {} Tage", storage_periods.WAITING),
        ("dass eine Nachricht ging | {} Tage", storage_periods.LETTER),
        ("Protokoll | {} Monate", storage_periods.JOURNAL),
    ],
)
def test_the_erasure_concept_names_the_periods_that_are_kept(line, period):
    assert line.format(period.number) in words("loeschkonzept.md")


def test_the_erasure_concept_says_how_long_a_file_stays_unless_an_office_decides():
    usual = RetentionSettings()
    said = (
        f"+ {usual.aftercare_months} Monate Nachbetreuung + {usual.keep_months} Monate"
    )
    assert f"Ende der Beratung {said}" in words("loeschkonzept.md")
    assert BOUNDS["keep_months"][1] == 6  # the notice: until six months after our help


@pytest.mark.parametrize(
    "fact",
    [
        f"{HASHER.memory_cost // 1024} MiB",
        {3: "drei Durchgänge"}[HASHER.time_cost],
        f"{own_account.SHORTEST} Zeichen",
        f"{second_factor.RECOVERY_CODES} Ersatzcodes",
        f"{sessions.TRIES.misses} Fehlversuchen in 15 Minuten",
        f"{sessions.IDLE.seconds // 60} Minuten ohne Klick",
        f"{sessions.AT_MOST.seconds // 3600} Stunden",
        f"{TOKEN_BYTES * 8} Bit",
        f"höchstens {oidc.AT_ONCE} Anfragen je {oidc.WITHIN:.0f} Sekunden",
        f"als Einladung {sign_in_links.LASTS['invitation'].days} Tage",
        f"vergessen“ {sign_in_links.LASTS['reset'].seconds // 3600} Stunde",
        f"{sessions.FRESH.seconds // 60} Minuten zurückliegt",
        f"für {emergencies.OPEN_FOR // timedelta(hours=1)} Stunde",
        f"nach {emergencies.TRIES.misses} Versuchen in einer Stunde",
        f"höchstens {emergencies.LATEST.days} Tage",
    ],
)
def test_the_measures_name_what_is_built(fact):
    assert fact in words("massnahmen.md")


def test_every_paper_is_listed_and_every_listed_paper_is_there():
    listed = words("README.md")
    for paper in PAPERS.glob("*.md"):
        assert paper.name == "README.md" or f"({paper.name})" in listed


def test_the_papers_name_commands_that_exist():
    from booking.cli import MODULES

    text = " ".join(words(one.name) for one in PAPERS.glob("*.md"))
    for part in text.split("`booking ")[1:]:
        assert part.split("`")[0].split()[0] in MODULES
