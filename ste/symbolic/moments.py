"""The integrals over one row that make up an expected coarse gradient.

With X, Y the row's coordinates along u and e and g the proxy derivative: A_+ = E[X g(rho X); X > 0],
alpha = E[X g(rho X)], and over the teacher's half-plane X cos(theta) + Y sin(theta) > 0: B_x =
E[X g(rho X); ...], B_y = E[Y g(rho X); ...].
"""

from dataclasses import dataclass

from sympy import Expr

from ste.symbolic.derivation import Step


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
        """``E[|X| g(rho X); X < 0]``, from alpha = A_+ - A_-."""
        return self.a_plus - self.alpha
