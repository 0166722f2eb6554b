"""The runs of the oscillation explorer against the theory that it draws beside them."""

import numpy as np
import pytest

from ste import critical_points, descend, get_estimator, limit_cycle
from ste.samples import restless_walk
from stebook.chapters.oscillation.oscillation import EXPLORER, RATES, TOOTH, in_words, stored
from stebook.chapters.oscillation.sampled_runs import (
    BLOCK,
    RATIOS,
    SAMPLED_RATE,
    SAMPLES,
    START_ANGLE,
    START_NORM,
    STEPS,
    M,
    run,
    shown,
    spike_steps,
    teacher_with,
)
from stebook.templates import number


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
    measured, period, crossings, threshold, *_ = EXPLORER.cells(values)
    assert period == number(values["period"], 2) and measured == number(values["measured"], 2)
    assert int(crossings) == values["spikes"] and threshold == number(values["threshold"], 3)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("ratio", [r for r in RATIOS if r >= 0.25])
def test_above_the_threshold_identity_escapes(rate, ratio):
    values = EXPLORER.evaluate(rate=rate, ratio=ratio)
    assert np.isnan(values["period"])
    assert values["last_loss"] < 0.1
    assert "escapes" in EXPLORER.say(values) and EXPLORER.cells(values)[1] == "\N{EN DASH}"
    assert f"After step {values['last_spike']:.0f} it crosses no more" in EXPLORER.say(values)


@pytest.mark.parametrize("estimator", ["relu", "clipped_relu"])
@pytest.mark.parametrize("ratio", RATIOS[::4])
def test_relu_and_clipped_stay(estimator, ratio):
    values = EXPLORER.evaluate(estimator=estimator, ratio=ratio)
    assert values["spikes"] == 0
    assert values["last_loss"] == pytest.approx(values["spurious_loss"], abs=1e-3)
    assert np.isnan(values["teeth"]).all()
    assert "stays" in EXPLORER.say(values)
    loss = number(values["spurious_loss"], 3)
    assert EXPLORER.cells(values)[4:7] == [loss, loss, number(values["last_loss"], 3)]


@pytest.mark.parametrize("ratio", [r for r in RATIOS if r <= 0.21])
def test_the_marks_keep_the_predicted_distance(ratio):
    values = EXPLORER.evaluate(ratio=ratio)
    drawn = values["teeth"][np.isfinite(values["teeth"])].reshape(-1, len(TOOTH))
    assert np.ptp(drawn, axis=1).max() == 0 and TOOTH[1] < min(TOOTH[0], TOOTH[2])
    marks = drawn[:, 0]
    np.testing.assert_allclose(np.diff(marks), values["period"], rtol=1e-9)
    assert marks.min() < values["period"] and marks.max() > STEPS - values["period"]


def test_every_state_has_a_sentence():
    for estimator in EXPLORER.control("estimator").values:
        for ratio in RATIOS:
            said = EXPLORER.told(EXPLORER.evaluate(estimator=estimator, ratio=ratio, rate=0.02))
            assert "nan" not in said


@pytest.mark.title("Below r* identity cycles without noise; both ReLUs stay")
@pytest.mark.parametrize("ratio", RATIOS)
def test_below_the_threshold_identity_cycles_and_both_relus_stay(ratio):
    for rate in RATES:
        values = EXPLORER.evaluate(rate=rate, ratio=ratio)
        if ratio < values["threshold"]:
            assert values["measured"] == pytest.approx(values["period"], rel=0.06)
            assert values["height"] > 1.0 and not values["escaped"]
        for estimator in ("relu", "clipped_relu"):
            values = EXPLORER.evaluate(estimator=estimator, rate=rate, ratio=ratio)
            assert values["spikes"] == 0 and values["height"] < 1e-3
            assert values["last_loss"] == pytest.approx(values["spurious_loss"], abs=1e-3)


# --- Runs on samples -----------------------------------------------------------------------------


def test_every_run_on_samples_is_stored():
    assert list(stored()) == [f"{size} {ratio}" for size in SAMPLES for ratio in RATIOS]
    for seen in stored().values():
        for name in ("loss", "angle", "norm"):
            low, high = seen[f"{name}_low"], seen[f"{name}_high"]
            assert len(low) == len(high) == STEPS // BLOCK
            assert all(np.less_equal(low, high))


@pytest.mark.parametrize("ratio", [0.1, 0.2, 0.4])
def test_the_beginning_of_a_stored_run_is_computed_again(ratio):
    """The way to the origin and the first steps there, before rounding can part two machines."""
    again, kept = shown(run(100, ratio, steps=3 * BLOCK)), stored()[f"100 {ratio}"]
    for name, last_digit in (("loss", 0.01), ("angle", 1), ("norm", 1e-3)):
        for end in (f"{name}_low", f"{name}_high"):
            np.testing.assert_allclose(again[end], kept[end][:3], atol=1.1 * last_digit)


