"""Build, test and open the book. Needs Python 3.11 or newer and nothing else.

    python tools/project.py book        build the book into _build/html
    python tools/project.py test        build the book and run every check
    python tools/project.py check       lint, types, examples, the unit tests of what changed
    python tools/project.py course      notebooks, assignments, slides and hand-outs for a course
    python tools/project.py test-course run every notebook of the course, whole
    python tools/project.py live        the book with its chapters as notebooks in the browser
    python tools/project.py test-live   run those of the core path in Chromium
    python tools/project.py lab         open the chapters in JupyterLab, as a copy for answers
    python tools/project.py env         only make the environment .venv
    python tools/project.py deep TABLE  run a table of the deep experiments, in PyTorch
    python tools/project.py test-deep   run the tests of the deep experiments
    python tools/project.py benchmarks  measure speed against other libraries and a stock book
    python tools/project.py lock        write requirements-lock.txt: what it has stays
    python tools/project.py clean       remove what was built, the environments too

Each command makes the environment .venv first, or makes it anew when the requirements changed or an
earlier attempt was cut short. The deep experiments have one of their own, .venv-deep, made in the
same way; the book needs neither. `deep` hands on the table and the options that follow it, and says
which there are if nothing does. Two commands at once take turns where they make the same thing.
"""

import errno
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

if os.name == "nt":
    import msvcrt
else:
    import fcntl

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools import touched

ROOT = Path(__file__).resolve().parent.parent
SCRIPTS = "Scripts" if os.name == "nt" else "bin"
EXE = ".exe" if os.name == "nt" else ""
VENV = ROOT / ".venv"
BIN = VENV / SCRIPTS
PYTHON = BIN / f"python{EXE}"
#: `jupyter-book` as its program runs it, but without a checker of addresses that no schema of it
#: asks for: jsonschema takes what is installed, and to import this one takes a second.
JUPYTER_BOOK = """\
import sys
sys.modules["rfc3987_syntax"] = None
from jupyter_book.cli.main import main
sys.exit(main())
"""
LOCK = ROOT / "requirements-lock.txt"
#: Packages that carry files for the pages, and are installed without what they require.
CARRIED = ROOT / "requirements-carried.txt"
DEEP = ROOT / ".venv-deep"
DEEP_PYTHON = DEEP / SCRIPTS / f"python{EXE}"
DEEP_LOCK = ROOT / "requirements-deep.txt"
#: The libraries that the tests measure; beside the lock.
DEEP_LIBRARIES = ROOT / "experiments" / "frameworks" / "requirements.txt"
#: The environment of the benchmarks: the book's, PyTorch and JAX.
MEASURING = ROOT / ".venv-benchmarks"
MEASURING_PYTHON = MEASURING / SCRIPTS / f"python{EXE}"
MEASURING_LOCK = ROOT / "requirements-benchmarks.txt"
#: The environment of JupyterLite, which makes a site of notebooks; and a package that carries all
#: of Pyodide with numpy, for the test of that site alone.
LITE = ROOT / ".venv-live"
LITE_LOCK = ROOT / "requirements-live.txt"
PYODIDE = ROOT / "requirements-pyodide.txt"
#: The environment of the tool that writes the lock, the tool, and what it is asked: one version of
#: a package for every Python from the first that the project takes, and for every system.
LOCKING = ROOT / ".venv-lock"
RESOLVER = "uv==0.13.9"
RESOLVE = (
    *("pip", "compile", "--quiet", "--no-config", "requirements-test.txt"),
    *("--universal", "--python-version", "3.11", "--fork-strategy", "fewest"),
    *("--generate-hashes", "--no-annotate", "--no-emit-package", "ste-book"),
    *("--custom-compile-command", "python tools/project.py lock"),
)
#: Written into an environment when it is whole.
STAMP = "complete"
BUILD = ROOT / "_build"
BUILT = BUILD / "built"
#: What that build left in the site.
WHOLE = BUILD / "whole"
#: Is there while `test` builds the book aside, and what that build says.
BUILDING = BUILD / "building"
SAID = BUILD / "book.log"
HTML = BUILD / "html" / "index.html"
#: The kit of a course.
COURSE = BUILD / "course"
#: The site with live notebooks, the wheels that they import, and the package with Pyodide.
LIVE = BUILD / "live"
STORE = BUILD / "wheels"
CARRIER = BUILD / "pyodide"
LEAST = (3, 11)
#: Less free space than this is a full disk.
FULL = 20_000_000
#: What pip says of an index that it does not reach.
UNREACHED = re.compile(r"Connection|Timeout|timed out|Failed to resolve|SSL|Proxy|HTTP error")
#: How a system says that another process has a lock.
BUSY = {errno.EACCES, errno.EAGAIN, errno.EDEADLK}
#: The locks that this process has. What it starts has them too, so that a build whose command was
#: killed keeps its lock until it ends as well.
HELD: set[int] = set()
#: How workers share the tests; tests/conftest.py says which stay together and which come first.
WORKERS = (
    ("-p", "tools.workers", "--forks")
    if sys.platform == "linux"
    else ("--dist", "loadgroup", "--no-loadscope-reorder", "-n")
)
#: Notebooks that a reader answers in; no part of the book.
COPY = ROOT / "notebooks"
#: Tests that name a result, with what stands between the mark and the name: pages show both.
MARKED = re.compile(rb"^@pytest\.mark\.result\((?:.*\n)*?def \w+", re.MULTILINE)
#: What the pages are made of.
SOURCES = (
    "LICENSE",
    "LICENSES",
    "_config.yml",
    "_toc.yml",
    "book",
    "experiments/dropin.py",
    "requirements-carried.txt",
    "requirements-lock.txt",
    "ste",
    "stebook",
)


