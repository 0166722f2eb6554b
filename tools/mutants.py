"""Whether the tests would notice if the code were wrong: small errors, one at a time.

    python tools/mutants.py [label ...]      the tables: each error against each of its results
    python tools/mutants.py --changed [REV]  the same for what differs from REV (default: main)
    python tools/mutants.py --every [FILE ...] [--sample N]
                                             all errors in some files of `ste/`, or N of them;
                                             in the ten files if none is named

A table stands beside a test module: ``tests/ste/test_cycle.mutants`` for what
``tests/ste/test_cycle.py`` tests. A row names a function, an operator, which of its places in that
function is meant (from 0), and the results whose tests must notice. The operators are those of
cosmic-ray. With ``--every`` the tests of the ten files decide, those that run the function: the
files of ``tests/ste``, not its folders, since what one of the ten says is tested beside it. What
survives is printed, but for the rows of ``tests/ste/survivors.txt``, each with the reason why no
test can notice; a table of scores comes last. The number of survivors is the exit status (at most
100).
"""

import argparse
import ast
import itertools
import math
import os
import random
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from queue import Queue
from types import ModuleType
from typing import NamedTuple

import pytest
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from stebook.build.results import results_in
from tools import forks, touched

ROOT = Path(__file__).resolve().parents[1]
#: The tests of the ten files.
FILES = "tests/ste"
SURVIVORS = Path(FILES) / "survivors.txt"
NOT_COPIED = shutil.ignore_patterns(
    ".*", "_build", "__pycache__", "results", "results-full", "*.svg", "*.png"
)
#: A failure that nobody reads is not reduced to a simple example; one thread to each worker.
CALM = {"STE_NO_SHRINKING": "1", "OPENBLAS_NUM_THREADS": "1"}
#: What notices an error that cannot even be imported: to every test it looks like a failure.
IMPORT = "the import"
#: Exit statuses of pytest.
PASSED, FAILED = 0, 1
WORKERS = 2
#: What becomes of an error, as the columns of the table of scores say it.
NOTICED, ARGUED, OPEN = ENDS = "noticed", "argued", "open"
#: So many seconds of tests are enough to try the reason why none can notice.
ENOUGH = 20.0
#: Our names for cosmic-ray's operators, but for those that only make programs crash.
OPERATORS = {
    "add_sub": "core/ReplaceBinaryOperator_Add_Sub",
    "sub_add": "core/ReplaceBinaryOperator_Sub_Add",
    "mul_div": "core/ReplaceBinaryOperator_Mul_Div",
    "mul_add": "core/ReplaceBinaryOperator_Mul_Add",
    "div_mul": "core/ReplaceBinaryOperator_Div_Mul",
    "pow_mul": "core/ReplaceBinaryOperator_Pow_Mul",
    "and_or": "core/ReplaceBinaryOperator_BitAnd_BitOr",
    "drop_minus": "core/ReplaceUnaryOperator_Delete_USub",
    "drop_not": "core/ReplaceUnaryOperator_Delete_Invert",
    "number": "core/NumberReplacer",
    "lt_le": "core/ReplaceComparisonOperator_Lt_LtE",
    "le_lt": "core/ReplaceComparisonOperator_LtE_Lt",
    "gt_ge": "core/ReplaceComparisonOperator_Gt_GtE",
    "ge_gt": "core/ReplaceComparisonOperator_GtE_Gt",
    "lt_gt": "core/ReplaceComparisonOperator_Lt_Gt",
    "gt_lt": "core/ReplaceComparisonOperator_Gt_Lt",
    "eq_ne": "core/ReplaceComparisonOperator_Eq_NotEq",
    "ne_eq": "core/ReplaceComparisonOperator_NotEq_Eq",
    "true_false": "core/ReplaceTrueWithFalse",
    "false_true": "core/ReplaceFalseWithTrue",
}


class Mutant(NamedTuple):
    """An error: where, which operator, at which of its places, and the results that notice."""

    function: str
    operator: str
    place: int
    labels: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.function} {self.operator} {self.place}"


#: A mutant, and a result whose tests must notice it.
Pair = tuple[Mutant, str]


# Where a mutant stands, and its text ------------------------------------------------------------


def file_of(function: str, root: Path = ROOT) -> tuple[Path, list[str]]:
    """The file of a dotted name, below `root`, and the names inside of it.

    Raises
    ------
    ValueError
        If no part of the name is a module.
    """
    parts = function.split(".")
    for count in range(len(parts) - 1, 0, -1):
        path = root.joinpath(*parts[:count])
        for candidate in (path.with_suffix(".py"), path / "__init__.py"):
            if candidate.is_file():
                return candidate, parts[count:]
    raise ValueError(f"function: expected a dotted name in the project, got {function!r}")


