"""Who imports whom, read from the sources.

Nothing is imported to be read: `ast` finds every import of ste, stebook, experiments, tools,
benchmarks, tests and the code cells of the book, those inside functions too. `tools/house.py` draws
what is found here, and `tests/house/test_arrows.py` holds what is never allowed.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TREES = ("ste", "stebook", "experiments", "tools", "benchmarks", "tests")
#: The rooms; a module belongs to the longest that its name begins with.
ROOMS = (
    "book",
    "stebook",
    "stebook.chapters",
    "stebook.build",
    "ste",
    "ste.alternatives",
    "ste.beyond",
    "ste.zoo",
    "ste.symbolic",
    "experiments",
    "tests",
    "tools",
    "benchmarks",
)
#: Stands for a module whose name is only known when the program runs.
UNKNOWN = "?"
#: Before the name of a package: what its `__init__` imports, to show it.
FACE = "face of "

Arrow = tuple[str, str]


def cells(page: str) -> str:
    """The code cells of a page, as one program."""
    blocks = re.findall(r"^```\{code-cell\}[^\n]*\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    options = re.compile(r"\A(?:---\n.*?\n---\n|(?::[^\n]*\n)+)", re.DOTALL)
    return "\n".join(options.sub("", block) for block in blocks)


def sources(root: Path = ROOT) -> dict[str, str]:
    """The text of each module by its name; a page with code cells is a module of `book`."""
    texts = {}
    for tree in TREES:
        for path in sorted((root / tree).rglob("*.py")):
            name = ".".join(path.relative_to(root).with_suffix("").parts)
            texts[name.removesuffix(".__init__")] = path.read_text(encoding="utf-8")
    for path in sorted((root / "book").glob("*.md")):
        program = cells(path.read_text(encoding="utf-8"))
        if program:
            texts[f"book.{path.stem}"] = program
    return texts


def within(name: str, *rooms: str) -> bool:
    """Whether a module is one of these packages or stands in one of them."""
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def room_of(name: str) -> str:
    """The room of a module of the house."""
    return max((room for room in ROOMS if within(name, room)), key=len)


def resolved(name: str, known: Iterable[str]) -> str:
    """The module that a dotted name asks for; of another library its first word."""
    asked = name
    while asked and asked not in known:
        asked = asked.rpartition(".")[0]
    return asked or name.partition(".")[0]


def matching(argument: ast.expr, known: Iterable[str]) -> set[str]:
    """The modules that ``import_module(argument)`` may ask for."""
    if isinstance(argument, ast.Constant):
        return {resolved(argument.value, known)}
    if isinstance(argument, ast.JoinedStr):
        parts = argument.values
        pattern = "".join(
            re.escape(part.value) if isinstance(part, ast.Constant) else "[^.]+" for part in parts
        )
        return {name for name in known if re.fullmatch(pattern, name)} or {UNKNOWN}
    return {UNKNOWN}


def statements(tree: ast.AST, deferred: bool) -> Iterator[ast.AST]:
    """Every node; without the deferred ones, only those that run when the module is imported."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    waiting = [tree]
    while waiting:
        for node in ast.iter_child_nodes(waiting.pop()):
            if deferred or not isinstance(node, functions):
                yield node
                waiting.append(node)


def dotted(node: ast.AST) -> str:
    """``a.b.c`` of a name and its attributes; empty for anything else."""
    if isinstance(node, ast.Attribute):
        value = dotted(node.value)
        return value and f"{value}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def asked_for(name: str, text: str, known: Mapping[str, str], deferred: bool) -> set[str]:
    """The modules that one module imports."""
    nodes = list(statements(ast.parse(text), deferred))
    is_package = any(other.startswith(f"{name}.") for other in known)
    targets, whole = set(), {}
    for node in nodes:
        if isinstance(node, ast.Import):
            targets |= {resolved(alias.name, known) for alias in node.names}
            whole |= {alias.asname or alias.name.split(".")[0]: alias for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            up = name.split(".")[: -node.level or None] if node.level else []
            up += name.split(".")[-node.level :][:1] if node.level and is_package else []
            base = ".".join([*up, *([node.module] if node.module else [])])
            targets |= {resolved(f"{base}.{alias.name}", known) for alias in node.names}
        elif isinstance(node, ast.Call) and dotted(node.func).endswith("import_module"):
            targets |= matching(node.args[0], known)
    for node in nodes:  # `import ste` and then `ste.zoo.windows`
        first, _, rest = dotted(node).partition(".")
        if rest and first in whole:
            alias = whole[first]
            asked = resolved(f"{alias.name if alias.asname else first}.{rest}", known)
            targets |= {asked} & set(known)
    return targets - {name}


def arrows(texts: Mapping[str, str], deferred: bool = True) -> set[Arrow]:
    """Pairs (module, what it imports), the latter a module of the house or another library.

    Without `deferred`, imports inside functions are left out: what remains is what importing the
    module loads.
    """
    return {
        (name, target)
        for name, text in texts.items()
        for target in asked_for(name, text, texts, deferred)
    }


def between_rooms(graph: Iterable[Arrow], texts: Mapping[str, str]) -> set[Arrow]:
    """Arrows between rooms; the faces, `ste` and `stebook` themselves, point as ``face of ste``."""
    faces = {name: f"{FACE}{name}" for name in ("ste", "stebook")}
    return {
        (faces.get(source, room_of(source)), room_of(target))
        for source, target in graph
        if target in texts and room_of(source) != room_of(target)
    }


def circle(graph: Iterable[Arrow]) -> list[str]:
    """A circle of imports, its first module repeated at the end; empty where there is none."""
    targets: dict[str, list[str]] = {}
    for source, target in sorted(graph):
        targets.setdefault(source, []).append(target)
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        for target in targets.get(name, ()):
            if round_trip := walk(target, [*path, name]):
                return round_trip
        done.add(name)
        return []

    return next((trip for name in list(targets) if (trip := walk(name, []))), [])


def face(text: str) -> list[str]:
    """The names in a module's `__all__`."""
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return list(ast.literal_eval(node.value))
    return []


@cache
def lines_of_code(text: str) -> frozenset[int]:
    """Numbers of the lines of a module without docstrings, comments and blanks."""
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    docstrings = {
        line
        for node in ast.walk(ast.parse(text))
        if isinstance(node, documented) and ast.get_docstring(node) is not None
        for line in range(node.body[0].lineno, node.body[0].end_lineno + 1)
    }
    empty = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    written = {
        line
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type not in empty | {tokenize.ENDMARKER}
        for line in range(token.start[0], token.end[0] + 1)
    }
    return frozenset(written - docstrings)


def script_lines(path: Path) -> int:
    """Lines of a script or style sheet without those that are blank or one comment."""
    lines = map(str.strip, path.read_text(encoding="utf-8").splitlines())
    return sum(bool(line) and not line.startswith(("//", "/*", "*")) for line in lines)
