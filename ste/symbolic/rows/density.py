"""Rotation-invariant densities of one input row in the plane of w and w*."""

from dataclasses import dataclass

from sympy import Expr, Integer, Integral, diff, exp, log, oo, pi, simplify

from ste.symbolic.steps import symbols as sym
from ste.symbolic.steps.derivation import DerivationError
from ste.symbolic.steps.exact import exact, positive
from ste.symbolic.steps.integrals import evaluate

#: Into how many parts the radius is cut to look for negative values.
_PARTS = 16


@dataclass(frozen=True)
class RadialDensity:
    """Density p(R) per unit area of a row's two coordinates in the plane, at distance r from 0.

    Parameters
    ----------
    name : str
    expression : sympy.Expr
        In the symbol `ste.symbolic.steps.symbols.r`; other symbols in it must be positive.
    radius : sympy.Expr, default oo
        The density is 0 beyond it.

    Raises
    ------
    DerivationError
        If ``2 pi * integral of R p(R)`` over ``(0, radius)`` is not shown to be 1, naming the step
        "density".
    ValueError
        If p is negative at one of 15 radii or `radius` is not positive.

    Notes
    -----
    Rows must be independent of each other and each must be rotation-invariant in R^n; then its two
    coordinates in any plane have the same density, and this is that density.

    Examples
    --------
    >>> from sympy import pi
    >>> disc = RadialDensity("uniform disc", 1 / pi, radius=1)
    >>> disc.mass
    1
    """

    name: str
    expression: Expr
    radius: Expr = oo

    def __post_init__(self):
        object.__setattr__(self, "expression", exact(self.expression, "expression"))
        object.__setattr__(self, "radius", exact(self.radius, "radius"))
        if self.radius.is_extended_positive is not True:
            raise ValueError(f"radius: got {self.radius}, expected a positive number or symbol")
        parameters = (self.expression.free_symbols | self.radius.free_symbols) - {sym.r}
        for parameter in parameters:
            if not parameter.is_positive:
                raise ValueError(
                    f"expression: got the symbol {parameter}, expected R and positive symbols"
                )
        if not parameters:
            self._refuse_negative()
        mass = evaluate(self.mass_integral, "density")
        if mass != 1:
            raise DerivationError("density", f"{self.name} has total mass {mass}, expected 1")

    def _refuse_negative(self):
        reach = self.radius if self.radius != oo else Integer(8)
        for number in range(1, _PARTS):
            place = reach * number / _PARTS
            value = self.expression.subs(sym.r, place)
            if value.is_negative:
                raise ValueError(f"expression: got {value} at R = {place}, expected p(R) >= 0")

    @property
    def mass_integral(self) -> Expr:
        """The unevaluated integral of the density over the plane."""
        return 2 * pi * Integral(sym.r * self.expression, (sym.r, 0, self.radius))

    @property
    def mass(self) -> Expr:
        """Value of `mass_integral`; 1 for every density that could be made."""
        return evaluate(self.mass_integral, "density")

    @property
    def gaussian_variance(self) -> Expr | None:
        """Variance of a coordinate if the density is a centred Gaussian, else None.

        Examples
        --------
        >>> gaussian(4).gaussian_variance
        4
        """
        decay = simplify(-diff(log(self.expression), sym.r) / sym.r)
        if self.radius != oo or decay.has(sym.r) or not decay.is_positive:
            return None
        return 1 / decay


def gaussian(variance: Expr | float = 1) -> RadialDensity:
    """Planar density of independent Gaussian coordinates: ``exp(-R^2/(2 t)) / (2 pi t)``.

    Raises
    ------
    ValueError
        If the variance t is not positive.

    Examples
    --------
    >>> gaussian(2).expression
    exp(-R**2/4)/(4*pi)
    """
    variance = positive("variance", variance)
    expression = exp(-(sym.r**2) / (2 * variance)) / (2 * pi * variance)
    return RadialDensity("Gaussian", expression)


#: Rows of independent standard normal entries.
GAUSSIAN = gaussian()
