"""Who may import whom. Every "never" of the house stands here, and is shown to notice a breach."""

import ast
import importlib
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import pytest
from toc import ROOT

import ste
from stebook.chapters import CHAPTERS
from tools import arrows, house
from tools.arrows import within

TEXTS = arrows.sources()

PACKAGES = sorted(
    ".".join(path.parent.relative_to(ROOT).parts)
    for tree in ("ste", "stebook")
    for path in (ROOT / tree).rglob("__init__.py")
)
WINGS = ("ste.zoo", "ste.beyond", "ste.alternatives", "ste.symbolic")
TEN = (
    *("model", "estimators", "moments", "plane", "landscape"),
    *("gradients", "descent", "one_sidedness", "cycle", "samples"),
)
FACE = {
    *("Teacher", "sample_loss", "coarse_gradient", "monte_carlo_gradient"),
    *("Estimator", "IDENTITY", "RELU", "CLIPPED_RELU", "clipped_relu", "leaky_relu"),
    *("PAPER", "ESTIMATORS", "get_estimator"),
    *("population_loss", "population_gradient", "best_v", "profile_loss", "critical_points"),
    *("expected_coarse_gradient", "correlation", "gradient_bound", "descend", "outcome"),
    *("residuals", "one_sided", "limit_cycle"),
}
DRAWING = ("plotly", "ipywidgets", "anywidget")


@cache
def graph(deferred: bool = True) -> set[arrows.Arrow]:
    """All imports; without the deferred ones, what importing a module loads."""
    return arrows.arrows(TEXTS, deferred)


def in_the_ten_files(name: str) -> bool:
    return within(name, "ste") and not within(name, *WINGS)


def in_the_engine(name: str) -> bool:
    return within(name, "stebook") and name != "stebook" and not within(name, "stebook.chapters")


def chapter_of(name: str) -> str:
    """The chapter whose room a module stands in; empty for what chapters share."""
    parts = name.split(".")
    return parts[2] if within(name, "stebook.chapters") and set(parts[2:3]) & set(CHAPTERS) else ""


def is_foreign(name: str) -> bool:
    """Whether a module is neither of the house nor of Python."""
    first = name.split(".")[0]
    return first not in {*arrows.TREES, "book", *sys.stdlib_module_names}


@dataclass(frozen=True)
class Never:
    """What no import may do, with one that would do it and one that may stay."""

    says: str
    forbids: Callable[[str, str], bool]
    breach: tuple[str, str]
    fine: tuple[str, str]

    def broken(self, graph: set[arrows.Arrow]) -> list[str]:
        return sorted(f"{a} -> {b}" for a, b in graph if self.forbids(a, b))


