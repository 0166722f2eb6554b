"""The checks of `stebook.chapters.rows.exercises`."""

import math

import answers
import numpy as np

import ste
from stebook.chapters.rows import exercises as ex

POPULATION = ste.population_loss


def true_c(theta):
    return 1 - 2 * theta / math.pi


def loss_with(c_of_theta, cross_rows=True):
    """The population loss from its definition, with room for two slips."""

    def loss(v, w, teacher):
        c = c_of_theta(math.acos(w @ teacher.w / np.linalg.norm(w)))
        ones = float(cross_rows)
        matrix = np.eye(teacher.m) + ones * np.ones((teacher.m, teacher.m))
        mixed = c * np.eye(teacher.m) + ones * np.ones((teacher.m, teacher.m))
        if not cross_rows:
            matrix, mixed = 2 * np.eye(teacher.m), (1 + c) * np.eye(teacher.m)
        return (v @ matrix @ v - 2 * v @ mixed @ teacher.v + teacher.v @ matrix @ teacher.v) / 8

    return loss


def both_fire(filter_seen):
    """P(both fire) from the filters that a standard row sees."""

    def probability(w, w_star, covariance):
        a, b = filter_seen(w, covariance), filter_seen(w_star, covariance)
        angle = math.acos(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
        return 0.5 - angle / (2 * math.pi)

    return probability


def factor(covariance):
    return np.linalg.cholesky(covariance)


RIGHT = [
    (ex.check_correlated, both_fire(lambda w, covariance: factor(covariance).T @ w)),
    (ex.check_population_loss, loss_with(true_c)),
    (ex.check_circle, 0.31831),
    (ex.check_square, 0.4377),
]

WRONG = [
    (ex.check_correlated, lambda w, w_star, covariance: 0.25, "uncorrelated"),
    (ex.check_correlated, both_fire(lambda w, covariance: w), "Whiten"),
    (ex.check_correlated, both_fire(lambda w, covariance: covariance @ w), "Too much"),
    (
        ex.check_correlated,
        both_fire(lambda w, covariance: np.linalg.inv(factor(covariance)) @ w),
        "inverse",
    ),
    (ex.check_correlated, lambda w, w_star, covariance: 0.5, "it returns 0.5"),
    (ex.check_population_loss, lambda *a: 2 * POPULATION(*a), "factor 1/2"),
    (ex.check_population_loss, loss_with(true_c, cross_rows=False), "two different rows"),
    (ex.check_population_loss, loss_with(lambda theta: 1 - theta / math.pi), "c = 1 - 2 theta"),
    (ex.check_population_loss, loss_with(math.cos), "cos theta for c"),
    (ex.check_population_loss, lambda v, w, teacher: 0.0, "it returns 0.0"),
    (ex.check_circle, 2 / math.pi, "E|X|"),
    (ex.check_circle, 1 / math.sqrt(2 * math.pi), "Gaussian"),
    (ex.check_circle, 0.5, "P(X > 0)"),
    (ex.check_circle, 2, "divide by 2 pi"),
    (ex.check_circle, 0.1, "not within"),
    (ex.check_square, 0.5 - math.atan(0.5) / (2 * math.pi), "Draw the rows from the square"),
    (ex.check_square, 0.25, "the same row"),
    (ex.check_square, 0.5, "the student fires"),
    (ex.check_square, 0.875, "both on or both off"),
    (ex.check_square, 0.3, "not within"),
]

test_right_answers_pass = answers.right_answers_pass
test_known_slips_get_their_hints = answers.known_slips_get_their_hints
test_nonsense_is_wrong_and_never_an_error = answers.nonsense_is_wrong_and_never_an_error
