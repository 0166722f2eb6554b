"""The runs of the oscillation explorer against the theory that it draws beside them."""

import numpy as np
import pytest

from ste import critical_points, descend, get_estimator, limit_cycle
from stebook.chapters.oscillation.oscillation import (
    EXPLORER,
    RATES,
    RATIOS,
    START_ANGLE,
    START_NORM,
    STEPS,
    M,
    spike_steps,
    teacher_with,
)


@pytest.mark.parametrize("ratio", RATIOS)
def test_the_teacher_has_the_ratio_it_says(ratio):
    assert limit_cycle(teacher_with(ratio)).ratio == pytest.approx(ratio, rel=1e-12)
    assert pytest.approx(M) == teacher_with(ratio).N


def test_spikes_are_counted_once():
    angle = np.array([3.1, 3.1, 0.0, 3.1, 0.1, 0.1, 3.1])
    assert spike_steps(angle).tolist() == [2, 4]


def test_a_batch_of_rates_equals_single_runs():
    teacher = teacher_with(0.1)
    w0 = START_NORM * np.array([np.cos(START_ANGLE), np.sin(START_ANGLE)])
    v0 = critical_points(teacher).spurious.v
    for rate in RATES:
        run = descend(v0, w0, teacher, get_estimator("identity"), rate, STEPS)
        shown = EXPLORER.evaluate(rate=rate, ratio=0.1)
        # a crossing near the origin magnifies rounding, hence not to the last digit
        np.testing.assert_allclose(shown["loss"], run.loss, rtol=1e-8)
        np.testing.assert_allclose(shown["norm"], run.norm, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("ratio", [r for r in RATIOS if r < 0.2])
def test_the_measured_period_is_the_predicted_one(rate, ratio):
    values = EXPLORER.evaluate(rate=rate, ratio=ratio)
    assert values["measured"] == pytest.approx(values["period"], rel=0.04)
    assert "oscillates" in EXPLORER.say(values)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("ratio", [r for r in RATIOS if r >= 0.25])
def test_above_the_threshold_identity_escapes(rate, ratio):
    values = EXPLORER.evaluate(rate=rate, ratio=ratio)
    assert np.isnan(values["period"])
    assert values["last_loss"] < 0.1
    assert "escapes" in EXPLORER.say(values)


@pytest.mark.parametrize("estimator", ["relu", "clipped_relu"])
@pytest.mark.parametrize("ratio", RATIOS[::4])
def test_relu_and_clipped_stay(estimator, ratio):
    values = EXPLORER.evaluate(estimator=estimator, ratio=ratio)
    assert values["spikes"] == 0
    assert values["last_loss"] == pytest.approx(values["spurious_loss"], abs=1e-3)
    assert np.isnan(values["ticks"]).all()
    assert "stays" in EXPLORER.say(values)


def test_the_marks_keep_the_predicted_distance():
    values = EXPLORER.evaluate(ratio=0.1)
    marks = values["ticks"][np.isfinite(values["ticks"])]
    np.testing.assert_allclose(np.diff(marks), values["period"], rtol=1e-9)
    assert marks.min() < values["period"] and marks.max() > STEPS - values["period"]


def test_every_state_has_a_sentence():
    for estimator in EXPLORER.control("estimator").values:
        for ratio in RATIOS:
            said = EXPLORER.say(EXPLORER.evaluate(estimator=estimator, ratio=ratio, rate=0.02))
            assert "nan" not in said
