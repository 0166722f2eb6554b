"""The project's own files agree with each other."""

import importlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import tomllib
from types import SimpleNamespace

import pytest
from toc import ROOT

import ste
from tools import project, touched


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def names(text):
    return {
        re.split(r"[<>=!\[; ]", line, maxsplit=1)[0].lower().replace("_", "-")
        for line in text.splitlines()
        if line and not line.startswith(("#", "-", " "))
    }


#: A line of a lock: package, version, perhaps for which systems, and the hashes.
PIN = re.compile(
    r"([A-Za-z0-9._-]+)==([A-Za-z0-9.+!]+)(?: ; [^;#:]+?)?((?: +--hash=sha256:[0-9a-f]{64})*)"
)


def pins(name):
    """What a lock has: the version of each package, and the hashes of its files."""
    found = {}
    for line in read(name).replace(" \\\n", " ").splitlines():
        if line[:1] != "#":
            pin = PIN.fullmatch(line)
            assert pin, line
            assert pin.group(1) not in found, line
            found[pin.group(1)] = pin.group(2), pin.group(3).split()
    return found


def test_one_version():
    assert re.search(rf"^version: {re.escape(ste.__version__)}$", read("CITATION.cff"), re.M)
    assert f"## {ste.__version__}" in read("book/changelog.md")


def test_the_package_needs_numpy_alone():
    project = tomllib.loads(read("pyproject.toml"))["project"]
    assert [re.match(r"\w+", d).group() for d in project["dependencies"]] == ["numpy"]


def test_the_lock_holds_everything_that_is_required():
    locked = names(read("requirements-lock.txt"))
    assert names(read("requirements.txt")) | names(read("requirements-test.txt")) <= locked


def test_what_is_carried_has_a_hash_and_brings_nothing_along(made):
    lines = [line for line in read("requirements-carried.txt").splitlines() if line[:1] != "#"]
    assert lines
    for line in lines:
        assert re.fullmatch(r"[a-z-]+==[0-9.]+ --hash=sha256:[0-9a-f]{64}", line), line
    project.environment()
    assert (project.VENV, "install", "--no-deps", "--require-hashes", "-r", project.CARRIED) in made


@pytest.mark.parametrize("name", ["requirements-lock.txt", "requirements-deep.txt"])
def test_a_lock_is_exact_and_names_no_address(name):
    assert pins(name)


def test_the_lock_has_the_hash_of_every_file():
    for name, (_, hashes) in pins("requirements-lock.txt").items():
        assert hashes, name


def test_the_lock_is_for_every_system():
    """pip refuses a lock with hashes if one package that a system needs is not in it."""
    assert {"appnope", "colorama", "pywinpty"} <= set(pins("requirements-lock.txt"))
    assert {"--universal", "--generate-hashes"} <= set(project.RESOLVE)
    first = project.RESOLVE[project.RESOLVE.index("--python-version") + 1]
    assert tuple(map(int, first.split("."))) == project.LEAST


def test_the_package_is_built_by_what_is_locked():
    (backend,) = tomllib.loads(read("pyproject.toml"))["build-system"]["requires"]
    assert backend == f"setuptools=={pins('requirements-lock.txt')['setuptools'][0]}"


def test_no_type_is_waived():
    for folder in ("ste", "stebook"):
        for path in (ROOT / folder).rglob("*.py"):
            assert not re.search(r"# *(type: *ignore|mypy:)", path.read_text("utf-8")), path


def test_ste_is_typed_strictly():
    options = tomllib.loads(read("pyproject.toml"))["tool"]["mypy"]
    assert options["strict"] and options["files"] == ["ste", "stebook"]
    loose = options["overrides"][0]["module"]
    assert all(re.fullmatch(r"ste\.[a-z]+\.\*|stebook\.\*", name) for name in loose)


def test_both_environments_have_the_same_versions():
    book, deep = (
        {package: version for package, (version, _) in pins(name).items()}
        for name in ("requirements-lock.txt", "requirements-deep.txt")
    )
    assert set(deep) - set(book) == {"distributed", "filelock", "mlxtend", "torch"}
    assert all(book[name] == deep[name] for name in set(book) & set(deep))


