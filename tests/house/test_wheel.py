"""Installed, the package works: with numpy alone, and with everything that the book needs."""

import email
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from toc import ROOT
from wheel import python, site

import ste

#: What is run in an environment that has the wheel; `sys.argv[1]` is where it is installed.
NUMPY_ALONE = """
import importlib, pathlib, pkgutil, sys
import ste
assert pathlib.Path(ste.__file__).is_relative_to(sys.argv[1]), ste.__file__
teacher = ste.Teacher(v=[1, -0.5], w=[1, 0, 0])
assert ste.population_loss([0.5, 0.1], [0.3, 0.8, 0.1], teacher) > 0
for module in pkgutil.walk_packages(ste.__path__, "ste."):
    if module.name.split(".")[1] != "symbolic":
        importlib.import_module(module.name)
        print(module.name)
missing = {"sympy", "plotly", "ipywidgets"} & set(sys.modules)
assert not missing, missing
"""
EXPLORERS = """
import os, pathlib, sys
import ste, stebook
for package in (ste, stebook):
    assert pathlib.Path(package.__file__).is_relative_to(sys.argv[1]), package.__file__
for name in stebook.EXPLORERS:
    bundle = stebook.show(name)._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle, name
    assert bundle["text/plain"], name
    print(name)
os.environ["STE_BOOK_BUILD"] = "html"
for name in ("deep_accuracy", "deep_probe", "deep_stability", "deep_windows", "race"):
    assert 'class="explorer"' in stebook.show(name)._repr_mimebundle_()["text/html"], name
"""


def ran(interpreter, code, folder, *words, **environment):
    """A run of some code in a folder that has nothing of the project."""
    outside = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return subprocess.run(
        [str(interpreter), "-c", code, *map(str, words)],
        cwd=folder,
        env={**outside, **environment},
        text=True,
        capture_output=True,
    )


@pytest.fixture(scope="module")
def with_numpy(environment):
    """The environment with numpy beside the wheel: links to this one's."""
    installed = Path(np.__file__).parents[1]
    for path in [*installed.glob("numpy"), *installed.glob("numpy.libs")]:
        (site(environment) / path.name).symlink_to(path)
    return environment


def sources(package):
    """The files of a package as they are in the repository."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_has_the_two_packages_and_all_that_is_in_them(wheel):
    with zipfile.ZipFile(wheel) as packed:
        inside = {name for name in packed.namelist() if ".dist-info/" not in name}
    assert inside == sources("ste") | sources("stebook")
    assert {"ste/py.typed", "stebook/py.typed"} <= inside
    assert wheel.stat().st_size < 1_000_000


def test_what_the_wheel_says_of_itself(wheel):
    with zipfile.ZipFile(wheel) as packed:
        (name,) = (n for n in packed.namelist() if n.endswith(".dist-info/METADATA"))
        said = email.message_from_string(packed.read(name).decode())
    assert said["Version"] == ste.__version__
    needed = [line for line in said.get_all("Requires-Dist") if "extra ==" not in line]
    assert needed == ["numpy>=2.0"]
    assert said["License-Expression"] == "BSD-3-Clause"
    assert not any(line.startswith("License ::") for line in said.get_all("Classifier"))


def test_ste_works_with_numpy_alone(with_numpy, tmp_path):
    done = ran(python(with_numpy), NUMPY_ALONE, tmp_path, with_numpy)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) > 20


def test_stebook_without_extras_says_what_to_install(with_numpy, tmp_path):
    for module in ("stebook", "stebook.chapters.deep", "stebook.build"):
        done = ran(python(with_numpy), f"import {module}", tmp_path)
        assert done.returncode == 1
        assert done.stderr.splitlines()[-1] == (
            "ImportError: stebook needs sympy, plotly, ipywidgets, anywidget, which cannot be "
            "found here: pip install 'ste-book[explorers]'"
        )


def test_every_explorer_shows_itself(environment, tmp_path):
    folder = site(environment)
    done = ran(sys.executable, EXPLORERS, tmp_path, folder, PYTHONPATH=str(folder))
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) == 20
    assert list(tmp_path.iterdir()) == []


def test_what_a_build_leaves_behind_is_ignored_and_cleaned(wheel):
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"_build/", "*.egg-info/"} <= set(ignored)
    before, after = (
        {path.name for path in folder.iterdir()} for folder in (ROOT, wheel.parent / "sources")
    )
    assert after <= before | {"_build", "ste_book.egg-info"}
