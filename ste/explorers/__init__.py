"""Explorers: each is declared once and lives twice, as a Jupyter widget and as plain HTML.

The two that the book starts with are ``correlation`` and ``oscillation``.
"""

from importlib import import_module

from ste.explorers.engine import Control, Explorer, Sentence, Table, Value

NAMES = (
    "alternatives",
    "basin",
    "correlation",
    "deep_accuracy",
    "deep_probe",
    "deep_stability",
    "deep_windows",
    "descent",
    "designer",
    "frameworks",
    "landscape",
    "moments",
    "one_step",
    "oscillation",
    "outcomes",
    "proxies",
    "quotient",
    "race",
    "rate",
    "stress",
)

__all__ = ["NAMES", "Control", "Explorer", "Sentence", "Shown", "Table", "get_explorer", "show"]


def get_explorer(name: str) -> Explorer:
    """The explorer of that name.

    Raises
    ------
    ValueError
        If there is none; the message lists the known names.

    Examples
    --------
    >>> get_explorer("correlation").title
    'Expected coarse gradient and true gradient'
    """
    if name not in NAMES:
        raise ValueError(f"name: expected one of {', '.join(NAMES)}, got {name!r}")
    return import_module(f"ste.explorers.{name}").EXPLORER


class Shown:
    """An explorer in a state of one's choice, to end a cell with."""

    def __init__(self, explorer: Explorer, state: dict[str, Value]):
        self.explorer = explorer
        self.state = state

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict:
        from ste.explorers.display import bundle

        return bundle(self.explorer, self.state)


def show(name: str, **state: Value) -> Shown:
    """An explorer, with some controls set.

    Parameters
    ----------
    name : str
        Name of the explorer.
    **state
        Values of controls, on their grids.

    Returns
    -------
    Shown
        Displays as a widget where there is a kernel, as HTML in the book's build.

    Raises
    ------
    ValueError
        If the name, a control or a value is not known; the message lists those that are.

    Examples
    --------
    >>> show("correlation", estimator="relu", theta=120).state["theta"]
    120
    """
    explorer = get_explorer(name)
    return Shown(explorer, explorer.state(**state))