NEVER = (
    Never(
        "ste -> stebook, experiments",
        lambda a, b: within(a, "ste") and within(b, "stebook", "experiments"),
        ("ste.beyond.signs", "from stebook.checks import Verdict"),
        ("stebook.chapters.styles", "from ste import RELU"),
    ),
    Never(
        "a room -> tests, tools, benchmarks",
        lambda a, b: (
            within(a, "ste", "stebook", "experiments", "book")
            and not within(a, "experiments.tests", "experiments.frameworks")
            and within(b, "tests", "tools", "benchmarks")
        ),
        ("stebook.page", "import tools.project"),
        ("tests.oracle", "from tools import project"),
    ),
    Never(
        "any other tree -> experiments",
        lambda a, b: not within(a, "experiments") and within(b, "experiments"),
        ("stebook.chapters.deep.records", "from experiments.records import load"),
        ("experiments.runs", "from experiments import records"),
    ),
    Never(
        "the engine of stebook -> ste or chapters",
        lambda a, b: in_the_engine(a) and (within(b, "ste", "stebook.chapters") or b == "stebook"),
        ("stebook.build.footer", "import ste"),
        ("stebook.page", "from stebook.explorer import Explorer"),
    ),
    Never(
        "ste's ten files -> a wing (the face shows the zoo)",
        lambda a, b: in_the_ten_files(a) and within(b, *WINGS) and (a, b) != ("ste", "ste.zoo"),
        ("ste.gradients", "from ste.zoo.windows import window"),
        ("ste", "from ste.zoo import ESTIMATORS"),
    ),
    Never(
        "inside ste -> the face of ste",
        lambda a, b: within(a, "ste") and b == "ste",
        ("ste.beyond.signs", "import ste"),
        ("ste.beyond.signs", "from ste.model import Teacher"),
    ),
    Never(
        "zoo -> another wing",
        lambda a, b: within(a, "ste.zoo") and within(b, *(set(WINGS) - {"ste.zoo"})),
        ("ste.zoo.typed", "from ste.beyond import signs"),
        ("ste.beyond.staircase", "from ste.zoo.windows import window"),
    ),
    Never(
        "beyond -> alternatives",
        lambda a, b: within(a, "ste.beyond") and within(b, "ste.alternatives"),
        ("ste.beyond.random_units", "from ste.alternatives.compare import race"),
        ("ste.alternatives.compare", "from ste.beyond.random_units import RandomUnits"),
    ),
    Never(
        "symbolic -> another wing, or another wing -> symbolic",
        lambda a, b: (
            within(a, *WINGS)
            and within(b, *WINGS)
            and within(a, "ste.symbolic") != within(b, "ste.symbolic")
        ),
        ("ste.symbolic.cycle", "from ste.zoo import ESTIMATORS"),
        ("ste.symbolic.cycle", "from ste.symbolic.steps import sums"),
    ),
    Never(
        "inside symbolic: steps -> rows or a derivation",
        lambda a, b: (
            within(a, "ste.symbolic.steps")
            and within(b, "ste.symbolic")
            and not within(b, "ste.symbolic.steps")
        ),
        ("ste.symbolic.steps.notation", "from ste.symbolic.rows.density import GAUSSIAN"),
        ("ste.symbolic.rows.polar", "from ste.symbolic.rows.moments import RowMoments"),
    ),
    Never(
        "inside symbolic: rows -> a derivation",
        lambda a, b: (
            within(a, "ste.symbolic.rows")
            and within(b, "ste.symbolic")
            and not within(b, "ste.symbolic.rows", "ste.symbolic.steps")
        ),
        ("ste.symbolic.rows.polar", "from ste.symbolic.population_loss import ANGLE"),
        ("ste.symbolic.cycle", "from ste.symbolic.population_loss import ANGLE"),
    ),
    Never(
        "a chapter's parts -> another chapter's",
        lambda a, b: bool(chapter_of(a) and chapter_of(b)) and chapter_of(a) != chapter_of(b),
        ("stebook.chapters.descent.basin", "from stebook.chapters.model import exercises"),
        ("stebook.chapters.descent.basin", "from stebook.chapters.descent import descent"),
    ),
    Never(
        "ste, but for its derivations -> anything but numpy (and tqdm, where a bar is asked for)",
        lambda a, b: (
            within(a, "ste")
            and is_foreign(b)
            and b not in ({"numpy", "sympy"} if within(a, "ste.symbolic") else {"numpy", "tqdm"})
        ),
        ("ste.zoo.typed", "import sympy"),
        ("ste.symbolic.cycle", "import sympy as sp"),
    ),
    Never(
        "ste, stebook -> a module whose name only a run knows",
        lambda a, b: within(a, "ste", "stebook") and b == arrows.UNKNOWN,
        ("stebook.page", "import importlib; importlib.import_module(name)"),
        ("stebook.page", "import importlib; importlib.import_module(f'stebook.{name}')"),
    ),
)
every_never = pytest.mark.parametrize("never", NEVER, ids=lambda never: never.says)


def made_up(module: str, text: str) -> set[arrows.Arrow]:
    """The arrows of one module of the house, if it said this."""
    return {(module, target) for target in arrows.asked_for(module, text, TEXTS, deferred=True)}


# The graph ------------------------------------------------------------------------------------


@every_never
def test_no_import_does_what_is_never_allowed(never):
    assert never.broken(graph()) == []


