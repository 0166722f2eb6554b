"""Decks of slides for the plans: a question first, then the explorer that answers it, alive.

A deck is one page of HTML beside reveal.js, which npm brings, and its explorers are the pages that
the build cuts out for frames. Where there is no npm, or no network, there are no slides.
"""

import hashlib
import html
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from stebook import ask
from stebook.build.assets import carried
from stebook.build.bundles import PATIENCE, member
from stebook.build.maths import KATEX, Typesetter
from tools.course.sources import ROOT

SOURCES = Path(__file__).parent / "decks"
STORE = ROOT / "_build" / ".reveal"
FORMULAS = ROOT / "_build" / ".slides.json"
VERSION = "5.2.1"
SHA256 = "359b575dd51bbda32f89b2fd4c7dc46ad7389a805572158916c29252f7a27333"
#: What a deck takes of the archive, without the fonts of the theme: those of the system will do.
FILES = {
    "reset.css": "dist/reset.css",
    "reveal.css": "dist/reveal.css",
    "reveal.js": "dist/reveal.js",
    "notes.js": "plugin/notes/notes.js",
    "LICENSE": "LICENSE",
}
#: The built pages, seen from a deck.
SITE = "../../html"
PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="stylesheet" href="reveal/reset.css">
<link rel="stylesheet" href="reveal/reveal.css">
<link rel="stylesheet" href="{site}/_static/katex/katex.css">
<link rel="stylesheet" href="deck.css">
</head>
<body>
<div class="reveal"><div class="slides">
{slides}
</div></div>
<script src="reveal/reveal.js"></script>
<script src="reveal/notes.js"></script>
<script src="deck.js"></script>
</body>
</html>
"""
STYLE = """\
.reveal { font: 34px/1.4 system-ui, sans-serif; color: #1a1a1a; background: #fff; }
.reveal h2 { font-size: 1.5em; margin: 0 0 .6em; }
.reveal section { text-align: left; }
.reveal :is(ul, ol) { margin-left: 1.3em; }
.reveal li { margin: .4em 0; }
.reveal ol.options { list-style: upper-alpha; margin-top: .8em; }
.reveal code { font-family: ui-monospace, monospace; color: #7a1f5c; }
.reveal .katex-display { margin: .8em 0; font-size: 1.1em; }
.reveal iframe { border: 0; display: block; height: 780px; max-height: none; max-width: none;
  width: 100%; }
.reveal .slide-number { background: #444; }
.reveal .from { position: absolute; right: 0; top: 0; font-size: .5em; }
"""
SCRIPT = """\
Reveal.initialize({
  width: 1600, height: 900, margin: 0.04, hash: true, transition: "none", center: false,
  slideNumber: "c/t", plugins: [RevealNotes],
});
"""


@dataclass(frozen=True)
class Slide:
    """What the audience sees, and how long it takes; `text` stands for a question's own, too."""

    minutes: int
    title: str
    page: str
    goals: tuple[int, ...]
    notes: str
    text: str = ""
    ask: str = ""
    explorer: str = ""
    state: str = ""
    laptops: bool = False


@dataclass(frozen=True)
class Deck:
    """Slides under a title; `name` is that of its file."""

    name: str
    title: str
    slides: tuple[Slide, ...]

    @property
    def minutes(self) -> int:
        """What all slides take."""
        return sum(slide.minutes for slide in self.slides)


def read(path: Path) -> Deck:
    """A deck out of its file."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    slides = [Slide(**{**row, "goals": tuple(row["goals"])}) for row in table["slide"]]
    return Deck(path.stem.partition("-")[2], table["title"], tuple(slides))


def decks() -> list[Deck]:
    """All of them, in their order."""
    return [read(path) for path in sorted(SOURCES.glob("*.toml"))]


class Writer:
    """Writes slides as HTML, with their formulas set."""

    def __init__(self) -> None:
        script = carried(KATEX, "katex/katex.min.js").read_text(encoding="utf-8")
        self.typeset = Typesetter(script, FORMULAS)

        def formula(tex: str, options: dict) -> str:
            return self.typeset(tex.strip(), display=options["display_mode"])

        self.markdown = MarkdownIt().use(dollarmath_plugin, renderer=formula)

    def parts(self, slide: Slide) -> Iterator[str]:
        """The parts of a slide."""
        yield f"<h2>{html.escape(slide.title)}</h2>"
        where = f"{SITE}/book/{slide.page}.html"
        yield f'<a class="from" href="{where}" target="_blank">the chapter</a>'
        question = ask(slide.ask) if slide.ask else None
        if slide.text or question:
            yield self.markdown.render(slide.text or question.text)
        if question:
            options = "".join(f"<li>{self.set(option.text)}</li>" for option in question.options)
            yield f'<ol class="options">{options}</ol>'
        if slide.explorer:
            source = f"{SITE}/explorers/{slide.explorer}.html?theme=light&amp;large"
            source += f"#{slide.explorer}:{slide.state}"
            title = html.escape(slide.title)
            full = "fullscreen 'none'"  # it fills its frame, below the title
            yield f'<iframe data-src="{source}" title="{title}" allow="{full}"></iframe>'
        said = f"{slide.minutes} minutes. {'Laptops. ' if slide.laptops else ''}{slide.notes}"
        yield f'<aside class="notes">{html.escape(said)}</aside>'

    def set(self, text: str) -> str:
        """An option of a question, which is Markdown of one line."""
        return self.markdown.renderInline(text)

    def deck(self, deck: Deck) -> str:
        """A whole deck."""
        slides = "\n".join(
            f"<section>{''.join(self.parts(slide))}</section>" for slide in deck.slides
        )
        return PAGE.format(title=html.escape(deck.title), site=SITE, slides=slides)


def bring(store: Path) -> dict[str, bytes] | None:
    """The files of reveal.js, from the store or from npm; None where neither has them.

    Raises
    ------
    ValueError
        If the archive is not the one that is known here.
    """
    archive = store / f"reveal.js-{VERSION}.tgz"
    npm = shutil.which("npm")
    if not archive.is_file() and npm is not None:
        store.mkdir(parents=True, exist_ok=True)
        command = [npm, "pack", f"reveal.js@{VERSION}", "--silent", "--fetch-retries=0"]
        try:
            subprocess.run(command, cwd=store, capture_output=True, timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            return None
    if not archive.is_file():
        return None
    content = archive.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256:
        archive.unlink()
        raise ValueError(f"reveal.js: expected the archive {SHA256}, got {found}")
    return {name: member(content, f"package/{path}") for name, path in FILES.items()}


def plan(deck: Deck) -> list[str]:
    """The rows of a deck's plan, as the page for instructors has them."""
    rows = ["| Minutes | What | Chapter | Goals | Laptops |", "|---|---|---|---|---|"]
    for slide in deck.slides:
        what = slide.title
        if slide.explorer:
            address = f"{slide.page}.html#{slide.explorer}:{slide.state}"
            what = f'<a href="{address}">{what}</a>'
        goals = ", ".join(map(str, slide.goals))
        laptops = "yes" if slide.laptops else ""
        rows.append(f"| {slide.minutes} | {what} | []({slide.page}.md) | {goals} | {laptops} |")
    return rows


def write(folder: Path) -> list[Path]:
    """Write the decks; none where reveal.js cannot be had."""
    files = bring(STORE)
    if files is None:
        print("npm brought no reveal.js: no slides")
        return []
    (folder / "reveal").mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / "reveal" / name).write_bytes(content)
    (folder / "deck.css").write_text(STYLE, encoding="utf-8")
    (folder / "deck.js").write_text(SCRIPT, encoding="utf-8")
    writer, written = Writer(), []
    for deck in decks():
        written.append(folder / f"{deck.name}.html")
        written[-1].write_text(writer.deck(deck), encoding="utf-8")
    writer.typeset.keep()
    return written
