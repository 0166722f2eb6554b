"""Proxies whose expected coarse gradient can be derived."""

from dataclasses import dataclass

from sympy import And, Expr, Piecewise, sympify

from ste.symbolic.steps import symbols as sym
from ste.symbolic.steps.derivation import DerivationError
from ste.symbolic.steps.exact import exact


@dataclass(frozen=True)
class TwoSlope:
    """Proxy derivative with one value on each side of 0: ``left`` for x < 0, ``right`` for x > 0.

    ReLU is (0, 1), the identity (1, 1), leaky ReLU (slope, 1).

    Raises
    ------
    ValueError
        If a slope is not a real number or a real symbol.

    Examples
    --------
    >>> TwoSlope(0, 1) == PROXIES["relu"]
    True
    """

    left: Expr
    right: Expr

    def __post_init__(self):
        for name in ("left", "right"):
            slope = exact(getattr(self, name), name)
            if not slope.is_real:
                raise ValueError(f"{name}: got {slope}, expected a real number or real symbol")
            object.__setattr__(self, name, slope)

    def derivative(self) -> Expr:
        """The proxy derivative as an expression in x."""
        if self.left == self.right:
            return self.right
        return Piecewise((self.right, sym.x > 0), (self.left, True))


@dataclass(frozen=True)
class Window:
    """Proxy derivative 1 on (0, clip) and 0 elsewhere: clipped ReLU."""

    clip: Expr

    def derivative(self) -> Expr:
        """The proxy derivative as an expression in x."""
        return Piecewise((1, And(sym.x > 0, sym.x < self.clip)), (0, True))


#: Proxies known by name; clipped ReLU is here at clip level 1.
PROXIES: dict[str, TwoSlope | Window] = {
    "identity": TwoSlope(1, 1),
    "relu": TwoSlope(0, 1),
    "clipped_relu": Window(sympify(1)),
}


def known_proxy(proxy: str | TwoSlope) -> TwoSlope | Window:
    """Return the proxy of that name, or `proxy` itself.

    Raises
    ------
    DerivationError
        If it is not known; the message names the step and lists the known names.

    Examples
    --------
    >>> known_proxy("identity")
    TwoSlope(left=1, right=1)
    """
    if isinstance(proxy, TwoSlope | Window):
        return proxy
    if not isinstance(proxy, str) or proxy not in PROXIES:
        known = ", ".join(sorted(PROXIES))
        raise DerivationError(
            "proxy", f"got the proxy {proxy!r}, expected a TwoSlope or one of {known}"
        )
    return PROXIES[proxy]
