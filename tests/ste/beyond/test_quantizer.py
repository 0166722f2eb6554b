"""The quantizer, and the toy's mean loss and slope against sampling, quadrature and sympy."""

import itertools
import math

import mpmath
import numpy as np
import pytest
import sympy as sp

from ste._normal import normal_cdf
from ste.beyond.quantizer import (
    fitted_step,
    mean_loss,
    mean_loss_slope,
    quantize,
    smoothed_slope,
    window_match,
)
from ste.model import Teacher, sigma

X = np.linspace(-3.0, 5.0, 401)
CASES = [(1.0, 1), (0.6511, 2), (0.1946, 4), (2.0, 3)]


def test_one_bit_is_the_step():
    assert quantize(X).tolist() == sigma(X).tolist()


@pytest.mark.parametrize(("alpha", "bits"), CASES)
def test_stairs(alpha, bits):
    levels = quantize(np.linspace(-2.0, alpha * 2**bits + 1.0, 5001), alpha, bits)
    np.testing.assert_allclose(np.unique(levels), alpha * np.arange(2**bits), rtol=1e-15)
    assert np.all(np.diff(levels) >= 0.0)
    for j in range(2**bits - 1):
        below, above = quantize([alpha * (j - 1e-9), alpha * (j + 1e-9)], alpha, bits)
        assert above - below == pytest.approx(alpha)


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("alpha", [0.01, 0.1, 1 / 3, 0.6511, 1e-300, 1e290])
def test_a_level_stays_and_a_number_above_it_takes_the_next(alpha, bits):
    """Quantizing twice changes nothing, whatever the quotient of a level and the step rounds to."""
    levels = alpha * np.arange(2**bits)
    above = np.append(levels[1:], levels[-1])
    assert np.array_equal(quantize(levels, alpha, bits), levels)
    assert np.array_equal(quantize(np.nextafter(levels, np.inf), alpha, bits), above)
    assert np.array_equal(quantize(np.nextafter(levels[1:], 0.0), alpha, bits), levels[1:])


def test_a_quotient_alone_would_climb_a_stair():
    level = 57 * 0.01
    assert np.ceil(level / 0.01) == 58
    assert quantize(level, 0.01, 8) == level


@pytest.mark.parametrize(("alpha", "bits"), CASES)
@pytest.mark.parametrize(("w", "y"), [(0.0, 0.0), (-1.2, 0.7), (0.8, 1.9)])
def test_the_mean_loss_against_quadrature(alpha, bits, w, y):
    # the quantizer has its jumps at the stairs, so mpmath gets panels that end there
    stairs = [mpmath.mpf(alpha) * j - w for j in range(2**bits - 1)]
    edges = sorted([mpmath.mpf(-12), *stairs, mpmath.mpf(12)])

    def weighed(x, low, high):
        level = float(quantize(float(0.5 * (low + high)) + w, alpha, bits))
        return (level - y) ** 2 / 2 * mpmath.npdf(x)

    wanted = sum(
        mpmath.quad(lambda x, a=a, b=b: weighed(x, a, b), [a, b])
        for a, b in itertools.pairwise(edges)
    )
    assert float(mean_loss(w, y, alpha, bits)) == pytest.approx(float(wanted), rel=1e-9)


@pytest.mark.result("prop-toy-slope")
@pytest.mark.parametrize(("alpha", "bits"), CASES)
def test_the_slope_of_the_mean_is_a_sum_of_densities(alpha, bits):
    w, step = np.linspace(-2.0, 4.0, 25), 1e-5
    for y in (-0.3, 0.0, 1.1):
        ahead, behind = (mean_loss(w + s, y, alpha, bits) for s in (step, -step))
        slope = mean_loss_slope(w, y, alpha, bits)
        np.testing.assert_allclose(slope, (ahead - behind) / (2 * step), rtol=1e-6, atol=1e-9)
    # and against samples, which know nothing of jumps and densities
    rng = np.random.default_rng(4)
    x, turn = rng.standard_normal(400_000), 0.05
    change = [np.square(quantize(x + 0.4 + t, alpha, bits) - 1.1) / 2 for t in (-turn, turn)]
    quotient = (change[1] - change[0]) / (2 * turn)
    error = quotient.std() / np.sqrt(x.size)
    bias = turn**2 * 2.0 * alpha * 2**bits  # a loose bound on the third derivative's part
    assert abs(quotient.mean() - mean_loss_slope(0.4, 1.1, alpha, bits)) < 4 * error + bias