@pytest.mark.parametrize(
    "command",
    [
        *("book", "course", "test-course", "live", "test-live", "test", "check", "lab"),
        *("test-deep", "clean"),
    ],
)
def test_make_only_calls_the_script(command):
    rule = re.search(rf"^{command}:.*\n\t(.*)$", read("Makefile"), re.M)
    assert rule.group(1) == f"@$(PYTHON) tools/project.py {command}"


def test_make_hands_on_the_table():
    assert "\n\t@$(PYTHON) tools/project.py deep $(TABLE)\n" in read("Makefile")


def test_ci_runs_all_and_fails_if_one_fails(tmp_path):
    end = read(".ci/run").partition("failed=0\n")[2]
    (tmp_path / "run").write_text(f"set -euo pipefail\nfailed=0\n{end}")
    names = ["test", "test-course", "test-live", "test-deep"]
    for codes in ((0, 0, 0, 0), (1, 0, 0, 0), (0, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)):
        (tmp_path / "Makefile").write_text(
            "".join(
                f"{name}:\n\t@echo {name}; exit {code}\n"
                for name, code in zip(names, codes, strict=True)
            )
        )
        # under `make test` a further make would speak of its level and its folder
        outside = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
        done = subprocess.run(
            ["bash", "run"], cwd=tmp_path, env=outside, capture_output=True, text=True
        )
        # of a part that failed, make says so too
        assert [line for line in done.stdout.splitlines() if line in names] == names
        assert done.returncode == max(codes)


def test_ci_runs_actions_as_they_were_read_and_may_read_alone():
    text = read(".github/workflows/book.yml")
    used = re.findall(r"uses: (.*)", text)
    assert used and all(
        re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v[\d.]+", name) for name in used
    )
    assert "\npermissions:\n  contents: read\n" in text.partition("\njobs:")[0]


def test_the_tests_of_the_book_leave_the_experiments_alone():
    options = tomllib.loads(read("pyproject.toml"))["tool"]
    assert options["pytest"]["ini_options"]["testpaths"] == ["ste", "stebook", "tests"]
    assert not any("experiments" in folder for folder in options["ruff"]["extend-exclude"])
    assert ".venv-deep/" in read(".gitignore").splitlines()


