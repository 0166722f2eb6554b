"""The straight-through estimator on a two-linear-layer network: small, exact, numpy only.

Arrays broadcast over leading axes: second layer ``v`` (..., m), filter ``w`` (..., n), input ``Z``
(..., m, n). The submodules `ste.symbolic` (sympy) and `ste.explorers` (plotly, ipywidgets) are
imported by whoever needs them; ``import ste`` needs numpy alone.
"""

from ste.criterion import Criterion, Residuals, residuals, verdict
from ste.cycle import LimitCycle, limit_cycle, one_sided_limits
from ste.descent import Trajectory, descend, outcome, safe_rate
from ste.estimators import (
    CLIPPED_RELU,
    IDENTITY,
    RELU,
    Estimator,
    clipped_relu,
    leaky_relu,
)
from ste.finite import Rate, Ray, cell_bound, empirical_ray, fitted_rate
from ste.frameworks import Framework, framework, frameworks
from ste.gradients import (
    Correlation,
    correlation,
    expected_coarse_gradient,
    gradient_bound,
)
from ste.landscape import (
    CriticalPoint,
    CriticalPoints,
    LipschitzConstants,
    best_v,
    critical_points,
    lipschitz_constants,
    origin_margin,
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
from ste.quantizer import quantize
from ste.quotient import jump_rate
from ste.reduced import ReducedRuns, descend_reduced
from ste.signs import (
    expected_sign_gradient,
    sign_coarse_gradient,
    sign_gradient,
    sign_loss,
)
from ste.zoo import ESTIMATORS, PAPER, ZOO, get_estimator, window

__version__ = "0.3.0"

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
    "Framework",
    "LimitCycle",
    "LipschitzConstants",
    "Moments",
    "MonteCarloGradient",
    "Rate",
    "Ray",
    "ReducedRuns",
    "Residuals",
    "Teacher",
    "Trajectory",
    "best_v",
    "cell_bound",
    "clipped_relu",
    "coarse_gradient",
    "correlation",
    "critical_points",
    "descend",
    "descend_reduced",
    "empirical_ray",
    "expected_coarse_gradient",
    "expected_sign_gradient",
    "fitted_rate",
    "framework",
    "frameworks",
    "get_estimator",
    "gradient_bound",
    "jump_rate",
    "leaky_relu",
    "limit_cycle",
    "lipschitz_constants",
    "monte_carlo_gradient",
    "one_sided_limits",
    "origin_margin",
    "outcome",
    "population_gradient",
    "population_loss",
    "profile_loss",
    "quantize",
    "residuals",
    "safe_rate",
    "sample_loss",
    "sign_coarse_gradient",
    "sign_gradient",
    "sign_loss",
    "verdict",
    "window",
]
