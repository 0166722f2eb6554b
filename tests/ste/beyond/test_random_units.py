"""Networks that fire at random: closed forms against Monte Carlo, finite differences and limits."""

import math

import numpy as np
import pytest

import ste
from ste.alternatives.likelihood import blow_up, perturbation, reinforce
from ste.alternatives.random_bits import (
    expected_times_smooth,
    noisy_rectifier,
    straight_through,
    times_smooth,
)
from ste.beyond.random_units import (
    GAUSSIAN,
    LOGISTIC,
    RandomUnits,
    firing_slope,
)
from stebook.chapters.teachers import TEACHER

V = np.array([0.7, -0.9, 0.4, 1.1])
W = 1.3 * np.array([math.cos(2.0), math.sin(2.0), 0.0, 0.0, 0.0])
NOISES = pytest.mark.parametrize("noise", [LOGISTIC, GAUSSIAN], ids=["logistic", "gaussian"])
TAUS = pytest.mark.parametrize("tau", [0.2, 1.0])
SAMPLES = 60_000


def drawn(noise, seed=0, samples=SAMPLES, m=4, n=5):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((samples, m, n)), noise.draw(rng, (samples, m))


def agree(draws, mean, within=4.5):
    """The mean of the draws (K, ...) is `mean`, within so many standard errors."""
    error = draws.std(axis=0, ddof=1) / math.sqrt(len(draws))
    np.testing.assert_array_less(np.abs(draws.mean(axis=0) - mean), within * error + 1e-12)


@NOISES
def test_a_noise_is_a_symmetric_density_with_its_score(noise):
    x = np.linspace(-6.0, 6.0, 49)
    np.testing.assert_allclose(noise.cdf(x) + noise.cdf(-x), 1.0, atol=1e-15)
    slope = (noise.cdf(x + 1e-5) - noise.cdf(x - 1e-5)) / 2e-5
    np.testing.assert_allclose(noise.density(x), slope, rtol=1e-6, atol=1e-10)
    fall = np.log(noise.density(x - 1e-5)) - np.log(noise.density(x + 1e-5))
    np.testing.assert_allclose(noise.score(x), fall / 2e-5, rtol=1e-6, atol=1e-6)
    xi = noise.draw(np.random.default_rng(0), (SAMPLES,))
    for at in (-1.0, 0.5):
        agree((xi < at).astype(float), noise.cdf(np.array(at)))


# --- The loss of the stochastic network ----------------------------------------------------------


@pytest.mark.result("thm-noise-angle")
@NOISES
@TAUS
def test_the_loss_is_the_mean_over_inputs_and_noise(noise, tau):
    Z, xi = drawn(noise)
    h = (Z @ W + tau * xi > 0.0).astype(float)
    losses = np.square(h @ V - (Z @ TEACHER.w > 0.0) @ TEACHER.v) / 2
    agree(losses, RandomUnits(TEACHER, noise, tau).loss(V, W))
    differs = (h != (Z @ TEACHER.w > 0.0)).mean(axis=1)
    agree(math.pi * differs, RandomUnits(TEACHER, noise, tau).angle(W))


@pytest.mark.result("thm-noise-angle")
@pytest.mark.parametrize("theta", [0.0, 0.3, 1.5, 2.0, 3.0, math.pi])
@pytest.mark.parametrize("tau", [0.01, 0.5, 20.0])
def test_gaussian_noise_is_one_more_input_that_the_teacher_ignores(theta, tau):
    w = 1.3 * np.array([math.cos(theta), math.sin(theta) if theta < 3.1 else 0.0, 0.0, 0.0, 0.0])
    angle = math.acos(w[0] / math.hypot(np.linalg.norm(w), tau))
    found = RandomUnits(TEACHER, GAUSSIAN, tau).angle(w)
    assert found == pytest.approx(angle, abs=1e-12)
    turned = np.array([math.cos(angle), math.sin(angle), 0.0, 0.0, 0.0])
    exact = ste.population_loss(V, turned, TEACHER)
    assert RandomUnits(TEACHER, GAUSSIAN, tau).loss(V, w) == pytest.approx(exact, abs=1e-12)


@pytest.mark.result("thm-noise-angle")
@NOISES
def test_without_noise_the_hard_loss_is_left(noise):
    for tau in (1e-2, 1e-3):
        away = RandomUnits(TEACHER, noise, tau).angle(W) - 2.0
        assert abs(away) < 2.0 * tau**2  # away from the kinks the noise is of second order
        kink = RandomUnits(TEACHER, noise, tau).angle(1.3 * TEACHER.w)
        assert 0.5 * tau / 1.3 < kink < 2.0 * tau / 1.3  # on a kink it is of first order
    much = RandomUnits(TEACHER, noise, 1e4).angle(W)
    assert much == pytest.approx(math.pi / 2, abs=1e-3)