@pytest.mark.result("prop-toy-slope")
@pytest.mark.parametrize(("alpha", "bits"), CASES)
def test_every_sample_of_the_toy_is_flat(alpha, bits):
    """Up to the nearest stair, so that its derivative is 0 unless X + w is on a stair."""
    x = np.random.default_rng(5).standard_normal(10_000) + 0.4
    stairs = alpha * np.arange(2**bits - 1)
    reach = 0.999 * np.abs(x[:, None] - stairs).min(axis=1)
    assert reach.min() > 0.0
    here = quantize(x, alpha, bits)
    for turn in (-reach, reach):
        assert np.array_equal(quantize(x + turn, alpha, bits), here)


@pytest.mark.result("prop-toy-slope")
def test_sympy_derives_the_slope_of_one_and_of_two_bits():
    x, w, y = sp.symbols("x w y", real=True)
    density = sp.exp(-(x**2) / 2) / sp.sqrt(2 * sp.pi)
    for bits, alpha in ((1, sp.Integer(1)), (2, sp.Rational(1, 2))):
        edges = [-sp.oo, *(alpha * j - w for j in range(2**bits - 1)), sp.oo]
        F = sum(
            (alpha * level - y) ** 2 / 2 * sp.integrate(density, (x, low, high))
            for level, (low, high) in enumerate(itertools.pairwise(edges))
        )
        jumps = sum(
            alpha * ((j + sp.Rational(1, 2)) * alpha - y) * density.subs(x, w - j * alpha)
            for j in range(2**bits - 1)
        )
        assert sp.simplify(sp.diff(F, w) - jumps) == 0
        got = sp.lambdify((w, y), jumps)(0.3, 0.9)
        assert mean_loss_slope(0.3, 0.9, float(alpha), bits) == pytest.approx(got, rel=1e-13)


@pytest.mark.result("prop-toy-noise")
def test_the_noise_of_the_toy_quotient():
    rng = np.random.default_rng(1)
    x, w, y = rng.standard_normal(1_000_000), 0.3, 0.2
    for h in (0.3, 0.03, 0.003):
        change = np.square(quantize(x + w + h) - y) / 2 - np.square(quantize(x + w) - y) / 2
        q = float(mean_loss(w + h, 0.0) - mean_loss(w, 0.0)) * 2  # Phi(w + h) - Phi(w)
        exact = (0.5 - y) ** 2 * q * (1 - q) / h**2
        square = np.square(change / h - change.mean() / h)
        assert abs(square.mean() - exact) < 4 * square.std() / np.sqrt(x.size)
    leading = (0.5 - y) * float(mean_loss_slope(w, y))  # J^2 phi(w)
    assert h * exact == pytest.approx(leading, rel=0.01)


@pytest.mark.result("prop-toy-noise")
def test_sympy_derives_the_leading_noise_of_the_toy():
    w, h, J = sp.symbols("w h J", positive=True)
    q = (sp.erf((w + h) / sp.sqrt(2)) - sp.erf(w / sp.sqrt(2))) / 2
    series = sp.series(J**2 * q * (1 - q) / h**2, h, 0, 1).removeO()
    density = sp.exp(-(w**2) / 2) / sp.sqrt(2 * sp.pi)
    assert sp.simplify(series.coeff(h, -1) - J**2 * density) == 0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: quantize(np.nan), ("x", "finite")),
        (lambda: quantize(1.0, alpha=0.0), ("alpha", "> 0")),
        (lambda: quantize(1.0, bits=0), ("bits", ">= 1")),
        (lambda: quantize(1.0, bits=1.5), ("bits", "integer")),
        (lambda: mean_loss(np.inf, 0.0), ("w", "finite")),
        (lambda: mean_loss(0.0, np.nan), ("y", "finite")),
        (lambda: mean_loss_slope(0.0, 0.0, -1.0), ("alpha", "> 0")),
        (lambda: mean_loss_slope(0.0, 0.0, 1.0, True), ("bits", "True")),
    ],
)
def test_bad_arguments(call, words):
    with pytest.raises(ValueError) as caught:
        call()
    for word in (*words, "expected"):
        assert word in str(caught.value)