def names_of(node: ast.AST) -> list[str]:
    """What a definition or an assignment defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    targets = getattr(node, "targets", [getattr(node, "target", None)])
    return [target.id for target in targets if isinstance(target, ast.Name)]


def lines_of(function: str, root: Path = ROOT) -> tuple[Path, int, int]:
    """The file of a function, and its first line and the one behind its last, from 0."""
    path, names = file_of(function, root)
    node: ast.AST = ast.parse(path.read_text(encoding="utf-8"))
    for name in names:
        inside = [n for n in ast.walk(node) if name in names_of(n) and n is not node]
        if not inside:
            raise ValueError(f"function: expected one of {path.name}, got {function!r}")
        node = inside[0]
    return path, node.lineno - 1, node.end_lineno


def source_of(function: str, root: Path = ROOT) -> str:
    """The text of a function, without its margin."""
    path, first, end = lines_of(function, root)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return textwrap.dedent("".join(lines[first:end]))


def variants(function: str, operator: str, root: Path = ROOT) -> Iterator[str]:
    """The function's text with an operator applied at its first place, at its second, ..."""
    source, change = source_of(function, root), get_operator(OPERATORS[operator])()
    for place in itertools.count():
        changed = mutate_code(source, change, place)
        if changed is None:
            return
        yield changed


def mutated(mutant: Mutant, root: Path = ROOT) -> tuple[Path, str]:
    """The file of a mutant, and its text with the error in it.

    Raises
    ------
    ValueError
        If there is no such function, operator or place.
    """
    function, operator, place, _ = mutant
    if operator not in OPERATORS:
        raise ValueError(f"operator: expected one of {', '.join(OPERATORS)}, got {operator!r}")
    path, first, end = lines_of(function, root)
    changed = next(itertools.islice(variants(function, operator, root), place, None), None)
    if changed is None or not is_sound(changed, source_of(function, root)):
        raise ValueError(f"place: expected one of {operator} in {function}, got {place}")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    margin = lines[first][: len(lines[first]) - len(lines[first].lstrip())]
    return path, "".join([*lines[:first], textwrap.indent(changed, margin), *lines[end:]])


def is_sound(changed: str, source: str) -> bool:
    """Whether it is Python with the same arguments; to an operator, a lone star is a product."""
    try:
        signatures = [
            [
                (len(n.posonlyargs), len(n.args), len(n.kwonlyargs))
                for n in ast.walk(ast.parse(text))
                if isinstance(n, ast.arguments)
            ]
            for text in (source, changed)
        ]
    except SyntaxError:
        return False
    return signatures[0] == signatures[1]


def change_of(mutant: Mutant) -> str:
    """The line as it is and as it becomes."""
    path, text = mutated(mutant)
    pairs = zip(path.read_text(encoding="utf-8").splitlines(), text.splitlines(), strict=False)
    return "\n".join(f"    {a.strip()}\n -> {b.strip()}" for a, b in pairs if a != b)


def every(path: Path, root: Path = ROOT) -> list[Mutant]:
    """All mutants of a file's functions and methods."""
    module = ".".join(path.relative_to(root).with_suffix("").parts)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            names.append(node.name)
        elif isinstance(node, ast.ClassDef):
            names += [f"{node.name}.{n.name}" for n in node.body if isinstance(n, ast.FunctionDef)]
    return [
        Mutant(f"{module}.{name}", operator, place)
        for name, operator in itertools.product(names, OPERATORS)
        for place, text in enumerate(variants(f"{module}.{name}", operator, root))
        if is_sound(text, source_of(f"{module}.{name}", root))
    ]


# Tables -------------------------------------------------------------------------------------------