@pytest.mark.result("prop-smooth-gradient")
@NOISES
@TAUS
def test_the_gradient_is_that_of_the_loss(noise, tau):
    grad_v, grad_w = RandomUnits(TEACHER, noise, tau).gradient(V, W)

    def loss(v, w):
        return RandomUnits(TEACHER, noise, tau).loss(v, w)

    in_w = [(loss(V, W + e) - loss(V, W - e)) / 2e-5 for e in 1e-5 * np.eye(5)]
    in_v = [(loss(V + e, W) - loss(V - e, W)) / 2e-5 for e in 1e-5 * np.eye(4)]
    np.testing.assert_allclose(grad_w, in_w, atol=1e-9)
    np.testing.assert_allclose(grad_v, in_v, atol=1e-9)


@pytest.mark.result("prop-smooth-gradient")
@NOISES
def test_the_gradient_tends_to_the_true_one_with_the_square_of_tau(noise):
    truth = ste.population_gradient(V, W, TEACHER)[1]
    away = [
        np.linalg.norm(RandomUnits(TEACHER, noise, tau).gradient(V, W)[1] - truth)
        for tau in (0.04, 0.02)
    ]
    assert away[0] / away[1] == pytest.approx(4.0, rel=0.05)
    assert away[1] < 2e-3 * np.linalg.norm(truth) * (1 if noise is GAUSSIAN else 4)


@pytest.mark.result("prop-smooth-gradient")
@pytest.mark.parametrize("tau", [0.1, 1.0, 5.0])
def test_the_cosine_under_gaussian_noise(tau):
    smooth = RandomUnits(TEACHER, GAUSSIAN, tau).gradient(V, W)[1]
    truth = ste.population_gradient(V, W, TEACHER)[1]
    cosine = smooth @ truth / np.linalg.norm(smooth) / np.linalg.norm(truth)
    part = math.cos(2.0) * tau**2 / (1.3**2 + tau**2)
    assert cosine == pytest.approx(math.sin(2.0) / math.hypot(math.sin(2.0), part), abs=1e-10)


# --- Likelihood ratios ---------------------------------------------------------------------------


@pytest.mark.result("prop-likelihood")
@NOISES
@TAUS
@pytest.mark.parametrize("method", [reinforce, perturbation])
def test_the_likelihood_ratios_are_unbiased_whatever_the_baseline(noise, tau, method):
    Z, xi = drawn(noise, seed=1)
    found = method(V, W, Z, TEACHER, noise, tau, xi)
    exact = RandomUnits(TEACHER, noise, tau).gradient(V, W)
    for baseline in (0.0, np.array([0.3, -1.0, 0.7, 2.0])):
        grad_v, grad_w = found.gradient(baseline)
        agree(grad_v, exact[0])
        agree(grad_w, exact[1])
    # and the draws are enough to tell the gradient from its opposite and from half of it
    error = math.sqrt(np.trace(np.cov(found.gradient(0.7)[1].T)) / SAMPLES)
    assert np.linalg.norm(exact[1]) > (4 if method is reinforce or tau == 1.0 else 1) * error


@pytest.mark.result("prop-likelihood")
def test_the_baseline_has_the_least_variance_in_each_unit():
    Z, xi = drawn(LOGISTIC, seed=2)
    found = reinforce(V, W, Z, TEACHER, LOGISTIC, 0.5, xi)
    best = found.baseline()
    exact = np.mean(found.score**2 * found.loss[:, None], axis=0) / np.mean(found.score**2, axis=0)
    np.testing.assert_allclose(best, exact, rtol=1e-12)

    def spread(baseline):
        # the mean of score^2 (l - b)^2; the squared mean, which is the same for all b, left out
        return np.mean(np.square(found.score * (found.loss[:, None] - baseline)), axis=0)

    for move in (-0.1, -0.01, 0.01, 0.1):
        assert np.all(spread(best + move) > spread(best))
    assert np.all(spread(best) < 0.8 * spread(0.0))