def rounding_error(alpha, bits):
    """The mean squared error of rounding, by midpoints on a fine grid."""
    x = (np.arange(40_000) + 0.5) * 2.5e-4
    rounded = alpha * np.minimum(np.floor(x / alpha + 0.5), 2**bits - 1)
    return np.sum(np.square(x - rounded) * np.exp(-x * x / 2)) * 2.5e-4 / np.sqrt(2 * np.pi)


@pytest.mark.result("prop-fitted-step")
@pytest.mark.parametrize("bits", [1, 2, 3, 4])
def test_the_fitted_step_has_the_least_error(bits):
    best = fitted_step(bits)
    least = rounding_error(best, bits)
    assert all(rounding_error(alpha, bits) > least for alpha in np.linspace(0.02, 2.5, 40))
    # a parabola through three errors has its lowest point at the step
    behind, ahead = (rounding_error(best * (1 + s), bits) for s in (-0.03, 0.03))
    assert min(behind, ahead) > 1.0005 * least
    assert abs(0.5 * (behind - ahead) / (behind - 2 * least + ahead)) < 0.1


def test_one_bit_has_a_step_of_one_line():
    alpha = sp.Symbol("alpha")
    density = sp.exp(-(alpha**2) / 8) / sp.sqrt(2 * sp.pi)
    beyond = sp.erfc(alpha / (2 * sp.sqrt(2))) / 2
    wanted = sp.nsolve(alpha * beyond - density, alpha, 1.2)
    assert fitted_step(1) == pytest.approx(float(wanted), rel=1e-12)


@pytest.mark.result("prop-smoothed-slope")
@pytest.mark.parametrize(("alpha", "bits"), CASES)
@pytest.mark.parametrize("tau", [0.2, 0.7])
def test_the_smoothed_slope_is_that_of_the_mean_of_shaken_stairs(alpha, bits, tau):
    x = np.linspace(-1.0, 3.0, 21)
    noise = np.random.default_rng(5).standard_normal((20_000, 1))
    # Stein: the slope of the mean is E[sigma(x + tau xi) xi]/tau; no derivative of the stairs.
    # Less sigma(x), which changes no mean, it varies less.
    change = quantize(x + tau * noise, alpha, bits) - quantize(x, alpha, bits)
    draws = change * noise / tau
    error = draws.std(axis=0) / np.sqrt(len(draws))
    slope = smoothed_slope(x, tau, alpha, bits)
    assert np.all(np.abs(draws.mean(axis=0) - slope) < 4.5 * error + 2e-3 * alpha / tau)
    assert np.max(slope) > 20 * np.max(error)


@pytest.mark.result("prop-window-match")
@pytest.mark.parametrize(("alpha", "bits"), CASES)
@pytest.mark.parametrize("ends", [(-np.inf, np.inf), (0.0, np.inf), (0.0, 1.2), (-0.6, 0.6)])
@pytest.mark.parametrize("tau", [0.1, 0.5])
def test_the_match_of_a_window_against_quadrature(alpha, bits, ends, tau):
    x = (np.arange(-32_000, 32_000) + 0.5) * 2.5e-4
    density = np.exp(-x * x / 2)
    slope, inside = smoothed_slope(x, tau, alpha, bits), (x > ends[0]) & (x < ends[1])
    products = np.sum(inside * slope * density)
    squares = np.sum(inside * density) * np.sum(slope**2 * density)
    assert window_match(*ends, tau, alpha, bits) == pytest.approx(
        products / np.sqrt(squares), rel=1e-3
    )


