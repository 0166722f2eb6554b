"""Signatures and constants as their source has them, and no helper among what a reader uses.

Sphinx keeps the defaults of functions as written (``autodoc_preserve_defaults``); those of
dataclasses, whose ``__init__`` has no source, and the values of constants it would evaluate.
"""

import ast
import dataclasses
import inspect
from collections.abc import Iterable
from types import ModuleType
from typing import Any

from sphinx.application import Sphinx
from sphinx.ext.autodoc import DataDocumenter

#: Longer values are left to the source.
WIDEST = 88


def assigned(body: Iterable[ast.stmt]) -> dict[str, ast.expr]:
    """The expression behind each name that statements assign."""
    values: dict[str, ast.expr] = {}
    for node in body:
        if isinstance(node, ast.Assign):
            values |= {ast.unparse(target): node.value for target in node.targets}
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            values[ast.unparse(node.target)] = node.value
    return values


def constant(module: ModuleType, name: str) -> str:
    """The source of a module's constant; empty where it takes more than a line."""
    text = inspect.getsource(module)
    value = assigned(ast.parse(text).body).get(name)
    source = ast.get_source_segment(text, value) if value else ""
    return source if source and "\n" not in source and len(source) <= WIDEST else ""


def default(text: str, value: ast.expr) -> str:
    """The source of a field's default, taken out of ``field(...)``; empty where it has none."""
    if isinstance(value, ast.Call) and ast.unparse(value.func).endswith("field"):
        given = {word.arg: ast.get_source_segment(text, word.value) for word in value.keywords}
        factory = given.get("default_factory")
        return f"{factory}()" if factory else given.get("default") or ""
    return ast.get_source_segment(text, value) or ""


def fields(kind: type) -> str:
    """The arguments of a dataclass, defaults as written; those inherited come first."""
    written: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        if dataclasses.is_dataclass(base):
            text = inspect.cleandoc(inspect.getsource(base))
            (definition,) = ast.parse(text).body
            values = assigned(definition.body) if isinstance(definition, ast.ClassDef) else {}
            written |= {name: default(text, value) for name, value in values.items()}
    arguments = [
        f"{field.name}={written[field.name]}" if written.get(field.name) else field.name
        for field in dataclasses.fields(kind)
        if field.init
    ]
    return f"({', '.join(arguments)})"


def write(
    app: Sphinx, what: str, name: str, obj: Any, options: object, signature: str, returns: str
) -> tuple[str, str] | None:
    """Give a dataclass its arguments as written, unless it has an ``__init__`` of its own."""
    if isinstance(obj, type) and dataclasses.is_dataclass(obj) and signature:
        return fields(obj), returns
    return None


def is_helper(
    app: Sphinx, what: str, name: str, obj: Any, skip: bool, options: object
) -> bool | None:
    """Leave out a module's functions that have no example: no reader is meant to call them."""
    if what == "module" and inspect.isfunction(obj) and ">>>" not in (obj.__doc__ or ""):
        return True
    return None


class Constant(DataDocumenter):
    """Documents a constant with its value as written, where that fits a line."""

    priority = DataDocumenter.priority + 1

    def add_directive_header(self, sig: str) -> None:
        """The header without the evaluated value, and with the source."""
        self.options["no-value"] = True
        super().add_directive_header(sig)
        source = constant(self.module, self.objpath[-1]) if self.module else ""
        if source:
            self.add_line(f"   :value: {source}", self.get_sourcename())