@pytest.mark.result("prop-likelihood")
@NOISES
def test_reinforce_is_what_perturbation_is_on_average_given_the_bits(noise):
    """At one input: the mean score of the noise among the draws with the same bits."""
    Z = np.broadcast_to(np.random.default_rng(3).standard_normal((4, 5)), (SAMPLES, 4, 5))
    xi = noise.draw(np.random.default_rng(4), (SAMPLES, 4))
    bits = (Z @ W + 2.0 * xi > 0.0).astype(int)
    one = reinforce(V, W, Z, TEACHER, noise, 2.0, xi)
    other = perturbation(V, W, Z, TEACHER, noise, 2.0, xi)
    np.testing.assert_array_equal(one.loss, other.loss)
    for j in range(4):
        for bit in (0, 1):
            here = bits[:, j] == bit
            assert here.sum() > 200
            agree(other.score[here, j], one.score[here, j][0])
    traces = [np.trace(np.cov(some.gradient(0.5)[1].T)) for some in (one, other)]
    assert traces[0] < 0.9 * traces[1]


@pytest.mark.result("prop-blow-up")
@NOISES
def test_the_variance_blows_up_like_one_over_tau(noise):
    limits = blow_up(V, W, TEACHER, noise)
    for tau, seed in ((0.1, 5), (0.02, 6)):
        Z, xi = drawn(noise, seed=seed, samples=120_000)
        found = reinforce(V, W, Z, TEACHER, noise, tau, xi)
        for baseline, wanted in ((0.0, limits.plain), (limits.baseline, limits.centred)):
            g = found.gradient(baseline)[1]
            squares = tau * np.square(g - g.mean(axis=0)).sum(axis=1)
            error = squares.std() / math.sqrt(len(squares))
            assert abs(squares.mean() - wanted) < 4 * error + 2 * tau**2 * wanted
        np.testing.assert_allclose(found.baseline(), limits.baseline, rtol=0.2)
        g = perturbation(V, W, Z, TEACHER, noise, tau, xi).gradient()[1]
        squares = tau**2 * np.square(g - g.mean(axis=0)).sum(axis=1)
        error = squares.std() / math.sqrt(len(squares))
        assert abs(squares.mean() - limits.perturbation) < 4 * error + 6 * tau**2
    assert limits.centred < 0.7 * limits.plain


# --- Straight-through and stochastic times smooth ------------------------------------------------


@pytest.mark.result("prop-through-noise")
@NOISES
@TAUS
@pytest.mark.parametrize("name", ["identity", "clipped_relu", "slope"])
def test_the_mean_of_straight_through_on_the_stochastic_network(noise, tau, name):
    Z, xi = drawn(noise, seed=7)
    proxy = firing_slope(noise, tau) if name == "slope" else ste.get_estimator(name)
    grad_v, grad_w = straight_through(V, W, Z, TEACHER, proxy, tau, xi)
    exact = RandomUnits(TEACHER, noise, tau).coarse_gradient(V, W, proxy)
    agree(grad_v, exact[0])
    agree(grad_w, exact[1])


@pytest.mark.result("prop-through-noise")
@NOISES
@TAUS
def test_with_the_derivative_the_bias_lies_along_w_and_outward(noise, tau):
    proxy = firing_slope(noise, tau)
    mean = RandomUnits(TEACHER, noise, tau).coarse_gradient(V, W, proxy)[1]
    bias = mean - RandomUnits(TEACHER, noise, tau).gradient(V, W)[1]
    u = W / np.linalg.norm(W)
    np.testing.assert_allclose(bias, (bias @ u) * u, atol=1e-12)
    Z = np.random.default_rng(8).standard_normal(SAMPLES)
    p = noise.cdf(1.3 * Z / tau)
    agree((V @ V) * Z * proxy.evaluate(1.3 * Z) * (p - 0.5), bias @ u)
    assert bias @ u > 0.0


@pytest.mark.result("prop-through-noise")
@NOISES
@pytest.mark.parametrize("name", ["identity", "relu", "clipped_relu", "hard_tanh"])
def test_noise_in_the_bits_changes_nothing_across_w(noise, name):
    proxy = ste.get_estimator(name)
    hard = ste.expected_coarse_gradient(V, W, TEACHER, proxy)[1]
    soft = RandomUnits(TEACHER, noise, 0.8).coarse_gradient(V, W, proxy)[1]
    u = W / np.linalg.norm(W)
    np.testing.assert_allclose(soft - hard, ((soft - hard) @ u) * u, atol=1e-12)
    assert (soft - hard) @ u < -0.01
    near = RandomUnits(TEACHER, noise, 1e-4).coarse_gradient(V, W, proxy)[1]
    np.testing.assert_allclose(near, hard, atol=1e-6)


