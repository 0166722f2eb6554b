"""The straight-through estimator on a two-linear-layer network: small, exact, numpy only.

Arrays broadcast over leading axes: second layer ``v`` (..., m), filter ``w`` (..., n), input ``Z``
(..., m, n). The submodules `ste.symbolic` (sympy) and `ste.explorers` (plotly, ipywidgets) are
imported by whoever needs them; ``import ste`` needs numpy alone.
"""

from ste.correlated import RELU_CONDITION, CorrelatedRows, resting_angle
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
from ste.gradients import (
    Correlation,
    correlation,
    expected_coarse_gradient,
    gradient_bound,
)
from ste.inputs import (
    PlanarFields,
    Rows,
    SampledInner,
    coarse_from_fields,
    correlated_planar,
    independent_rows,
    planar_fields,
    planar_inner,
    sampled_inner,
    scale_mixture,
    student_density,
    two_clusters,
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
from ste.misfit import (
    NoiseVariance,
    ReluLabelMoments,
    label_noise_variance,
    relu_label_coarse_gradient,
    relu_label_gradient,
    relu_label_loss,
    relu_label_moments,
)
from ste.model import (
    MonteCarloGradient,
    Teacher,
    coarse_gradient,
    monte_carlo_gradient,
    sample_loss,
)
from ste.moments import Moments
from ste.multibit import (
    Stability,
    StairMoments,
    Stairs,
    Window,
    minimum_stability,
    paper_windows,
    quantizer_stairs,
    stair_moments,
    staircase_coarse_gradient,
    staircase_gradient,
    staircase_loss,
)
from ste.quantizer import quantize
from ste.quotient import jump_rate
from ste.reduced import ReducedRuns, descend_reduced
from ste.unshared import UnsharedMinimizer, UnsharedTeacher
from ste.walks import Walk, walk
from ste.zoo import ESTIMATORS, PAPER, ZOO, get_estimator

__version__ = "0.2.0"

__all__ = [
    "CLIPPED_RELU",
    "ESTIMATORS",
    "IDENTITY",
    "PAPER",
    "RELU",
    "RELU_CONDITION",
    "ZOO",
    "CorrelatedRows",
    "Correlation",
    "Criterion",
    "CriticalPoint",
    "CriticalPoints",
    "Estimator",
    "LimitCycle",
    "LipschitzConstants",
    "Moments",
    "MonteCarloGradient",
    "NoiseVariance",
    "PlanarFields",
    "Rate",
    "Ray",
    "ReducedRuns",
    "ReluLabelMoments",
    "Residuals",
    "Rows",
    "SampledInner",
    "Stability",
    "StairMoments",
    "Stairs",
    "Teacher",
    "Trajectory",
    "UnsharedMinimizer",
    "UnsharedTeacher",
    "Walk",
    "Window",
    "best_v",
    "cell_bound",
    "clipped_relu",
    "coarse_from_fields",
    "coarse_gradient",
    "correlated_planar",
    "correlation",
    "critical_points",
    "descend",
    "descend_reduced",
    "empirical_ray",
    "expected_coarse_gradient",
    "fitted_rate",
    "get_estimator",
    "gradient_bound",
    "independent_rows",
    "jump_rate",
    "label_noise_variance",
    "leaky_relu",
    "limit_cycle",
    "lipschitz_constants",
    "minimum_stability",
    "monte_carlo_gradient",
    "one_sided_limits",
    "origin_margin",
    "outcome",
    "paper_windows",
    "planar_fields",
    "planar_inner",
    "population_gradient",
    "population_loss",
    "profile_loss",
    "quantize",
    "quantizer_stairs",
    "relu_label_coarse_gradient",
    "relu_label_gradient",
    "relu_label_loss",
    "relu_label_moments",
    "residuals",
    "resting_angle",
    "safe_rate",
    "sample_loss",
    "sampled_inner",
    "scale_mixture",
    "stair_moments",
    "staircase_coarse_gradient",
    "staircase_gradient",
    "staircase_loss",
    "student_density",
    "two_clusters",
    "verdict",
    "walk",
]
