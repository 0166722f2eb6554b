"""Other densities than the Gaussian: Monte Carlo of the changed density, and what is refused."""

import numpy as np
import pytest
from sympy import Symbol, exp, pi, sqrt

import ste
from ste.symbolic import (
    DerivationError,
    RadialDensity,
    TwoSlope,
    derive_coarse_gradient,
    derive_inner_product,
    derive_population_loss,
    gaussian,
)
from ste.symbolic.steps import symbols as sym

#: Largest deviation from the mean of a simulation that is put down to chance, in standard errors.
STANDARD_ERRORS = 4.5

DISC = RadialDensity("uniform disc", 1 / pi, radius=1)
RING = RadialDensity("r^2 exp(-r^2)/pi", sym.r**2 * exp(-(sym.r**2)) / pi)


def disc_radius(rng, shape):
    return np.sqrt(rng.uniform(size=shape))


def ring_radius(rng, shape):
    return np.sqrt(rng.gamma(2.0, size=shape))


def gaussian_radius(rng, shape):
    return 1.5 * np.sqrt(rng.chisquare(2, size=shape))


def simulate(radius, v, w, teacher, estimator, samples=60_000, seed=0):
    """Mean and standard error of the sample loss and the coarse gradient for planar rows."""
    rng = np.random.default_rng(seed)
    shape = (samples, teacher.m)
    length, angle = radius(rng, shape), rng.uniform(0, 2 * np.pi, size=shape)
    inputs = np.stack((length * np.cos(angle), length * np.sin(angle)), axis=-1)
    loss = ste.sample_loss(v, w, inputs, teacher)
    in_v, in_w = ste.coarse_gradient(v, w, inputs, teacher, estimator)
    draws = np.concatenate((loss[:, None], in_v, in_w), axis=-1)
    return draws.mean(axis=0), draws.std(axis=0, ddof=1) / np.sqrt(samples)


LEAKY = (TwoSlope(0.3, 1), ste.leaky_relu(0.3))


@pytest.mark.parametrize(
    ("proxy", "estimator"), [("relu", ste.RELU), ("identity", ste.IDENTITY), LEAKY]
)
@pytest.mark.parametrize(
    ("density", "radius"),
    [(DISC, disc_radius), (RING, ring_radius), (gaussian(2.25), gaussian_radius)],
)
def test_monte_carlo(density, radius, proxy, estimator):
    teacher = ste.Teacher([1.0, -0.5, 0.8], [1.0, 0.0])
    v, w = np.array([0.7, 0.4, -0.2]), np.array([-0.3, 0.6])
    derived = derive_coarse_gradient(proxy, density).numeric()(v, w, teacher)
    loss = derive_population_loss(density).numeric()(v, w, teacher)["f"]
    expected = np.concatenate(([loss], derived["v"], derived["w"]))
    mean, error = simulate(radius, v, w, teacher, estimator)
    assert np.all(np.abs(mean - expected) < STANDARD_ERRORS * error)


def test_monte_carlo_of_clipped_relu_at_another_clip_and_variance():
    teacher = ste.Teacher([1.0, -0.5, 0.8], [1.0, 0.0])
    v, w = np.array([0.7, 0.4, -0.2]), np.array([-0.3, 0.6])
    derivation = derive_coarse_gradient("clipped_relu", clip=0.8, variance=2.25)
    derived = derivation.numeric()(v, w, teacher)["w"]
    mean, error = simulate(gaussian_radius, v, w, teacher, ste.clipped_relu(0.8))
    assert np.all(np.abs(mean[-2:] - derived) < STANDARD_ERRORS * error[-2:])


def test_the_density_changes_the_coarse_gradient_and_not_the_ratio():
    results = [derive_coarse_gradient("relu", density).result["b_y"] for density in (DISC, RING)]
    assert results[0] != results[1]
    assert derive_inner_product("identity", DISC).result["ratio_to_relu"] == 2


def test_a_density_with_a_parameter():
    scale = Symbol("q", positive=True)
    general = RadialDensity("disc of radius q", 1 / (pi * scale**2), radius=scale)
    derived = derive_coarse_gradient("relu", general).result["alpha"]
    assert derived.subs(scale, 1) == derive_coarse_gradient("relu", DISC).result["alpha"]


def test_a_density_that_is_not_normalised_is_refused():
    with pytest.raises(DerivationError, match="total mass 2, expected 1") as caught:
        RadialDensity("twice the disc", 2 / pi, radius=1)
    assert caught.value.step == "density"


def test_a_density_whose_mass_diverges_is_refused():
    with pytest.raises(DerivationError, match="not finite") as caught:
        RadialDensity("constant", 1 / pi)
    assert caught.value.step == "density"


def test_an_infinite_mean_radius_is_refused_and_named():
    heavy = RadialDensity("planar Cauchy", 1 / (2 * pi * sqrt(1 + sym.r**2) ** 3))
    with pytest.raises(DerivationError, match='step "mean radius"') as caught:
        derive_coarse_gradient("relu", heavy)
    assert caught.value.step == "mean radius"
    assert derive_population_loss(heavy).result == derive_population_loss().result


def test_a_negative_density_is_refused():
    with pytest.raises(ValueError, match="expected p\\(R\\) >= 0"):
        RadialDensity("signed", (2 - 3 * sym.r**2) * 2 / pi, radius=1)


def test_an_unknown_symbol_in_a_density_is_refused():
    with pytest.raises(ValueError, match="positive symbols"):
        RadialDensity("unknown", exp(-Symbol("x")), radius=1)


@pytest.mark.parametrize("radius", [0, -1, Symbol("x")])
def test_a_radius_must_be_positive(radius):
    with pytest.raises(ValueError, match="radius: got"):
        RadialDensity("disc", 1 / pi, radius=radius)


def test_clipped_relu_needs_a_gaussian_density():
    with pytest.raises(DerivationError, match="uniform disc") as caught:
        derive_coarse_gradient("clipped_relu", DISC)
    assert caught.value.step == "teacher's half-plane, y along u"


def test_gaussian_variance_is_recognised():
    assert gaussian(3).gaussian_variance == 3
    assert DISC.gaussian_variance is None
    assert RING.gaussian_variance is None
