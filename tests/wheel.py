"""The wheel of the project, built and installed without a network."""

import shutil
import subprocess
import sys
import sysconfig
from importlib.metadata import version
from pathlib import Path

from toc import ROOT

#: What builds and tools leave in the project's folder.
LEFT_BEHIND = (".*", "_build", "*.egg-info", "__pycache__")
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "-q")


def run(*command: object) -> None:
    """Run a command; if it fails, fail with what it wrote."""
    done = subprocess.run([str(part) for part in command], text=True, capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr


def build(folder: Path) -> Path:
    """The wheel, in a folder; it is built from a copy, since a build writes beside its sources."""
    present = version("setuptools")
    assert int(present.partition(".")[0]) >= 77, (
        f"setuptools {present} is older than pyproject.toml asks for: install requirements-lock.txt"
    )
    copy = folder / "sources"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_BEHIND))
    run(*PIP, "wheel", "--no-index", "--no-deps", "--no-build-isolation", "-w", folder, copy)
    (wheel,) = folder.glob("*.whl")
    return wheel


def python(environment: Path) -> Path:
    """The interpreter of an environment."""
    return Path(sysconfig.get_path("scripts", "venv", {"base": str(environment)})) / "python"


def site(environment: Path) -> Path:
    """Where an environment has its packages."""
    return Path(sysconfig.get_path("purelib", "venv", {"base": str(environment)}))


def install(wheel: Path, environment: Path) -> None:
    """Make an empty environment and install the wheel alone."""
    run(sys.executable, "-m", "venv", "--without-pip", environment)
    run(*PIP, "--python", python(environment), "install", "--no-index", "--no-deps", wheel)