def smooth_loss(v, w, tau, noise):
    """The loss of the network with h = b sqrt(p), b on with probability sqrt(p), by quadrature."""
    x = np.linspace(-12.0, 12.0, 8001)
    p = noise.cdf(np.linalg.norm(w) * x / tau)
    density = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi) * (x[1] - x[0])
    own = np.sum(v**2) * (density @ (p**1.5 - 0.5 * np.ones_like(p)))
    return RandomUnits(TEACHER, noise, tau).loss(v, w) + own / 2


@pytest.mark.result("prop-times-smooth")
@NOISES
@TAUS
def test_the_mean_of_stochastic_times_smooth(noise, tau):
    Z, _ = drawn(noise, seed=9)
    uniform = np.random.default_rng(10).random((SAMPLES, 4))
    grad_w = times_smooth(V, W, Z, TEACHER, noise, tau, uniform)[1]
    agree(grad_w, expected_times_smooth(V, W, TEACHER, noise, tau))
    h = np.where(uniform < np.sqrt(noise.cdf(Z @ W / tau)), np.sqrt(noise.cdf(Z @ W / tau)), 0.0)
    losses = np.square(h @ V - (Z @ TEACHER.w > 0.0) @ TEACHER.v) / 2
    agree(losses, smooth_loss(V, W, tau, noise))


@pytest.mark.result("prop-times-smooth")
@NOISES
@TAUS
def test_twice_the_mean_is_right_across_w_and_too_long_along_it(noise, tau):
    twice = 2.0 * expected_times_smooth(V, W, TEACHER, noise, tau)
    moves = 1e-5 * np.eye(5)
    exact = np.array(
        [
            (smooth_loss(V, W + e, tau, noise) - smooth_loss(V, W - e, tau, noise)) / 2e-5
            for e in moves
        ]
    )
    u = W / np.linalg.norm(W)
    across = np.eye(5) - np.outer(u, u)
    np.testing.assert_allclose(across @ twice, across @ exact, atol=1e-8)
    np.testing.assert_allclose(
        across @ twice, across @ RandomUnits(TEACHER, noise, tau).gradient(V, W)[1], atol=1e-12
    )
    Z = np.random.default_rng(11).standard_normal(SAMPLES)
    p, slope = noise.cdf(1.3 * Z / tau), noise.density(1.3 * Z / tau) / tau
    agree(0.25 * (V @ V) * Z * slope * np.sqrt(p), (twice - exact) @ u)


def test_the_noisy_rectifier_is_unbiased_for_its_own_loss():
    """Its gradient along the path against finite differences with the same draws."""
    Z, xi = drawn(LOGISTIC, seed=12, samples=2_000)

    def loss(w):
        h = np.maximum(0.0, Z @ w + 0.5 * xi)
        return np.mean(np.square(h @ V - (Z @ TEACHER.w > 0.0) @ TEACHER.v)) / 2

    grad_w = noisy_rectifier(V, W, Z, TEACHER, 0.5, xi)[1].mean(axis=0)
    moves = 1e-7 * np.eye(5)
    np.testing.assert_allclose(
        grad_w, [(loss(W + e) - loss(W - e)) / 2e-7 for e in moves], rtol=1e-4, atol=1e-6
    )


# --- Bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: firing_slope("logistic", 1.0), "noise: expected a Noise, got str"),
        (lambda: firing_slope(LOGISTIC, 0.0), "tau: expected a finite number > 0"),
        (lambda: RandomUnits(TEACHER, "logistic", 1.0), "noise: expected a Noise, got str"),
        (lambda: RandomUnits(TEACHER, LOGISTIC, 0.0), "tau: expected a finite number > 0"),
        (
            lambda: RandomUnits(TEACHER, LOGISTIC, 1.0).angle(np.zeros(5)),
            "w: expected non-zero vectors",
        ),
        (
            lambda: RandomUnits(TEACHER, LOGISTIC, 1.0).loss(np.ones(3), W),
            r"v: expected shape \(..., 4\)",
        ),
        (
            lambda: reinforce(V, W, np.ones((4, 5)), TEACHER, LOGISTIC, 1.0, np.ones((2, 3))),
            r"xi: expected shape \(..., 4\)",
        ),
        (
            lambda: blow_up(np.ones(9), [1.0, 2.0], ste.Teacher(np.ones(9), [1.0, 0.0]), LOGISTIC),
            "teacher: expected at most 8 units, got 9",
        ),
        (
            lambda: blow_up(np.ones((2, 4)), W, TEACHER, LOGISTIC),
            r"v: expected shape \(4,\), got \(2, 4\)",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        call()
