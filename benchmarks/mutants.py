"""Whether the tests behind each result would notice if the code were wrong.

Run from the root of the repository: ``python -m benchmarks.mutants [label ...]``. Each mutant is a
small error in `ste/`: a flipped sign, a dropped factor, a wrong constant. The tests that carry a
result's label are run on a copy of the project with the error in it, and at least one has to fail.
The number of survivors is the exit status. All of it takes about a quarter of an hour.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv", "_build", "__pycache__", ".hypothesis", ".pytest_cache", ".ruff_cache"
)
#: Exit statuses of pytest.
PASSED, FAILED = 0, 1


def marked_tests() -> dict[str, list[str]]:
    """The tests of each result, as the build reads them off their marks."""
    from stebook.build.results import results_in

    return results_in(ROOT / "tests")


class Mutant(NamedTuple):
    """An error to put into a file of `ste/`, and the results whose tests must notice it."""

    file: str
    old: str
    new: str
    labels: tuple[str, ...]


#: Every marked result is in here at least once.
MUTANTS = (
    # --- The step, the samples' loss and their coarse gradient ---
    Mutant(
        "model.py",
        "(np.asarray(x) > 0.0)",
        "(np.asarray(x) > 0.1)",
        ("lem-wedge", "prop-bias", "thm-row-law", "prop-rescaling", "cor-sum-zero"),
    ),
    Mutant(
        "model.py",
        "np.sum(self.v * hidden, axis=-1) - self.label",
        "np.sum(self.v * hidden, axis=-1) + self.label",
        ("thm-no-commute", "thm-quotient-noise", "prop-staircase", "prop-uniform"),
    ),
    Mutant(
        "model.py",
        "return hidden * residual, back(each, sample.Z)",
        "return estimator.evaluate(sample.pre) * residual, back(each, sample.Z)",
        ("prop-exact-parts",),
    ),
    Mutant(
        "model.py",
        "estimator.evaluate(sample.pre) * sample.v * residual",
        "estimator.evaluate(sample.pre) * sample.v",
        ("prop-exact-parts", "prop-perceptron", "prop-noise"),
    ),
    Mutant(
        "model.py",
        "each = estimator.evaluate(sample.pre) * sample.v * residual",
        "each = -estimator.evaluate(sample.pre) * sample.v * residual",
        ("prop-perceptron", "thm-any-proxy", "thm-coarse-gradient", "prop-sign"),
    ),
    Mutant(
        "model.py",
        "each = estimator.evaluate(sample.pre) * sample.v * residual",
        "each = 1.1 * estimator.evaluate(sample.pre) * sample.v * residual",
        ("prop-rotation", "prop-noise", "lem-finite"),
    ),
    # --- The population loss, its gradient, its critical points ---
    Mutant(
        "landscape.py",
        "+ away.theta / (2.0 * np.pi) * (v @ teacher.v)",
        "- away.theta / (2.0 * np.pi) * (v @ teacher.v)",
        (
            "thm-population-loss",
            "thm-row-law",
            "lem-kinks",
            "thm-no-commute",
            "prop-trap",
            "prop-critical",
            "prop-bias",
            "prop-uniform",
        ),
    ),
    Mutant(
        "landscape.py",
        "0.125 * (teacher.N + teacher.s**2)",
        "0.125 * teacher.N",
        ("thm-population-loss", "prop-origin"),
    ),
    Mutant(
        "landscape.py",
        "loss = 0.125 * (difference + sums)",
        "loss = 0.125 * (difference + 2.0 * sums)",
        ("prop-profile", "cor-pass"),
    ),
    Mutant(
        "landscape.py",
        "turned = (2.0 / np.pi * theta)",
        "turned = (1.0 / np.pi * theta)",
        ("thm-population-gradient", "prop-profile", "prop-exact-parts", "lem-lipschitz"),
    ),
    Mutant(
        "landscape.py",
        "return -(d / (2.0 * np.pi * at.norm))",
        "return -(d / (4.0 * np.pi * at.norm))",
        ("thm-population-gradient", "lem-lipschitz", "thm-any-correlation", "cor-area"),
    ),
    Mutant(
        "landscape.py",
        "one_minus_c * teacher.s / (teacher.m + 1)",
        "one_minus_c * teacher.s / (teacher.m + 2)",
        ("prop-profile", "prop-critical", "thm-residuals", "prop-where-v-is-best", "prop-trap"),
    ),
    Mutant(
        "landscape.py",
        "(1.0 - one_minus_c) * teacher.v + one_minus_c",
        "(1.0 - 0.9 * one_minus_c) * teacher.v + one_minus_c",
        ("cor-sum-zero", "lem-vanish-together"),
    ),
    Mutant(
        "landscape.py",
        "0.125 * (turning + np.square(one_minus_c)",
        "0.125 * (turning - np.square(one_minus_c)",
        ("prop-profile", "prop-trap", "cor-pass"),
    ),
    Mutant(
        "landscape.py",
        "if not 2.0 * teacher.s**2 < weight:",
        "if not 2.0 * teacher.s**2 <= weight:",
        ("prop-critical",),
    ),
    Mutant(
        "landscape.py",
        "saddle = 0.5 * np.pi * weight / (weight - teacher.s**2)",
        "saddle = 0.5 * np.pi * weight / (weight + teacher.s**2)",
        ("prop-critical", "cor-pass", "lem-vanish-together", "thm-residuals"),
    ),
    Mutant(
        "landscape.py",
        "- 2.0 * np.abs(v @ teacher.v))",
        "- 2.0 * (v @ teacher.v))",
        ("prop-origin",),
    ),
    Mutant(
        "landscape.py",
        "total * (total - 2.0 * teacher.s)",
        "total * (total - teacher.s)",
        ("prop-origin",),
    ),
    Mutant(
        "landscape.py",
        "in_v = 0.25 * (teacher.m + 1 + length / w_bound)",
        "in_v = 0.25 * (teacher.m + length / w_bound)",
        ("lem-lipschitz",),
    ),
    Mutant(
        "landscape.py",
        "in_v, (v_bound + w_bound) * length",
        "in_v, w_bound * length",
        ("lem-lipschitz",),
    ),
    # --- The moments of a proxy ---
    Mutant(
        "moments.py",
        "b_x = K * np.square(np.cos(0.5 * theta)) * one",
        "b_x = K * np.square(np.sin(0.5 * theta)) * one",
        (
            "thm-coarse-gradient",
            "lem-relu-gap",
            "cor-length-flow",
            "thm-paper-convergence",
            "thm-safe-descent",
            "thm-flow-global",
            "lem-gap",
        ),
    ),
    Mutant(
        "moments.py",
        "return Moments(K * one, 0.0 * one, b_x, 0.5 * K * one)",
        "return Moments(K * one, 0.01 * one, b_x, 0.5 * K * one)",
        ("lem-vanish-together", "thm-one-sided", "cor-zoo", "thm-bound"),
    ),
    Mutant(
        "moments.py",
        "return Moments(K * one, 0.0 * one, b_x, 0.5 * K * one)",
        "return Moments(K * one, 0.0 * one, b_x, K * one)",
        ("thm-correlation", "cor-linear"),
    ),
    Mutant(
        "moments.py",
        "return Moments(K * one, K * one, K * np.cos(theta) * one, K * one)",
        "return Moments(K * one, 0.9 * K * one, K * np.cos(theta) * one, K * one)",
        ("prop-residual", "thm-residuals", "cor-linear", "prop-where-v-is-best"),
    ),
    Mutant(
        "moments.py",
        "return Moments(K * one, K * one, K * np.cos(theta) * one, K * one)",
        "return Moments(K * one, K * one, 0.9 * K * np.cos(theta) * one, K * one)",
        ("prop-zigzag", "prop-swing", "prop-ends"),
    ),
    Mutant(
        "moments.py",
        "0.5 * a_plus - 0.5 * K * odd",
        "0.5 * a_plus + 0.5 * K * odd",
        ("prop-paper-integrals", "prop-ends", "thm-coarse-gradient", "lem-gap"),
    ),
    Mutant(
        "moments.py",
        "0.5 * K * erf(y) * one)",
        "0.25 * K * erf(y) * one)",
        ("lem-gap", "thm-correlation", "prop-paper-integrals", "cor-area"),
    ),
    Mutant(
        "moments.py",
        "narrow = np.maximum(rho * sin, _TINY)",
        "narrow = np.maximum(rho, _TINY)",
        ("prop-late-window", "thm-any-correlation", "thm-any-proxy", "cor-area"),
    ),
    Mutant(
        "moments.py",
        "return x * g(side * rho[i] * x) * normal_pdf(x)",
        "return x * g(2.0 * side * rho[i] * x) * normal_pdf(x)",
        ("lem-finite", "thm-any-proxy"),
    ),
    Mutant(
        "moments.py",
        "self.b_x + other.b_x,",
        "self.b_x - other.b_x,",
        ("cor-linear",),
    ),
    # --- The expected coarse gradient ---
    Mutant(
        "gradients.py",
        "return own * same - seen * star + others * other",
        "return own * same + seen * star + others * other",
        (
            "thm-any-proxy",
            "prop-radial",
            "lem-relu-gap",
            "prop-where-v-is-best",
            "prop-not-a-gradient",
            "thm-residuals",
            "thm-bound",
            "prop-rotation",
        ),
    ),
    Mutant(
        "gradients.py",
        "return RowMoments(moments.a_plus, moments.b_x,",
        "return RowMoments(moments.a_minus, moments.b_x,",
        ("prop-not-a-gradient", "prop-radial", "cor-constants"),
    ),
    Mutant(
        "gradients.py",
        "- (back * s - seen) * star_mean",
        "- (back * s + seen) * star_mean",
        ("thm-coarse-gradient", "thm-any-proxy", "prop-radial", "lem-vanish-together"),
    ),
    Mutant(
        "gradients.py",
        "place.unit - across[..., None] * place.tangent",
        "place.unit + across[..., None] * place.tangent",
        (
            "cor-area",
            "thm-any-correlation",
            "prop-rotation",
            "lem-half-plane",
            "thm-safe-descent",
            "thm-paper-convergence",
            "thm-paper-global",
            "thm-flow-global",
            "prop-zigzag",
        ),
    ),
    Mutant(
        "gradients.py",
        "inner = np.abs(d) * along / (2.0 * np.pi * at.norm)",
        "inner = np.abs(d) * along / (4.0 * np.pi * at.norm)",
        ("thm-correlation", "thm-any-correlation", "prop-no-bound", "prop-sign", "cor-constants"),
    ),
    Mutant(
        "gradients.py",
        "return 8.0 * felt + 3.0 * np.square(d_b_y)",
        "return 9.0 * felt + 3.0 * np.square(d_b_y)",
        ("thm-bound", "cor-constants"),
    ),
    Mutant(
        "gradients.py",
        "return 8.0 * felt + 3.0 * np.square(d_b_y)",
        "return 8.0 * felt + 4.0 * np.square(d_b_y)",
        ("thm-bound", "cor-constants"),
    ),
    Mutant(
        "gradients.py",
        "grad_v = expected_coarse_gradient(v, w, teacher, estimator)[0]",
        "grad_v = 0.0 * expected_coarse_gradient(v, w, teacher, estimator)[0]",
        ("thm-bound",),
    ),
    # --- Descent ---
    Mutant(
        "descent.py",
        "return v - eta * along_v, w - eta * along_w",
        "return v - eta * along_v, w + eta * along_w",
        ("thm-paper-convergence", "thm-paper-global", "thm-safe-descent", "prop-swing", "cor-pass"),
    ),
    Mutant(
        "descent.py",
        "max(float(np.max(norm(v))), units * length)",
        "float(np.max(norm(v)))",
        ("thm-safe-descent",),
    ),
    Mutant(
        "descent.py",
        "8.0 * mixed * (2.0 / math.pi**2 + 0.25)",
        "8.0 * mixed * (2.0 / math.pi**2 - 0.25)",
        ("thm-safe-descent",),
    ),
    Mutant(
        "descent.py",
        "32.0 * (K * c_v / c_w) ** 2",
        "16.0 * (K * c_v / c_w) ** 2",
        ("thm-safe-descent",),
    ),
    Mutant(
        "descent.py",
        "units * (c_v + length) / 2.0 + length",
        "units * (c_v + length) / 4.0 + length",
        ("thm-safe-descent",),
    ),
    # --- One-sidedness and the cycle ---
    Mutant(
        "one_sidedness.py",
        "saddle = float(points.saddle.v @ points.saddle.v)",
        "saddle = 2.0 * float(points.saddle.v @ points.saddle.v)",
        ("thm-residuals", "thm-one-sided"),
    ),
    Mutant(
        "one_sidedness.py",
        "2 * (m - 1) * teacher.s**2 / (m + 1) ** 2 * a_minus)",
        "2 * (m - 1) * teacher.s**2 / (m + 1) * a_minus)",
        ("thm-residuals",),
    ),
    Mutant(
        "one_sidedness.py",
        "left = all_of_it.a_minus",
        "left = all_of_it.a_plus",
        ("thm-one-sided", "cor-zoo"),
    ),
    Mutant(
        "zoo/elsewhere.py",
        "return np.where(x > 0.0, 1.0 / np.maximum(x, 1.0), 0.0)",
        "return np.where(x > -0.1, 1.0 / np.maximum(x, 1.0), 0.0)",
        ("cor-zoo", "thm-one-sided"),
    ),
    Mutant(
        "cycle.py",
        "return 1.0 / (2.0 + kappa * M",
        "return 1.0 / (2.0 - kappa * M",
        ("thm-threshold", "thm-two-limits"),
    ),
    Mutant(
        "cycle.py",
        "return 1.0 / (2.0 + kappa * M",
        "return 1.0 / (2.1 + kappa * M",
        ("thm-threshold", "thm-two-limits", "cor-limits"),
    ),
    Mutant(
        "cycle.py",
        "np.where(exists, (linear + root) / constant",
        "np.where(exists, (linear - root) / constant",
        ("thm-period", "thm-two-limits", "cor-limits", "prop-swing"),
    ),
    Mutant(
        "cycle.py",
        "linear = 1 - (2 + 2 * kappa - 3 * kappa * M) * r",
        "linear = 1 - (2 + 2 * kappa - 2 * kappa * M) * r",
        ("thm-period", "thm-two-limits"),
    ),
    Mutant(
        "cycle.py",
        "return m + 2 - pull * a / d",
        "return m + 1 - pull * a / d",
        ("prop-small-leak",),
    ),
    Mutant(
        "cycle.py",
        "grad_y = K * (radial * sin + d * b_y * sin * cos)",
        "grad_y = K * (radial * sin - d * b_y * sin * cos)",
        ("prop-across",),
    ),
    Mutant(
        "cycle.py",
        "grad_x = K * (radial * cos - d * b_y * sin * sin)",
        "grad_x = 1.2 * K * (radial * cos - d * b_y * sin * sin)",
        ("prop-across",),
    ),
    Mutant(
        "cycle.py",
        "grad_b = 0.25 * (B + s_v - s)",
        "grad_b = 0.25 * (B + s_v + s)",
        ("thm-period", "thm-threshold", "thm-two-limits", "prop-small-leak"),
    ),
    # --- Finite samples, the toy, quotients ---
    Mutant(
        "samples.py",
        "eta[turns] = pre[turns] / slope[turns]",
        "eta[turns] = slope[turns] / pre[turns]",
        ("prop-staircase",),
    ),
    Mutant(
        "samples.py",
        "jump = 0.5 * (np.square(after)",
        "jump = 1.0 * (np.square(after)",
        ("prop-staircase",),
    ),
    Mutant(
        "samples.py",
        "for k in range(teacher.n))",
        "for k in range(teacher.n + 1))",
        ("prop-uniform",),
    ),
    Mutant(
        "samples.py",
        "float((weight * x) @ np.log(values)) / spread",
        "0.5 * float((weight * x) @ np.log(values)) / spread",
        ("prop-noise", "prop-uniform"),
    ),
    Mutant(
        "beyond/quantizer.py",
        "alpha * ((stair + 0.5) * alpha - y)",
        "alpha * ((stair + 0.4) * alpha - y)",
        ("prop-toy-slope", "prop-toy-noise"),
    ),
    Mutant(
        "beyond/quantizer.py",
        "return np.sum(jumps * normal_pdf(w[..., None] - places), axis=-1)",
        "return np.sum(jumps * normal_pdf(w[..., None] + places), axis=-1)",
        ("prop-toy-slope",),
    ),
    Mutant(
        "beyond/quantizer.py",
        "np.clip(np.ceil(x / _checks",
        "np.clip(0.1 * x + np.ceil(x / _checks",
        ("prop-toy-slope",),
    ),
    Mutant(
        "samples.py",
        "(squares + 2.0 * variance)",
        "(squares + variance)",
        ("thm-quotient-noise",),
    ),
    Mutant(
        "samples.py",
        "- 2.0 * c * v * teacher.v)",
        "+ 2.0 * c * v * teacher.v)",
        ("thm-quotient-noise",),
    ),
    # --- What frameworks do ---
    Mutant(
        "zoo/windows.py",
        "mirrored(clipped_relu_moments(rho / leak, theta))",
        "mirrored(clipped_relu_moments(rho / clip, theta))",
        ("prop-leak",),
    ),
    Mutant(
        "zoo/windows.py",
        "((x > -leak) & (x < clip))",
        "((x > 0.0) & (x < clip))",
        ("cor-leak-cycle",),
    ),
    Mutant(
        "moments.py",
        "return g(side * narrow[i] * x) * normal_pdf(x)",
        "return g(narrow[i] * x) * normal_pdf(x)",
        ("prop-odd",),
    ),
    Mutant(
        "beyond/signs.py",
        "gap = 2.0 / np.pi * place.theta",
        "gap = -2.0 / np.pi * place.theta",
        ("prop-signs",),
    ),
    Mutant(
        "beyond/signs.py",
        "return Slopes(2.0 / np.pi)",
        "return Slopes(-2.0 / np.pi)",
        ("prop-signs", "thm-signs"),
    ),
    Mutant(
        "beyond/signs.py",
        "2.0 * moments.b_x - moments.alpha,",
        "2.0 * moments.b_x + moments.alpha,",
        ("thm-signs",),
    ),
    Mutant(
        "beyond/signs.py",
        "return sign(pre)",
        "return -sign(pre)",
        ("cor-bias-rests",),
    ),
    # --- Other ways through a hard threshold (alternatives) ---
    Mutant(
        "beyond/random_units.py",
        "place.theta + 2.0 * np.pi * ((silent",
        "place.theta - 2.0 * np.pi * ((silent",
        ("thm-noise-angle",),
    ),
    Mutant(
        "beyond/random_units.py",
        "Slopes(place.norm * place.sin * moments",
        "Slopes(-place.norm * place.sin * moments",
        ("prop-smooth-gradient", "prop-likelihood"),
    ),
    Mutant(
        "alternatives/likelihood.py",
        "score = (2.0 * h - 1.0) * noise.density(x)",
        "score = h * noise.density(x)",
        ("prop-likelihood", "prop-blow-up"),
    ),
    Mutant(
        "alternatives/likelihood.py",
        "best[j] = 0.5 * others",
        "best[j] = 0.25 * others",
        ("prop-blow-up",),
    ),
    Mutant(
        "beyond/random_units.py",
        "_replace(same=same)",
        "_replace(same=-same)",
        ("prop-through-noise",),
    ),
    Mutant(
        "alternatives/random_bits.py",
        "_replace(same=own, alpha",
        "_replace(same=0.75 * own, alpha",
        ("prop-times-smooth",),
    ),
    Mutant(
        "alternatives/targets.py",
        "factor = np.abs(delta) if weighted",
        "factor = 1.1 * np.abs(delta) if weighted",
        ("thm-target-ste",),
    ),
    Mutant(
        "alternatives/targets.py",
        "return 0.5 * (self.slope(z, 1.0) + self.slope(z, -1.0))",
        "return 0.5 * (self.slope(z, 1.0) - self.slope(z, -1.0))",
        ("cor-convex-loss", "thm-target-ste"),
    ),
    Mutant(
        "alternatives/targets.py",
        "return np.mean(targets == rows, axis=-2)",
        "return np.mean(targets != rows, axis=-2)",
        ("prop-searched",),
    ),
    Mutant(
        "alternatives/difference_targets.py",
        "return over_gaussian_rows(c, v, teacher.v, at, row)",
        "return over_gaussian_rows(v, v, teacher.v, at, row)",
        ("prop-feedback",),
    ),
    Mutant(
        "alternatives/difference_targets.py",
        "slope = 4.0 * kappa * v / square",
        "slope = 2.0 * kappa * v / square",
        ("prop-linear-inverse",),
    ),
    Mutant(
        "alternatives/compare.py",
        "max(self.cosine, 0.0) ** 2 / (1.0",
        "max(self.cosine, 0.0) / (1.0",
        ("prop-share",),
    ),
    # --- The chapter assumptions: rows, bits, filters and labels of other kinds ---
    Mutant(
        "beyond/other_rows.py",
        "same=row.a_plus, star=row.b",
        "same=1.1 * row.a_plus, star=row.b",
        ("prop-symmetric-rows",),
    ),
    Mutant(
        "beyond/other_rows.py",
        "return -(_accurate.dot(v, self.v_star) * level)",
        "return (_accurate.dot(v, self.v_star) * level)",
        ("prop-symmetric-rows",),
    ),
    Mutant(
        "beyond/mixtures.py",
        "float(p * s) * estimator.moments_at(s *",
        "float(p) * estimator.moments_at(s *",
        ("prop-mixture",),
    ),
    Mutant(
        "beyond/correlated_rows.py",
        "return super()._gradient_w(v, place) @ self.root",
        "return super()._gradient_w(v, place)",
        ("thm-correlated",),
    ),
    Mutant(
        "beyond/correlated_rows.py",
        "return super()._coarse_w(v, place, estimator) @ self.root",
        "return super()._coarse_w(v, place, estimator)",
        ("thm-correlated", "thm-condition"),
    ),
    Mutant(
        "beyond/correlated_rows.py",
        "lag = 2.0 * theta / np.pi -",
        "lag = 1.9 * theta / np.pi -",
        ("thm-condition",),
    ),
    Mutant(
        "beyond/correlated_rows.py",
        "math.sqrt(math.pi**2 + 4.0))) ** 2",
        "math.sqrt(math.pi**2 + 6.0))) ** 2",
        ("thm-condition",),
    ),
    Mutant(
        "beyond/staircase.py",
        "return Slopes(-own.cross_theta,",
        "return Slopes(own.cross_theta,",
        ("thm-turning",),
    ),
    Mutant(
        "beyond/staircase.py",
        "@ heights, level @ heights, alpha)",
        "@ heights, -level @ heights, alpha)",
        ("thm-turning",),
    ),
    Mutant(
        "beyond/staircase.py",
        "(np.arange(at.size) + extra)",
        "(np.arange(at.size) + 1.0)",
        ("thm-good-minimum",),
    ),
    Mutant(
        "beyond/staircase.py",
        "q = teacher.N * (growth - first * own.mean_rho)",
        "q = teacher.N * (growth + first * own.mean_rho)",
        ("thm-good-minimum",),
    ),
    Mutant(
        "beyond/staircase.py",
        "return RowMoments(same, (edges",
        "return RowMoments(-same, (edges",
        ("prop-more-bits", "thm-turning"),
    ),
    Mutant(
        "beyond/own_filters.py",
        "return over_gaussian_rows(back, v[..., None, :],",
        "return over_gaussian_rows(-back, v[..., None, :],",
        ("thm-own-filters", "prop-median"),
    ),
    Mutant(
        "beyond/own_filters.py",
        "shift = 2.0 * turned / (self.m + 1)",
        "shift = 2.0 * turned / self.m",
        ("thm-own-traps",),
    ),
    Mutant(
        "beyond/relu_labels.py",
        "RowMoments(steps.a_plus, b_x, b_y,",
        "RowMoments(steps.a_plus, -b_x, b_y,",
        ("prop-relu-labels",),
    ),
    Mutant(
        "beyond/label_noise.py",
        "(np.square(x) + self.teacher.n - 1.0)",
        "(np.square(x) + self.teacher.n)",
        ("prop-label-noise",),
    ),
    Mutant(
        "beyond/correlated_rows.py",
        "across = coarse - np.sum(coarse * unit, axis=-1, keepdims=True) * unit",
        "across = coarse",
        ("thm-batch-norm",),
    ),
    # --- Deep networks ---
    Mutant(
        "beyond/quantizer.py",
        "alpha * (2 * stairs - 1) * normal_cdf(-at)",
        "alpha * (2 * stairs + 1) * normal_cdf(-at)",
        ("prop-fitted-step",),
    ),
    Mutant(
        "beyond/quantizer.py",
        "return alpha / tau * np.sum(normal_pdf(",
        "return alpha * np.sum(normal_pdf(",
        ("prop-smoothed-slope",),
    ),
    Mutant(
        "beyond/quantizer.py",
        "normal_cdf(q * (end - place / q**2) / tau)",
        "normal_cdf((end - place / q**2) / tau)",
        ("prop-signal-noise", "prop-window-match"),
    ),
    Mutant(
        "beyond/quantizer.py",
        "r = np.sqrt(1.0 + tau**2), np.sqrt(1.0 + tau**2 / 2.0)",
        "r = np.sqrt(1.0 + tau**2), np.sqrt(1.0 + tau**2)",
        ("prop-window-match",),
    ),
)


def mutated(mutant: Mutant, root: Path) -> str:
    """The text of the mutant's file below `root`, with the error in it.

    Raises
    ------
    ValueError
        If the text to replace does not occur exactly once.
    """
    text = (root / "ste" / mutant.file).read_text(encoding="utf-8")
    if (count := text.count(mutant.old)) != 1:
        raise ValueError(f"{mutant.file}: expected {mutant.old!r} once, got it {count} times")
    return text.replace(mutant.old, mutant.new)


def noticed_by(tests: list[str], root: Path) -> str | None:
    """The first of the tests that fails in the project at `root`, None if all pass."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-rf",
        "--tb=no",
        "-p",
        "no:cacheprovider",
    ]
    environment = {**os.environ, "PYTHONPATH": str(root), "STE_NO_SHRINKING": "1"}
    run = subprocess.run(
        [*command, *tests], cwd=root, env=environment, text=True, capture_output=True, check=False
    )
    if run.returncode == PASSED:
        return None
    lines = run.stdout.splitlines()
    failed = [line[7:].split(" - ")[0] for line in lines if line.startswith("FAILED ")]
    if run.returncode != FAILED or not failed:
        # a mutant that cannot even be imported would look like one that every test notices
        raise RuntimeError(f"pytest neither passed nor failed:\n{run.stdout}{run.stderr}")
    return failed[0].split("::", 1)[1]


