"""Kernels of the build: they find `ste`, know of the build, and run again when it changes."""

import hashlib
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

#: What of a folder counts: caches of other tools come and go beside the sources.
SOURCES = (".py", ".js", ".css", ".svg", ".json")
#: What chapters run on: folders of the project, and the packages of others.
READ = ("ste", "stebook", "requirements-lock.txt")
#: What the cache takes for a part of a database's address, which would lie elsewhere or nowhere;
#: and what Jupyter Book takes for a pattern of names, by which it would leave out no page.
_TAKEN = re.compile(r"\?|%[0-9a-fA-F]{2}|\[.+\]")


def digest(places: Iterable[Path]) -> str:
    """A hash over the names and contents of files, and of all sources in folders."""
    found = hashlib.sha256()
    for place in places:
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path == place or (path.suffix in SOURCES and path.is_file()):
                found.update(path.relative_to(place).as_posix().encode() + b"\0")
                found.update(path.read_bytes() + b"\0")
    return found.hexdigest()[:16]


def prepare(app: Sphinx, config: Config) -> None:
    """Set the kernels' environment and a cache of executed chapters keyed by what they read."""
    root = Path(app.srcdir)
    if taken := _TAKEN.search(str(root)):
        raise ConfigError(
            f"{root}: expected a folder without {taken[0]} in its name, which parts of the build "
            "take for an address or a pattern"
        )
    if str(root) not in sys.path:  # autodoc imports `ste` in this process
        sys.path.insert(0, str(root))
    os.environ["STE_BOOK_BUILD"] = "html"
    others = [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    os.environ["PYTHONPATH"] = os.pathsep.join([str(root), *others])
    cache = root / "_build" / ".jupyter_cache" / digest(root / folder for folder in READ)
    config["nb_execution_cache_path"] = str(cache)