def rows(path: Path) -> Iterator[tuple[Mutant, str]]:
    """The mutants of a table, each with the rest of its row."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            function, operator, place, rest = line.split(maxsplit=3)
            yield Mutant(function, operator, int(place)), rest


def tables(root: Path = ROOT) -> dict[Mutant, Path]:
    """All mutants of the tables, each with its table."""
    return {
        mutant._replace(labels=tuple(rest.split())): path
        for path in sorted((root / "tests").rglob("*.mutants"))
        for mutant, rest in rows(path)
    }


def argued(root: Path = ROOT) -> dict[Mutant, str]:
    """The mutants that no test can notice, each with the reason."""
    return dict(rows(root / SURVIVORS))


# Running ------------------------------------------------------------------------------------------


@contextmanager
def copies(count: int) -> Iterator[Queue]:
    """Copies of the project, for workers to put errors into."""
    waiting: Queue = Queue()
    with tempfile.TemporaryDirectory() as folder:
        for i in range(count):
            copy = Path(folder) / str(i)
            shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
            waiting.put(copy)
        yield waiting


def noticed_by(tests: list[str], root: Path) -> str | None:
    """The first of the tests that fails in the project at `root`, None if all pass.

    Raises
    ------
    RuntimeError
        If pytest neither passed nor failed: an error that cannot even be imported would look like
        one that every test notices.
    """
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-rf", "--tb=no"]
    command += ["-p", "no:cacheprovider", "-p", "no:randomly"]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    try:
        run = subprocess.run(
            [*command, *tests],
            cwd=root,
            env=environment,
            text=True,
            capture_output=True,
            timeout=forks.PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"no end after {forks.PATIENCE} s"
    if run.returncode == PASSED:
        return None
    failed = [line[7:] for line in run.stdout.splitlines() if line.startswith("FAILED ")]
    if run.returncode != FAILED or not failed:
        raise RuntimeError(f"pytest neither passed nor failed:\n{run.stdout}{run.stderr}")
    return failed[0].split(" - ")[0].split("::", 1)[-1]


def tried(mutant: Mutant, suite: list[str], waiting: Queue) -> str | None:
    """What notices the mutant in a copy of the project; the copy is put back as it was."""
    copy = waiting.get()
    path, text = mutated(mutant, copy)
    plain = path.read_text(encoding="utf-8")
    try:
        path.write_text(text, encoding="utf-8")
        return noticed_by(suite, copy)
    except RuntimeError:
        return IMPORT
    finally:
        path.write_text(plain, encoding="utf-8")
        waiting.put(copy)


def in_processes(trials: list[tuple[Mutant, list[str]]]) -> Iterator[str | None]:
    """What notices each mutant, among some tests, in a process of its own."""
    if trials:
        with copies(WORKERS) as waiting, ThreadPoolExecutor(WORKERS) as pool:
            yield from pool.map(lambda trial: tried(*trial, waiting), trials)


def in_this_fork(mutant: Mutant, collected: forks.Forks, items: list[pytest.Item]) -> str:
    """What notices the mutant, among some tests, once it is put into this very process."""
    path, names = file_of(mutant.function)
    forks.put_in(mutated(mutant)[1], module_of(path), names)
    return collected.noticed_by(items)


def module_of(path: Path) -> ModuleType | None:
    """The module of a file, if it is imported."""
    return sys.modules.get(".".join(path.relative_to(ROOT).with_suffix("").parts))


def place_of(mutant: Mutant, collected: forks.Forks) -> forks.Place | None:
    """Where the mutant's function begins; None if it is none, not imported, or ran too early."""
    path, names = file_of(mutant.function)
    module = module_of(path)
    code = module and getattr(forks.function_in(module, names), "__code__", None)
    place = code and forks.place_of(code)
    return None if place in collected.early else place


def noticed_in(tests: list[str], pairs: dict[Pair, list[str]]) -> dict[Pair, str]:
    """What notices each pair of a mutant and a result, among those tests of one file.

    Only these tests are collected, so that little has run before the forks.
    """
    noticed: dict[Pair, str] = {}
    collected = forks.Forks(ROOT / "ste", 1)

    def work() -> None:
        works = []
        for pair, names in pairs.items():
            items = [item for item in collected.items if item.nodeid.split("[")[0] in names]
            if items and place_of(pair[0], collected):
                works.append((pair, partial(in_this_fork, pair[0], collected, items)))
        noticed.update((pair, test) for pair, test in forks.forked(works, 1) if test)

    collected.start(tests, work)
    return noticed


def run_tables(mutants: list[Mutant], wanted: set[str]) -> int:
    """Each mutant against each of its results; the number of pairs that go unnoticed."""
    tests = results_in(ROOT / "tests")
    pairs = {(m, label): tests[label] for m in mutants for label in m.labels if label in wanted}
    files: dict[str, set[str]] = {}
    for test in itertools.chain(*pairs.values()):
        files.setdefault(test.split("::")[0], set()).add(test)
    left, survivors = dict(pairs), 0

    def tell(pair: Pair, test: str | None) -> None:
        mutant, label = pair
        print(f"{mutant}\n{change_of(mutant)}\n    {label:<24}{test or 'SURVIVED'}", flush=True)

    works = [(file, partial(noticed_in, sorted(names), pairs)) for file, names in files.items()]
    for _, noticed in forks.forked(works, WORKERS):
        for pair, test in (noticed or {}).items():
            if left.pop(pair, None):
                tell(pair, test)
    # What no fork notices may have done its work before: a process of its own decides.
    trials = [(mutant, names) for (mutant, _), names in left.items()]
    for pair, test in zip(left, in_processes(trials), strict=True):
        survivors += test in (None, IMPORT)
        tell(pair, test)
    count = len({mutant for mutant, _ in pairs})
    print(f"{count} mutants, {len(pairs)} results to notice them, {survivors} unnoticed")
    return survivors


