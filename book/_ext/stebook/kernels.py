"""Kernels of the build: they find `ste`, know of the build, and run again when it changes."""

import hashlib
import os
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config


def digest(package: Path) -> str:
    """A hash over the names and contents of everything in a package."""
    found = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            found.update(path.relative_to(package).as_posix().encode())
            found.update(path.read_bytes())
    return found.hexdigest()[:16]


def prepare(app: Sphinx, config: Config) -> None:
    """Set the kernels' environment and a cache of executed chapters that is keyed by `ste`."""
    root = Path(app.srcdir)
    os.environ["STE_BOOK_BUILD"] = "html"
    others = [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    os.environ["PYTHONPATH"] = os.pathsep.join([str(root), *others])
    cache = root / "_build" / ".jupyter_cache" / digest(root / "ste")
    config["nb_execution_cache_path"] = str(cache)
