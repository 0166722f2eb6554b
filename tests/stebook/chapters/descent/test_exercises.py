"""The checks of `stebook.chapters.descent.exercises`."""

import math

import answers
import numpy as np

import ste
from stebook import get_explorer
from stebook.chapters.descent import exercises as ex


def algorithm(v, w, eta, teacher):
    run = ste.descend(v, w, teacher, ste.RELU, eta, 1)
    return np.concatenate([run.v[-1], run.w[-1]])


def uphill(v, w, eta, teacher):
    return 2 * np.concatenate([v, w]) - algorithm(v, w, eta, teacher)


def true_step(v, w, eta, teacher):
    return np.append(v, w) - eta * np.append(*ste.population_gradient(v, w, teacher))


def one_after_the_other(v, w, eta, teacher):
    new_v = v - eta * ste.population_gradient(v, w, teacher)[0]
    return np.append(new_v, w - eta * ste.expected_coarse_gradient(new_v, w, teacher, ste.RELU)[1])


def on_the_sphere(v, w, eta, teacher):
    step = algorithm(v, w, eta, teacher)
    step[v.size :] /= math.hypot(*step[v.size :])
    return step


def phi(theta):
    return (1 - 2 * theta / math.pi - math.cos(theta)) / 2


def rises(estimator):
    run = ste.descend(
        *start(), ste.Teacher(np.ones(4), [1.0, 0.0]), ste.get_estimator(estimator), 0.1, 1200
    )
    return np.count_nonzero(np.diff(run.loss) > 1e-9)


def start():
    v0 = 0.5 * np.ones(4) + 1.5 * np.array([-1.0, 1.0, -1.0, 1.0])
    return v0, np.array([0.5, math.sqrt(0.75)])


RIGHT = [
    (ex.check_one_step, algorithm),
    (ex.check_held_loss, ste.population_loss(np.full(4, 0.6), [-1.0], ste.Teacher([1.0] * 4, [1]))),
    (ex.check_remainder, phi),
    (ex.check_least_length, lambda v0: np.sum(v0**2) / math.sqrt(2 * math.pi)),
    (ex.check_rises, rises("relu")),
]

WRONG = [
    (ex.check_one_step, uphill, "walks against it"),
    (ex.check_one_step, one_after_the_other, "already sees the new v"),
    (ex.check_one_step, on_the_sphere, "does not normalize"),
    (ex.check_one_step, true_step, "step of the true gradient"),
    (ex.check_one_step, lambda v, w, eta, teacher: np.append(v, w), "0 of 3"),
    (ex.check_held_loss, 0, "never leaves"),
    (ex.check_held_loss, (4 + 16) / 8, "silent"),
    (ex.check_held_loss, 4 * 0.6 / 2, "the rest of f"),
    (ex.check_held_loss, 0.6, "each entry"),
    (ex.check_remainder, lambda theta: 0, "not between"),
    (ex.check_remainder, lambda theta: -phi(theta), "The sign"),
    (ex.check_remainder, lambda theta: 2 * phi(theta), "Twice"),
    (ex.check_remainder, lambda theta: -(1 + math.cos(theta)) / 2, "other rows"),
    (ex.check_least_length, lambda v0: np.sum(v0**2), "is missing"),
    (ex.check_least_length, lambda v0: math.hypot(*v0) / math.sqrt(2 * math.pi), "not |v0| itself"),
    (ex.check_least_length, lambda v0: np.sum(v0**2) / math.sqrt(8 * math.pi), "Half of it"),
    (ex.check_rises, 0, "does climb"),
    (ex.check_rises, rises("identity"), "identity's"),
    (ex.check_rises, rises("clipped_relu"), "clipped ReLU's"),
]

test_right_answers_pass = answers.right_answers_pass
test_known_slips_get_their_hints = answers.known_slips_get_their_hints
test_nonsense_is_wrong_and_never_an_error = answers.nonsense_is_wrong_and_never_an_error


def test_the_exercise_names_the_explorer_s_start():
    from stebook.chapters.descent.descent import start_of
    from stebook.chapters.teachers import TEACHERS

    assert "large" in get_explorer("descent").control("start").values
    for mine, theirs in zip(start(), start_of("large", TEACHERS["ones"]), strict=True):
        assert np.allclose(mine, theirs, atol=1e-15)
