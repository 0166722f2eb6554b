"""The integrals over one row that make up an expected coarse gradient.

X and Y are the row's coordinates along u and e, mu' is the slope of the proxy, T the teacher's
half-plane ``X cos(theta) + Y sin(theta) > 0``::

    A_+ = E[X mu'(rho X); X > 0]     B_x = E[X mu'(rho X); T]
    A   = E[X mu'(rho X)]            B_y = E[Y mu'(rho X); T]

The field ``alpha`` is A.
"""

from dataclasses import dataclass

from sympy import Expr

from ste.symbolic.steps.derivation import Step


@dataclass(frozen=True)
class RowMoments:
    """Derived moments of one row, and the steps that lead to them."""

    steps: tuple[Step, ...]
    a_plus: Expr
    alpha: Expr
    b_x: Expr
    b_y: Expr

    @property
    def a_minus(self) -> Expr:
        """``A_- = E[|X| mu'(rho X); X < 0]``, from A = A_+ - A_-."""
        return self.a_plus - self.alpha
