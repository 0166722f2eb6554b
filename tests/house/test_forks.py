"""Errors put into forks of one process: what they give, what runs, what is noticed."""

import os
import subprocess
import sys
from functools import partial
from types import ModuleType

import pytest
from toc import ROOT

from tools import forks

PLAIN = """\
LIMIT = 3.0


class Box:
    def __init__(self, side):
        self.side = side

    @property
    def volume(self):
        return self.side**3


def inside(x, limit=LIMIT, *, closed=True):
    return x <= limit if closed else x < limit
"""
TESTS = """\
from some import Box, inside


def test_box():
    assert Box(1.0).volume == 1.0


def test_inside():
    assert inside(3.0) and not inside(3.0, closed=False)
"""
SCRIPT = """\
import sys
from pathlib import Path
from tools import forks

tests = forks.Forks(Path("code").resolve(), 2)


def notices(old, new, name):
    text = Path("code/some.py").read_text().replace(old, new)
    forks.put_in(text, sys.modules["some"], [name])
    return tests.noticed_by(tests.items)


def work():
    tests.measure()
    place = forks.place_of(sys.modules["some"].inside.__code__)
    print([item.name for item in tests.running(place)], tests.running(place, 0.0))
    errors = {"a": ("<= limit", "> limit", "inside"), "b": ("3.0", "3", "inside")}
    errors["c"] = "x < limit", "[] * 10**9999", "inside"
    works = [(key, forks.partial(notices, *error)) for key, error in errors.items()]
    print(sorted(forks.forked(works, 2)))


tests.start(sys.argv[1:], work)
"""


@pytest.fixture
def some():
    """The plain text as a module."""
    module = ModuleType("some")
    module.__file__ = "some.py"
    exec(compile(PLAIN, "some.py", "exec"), vars(module))
    return module


@pytest.fixture
def project(tmp_path):
    """A project with one module, its tests, and a script that forks them."""
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "some.py").write_text(PLAIN)
    (tmp_path / "test_some.py").write_text(TESTS)
    (tmp_path / "test_broken.py").write_text("def test_it():\n    assert False\n")
    (tmp_path / "script.py").write_text(SCRIPT)
    return tmp_path


def run(project, *files):
    """The script's run with some files of tests."""
    path = os.pathsep.join([str(project / "code"), str(ROOT)])
    return subprocess.run(
        [sys.executable, "script.py", *files],
        cwd=project,
        env={**os.environ, "PYTHONPATH": path},
        text=True,
        capture_output=True,
    )


def test_work_in_forks_gives_what_it_gives_here():
    works = [(base, partial(pow, base, 2)) for base in range(5)]
    assert sorted(forks.forked(works, 2)) == [(base, base**2) for base in range(5)]


def test_work_that_breaks_off_gives_nothing():
    assert list(forks.forked([("raises", partial(int, "x")), ("ends", partial(os._exit, 3))], 2))
    assert dict(forks.forked([("raises", partial(int, "x"))], 1)) == {"raises": None}


def test_a_function_gets_other_code_wherever_it_is_held(some):
    held, box = some.inside, some.Box(2.0)
    forks.put_in(PLAIN.replace("<= limit", "> limit"), some, ["inside"])
    assert held(4.0) and not held(2.0)
    forks.put_in(PLAIN.replace("side**3", "side*3"), some, ["Box", "volume"])
    assert box.volume == 6.0
    forks.put_in(PLAIN.replace("True", "False").replace("=LIMIT", "=5.0"), some, ["inside"])
    assert not held(5.0) and held(4.9)


def test_what_runs_is_recorded(some, tmp_path):
    with forks.recorded(tmp_path) as nothing:
        some.inside(1.0)
    assert not nothing
    module = ModuleType("some")
    exec(compile(PLAIN, str(tmp_path / "some.py"), "exec"), vars(module))
    with forks.recorded(tmp_path) as functions:
        module.inside(1.0)
    assert functions == {forks.place_of(module.inside.__code__)}


def test_the_tests_that_run_a_function_notice_its_errors(project):
    done = run(project, "test_some.py")
    assert "['test_inside'] []\n" in done.stdout, done
    assert "[('a', 'test_some.py::test_inside'), ('b', ''), ('c', '" in done.stdout


def test_tests_that_fail_without_an_error_decide_nothing(project):
    done = run(project, "test_some.py", "test_broken.py")
    assert "a test that fails without an error: test_broken.py::test_it" in done.stdout
    assert "RuntimeError: pytest ended with 4" in run(project, "nope.py").stderr
