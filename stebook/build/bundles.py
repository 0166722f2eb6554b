"""The part of Plotly that a page draws with: npm has it in bundles, and the smallest will do.

plotly.py carries the whole of plotly.js, more than three times as much. Where there is no npm, or
no network, the pages take that.
"""

import hashlib
import io
import re
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path

from sphinx.util import logging

LOGGER = logging.getLogger(__name__)
#: Of plotly.js, as plotly.py in the lock has it.
VERSION = "4.1.1"
#: Seconds; npm asks the network.
PATIENCE = 60
#: The whole of Plotly, among the files that packages carry.
WHOLE = "plotly/plotly.min.js"


@dataclass(frozen=True)
class Bundle:
    """A bundle of npm: its name there, the hash of its archive, and what it draws."""

    name: str
    sha256: str
    traces: frozenset[str]

    @property
    def file(self) -> str:
        """Its script, among the static files of the pages."""
        return f"plotly/plotly-{self.name}.min.js"


#: The smallest comes first.
BUNDLES = (
    Bundle(
        "basic",
        "ea907f854b6cec4f6a2fa71540ec019a21ed2c61e6a109ddd5c072103a96eed0",
        frozenset({"scatter", "bar"}),
    ),
    Bundle(
        "cartesian",
        "c5f9a84666b97e571a04de689e09319869e60900e265c89eac2f71d0b5a0de88",
        frozenset({"scatter", "bar", "heatmap", "contour"}),
    ),
)
_TRACES = re.compile(r'<figure class="explorer"[^>]* data-traces="([^"]*)"')


def bring(bundle: Bundle, store: Path) -> Path | None:
    """The script of a bundle, from the store or from npm; None where neither has it.

    Raises
    ------
    ValueError
        If the archive is not the one that is known here.
    """
    script = store / Path(bundle.file).name
    if script.is_file():
        return script
    npm = shutil.which("npm")
    if npm is None:
        return None
    store.mkdir(parents=True, exist_ok=True)
    package = f"plotly.js-{bundle.name}-dist-min"
    command = [npm, "pack", f"{package}@{VERSION}", "--silent", "--fetch-retries=0"]
    try:
        done = subprocess.run(command, cwd=store, capture_output=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return None
    archive = store / f"{package}-{VERSION}.tgz"
    if done.returncode or not archive.is_file():
        return None
    content = archive.read_bytes()
    archive.unlink()
    found = hashlib.sha256(content).hexdigest()
    if found != bundle.sha256:
        raise ValueError(f"{package}: expected the archive {bundle.sha256}, got {found}")
    script.write_bytes(member(content, f"package/{script.name}"))
    return script


def member(archive: bytes, name: str) -> bytes:
    """The content of a file in an archive."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        file = files.extractfile(name)
        if file is None:
            raise ValueError(f"archive: expected a file {name}, got a folder")
        return file.read()


def collect(store: Path, folder: Path) -> None:
    """Put the bundles among the static files: all of them, or else the whole of Plotly stays."""
    scripts = {bundle: bring(bundle, store) for bundle in BUNDLES}
    if None in scripts.values():
        LOGGER.info("npm brought no bundle of Plotly: pages with explorers take all of it")
        return
    for bundle, script in scripts.items():
        shutil.copyfile(str(script), folder / bundle.file)
    (folder / WHOLE).unlink()


def needed(body: str, folder: Path) -> str:
    """The smallest script that draws the explorers of a page.

    Raises
    ------
    ValueError
        If the whole of Plotly is left out and no bundle draws one of them.
    """
    traces = set(" ".join(_TRACES.findall(body)).split())
    for bundle in BUNDLES:
        if traces <= bundle.traces and (folder / bundle.file).is_file():
            return bundle.file
    if not (folder / WHOLE).is_file():
        raise ValueError(f"traces: expected those of a bundle, got {', '.join(sorted(traces))}")
    return WHOLE