def stop(sentence: str) -> None:
    """End with one sentence that says what is missing."""
    sys.exit(f"project.py: {sentence}")


def out_of_room() -> str:
    """That a disk is full, if it is: what is built, or for a while only, may lie on another."""
    for folder in (ROOT, BUILD, Path(tempfile.gettempdir())):
        if folder.exists() and shutil.disk_usage(folder).free < FULL:
            return f" (the disk of {folder} is full)"
    return ""


def take(file: TextIO) -> bool:
    """Take the lock of an open file; False if another process has it."""
    try:
        if os.name == "nt":
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in BUSY  # on a disk that knows no locks there is nothing to wait for
    return True


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Make a folder while no other command does: wait for it. The lock ends with its processes."""
    try:
        file = folder.with_name(f"{folder.name}.lock").open("w")
    except OSError as error:
        stop(f"nothing can be written in {folder.parent}: {error.strerror}.")
    with file:
        if not take(file):
            print(f"Waiting for another command that makes {folder.name}.", flush=True)
            while not take(file):
                time.sleep(0.2)
        HELD.add(file.fileno())
        try:
            yield
        finally:
            HELD.discard(file.fileno())
            if os.name != "nt":
                fcntl.flock(file, fcntl.LOCK_UN)  # also for what it started and left behind


def start(command: Sequence[object], **options: object) -> subprocess.CompletedProcess:
    """Run a command in the project's folder to its end, with the locks."""
    held = () if os.name == "nt" else tuple(HELD)
    return subprocess.run([str(part) for part in command], cwd=ROOT, pass_fds=held, **options)


def call(*command: object, said: Path | None = None, **settings: str) -> int:
    """Run a command in the project's folder, the programs of .venv first; return its status.

    What it says goes to the file `said`, if one is named; `settings` are variables for it.
    """
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])
    environ = {**os.environ, "PATH": path, **settings}
    if said is None:
        return start(command, env=environ).returncode
    said.parent.mkdir(parents=True, exist_ok=True)
    with said.open("w") as out:
        return start(command, env=environ, stdout=out, stderr=subprocess.STDOUT).returncode


# The environments -----------------------------------------------------------------------------


def fingerprint(*made_of: Path) -> str:
    """What an environment must match: the files that it is made of, and the interpreter."""
    found = hashlib.sha256(f"{sys.version} {ROOT}".encode())
    for path in made_of:
        found.update(path.read_bytes())
    return found.hexdigest()


def complete(venv: Path, made_of: Sequence[Path], takes: str, fill: Callable[[], None]) -> None:
    """Make an environment; the stamp is written last, so half of one is never taken for done."""
    stamp, wanted = venv / STAMP, fingerprint(*made_of)

    def is_whole() -> bool:
        return stamp.is_file() and stamp.read_text() == wanted

    if is_whole():
        return
    with alone(venv):
        if is_whole():  # by the command that this one waited for
            return
        print(f"Making the environment {venv.name}; this takes {takes}.", flush=True)
        create(venv)
        fill()
        stamp.write_text(wanted)


