"""Scripts of others, taken from the packages that carry them, so that no page asks a host."""

import base64
import json
import re
import shutil
import subprocess
import sys
from importlib.metadata import Distribution
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

from stebook.build import bundles, fonts, formulas, icons
from stebook.build.kernels import digest
from stebook.scene import JOINED

ROOT = Path(__file__).resolve().parents[2]
#: Carries KaTeX.
KATEX = "djangocms-katex"
#: Where each file comes from (distribution, end of its path) and where it goes.
CARRIED = {
    "katex/copy-tex.js": (KATEX, "katex/contrib/copy-tex.min.js"),
    "katex/katex.css": (KATEX, "katex/katex.min.css"),
    bundles.WHOLE: ("plotly", "package_data/plotly.min.js"),
}
#: What carries files and is nothing to install: what these require stays away.
CARRIERS = "requirements-carried.txt"
#: Where all static files are put together.
FOLDER = "_build/assets"
#: Where templates go that stand before those of the theme.
TEMPLATES = "_build/templates"
#: Where such packages lie if the build has to bring them.
BROUGHT = "_build/carried"
#: Formats of a font for browsers that know no MathML, nor half of the rest of a page.
_OLDER = re.compile(r',url\([^)]*\) format\("(?:woff|truetype)"\)')
#: KaTeX's fonts that formulas need: they come within its style sheet, so that no letter moves when
#: a font arrives.
FIRST_FONTS = tuple(
    f"fonts/KaTeX_{name}.woff2"
    for name in (
        *("Main-Regular", "Main-Bold", "Math-Italic", "AMS-Regular", "Caligraphic-Regular"),
        *("SansSerif-Regular", *(f"Size{size}-Regular" for size in (1, 2, 3, 4))),
    )
)
#: Reads these fonts before the first letter of a page is laid out. A browser that reads one when it
#: meets a letter of it may have painted the page by then, and lines move.
READ_FONTS = """for (const font of {fonts}) document.fonts.load(font);
"""
#: Of what Sphinx copies, what no page loads.
UNUSED = ("**/*.map", "scripts/fontawesome.js*", "vendor/fontawesome/webfonts/*")
#: Our own, from `book/_assets`.
OWN = ("book.css", "book.js", "first.js", "print.css", "print.js")
#: The picture of a shared link, drawn by `tools/share.py`.
SHARED = "share.png"
#: How search results are ordered; Sphinx puts it into a script of its own.
SCORER = "book/_assets/search.js"


def carried(distribution: str, ending: str, root: Path = ROOT) -> Path:
    """The file of a distribution whose path ends like that; pip brings a missing carrier."""
    package = installed(distribution, root)
    if package is None:
        bring(root)
        package = installed(distribution, root)
    for entry in (package and package.files) or ():
        if entry.as_posix().endswith(ending):
            return Path(str(entry.locate()))
    raise ConfigError(f"{distribution} is installed but carries no {ending}")


def installed(distribution: str, root: Path) -> Distribution | None:
    """A distribution where Python finds it or where a build put it."""
    places = [*sys.path, str(root / BROUGHT)]
    return next(iter(Distribution.discover(name=distribution, path=places)), None)


def bring(root: Path) -> None:
    """Let pip put the carriers beside what is built."""
    command = ["-m", "pip", "-q", "install", "--no-deps", "--target", str(root / BROUGHT)]
    command += ["--disable-pip-version-check", "-r", str(root / CARRIERS)]
    done = subprocess.run([sys.executable, *command], text=True, capture_output=True)
    if done.returncode:
        raise ConfigError(
            f"files for the pages are missing, and pip could not bring them: {done.stderr.strip()}"
            f"\nOnce there is a network: pip install --no-deps -r {CARRIERS}"
        )


