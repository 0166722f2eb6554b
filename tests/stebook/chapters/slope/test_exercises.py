"""The checks of `stebook.chapters.slope.exercises`."""

import math

import answers

from stebook.chapters.slope import exercises as ex


def cdf(x):
    return (1 + math.erf(x / math.sqrt(2))) / 2


def variance(w):
    # the loss with y = 0 is 1/2 with probability Phi(w)
    return cdf(w) / 4 - (cdf(w) / 2) ** 2


RIGHT = [
    (ex.check_samples_needed, 100 / (0.01 / math.sqrt(2 * math.pi))),
    (ex.check_fresh_samples, lambda w, delta: (variance(w) + variance(w + delta)) / delta**2),
]

WRONG = [
    (ex.check_samples_needed, 100, "about none of them"),
    (ex.check_samples_needed, 2507, "square of ten"),
    (ex.check_samples_needed, 10_000, "square of the slope"),
    (ex.check_samples_needed, 2_507_000, "not like 1/delta^2"),
    (ex.check_samples_needed, 6267, "it cancels"),
    (ex.check_samples_needed, 12345, "not within"),
    (
        ex.check_fresh_samples,
        lambda w, delta: (cdf(w + delta) - cdf(w)) * (1 - cdf(w + delta) + cdf(w)) / 4 / delta**2,
        "same samples",
    ),
    (
        ex.check_fresh_samples,
        lambda w, delta: (variance(w + delta) - variance(w)) / delta**2,
        "also when the terms are subtracted",
    ),
    (
        ex.check_fresh_samples,
        lambda w, delta: (variance(w) + variance(w + delta)) / delta,
        "by delta^2",
    ),
    (
        ex.check_fresh_samples,
        lambda w, delta: 4 * (variance(w) + variance(w + delta)) / delta**2,
        "1/4",
    ),
    (ex.check_fresh_samples, lambda w, delta: 2 * variance(w) / delta**2, "as delta goes to 0"),
    (ex.check_fresh_samples, lambda w, delta: 0.0, "At w = -0.5"),
]

test_right_answers_pass = answers.right_answers_pass
test_known_slips_get_their_hints = answers.known_slips_get_their_hints
test_nonsense_is_wrong_and_never_an_error = answers.nonsense_is_wrong_and_never_an_error
