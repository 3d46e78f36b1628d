"""Does anything we stand on have a known hole? Says how much was really looked up.

    python -m tests.audit

pip-audit ends well when it could look up nothing: without the service that knows the
holes it skips every package. So the packages are counted here, and what was skipped is
called unknown. Only a hole fails; a machine without the internet cannot help it.
"""

import json
import subprocess
import sys
from importlib.metadata import distributions

COMMAND = ("pip-audit", "--format=json", "--progress-spinner=off", "--timeout=5")
PATIENCE = 90  # seconds, for all packages


def main() -> int:
    """Ask pip-audit about this environment; tell what came out."""
    words, holes = verdict(_said(), installed=len(_installed()))
    sys.stdout.writelines(f"{one}\n" for one in words)
    return 1 if holes else 0


def verdict(said: str, *, installed: int) -> tuple[list[str], int]:
    """Return what to tell, and how many holes are known."""
    found = _dependencies(said)
    looked_up = [one for one in found if "vulns" in one]
    words = [
        f"{one['name']} {one['version']}: {hole['id']}, {_mended(hole)}"
        for one in looked_up
        for hole in one["vulns"]
    ]
    return [*words, _summary(len(looked_up), installed)], len(words)


def _summary(looked_up: int, installed: int) -> str:
    """Say “audited” only of all; of ours, which no index knows, nothing is asked."""
    if looked_up >= installed:
        return f"dependencies: audited {looked_up} of {installed}"
    return (
        f"dependencies: unknown: audited {looked_up} of {installed} "
        "(the service that knows the holes did not answer for the others)"
    )


def _mended(hole: dict[str, list[str]]) -> str:
    versions = ", ".join(hole.get("fix_versions", []))
    return f"mended in {versions}" if versions else "not mended yet"


def _dependencies(said: str) -> list[dict]:
    try:
        return json.loads(said)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return []  # it gave up before it could report: nothing was looked up


def _installed() -> set[str]:
    """Name what is installed here, but for ourselves."""
    return {one.name.lower() for one in distributions()} - {"lotse"}


def _said() -> str:
    try:
        asked = subprocess.run(
            COMMAND, capture_output=True, text=True, check=False, timeout=PATIENCE
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout


if __name__ == "__main__":
    sys.exit(main())