@pytest.mark.parametrize("words", [["nope"], [], ["test", "deep"]])
def test_the_script_refuses_an_unknown_command(words):
    done = subprocess.run(
        [sys.executable, "tools/project.py", *words], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert done.stderr.strip() == (
        "project.py: expected one command of: "
        "book, course, test-course, live, test-live, test, check, lab, env, deep, test-deep, "
        "benchmarks, lock, clean, help."
    )


def test_the_help_names_every_command(capsys):
    project.usage()
    said = capsys.readouterr().out
    for command in project.COMMANDS:
        assert command == "help" or f"tools/project.py {command} " in said


def test_contributing_is_short():
    assert len(read("CONTRIBUTING.md").splitlines()) < 80


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md"])
def test_what_a_text_points_at_is_there(name):
    text = read(name)
    shown = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", text)
    assert shown and named
    for path in [*shown, *named]:
        assert (ROOT / path).exists() or path.split("/")[0] == "_build", path


def test_pre_commit_calls_the_tools_of_the_environment():
    text = read(".pre-commit-config.yaml")
    assert "repo: local" in text and "rev:" not in text
    entries = re.findall(r"entry: (.*)", text)
    assert entries == [
        "python -m ruff check --force-exclude",
        "python -m ruff format --check --force-exclude",
        "python tools/chapter_cells.py",
        "python tools/house.py --check",
    ]


def test_the_readme_names_the_two_commands():
    readme = read("README.md")
    assert "make book" in readme and "make test" in readme


#: The script's own, in the place of which tests have others.
PIP, CREATE = project.pip, project.create


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A small project of its own; `made` keeps what the script would have run."""
    parts = ("lock", "carried", "deep", "benchmarks", "live", "pyodide")
    locks = (f"requirements-{part}.txt" for part in parts)
    for name in (*locks, "pyproject.toml", "_config.yml", "_toc.yml"):
        (tmp_path / name).write_text("as it was")
    for name in ("book", "ste"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "page.md").write_text("as it was")
    names = ("ROOT", "VENV", "LOCK", "CARRIED", "DEEP", "DEEP_LOCK", "LOCKING")
    for name in (*names, "MEASURING", "MEASURING_LOCK", "LITE", "LITE_LOCK", "PYODIDE"):
        part = getattr(project, name).relative_to(ROOT)
        monkeypatch.setattr(project, name, tmp_path / part)
    built = ("BUILD", "BUILT", "WHOLE", "BUILDING", "SAID", "HTML", "COURSE", "LIVE", "STORE")
    for name in (*built, "CARRIER"):
        part = getattr(project, name).relative_to(ROOT)
        monkeypatch.setattr(project, name, tmp_path / part)
    return tmp_path


@pytest.fixture
def made(copy, monkeypatch):
    """What the script asks pip for; an environment is an empty folder."""
    asked = []
    monkeypatch.setattr(project, "create", lambda venv: venv.mkdir(exist_ok=True))
    monkeypatch.setattr(project, "pip", lambda *arguments: asked.append(arguments))
    return asked


BOTH = pytest.mark.parametrize("make", ["environment", "deep_environment"])


@BOTH
def test_an_environment_is_made_once(make, made, capsys):
    make = getattr(project, make)
    make()
    once = len(made)
    assert once
    make()
    assert len(made) == once
    assert capsys.readouterr().out.count("Making the environment") == 1


def test_each_environment_is_made_of_its_own_lock(made):
    project.environment()
    assert (project.VENV, "install", "--require-hashes", "-r", project.LOCK) in made
    del made[:]
    project.deep_environment()
    named = "-r", project.DEEP_LOCK, "-r", project.DEEP_LIBRARIES
    assert made == [(project.DEEP, "install", *named)]


@pytest.mark.parametrize(
    ("make", "name", "again"),
    [
        ("environment", "requirements-lock.txt", True),
        ("environment", "requirements-carried.txt", True),
        ("environment", "pyproject.toml", True),
        ("environment", "requirements-deep.txt", False),
        ("deep_environment", "requirements-deep.txt", True),
        ("deep_environment", "requirements-lock.txt", False),
    ],
)
def test_it_is_made_anew_when_what_it_is_made_of_changes(make, name, again, made, copy):
    make = getattr(project, make)
    make()
    once = len(made)
    (copy / name).write_text("changed")
    make()
    assert len(made) == (2 if again else 1) * once


@BOTH
def test_half_an_environment_is_not_taken_for_done(make, made, monkeypatch):
    make = getattr(project, make)
    monkeypatch.setattr(project, "pip", lambda *_: project.stop("no network"))
    with pytest.raises(SystemExit, match="no network"):
        make()
    monkeypatch.setattr(project, "pip", lambda *arguments: made.append(arguments))
    make()
    assert made


def test_without_venv_it_says_what_to_install(copy, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "ensurepip" else find(name)
    )
    with pytest.raises(SystemExit, match=r"ensurepip is not installed; .*apt install python3-venv"):
        project.create(project.VENV)


def test_when_pip_fails_its_error_is_repeated(copy, monkeypatch):
    failing = "import sys; sys.exit('WARNING: retrying\\nERROR: No matching distribution\\n')"
    run = subprocess.run
    monkeypatch.setattr(
        subprocess, "run", lambda _, **options: run([sys.executable, "-c", failing], **options)
    )
    with pytest.raises(SystemExit, match="pip says: ERROR: No matching distribution"):
        project.pip(project.VENV, "install", "nothing")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (
            "WARNING: Retrying after connection broken by 'NewConnectionError(Temporary failure in "
            "name resolution)'\nERROR: No matching distribution found for plotly==6.0",
            "(is there a network?); pip says: ERROR: No matching",
        ),
        ("ERROR: HTTP error 503 while getting x", "(is there a network?); pip says: ERROR: HTTP"),
        (
            "WARNING: Retrying after connection broken by 'NameResolutionError(Failed to resolve "
            "a.org)'\nERROR: No matching distribution found for plotly==6.0",
            "(is there a network?); pip says: ERROR: No matching",
        ),
        ("See the resolver's page\nERROR: ResolutionImpossible", "installed; pip says: ERROR: Res"),
        ("ERROR: No space left on device", "installed; pip says: ERROR: No space"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "installed; pip says: ERROR: THESE"),
    ],
)
def test_the_network_is_asked_about_only_if_pip_missed_it(said, why, copy, monkeypatch):
    failed = SimpleNamespace(returncode=1, stderr=said)
    monkeypatch.setattr(project, "start", lambda *_, **__: failed)
    with pytest.raises(SystemExit, match=re.escape(why)):
        project.pip(project.VENV, "install", "nothing")


def test_a_full_disk_is_said_to_be_full(copy, builds, made, monkeypatch, capsys):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=4096))
    monkeypatch.setattr(project, "pip", PIP)
    failed = SimpleNamespace(returncode=1, stderr="ERROR: [Errno 28] No space left", stdout="")
    monkeypatch.setattr(project, "start", lambda *_, **__: failed)
    full = f"(the disk of {copy} is full)"
    with pytest.raises(SystemExit, match=re.escape(f"could not be installed {full}; pip says: ")):
        project.pip(project.VENV, "install", "nothing")
    with pytest.raises(SystemExit, match=re.escape(f"cannot be made {full}: ERROR: [Errno 28]")):
        CREATE(project.VENV)
    monkeypatch.setattr(project, "environment", lambda: None)
    builds.status = 1
    assert project.book() == 1
    assert capsys.readouterr().out == f"The book was not built {full}.\n"


def test_a_disk_that_only_what_is_built_lies_on_may_be_full(copy, monkeypatch):
    project.BUILD.mkdir()
    free = {copy: 10**9, project.BUILD: 4096}
    monkeypatch.setattr(shutil, "disk_usage", lambda place: SimpleNamespace(free=free[place]))
    assert project.out_of_room() == f" (the disk of {project.BUILD} is full)"


def test_a_folder_that_cannot_be_written_is_named(copy, monkeypatch):
    """Whoever runs the tests may write anywhere; but no one can write into what is no folder."""
    (copy / "file").write_text("")
    monkeypatch.setattr(project, "VENV", copy / "file" / ".venv")
    told = f"nothing can be written in {copy / 'file'}: Not a directory."
    with pytest.raises(SystemExit, match=re.escape(told)):
        project.environment()


def test_what_the_system_refuses_ends_in_a_sentence(copy, monkeypatch):
    def refused():
        raise OSError(30, "Read-only file system", "some/page.html")

    monkeypatch.setitem(project.COMMANDS, "book", refused)
    monkeypatch.setattr(sys, "argv", ["project.py", "book"])
    told = "project.py: some/page.html cannot be read or written: Read-only file system."
    with pytest.raises(SystemExit, match=re.escape(told)):
        project.main()


#: Takes the lock of a folder and starts a program with it, as `make book` does a build.
HOLDER = """
import sys
from pathlib import Path
from tools import project
project.ROOT = Path(sys.argv[1])
with project.alone(project.ROOT / "_build"):
    project.call(sys.executable, "-c", "print('built', flush=True); input()")
"""


@pytest.fixture
def holder(copy):
    """Another command that is building: one process, and a second that it has started."""
    command = [sys.executable, "-c", HOLDER, str(copy)]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=pipe, stdout=pipe, start_new_session=True
    ) as process:
        assert process.stdout.readline() == "built\n"
        yield process
        process.stdin.close()


def is_free():
    with project.BUILD.with_name("_build.lock").open("w") as file:
        return project.take(file)


@pytest.mark.parametrize("killed", [False, True])
def test_a_second_build_waits_for_the_first_and_for_what_is_left_of_it(
    killed, holder, builds, capsys
):
    """The command is killed, and its build, which no one waits for, goes on until it ends."""
    if killed:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    assert not is_free()
    second = threading.Thread(target=project.build)
    second.start()
    second.join(0.5)
    assert second.is_alive() and not builds.commands
    holder.stdin.write("\n")
    holder.stdin.flush()
    second.join()
    assert project.is_built() and is_free()
    assert capsys.readouterr().out == "Waiting for another command that makes _build.\n"


def test_a_lock_ends_with_all_that_has_it(holder):
    os.killpg(holder.pid, signal.SIGKILL)
    holder.wait()
    with project.alone(project.BUILD):  # the second process is not ours to wait for
        assert not is_free()


def test_who_waits_for_an_environment_takes_what_the_other_made(made, monkeypatch):
    pip, second = project.pip, threading.Thread(target=project.environment)

    def slow(*arguments):
        if second.ident is None:
            second.start()
            second.join(0.3)
            assert second.is_alive()
        pip(*arguments)

    monkeypatch.setattr(project, "pip", slow)
    project.environment()
    second.join()
    assert len(made) == 3


def test_the_lock_is_written_by_its_own_tool(made, builds):
    assert project.lock() == 0
    assert made == [(project.LOCKING, "install", project.RESOLVER)]
    (command,) = builds.commands
    assert command[1:] == (*project.RESOLVE, "--output-file", str(project.LOCK))


def test_an_old_python_is_told_so(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 0))
    with pytest.raises(SystemExit, match=r"Python 3\.11 or newer is needed, this is"):
        project.main()


@pytest.fixture
def builds(copy, monkeypatch):
    """Builds that end with a status of the test; `builds.commands` keeps how they were asked."""

    class Builds:
        status = 0
        commands: list[tuple[str, ...]]

    calls = Builds()
    calls.commands = []

    def call(*command, said=None, **_):
        calls.commands.append(tuple(map(str, command)))
        if said:
            said.write_text("a warning")
        project.HTML.parent.mkdir(parents=True, exist_ok=True)
        project.HTML.write_text("a page")
        return calls.status

    monkeypatch.setattr(project, "call", call)
    return calls


def test_a_book_is_built_when_its_build_ended_well(builds):
    assert not project.is_built()
    assert project.build() == 0
    assert project.is_built()


@pytest.mark.parametrize(
    "name", ["book/page.md", "ste/page.md", "_config.yml", "_toc.yml", "requirements-lock.txt"]
)
def test_it_is_stale_when_a_source_changes(name, builds, copy):
    project.build()
    (copy / name).write_text("changed")
    assert not project.is_built()


def test_leftovers_of_tools_do_not_make_it_stale(builds, copy):
    project.build()
    (copy / "ste" / "__pycache__").mkdir()
    (copy / "ste" / "__pycache__" / "page.pyc").write_text("x")
    assert project.is_built()


def test_after_a_failed_build_every_page_is_read_again(builds):
    project.build()
    project.build()
    assert "--all" not in builds.commands[-1]
    builds.status = 1
    assert project.build() == 1
    assert not project.is_built()
    builds.status = 0
    assert project.build() == 0
    assert "--all" in builds.commands[-1]
    assert project.is_built()


def test_a_build_ends_with_where_the_book_is(builds, monkeypatch, capsys):
    monkeypatch.setattr(project, "environment", lambda: None)
    assert project.book() == 0
    assert capsys.readouterr().out.splitlines()[-1] == (
        f"The book is at _build/html/index.html ({project.HTML})"
    )
    assert project.book() == 0
    assert capsys.readouterr().out.startswith("Nothing has changed: the book is at ")
    assert len(builds.commands) == 1
    project.HTML.unlink()
    assert project.book() == 0
    project.HTML.write_text("another page")
    builds.status = 1
    assert project.book() == 1
    assert len(builds.commands) == 3
    assert "was not built" in capsys.readouterr().out


def test_a_result_s_new_test_makes_it_stale_and_another_test_does_not(builds, copy):
    (copy / "tests").mkdir()
    test = copy / "tests" / "test_page.py"
    marked = '@pytest.mark.result("thm")\n@pytest.mark.parametrize(\n    "x",\n)\ndef test_x(x):\n'
    test.write_text(f"{marked}    assert x\n")
    project.build()
    test.write_text(f"{marked}    assert x == 1\n\n\ndef test_y(y):\n    assert y\n")
    assert project.is_built()
    test.write_text(marked.replace("test_x", "test_z") + "    assert x\n")
    assert not project.is_built()


def test_the_tests_go_on_and_end_with_what_failed(builds, monkeypatch, capsys):
    monkeypatch.setattr(project, "environment", lambda: None)
    assert project.test() == 0
    assert capsys.readouterr().out.splitlines()[-1] == "Everything passed."
    assert project.is_built() and not project.BUILDING.exists()
    builds.status = 3
    assert project.test() == 1
    assert len(builds.commands) == 2 * (len(project.LINT) + 2)
    *said, last = capsys.readouterr().out.splitlines()
    assert last == "Failed: ruff check, ruff format, ruff on the chapters, mypy, pytest, the book."
    assert said[-1] == "a warning"
    assert not project.is_built() and not project.BUILDING.exists()


def test_the_book_is_built_while_tests_run(builds, monkeypatch):
    monkeypatch.setattr(project, "environment", lambda: None)
    tested, call = threading.Event(), project.call

    def waiting(*command, **options):
        if "pytest" in command:
            assert project.BUILDING.exists()
            assert options == {"STE_BOOK_BUILDING": "aside"}
            tested.set()
        elif "build" in command:
            assert tested.wait(60)
        return call(*command, **options)

    monkeypatch.setattr(project, "call", waiting)
    assert project.test() == 0


def test_a_check_has_lint_types_examples_and_the_tests_of_what_changed(builds, monkeypatch):
    monkeypatch.setattr(project, "environment", lambda: None)
    monkeypatch.setattr(project.touched, "tests", lambda root: ["tests/ste/test_plane.py"])
    assert project.check() == 0
    assert [command[1:] for command in builds.commands[:-1]] == list(project.LINT.values())
    assert builds.commands[-1][-3:] == ("ste", "stebook", "tests/ste/test_plane.py")
    assert not project.is_built()


@pytest.mark.parametrize(
    ("file", "tests"),
    [
        ("ste/moments.py", {"tests/ste/test_moments.py"}),
        ("ste/descent.py", {f"tests/ste/test_{name}.py" for name in ("descent", "frame", "walks")}),
        ("ste/_normal.py", {"tests/ste/test_normal.py"}),
        ("ste/_nowhere.py", {"tests/ste"}),
        ("ste/symbolic/rows/nowhere.py", {"tests/ste/symbolic"}),
        ("stebook/page.py", {"tests/stebook/test_page.py"}),
        ("stebook/chapters/deep/nowhere.json", {"tests/stebook/chapters/deep"}),
        ("tests/ste/test_plane.py", {"tests/ste/test_plane.py"}),
        ("tests/ste/test_gone.py", set()),
        ("tests/oracle.py", {"tests/ste"}),
        ("tests/sample.py", {"tests/ste", "tests/stebook"}),
        ("tests/browser/test_site.py", set()),
        ("book/model.md", {"tests/house"}),
        ("Makefile", {"tests/house"}),
    ],
)
def test_the_tests_of_a_file(file, tests):
    assert touched.tests_of(ROOT, file) == tests


def test_what_changed_is_what_git_says(tmp_path):
    def git(*words):
        settings = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        subprocess.run(["git", *settings, *words], cwd=tmp_path, check=True, capture_output=True)

    assert touched.changed(tmp_path) == []
    git("init", "-q", "-b", "main")
    for name in ("same", "committed", "edited"):
        (tmp_path / name).write_text("as it was")
    git("add", ".")
    git("commit", "-qm", "one")
    git("switch", "-qc", "work")
    (tmp_path / "committed").write_text("changed")
    git("commit", "-qam", "two")
    (tmp_path / "edited").write_text("changed")
    (tmp_path / "new").write_text("new")
    assert touched.changed(tmp_path) == ["committed", "edited", "new"]
    assert touched.changed(tmp_path, ["nowhere", "HEAD"]) == ["edited", "new"]


def test_no_test_is_asked_for_twice(monkeypatch):
    files = ["ste/plane.py", "tests/strategies.py", "Makefile", "tests/house/test_project.py"]
    monkeypatch.setattr(touched, "changed", lambda root: files)
    assert touched.tests(ROOT) == ["tests/house", "tests/ste"]


@pytest.mark.parametrize(
    ("words", "run"),
    [
        (["deep"], ["-m", "experiments", "--help"]),
        (["deep", "windows", "--seeds", "0"], ["-m", "experiments", "windows", "--seeds", "0"]),
        (["test-deep"], ["-m", "pytest", "-q", "experiments"]),
    ],
)
def test_the_deep_commands_run_in_their_own_environment(words, run, made, builds, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["project.py", *words])
    builds.status = 5
    with pytest.raises(SystemExit) as ended:
        project.main()
    assert ended.value.code == 5
    assert builds.commands == [(str(project.DEEP_PYTHON), *run)]
    assert (project.DEEP / project.STAMP).is_file()


def test_benchmarks_build_the_book_and_measure_the_parts_that_are_named(made, builds, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["project.py", "benchmarks", "descents"])
    with pytest.raises(SystemExit) as ended:
        project.main()
    assert ended.value.code == 0
    assert builds.commands[0][1:4] == ("-c", project.JUPYTER_BOOK, "build")
    assert builds.commands[1:] == [
        (str(project.MEASURING_PYTHON), "-m", "benchmarks", "descents"),
    ]
    installed = [str(words[-1]) for words in made if words[0] == project.MEASURING]
    assert installed[0] == str(project.LOCK) and str(project.MEASURING_LOCK) in installed


def test_live_puts_notebooks_beside_the_built_pages(made, builds):
    assert project.live() == 0
    assert builds.commands[0][1:4] == ("-c", project.JUPYTER_BOOK, "build")
    folders = (project.LIVE, project.HTML.parent, project.LITE, project.STORE)
    made_of = (str(project.PYTHON), "-m", "tools.live", *map(str, folders))
    assert builds.commands[1:] == [made_of]
    assert [words[-1] for words in made if words[0] == project.LITE] == [project.LITE_LOCK]
    builds.status = 3
    project.BUILT.unlink()
    assert project.live() == 1


@pytest.mark.parametrize(("make", "folder"), [("course", "COURSE"), ("live", "LIVE")])
def test_what_lies_beside_the_pages_is_made_by_one_command_at_a_time(make, folder, made, builds):
    """And a tree that cannot be written is said to be one, before anything is made."""
    call, free = project.call, []

    def watched(*command, **options):
        if f"tools.{make}" in command:
            with getattr(project, folder).with_name(f"{make}.lock").open("w") as file:
                free.append(project.take(file))
        return call(*command, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(project, "call", watched)
        assert getattr(project, make)() == 0
    assert free == [False]


def test_live_notebooks_are_tested_with_a_python_that_is_there(made, builds, monkeypatch):
    """It is downloaded once, and only unpacked: it is for other Pythons too."""
    monkeypatch.setenv("PYODIDE", "of the reader")

    def pip(*words):
        made.append(words)
        if "download" in words:
            project.CARRIER.mkdir(parents=True)
            (project.CARRIER / "carrier.whl").touch()

    monkeypatch.setattr(project, "pip", pip)
    for _ in range(2):
        assert project.test_live() == 0
        assert builds.commands[-1][-1] == "tests/live"
    downloads = [words for words in made if "download" in words]
    assert len(downloads) == 1 and "--require-hashes" in downloads[0]
    assert os.environ["PYODIDE"] == str(project.CARRIER / "carrier.whl")


def test_clean_removes_the_environments(made):
    project.environment()
    project.deep_environment()
    project.clean()
    assert not list(project.ROOT.glob("*.lock"))
    assert not project.VENV.exists()
    assert not project.DEEP.exists()


def test_chapters_open_as_notebooks(made):
    project.environment()
    settings = project.VENV / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    assert "Jupytext Notebook" in settings.read_text()
    config = project.VENV / "etc" / "jupyter" / "labconfig" / "page_config.json"
    assert json.loads(config.read_text()) == {"disabledExtensions": {"jupyterlab-myst": True}}


def test_the_lab_opens_a_copy_that_is_no_part_of_the_book(made, monkeypatch):
    called = []
    monkeypatch.setattr(project, "call", lambda *command: called.append(command) or 0)
    assert project.lab() == 0
    (_, *copy), (_, *opened) = called
    assert copy == ["-m", "tools.course.copy", project.COPY]
    assert opened[:2] == ["-m", "jupyterlab"] and opened[-1] == project.COPY / "index.ipynb"
    assert "notebooks/" in read(".gitignore").splitlines() and project.COPY.name == "notebooks"


def test_a_server_of_notebooks_gets_the_versions_of_the_lock():
    """As repo2docker reads it: the lock, this package without what it requires, and the copy."""
    assert read(".binder/requirements.txt") == "-r ../requirements-lock.txt\n"
    assert re.fullmatch(r"python-3\.1[1-9]\n", read(".binder/runtime.txt"))
    post = (ROOT / ".binder" / "postBuild").read_text(encoding="utf-8")
    assert "pip install --no-deps" in post and "-m tools.course.copy notebooks" in post
