"""The project's own files agree with each other."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import ste

ROOT = Path(__file__).resolve().parents[1]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def names(text):
    return {
        re.split(r"[<>=!\[; ]", line, maxsplit=1)[0].lower().replace("_", "-")
        for line in text.splitlines()
        if line and not line.startswith(("#", "-"))
    }


def test_one_version():
    assert re.search(rf"^version: {re.escape(ste.__version__)}$", read("CITATION.cff"), re.M)
    assert f"## {ste.__version__}" in read("book/changelog.md")


def test_the_package_needs_numpy_alone():
    project = tomllib.loads(read("pyproject.toml"))["project"]
    assert [re.match(r"\w+", d).group() for d in project["dependencies"]] == ["numpy"]


def test_importing_the_package_loads_numpy_alone():
    code = (
        "import sys, ste;"
        "loaded = {'sympy', 'plotly', 'ipywidgets', 'tqdm', 'scipy', 'mpmath'} & set(sys.modules);"
        "assert not loaded, loaded"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_the_lock_holds_everything_that_is_required():
    locked = names(read("requirements-lock.txt"))
    assert names(read("requirements.txt")) | names(read("requirements-test.txt")) <= locked


def test_the_lock_is_exact_and_names_no_address():
    lines = [line for line in read("requirements-lock.txt").splitlines() if line[:1] != "#"]
    assert lines
    for line in lines:
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line), line


@pytest.mark.parametrize("command", ["book", "test", "lab", "clean"])
def test_make_only_calls_the_script(command):
    rule = re.search(rf"^{command}:.*\n\t(.*)$", read("Makefile"), re.M)
    assert rule.group(1) == f"@$(PYTHON) tools/project.py {command}"


def test_the_script_refuses_an_unknown_command():
    done = subprocess.run(
        [sys.executable, "tools/project.py", "nope"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert done.stderr.strip() == (
        "project.py: expected one command of: book, test, lab, lock, clean, help"
    )


def test_contributing_is_short():
    assert len(read("CONTRIBUTING.md").splitlines()) < 60


def test_the_readme_names_the_two_commands():
    readme = read("README.md")
    assert "make book" in readme and "make test" in readme
