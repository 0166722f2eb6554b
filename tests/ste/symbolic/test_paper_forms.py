"""The forms in which the paper has its results, against ours, by sympy."""

import numpy as np
import pytest
from scipy.integrate import quad
from sympy import (
    Integral,
    Matrix,
    Symbol,
    cos,
    diff,
    erf,
    exp,
    integrate,
    lambdify,
    limit,
    oo,
    pi,
    sec,
    simplify,
    sin,
    sqrt,
    tan,
    trigsimp,
)

import ste
from ste.symbolic import derive_coarse_gradient
from ste.symbolic.steps import symbols as sym

K = 1 / sqrt(2 * pi)
THETA = sym.theta


def radius_integral(x):
    """xi(x): the integral of r^2 exp(-r^2/2) over (0, x), done by sympy."""
    r = Symbol("r", positive=True)
    end = Symbol("x", positive=True)
    return integrate(r**2 * exp(-(r**2) / 2), (r, 0, end)).subs(end, x)


@pytest.mark.result("thm-coarse-gradient")
def test_relu_along_u_and_the_bisector():
    """Lemma 4 of the paper, entry by entry in the frame of u and e."""
    bisector = Matrix([1 + cos(THETA), sin(THETA)])
    length = 2 * cos(THETA / 2)
    assert trigsimp(bisector.dot(bisector) - length**2) == 0
    lemma = K / 2 * sym.h * Matrix([1, 0]) - cos(THETA / 2) * sym.d * K * bisector / length
    ours = derive_coarse_gradient("relu").result["w"]
    for theirs, part in zip(lemma, (ours["u"], ours["e"]), strict=True):
        assert simplify(theirs - part) == 0
    turned = lemma.subs(sym.d, -sym.d)
    assert simplify(turned[1] - ours["e"]) != 0


@pytest.mark.result("prop-paper-integrals")
@pytest.mark.parametrize(("key", "function"), [("b_x", cos), ("b_y", sin)])
def test_closed_forms_of_clipped_relu_have_the_derivative_of_the_integrals(key, function):
    """Of (1/2pi) int f(phi) xi(sec(phi)/rho) over (theta - pi/2, pi/2): minus the lower end."""
    lower = THETA - pi / 2
    end = -function(lower) * radius_integral(sec(lower) / sym.rho) / (2 * pi)
    closed = derive_coarse_gradient("clipped_relu").result[key]
    assert simplify(diff(closed, THETA) - end) == 0
    assert simplify(diff(closed, THETA) + end) != 0


@pytest.mark.result("prop-paper-integrals")
def test_closed_forms_of_clipped_relu_agree_with_the_integrals_at_one_angle():
    """p at pi/2, by its derivative in a; q at theta = 0, where the integrand is odd."""
    a, t = sym.edge, Symbol("t", positive=True)
    window = derive_coarse_gradient("clipped_relu").result
    # phi -> t = tan(phi) in the derivative of p(pi/2) in a
    slope = a**2 * exp(-(a**2) / 2) * Integral(exp(-((a * t) ** 2) / 2), (t, 0, oo)) / (2 * pi)
    at_right_angle = window["b_x"].subs(THETA, pi / 2).subs(sym.rho, 1 / a)
    assert simplify(diff(at_right_angle, a) - slope.doit()) == 0
    assert at_right_angle.subs(a, 0) == 0
    assert limit(window["b_y"], THETA, 0, "+") == 0


def test_the_substitution_behind_the_angle_pi_half():
    """cos(phi) d xi(a sec(phi))/da dphi = a^2 exp(-a^2 (1 + t^2)/2) dt with t = tan(phi)."""
    a, phi = sym.edge, Symbol("varphi", positive=True)
    integrand = cos(phi) * diff(radius_integral(a / cos(phi)), a)
    written = a**2 * exp(-(a**2) * (1 + tan(phi) ** 2) / 2) * diff(tan(phi), phi)
    for value in (0.1, 0.7, 1.3):
        numbers = {phi: value, a: 1.7}
        assert float((integrand - written).subs(numbers)) == pytest.approx(0.0, abs=1e-14)


@pytest.mark.result("prop-paper-integrals")
@pytest.mark.parametrize("rho", [0.2, 1.0, 8.0])
@pytest.mark.parametrize("theta", [0.05, 1.0, np.pi / 2, 2.5])
def test_the_integrals_by_quadrature_are_the_moments(theta, rho):
    end = Symbol("x", positive=True)
    xi = lambdify(end, radius_integral(end), modules=["scipy", "numpy"])
    moments = ste.CLIPPED_RELU.moments(rho, theta)
    for function, closed in (
        (np.cos, moments.b_x),
        (np.sin, np.sin(theta) * moments.b_y_over_sin),
    ):
        found = quad(
            lambda phi, f=function: f(phi) * xi(1 / (rho * np.cos(phi))),
            theta - np.pi / 2,
            np.pi / 2,
        )[0] / (2 * np.pi)
        assert found == pytest.approx(float(closed), abs=1e-9)


@pytest.mark.result("prop-not-a-gradient")
@pytest.mark.parametrize("proxy", ["identity", "relu", "clipped_relu"])
def test_the_mixed_derivatives_differ(proxy):
    """Along u: d(E[g].u)/dv_i is not 0, while df/dv_i does not change with |w|."""
    own, target = Symbol("v_i", real=True), Symbol("v^*_i", real=True)
    along = derive_coarse_gradient(proxy).result["w"]
    radial = along["u"].subs(sym.h, sym.h_definition)
    slope = (
        2 * own * diff(radial, sym.v_norm2) + diff(radial, sym.s_v) + target * diff(radial, sym.d)
    )
    in_v = derive_coarse_gradient(proxy).result["v"]
    assert all(sym.rho not in part.free_symbols for part in in_v.values())
    assert simplify(diff(slope, own) + diff(slope, sym.s_v)) != 0
    a_plus = derive_coarse_gradient(proxy).result["a_plus"]
    assert simplify(diff(slope, own) + diff(slope, sym.s_v) - 2 * a_plus) == 0


@pytest.mark.result("thm-bound")
def test_the_bound_of_relu_at_its_own_formulas():
    """The gap of ReLU is (k/2)(c - cos theta), and its derivative in theta has one zero inside."""
    relu = derive_coarse_gradient("relu").result
    gap = relu["alpha"] * (1 - THETA / pi) - relu["b_x"]
    assert simplify(gap - K / 2 * (sym.c_definition - cos(THETA))) == 0
    assert simplify(gap + gap.subs(THETA, pi - THETA)) == 0


@pytest.mark.result("cor-area")
def test_the_areas_of_the_three():
    """B_y = (k^2/rho) int mu'(t) exp(-t^2/(2 tau^2)) dt with tau = rho sin(theta)."""
    t, tau = Symbol("t", real=True), Symbol("tau", positive=True)
    window = exp(-(t**2) / (2 * tau**2))
    areas = {
        "identity": (integrate(window, (t, -oo, oo)), sqrt(2 * pi) * tau),
        "relu": (integrate(window, (t, 0, oo)), sqrt(pi / 2) * tau),
        "clipped_relu": (integrate(window, (t, 0, 1)), sqrt(pi / 2) * tau * erf(1 / tau / sqrt(2))),
    }
    for proxy, (area, wanted) in areas.items():
        assert simplify(area - wanted) == 0
        b_y = derive_coarse_gradient(proxy).result["b_y"]
        share = (area / (2 * pi * sym.rho)).subs(tau, sym.rho * sin(THETA))
        assert simplify(share - b_y) == 0
