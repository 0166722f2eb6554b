"""The checks of `stebook.chapters.alternatives.exercises`."""

import math

import answers
import numpy as np

from stebook.chapters.alternatives import exercises as ex

V_STAR = np.array([1.0, -0.5, 0.8, 0.3])
V = np.full(4, 0.5)
C = np.array([-0.1, 0.4, 0.2, 0.1])


def ramp(z):
    return 0.0 if z < 0 else z if z < 1 else 1.0


RIGHT = [
    (ex.check_noise_angle, math.atan2(math.sqrt(1.75), 0.5)),
    (ex.check_best_temperature, lambda B, C, K: math.exp(math.log(C / K / B / B / 4) / 5)),
    (ex.check_layer_loss, lambda z, t: 7.0 + 3.0 * t - t * ramp(z)),
    (ex.check_poor_inverse, C @ V_STAR / (V @ V_STAR)),
    (ex.check_crossing, 134.0),
]

WRONG = [
    (ex.check_noise_angle, math.radians(60), "theta itself"),
    (ex.check_noise_angle, math.degrees(math.acos(0.5 / math.sqrt(2))), "degrees"),
    (ex.check_noise_angle, math.acos(0.5 / 2), "add as squares"),
    (ex.check_noise_angle, math.acos((0.5 + 1) / 2), "teacher's filter"),
    (ex.check_noise_angle, math.pi / 2, "much noise"),
    (ex.check_noise_angle, 3.0, "not within"),
    (ex.check_best_temperature, lambda B, C, K: (C / (2 * B * K)) ** (1 / 3), "enters squared"),
    (ex.check_best_temperature, lambda B, C, K: (C / K / B**2) ** (1 / 5), "factor 4"),
    (ex.check_best_temperature, lambda B, C, K: (C / K / B**2 / 4) ** (1 / 4), "tau^5"),
    (ex.check_best_temperature, lambda B, C, K: 1.0, "At B = 1"),
    (ex.check_layer_loss, lambda z, t: max(0.0, 1 - t * z), "hinge loss"),
    (ex.check_layer_loss, lambda z, t: float(np.clip(1 - t * z, 0, 2)), "hard tanh"),
    (ex.check_layer_loss, lambda z, t: t * ramp(z), "The sign"),
    (ex.check_layer_loss, lambda z, t: -t * max(0.0, z), "flat above 1"),
    (ex.check_layer_loss, lambda z, t: 1 - ramp(z), "target has to enter"),
    (ex.check_layer_loss, lambda z, t: z, "At z ="),
    (ex.check_poor_inverse, -(C @ V_STAR) / (V @ V_STAR), "wrong way"),
    (ex.check_poor_inverse, (C @ V) / (V @ V), "e sees c.v*"),
    (ex.check_poor_inverse, C @ V_STAR, "Divide by"),
    (ex.check_poor_inverse, (V @ V_STAR) / (C @ V_STAR), "other way round"),
    (ex.check_poor_inverse, 5.0, "not within"),
    (ex.check_crossing, 1.0, "noisier one"),
    (ex.check_crossing, 217.9, "keeps half"),
    (ex.check_crossing, 357.0, "squared cosines"),
    (ex.check_crossing, 10_000.0, "not within"),
]

test_right_answers_pass = answers.right_answers_pass
test_known_slips_get_their_hints = answers.known_slips_get_their_hints
test_nonsense_is_wrong_and_never_an_error = answers.nonsense_is_wrong_and_never_an_error