@every_never
@pytest.mark.parametrize("indent", ["{}", "def late(name):\n    {}", "class A:\n    {}"])
def test_a_breach_would_be_noticed(never, indent):
    module, text = never.breach
    broken = never.broken(made_up(module, indent.format(text)))
    assert broken and all(arrow.startswith(f"{module} -> ") for arrow in broken)
    module, text = never.fine
    assert never.broken(made_up(module, indent.format(text))) == []


def test_no_import_goes_round_in_a_circle():
    assert arrows.circle(graph()) == [], "the modules import one another"


def test_a_circle_is_named_one_through_functions_too():
    texts = {
        "ste": "from ste.a import f",
        "ste.a": "from ste import b",
        "ste.b": "def late():\n    import ste.c",
        "ste.c": "from ste.a import f",
    }
    assert arrows.circle(arrows.arrows(texts)) == ["ste.a", "ste.b", "ste.c", "ste.a"]
    assert arrows.circle(arrows.arrows(texts, deferred=False)) == []


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("import ste.zoo.windows", "ste.zoo.windows"),
        ("import ste.zoo.windows as w", "ste.zoo.windows"),
        ("from ste.zoo import windows", "ste.zoo.windows"),
        ("from ste.zoo.windows import window", "ste.zoo.windows"),
        ("from ste.zoo import get_estimator", "ste.zoo"),
        ("from ste.zoo import *", "ste.zoo"),
        ("import ste\nste.zoo.windows.window(0, 1)", "ste.zoo.windows"),
        ("import ste as s\ns.zoo.windows.window(0, 1)", "ste.zoo.windows"),
        ("from .zoo import windows", "ste.zoo.windows"),
        ("from . import zoo", "ste.zoo"),
        ("from importlib import import_module\nimport_module('ste.zoo')", "ste.zoo"),
        ("import numpy.linalg", "numpy"),
    ],
)
def test_each_form_of_import_is_read(text, target):
    assert ("ste.model", target) in made_up("ste.model", text)


def test_relative_imports_of_a_package_start_in_it():
    assert ("ste.zoo", "ste.zoo.typed") in made_up("ste.zoo", "from . import typed")
    assert ("ste.zoo", "ste.model") in made_up("ste.zoo", "from ..model import f")


def test_a_name_put_together_points_at_all_that_it_may_be():
    texts = {"stebook.page": "import_module(f'ste.{x}.windows')", "ste.zoo.windows": "", "ste": ""}
    assert arrows.arrows(texts) == {("stebook.page", "ste.zoo.windows")}


def test_the_cells_of_every_chapter_are_read():
    assert {f"book.{chapter}" for chapter in CHAPTERS} <= set(TEXTS)
    page = "text\n```{code-cell} python\n---\ntags: [a]\n---\nimport ste\n```\n"
    page += "```{code-cell}\n:tags: [hide]\n\nste.zoo\n```\n```python\nno cell\n```\n"
    assert arrows.cells(page) == "import ste\n\n\nste.zoo\n"


# The faces ------------------------------------------------------------------------------------


def test_the_face_of_ste_is_its_26_names():
    assert len(FACE) == 26
    assert set(ste.__all__) == FACE and len(ste.__all__) == 26
    brought = {
        alias.asname or alias.name
        for node in ast.parse(TEXTS["ste"]).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert brought == FACE


def test_the_paper_is_ten_files():
    files = {path.stem for path in (ROOT / "ste").glob("*.py") if path.name[0] != "_"}
    assert files == set(TEN)
    assert {path.parent.name for path in (ROOT / "ste").glob("*/__init__.py")} == {
        wing.removeprefix("ste.") for wing in WINGS
    }


def loads(module: str, *unwanted: str) -> set[str]:
    """Which of the unwanted modules a fresh Python has loaded after an import."""
    code = f"import sys, {module}; print(*set({unwanted}) & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True, text=True
    )
    return set(done.stdout.split())


def test_importing_the_package_loads_numpy_alone():
    unwanted = ("sympy", "plotly", "ipywidgets", "tqdm", "scipy", "mpmath", "numpy.random")
    assert loads("ste", *unwanted) == set()
    assert loads("ste", "numpy") == {"numpy"}


