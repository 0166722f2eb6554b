"""The unit tests of what changed: `tests` has the rooms of `ste`, `stebook` and the rest."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

#: Whatever a change is compared with, the first that there is.
MAIN = ("origin/main", "main", "HEAD")
#: Where the tests are that look at pages: of these `make test` runs all.
PAGES = ("tests/book", "tests/browser")
#: Files that many tests use, so that a change of one may be felt in each.
SHARED = ("tests/conftest.py", "tests/oracle.py", "tests/strategies.py", "pyproject.toml")


def git(root: Path, *words: str) -> list[str]:
    """The lines that git answers; none if it fails."""
    done = subprocess.run(["git", *words], cwd=root, text=True, capture_output=True)
    return done.stdout.splitlines() if done.returncode == 0 else []


def changed(root: Path, since: Sequence[str] = MAIN) -> list[str]:
    """Files that differ from where this branch left the first of `since` that is, and new ones."""
    bases = (git(root, "merge-base", "HEAD", revision) for revision in since)
    base = next((commits[0] for commits in bases if commits), "HEAD")
    files = git(root, "diff", "--name-only", base)
    return sorted({*files, *git(root, "ls-files", "--others", "--exclude-standard")})


def tests_of(root: Path, file: str) -> set[str]:
    """Tests of a file: of its name or importing it, else its room's, in doubt all of `ste`."""
    path = PurePosixPath(file)
    if file.startswith(PAGES):
        return set()
    if file in SHARED:
        return {"tests/ste"}
    if path.name.startswith("test_"):
        return {file} if (root / file).is_file() else set()
    if path.parts[0] == "tests" and path.suffix == ".py":
        return {"tests/ste", "tests/stebook"}
    if path.parts[0] in ("ste", "stebook"):
        folder = room(root, PurePosixPath("tests", path.parent))
        named = folder / f"test_{path.stem.strip('_')}.py"
        asked = importing(root, folder, ".".join(path.with_suffix("").parts))
        return asked | ({str(named)} if (root / named).is_file() else set()) or {str(folder)}
    return {"tests/house"}


def importing(root: Path, folder: PurePosixPath, module: str) -> set[str]:
    """The test files of a folder that import a module by its name; of a helper, its own alone."""
    if module.rpartition(".")[2].startswith("_"):
        return set()
    statement = re.compile(rf"^(from|import) {re.escape(module)}\b", re.MULTILINE)
    files = (root / folder).glob("test_*.py")
    return {str(folder / path.name) for path in files if statement.search(path.read_text())}


def room(root: Path, folder: PurePosixPath) -> PurePosixPath:
    """The folder, or the nearest above it that there is."""
    return folder if (root / folder).is_dir() else room(root, folder.parent)


def tests(root: Path) -> list[str]:
    """What pytest is to run, none of it inside another."""
    asked = set().union(*(tests_of(root, file) for file in changed(root)))
    return sorted(
        test for test in asked if not {str(p) for p in PurePosixPath(test).parents} & asked
    )
