"""Does what starts often start light?"""

import gc
import subprocess
import sys

import pytest

from booking.longevity import undisturbed

# What a process must not load that only reads a calendar, or is only spawned by ours.
HEAVY = ("flask", "sqlalchemy", "jinja2", "booking.web", "booking.models")
PROGRAM = "import sys, {}; print(*({!r} & sys.modules.keys()))"


@pytest.mark.parametrize(
    "light", ["booking.services.calendar_child", "booking.__main__"]
)
def test_a_child_loads_neither_pages_nor_records(light):
    loaded = [sys.executable, "-c", PROGRAM.format(light, set(HEAVY))]
    said = subprocess.run(loaded, capture_output=True, text=True, check=True)
    assert said.stdout.split() == []


def test_who_has_no_single_sign_on_does_not_load_it():
    program = "import booking.application, sys; print({'authlib', 'joserfc'} & sys.modules.keys())"
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "set()"


def test_rubbish_is_looked_for_again_after_the_start():
    with pytest.raises(KeyError), undisturbed():
        {}["what is not there"]
    assert gc.isenabled()


def test_no_rubbish_is_looked_for_while_things_come_that_stay():
    with undisturbed():
        assert not gc.isenabled()
