"""The alternatives explorer: its numbers against the package, its sentences for known states."""

import math

import numpy as np
import pytest

import ste
from ste.alternatives.compare import METHODS, Batch, Quality, get_method, quality
from stebook.chapters.alternatives.alternatives import (
    EXPLORER,
    SIZES,
    TAU,
    TEACHER,
    THETA,
    V,
    filter_at,
    measured,
)
from stebook.chapters.styles import METHOD_STYLES, STYLES
from stebook.formulas import python
from stebook.templates import number


@pytest.mark.parametrize("method", list(METHODS))
def test_cosine_and_noise_are_those_of_many_draws(method):
    w = filter_at(115)
    truth = ste.population_gradient(V, w, TEACHER)[1]
    rng = np.random.default_rng(9)
    of = get_method(method)
    pilot, Z = rng.standard_normal((2000, 4, 5)), rng.standard_normal((24_000, 4, 5))
    memory = of.update(Batch(V[None], w[None], pilot, TEACHER, 0.5, rng), None).memory
    g = of.update(Batch(V[None], w[None], Z, TEACHER, 0.5, rng), memory).grad_w
    exact = quality(g, truth)
    shown = measured(method, 0.5, 115)
    assert abs(shown["cosine"] - exact.cosine) < 4 * exact.cosine_error + 0.03
    assert shown["ratio"] == pytest.approx(exact.noise, rel=0.15)


@pytest.mark.parametrize("batch", SIZES)
def test_the_three_parts_make_up_the_whole(batch):
    values = EXPLORER.evaluate(batch=batch)
    for row in ("", "_identity", "_relu", "_clipped_relu"):
        parts = [values[f"{part}{row}"] for part in ("kept", "noise", "bias")]
        assert sum(parts) == pytest.approx(100.0) and min(parts) > 0.0
        found = Quality(values[f"cosine{row}"], values[f"ratio{row}"], math.nan, math.nan)
        assert parts[0] == pytest.approx(100 * found.share(batch), rel=1e-12)


def test_the_papers_cosines_are_exact():
    for theta in THETA:
        values = EXPLORER.evaluate(theta=theta)
        for name in STYLES:
            exact = ste.correlation(V, filter_at(theta), TEACHER, ste.get_estimator(name)).cosine
            assert values[f"cosine_{name}"] == pytest.approx(float(exact), rel=1e-9)


def test_the_soft_hinge_and_the_difference_targets_point_the_same_way():
    for theta in THETA:
        one, other = measured("targets_soft", 0.1, theta), measured("difference", 0.1, theta)
        assert one["cosine"] == pytest.approx(other["cosine"], abs=0.02)


def test_a_method_without_noise_is_the_same_at_all_temperatures():
    for method in METHOD_STYLES:
        kept = {EXPLORER.evaluate(method=method, tau=tau)["kept"] for tau in TAU}
        assert (len(kept) == 1) != get_method(method).noisy
        note = EXPLORER.evaluate(method=method)["note"]
        assert ("no temperature" in note) != get_method(method).noisy


def test_the_likelihood_ratio_loses_to_noise_and_the_hinge_to_bias():
    for theta in THETA[1:-1]:
        said = EXPLORER.say(EXPLORER.evaluate(method="reinforce_centred", tau=0.1, theta=theta))
        assert "trails the paper's three, for noise" in said
    values = EXPLORER.evaluate(method="targets_hinge", batch=256, theta=115)
    assert "trails the paper's three, for bias" in EXPLORER.say(values)
    shares = [f"{number(values[name], 1)} %" for name in ("kept", "noise", "bias")]
    paper = f"{number(values['worst'], 0)} to {number(values['best'], 0)} %"
    assert EXPLORER.cells(values)[:4] == [*shares, paper]


def test_straight_through_with_the_slope_does_better_than_the_papers_three():
    for batch in SIZES[1:]:
        said = EXPLORER.say(
            EXPLORER.evaluate(method="through_slope", tau=0.25, theta=115, batch=batch)
        )
        assert "beats each of the paper's three" in said


def test_the_cosines_of_batches_rise_with_their_size():
    for method in METHOD_STYLES:
        values = EXPLORER.evaluate(method=method, tau=0.25, theta=90)
        assert values["median"][-1] > values["median"][0]
        assert np.all(values["above"] >= 0.0) and np.all(values["below"] >= 0.0)


@pytest.mark.title("More samples cure the noise of an update, never its bias")
def test_noise_goes_with_the_number_of_samples_and_bias_does_not():
    """No table depends on K, and the formulas hold for every cosine and noise there can be."""
    assert not any("batch" in table.controls for table in EXPLORER.tables)
    for cosine in np.linspace(-1.0, 1.0, 21):
        for ratio in (0.01, 1.0, 100.0):
            noise, bias = [], set()
            for batch in (*SIZES, 1e12):
                values = {"cosine": cosine, "ratio": ratio, "batch": batch}
                for part in ("kept", "noise", "bias"):
                    formula = python(EXPLORER.formulas[part], frozenset(values))
                    values[part] = formula(values)
                noise.append(values["noise"])
                bias.add(values["bias"])
            assert len(bias) == 1 and (min(bias) > 0.0) == (cosine < 1.0)
            assert noise[-1] == pytest.approx(0.0, abs=1e-5)
            assert np.all(np.diff(noise) < 0.0) if cosine > 0.0 else set(noise) == {0.0}
