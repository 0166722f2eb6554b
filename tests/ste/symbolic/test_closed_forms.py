"""End results of the derivations against ste's numpy functions, on random input."""

import numpy as np
import pytest
from sympy import Symbol, erf, exp, pi, simplify, sin, sqrt

import ste
from ste.symbolic import (
    TwoSlope,
    derive_coarse_gradient,
    derive_critical_points,
    derive_inner_product,
    derive_population_gradient,
    derive_population_loss,
    gaussian,
)
from ste.symbolic.steps import symbols as sym

PROXIES = ("relu", "identity", "clipped_relu")


def places(seed=0, count=40, m=5, n=4):
    """Random v, w and a teacher; |w| runs over four decades."""
    rng = np.random.default_rng(seed)
    v = rng.normal(size=(count, m))
    w = rng.normal(size=(count, n)) * 10.0 ** rng.uniform(-2, 2, size=(count, 1))
    return v, w, ste.Teacher(rng.normal(size=m), rng.normal(size=n))


def assert_close(derived, expected):
    np.testing.assert_allclose(derived, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.result("thm-population-loss", "thm-population-gradient")
@pytest.mark.parametrize("n", [2, 3, 7])
def test_population_loss_and_gradient(n):
    v, w, teacher = places(n=n)
    loss = derive_population_loss().numeric()(v, w, teacher)
    gradient = derive_population_gradient().numeric()(v, w, teacher)
    grad_v, grad_w = ste.population_gradient(v, w, teacher)
    assert_close(loss["f"], ste.population_loss(v, w, teacher))
    assert_close(gradient["v"], grad_v)
    scale = np.abs(grad_w).max(axis=-1, keepdims=True)
    assert_close(gradient["w"] / scale, grad_w / scale)


@pytest.mark.result("prop-profile", "prop-critical")
@pytest.mark.parametrize("m", [1, 2, 5])
def test_critical_points(m):
    v, w, teacher = places(seed=m, m=m)
    derived = derive_critical_points().numeric({sym.m: m})(v, w, teacher)
    theta = np.arccos((w @ teacher.w) / np.linalg.norm(w, axis=-1))
    best = ste.best_v(theta, teacher)
    assert_close(derived["v"], best)
    assert_close(derived["d"], best @ teacher.v)
    assert_close(derived["profile"], ste.profile_loss(theta, teacher))
    saddle, spurious = (getattr(ste.critical_points(teacher), x) for x in ("saddle", "spurious"))
    end = ste.best_v(np.pi, teacher)
    assert_close(derived["spurious_d"], end @ teacher.v)
    assert (spurious is None) == (end @ teacher.v >= 0)
    if spurious is not None:
        assert_close(derived["spurious_loss"], spurious.loss)
        assert_close(derived["saddle_loss"], saddle.loss)
        assert_close(np.pi / 2 * (1 - derived["saddle_c"]), saddle.theta)


@pytest.mark.result("thm-coarse-gradient", "thm-clipped-relu")
@pytest.mark.parametrize("m", [1, 2, 6])
@pytest.mark.parametrize("proxy", PROXIES)
def test_expected_coarse_gradient(proxy, m):
    v, w, teacher = places(seed=m, m=m)
    derived = derive_coarse_gradient(proxy).numeric()(v, w, teacher)
    grad_v, grad_w = ste.expected_coarse_gradient(v, w, teacher, ste.get_estimator(proxy))
    assert_close(derived["v"], grad_v)
    assert_close(derived["w"], grad_w)
    assert_close(derived["w_oblique"], grad_w)


@pytest.mark.parametrize("proxy", PROXIES)
def test_moments(proxy):
    v, w, teacher = places(seed=3)
    derived = derive_coarse_gradient(proxy).numeric()(v, w, teacher)
    cosine = (w @ teacher.w) / np.linalg.norm(w, axis=-1)
    theta = np.arccos(cosine)
    moments = ste.get_estimator(proxy).moments(np.linalg.norm(w, axis=-1), theta)
    assert_close(derived["a_plus"], moments.a_plus)
    assert_close(derived["a_minus"], moments.a_minus)
    assert_close(derived["alpha"], moments.alpha)
    assert_close(derived["b_x"], moments.b_x)
    assert_close(derived["b_y"], np.sin(theta) * moments.b_y_over_sin)


@pytest.mark.result("thm-correlation")
@pytest.mark.parametrize("proxy", PROXIES)
def test_inner_product(proxy):
    v, w, teacher = places(seed=4)
    derived = derive_inner_product(proxy).numeric()(v, w, teacher)["inner"]
    expected = ste.correlation(v, w, teacher, ste.get_estimator(proxy)).inner
    np.testing.assert_allclose(derived, expected, rtol=1e-12)


@pytest.mark.parametrize("clip", [0.3, 1.0, 2.5])
def test_clip_level_as_a_number_and_as_a_symbol(clip):
    v, w, teacher = places(seed=5)
    level = Symbol("b", positive=True)
    number = derive_coarse_gradient("clipped_relu", clip=clip).numeric()(v, w, teacher)["w"]
    general = derive_coarse_gradient("clipped_relu", clip=level)
    symbol = general.numeric({level: clip})(v, w, teacher)["w"]
    expected = ste.expected_coarse_gradient(v, w, teacher, ste.clipped_relu(clip))[1]
    assert_close(number, expected)
    assert_close(symbol, expected)


@pytest.mark.parametrize("proxy", PROXIES)
def test_variance_rescales_the_row(proxy):
    """With variance t, E[g] is sqrt(t) times its value at sqrt(t) w for variance 1."""
    v, w, teacher = places(seed=6)
    level = Symbol("t", positive=True)
    derivation = derive_coarse_gradient(proxy, variance=level)
    derived = derivation.numeric({level: 2.25})(v, w, teacher)["w"]
    standard = ste.expected_coarse_gradient(v, 1.5 * w, teacher, ste.get_estimator(proxy))[1]
    assert_close(derived, 1.5 * standard)
    same = derive_coarse_gradient(proxy, density=gaussian(2.25)).numeric()(v, w, teacher)["w"]
    assert_close(same, derived)


def test_leaky_relu_by_two_slopes():
    v, w, teacher = places(seed=7)
    slope = Symbol("lambda", real=True)
    derived = derive_coarse_gradient(TwoSlope(slope, 1)).numeric({slope: 0.2})(v, w, teacher)["w"]
    assert_close(derived, ste.expected_coarse_gradient(v, w, teacher, ste.leaky_relu(0.2))[1])


def test_population_loss_does_not_see_the_variance():
    standard = derive_population_loss().result["f"]
    assert simplify(derive_population_loss(gaussian(3)).result["f"] - standard) == 0


@pytest.mark.result("thm-coarse-gradient", "thm-clipped-relu")
def test_forms_of_the_theorem():
    k = 1 / sqrt(2 * pi)
    relu = derive_coarse_gradient("relu").result["w_oblique"]
    identity = derive_coarse_gradient("identity").result["w_oblique"]
    clipped = derive_coarse_gradient("clipped_relu").result
    assert simplify(relu["u"] - k / 2 * (sym.h - sym.d)) == 0
    assert simplify(relu["w*"] + k / 2 * sym.d) == 0
    assert simplify(identity["u"] - k * sym.v_norm2) == 0
    assert simplify(identity["w*"] + k * sym.d) == 0
    assert simplify(clipped["alpha"] - k * (1 - exp(-1 / (2 * sym.rho**2)))) == 0
    reach = erf(1 / (sqrt(2) * sym.rho * sin(sym.theta)))
    assert simplify(clipped["b_y"] - k / 2 * sin(sym.theta) * reach) == 0


@pytest.mark.result("thm-correlation")
def test_ratios_to_relu():
    level, variance = Symbol("b", positive=True), Symbol("t", positive=True)
    slope = Symbol("lambda", real=True)
    reach = erf(level / (sqrt(2 * variance) * sym.rho * sin(sym.theta)))
    clipped = derive_inner_product("clipped_relu", clip=level, variance=variance)
    assert simplify(clipped.result["ratio_to_relu"] - reach) == 0
    assert derive_inner_product("identity").result["ratio_to_relu"] == 2
    assert derive_inner_product("relu").result["ratio_to_relu"] == 1
    leaky = derive_inner_product(TwoSlope(slope, 1)).result["ratio_to_relu"]
    assert simplify(leaky - 1 - slope) == 0


def test_a_changed_proxy_or_clip_changes_the_result():
    derivations = [derive_coarse_gradient(proxy) for proxy in PROXIES]
    derivations += [
        derive_coarse_gradient("clipped_relu", clip=2),
        derive_coarse_gradient("clipped_relu", variance=2),
        derive_coarse_gradient("relu", variance=2),
    ]
    v, w, teacher = places(seed=8, count=1)
    values = [tuple(np.round(d.numeric()(v, w, teacher)["w"][0], 6)) for d in derivations]
    assert len(set(values)) == len(values)