def test_what_is_shown_of_a_run():
    """The ends of each block, so that no spike of one step is lost."""
    whole = run(100, 0.2, steps=20 * BLOCK)
    seen = shown(whole)
    assert max(seen["loss_high"]) == pytest.approx(whole.loss[1:].max(), abs=0.005)
    assert seen["spikes"] == len(spike_steps(whole.angle)) > seen["late"] > 0
    for block in range(20):
        steps = slice(1 + BLOCK * block, 1 + BLOCK * (block + 1))
        angle = np.degrees(whole.angle)
        for name, values, last_digit in (
            ("loss", whole.loss, 0.01),
            ("angle", angle, 1),
            ("norm", whole.norm, 1e-3),
        ):
            low, high = values[steps].min(), values[steps].max()
            assert seen[f"{name}_low"][block] == pytest.approx(low, abs=0.51 * last_digit)
            assert seen[f"{name}_high"][block] == pytest.approx(high, abs=0.51 * last_digit)
    late = whole.steps > 10 * BLOCK
    assert seen["mean"] == pytest.approx(whole.loss[late].mean(), abs=6e-4)
    assert seen["middle"] == pytest.approx(np.median(whole.norm[late]), abs=6e-4)


@pytest.mark.result("prop-noise-spikes", "prop-restless")
@pytest.mark.parametrize("samples", [str(size) for size in SAMPLES])
@pytest.mark.parametrize("ratio", RATIOS)
def test_what_is_said_of_a_run_on_samples_is_true(samples, ratio):
    values, seen = EXPLORER.evaluate(samples=samples, ratio=ratio), stored()[f"{samples} {ratio}"]
    said, walk = EXPLORER.say(values), restless_walk(teacher_with(ratio))
    assert values["on_samples"] and not values["on_population"]
    crossings, _, mean, trap, end, cycle = EXPLORER.cells(values)[2:]
    assert int(crossings) == seen["spikes"] and float(mean) == seen["mean"]
    assert float(end) == seen["end"] and trap == number(values["spurious_loss"], 3)
    assert cycle == ("\N{EN DASH}" if walk is None else number(walk.cycle_loss, 3))
    if seen["end"] < 0.1:
        assert "The run escapes" in said and max(seen["loss_high"][-5:]) < 0.1
        assert ("lets it escape at a smaller r" in said) == (walk is not None)
        return
    assert walk.cycle_loss < seen["mean"]
    if walk.zigzag_loss is not None:
        assert seen["mean"] < walk.zigzag_loss
    if int(samples) < walk.samples / 1000:  # far too few
        assert "The spikes are gone" in said and seen["late"] == 0
        assert seen["middle"] > 0.8 * SAMPLED_RATE * walk.length
        assert f"|w| of about {number(seen['middle'], 3)}" in said
        assert f"about {in_words(walk.samples)} samples" in said
    if int(samples) > 4 * walk.samples:
        assert seen["late"] > 0.8 * (STEPS // 2) / values["period"]
        assert f"comes across the origin. In the second half it does so {seen['late']} t" in said


@pytest.mark.parametrize("changes", [{"estimator": "relu"}, {"rate": 0.02}])
def test_where_no_run_on_samples_is_stored_the_explorer_says_so(changes):
    exact, values = EXPLORER.evaluate(**changes), EXPLORER.evaluate(samples="1000", **changes)
    assert values["on_population"] and not values["on_samples"]
    said = EXPLORER.say(values)
    assert values["note"] == " The population: samples are for identity at η = 0.05."
    assert said.startswith(EXPLORER.say(exact)) and said.endswith(values["note"])


def test_without_samples_there_is_nothing_of_them():
    values = EXPLORER.evaluate()
    assert values["on_population"] and not values["on_samples"]
    assert np.isnan(values["loss_high"]).all() and np.isnan(values["sampled_late"])
    assert "samples" not in EXPLORER.say(values)


@pytest.mark.parametrize(
    ("count", "words"),
    [(464.6, "500"), (39228.0, "40,000"), (999_999.0, "1·10⁶"), (2e15, "2·10¹⁵")],
)
def test_a_number_of_samples_in_words(count, words):
    assert in_words(count) == words


def test_named_states_are_what_they_are_called():
    below, escape, relu, sampled = (
        EXPLORER.evaluate(**changes) for changes in EXPLORER.presets.values()
    )
    assert 0.97 < 0.21 / below["threshold"] < 1.0 and below["spikes"] > 0 and not below["escaped"]
    assert escape["escaped"]
    assert relu["spikes"] == 0 and relu["norm"][-1] > START_NORM / 2
    assert sampled["on_samples"] and sampled["samples_label"] == "1,000"
