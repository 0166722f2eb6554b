"""The checks of `stebook.chapters.finite_samples.exercises`."""

import math

import answers
import numpy as np

import ste
from stebook.chapters.finite_samples import exercises as ex

Z95, Z975 = 1.6448536269514722, 1.959963984540054


def flip(z, w, g):
    """Bisection on the sign of the pre-activation, far out and then inward."""

    def on(eta):
        return z @ w - eta * (z @ g) > 0

    low, high = 0.0, 1e9
    if on(low) == on(high):
        return math.inf
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if on(middle) == on(0.0) else (low, middle)
    return high


def variance(v, w, teacher):
    """2 |v|^2 f from the parts of the loss: E[(y - y*)^2] row by row."""
    theta = math.acos(w @ teacher.w / np.linalg.norm(w))
    mean = (v.sum() - teacher.v.sum()) / 2
    both = (math.pi - theta) / (2 * math.pi)
    rows = np.square(v) / 2 + np.square(teacher.v) / 2 - 2 * both * v * teacher.v
    return (v @ v) * (mean**2 + np.sum(rows - np.square(v - teacher.v) / 4))


def smallest():
    for samples in (10, 20, 50, 100, 200, 500, 1000):
        from stebook import get_explorer

        explorer = get_explorer("one_step")
        if "Nearly smooth" in explorer.say(
            explorer.evaluate(samples=samples, estimator="relu", seed=3)
        ):
            return samples


RIGHT = [
    (ex.check_flip, flip),
    (ex.check_breaks, lambda samples, m, angle: angle * m * samples / math.pi),
    (ex.check_noise, variance),
    (ex.check_samples, lambda mean, deviation: Z95**2 * deviation**2 / mean**2),
    (ex.check_smooth, smallest()),
]

WRONG = [
    (ex.check_flip, lambda z, w, g: (z @ w) / (z @ g), "A negative eta"),
    (ex.check_flip, lambda z, w, g: abs(z @ w) / abs(z @ g), "not |eta|"),
    (ex.check_flip, lambda z, w, g: flip(z, w, -g), "The sign"),
    (ex.check_breaks, lambda samples, m, angle: samples * angle / math.pi, "has m units"),
    (ex.check_breaks, lambda samples, m, angle: samples * m * angle / math.tau, "Half of it"),
    (ex.check_breaks, lambda samples, m, angle: samples * m, "the most"),
    (ex.check_noise, lambda v, w, t: variance(v, w, t) / (v @ v), "sum over units"),
    (ex.check_noise, lambda v, w, t: variance(v, w, t) / 2, "Half of it"),
    (ex.check_noise, lambda v, w, t: variance(v, w, t) * v.sum() ** 2 / (v @ v), "independent"),
    (ex.check_samples, lambda mean, deviation: Z95 * deviation / mean, "square root"),
    (ex.check_samples, lambda mean, deviation: (Z975 * deviation / mean) ** 2, "one side"),
    (ex.check_samples, lambda mean, deviation: (Z95 * mean / deviation) ** 2, "Upside down"),
    (ex.check_smooth, 10, "does not call"),
    (ex.check_smooth, 1000, "smaller K"),
]

test_right_answers_pass = answers.right_answers_pass
test_known_slips_get_their_hints = answers.known_slips_get_their_hints
test_nonsense_is_wrong_and_never_an_error = answers.nonsense_is_wrong_and_never_an_error


def test_the_variance_of_the_answers_is_that_of_samples():
    rng = np.random.default_rng(3)
    v, w = rng.normal(size=4), rng.normal(size=5)
    teacher = ste.Teacher([1.0, -0.5, 0.8, 0.3], np.eye(5)[0])
    g = ste.coarse_gradient(v, w, rng.standard_normal((40_000, 4, 5)), teacher, ste.IDENTITY)[1]
    across = np.array([0.0, -w[2], w[1], 0.0, 0.0]) / math.hypot(w[1], w[2])
    samples = np.square(g @ across)
    error = samples.std() / math.sqrt(samples.size)
    assert abs(samples.mean() - variance(v, w, teacher)) < 4 * error