def collect(app: Sphinx, config: Config) -> None:
    """Copy the scripts into one generated folder and add it to the static path."""
    root = Path(app.srcdir)
    folder = root / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    for target, source in CARRIED.items():
        (folder / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(carried(*source), folder / target)
    bundles.collect(root / BROUGHT, folder)
    copy_fonts(folder / "katex" / "katex.css", carried(*CARRIED["katex/katex.css"]).parent)
    shutil.copytree(root / "stebook" / "static", folder / "explorers")
    join(folder / "explorers")
    for script in (folder / "explorers").glob("*.js"):
        script.write_text(bare(script.read_text(encoding="utf-8")), encoding="utf-8")
    for name, module in config["stebook_scripts"].items():
        (folder / name).write_text(formulas.printed(root, module), encoding="utf-8")
    (folder / "icons.css").write_text(icons.sheet(), encoding="utf-8")
    for name, text in icons.templates().items():
        template = root / TEMPLATES / name
        template.parent.mkdir(parents=True, exist_ok=True)
        # One that is newer than a page lets Sphinx write the page anew.
        if not template.is_file() or template.read_text(encoding="utf-8") != text:
            template.write_text(text, encoding="utf-8")
    for name in (*OWN, SHARED):
        shutil.copyfile(root / "book" / "_assets" / name, folder / name)
    # Relative to the sources: Sphinx writes a hash of its settings into the site.
    config["templates_path"] = [*config["templates_path"], TEMPLATES]
    config["html_static_path"] = [*config["html_static_path"], str(folder.relative_to(root))]
    config["html_search_scorer"] = SCORER
    # Sphinx copies no static file while every page is up to date: let a change here date the pages.
    config["stebook_assets"] = digest(
        [folder, root / "book" / "_assets", root / "stebook" / "build"]
    )


#: Lines of a script that hold a comment and nothing else, and what is said behind a statement; with
#: a quote after it, that may be a string.
_SAID = re.compile(
    r"""^[ \t]*(?://.*|/\*(?:[^*]|\*(?!/))*\*/)[ \t]*\n|(?<=[;,}]) // [^"'`\n]*$""", re.M
)


def bare(script: str) -> str:
    """A script as a page gets it: who reads comments reads the source, and they weigh a fifth.

    Examples
    --------
    >>> bare("// Why.\\nf(); // how\\n  /** What. */\\ng('; // no');\\n")
    "f();\\ng('; // no');\\n"
    """
    return _SAID.sub("", script)


def join(folder: Path) -> None:
    """Make one script of the files of a scene: a page asks for one, and it packs better."""
    parts = [folder / name for name in JOINED]
    text = "\n".join(part.read_text(encoding="utf-8") for part in parts)
    for part in parts:
        part.unlink()
    (folder / JOINED[-1]).write_text(text, encoding="utf-8")


def copy_fonts(style: Path, source: Path) -> None:
    """Give KaTeX's style sheet its fonts, each in the one format that is needed."""
    text = _OLDER.sub("", style.read_text(encoding="utf-8"))
    for name in re.findall(r"url\((fonts/[\w-]+\.woff2)\)", text):
        font = fonts.cut(source / name, map(ord, fonts.letters_of(source / name)))
        if name in FIRST_FONTS:
            content = base64.b64encode(font).decode()
            text = text.replace(name, f"data:font/woff2;base64,{content}")
        else:
            (style.parent / "fonts").mkdir(exist_ok=True)
            (style.parent / name).write_bytes(font)
    style.write_text(text, encoding="utf-8")
    shorts = json.dumps([shorthand(name) for name in FIRST_FONTS])
    script = style.with_name("read-fonts.js")
    script.write_text(READ_FONTS.format(fonts=shorts), encoding="utf-8")


def shorthand(name: str) -> str:
    """How CSS asks for a font of KaTeX.

    Examples
    --------
    >>> shorthand("fonts/KaTeX_Math-Italic.woff2"), shorthand("fonts/KaTeX_Main-Regular.woff2")
    ('italic 1em KaTeX_Math', 'normal 1em KaTeX_Main')
    """
    family, style = Path(name).stem.split("-")
    return f"{'normal' if style == 'Regular' else style.lower()} 1em {family}"


def drop(app: Sphinx, exception: Exception | None) -> None:
    """Take away what no page loads."""
    if exception is None and app.builder.format == "html":
        for pattern in UNUSED:
            for path in Path(app.outdir, "_static").glob(pattern):
                path.unlink()
