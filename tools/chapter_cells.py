"""Lint and format-check the code cells of the chapters with ruff.

The cells of a chapter are checked as one file, in order, so that names carry over. Formatting is
checked cell by cell. Lines are kept to 88 characters: a page shows no more without scrolling.
"""

import subprocess
import sys
from pathlib import Path

import jupytext

BOOK = Path(__file__).resolve().parent.parent / "book"
WIDTH = "88"
# A cell may end in an expression (B018); imports stand where a reader needs them (E402).
RULES = ["--select", "E,F,W,UP,B,SIM,RUF", "--ignore", "B018,E402,F811"]


def ruff(name: str, source: str, *arguments: str) -> str:
    """What ruff has to say about a piece of code; empty when it is content."""
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *arguments, "--stdin-filename", name, "-"],
        input=source,
        text=True,
        capture_output=True,
        check=False,
    )
    return done.stdout + done.stderr if done.returncode else ""


def complaints(chapter: Path) -> list[str]:
    """Everything that ruff has to say about one chapter."""
    cells = [c.source for c in jupytext.read(chapter).cells if c.cell_type == "code"]
    name = f"{chapter.stem}.py"
    found = [ruff(name, "\n\n".join(cells) + "\n", "check", "--line-length", WIDTH, *RULES)]
    for cell in cells:
        said = ruff(name, cell + "\n", "format", "--diff", "--line-length", WIDTH)
        found.append(said)
    return [said for said in found if said]


def mend(chapter: Path) -> None:
    """Write the cells of a chapter back as ruff formats them."""
    text = chapter.read_text(encoding="utf-8")
    for cell in jupytext.read(chapter).cells:
        if cell.cell_type == "code":
            command = ["format", "--line-length", WIDTH, "--stdin-filename", "cell.py", "-"]
            done = subprocess.run(
                [sys.executable, "-m", "ruff", *command],
                input=cell.source,
                text=True,
                capture_output=True,
                check=True,
            )
            text = text.replace(cell.source, done.stdout.rstrip("\n"))
    chapter.write_text(text, encoding="utf-8")


def main() -> None:
    """Check every chapter, or format with --fix; exit with the number that ruff complains about."""
    bad = 0
    for chapter in sorted(BOOK.glob("*.md")):
        if not chapter.read_text(encoding="utf-8").startswith("---\njupytext:"):
            continue
        if "--fix" in sys.argv[1:]:
            mend(chapter)
        said = complaints(chapter)
        if said:
            bad += 1
            print(f"{chapter.relative_to(BOOK.parent)}:", *said, sep="\n")
    sys.exit(bad)


if __name__ == "__main__":
    main()
