"""Tests run by forks of one process: each once, a group together, and what fails is said."""

import os
import re
import subprocess
import sys

import pytest
from toc import ROOT

TESTS = """\
import os

import pytest

with open("collected", "a") as file:
    print("once", file=file)
GROUPS = [
    pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in ("first", "second", "third")
]


@pytest.fixture(scope="module")
def dear():
    print("made in", os.getpid())


@pytest.mark.parametrize("part", "abc")
@pytest.mark.parametrize("name", GROUPS)
def test_of_a_group(name, part, dear, tmp_path, capfd):
    os.system("echo told")
    assert capfd.readouterr().out == "told\\n"
    print("ran", name, part, "in", os.getpid())


def test_that_fails():
    print("said before it failed")
    assert 1 == 2


def test_that_ends_its_worker():
    os._exit(3)


def test_that_is_left_out():
    pytest.skip("why not")
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with these tests."""
    folder = tmp_path_factory.mktemp("workers")
    (folder / "test_some.py").write_text(TESTS)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = xdist_group(name)\n")
    return folder


def run(folder, *options):
    """What pytest says of the tests in a folder, and how it ends."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tools.workers", "-p", "no:cacheprovider", *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
        capture_output=True,
        timeout=60,
    )
    return done.stdout + done.stderr, done.returncode


def test_each_test_runs_once_and_what_fails_is_said(folder):
    said, status = run(folder, "-rP", "--forks", "2")
    assert status == 1
    assert "2 failed, 9 passed, 1 skipped" in said
    assert "assert 1 == 2" in said and "said before it failed" in said
    assert "a worker ended while it ran test_some.py::test_that_ends_its_worker" in said
    assert "1 of 12 tests did not end" in said
    ran = re.findall(r"^ran (\w+) (\w) in (\d+)$", said, re.MULTILINE)
    assert sorted(f"{group} {part}" for group, part, _ in ran) == [
        f"{group} {part}" for group in ("first", "second", "third") for part in "abc"
    ]
    assert len({(group, process) for group, _, process in ran}) == 3
    made = re.findall(r"^made in (\d+)$", said, re.MULTILINE)
    assert sorted(made) == sorted({process for _, _, process in ran})
    assert (folder / "collected").read_text() == "once\n"


def test_after_enough_failures_no_more_are_run(folder):
    said, status = run(folder, "-x", "--forks", "1")
    assert status == 1
    assert "1 failed, 9 passed" in said and "stopping after 1 failures" in said
