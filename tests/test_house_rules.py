"""Which rules of the house does no linter know? Each is shown to be able to fail.

A rule takes what it judges (a text, paths, an app) and gives the faults in words.
"""

import ast
import io
import os
import re
import subprocess
import tokenize
import tomllib
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path, PurePosixPath

import pytest
from flask import Flask

from tests.conftest import LONGEST

ROOT = Path(__file__).resolve().parent.parent

# --- The addresses -----------------------------------------------------------


def pages_without_audience(app: Flask) -> list[str]:
    views = app.view_functions.items()
    return [
        name
        for name, view in views
        if name != "static" and not hasattr(view, "audience")
    ]


def careless_paths(app: Flask) -> list[str]:
    return [str(rule) for rule in app.url_map.iter_rules() if not careful(rule.rule)]


def careful(path: str) -> bool:
    fixed = re.sub(r"<[^>]+>", "", path)
    variables = re.findall(r"<([^>]+)>", path)
    fixed = fixed.removeprefix("/.well-known")  # RFC 8615 has chosen that name
    plain = re.fullmatch(r"[a-z0-9/-]*(\.[a-z]+)?", fixed)  # it may end in .ics
    return bool(plain) and all(":" in variable for variable in variables)


# --- The code ----------------------------------------------------------------

READS_THE_CLOCK = re.compile(
    r"datetime\.datetime\.(now|utcnow|today)|datetime\.date\.today"
    r"|time\.(time|time_ns|localtime|gmtime|ctime)"
    r"|sqlalchemy\.(sql\.)?func\.(now|current_\w+|localtime\w*)"
)
EXCEPTION = re.compile(
    r"noqa(:\s*[A-Z]+\d+([,\s]+[A-Z]+\d+)*)?"
    r"|type:\s*ignore(\[[\w\s,-]*\])?"
    r"|pragma:?\s*(no\s+)?\w+"
)
NAMES_WITHOUT_AN_OWNER = {
    *("utils", "util", "helpers", "helper", "common", "manager"),
    *("data", "info", "process", "handle"),
}
TEST_FOLDERS_OF_THEIR_OWN = {"browser", "benchmarks", "reliability"}


def commits(text: str) -> list[str]:
    nodes = ast.walk(ast.parse(text))
    found = [n for n in nodes if isinstance(n, ast.Attribute) and n.attr == "commit"]
    return [f"line {node.lineno} commits" for node in found]


def clock_readings(text: str) -> list[str]:
    tree = ast.parse(text)
    known = imported_names(tree)
    named = [
        node for node in ast.walk(tree) if isinstance(node, ast.Attribute | ast.Name)
    ]
    full = [(node.lineno, full_name(node, known)) for node in named]
    return [
        f"line {line} asks {name}"
        for line, name in full
        if READS_THE_CLOCK.fullmatch(name)
    ]


def imported_names(tree: ast.AST) -> dict[str, str]:
    known = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known |= {name.asname: name.name for name in node.names if name.asname}
        elif isinstance(node, ast.ImportFrom):
            known |= {n.asname or n.name: f"{node.module}.{n.name}" for n in node.names}
    return known


def full_name(node: ast.expr, known: dict[str, str]) -> str:
    if isinstance(node, ast.Attribute):
        return f"{full_name(node.value, known)}.{node.attr}"
    return known.get(node.id, node.id) if isinstance(node, ast.Name) else "?"


def exceptions_without_reason(text: str) -> list[str]:
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    comments = [token for token in tokens if token.type == tokenize.COMMENT]
    bare = [
        token
        for token in comments
        if EXCEPTION.search(token.string)
        and not re.search(r"[A-Za-z]{3}", EXCEPTION.sub("", token.string))
    ]
    return [f"line {token.start[0]} gives no reason: {token.string}" for token in bare]