def environment() -> None:
    """The environment of the book."""

    def fill() -> None:
        pip(VENV, "install", "--require-hashes", "-r", LOCK)
        pip(VENV, "install", "--no-deps", "--require-hashes", "-r", CARRIED)
        # The backend is that of the lock: no other is fetched, and none without a hash.
        pip(VENV, "install", "--no-deps", "--no-build-isolation", "-e", ".")
        settle_jupyterlab()

    complete(VENV, (LOCK, CARRIED, ROOT / "pyproject.toml"), "a minute or two", fill)


def deep_environment() -> None:
    """The environment of the deep experiments; `ste` is found beside them, in this folder."""
    takes = "some minutes, for PyTorch is large"
    made_of = DEEP_LOCK, DEEP_LIBRARIES
    named = [part for path in made_of for part in ("-r", path)]
    complete(DEEP, made_of, takes, lambda: pip(DEEP, "install", *named))


def create(venv: Path) -> None:
    """An empty environment, or a sentence about what Python lacks."""
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        stop(
            f"Python's own {' and '.join(missing)} is not installed; on Debian and Ubuntu "
            "`apt install python3-venv` brings it."
        )
    if venv.exists():
        shutil.rmtree(venv)
    # Run by .venv's own interpreter, this script has just removed that; the one behind it is left.
    python = getattr(sys, "_base_executable", sys.executable)
    done = start([python, "-m", "venv", venv], text=True, capture_output=True)
    if done.returncode:
        said = last_line(done.stderr or done.stdout)
        stop(f"the environment {venv} cannot be made{out_of_room()}: {said}")


def pip(venv: Path, *arguments: object) -> None:
    """Run pip in an environment; stop with its last error if it fails."""
    python = venv / SCRIPTS / f"python{EXE}"
    command = [python, "-m", "pip", "--disable-pip-version-check", "-q", *arguments]
    done = start(command, text=True, stderr=subprocess.PIPE)
    if done.returncode:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        reason = last_line("\n".join(errors) or done.stderr)
        why = " (is there a network?)" if UNREACHED.search(done.stderr) else out_of_room()
        stop(f"the packages could not be installed{why}; pip says: {reason}")


