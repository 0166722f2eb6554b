"""Other ways through the threshold in every corner: see `corners`."""

import corners
import numpy as np
import pytest
from corners import Entry, above_zero, of_numbers, one_of, plain, row_by_row, scaling, turning
from hypothesis import strategies as st

import ste
from ste.alternatives import (
    compare,
    difference_targets,
    likelihood,
    random_bits,
    targets,
)
from ste.beyond.random_units import GAUSSIAN, LOGISTIC

NOISES = one_of(LOGISTIC, GAUSSIAN)
LOSSES = one_of(targets.LINEAR, targets.HINGE, targets.SOFT_HINGE, targets.PERCEPTRON)
positive = plain(above_zero)
V = {"v": 1, "teacher": 1}
W = {"w": 1, "tau": 1}
POINT = {"tau": positive, "xi": corners.second_layers, "uniform": corners.second_layers}


def drawn(scene):
    """Updates of K = 5 samples, one of which is 0."""
    return corners.rows((5, 3)).map(lambda rows: np.concatenate([rows[:4] + 4.0, 0.0 * rows[:1]]))


def truth(scene):
    return corners.rows((3,)).map(lambda row: row + 4.0)


def states(scene):
    return corners.stacked(corners.rows((4, scene.teacher.m)), scene.lead)


def inverses(scene):
    return st.just(difference_targets.Inverse(scene.teacher.v, 0.0 * scene.teacher.v))


def batch(scene):
    return corners.rows((3, scene.teacher.m, scene.teacher.n))


def bits(scene):
    return corners.rows((3, scene.teacher.m), st.sampled_from([0.0, 1.0]))


def bits_are_the_nearest(entry, arguments, draw):
    """No other row of bits comes nearer to the label."""
    found = entry.answer(arguments)[""]
    v, label = arguments["v"], arguments["label"]
    m = v.shape[-1]
    rows = np.array([[k >> j & 1 for j in range(m)] for k in range(2**m)], float)
    missed = np.abs(np.sum(v * found, axis=-1) - label)
    least = np.min(np.abs(v @ rows.T - np.asarray(label)[..., None]), axis=-1)
    np.testing.assert_array_less(missed, least + 1e-11)


nothing = (lambda entry, arguments, draw: None,)
SAMPLE = {"0": 1, "1": 2}

ENTRIES = [
    # likelihood
    Entry(
        likelihood.reinforce,
        (
            scaling({"loss": 2, "grad_v": 1}, **V),
            scaling({"score": -1}, **W),
            row_by_row,
        ),
        {**POINT, "noise": NOISES},
    ),
    Entry(
        likelihood.perturbation,
        (
            scaling({"loss": 2, "grad_v": 1}, **V),
            scaling({"score": -1}, **W),
            row_by_row,
        ),
        {**POINT, "noise": NOISES},
    ),
    Entry(
        likelihood.blow_up,
        (
            scaling({"plain": 4, "centred": 4, "baseline": 2, "perturbation": 4}, **V),
            scaling({"plain": -1, "centred": -1}, w=1),
            turning(),
        ),
        {"noise": NOISES},
        batched=False,
    ),
    # random bits
    Entry(
        random_bits.expected_times_smooth,
        (scaling(2, **V), scaling(-1, **W, rtol=1e-8), turning(""), row_by_row),
        {**POINT, "noise": NOISES},
    ),
    Entry(
        random_bits.straight_through,
        (scaling(SAMPLE, **V), scaling(0, **W, estimator=1), turning("1"), row_by_row),
        POINT,
    ),
    Entry(
        random_bits.times_smooth,
        (scaling(SAMPLE, **V), scaling({"1": -1}, **W), turning("1"), row_by_row),
        {**POINT, "noise": NOISES},
    ),
    Entry(
        random_bits.noisy_rectifier,
        (turning("1"), row_by_row),
        POINT,
    ),
    # targets
    Entry(targets.LayerLoss.proxy, nothing, {"self": LOSSES}, batched=False),
    Entry(
        targets.LayerLoss.remainder,
        (row_by_row,),
        {"self": LOSSES, "z": of_numbers(corners.numbers)},
    ),
    Entry(targets.layer_loss_of, nothing, batched=False),
    Entry(
        targets.signed_targets,
        (scaling(SAMPLE, **V), turning("1"), row_by_row),
        {"layer_loss": LOSSES},
        left_out=("weighted",),
    ),
    Entry(
        targets.best_targets,
        (scaling(0, v=1, label=1, everywhere=True), bits_are_the_nearest, row_by_row),
        {"label": of_numbers(corners.numbers)},
    ),
    Entry(targets.target_agreement, (scaling(0, **V), row_by_row)),
    Entry(
        targets.searched_targets,
        (scaling({"0": 1}, **V), turning("1"), row_by_row),
        {"layer_loss": LOSSES},
    ),
    Entry(
        targets.separate,
        (scaling(0, Z=1, everywhere=True),),
        {"Z": batch, "targets": bits, "sweeps": one_of(1, 4)},
        batched=False,
    ),
    # difference targets
    Entry(
        difference_targets.hidden_states,
        (scaling(0, w=1, Z=-1), row_by_row),
    ),
    Entry(
        difference_targets.fit_inverse,
        (scaling({"slope": -1}, v=1), row_by_row),
        {"states": states},
    ),
    Entry(
        difference_targets.best_inverse,
        (
            scaling({"slope": -1}, v=1),
            row_by_row,
        ),
        {"rho": positive, "corruption": positive},
    ),
    Entry(
        difference_targets.difference_targets,
        (turning("1"), row_by_row),
        {"inverse": inverses, "step": positive},
        takes={"inverse": ("function", "class")},
    ),
    Entry(
        difference_targets.expected_feedback_gradient,
        (
            scaling(2, feedback=1, **V),
            scaling(1, feedback=1),
            scaling(0, w=1, estimator=1, rtol=1e-8),
            turning(""),
            row_by_row,
        ),
        {"feedback": corners.second_layers},
    ),
    # the comparison
    Entry(
        compare.get_method,
        nothing,
        {"name": one_of(*compare.METHODS)},
        batched=False,
    ),
    Entry(
        compare.quality,
        (scaling(0, updates=1), scaling(0, truth=1)),
        {"updates": drawn, "truth": truth},
        left_out=("mean",),
        undefined=True,
        batched=False,
    ),
    Entry(
        compare.Quality.share,
        (row_by_row,),
        {"self": one_of(compare.Quality(0.8, 2.0, 0.0, 0.0)), "samples": of_numbers(above_zero)},
    ),
    Entry(
        compare.batch_cosines,
        (scaling(0, updates=1, everywhere=True), scaling(0, truth=1, everywhere=True)),
        {"updates": drawn, "truth": truth, "samples": one_of(1, 2, 5)},
        batched=False,
    ),
    Entry(
        compare.train,
        (),
        {"method": one_of(*compare.METHODS.values()), "samples": one_of(2, 5), "tau": positive},
        batched=False,
        undefined=True,
    ),
]
BY_NAME = {corners.name_of(entry): entry for entry in ENTRIES}