def all_loaded(module: str, graph: set[arrows.Arrow]) -> set[str]:
    """Everything that importing a module loads, read from the imports; its packages too."""
    seen: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += [target for source, target in graph if source == name]
            waiting += [name.rpartition(".")[0]] if "." in name else []
    return seen


EXERCISES = [f"stebook.chapters.{chapter}.exercises" for chapter in CHAPTERS]


@pytest.mark.parametrize("module", EXERCISES)
def test_exercises_ask_for_no_drawing(module):
    assert not all_loaded(module, graph(deferred=False)) & set(DRAWING)


def test_a_drawing_in_exercises_would_be_noticed():
    texts = {
        "stebook": "",
        "stebook.chapters.model.exercises": "import stebook.explorer",
        "stebook.explorer": "import plotly",
    }
    graph = arrows.arrows(texts, deferred=False)
    assert "plotly" in all_loaded("stebook.chapters.model.exercises", graph)


def test_importing_all_exercises_loads_no_drawing():
    code = ", ".join(EXERCISES)
    assert loads(code, *DRAWING) == set()
    assert loads("stebook.widget", *DRAWING) >= {"anywidget", "ipywidgets"}


# The rooms and the picture --------------------------------------------------------------------


@pytest.mark.parametrize("package", PACKAGES)
def test_a_room_says_what_belongs_there(package):
    said = " ".join(ast.get_docstring(ast.parse(TEXTS[package])).split())
    if chapter_of(package):
        folder = ROOT.joinpath(*package.split("."))
        usual = {"__init__", "exercises", "questions"}
        files = {path.stem for path in folder.glob("*.py")} - usual
        assert {name for name in files if f"`{name}`" not in said} == set()
    else:
        assert "What belongs here" in said or "What belongs into a room" in said
        assert "What never does" in said


@pytest.fixture(scope="module")
def drawn():
    return house.picture()


def test_the_picture_is_current(drawn):
    assert house.is_current(house.PICTURE.read_text(encoding="utf-8"), drawn)


def test_the_picture_has_a_way_for_every_arrow():
    boxes = house.layout(TEXTS, 0)
    rooms = arrows.between_rooms(graph(), TEXTS)
    ways = partial(house.ways, boxes)
    assert len(list(ways(rooms))) == len({pair for pair in rooms if pair[0] not in house.GROUND})
    with pytest.raises(ValueError, match=r"no way from ste\.beyond to stebook"):
        list(ways({*rooms, ("ste.beyond", "stebook")}))


def test_a_picture_is_stale_when_a_file_an_arrow_or_a_size_is_not_the_house_s(drawn):
    assert house.is_current(drawn, drawn)
    assert not house.is_current(drawn, drawn.replace(">moments<", ">momenta<"))
    assert not house.is_current(drawn, drawn.replace("<path d=", "<path  d=", 1))
    count = '<tspan class="n">{}</tspan>'.format
    assert house.is_current(count("1,000"), count("1,090"))
    assert house.is_current(count("20"), count("30"))
    assert not house.is_current(count("1,000"), count("1,200"))
    assert not house.is_current(count("20"), count("31"))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('"""A module."""\n\nx = 1  # why\n', 1),
        ("# a comment\n\ndef f():\n    '''Text\n    more.'''\n    return (\n        1\n    )\n", 4),
        ("x = '''one\ntwo'''\n", 2),
    ],
)
def test_lines_of_code_leave_out_what_is_told(text, lines):
    assert len(arrows.lines_of_code(text)) == lines


@pytest.mark.parametrize("module", ["tools.house", "tools/house.py"])
def test_the_command_refuses_what_it_does_not_know(module):
    command = ["-m", module] if "/" not in module else [module]
    done = subprocess.run(
        [sys.executable, *command, "--nope"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.strip() == "house.py: expected nothing or --check"


def test_every_room_of_the_picture_can_be_imported():
    for room in arrows.ROOMS:
        if within(room, "ste", "stebook"):
            importlib.import_module(room)