def last_line(text: str) -> str:
    """The last line of a text that has something in it."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "nothing"


def settle_jupyterlab() -> None:
    """Open .md chapters as notebooks, ask for no news; in this environment, not in the home.

    The notebooks that `lab` opens are plain Markdown; the extension for MyST would take the
    formulas of their hints for text.
    """
    overrides = {
        "@jupyterlab/docmanager-extension:plugin": {
            "defaultViewers": {"markdown": "Jupytext Notebook"}
        },
        "@jupyterlab/apputils-extension:notification": {
            "fetchNews": "false",
            "checkForUpdates": False,
        },
    }
    settings = VENV / "share" / "jupyter" / "lab" / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "overrides.json").write_text(json.dumps(overrides, indent=2))
    config = VENV / "etc" / "jupyter" / "labconfig"
    config.mkdir(parents=True, exist_ok=True)
    (config / "page_config.json").write_text('{"disabledExtensions": {"jupyterlab-myst": true}}')


# The book -------------------------------------------------------------------------------------


def sources() -> str:
    """A hash of everything that the pages are made of."""
    found = hashlib.sha256(os.environ.get("STE_BOOK_REPOSITORY", "").encode())
    for top in SOURCES:
        for path in sorted([ROOT / top, *(ROOT / top).rglob("*")]):
            if path.is_file() and not any(
                part.startswith((".", "__pycache__")) for part in path.relative_to(ROOT).parts
            ):
                found.update(path.relative_to(ROOT).as_posix().encode() + b"\0")
                found.update(path.read_bytes() + b"\0")
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        if marks := MARKED.findall(path.read_bytes()):
            found.update(b"\0".join([path.relative_to(ROOT).as_posix().encode(), *marks]))
    return found.hexdigest()


def site() -> str:
    """A hash of the built pages and all that lies beside them."""
    found = hashlib.sha256()
    for path in sorted(HTML.parent.rglob("*")):
        if path.is_file():
            found.update(path.relative_to(HTML.parent).as_posix().encode() + b"\0")
            found.update(path.read_bytes() + b"\0")
    return found.hexdigest()


def is_built() -> bool:
    """Whether _build/html has the pages of the present sources, built without a warning."""
    return HTML.is_file() and BUILT.is_file() and BUILT.read_text() == sources()


def build(programs: Path = BIN, said: Path | None = None) -> int:
    """Build with warnings as errors, by the Jupyter Book of a folder of programs.

    What the build says goes to the file `said`, if one is named.

    Sphinx warns of a page when it reads it. After a build that failed it would read only what has
    changed since and end well, so then every page is read again; executed chapters stay cached.
    """
    with alone(BUILD):
        again = [] if BUILT.is_file() else ["--all"]
        BUILT.unlink(missing_ok=True)
        made_of = sources()
        strict = ["-W", "-n", "--keep-going"]
        program = programs / f"python{EXE}", "-c", JUPYTER_BOOK
        status = call(*program, "build", ".", *strict, *again, said=said)
        if status == 0:
            WHOLE.write_text(site())
            BUILT.write_text(made_of)
        return status


def book() -> int:
    """Build the book, unless it is whole and nothing has changed; say where it is."""
    environment()
    return built()


def built(programs: Path = BIN) -> int:
    """`book` by the programs of a folder, in an environment that is there."""
    if is_built() and WHOLE.is_file() and WHOLE.read_text() == site():
        print(f"Nothing has changed: the book is at {HTML.relative_to(ROOT).as_posix()} ({HTML})")
        return 0
    status = build(programs)
    if status:
        why = out_of_room() or "; what is wrong stands above, after WARNING or ERROR"
        print(f"The book was not built{why}.")
    else:
        print(f"The book is at {HTML.relative_to(ROOT).as_posix()} ({HTML})")
    return status


def course() -> int:
    """The kit of a course, from the built pages and their sources."""
    environment()
    if not is_built() and build():
        print("The book was not built, and the course is printed from it.")
        return 1
    with alone(COURSE):
        return call(PYTHON, "-m", "tools.course", COURSE)


def test_course() -> int:
    """Every notebook of the course in a kernel; the rest of the kit is tested with the book."""
    environment()
    return call(PYTHON, "-m", "pytest", "-q", "tests/course")


def live() -> int:
    """The built pages, and beside them each chapter as a notebook that runs in the browser."""
    environment()
    if not is_built() and build():
        print("The book was not built, and its notebooks lie beside the pages.")
        return 1
    hashed = ("--no-deps", "--require-hashes", "-r", LITE_LOCK)
    complete(LITE, (LITE_LOCK,), "a minute", lambda: pip(LITE, "install", *hashed))
    with alone(LIVE):
        return call(PYTHON, "-m", "tools.live", LIVE, HTML.parent, LITE, STORE)


def test_live() -> int:
    """The notebooks of the core path in Chromium, with Pyodide from this machine."""
    environment()
    if not list(CARRIER.glob("*.whl")):
        options = ("--no-deps", "--require-hashes", "--ignore-requires-python", "-d", CARRIER)
        pip(VENV, "download", *options, "-r", PYODIDE)
    (carrier,) = CARRIER.glob("*.whl")
    os.environ["PYODIDE"] = str(carrier)
    return live() or call(PYTHON, "-m", "pytest", "-q", "tests/live")


# The checks -----------------------------------------------------------------------------------

#: What is checked without running any of it.
LINT = {
    "ruff check": ("-m", "ruff", "check", "."),
    "ruff format": ("-m", "ruff", "format", "--check", "."),
    "ruff on the chapters": ("tools/chapter_cells.py",),
    "mypy": ("-m", "mypy"),
}


def run(steps: dict[str, Callable[[], int]]) -> list[str]:
    """Take all steps, also after one that failed; the names of those that did."""
    failed = []
    for name, step in steps.items():
        print(f"--- {name}", flush=True)
        if step():
            failed.append(name)
    return failed


def lint() -> dict[str, Callable[[], int]]:
    """The steps of LINT."""
    return {name: lambda words=words: call(PYTHON, *words) for name, words in LINT.items()}


def ended(failed: Sequence[str]) -> int:
    """Say what failed, and the status of that."""
    print(f"Failed: {', '.join(failed)}." if failed else "Everything passed.")
    return 1 if failed else 0


def test() -> int:
    """Lint, build and run the tests; go on after a failure, and end with what failed.

    The book is built aside: the build and its chapters run one after another, and most tests need
    no page. Those that do come last and wait for it. On two cores there are three workers, for
    those that drive a browser wait now and then.
    """
    environment()
    BUILDING.parent.mkdir(parents=True, exist_ok=True)
    BUILDING.touch()

    def aside() -> int:
        try:
            return build(said=SAID)
        finally:
            BUILDING.unlink(missing_ok=True)  # where two commands test, the other may have done it

    def built() -> int:
        status = building.result()
        print(SAID.read_text(errors="replace") if status else f"The book is at {HTML}")
        return status

    with ThreadPoolExecutor() as pool:
        building = pool.submit(aside)
        tests = (PYTHON, "-m", "pytest", "-q", *WORKERS, "3")
        steps = {**lint(), "pytest": lambda: call(*tests, STE_BOOK_BUILDING="aside")}
        return ended(run({**steps, "the book": built}))


def check() -> int:
    """Lint, types, all examples in docstrings, and the unit tests of what changed against main."""
    environment()
    tests = (PYTHON, "-m", "pytest", "-q", *WORKERS, "2", "ste", "stebook", *touched.tests(ROOT))
    steps = {**lint(), "pytest": lambda: call(*tests)}
    return ended(run(steps))


# The deep experiments -------------------------------------------------------------------------


def deep(*arguments: str) -> int:
    """Run a table; without one, say which there are."""
    deep_environment()
    return call(DEEP_PYTHON, "-m", "experiments", *(arguments or ("--help",)))


def test_deep() -> int:
    """The tests of the experiments."""
    deep_environment()
    return call(DEEP_PYTHON, "-m", "pytest", "-q", "experiments")


# The benchmarks -------------------------------------------------------------------------------


def benchmarks(*arguments: str) -> int:
    """Measure all parts, or those that are named, with the book built."""
    made_of = LOCK, CARRIED, MEASURING_LOCK

    def fill() -> None:
        pip(MEASURING, "install", "--require-hashes", "-r", LOCK)
        pip(MEASURING, "install", "--no-deps", "--require-hashes", "-r", CARRIED)
        pip(MEASURING, "install", "-r", MEASURING_LOCK)
        pip(MEASURING, "install", "--no-deps", "--no-build-isolation", "-e", ".")

    complete(MEASURING, made_of, "some minutes, for PyTorch is large", fill)
    status = build(MEASURING / SCRIPTS)
    return status or call(MEASURING_PYTHON, "-m", "benchmarks", *arguments)


# The rest -------------------------------------------------------------------------------------


def lab() -> int:
    """JupyterLab on a copy of the chapters: what is answered there never changes the book."""
    environment()
    settle_jupyterlab()  # an older environment may lack some of it
    status = call(PYTHON, "-m", "tools.course.copy", COPY)
    if status:
        return status
    options = (f"--ServerApp.root_dir={ROOT}", f"--ServerApp.preferred_dir={COPY}")
    return call(PYTHON, "-m", "jupyterlab", *options, COPY / "index.ipynb")


def env() -> int:
    """The environment alone."""
    environment()
    print(f"The environment is at {VENV}")
    return 0


def lock() -> int:
    """Resolve the requirements for all systems, each package with the hashes of all its files.

    Versions that the lock has are kept; delete it first to have all of them anew.
    """
    with alone(LOCKING):
        create(LOCKING)
        pip(LOCKING, "install", RESOLVER)
        return call(LOCKING / SCRIPTS / f"uv{EXE}", *RESOLVE, "--output-file", LOCK)


def clean() -> int:
    """Remove what was built."""
    for folder in (LOCKING, MEASURING, LITE, VENV, DEEP, BUILD):
        with alone(folder):
            shutil.rmtree(folder, ignore_errors=True)
            folder.with_name(f"{folder.name}.lock").unlink(missing_ok=True)
    return 0


def usage() -> int:
    """Say what there is."""
    print(__doc__)
    return 0


COMMANDS = {
    "book": book,
    "course": course,
    "test-course": test_course,
    "live": live,
    "test-live": test_live,
    "test": test,
    "check": check,
    "lab": lab,
    "env": env,
    "deep": deep,
    "test-deep": test_deep,
    "benchmarks": benchmarks,
    "lock": lock,
    "clean": clean,
    "help": usage,
}


def main() -> None:
    """Run the command that was asked for."""
    if sys.version_info < LEAST:
        found = sysconfig.get_python_version()
        stop(f"Python {'.'.join(map(str, LEAST))} or newer is needed, this is {found}.")
    command, arguments = sys.argv[1:2], sys.argv[2:]
    if not set(command) & set(COMMANDS) or (
        arguments and command not in (["benchmarks"], ["deep"])
    ):
        stop(f"expected one command of: {', '.join(COMMANDS)}.")
    try:
        sys.exit(COMMANDS[command[0]](*arguments))
    except OSError as error:
        stop(f"{error.filename or ROOT} cannot be read or written: {error.strerror}.")
    except KeyboardInterrupt:
        stop("ended by the keyboard; the same command goes on.")


if __name__ == "__main__":
    main()