def modules_without_owner(paths: Iterable[str]) -> list[str]:
    return [
        path
        for path in paths
        if any(
            PurePosixPath(part).stem in NAMES_WITHOUT_AN_OWNER
            for part in path.split("/")
        )
    ]


def folders_without_room(paths: Iterable[str]) -> list[str]:
    folders = {PurePosixPath(path).parent for path in paths}
    rooms = {room for folder in folders for room in (folder, *folder.parents)}
    tests = {folder for folder in folders if folder.parts[:1] == ("tests",)}
    strange = {
        folder
        for folder in tests
        if PurePosixPath("booking", *folder.parts[1:]) not in rooms
    }
    return [str(f) for f in strange if f.parts[1] not in TEST_FOLDERS_OF_THEIR_OWN]


# --- The pages ---------------------------------------------------------------

NOT_IN_A_TEMPLATE = {
    "unescaped text": r"\|\s*safe\b|autoescape\s+false",
    "an inline script": r"<script\b(?![^>]*\ssrc=)|javascript:",
    "an inline style": r"<style\b|(?<![\w-])style\s*=",
    # "online" and its like are words, not events.
    "an inline handler": r"\bon(?!e\b|ce\b|ly\b|to\b|line\b)[a-z]+\s*=\s*[\"'{]",
}
DECLARATION = re.compile(r"([\w-]+)\s*:\s*([^;{}]*)(?=[;}])")


def template_faults(text: str) -> list[str]:
    return [
        f"{fault}: {found[0]}"
        for fault, pattern in NOT_IN_A_TEMPLATE.items()
        for found in re.finditer(pattern, text, re.IGNORECASE)
    ]


def physical_sides(text: str) -> list[str]:
    rules = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    declarations = (found[0] for found in DECLARATION.finditer(rules))
    return [each for each in declarations if re.search(r"\b(left|right)\b", each)]


# --- The repository ----------------------------------------------------------

TOP_LEVEL = {
    *("booking", "templates", "translations", "tests"),
    *("wsgi.py", "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE"),
}
REGISTRIES = [  # spelt in pieces, so that this file names none of them
    ".".join(pieces.split())
    for pieces in (
        *("pypi org", "pythonhosted org", "anaconda org", "npmjs org", "npmjs com"),
        *("yarnpkg com", "deb debian org", "security debian org", "crates io"),
        *("proxy golang org", "rubygems org", "packagist org", "maven org"),
    )
]
LOCK_FILE = re.compile(
    r".*\.lockb?|.*-lock\.(json|ya?ml)|npm-shrinkwrap\.json|pylock\b.*\.toml|go\.sum"
)


def strangers_at_the_top(paths: Iterable[str]) -> list[str]:
    top = {path.split("/")[0] for path in paths} - TOP_LEVEL
    return [name for name in top if not name.startswith(".")]


def registry_hosts(text: str) -> list[str]:
    return [
        f"names registry {n}"
        for n, host in enumerate(REGISTRIES)
        if host in text.lower()
    ]


def lock_files(paths: Iterable[str]) -> list[str]:
    return [path for path in paths if LOCK_FILE.fullmatch(PurePosixPath(path).name)]


# Zone rules change with the news: an upper limit would keep clocks wrong.
WITHOUT_LIMIT = {"tzdata"}


def dependencies_without_limit(text: str) -> list[str]:
    project = tomllib.loads(text)["project"]
    wanted = [project["dependencies"], *project["optional-dependencies"].values()]
    names = [one for several in wanted for one in several]
    return [
        one
        for one in names
        if not re.search(r",<=?\d|^lotse\[", one)
        and re.split(r"[<>=\[]", one)[0] not in WITHOUT_LIMIT
    ]


# --- The house keeps its rules -----------------------------------------------