@pytest.mark.parametrize("name", BY_NAME)
def test_right_or_refused_by_name(name):
    corners.hold(BY_NAME[name])


TEACHER = ste.Teacher([1.0, -0.5], [0.6, 0.8])
POINT_AT = np.array([0.5, 2.0]), np.array([1.0, 0.3]), np.ones((3, 2, 2)), TEACHER


def test_methods_refuse_by_name():
    drawn = likelihood.reinforce(*POINT_AT, LOGISTIC, 0.5, np.zeros(2))
    corners.refuses(drawn.gradient, baseline=np.array([0.5, 1.0]))
    corners.refuses(difference_targets.Inverse([1.0, 2.0], [0.0, 0.0]), output=np.ones(3))
    assert corners.bare("ste.alternatives") == {"Likelihood.gradient"}
    with pytest.raises(ValueError, match=r"^baseline, score: expected leading shapes"):
        drawn.gradient(np.ones(3))


@pytest.mark.parametrize(
    ("make", "named"),
    [
        (lambda: targets.LayerLoss(None, abs, abs), "name: expected a str"),
        (lambda: targets.LayerLoss("a", None, abs), "value: expected a callable"),
        (lambda: targets.LayerLoss("a", abs, 1.0), "slope: expected a callable"),
        (lambda: targets.LayerLoss("a", abs, abs, (np.nan,)), "breakpoints: expected finite"),
        (lambda: compare.Method(1, abs, 1, 1, False), "name: expected a str"),
        (lambda: compare.Method("a", None, 1, 1, False), "update: expected a callable"),
        (lambda: compare.Method("a", abs, -1, 1, False), "forward: expected an integer >= 0"),
        (lambda: compare.Method("a", abs, 1, 0.5, False), "backward: expected an integer >= 0"),
        (lambda: compare.Method("a", abs, 1, 1, "False"), "noisy: expected True or False"),
        (lambda: difference_targets.Inverse([1.0, 2.0], [1.0]), "offset: expected shape"),
        (lambda: difference_targets.Inverse([np.nan], [1.0]), "slope: expected finite"),
        (
            lambda: targets.signed_targets(*POINT_AT, targets.HINGE, weighted="False"),
            "weighted: expected True or False",
        ),
        (
            lambda: targets.signed_targets(
                *POINT_AT, targets.LayerLoss("a", abs, lambda z, t: 1j * z)
            ),
            "layer_loss: expected real numbers",
        ),
        (
            lambda: difference_targets.difference_targets(*POINT_AT, lambda y: np.ones(3)),
            "inverse: expected shape",
        ),
    ],
)
def test_parts_of_another_kind_are_refused(make, named):
    with pytest.raises(ValueError, match=f"^{named}"):
        make()


def test_every_public_function_of_the_wing_has_an_entry():
    assert corners.public("ste.alternatives") <= BY_NAME.keys()
