"""The straight-through estimator on a two-linear-layer network: small, exact, numpy only.

Arrays broadcast over leading axes: second layer ``v`` (..., m), filter ``w`` (..., n), input ``Z``
(..., m, n). The submodules `ste.symbolic` (sympy) and `ste.explorers` (plotly, ipywidgets) are
imported by whoever needs them; ``import ste`` needs numpy alone.
"""

from ste.criterion import Criterion, Residuals, residuals, verdict
from ste.cycle import LimitCycle, limit_cycle, one_sided_limits
from ste.descent import Trajectory, descend
from ste.estimators import (
    CLIPPED_RELU,
    IDENTITY,
    RELU,
    Estimator,
    clipped_relu,
    leaky_relu,
)
from ste.gradients import Correlation, correlation, expected_coarse_gradient
from ste.landscape import (
    CriticalPoint,
    CriticalPoints,
    best_v,
    critical_points,
    population_gradient,
    population_loss,
    profile_loss,
)
from ste.model import (
    MonteCarloGradient,
    Teacher,
    coarse_gradient,
    monte_carlo_gradient,
    sample_loss,
)
from ste.moments import Moments
from ste.reduced import ReducedRuns, descend_reduced
from ste.zoo import ESTIMATORS, PAPER, ZOO, get_estimator

__version__ = "0.1.0"

__all__ = [
    "CLIPPED_RELU",
    "ESTIMATORS",
    "IDENTITY",
    "PAPER",
    "RELU",
    "ZOO",
    "Correlation",
    "Criterion",
    "CriticalPoint",
    "CriticalPoints",
    "Estimator",
    "LimitCycle",
    "Moments",
    "MonteCarloGradient",
    "ReducedRuns",
    "Residuals",
    "Teacher",
    "Trajectory",
    "best_v",
    "clipped_relu",
    "coarse_gradient",
    "correlation",
    "critical_points",
    "descend",
    "descend_reduced",
    "expected_coarse_gradient",
    "get_estimator",
    "leaky_relu",
    "limit_cycle",
    "monte_carlo_gradient",
    "one_sided_limits",
    "population_gradient",
    "population_loss",
    "profile_loss",
    "residuals",
    "sample_loss",
    "verdict",
]
