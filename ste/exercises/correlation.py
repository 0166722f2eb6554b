"""Checks of the chapter on correlation."""

import numpy as np

from ste.estimators import IDENTITY, RELU, Estimator
from ste.exercises.questions import Option, Question
from ste.exercises.verdict import TEACHER, Slip, Verdict, compare_number
from ste.gradients import correlation, expected_coarse_gradient

QUESTIONS = {
    "order": Question(
        "Rank the three estimators by the inner product of their expected coarse gradient with "
        "the true gradient, largest first. (In the paper's experiments clipped ReLU does best and "
        "identity worst.)",
        (
            Option(
                "clipped ReLU, ReLU, identity",
                "That is the order of the experiments, and the inner product has the opposite one.",
            ),
            Option(
                "identity, ReLU, clipped ReLU",
                "Identity has exactly twice as much as ReLU, and clipped ReLU always less than "
                "ReLU. So the size of the correlation cannot be what separates good estimators "
                "from bad ones.",
                right=True,
            ),
            Option(
                "It depends on the place: no order holds everywhere",
                "One does: the ratios to ReLU are 2 and a factor below 1, wherever $d \\ne 0$ and "
                "$0 < \\theta < \\pi$.",
            ),
        ),
        opens="correlation",
    ),
}

#: Where the correlation exercises look; v.v* > 0.
POINT = (np.array([0.9, 0.2, 0.5, -0.3]), np.array([0.3, 0.8, 0.0, 0.0, 0.0]))


def check_counterexample(answer: Estimator) -> Verdict:
    """Correlation: a proxy whose coarse gradient points the wrong way at the exercise's point.

    Examples
    --------
    >>> check_counterexample(RELU)
    Not yet. relu is never negative, and then the inner product cannot be: read the theorem again.
    """
    if not isinstance(answer, Estimator):
        return Verdict(False, f"The answer should be an Estimator, not {answer!r}.")
    try:
        inner = float(correlation(*POINT, TEACHER, answer).inner)
        lowest = float(answer.evaluate(np.linspace(-6.0, 6.0, 2401)).min())
    except ValueError as error:
        return Verdict(False, f"Your estimator cannot be used: {error}")
    if inner < 0.0:
        text = f"The inner product is {inner:.3g}: a step along this one raises the loss at first."
        return Verdict(True, text)
    if lowest >= 0.0:
        text = "is never negative, and then the inner product cannot be: read the theorem again."
        return Verdict(False, f"{answer.name} {text}")
    text = "B_y averages mu' with a normal density: make it negative where the density is high."
    return Verdict(False, f"The inner product is {inner:.3g}, still not below 0. {text}")


def field_asymmetry(estimator: Estimator, step: float = 1e-5) -> float:
    """Largest |dE[g]_j/dv_i - d(df/dv)_i/dw_j| at the exercise's point, by central differences.

    The field (df/dv, E[g]) is the gradient of some function only if this vanishes everywhere.

    Examples
    --------
    >>> field_asymmetry(RELU) > 0.1
    True
    """
    v, w = POINT

    def field(v: np.ndarray, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return expected_coarse_gradient(v, w, TEACHER, estimator)

    rows = step * np.eye(v.size)
    columns = step * np.eye(w.size)
    dw_dv = (field(v + rows, w)[1] - field(v - rows, w)[1]) / (2 * step)
    dv_dw = (field(v, w + columns)[0] - field(v, w - columns)[0]) / (2 * step)
    return float(np.max(np.abs(dw_dv - dv_dw.T)))


def check_asymmetry(answer: float) -> Verdict:
    """Correlation: how far the ReLU field is from being a gradient at the exercise's point.

    Examples
    --------
    >>> check_asymmetry(0.0)
    Not yet. 0 would mean a gradient. Did you compare dE[g]/dv with d(df/dv)/dw?
    """
    right = field_asymmetry(RELU)
    slips = [
        Slip(0.0, "0 would mean a gradient. Did you compare dE[g]/dv with d(df/dv)/dw?"),
        Slip(
            field_asymmetry(IDENTITY),
            "That is the asymmetry of the identity estimator; the exercise asks for ReLU.",
        ),
    ]
    well_done = "Not zero, so the field is not the gradient of any function."
    return compare_number(answer, right, slips, well_done, rel=1e-2)
