"""The straight-through estimator on a two-linear-layer network: small, exact, numpy only.

Ten files are the paper: `model`, `estimators`, `moments`, `plane`, `landscape`, `gradients`,
`descent`, `one_sidedness`, `cycle` and `samples`. Four wings stand beside them, imported by whoever
needs them: `zoo` (other proxies), `beyond` (a dropped assumption a file), `alternatives` (other
ways through the threshold) and `symbolic` (sympy derives the formulas). ``import ste`` needs numpy
alone.

Arrays broadcast over leading axes: second layer ``v`` (..., m), filter ``w`` (..., n), input ``Z``
(..., m, n). What belongs here: the mathematics. What never does: the book, its explorers and its
exercises (`stebook`), and deep networks (`experiments`).
"""

from ste.cycle import limit_cycle
from ste.descent import descend, outcome
from ste.estimators import (
    CLIPPED_RELU,
    IDENTITY,
    PAPER,
    RELU,
    Estimator,
    clipped_relu,
    leaky_relu,
)
from ste.gradients import correlation, expected_coarse_gradient, gradient_bound
from ste.landscape import (
    best_v,
    critical_points,
    population_gradient,
    population_loss,
    profile_loss,
)
from ste.model import Teacher, coarse_gradient, monte_carlo_gradient, sample_loss
from ste.one_sidedness import one_sided, residuals
from ste.zoo import ESTIMATORS, get_estimator

__version__ = "0.4.0"

__all__ = [
    "CLIPPED_RELU",
    "ESTIMATORS",
    "IDENTITY",
    "PAPER",
    "RELU",
    "Estimator",
    "Teacher",
    "best_v",
    "clipped_relu",
    "coarse_gradient",
    "correlation",
    "critical_points",
    "descend",
    "expected_coarse_gradient",
    "get_estimator",
    "gradient_bound",
    "leaky_relu",
    "limit_cycle",
    "monte_carlo_gradient",
    "one_sided",
    "outcome",
    "population_gradient",
    "population_loss",
    "profile_loss",
    "residuals",
    "sample_loss",
]
