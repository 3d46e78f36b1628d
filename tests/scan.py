"""What do wapiti and sqlmap find in the running demo?

    python -m tests.scan [--sown] [--seconds 30]

Starts the demo (tests/reliability/scanned.py), walks through the clients' pages and,
signed in, through those of each role, and attacks every form. Ends with 1 if something
is found. ``--sown`` scans a page with two old faults instead and ends with 1 unless both
are found. Installs the scanners into .tools/scanners; takes half an hour on two cores.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

from tests.reliability.processes import LOOPBACK, ROOT, cut_off, free_port

SCANNERS = ROOT / ".tools/scanners"
WANTED = ("wapiti3>=3.2,<4", "sqlmap>=1.9,<2")
# Not csrf: it calls a form open when a wrong token is answered like its own, and it may
# not hold the cookie that its own belongs to. A missing token is refused (test_headers).
MODULES = "xss,permanentxss,sql,file,exec,crlf,redirect,csp,cookieflags,http_headers"
# Clients' forms have no token: without a cookie there is nothing to ride on.
NO_FINDING = {("Cross Site Request Forgery", r"/de/.*")}
ROLES = ("counsellor", "coordinator", "front_desk", "head", "admin", "data_protection")
FIELDS = {  # by sqlmap: what a client or somebody at the door may type
    "/de/find": {"code": "ABCDEFGHJK"},
    "/de/book/day": {"place": "office", "language": "de", "interpreter": "no"},
    "/de/accessibility/feedback": {"text": "x", "contact": "x"},
    "/staff/sign-in": {"email": "a@example.org", "password": "x"},
}
TAKEN = ("200", "303", "409", "422")  # a form without its token is answered by 400
STARTS_WITHIN = 120  # seconds
Finding = tuple[str, str, str]


def main() -> int:
    """Scan, and tell what was found."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--sown", action="store_true")
    asked.add_argument("--seconds", type=int, default=30, help="for each module")
    wanted = asked.parse_args()
    install()
    with tempfile.TemporaryDirectory() as room, demo(Path(room), wanted.sown) as url:
        scan = _scan_of_the_sown if wanted.sown else _scan_of_everything
        return scan(Path(room), url, wanted.seconds)


def install() -> None:
    """Put the scanners where they disturb nobody's versions."""
    if (SCANNERS / "bin/wapiti").exists() and (SCANNERS / "bin/sqlmap").exists():
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", SCANNERS], check=True)
    pip = [SCANNERS / "bin/pip", "install", "--quiet"]
    subprocess.run([*pip, *WANTED], check=True)


@contextmanager
def demo(room: Path, sown: bool) -> Iterator[str]:  # noqa: FBT001 - from the command line
    """Serve a demo of its own; give its address."""
    port = free_port()
    command = [sys.executable, "-m", "tests.reliability.scanned"]
    command += ["--sown"] * sown + ["demo", f"--port={port}", f"--data={room / 'demo'}"]
    with (room / "demo.log").open("wb") as log:
        running = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + STARTS_WITHIN
        while "Stop with" not in (room / "demo.log").read_text():
            assert running.poll() is None, (room / "demo.log").read_text()[-2000:]
            assert time.monotonic() < deadline
            time.sleep(0.2)
        time.sleep(2)
        yield f"http://{LOOPBACK}:{port}"
    finally:
        cut_off(running)


def _scan_of_everything(room: Path, url: str, seconds: int) -> int:
    found = 0
    for one in _everything(room, url, seconds):
        _tell("FOUND " + " · ".join(one))
        found += 1
    _tell(f"{found} findings")
    return 1 if found else 0


def _everything(room: Path, url: str, seconds: int) -> Iterator[Finding]:
    yield from wapiti(room, f"{url}/de/", seconds)
    for role in ROLES:
        cookie = signed_in(room, url, role)
        yield from wapiti(room, f"{url}/staff/today", seconds, cookie)
    for path, fields in FIELDS.items():
        yield from sqlmap(room, f"{url}{path}", fields)
    log = (room / "demo.log").read_text()
    yield from broken(log)
    yield from not_reached(log)


def broken(log: str) -> Iterator[Finding]:
    """Say which pages met an error of ours while they were attacked."""
    met = set(re.findall(r" ([A-Z]+ /\S*) (50\d) ", log))
    yield from (("fault", page, status) for page, status in sorted(met))


