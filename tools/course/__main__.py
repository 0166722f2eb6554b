"""Write the course: `python -m tools.course [FOLDER [PART ...]]`, by default all of it.

The folder is `_build/course` if none is named; the parts are those of `PARTS`.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from tools.course import assignment, handouts, notebooks, slides
from tools.course.sources import ROOT

FOLDER = ROOT / "_build" / "course"
PARTS: dict[str, Callable[[Path], list[Path]]] = {
    "notebooks": lambda folder: notebooks.write(folder),
    "assignments": lambda folder: assignment.write(folder / "assignment"),
    "slides": lambda folder: slides.write(folder / "slides"),
    "handouts": lambda folder: handouts.write(folder / "handouts"),
}


def main(folder: Path = FOLDER, *parts: str) -> None:
    """Write the parts, and say what there is."""
    unknown = set(parts) - set(PARTS)
    if unknown:
        sys.exit(f"tools.course: expected parts of {', '.join(PARTS)}, got {', '.join(unknown)}")
    for name in parts or PARTS:
        written = PARTS[name](folder)
        print(f"{name}: {len(written)} files in {folder}", flush=True)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]), *sys.argv[2:])
