"""A reader's own estimator or teacher in an explorer, among what it has.

What belongs here: how the tables of an explorer get a reader's object in the place of a name or of
the teacher of the book. What never does: what they compute.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial, wraps
from inspect import signature

from ste.estimators import Estimator
from ste.model import Teacher
from ste.zoo import get_estimator
from stebook.chapters.styles import OWN_STYLE, chosen_style
from stebook.explorer import Explorer, Table

#: What a control calls a reader's own estimator.
OWN = "own"


def proxy_of(estimator: str | Estimator) -> Estimator:
    """An estimator, by its name or as it is.

    Examples
    --------
    >>> proxy_of("relu").name
    'relu'
    """
    return estimator if isinstance(estimator, Estimator) else get_estimator(estimator)


def own_of(given: object) -> Estimator:
    """A reader's own estimator; anything else is refused."""
    if not isinstance(given, Estimator):
        raise ValueError(f"estimator: expected an Estimator of ste, got {given!r}")
    return given


def teacher_of(given: object) -> Teacher:
    """A reader's own teacher; anything else is refused."""
    if not isinstance(given, Teacher):
        raise ValueError(f"teacher: expected a Teacher of ste, got {given!r}")
    return given


def with_estimator(explorer: Explorer, mine: object) -> Explorer:
    """The explorer with one more estimator, which it starts with.

    Its tables are called with the estimator itself; their look is `styles.OWN_STYLE`.

    Raises
    ------
    ValueError
        If it is no Estimator.
    """
    proxy = own_of(mine)
    control = explorer.control("estimator")
    more = replace(
        control,
        values=(*control.values, OWN),
        labels=(*control.labels, f"{proxy.name} (yours)"),
        default=OWN,
    )
    return replace(
        explorer,
        controls=tuple(more if c is control else c for c in explorer.controls),
        tables=tuple(_knowing(table, proxy) for table in explorer.tables),
    )


def _knowing(table: Table, mine: Estimator) -> Table:
    if "estimator" not in table.controls:
        return table
    if table.compute is chosen_style:
        return replace(table, compute=_look)

    @wraps(table.compute)
    def known(estimator: str, **others: object) -> Mapping:
        return table.compute(estimator=mine if estimator == OWN else estimator, **others)

    return replace(table, compute=known)


def _look(estimator: str) -> dict[str, str]:
    return OWN_STYLE.columns() if estimator == OWN else chosen_style(estimator)


def with_teacher(explorer: Explorer, teacher: object) -> Explorer:
    """The explorer with another teacher in all of its tables that take a ``teacher``.

    Raises
    ------
    ValueError
        If it is no Teacher.
    """
    mine = teacher_of(teacher)

    def taught(compute: Callable) -> Callable:
        takes = "teacher" in signature(compute).parameters
        return partial(compute, teacher=mine) if takes else compute

    tables = tuple(replace(table, compute=taught(table.compute)) for table in explorer.tables)
    return replace(explorer, tables=tables)
