"""Does every rule of ours (tests/semgrep) bite, and leave its neighbour alone?"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RULES = ROOT / "tests/semgrep/house.yml"
PATH = f"{os.environ['PATH']}:{ROOT / '.tools/semgrep/bin'}"
SCAN = ("semgrep", "scan", "--json", "--metrics=off", "--disable-version-check")
WEB = "booking/web/planted.py"
BELOW = "booking/services/planted.py"
ASKED = "from flask import *\n"

# rule → (where, what it must find, what it must leave alone)
PLANTED = {
    "sql-is-written-not-put-together": (
        BELOW,
        "from sqlalchemy import text\nx = text(f'SELECT {a}')\ny = text('a' + b)\n"
        "z.exec_driver_sql('SELECT %s' % a)",
        "from sqlalchemy import text\nx = text('SELECT :a')\ny = text('a' 'b')",
    ),
    "secrets-are-compared-in-constant-time": (
        BELOW,
        "a = given == token\nb = row.digest != x\nc = x if self.code_hash == y else 0",
        "a = StaffSession.token_hash == x\nb = kind == 'token'\nc = token == ''",
    ),
    "what-a-visitor-sent-is-not-written-down": (
        WEB,
        f"{ASKED}path = request.path\nlog.info(path)\nprint(request.form)\n"
        "log.error('x', extra={'fault': request.values['name']})",
        f"{ASKED}log.info('x', extra={{'route': request.url_rule.rule}})",
    ),
    "log-lines-are-fixed-words": (
        BELOW,
        "log.info(f'{name} came')\nlog.warning('%s came', name)\nlog.error(str(e))",
        "log.info('somebody came', extra={'fault': 'x'})\nmath.log('%s', x)",
    ),
    "two-doors-lead-out": (
        BELOW,
        "import urllib.request\nfrom urllib3 import PoolManager\nimport smtplib\n"
        "socket.create_connection(x)",
        "from urllib.parse import quote\nimport socket\nsocket.gethostname()",
    ),
    "nobody-is-sent-where-the-visitor-says": (
        WEB,
        f"{ASKED}def a():\n    return redirect(request.args['next'])\n"
        "def b():\n    to = request.form.get('to', '')\n    return redirect(to, 303)",
        f"{ASKED}def a():\n    return redirect(url_for('x', y=request.args['y']))\n"
        "def b():\n    to = request.form['to']\n    if not is_inside(to):\n"
        "        return redirect('/')\n    return redirect(to)",
    ),
    "what-was-sent-is-no-file-name": (
        WEB,
        f"{ASKED}def a():\n    return send_file(request.args['file'])\n"
        "def b():\n    name = request.form['name']\n    return open(name)",
        f"{ASKED}def a():\n    return send_file(OURS, download_name='x')",
    ),
    "pages-come-from-templates": (
        WEB,
        f"{ASKED}def a():\n    return Response('<p>' + request.args['q'])\n"
        "def b():\n    return make_response(f'<p>{request.path}')",
        f"{ASKED}def a():\n    return Response(render_template('x', q=request.args))",
    ),
    "no-template-out-of-a-string": (
        WEB,
        "from flask import render_template_string\nrender_template_string(x)\n"
        "env.from_string(x)",
        "render_template('x.html')",
    ),
    "pages-do-not-write": (
        WEB,
        "db.session.add(x)\nwith write_session() as unit: pass\n"
        "from sqlalchemy import delete\ndelete(Client)",
        "db.session.get(x)\nappointments.delete(x)",
    ),
    "sealed-bytes-stay-below": (
        WEB,
        "x = row.name_sealed",
        "x = row.name\ny = row.phone_sealed is not None",
    ),
    "cookies-are-closed-to-scripts": (
        WEB,
        "answer.set_cookie('a', 'b')\nanswer.set_cookie('a', httponly=True)\n"
        "answer.set_cookie('a', httponly=False, samesite='Lax')",
        "answer.set_cookie('a', 'b', httponly=True, samesite='Lax', secure=x)",
    ),
    "no-form-without-its-token": (
        WEB,
        "csrf.exempt(pages)\n@csrf.exempt\ndef view(): ...",
        "csrf.protect()",
    ),
    "settings-are-read-once": (
        BELOW,
        "import os\nx = os.environ['A']\ny = os.getenv('B')",
        "import os\nx = os.path.join('a')",
    ),
}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """What semgrep finds in a house with every fault, and every neighbour, in it."""
    if not shutil.which("semgrep", path=PATH) and os.environ.get("CI") != "true":
        pytest.skip("semgrep is not installed here; tests/run does that")
    house = tmp_path_factory.mktemp("house")
    for rule, (where, fault, innocent) in PLANTED.items():
        _write(house, where, f"{rule}_fault", fault)
        _write(house, where, f"{rule}_innocent", innocent)
    said = subprocess.run(
        [*SCAN, "--config", RULES, "."],
        cwd=house,
        env=os.environ | {"PATH": PATH},
        capture_output=True,
        text=True,
        check=True,
    )
    report = json.loads(said.stdout)
    assert report["errors"] == []
    return {
        (
            Path(one["path"]).stem,
            one["check_id"].rpartition(".")[2],
            one["start"]["line"],
        )
        for one in report["results"]
    }


def _write(house, where, name, text):
    path = (house / where).with_stem(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n")


@pytest.mark.parametrize("rule", PLANTED)
def test_a_rule_of_ours_finds_every_planted_fault(found, rule):
    lines = {line for name, by, line in found if (name, by) == (f"{rule}_fault", rule)}
    assert len(lines) >= PLANTED[rule][1].count("\n") // 2


@pytest.mark.parametrize("rule", PLANTED)
def test_a_rule_of_ours_leaves_its_neighbour_alone(found, rule):
    assert {one for one in found if one[:2] == (f"{rule}_innocent", rule)} == set()


def test_every_rule_is_proved():
    ids = {
        line.split("id: ")[1].strip()
        for line in RULES.read_text().splitlines()
        if line.startswith("  - id: ")
    }
    assert ids == set(PLANTED)
