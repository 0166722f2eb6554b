"""The inner product of the expected coarse gradient and the population gradient, derived."""

from functools import cache

from sympy import Expr, Matrix, Symbol, simplify

from ste.symbolic.coarse_gradient import assumptions, chosen, coarse_gradient_of
from ste.symbolic.population_loss import derive_population_gradient
from ste.symbolic.rows.density import GAUSSIAN, RadialDensity
from ste.symbolic.rows.proxies import PROXIES, TwoSlope, Window
from ste.symbolic.steps import symbols as sym
from ste.symbolic.steps.derivation import Derivation, Step
from ste.symbolic.steps.integrals import require_equal
from ste.symbolic.steps.page import ASSEMBLY, OUTER, SET_UP, Line, line, page, section

# The algebra.


def _inner(along_u: Expr, along_e: Expr, true: Derivation) -> Expr:
    """Scalar product in the orthonormal frame (u, e)."""
    return simplify(Matrix([along_u, along_e]).dot(Matrix([0, true.result["w"]["e"]])))


def _inner_of(coarse: Derivation, true: Derivation) -> Expr:
    along = coarse.result["w"]
    return _inner(along["u"], along["e"], true)


def derive_inner_product(
    proxy: str | TwoSlope,
    density: RadialDensity = GAUSSIAN,
    clip: Expr | float = 1,
    variance: Expr | float = 1,
) -> Derivation:
    r"""Derive the inner product of E[g] with df/dw, and compare it with ReLU's.

    ``<E[g], df/dw> = d^2 B_y / (2 pi |w|)``.

    Parameters
    ----------
    proxy, density, clip, variance
        As for `derive_coarse_gradient`.

    Returns
    -------
    Derivation
        With the scalars ``result["inner"]`` and ``result["ratio_to_relu"]``.

    Raises
    ------
    DerivationError, ValueError
        As for `derive_coarse_gradient`.

    Notes
    -----
    Source: the paper, Lemma 5 (ReLU), Lemma 7 (clipped ReLU) and Lemmas 8 to 10 (identity); the
    closed factor for clipped ReLU is our own result.

    Examples
    --------
    >>> derive_inner_product("identity").result["ratio_to_relu"]
    2
    >>> derive_inner_product("clipped_relu").result["ratio_to_relu"]
    erf(sqrt(2)/(2*\rho*sin(\theta)))
    """
    return inner_product_of(*chosen(proxy, density, clip, variance))


@cache
def inner_product_of(proxy: TwoSlope | Window, density: RadialDensity) -> Derivation:
    """Derive the inner product of one proxy under one density; see `derive_inner_product`."""
    coarse = coarse_gradient_of(proxy, density)
    true = derive_population_gradient(density)
    inner = _inner_of(coarse, true)
    ratio = simplify(inner / _inner_of(coarse_gradient_of(PROXIES["relu"], density), true))
    by_moment = _inner(Symbol("g_u"), -sym.d * sym.b_y, true)
    require_equal(by_moment.subs(sym.b_y, coarse.result["b_y"]), inner, "inner product")
    steps = page(_known_before(coarse, true), _product(by_moment, inner, ratio))
    result = {"inner": inner, "ratio_to_relu": ratio}
    return Derivation(
        "Inner product with the population gradient", assumptions(proxy), steps, result
    )


# The page.


def _known_before(coarse: Derivation, true: Derivation) -> tuple[Step, ...]:
    return page(
        section(
            SET_UP,
            Line(
                "population gradient",
                "The population gradient, derived before, lies along $e$.",
                true.step("gradient in w").equation,
            ),
            Line(
                "coarse gradient along e",
                "The expected coarse gradient, derived before; only its part along $e$ counts.",
                coarse.step("part along e").equation,
            ),
        ),
        section(OUTER, line("B_y", "The integral in it.", sym.b_y, coarse.result["b_y"])),
    )


def _product(by_moment: Expr, inner: Expr, ratio: Expr) -> tuple[Step, ...]:
    bracket = Symbol(r"\left\langle \mathbb{E}[g], \tfrac{\partial f}{\partial w} \right\rangle")
    return section(
        ASSEMBLY,
        line(
            "product of the parts along e",
            "Since $u \\cdot e = 0$ and $e \\cdot e = 1$, multiply the two parts along $e$. The "
            "square of $d$ makes the sign that of $B_y$.",
            bracket,
            by_moment,
        ),
        line("inner product", "With the integral put in.", bracket, inner),
        line(
            "ratio to ReLU",
            "Divided by the inner product of ReLU under the same density.",
            Symbol(
                r"\frac{\langle \mathbb{E}[g], \partial f/\partial w \rangle}"
                r"{\langle \mathbb{E}[g_{\text{ReLU}}], \partial f/\partial w \rangle}"
            ),
            ratio,
        ),
    )
