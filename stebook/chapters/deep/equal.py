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
    """A Markdown table: for each start and share the change of the loss.

    Examples
    --------
    >>> further().splitlines()[0]
    '| Minima found, share | identity | ReLU | clipped ReLU |'
    """
    names = " | ".join(STYLES[name].label for name in records.ESTIMATORS)
    lines = [f"| Minima found, share | {names} |", "|---|---:|---:|---:|"]
    for start, trained in STARTS.items():
        for rate in RATES:
            cells = [f"{trained}, $10^{{{round(np.log10(rate))}}}$"]
            for name in records.ESTIMATORS:
                change = changes(FURTHER, start, name, rate, "loss")
                mean, error = round(change.mean(), 3) + 0.0, records.standard_error(change)
                cells.append(f"{mean:.3f}\u00a0±\u00a0{error:.3f}".replace("-", "\u2212"))
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
