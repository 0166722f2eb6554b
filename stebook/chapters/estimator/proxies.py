"""The proxies explorer: the step, a stand-in mu and its slope mu', at one pre-activation."""

from functools import cache
from typing import Any

import numpy as np

from ste._normal import normal_pdf
from ste.estimators import Estimator
from stebook import plots
from stebook.chapters.own import proxy_of, with_estimator
from stebook.chapters.styles import any_estimator_control, chosen_style
from stebook.controls import slider
from stebook.explorer import Explorer, Sentence, Table
from stebook.templates import signed

PLACES = tuple(round(-3.0 + 0.25 * i, 2) for i in range(25))
CURVE = plots.with_jumps(np.linspace(-3.0, 3.0, 121), np.array([-1.0, 0.0, 1.0]))
_SIGMA = "\N{GREEK SMALL LETTER SIGMA}"
_SLOPE = "μ\N{PRIME}"


def _curves(estimator: str | Estimator) -> dict[str, np.ndarray]:
    proxy = proxy_of(estimator)
    mu, slopes = proxy.proxy(CURVE), proxy.evaluate(CURVE)
    return {
        "mu": mu,
        "slopes": slopes,
        "heights": np.array([mu.min(initial=0.0) - 0.3, mu.max(initial=1.0) + 0.3]),
        "rises": np.array([slopes.min(initial=0.0) - 0.08, slopes.max(initial=1.0) + 0.2]),
    }


def _at(estimator: str | Estimator, x: float) -> dict[str, float]:
    proxy = proxy_of(estimator)
    # At a jump of its own the slope is what the formula of the estimator says, as in a backward
    # pass.
    return {"slope": float(proxy.evaluate(x)), "height": float(proxy.proxy(x))}


@cache
def _sides(estimator: str | Estimator) -> dict[str, float | str]:
    """The weights A+ and A- at |w| = 1, and what they say in words."""
    moments = proxy_of(estimator).moments(1.0, 1.0)
    right, left = float(moments.a_plus), float(moments.a_minus)
    if left == 0.0:
        side = "Its slope is one-sided: 0 on the whole negative side."
    elif abs(right - left) < 1e-9:
        side = "Its slope is symmetric: both sides weigh the same."
    else:
        side = "Its slope is two-sided."
    return {"a_plus": right, "a_minus": left, "side": side}


_STEP = [0.0 if x < 0 else None if x == 0 else 1.0 for x in CURVE.tolist()]

_ENDS = (-3.1, 3.1)


def _curve(y: plots.Values, panel: int, name: str, line: plots.Piece, **more: Any) -> plots.Piece:
    """A curve of one of two panels over the same x."""
    axis = plots.numbered("y", panel)
    told: plots.Piece = {"yaxis": axis, "hovertemplate": "%{y:.2f}", **more}
    return plots.scatter(CURVE, y, name, line=line, **told)


EXPLORER = Explorer(
    name="proxies",
    title="The step has no useful slope: a stand-in lends its own",
    caption=(
        f"Upper panel: the step {_SIGMA}, which the forward pass uses, and the stand-in μ, shifted "
        f"so that μ(0) = 0. Lower panel: its slope {_SLOPE}, which the backward pass uses; in "
        "grey, how often a pre-activation of a filter of length 1 takes each value. A₊ and A₋ are "
        f"the averages of |x| {_SLOPE}(x) over the positive and the negative half under that grey "
        "curve."
    ),
    alt=(
        "Two panels against the pre-activation x. Above, the step and the stand-in of the chosen "
        "estimator; below, the stand-in's slope over the bell curve of the pre-activations. A "
        "marker shows the chosen x."
    ),
    controls=(
        any_estimator_control(),
        slider("x", "Pre-activation x", PLACES, -0.5, signed, walk=True),
    ),
    tables=(
        Table(("estimator",), _curves),
        Table(("estimator", "x"), _at),
        Table(("estimator",), _sides),
        Table(("estimator",), chosen_style),
    ),
    formulas={},
    figure=plots.figure(
        [
            _curve(
                _STEP, 1, f"step {_SIGMA}", plots.stroke("@truth", 3), **plots.named("under", 0.75)
            ),
            _curve("=mu", 1, "stand-in μ", plots.CHOSEN.line(3), **plots.named("along", 0.9)),
            plots.chosen_point("x", "height", hoverinfo="skip"),
            _curve(
                normal_pdf(CURVE).round(4),
                2,
                "pre-activations",
                plots.stroke("@grid", 1),
                **plots.named("under", 0.5),
                **plots.shaded(),
            ),
            _curve(
                "=slopes",
                2,
                f"its slope {_SLOPE}",
                plots.CHOSEN.line(3),
                **plots.named("along", 0.95),
            ),
            plots.chosen_point("x", "slope", yaxis="y2", hoverinfo="skip"),
        ],
        plots.layout(
            430,
            (55, 10, 10, 45),
            **plots.linked(),
            xaxis=plots.axis(
                "pre-activation x",
                range=_ENDS,
                anchor="y2",
                unifiedhovertitle={"text": "x = %{x:.2f}"},
            ),
            yaxis=plots.axis(f"{_SIGMA} and μ", domain=(0.48, 1), range="=heights"),
            yaxis2=plots.axis(_SLOPE, domain=(0, 0.4), range="=rises"),
        ),
        narrow=plots.layout(380, (50, 10, 10, 40)),
    ),
    sentences=(
        Sentence(
            "Eq(x, 0)",
            "At x = 0 the step jumps and has no slope. So that of the stand-in is used. {side}",
        ),
        Sentence(
            "(x < 0) & Ne(slope, 0)",
            "The step is flat here, but the error goes back. It is off and stays off, but "
            "the stand-in rises. {side}",
        ),
        Sentence(
            "x < 0",
            "Nothing goes back: both slopes are 0. The step is off, and the stand-in is flat there "
            "too. {side}",
        ),
        Sentence(
            "Ne(slope, 0)",
            "The step is flat here, but the error goes back. It is on and stays on, but the "
            "stand-in rises. {side}",
        ),
        Sentence(
            "True",
            "Nothing goes back: both slopes are 0. The step is on, and the stand-in is already "
            "flat there. {side}",
        ),
    ),
    rows=(
        ("Slope here", "{slope:.3f}"),
        ("Stand-in here", "{height:.3f}"),
        ("A₊", "{a_plus:.3f}"),
        ("A₋", "{a_minus:.3f}"),
    ),
    chips=4,
    own={"estimator": with_estimator},
)
