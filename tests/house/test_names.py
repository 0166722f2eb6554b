"""What a text names is there: files, modules, and what stands in them."""

import ast
import re
from functools import cache

import pytest
from toc import ROOT

from tools import arrows

TEXTS = arrows.sources()
#: All that is read; the changelog tells of what is gone, and tests make names up.
READ = sorted(
    path
    for pattern in (
        *("*.md", "LICENSE", "Makefile", "pyproject.toml", "book/*.md", "experiments/**/*.md"),
        *(f"{tree}/**/*.{kind}" for tree in arrows.TREES for kind in ("py", "js", "css")),
    )
    for path in ROOT.glob(pattern)
    if path.name != "changelog.md" and path.relative_to(ROOT).parts[0] != "tests"
)
MODULE = re.compile(r"(?<![\w/.-])(?:ste|stebook|tools|benchmarks)(?:\.[A-Za-z_]\w*)+")
#: A path with a place for more in it, such as ``tests/<room>``, names no file.
FILE = re.compile(
    r"(?<![\w/.-])(?:ste|stebook|tools|benchmarks|tests|experiments)/[\w./-]*\w(?![\w./-]*[{<*])"
)
#: The README's place for a table and a run of it.
PLACEHOLDER = "experiments/results/TABLE/NAME.json"


@cache
def defined(module):
    """What a module defines or imports, in classes and functions too."""
    nodes = list(ast.walk(ast.parse(TEXTS[module])))
    names = {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    names |= {node.asname or node.name for node in nodes if isinstance(node, ast.alias)}
    return names | {node.id for node in nodes if isinstance(node, ast.Name)}


def missing(text):
    """The names in a text of which nothing is there."""
    for name in MODULE.findall(text):
        module = arrows.resolved(name, TEXTS)
        inside = name.removeprefix(module).strip(".").split(".")[0]
        if module not in TEXTS or (inside and inside not in defined(module)):
            yield name
    for name in FILE.findall(text):
        if name != PLACEHOLDER and not (ROOT / name).exists():
            yield name


@pytest.mark.parametrize("path", READ, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_is_named_is_there(path):
    assert list(missing(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("`ste.zoo.windows.window` in ste/zoo/windows.py, as tests/ste/test_plane.py says", []),
        (
            "`ste.explorers`, `ste.zoo.windows.nowhere`",
            ["ste.explorers", "ste.zoo.windows.nowhere"],
        ),
        ("beside `tests/ste/test_nowhere.py`", ["tests/ste/test_nowhere.py"]),
        ('f"tests/ste/test_{stem}.py" and tests/<room>/test_plane.py', []),
    ],
)
def test_a_stale_name_is_found(text, names):
    assert list(missing(text)) == names