@cache
def files(folder: str = "", suffix: str = "") -> list[str]:
    """List what is committed or about to be, deleted files left out."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-coz", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=os.environ.get("CI") == "true",  # there nothing is skipped
    )
    if listed.returncode:
        pytest.skip("this is no git checkout, so nobody knows what belongs to it")
    paths = {path for path in listed.stdout.split("\0") if path.startswith(folder)}
    return sorted(p for p in paths if p.endswith(suffix) and (ROOT / p).is_file())


def faults(
    rule: Callable[[str], list[str]], paths: list[str], *exempt: str
) -> list[str]:
    return [
        f"{path}: {fault}"
        for path in paths
        if not path.startswith(exempt)
        for fault in rule((ROOT / path).read_bytes().decode("utf-8", "replace"))
    ]


def test_every_page_says_who_may_open_it(app):
    assert pages_without_audience(app) == []


def test_paths_are_lower_case_and_hyphenated_and_their_variables_typed(app):
    assert careless_paths(app) == []


def test_only_services_commit():
    allowed = ("booking/services/", "booking/migrations/")
    assert faults(commits, files("booking/", ".py"), *allowed) == []


def test_only_the_clock_reads_the_clock():
    assert faults(clock_readings, files("booking/", ".py"), "booking/clock.py") == []


def test_every_exception_for_a_linter_gives_its_reason():
    assert faults(exceptions_without_reason, files(suffix=".py")) == []


def test_no_module_has_a_name_that_fits_anything():
    assert modules_without_owner(files(suffix=".py")) == []


def test_the_folders_of_the_tests_mirror_the_rooms_of_the_house():
    assert folders_without_room(files(suffix=".py")) == []


def test_templates_hold_nothing_unescaped_and_nothing_inline():
    assert faults(template_faults, files("templates/")) == []


def test_our_stylesheets_know_no_left_and_right():
    # What is vendored lies in a folder of its own and follows its maker's rules.
    ours = [path for path in files("booking/static/", ".css") if path.count("/") == 2]
    assert faults(physical_sides, ours) == []


def test_the_top_level_holds_only_what_the_plan_of_the_house_names():
    assert strangers_at_the_top(files()) == []


def test_no_file_names_the_host_of_a_package_registry():
    assert faults(registry_hosts, files()) == []


def test_every_part_we_stand_on_has_an_upper_limit():
    assert faults(dependencies_without_limit, ["pyproject.toml"]) == []


def test_no_lock_file_is_kept():
    assert lock_files(files()) == []


# --- Every rule finds a planted fault, and leaves its neighbour alone ---------

PROJECT = '[project]\ndependencies = ["{}"]\noptional-dependencies = {{}}'
PLANTED = [
    (commits, "db.session.commit()"),
    (commits, "with unit() as unit:\n    unit.session.commit()"),
    (clock_readings, "from datetime import datetime as d\nd.now(UTC)"),
    (clock_readings, "import datetime as dt\nstamp = dt.datetime.utcnow"),
    (clock_readings, "from datetime import date\nfield(default_factory=date.today)"),
    (clock_readings, "import time\ntime.time()"),
    (clock_readings, "def late():\n    from time import time\n    return time()"),
    (clock_readings, "from sqlalchemy import func\nfunc.now()"),
    (exceptions_without_reason, "import os  # noqa"),
    (exceptions_without_reason, "import os  # noqa: F401, E402"),
    (exceptions_without_reason, "x = 1  # type: ignore[assignment]"),
    (exceptions_without_reason, "if x:  # pragma: no cover\n    pass"),
    (modules_without_owner, ["booking/web/helpers.py"]),
    (modules_without_owner, ["booking/data/rows.py"]),
    (folders_without_room, ["booking/web/a.py", "tests/webb/test_a.py"]),
    (folders_without_room, ["booking/web/a.py", "tests/web/client/test_a.py"]),
    (template_faults, "{{ text | safe }}"),
    (template_faults, "{% autoescape false %}"),
    (template_faults, "<script>go()</script>"),
    (template_faults, '<a href="javascript:go()">'),
    (template_faults, '<p style="color: red">'),
    (template_faults, '{{ form.name(style="color: red") }}'),
    (template_faults, "<style>"),
    (template_faults, "<button onclick='go()'>"),
    (template_faults, '{{ form.name(onInput="go()") }}'),
    (physical_sides, "p { margin-left: 1rem }"),
    (physical_sides, "p { color: red; left: 0; }"),
    (physical_sides, "@media print { p { text-align:right; } }"),
    (physical_sides, "p { border-top-left-radius: 4px; }"),
    (strangers_at_the_top, ["notes.txt"]),
    (strangers_at_the_top, ["scripts/deploy.sh"]),
    (registry_hosts, f"pip install --index-url https://{REGISTRIES[0]}/simple"),
    (
        registry_hosts,
        f'"resolved": "https://registry.{REGISTRIES[3].upper()}/axe-core"',
    ),
    (dependencies_without_limit, PROJECT.format("Flask>=3.1")),
    (dependencies_without_limit, PROJECT.format("Flask")),
    (lock_files, ["tests/browser/package-lock.json"]),
    (lock_files, ["uv.lock"]),
    (lock_files, ["pylock.toml"]),
]
INNOCENT = [
    (commits, "unit.committed()"),
    (clock_readings, "from booking import clock\nclock.now()"),
    (clock_readings, "from booking.clock import now, today\nnow(), today()"),
    (clock_readings, "import time\ntime.monotonic() + time.perf_counter()"),
    (clock_readings, "query.now, self.time.time"),
    (exceptions_without_reason, "import os  # noqa: F401 - read by the plugin"),
    (exceptions_without_reason, "x = 1  # type: ignore[misc]  # its stubs lag behind"),
    (exceptions_without_reason, "text = '# noqa'"),
    (modules_without_owner, ["booking/web/forms.py", "booking/metadata.py"]),
    (folders_without_room, ["booking/web/client/a.py", "tests/web/test_a.py"]),
    (
        folders_without_room,
        ["booking/a.py", "tests/browser/test_a.py", "tests/make.py"],
    ),
    (template_faults, '{% set online = "yes" %}<p class="style">once="more"'),
    (template_faults, "<script src=\"{{ url_for('static', filename='map.js') }}\">"),
    (physical_sides, "/* left: 0; */ p { margin-inline-start: 1rem }"),
    (physical_sides, "@page :left { margin: 1cm } p { text-align: start }"),
    (strangers_at_the_top, [".ci/run", "booking/cli/a.py", "README.md"]),
    (registry_hosts, "pip install lotse"),
    (dependencies_without_limit, PROJECT.format("Flask[async]>=3.1,<3.2")),
    (lock_files, ["booking/services/lock.py", "tests/browser/package.json"]),
]


@pytest.mark.parametrize(("rule", "planted"), PLANTED)
def test_a_planted_fault_is_found(rule, planted):
    assert rule(planted)


@pytest.mark.parametrize(("rule", "innocent"), INNOCENT)
def test_what_only_looks_like_a_fault_is_left_alone(rule, innocent):
    assert rule(innocent) == []


def test_a_page_that_names_no_audience_is_found():
    app = Flask(__name__)
    app.add_url_rule("/open", "forgotten", lambda: "")
    assert pages_without_audience(app) == ["forgotten"]


@pytest.mark.parametrize("path", ["/Staff", "/sign_in", "/staff/<uuid>", "/a.b/c"])
def test_a_careless_path_is_found(path):
    app = Flask(__name__)
    app.add_url_rule(path, "page", lambda: "")
    assert careless_paths(app) == [path]


@pytest.mark.parametrize("path", ["/", "/<lang:l>/a/<string:t>.ics", "/sign-in"])
def test_a_careful_path_is_left_alone(path):
    assert careful(path)


def test_the_longest_files_are_still_there():
    assert [file for file in LONGEST if not (ROOT / "tests" / file).exists()] == []
