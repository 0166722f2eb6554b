"""Counts that would take all memory or all day are refused at once, by name, or are no trouble."""

import importlib
import inspect
from functools import partial

import corners
import numpy as np
import pytest

import ste
from ste import cycle, descent, samples
from ste.alternatives import compare, likelihood, targets
from ste.beyond import other_rows, own_filters, quantizer, setting, signs, staircase
from ste.zoo import windows

TEACHER = ste.Teacher([1.0, -0.5, 0.8], [3.0, 4.0])
V, W = np.ones(3), np.array([1.0, 2.0])
LARGE, RELU = 40, ste.RELU
WORLD, TWO_CLUSTERS = signs.Signs(TEACHER), other_rows.GAUSSIAN
MANY = own_filters.OwnFilters(np.ones(LARGE), np.ones((LARGE, 2)))
WIDE = ste.Teacher(np.ones(LARGE), [1.0, 0.0])
STAIRS = quantizer.stairs_of(12)

#: Everything that takes a count, as a function of the count alone.
COUNTS = {
    "monte_carlo_gradient, samples": lambda samples: ste.monte_carlo_gradient(
        V, W, TEACHER, RELU, samples, 0
    ),
    "iterates, steps": lambda steps: list(descent.iterates(lambda x: (x,), (V,), steps, 0.1)),
    "recorded_steps, steps": lambda steps: descent.recorded_steps(steps, 1),
    "walk, steps": lambda steps: ste.descent.walk(lambda v, w: (v, w), V, W, 0.1, steps),
    "trajectory, steps": lambda steps: descent.trajectory(
        lambda v, w: (v, w), V, W, TEACHER, 0.1, steps
    ),
    "descend, steps": lambda steps: ste.descend(V, W, TEACHER, RELU, 0.1, steps),
    "descend, samples": lambda samples: ste.descend(V, W, TEACHER, RELU, 0.1, 1, samples=samples),
    "descend, samples again": lambda samples: ste.descend(
        V, W, TEACHER, RELU, 0.1, 1, samples=samples, fixed=True
    ),
    "descend_reduced, steps": lambda steps: cycle.descend_reduced(4, 0.1, 1, 1, 0.1, steps),
    "cell_bound, samples": lambda number: samples.cell_bound(V, TEACHER, number),
    "sample, count": lambda count: WORLD.sample(V, W, RELU, count, 0),
    "inputs, count": lambda count: WORLD.inputs(count, 0),
    "walk_in, steps": lambda steps: setting.walk_in(WORLD, RELU, V, W, 0.1, steps),
    "sampled_inner, samples": lambda samples: other_rows.sampled_inner(
        TWO_CLUSTERS, V, W, TEACHER, RELU, samples, 0
    ),
    "quantize, bits": lambda bits: quantizer.quantize(0.3, 0.5, bits),
    "mean_loss, bits": lambda bits: quantizer.mean_loss(0.3, 0.5, 0.5, bits),
    "mean_loss_slope, bits": lambda bits: quantizer.mean_loss_slope(0.3, 0.5, 0.5, bits),
    "fitted_step, bits": quantizer.fitted_step,
    "smoothed_slope, bits": lambda bits: quantizer.smoothed_slope(0.3, 0.5, 0.5, bits),
    "window_match, bits": lambda bits: quantizer.window_match(0.0, 1.0, 0.5, 0.5, bits),
    "quantizer_stairs, bits": staircase.quantizer_stairs,
    "stairs_of, bits": quantizer.stairs_of,
    "minimum_stability, bits": lambda bits: staircase.minimum_stability(
        TEACHER, windows.Window("relu", 0.0, np.inf), bits
    ),
    "paper_windows, bits": windows.paper_windows,
    "train, steps": lambda steps: compare.train(
        compare.METHODS["relu"], V, W, TEACHER, 0.1, steps, samples=2, tau=1.0, seed=0
    ),
    "train, samples": lambda samples: compare.train(
        compare.METHODS["relu"], V, W, TEACHER, 0.1, 1, samples=samples, tau=1.0, seed=0
    ),
    "batch_cosines, samples": lambda samples: compare.batch_cosines([[1.0]], [1.0], samples),
    "separate, sweeps": lambda sweeps: targets.separate([[[1.0]], [[1.0]]], [[1.0], [0.0]], sweeps),
}
#: How a whole number is annotated.
WHOLE = (int, "int", int | None, "int | None")
#: Seeds and the distance of records may be of any size.
FREE = {"seed", "record_every"}
#: What is as long as a count: units, stairs.
LONG = {
    "minimizers, v": MANY.minimizers,
    "target_agreement, teacher": lambda: targets.target_agreement(np.ones(LARGE), WIDE),
    "best_targets, v": lambda: targets.best_targets(np.ones(LARGE), 1.0),
    "blow_up, teacher": lambda: likelihood.blow_up(
        np.ones(LARGE), W, WIDE, ste.beyond.random_units.LOGISTIC
    ),
    "stair_moments, student": lambda: staircase.stair_moments(
        1.0, 1.0, staircase.Stairs(STAIRS, STAIRS), staircase.Stairs(STAIRS, STAIRS)
    ),
    "mean_loss, bits": lambda: quantizer.mean_loss(np.zeros(100_000), 0.0, 1.0, 12),
    "smoothed_slope, bits": lambda: quantizer.smoothed_slope(np.zeros(100_000), 1.0, 1.0, 12),
    "walk, steps": lambda: descent.walk(
        lambda v, w: (v, w), np.zeros((1000, 3)), np.zeros((1000, 2)), 0.1, 100_000
    ),
    "descend, samples": lambda: ste.descend(
        np.ones((10_000, 3)), W, TEACHER, RELU, 0.1, 1, samples=10_000
    ),
    "sample, count": lambda: WORLD.sample(np.ones((10_000, 3)), W, RELU, 10_000, 0),
}


