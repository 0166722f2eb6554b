"""Proxies beside the paper's three, and the registry of all estimators by name.

What belongs here: a proxy derivative from elsewhere, with its source; how to type one; those that
libraries use. What never does: anything that a proxy is used for.
"""

from collections.abc import Mapping
from types import MappingProxyType

from ste.estimators import PAPER, Estimator
from ste.zoo.elsewhere import ZOO

#: All estimators by name, the paper's three first.
ESTIMATORS: Mapping[str, Estimator] = MappingProxyType(
    {estimator.name: estimator for estimator in (*PAPER, *ZOO)}
)


def get_estimator(name: str) -> Estimator:
    """The estimator registered under `name`.

    Raises
    ------
    ValueError
        If there is none; the message lists the known names.

    Examples
    --------
    >>> get_estimator("hard_tanh").evaluate([-2.0, -0.5, 0.5])
    array([0., 1., 1.])
    """
    if not isinstance(name, str) or name not in ESTIMATORS:
        known = ", ".join(ESTIMATORS)
        raise ValueError(f"name: expected one of {known}, got {name!r}")
    return ESTIMATORS[name]