def not_reached(log: str) -> Iterator[Finding]:
    """Say if the forms of staff were knocked at in vain: for their token, or at all."""
    answers = Counter(re.findall(r"POST /staff/\S* (\d{3}) ", log))
    taken = sum(answers[one] for one in TAKEN)
    _tell(f"forms of staff: {answers.total()} sent, {taken} read and answered")
    if not taken:
        yield "no form of staff was reached", "/staff/", str(dict(answers))


def _scan_of_the_sown(room: Path, url: str, seconds: int) -> int:
    page = f"{url}/de/help/sown?q=a"
    scripts = list(wapiti(room, page, seconds))
    injected = list(sqlmap(room, page, {}))
    for one in (*scripts, *injected):
        _tell(" · ".join(one))
    kinds = {kind for kind, *_ in (*scripts, *injected)}
    missed = {"Reflected Cross Site Scripting", "sqlmap"} - kinds
    _tell(f"not found: {', '.join(sorted(missed))}" if missed else "both found")
    return 1 if missed else 0


def signed_in(room: Path, url: str, role: str) -> str:
    """Sign in as somebody of the demo; return her cookie."""
    staff = json.loads((room / "demo/demo.json").read_text())["staff"]
    person = next(one for one in staff if role in one["roles"])
    jar = CookieJar()
    browser = build_opener(HTTPCookieProcessor(jar))
    page = browser.open(f"{url}/staff/sign-in").read().decode()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    typed = {"email": person["email"], "password": person["password"]}
    typed["csrf_token"] = token
    browser.open(f"{url}/staff/sign-in", urlencode(typed).encode())
    return "; ".join(f"{one.name}={one.value}" for one in jar)


def wapiti(room: Path, page: str, seconds: int, cookie: str = "") -> Iterator[Finding]:
    """Crawl from a page and attack what is found; yield what wapiti complains of."""
    report = room / "wapiti.json"
    command = [SCANNERS / "bin/wapiti", "--url", page, "--module", MODULES]
    command += ["--scope", "domain" if cookie else "folder", "--no-bugreport"]
    command += ["--max-scan-time", str(seconds), "--max-attack-time", str(seconds)]
    command += ["--max-parameters", "25", "--flush-session", "--depth", "6"]
    command += ["--store-session", str(room / "wapiti"), "--verbose", "0"]
    command += ["--exclude", f"{page.partition('/staff')[0]}/staff/sign-out"]
    command += ["--cookie-value", cookie] if cookie else []
    command += ["--format", "json", "--output", report]
    # What it tells of requests that its own time limit cut off is no finding.
    with (room / "wapiti.log").open("ab") as told:
        subprocess.run(command, stdout=told, stderr=told, check=True)
    found = json.loads(report.read_text())
    _tell(f"wapiti: {found['infos']['crawled_pages_nbr']} pages from {page}")
    yield from findings(found)


def findings(told: dict) -> Iterator[Finding]:
    """Read a report of wapiti's, but for what is none."""
    for kind, places in (told["vulnerabilities"] | told["anomalies"]).items():
        for place in places:
            known = any(
                kind == one and re.fullmatch(where, place["path"])
                for one, where in NO_FINDING
            )
            if not known:
                yield kind, f"{place['method']} {place['path']}", place["info"]


def sqlmap(room: Path, page: str, fields: dict[str, str]) -> Iterator[Finding]:
    """Try to inject into every field of a form; yield what gives in."""
    command = [SCANNERS / "bin/sqlmap", "--url", page, "--batch", "--flush-session"]
    command += ["--level=2", "--risk=2", "--technique=BEU", "--dbms=SQLite"]
    command += [
        "--ignore-code=*",
        "--disable-coloring",
        f"--output-dir={room / 'sqlmap'}",
    ]
    if fields:
        command += [f"--data={urlencode(fields | {'csrf_token': 'x'})}"]
        command += [f"-p{','.join(fields)}"]
    if "/staff/" in page:
        command += ["--csrf-token=csrf_token"]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    _tell(f"sqlmap: {page}: {_last_words(said)}")
    for name in re.findall(r"^Parameter: (.+)$", said, re.MULTILINE):
        yield "sqlmap", page, name
    if "all tested parameters" not in said and "Parameter:" not in said:
        yield "sqlmap did not finish", page, _last_words(said)


def _last_words(said: str) -> str:
    lines = [
        line
        for line in said.splitlines()
        if re.search(r"\[(CRITICAL|WARNING|INFO)", line)
    ]
    return lines[-1] if lines else said[-200:]


def _tell(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
