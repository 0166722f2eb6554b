"""The shape of the code: no function is too long to be read at once."""

import ast
import textwrap

import pytest
from toc import ROOT

from tools.arrows import lines_of_code

#: Whose functions are read; of the tests, their helpers too.
ROOMS = ("ste", "stebook", "experiments", "tools", "benchmarks", "tests")
#: Lines of code in a function: neither its docstring, nor comments and blank lines.
LONGEST = 60


def lengths(source):
    """Name, first line and lines of code of every function and method, nested ones too."""
    code = lines_of_code(source)
    functions = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return [
        (
            function.name,
            function.lineno,
            len(code & set(range(function.lineno, function.end_lineno + 1))),
        )
        for function in functions
    ]


def too_long(source):
    """What is said about each function of `source` that is too long."""
    return [
        f"line {line}: {name} has {length} lines of code"
        for name, line, length in lengths(source)
        if length > LONGEST
    ]


@pytest.mark.parametrize("room", ROOMS)
def test_no_function_is_too_long_to_be_read_at_once(room):
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    reports = [
        f"{file.relative_to(ROOT)}, {report}"
        for file in files
        for report in too_long(file.read_text())
    ]
    assert reports == [], f"expected at most {LONGEST} lines of code in a function"


def test_docstring_comments_and_blank_lines_do_not_count():
    source = textwrap.dedent(
        '''
        class Room:
            @property
            def size(self):
                """One sentence.

                Another one.
                """
                # why
                area = """two
                lines"""

                return area

            async def wait(self):
                def inside():
                    """Of no account to the one around it."""
                    return 1

                return inside()
        '''
    )
    assert lengths(source) == [("size", 4, 4), ("wait", 15, 4), ("inside", 16, 2)]


@pytest.mark.parametrize(("lines", "number"), [(LONGEST - 1, 0), (LONGEST, 1)])
def test_the_limit_is_where_it_is_said_to_be(lines, number):
    source = "def long():\n" + "\n".join(f"    x = {count}" for count in range(lines))
    assert len(too_long(source)) == number


def test_a_long_method_is_named_with_its_line():
    body = "\n".join(f"        x = {count}" for count in range(LONGEST))
    assert too_long(f"class Room:\n    def long(self):\n{body}\n") == [
        f"line 2: long has {LONGEST + 1} lines of code"
    ]
