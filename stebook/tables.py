"""A table of results, which a cell ends with in the place of printed lines.

What belongs here: how values become cells, in Markdown where a page or a notebook shows it, as text
elsewhere. What never does: how they are computed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

Row = tuple[object, ...]


@dataclass(frozen=True)
class Table:
    """Rows of values under named columns.

    Attributes
    ----------
    columns : mapping of str to str
        The head of each column, in Markdown, with the format of its values, as in ``".3f"``.
    rows : tuple of tuple
        Values: numbers, truths, texts in Markdown, and pairs of a number and its standard error.
    """

    columns: Mapping[str, str]
    rows: tuple[Row, ...]

    def cells(self) -> list[list[str]]:
        """The rows as texts."""
        formats = self.columns.values()
        return [
            [cell(value, form) for value, form in zip(row, formats, strict=True)]
            for row in self.rows
        ]

    def _repr_markdown_(self) -> str:
        columns = zip(*self.rows, strict=True)
        words = [all(isinstance(value, str) for value in column) for column in columns]
        sides = ["---" if left else "---:" for left in words]
        cells = [[text.replace("|", r"\|") for text in line] for line in self.cells()]
        lines = [list(self.columns), sides, *cells]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)

    def __repr__(self) -> str:
        lines = [list(self.columns), *self.cells()]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        padded = (
            "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True))
            for line in lines
        )
        return "\n".join(line.rstrip() for line in padded)


def cell(value: object, form: str) -> str:
    """A value as a table shows it: a text is kept, whatever the format.

    Examples
    --------
    >>> cell(0.12345, ".2f"), cell((0.5, 0.01), ".2f"), cell("none", ".2f"), cell(True, "")
    ('0.12', '0.50 ± 0.01', 'none', 'yes')
    """
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return " ± ".join(format(part, form) for part in value)
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    return format(value, form)


def table(columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> Table:
    r"""A table to end a cell with.

    Parameters
    ----------
    columns : mapping of str to str
        The head of each column, in Markdown, with the format of its values, as in ``".3f"``.
    rows : iterable of sequences
        The values of each row: numbers, truths, texts in Markdown, pairs of a number and its
        standard error.

    Raises
    ------
    ValueError
        If there is no row, or one with more or fewer values than there are columns.

    Examples
    --------
    >>> table({r"$\eta$": "", "loss": ".3f"}, [(0.1, (0.25, 0.01)), (0.5, "none")])
    $\eta$  loss
    0.1     0.250 ± 0.010
    0.5     none
    """
    kept = tuple(map(tuple, rows))
    if not kept:
        raise ValueError("rows: got none, expected one at least")
    for row in kept:
        if len(row) != len(columns):
            raise ValueError(f"rows: got {row!r}, expected {len(columns)} values, one a column")
    return Table(columns, kept)
