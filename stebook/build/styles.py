"""Style sheets of others, less the rules for what no page has.

The theme brings all of Bootstrap, and sphinx-design all its colours: most rules name a class
that is on no page of this book and in none of its scripts.
"""

import re
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

import tinycss2
from sphinx.application import Sphinx

from stebook.build import icons
from stebook.build.assets import carried
from stebook.build.kept import kept

#: Where the style sheets are in the site, and where each is whole.
SHEETS = {
    "mystnb.*.css": ("myst-nb", "static/mystnb.css"),
    "sphinx-design.min.css": ("sphinx-design", "static/sphinx-design.min.css"),
    "styles/sphinx-book-theme.css": ("sphinx-book-theme", "styles/sphinx-book-theme.css"),
}
_CLASSES = re.compile(r'\bclass="([^"]*)"')
_WORDS = re.compile(r"[\w-]+")
_NAMED = re.compile(r"\.((?:\\.|[\w-])+)")
_GROUPS = ("media", "supports")


def used(style: str, known: set[str], begun: tuple[str, ...] = ()) -> str:
    """The rules of a style sheet whose classes are all known, or begin like those.

    Examples
    --------
    >>> used(".a{b:c}.d .a,.a:not(.e){f:g}@media print{.d{h:i}}", {"a"})
    '.a{b:c}.a:not(.e){f:g}'
    >>> used("i:not(.a,.b) .c,i:is(.d,.e){f:g}", {"c"})
    'i:not(.a,.b) .c,i:is(.d,.e){f:g}'
    >>> used(".a-b{c:d}", set(), ("a-",))
    '.a-b{c:d}'
    """
    return "".join(_kept(tinycss2.parse_stylesheet(style, True, True), known, begun))


def _kept(rules: Iterable, known: set[str], begun: tuple[str, ...]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [
                tinycss2.serialize(selector)
                for selector in _selectors(rule.prelude)
                if all(name in known or name.startswith(begun) for name in _named(selector))
            ]
            if selectors:
                yield f"{','.join(selectors)}{{{tinycss2.serialize(rule.content)}}}"
        elif rule.type == "at-rule" and rule.lower_at_keyword in _GROUPS:
            inner = "".join(_kept(tinycss2.parse_rule_list(rule.content, True, True), known, begun))
            if inner:
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}"
        else:
            yield rule.serialize()


def _selectors(prelude: list) -> list[list]:
    """The selectors of a rule; a comma within brackets parts none."""
    selectors: list[list] = [[]]
    for node in prelude:
        if node == ",":
            selectors.append([])
        else:
            selectors[-1].append(node)
    return selectors


def _named(selector: list) -> list[str]:
    """The classes that a selector needs: what stands in ``:not()`` or ``:is()`` may be missing."""
    return _NAMED.findall(tinycss2.serialize([n for n in selector if n.type != "function"]))


def names(site: Path) -> tuple[set[str], tuple[str, ...]]:
    """The classes on the pages and all words of the scripts; and what scripts begin words with."""
    known: set[str] = set()
    for page in site.rglob("*.html"):
        for classes in _CLASSES.findall(page.read_text(encoding="utf-8")):
            known.update(classes.split())
    for script in site.glob("_static/**/*.js"):
        if script.parent.name != "plotly":  # which has a style sheet of its own
            known.update(_WORDS.findall(script.read_text(encoding="utf-8")))
    return known, tuple(word for word in known if re.fullmatch(r"[a-z]+(-[a-z]+)*-", word))


def trimmed(name: str, whole: str, known: set[str], begun: tuple[str, ...]) -> bytes:
    """`used`, from an earlier build where a sheet and its classes are the same."""
    classes = sorted(known & set(_WORDS.findall(whole)))  # all that the sheet could ask for
    said = f"{version('tinycss2')} {classes} {sorted(begun)}"
    made_of = said.encode(), Path(__file__).read_bytes(), whole.encode()
    name = Path(name).name.replace("*", "")
    return kept(name, made_of, lambda: used(whole, known, begun).encode())


def write(app: Sphinx, exception: Exception | None) -> None:
    """Write them over those that Sphinx has copied, always from the whole."""
    if exception is None and app.builder.format == "html":
        known, begun = names(Path(app.outdir))
        sheets = {name: carried(*source).read_text("utf-8") for name, source in SHEETS.items()}
        sheets[f"styles/{icons.STYLE.name}"] = icons.style()
        for name, whole in sheets.items():
            content = trimmed(name, whole, known, begun)
            for path in Path(app.outdir, "_static").glob(name):
                path.write_bytes(content)
