"""The table of what libraries send back, a row for each quantizer.

What belongs here: how a row of `ste.zoo.libraries` looks. What never does: a row.
"""

from ste.estimators import IDENTITY
from ste.model import Teacher
from ste.one_sidedness import residuals
from ste.zoo.libraries import Framework, frameworks
from stebook.chapters.teachers import V_STAR
from stebook.tables import Table, table


def share(row: Framework) -> float:
    """The residual of a 0/1 step with this proxy at the trap, in percent of identity's."""
    teacher = Teacher(V_STAR, [1.0, 0.0])
    left, whole = (residuals(teacher, one).spurious for one in (row.at_jump, IDENTITY))
    assert left is not None and whole is not None, "this teacher has a trap"
    return 100 * left / whole


def cells(row: Framework) -> tuple[str, str, str]:
    """The cells of a row, in two lines each."""
    setting = f" ({row.setting})" if row.setting else ""
    return (
        f"{row.library} {row.version}: {row.name}{setting}<br>`{row.formula}`",
        f"{row.kind}<br>jump {row.jump:g}",
        f"{share(row):.1f}\N{NO-BREAK SPACE}%<br>by\N{NO-BREAK SPACE}{row.checked}",
    )


def sent_back(forward: str) -> Table:
    """The quantizers that put out a ``"step"``, a ``"sign"`` or a ``"round"``, as a table."""
    columns = dict.fromkeys(("quantizer and $\\mu'(x)$", "about 0", "residual"), "")
    return table(columns, (cells(row) for row in frameworks() if row.forward == forward))