def scores(ends: dict[str, Counter]) -> str:
    """The table: of each file the errors, how they ended, and the share of those noticed."""
    head = f"{'file':<16}{'errors':>8}{''.join(f'{end:>9}' for end in ENDS)}{'score':>9}"
    counts = {**ends, "together": sum(ends.values(), Counter())}
    return "\n".join([head, *(score(name, count) for name, count in counts.items())])


def score(name: str, count: Counter) -> str:
    """A row of the table."""
    numbers = "".join(f"{count[end]:>9}" for end in ENDS)
    share = count[NOTICED] / max(count.total(), 1)
    return f"{name:<16}{count.total():>8}{numbers}{share:>9.1%}"


def ten_files(root: Path = ROOT) -> list[Path]:
    """The files of the paper: those of `ste` that show themselves."""
    return sorted((root / "ste").glob("[!_]*.py"))


def run_every(files: list[Path], sample: int | None) -> int:
    """All mutants of some files against the tests of the ten files; the number of survivors."""
    mutants = [mutant for path in files for mutant in every(path)]
    if sample is not None and sample < len(mutants):
        mutants = random.Random(0).sample(mutants, sample)
    excused = argued()
    names = [file_of(mutant.function)[0].stem for mutant in mutants]
    ends: dict[str, Counter] = {path.stem: Counter() for path in files}
    suite = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / FILES).glob("test_*.py"))
    collected = forks.Forks(ROOT / "ste", WORKERS)
    early: list[Mutant] = []

    def tell(mutant: Mutant, test: str | None) -> None:
        end = NOTICED if test else ARGUED if mutant in excused else OPEN
        name = file_of(mutant.function)[0].stem
        ends[name][end] += 1
        if ends[name].total() == names.count(name):
            print(score(name, ends[name]), flush=True)
        if end == OPEN:
            print(f"SURVIVED {mutant}\n{change_of(mutant)}", flush=True)
        elif test and mutant in excused:
            print(f"NOTICED after all, by {test}: {mutant}", flush=True)

    def work() -> None:
        collected.measure()
        works = []
        for mutant in mutants:
            if place := place_of(mutant, collected):
                seconds = ENOUGH if mutant in excused else math.inf
                items = collected.running(place, seconds)
                works.append((mutant, partial(in_this_fork, mutant, collected, items)))
            else:
                early.append(mutant)
        for mutant, test in forks.forked(works, WORKERS):
            tell(mutant, "no end" if test is None else test)

    def first(mutant: Mutant) -> list[str]:
        """The suite, with the tests of the mutant's file first."""
        name = f"test_{file_of(mutant.function)[0].name}"
        return sorted(suite, key=lambda file: not file.endswith(name))

    collected.start(suite, work)
    for mutant, test in zip(early, in_processes([(m, first(m)) for m in early]), strict=True):
        tell(mutant, test)
    print(scores(ends))
    return sum(count[OPEN] for count in ends.values())


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("labels", nargs="*", help="results; all of them if none is named")
    parser.add_argument("--changed", nargs="?", const="main", metavar="REV")
    parser.add_argument("--every", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--sample", type=int, metavar="N")
    given = parser.parse_args(arguments)
    os.environ.update(CALM)
    if given.every is not None:
        files = [path.resolve() for path in given.every] or ten_files()
        return min(100, run_every(files, given.sample))
    all_of_them = tables()
    known = {label for mutant in all_of_them for label in mutant.labels}
    if unknown := set(given.labels) - known:
        parser.error(f"labels: expected some of those in the tables, got {sorted(unknown)}")
    mutants = list(all_of_them)
    if given.changed:
        if not touched.git(ROOT, "merge-base", "HEAD", given.changed):
            parser.error(f"--changed: expected a revision, got {given.changed!r}")
        changed = {ROOT / file for file in touched.changed(ROOT, [given.changed])}
        mutants = [
            mutant
            for mutant, table in all_of_them.items()
            if changed & {file_of(mutant.function)[0], table, table.with_suffix(".py")}
        ]
    return min(100, run_tables(mutants, set(given.labels) or known))


if __name__ == "__main__":
    sys.exit(main())
