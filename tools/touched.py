"""The unit tests of what changed: `tests` has the rooms of `ste`, `stebook` and the rest."""

import subprocess
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


def changed(root: Path) -> list[str]:
    """Files that differ from where this branch left main, and new ones."""
    bases = (git(root, "merge-base", "HEAD", main) for main in MAIN)
    base = next((found[0] for found in bases if found), "HEAD")
    files = git(root, "diff", "--name-only", base)
    return sorted({*files, *git(root, "ls-files", "--others", "--exclude-standard")})


def tests_of(root: Path, file: str) -> set[str]:
    """Tests of a file: those of its name, else those of its room, in doubt all of `ste`."""
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
        mirrored = PurePosixPath("tests", path.parent, f"test_{path.stem.strip('_')}.py")
        return {str(mirrored if (root / mirrored).is_file() else room(root, mirrored.parent))}
    return {"tests/house"}


def room(root: Path, folder: PurePosixPath) -> PurePosixPath:
    """The folder, or the nearest above it that there is."""
    return folder if (root / folder).is_dir() else room(root, folder.parent)


def tests(root: Path) -> list[str]:
    """What pytest is to run, none of it inside another."""
    found = set().union(*(tests_of(root, file) for file in changed(root)))
    return sorted(one for one in found if not {str(p) for p in PurePosixPath(one).parents} & found)
