"""Derivations by sympy, from the integrals over the inputs to the theorems, step by step.

What belongs here: the derivations, each file first the algebra, then the page that tells it; `rows`
integrates over one row, `steps` says how a derivation is written. What never does: numbers from
samples, and the other wings of `ste`.

Examples
--------
>>> from ste.symbolic import derive_inner_product
>>> derive_inner_product("identity").result["ratio_to_relu"]
2
"""

from ste.symbolic.coarse_gradient import derive_coarse_gradient
from ste.symbolic.critical_points import derive_critical_points
from ste.symbolic.cycle import derive_cycle, derive_residuals
from ste.symbolic.inner_product import derive_inner_product
from ste.symbolic.population_loss import derive_population_gradient, derive_population_loss
from ste.symbolic.rows.density import GAUSSIAN, RadialDensity, gaussian
from ste.symbolic.rows.proxies import PROXIES, TwoSlope
from ste.symbolic.steps.derivation import STAGES, Derivation, DerivationError, Step, Steps

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