def outcomes(
    mutants: Iterable[Mutant], labels: set[str]
) -> Iterator[tuple[Mutant, str, str | None]]:
    """Each mutant with each of its labels, and the first test that notices."""
    tests = marked_tests()
    for mutant in mutants:
        wanted = [label for label in mutant.labels if label in labels]
        if wanted:
            with tempfile.TemporaryDirectory() as folder:
                copy = Path(folder) / "project"
                shutil.copytree(ROOT, copy, ignore=NOT_COPIED)
                (copy / "ste" / mutant.file).write_text(mutated(mutant, copy), encoding="utf-8")
                for label in wanted:
                    yield mutant, label, noticed_by(tests[label], copy)


def main(labels: list[str]) -> int:
    known = {label for mutant in MUTANTS for label in mutant.labels}
    if unknown := set(labels) - known:
        raise SystemExit(f"labels: expected some of those in the table, got {sorted(unknown)}")
    survivors = 0
    for mutant, label, test in outcomes(MUTANTS, set(labels) or known):
        survivors += test is None
        print(f"{label:<24}{test or 'SURVIVED'}")
        print(f"{'':<24}  {mutant.file}: {mutant.old}\n{'':<24}  -> {mutant.new}", flush=True)
    print(f"{survivors} survived")
    return survivors


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
