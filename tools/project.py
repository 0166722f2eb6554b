"""Build, test and open the book. Needs Python 3.11 or newer and nothing else.

    python tools/project.py book    build the book into _build/html
    python tools/project.py test    build the book and run every check
    python tools/project.py lab     open the chapters in JupyterLab
    python tools/project.py lock    write requirements-lock.txt anew
    python tools/project.py clean   remove what was built, the environment too

Each command makes the environment .venv first, or makes it anew when the requirements changed or an
earlier attempt was cut short.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "complete"
LOCK = ROOT / "requirements-lock.txt"
HTML = ROOT / "_build" / "html" / "index.html"
LEAST = (3, 11)


def stop(sentence: str) -> None:
    """End with one sentence that says what is missing."""
    sys.exit(f"project.py: {sentence}")


def call(*command: object, **options: object) -> int:
    """Run a command in the project's folder and return its exit status."""
    return subprocess.run([str(part) for part in command], cwd=ROOT, **options).returncode


def fingerprint() -> str:
    """What the environment must match: the lock, the package's own metadata, the interpreter."""
    found = hashlib.sha256(sys.version.encode())
    for path in (LOCK, ROOT / "pyproject.toml"):
        found.update(path.read_bytes())
    return found.hexdigest()


def pip(*arguments: object) -> None:
    """Run pip in the environment; stop with its last error if it fails."""
    command = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "-q", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, text=True, stderr=subprocess.PIPE)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        reason = (errors or done.stderr.splitlines() or ["pip failed"])[-1]
        stop(f"the packages could not be installed (is the network there?): {reason}")


def create() -> None:
    """An empty environment, or a sentence about what Python lacks."""
    if VENV.exists():
        shutil.rmtree(VENV)
    done = subprocess.run([sys.executable, "-m", "venv", str(VENV)], text=True, capture_output=True)
    if done.returncode:
        stop(
            f"Python {sysconfig.get_python_version()} cannot make a virtual environment here; "
            "on Debian and Ubuntu the package python3-venv is missing "
            f"({(done.stderr or done.stdout).strip().splitlines()[-1]})"
        )


def environment() -> None:
    """Make .venv complete; the stamp is written last, so half of one is never taken for done."""
    if STAMP.exists() and STAMP.read_text() == fingerprint():
        return
    print("Making the environment .venv; this takes a minute or two.", flush=True)
    create()
    pip("install", "-r", LOCK)
    pip("install", "--no-deps", "-e", ".")
    show_chapters_as_notebooks()
    STAMP.write_text(fingerprint())


def show_chapters_as_notebooks() -> None:
    """Open .md chapters as notebooks in this environment's JupyterLab; the home is not touched."""
    settings = VENV / "share" / "jupyter" / "lab" / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    viewers = {"defaultViewers": {"markdown": "Jupytext Notebook"}}
    overrides = {"@jupyterlab/docmanager-extension:plugin": viewers}
    (settings / "overrides.json").write_text(json.dumps(overrides, indent=2))


def book() -> int:
    """Build with warnings as errors."""
    environment()
    status = call(BIN / "jupyter-book", "build", ".", "-W", "-n", "--keep-going", env=quiet())
    if status == 0:
        print(f"The book is at {HTML.relative_to(ROOT).as_posix()} ({HTML.as_uri()})")
    return status


def quiet() -> dict[str, str]:
    """The environment for children, with the programs of .venv first."""
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "VIRTUAL_ENV": str(VENV)}


def test() -> int:
    """Lint, build and run the tests; report every part, fail if one fails."""
    environment()
    parts = {
        "lint": [PYTHON, "-m", "ruff", "check", "."],
        "format": [PYTHON, "-m", "ruff", "format", "--check", "."],
        "lint of the chapters": [PYTHON, "tools/chapter_cells.py"],
    }
    failed = [name for name, command in parts.items() if call(*command, env=quiet())]
    if book():
        failed.append("book")
    if call(PYTHON, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup", env=quiet()):
        failed.append("tests")
    if failed:
        print(f"Failed: {', '.join(failed)}.")
    return len(failed)


def lab() -> int:
    """JupyterLab on the chapters."""
    environment()
    return call(BIN / "jupyter-lab", "book", env=quiet())


def lock() -> int:
    """Resolve the requirements in a new environment and write down what came out."""
    create()
    pip("install", "-r", "requirements-test.txt")
    freeze = [str(PYTHON), "-m", "pip", "freeze", "--exclude-editable"]
    frozen = subprocess.run(freeze, cwd=ROOT, check=True, text=True, capture_output=True).stdout
    head = "# Exact versions for CI and `make`, written by: python tools/project.py lock\n"
    LOCK.write_text(head + frozen)
    return 0


def clean() -> int:
    """Remove what was built."""
    for folder in (VENV, ROOT / "_build"):
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def usage() -> int:
    """Say what there is."""
    print(__doc__)
    return 0


COMMANDS = {
    "book": book,
    "test": test,
    "lab": lab,
    "lock": lock,
    "clean": clean,
    "help": usage,
}


def main() -> None:
    """Run the command that was asked for."""
    if sys.version_info < LEAST:
        found = sysconfig.get_python_version()
        stop(f"Python {'.'.join(map(str, LEAST))} or newer is needed, this is {found}")
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        stop(f"expected one command of: {', '.join(COMMANDS)}")
    sys.exit(COMMANDS[sys.argv[1]]())


if __name__ == "__main__":
    main()
