"""The built book, for all tests that look at its pages; and the order in which tests run."""

import gc
import os
import sys
import time
from pathlib import Path

import pytest
import wheel as wheels

from tools import project

#: Folders in the order of their tests. Those that need the book come last, since it may be built
#: meanwhile, and those of a browser side by side, for it is started once. What takes longest in one
#: piece and needs no book is not left to the end, when other workers would wait for it.
ORDER = (
    *("tests/ste/", "tests/stebook/", "tests/house/", "ste", "tests/book/test_twice.py"),
    *("tests/browser/", "tests/"),
)


def pytest_configure(config: pytest.Config) -> None:
    """The mark that says which tests stay together; what is collected is no garbage."""
    gc.disable()
    config.addinivalue_line("markers", "xdist_group(name): tests of a group run on one worker")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put each test into a group, that of its file unless it says more, and order the groups.

    What runs from the wheel is one group, so that the wheel is built and installed once.
    """
    groups: dict[str, list[pytest.Item]] = {}
    for item in items:
        mark = item.get_closest_marker("xdist_group")
        file = "wheel" if "wheel" in getattr(item, "fixturenames", ()) else item.location[0]
        group = mark.args[0] if mark else file
        if not mark:
            item.add_marker(pytest.mark.xdist_group(group))
        if "PYTEST_XDIST_WORKER" in os.environ and hasattr(item, "_id"):
            # pytest-xdist 3.8 adds the group to `_nodeid`, where pytest 9.2 no longer looks
            item._id = type(item._id).parse(f"{item.nodeid}@{group}")
        groups.setdefault(group, []).append(item)
    ordered = sorted(groups.values(), key=lambda group: min(place(i.location[0]) for i in group))
    items[:] = [item for group in ordered for item in group]


def pytest_collection_finish() -> None:
    """Look for garbage again, among what tests make alone: each look at ten thousand takes long."""
    gc.collect()
    gc.freeze()
    gc.enable()


def place(file: str) -> int:
    """Where the tests of a file stand in the order."""
    return next((i for i, folder in enumerate(ORDER) if file.startswith(folder)), len(ORDER))


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the present sources."""
    return wheels.build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel installed and nothing else, not even pip."""
    folder = tmp_path_factory.mktemp("environment")
    wheels.install(wheel, folder)
    return folder


@pytest.fixture(scope="session")
def built(pytestconfig: pytest.Config) -> Path:
    """The folder of the built book; it is built first where it does not match its sources."""
    while "STE_BOOK_BUILDING" in os.environ and project.BUILDING.exists():
        time.sleep(0.5)
    if not project.is_built():
        if "PYTEST_XDIST_WORKER" in os.environ or pytestconfig.getoption("--forks", 0):
            # two workers would build into one folder
            pytest.fail("The built book does not match its sources: run `make book` first.")
        if project.build(Path(sys.executable).parent):
            pytest.fail("The book does not build: see what `make book` says.")
    return project.HTML.parent
