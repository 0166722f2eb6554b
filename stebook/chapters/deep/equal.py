"""Steps of equal length: is it how far a proxy goes, or where to?"""

import numpy as np

from stebook.chapters.deep import records
from stebook.chapters.deep.deep_stability import RATES, STARTS, changes
from stebook.chapters.styles import STYLES

#: The tables of trainings and of further trainings in which each layer moves by a share of itself.
TRAINING = "resnet-equal"
FURTHER = "resnet-equal-stability"


def apart(start: str, estimator: str, rate: float, other: str = "relu") -> np.ndarray:
    """By how much an estimator raises the training loss more than another, seed by seed."""
    more, less = (changes(FURTHER, start, name, rate, "loss") for name in (estimator, other))
    return more - less


def further() -> str:
    """A Markdown table: for each start and rate the change of the loss, and identity's against
    ReLU's.

    Examples
    --------
    >>> further().splitlines()[0]
    '| Minima found, share of a step | identity | ReLU | clipped ReLU | identity above ReLU |'
    """
    names = " | ".join(STYLES[name].label for name in records.ESTIMATORS)
    lines = [
        f"| Minima found, share of a step | {names} | identity above ReLU |",
        "|---|---:|---:|---:|---|",
    ]
    for start, found in STARTS.items():
        for rate in RATES:
            cells = []
            for name in records.ESTIMATORS:
                change = changes(FURTHER, start, name, rate, "loss")
                error = records.standard_error(change)
                cells.append(f"{round(change.mean(), 3) + 0.0:.3f} ± {error:.3f}")
            verdict = records.strength(apart(start, "identity", rate))
            lines.append(f"| {found}, {rate:.0e} | {' | '.join(cells)} | {verdict} |")
    return "\n".join(lines)
