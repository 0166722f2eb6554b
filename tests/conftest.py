"""The built book, for all tests that look at its pages."""

import os
import sys
from pathlib import Path

import pytest
import wheel as wheels

from tools import project


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
def built() -> Path:
    """The folder of the built book; it is built first where it does not match its sources."""
    if not project.is_built():
        if "PYTEST_XDIST_WORKER" in os.environ:  # two workers would build into one folder
            pytest.fail("The built book does not match its sources: run `make book` first.")
        if project.build(Path(sys.executable).parent):
            pytest.fail("The book does not build: see what `make book` says.")
    return project.HTML.parent