def quick_or_refused(name, call):
    """No error but a ValueError that names the argument; what is not refused has to end."""
    argument = name.split(", ")[1]
    try:
        call()
    except ValueError as error:
        assert argument.split()[0] in str(error).partition(": expected ")[0], error


@pytest.mark.parametrize("huge", [10**9, 10**15, 2**63 - 1, 10**400])
@pytest.mark.parametrize("name", COUNTS)
def test_a_huge_count_is_refused_or_no_trouble(name, huge):
    quick_or_refused(name, partial(COUNTS[name], huge))


@pytest.mark.parametrize("name", LONG)
def test_what_is_as_long_as_a_count_is_refused(name):
    with pytest.raises(ValueError, match="expected"):
        quick_or_refused(name, LONG[name])
        LONG[name]()


def test_seeds_and_distances_of_records_may_be_huge():
    for huge in (10**9, 2**63 - 1):
        assert descent.recorded_steps(3, huge).tolist() == [0, 3]
        assert np.isfinite(ste.monte_carlo_gradient(V, W, TEACHER, RELU, 9, huge).mean).all()


def test_every_count_is_in_the_table():
    """All arguments of `ste` that are integers, by their annotations."""
    known = {tuple(name.removesuffix(" again").split(", ")) for name in COUNTS}
    rooms = ("ste", "ste.beyond", "ste.alternatives", "ste.zoo")
    for module in (name for room in rooms for name in corners.modules(room)):
        for name, thing in vars(importlib.import_module(module)).items():
            parts = vars(thing).items() if inspect.isclass(thing) else [(name, thing)]
            for key, part in parts:
                if inspect.isfunction(part) and part.__module__ == module and key[0] != "_":
                    for argument, kind in inspect.signature(part).parameters.items():
                        if argument not in FREE and kind.annotation in WHOLE:
                            assert (key, argument) in known, (module, key, argument)
