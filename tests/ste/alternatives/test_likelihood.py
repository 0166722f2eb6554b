"""Likelihood ratios: their scores where bits are rare. Their means are in `test_random_units`."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

import ste
from ste._quadrature import nodes
from ste.alternatives.likelihood import blow_up, reinforce
from ste.beyond.random_units import GAUSSIAN, LOGISTIC, Noise


@pytest.mark.parametrize(
    ("noise", "law"),
    [(LOGISTIC, stats.logistic), (GAUSSIAN, stats.norm)],
    ids=["logistic", "normal"],
)
@pytest.mark.parametrize("away", [3.0, 10.0, 30.0])
@pytest.mark.parametrize("tau", [0.5, 1.0])
def test_the_score_of_a_rare_bit_is_the_slope_of_its_log_chance(noise, law, away, tau):
    """A unit that fires against the odds, or keeps silent against them: d log P(h)/da."""
    teacher = ste.Teacher([1.0], [1.0, 0.0])
    wanted = float(law.pdf(away) / law.sf(away)) / tau
    for side in (-1.0, 1.0):
        Z, xi = [[side * away * tau, 0.0]], [-side * (away + 1.0)]
        drawn = reinforce([1.0], [1.0, 0.0], Z, teacher, noise, tau, xi)
        assert drawn.score[0] == pytest.approx(-side * wanted, rel=1e-9)


@pytest.mark.parametrize("away", [37.0, 40.0, 200.0, 1e4, 1e60])
def test_a_score_is_right_where_the_chance_is_below_all_doubles(away):
    """``1`` for the logistic law, ``t + 1/t - 2/t^3 + ...`` for the normal law (Mills)."""
    teacher, normal = ste.Teacher([1.0], [1.0, 0.0]), away + 1 / away - 2 / away**3 + 10 / away**5
    for noise, wanted in ((LOGISTIC, 1.0), (GAUSSIAN, normal)):
        for side in (-1.0, 1.0):
            Z, xi = [[side * away, 0.0]], [-side * 2.0 * away]
            drawn = reinforce([1.0], [1.0, 0.0], Z, teacher, noise, 1.0, xi)
            assert drawn.score[0] == pytest.approx(-side * wanted, rel=1e-9)


def test_the_slope_of_the_log_of_the_normal_law_is_one_function():
    x = np.linspace(-45.0, 45.0, 9001)
    wanted = np.exp(stats.norm.logpdf(x) - stats.norm.logcdf(x))
    np.testing.assert_allclose(GAUSSIAN.slope_of_log(x), wanted, rtol=1e-11, atol=1e-300)


def trace(tau, v, side, teacher, noise, baseline):
    """tau times the trace of the covariance across w of `reinforce` for w along +-w*, n = 2.

    Averages over the pre-activations of both units, by quadrature in units of tau next to 0.
    """
    near, weights = nodes(
        np.array([-9.0, -1.0, -60 * tau, -8 * tau, 0, 8 * tau, 60 * tau, 1, 9]), 40
    )
    weights = weights * stats.norm.pdf(near)
    a, chance = np.array(np.meshgrid(near, near, indexing="ij")), np.outer(weights, weights)
    p = noise.cdf(a / tau)
    bits = (side * a > 0.0).astype(float)
    total = 0.0
    for h in itertools.product((0.0, 1.0), repeat=2):
        h = np.reshape(h, (2, 1, 1))
        likely = np.prod(np.where(h > 0.0, p, 1.0 - p), axis=0) * chance
        loss = 0.5 * np.square(np.tensordot(v, h + 0.0 * a, 1) - np.tensordot(teacher.v, bits, 1))
        x = np.where(h > 0.0, a, -a) / tau
        score = np.square(noise.slope_of_log(x)) / tau**2
        total += np.sum(likely * score * np.square(loss - np.reshape(baseline, (2, 1, 1))))
    return tau * total


@pytest.mark.parametrize("noise", [LOGISTIC, GAUSSIAN], ids=["logistic", "normal"])
@pytest.mark.parametrize("side", [1.0, -1.0])
def test_the_blow_up_where_w_is_parallel_to_the_teacher_s(noise, side):
    """There the teacher's bit is no coin while a_j is near 0: it is the sign of a_j."""
    teacher, v = ste.Teacher([1.0, -0.6], [1.0, 0.0]), np.array([0.4, 0.9])
    limits = blow_up(v, [side, 0.0], teacher, noise)
    for baseline, wanted in ((np.zeros(2), limits.plain), (limits.baseline, limits.centred)):
        assert trace(1e-3, v, side, teacher, noise, baseline) == pytest.approx(wanted, rel=3e-3)
    # no other baseline does better
    for move in (0.02, -0.02):
        assert trace(1e-3, v, side, teacher, noise, limits.baseline + move) > limits.centred


def test_one_input_has_no_direction_across():
    limits = blow_up([0.4], [2.0], ste.Teacher([1.0], [1.0]), LOGISTIC)
    assert limits.plain == limits.centred == 0.0
    assert limits.perturbation == pytest.approx(1 / 3 * 0.5 * 0.18**2, rel=1e-12)


def test_the_informations_of_a_law_of_any_width_and_tail():
    """``int p'^2/p = 1/2`` over the scale for the logistic law; a Cauchy law has tails."""
    teacher, point = ste.Teacher([1.0], [1.0, 0.0]), ([0.5], [0.0, 1.0])
    one = blow_up(*point, teacher, LOGISTIC)
    for scale in (1e-6, 1e6):
        scaled = Noise(
            "scaled",
            lambda x, s=scale: LOGISTIC.cdf(x / s),
            lambda x, s=scale: LOGISTIC.density(x / s) / s,
            lambda x, s=scale: LOGISTIC.score(x / s) / s,
            LOGISTIC.draw,
        )
        found = blow_up(*point, teacher, scaled)
        assert found.plain * scale == pytest.approx(one.plain, rel=1e-12)
        assert found.perturbation * scale**2 == pytest.approx(one.perturbation, rel=1e-12)
    cauchy = Noise(
        "Cauchy",
        lambda x: stats.cauchy.cdf(x),
        lambda x: 1.0 / math.pi / (1.0 + x * x),
        lambda x: 2.0 * x / (1.0 + x * x),
        lambda rng, shape: rng.standard_cauchy(shape),
    )
    fisher = blow_up(*point, teacher, cauchy).perturbation / one.perturbation / 3.0
    assert fisher == pytest.approx(0.5, rel=1e-10)  # 1/2 against 1/3
