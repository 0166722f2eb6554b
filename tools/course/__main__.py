"""Write the course into a folder: `python -m tools.course [FOLDER]`, by default `_build/course`."""

import sys
from pathlib import Path

from tools.course import notebooks

ROOT = Path(__file__).resolve().parents[2]


def main(folder: Path) -> None:
    """Write all of it, and say what there is."""
    written = notebooks.write(folder)
    print(f"{len(written) // 2} notebooks in {folder}/student and {folder}/solutions")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "_build" / "course")
