"""Derivations by sympy, from the integrals over the inputs to the theorems, step by step.

Examples
--------
>>> from ste.symbolic import derive_inner_product
>>> derive_inner_product("identity").result["ratio_to_relu"]
2
"""

from ste.symbolic.coarse import derive_coarse_gradient, derive_inner_product
from ste.symbolic.critical import derive_critical_points
from ste.symbolic.cycle import derive_cycle, derive_residuals
from ste.symbolic.density import GAUSSIAN, RadialDensity, gaussian
from ste.symbolic.derivation import STAGES, Derivation, DerivationError, Step, Steps
from ste.symbolic.loss import derive_population_gradient, derive_population_loss
from ste.symbolic.proxies import PROXIES, TwoSlope

__all__ = [
    "GAUSSIAN",
    "PROXIES",
    "STAGES",
    "Derivation",
    "DerivationError",
    "RadialDensity",
    "Step",
    "Steps",
    "TwoSlope",
    "derive_coarse_gradient",
    "derive_critical_points",
    "derive_cycle",
    "derive_inner_product",
    "derive_population_gradient",
    "derive_population_loss",
    "derive_residuals",
    "gaussian",
]