@pytest.mark.result("prop-signal-noise")
@pytest.mark.parametrize("theta", [0.2, 0.9, 2.4])
def test_the_match_is_a_signal_to_noise_ratio(theta):
    """Signal and noise from samples of the normalized two-layer model, window by window."""
    rng, noise = np.random.default_rng(11), 2.0
    teacher = Teacher([1.0, -0.5, 0.8, 0.3], [1.0, 0.0])
    v, w = np.array([0.7, -0.2, 0.9, 0.4]), 1.4 * np.array([np.cos(theta), np.sin(theta)])
    unit, across = w / 1.4, np.array([np.sin(theta), -np.cos(theta)])
    Z = rng.standard_normal((200_000, 4, 2))
    X, Y = Z @ unit, Z @ across
    clean = (X > 0) @ v - (Z @ teacher.w > 0) @ teacher.v
    errors = noise * rng.standard_normal(len(Z))
    ratios, matches = [], []
    for low, high in ((-0.6, 0.6), (0.0, np.inf), (-np.inf, np.inf), (-1.2, 2.4)):
        back = np.sum(v * ((low < X) & (high > X)) * Y, axis=1) / 1.4
        signal, added = back * clean, back * errors
        share = normal_cdf(high) - normal_cdf(low)
        assert added.var() == pytest.approx(noise**2 * (v @ v) * share / 1.96, rel=0.02)
        ratios.append((signal.mean(), signal.std() / np.sqrt(len(Z)), added.std()))
        matches.append(window_match(low, high, abs(np.tan(theta))))
    mean, error, spread = np.array(ratios).T
    # one factor, the same for all windows, carries the matches to the ratios
    factor = np.sum(mean / spread * matches) / np.sum(np.square(matches))
    assert np.all(np.abs(mean / spread - factor * np.array(matches)) < 4.5 * error / spread)
    assert abs(factor) > 10 * np.max(error / spread)


@pytest.mark.parametrize("bits", [0, 13, 1.5, "2"])
def test_bits_of_the_fitted_step_are_checked(bits):
    with pytest.raises(ValueError, match="bits: expected"):
        fitted_step(bits)


def test_the_window_is_checked():
    with pytest.raises(ValueError, match=r"low, high: expected low < high, got 1\.0 and 0\.5"):
        window_match(1.0, 0.5, 0.1)
    with pytest.raises(ValueError, match="jitter: expected"):
        window_match(0.0, 0.5, 0.0)
    with pytest.raises(ValueError, match="jitter: expected"):
        smoothed_slope(0.0, -1.0)


def test_no_number_of_bits_is_too_large_to_quantize_with():
    np.testing.assert_array_equal(
        quantize([-1.0, 0.3, 7.5, 1e308], 0.5, 10**9), [0, 0.5, 7.5, 1e308]
    )
    np.testing.assert_array_equal(quantize([1e-320, 5.0, 1e308], 1e300, 2), [1e300, 1e300, 3e300])
    np.testing.assert_array_equal(quantize([1e-320, 5.0], 1e-300, 2000), [1e-300, 5.0])


def test_a_window_that_no_number_meets_sees_nothing():
    assert window_match(50, 60, 0.1) == window_match(-60.0, -50.0, 0.1) == 0.0


@pytest.mark.parametrize("low", [9.0, 20.0])
def test_a_window_in_the_tail_keeps_its_digits(low):
    """``E[g s]/sqrt(E[g^2])`` over x > low, and E[s^2], by quadrature; one stair, tau = 3."""
    with mpmath.workdps(30):

        def slope(x):
            return mpmath.npdf(x / 3) / 3

        ends = [low, low + 1, low + 5, low + 20]
        shared = mpmath.quad(lambda x: slope(x) * mpmath.npdf(x), ends)
        share = mpmath.quad(mpmath.npdf, ends)
        square = mpmath.quad(lambda x: slope(x) ** 2 * mpmath.npdf(x), [-30, -5, 0, 5, 30])
        wanted = float(shared / mpmath.sqrt(share * square))
    assert window_match(low, np.inf, 3.0) == pytest.approx(wanted, rel=1e-12)
    mirrored = window_match(-np.inf, -low, 3.0)
    assert mirrored == pytest.approx(wanted, rel=1e-12)


def test_the_match_does_not_depend_on_units_where_it_cannot():
    """All stairs as one, when they lie closer than anything else or are far out of sight."""
    one = window_match(0.0, 1.0, 0.3, 1.0, 1)
    for alpha in (1e-300, 1e-20, 1e300):
        assert window_match(0.0, 1.0, 0.3, alpha, 3) == pytest.approx(one, rel=1e-12)
    assert window_match(0.0, 1.0, 1e300, 1.0, 3) == pytest.approx(
        math.sqrt(normal_cdf(1.0) - 0.5), rel=1e-12
    )
