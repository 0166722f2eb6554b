"""The wheels that Python in the browser imports: those of a list by hashes, and the book's."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LISTED = ROOT / "requirements-browser.txt"
#: Written when all of the list is there.
STAMP = "complete"
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "-q")
#: Of the browser's Python: what is compiled for no other.
BROWSER = (
    *("--no-deps", "--require-hashes", "--only-binary=:all:"),
    *("--python-version", "3.14", "--implementation", "py", "--abi", "none", "--platform", "any"),
)
#: What a wheel of this project is made of.
MADE_OF = ("pyproject.toml", "setup.cfg", "README.md", "LICENSE", "LICENSES", "ste", "stebook")


def fill(store: Path) -> None:
    """Have the wheels in a folder: the listed ones once, this project's anew.

    Raises
    ------
    ValueError
        If pip cannot get or build them; with its last line.
    """
    wanted = hashlib.sha256(LISTED.read_bytes()).hexdigest()
    stamp = store / STAMP
    if not stamp.is_file() or stamp.read_text() != wanted:
        shutil.rmtree(store, ignore_errors=True)
        store.mkdir(parents=True)
        pip("download", *BROWSER, "-d", store, "-r", LISTED)
        stamp.write_text(wanted)
    for former in store.glob("ste_book-*.whl"):
        former.unlink()
    with tempfile.TemporaryDirectory() as folder:  # a build writes beside its sources
        for name in MADE_OF:
            source, copy = ROOT / name, Path(folder, name)
            if source.is_dir():
                shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copyfile(source, copy)
        pip("wheel", "--no-index", "--no-deps", "--no-build-isolation", "-w", store, folder)


def pip(*arguments: object) -> None:
    """Run the pip of this environment."""
    command = [*PIP, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        said = lines[-1] if lines else done.stderr.strip()
        raise ValueError(f"expected the wheels of {LISTED.name}, got from pip: {said}")
