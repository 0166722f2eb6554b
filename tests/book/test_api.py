"""The page of the package: what it shows is what the source says, and what a reader copies runs."""

import ast
import html
import re
from dataclasses import dataclass, field

import pytest
from toc import ROOT

from ste import estimators, zoo
from stebook.build import signatures
from tools import arrows

#: What an evaluated default or value looks like.
EVALUATED = ("<function", "np.float64(", "<lambda>", "object at 0x", "<factory>", "mappingproxy(")


@pytest.fixture(scope="module")
def page(built):
    return (built / "book" / "api.html").read_text(encoding="utf-8")


def plain(markup):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", markup)).split())


@pytest.fixture(scope="module")
def headers(page):
    """What stands at the head of each name: its arguments or its value."""
    found = re.findall(r'<dt class="sig[^"]*" id="([^"]*)">(.*?)</dt>', page, re.DOTALL)
    return {name: plain(text).removesuffix("#").strip() for name, text in found}


def test_no_value_is_an_evaluated_one(page):
    text = plain(page)
    assert "ste.gradients" in text
    assert [sign for sign in EVALUATED if sign in text] == []


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("ste.cycle.limit_cycle", "limit_cycle(teacher, estimator=IDENTITY)"),
        ("ste.estimators.PAPER", "PAPER = (IDENTITY, RELU, CLIPPED_RELU)"),
        ("ste.symbolic.derive_population_loss", "derive_population_loss(density=GAUSSIAN)"),
        (
            "ste.estimators.Estimator",
            "class Estimator(name, derivative, breakpoints=(), closed_form=None, bounds=None)",
        ),
    ],
)
def test_defaults_and_values_are_as_written(name, header, headers):
    assert headers[name] == header


def test_every_room_of_the_mathematics_is_shown_and_no_helper(headers):
    text = (ROOT / "book" / "api.md").read_text(encoding="utf-8")
    shown = set(re.findall(r"automodule:: ([\w.]+)", text))
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "ste").rglob("*.py")
        if path.name[0] != "_" and "symbolic" not in path.parts
    }
    assert modules <= shown
    assert not any(name.rpartition(".")[2].startswith(("_", "check_student")) for name in headers)


def test_the_copy_button_takes_the_lines_of_input_without_their_prompt(built):
    (script,) = built.glob("_static/copybutton.js")
    text = script.read_text(encoding="utf-8")
    call = re.search(r"return formatCopyText\(text, '(.*?)', (\w+), (\w+), (\w+),", text)
    prompt, *switches = call.groups()
    assert switches == ["true", "true", "true"]  # a pattern; only input; without the prompt
    pattern = prompt.encode().decode("unicode_escape")
    lines = [">>> for x in (1, 2):", "...     print(x)", "1", "2"]
    kept = [re.sub(f"^(?:{pattern})", "", line) for line in lines if re.match(pattern, line)]
    assert kept == ["for x in (1, 2):", "    print(x)"]


def test_what_a_chapter_imports_is_shown(headers):
    texts = arrows.sources()
    for name in (name for name in texts if name.startswith("book.")):
        for node in ast.walk(ast.parse(texts[name])):
            # ste.symbolic is shown by its face
            if isinstance(node, ast.ImportFrom) and re.match(r"ste\.(?!symbolic)", node.module):
                for alias in node.names:
                    assert f"{node.module}.{alias.name}" in headers, name


# The part of the extension behind it ----------------------------------------------------------


@dataclass(frozen=True)
class Base:
    """Has defaults."""

    first: float
    slope: float = 1e-3


@dataclass(frozen=True)
class Derived(Base):
    """Has more, of each kind."""

    made: list = field(default_factory=list)
    quiet: object = field(default=None, repr=False)
    later: int = field(init=False, default=1)


def test_the_fields_of_a_dataclass_are_as_written():
    assert signatures.fields(Derived) == "(first, slope=1e-3, made=list(), quiet=None)"
    written = signatures.write(None, "class", "Base", Base, None, "(first, slope=0.001)", "")
    assert written == ("(first, slope=1e-3)", "")
    assert signatures.write(None, "class", "int", int, None, "(x)", "") is None
    assert signatures.write(None, "class", "Base", Base, None, "", "") is None


def test_a_constant_is_shown_where_it_fits_a_line():
    assert signatures.constant(estimators, "CLIPPED_RELU") == "clipped_relu()"
    assert signatures.constant(zoo, "ESTIMATORS") == ""
    assert signatures.constant(zoo, "nothing") == ""


def exemplified():
    """An example.

    >>> 1
    1
    """


def helping():
    """Of use to others."""


@pytest.mark.parametrize(
    ("what", "member", "skipped"),
    [
        ("module", helping, True),
        ("module", exemplified, None),
        ("module", Base, None),
        ("class", helping, None),
    ],
)
def test_functions_without_an_example_are_left_out(what, member, skipped):
    assert signatures.is_helper(None, what, "name", member, False, None) is skipped
