"""A box to type a proxy into, with a kernel: its moments, its residuals, its verdict.

What is typed goes through `ste.zoo.typed`, which knows numbers, x and a few functions and runs
nothing. The built pages have no kernel; there the chapter says how to get one.
"""

import html

import ipywidgets
import numpy as np

from ste.cycle import limit_cycle
from ste.estimators import Estimator
from ste.one_sidedness import one_sided
from ste.zoo.typed import LONGEST, proxy
from stebook.chapters.teachers import TEACHERS, left_over, say_vector
from stebook.templates import number, signed

TEACHER = TEACHERS["trap"]
START = "where(x > 0, 1, 0.2)"


_SIGN = {
    True: "It is never negative, so it correlates with the true gradient.",
    False: "It is negative somewhere, so its correlation can be negative too.",
    None: "It is not decided whether it is negative somewhere.",
}


def findings(estimator: Estimator) -> list[str]:
    """What there is to say of a proxy, a sentence each.

    Raises
    ------
    ValueError
        If the proxy is not finite somewhere or its integrals do not settle.

    Examples
    --------
    >>> for sentence in findings(proxy("x > 0")):
    ...     print(sentence)
    A₊ = 0.3989 and A₋ = 0.0000 at |w| = 1.
    It passes: there is no residual at any critical point.
    It is never negative, so it correlates with the true gradient.
    It stays in spurious minima, as the landscape says.
    """
    found = one_sided(estimator)
    if found.one_sided is None:
        return [
            "It is not decided whether it passes: what its formula does on intervals left of 0 "
            "cannot be told. Write it with where(x > 0, ..., ...) or with fewer x."
        ]
    moments = estimator.moments(1.0, 0.0)
    if found.correlates and float(moments.a_plus) == found.a_minus == 0.0:
        return ["It is zero everywhere: the filter never moves."]
    saddle, trap = left_over(TEACHER, estimator)
    said = [
        f"A₊ = {short(float(moments.a_plus))} and A₋ = {short(found.a_minus)} at |w| = 1.",
        "It passes: there is no residual at any critical point."
        if found.one_sided
        else f"It fails: at |w| = 1 it leaves {short(trap)} at the spurious minimum and "
        f"{short(saddle)} at the saddle of v* = {say_vector(TEACHER.v)}.",
        _SIGN[found.non_negative],
    ]
    if found.one_sided:
        return [*said, "It stays in spurious minima, as the landscape says."]
    try:
        cycle = limit_cycle(TEACHER, estimator)
    except ValueError:
        return [*said, "Its limits at 0 are not covered by the theory of the cycle."]
    if cycle.exists:
        said.append(f"Near that minimum it cycles every {cycle.period:.1f} steps (small η).")
    elif cycle.kappa > 0.0:
        said.append("For a small η it drives w through the origin and leaves that minimum.")
    else:
        said.append("It is flat just left of 0, so w never gets through the origin.")
    return said


def short(value: float) -> str:
    """A number with four decimals, or six digits of a long one."""
    return number(value, 4) if abs(value) < 1e6 else signed(value)


def answer(text: str) -> str:
    """The findings on a typed formula, or what is wrong with it, as HTML.

    Examples
    --------
    >>> answer("x.real").startswith("<p>That is no proxy yet. formula: expected numbers, x, pi")
    True
    """
    try:
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            said = findings(proxy(text))
    except (ArithmeticError, ValueError) as error:
        # what overflows may be said of arguments that nobody typed, such as an angle
        large = isinstance(error.__cause__ or error, ArithmeticError)
        wrong = "formula: expected moderate numbers, got some too large." if large else error
        said = [f"That is no proxy yet. {wrong}"]
    return "".join(f"<p>{html.escape(sentence)}</p>" for sentence in said)


def box(text: str = START) -> ipywidgets.VBox:
    """The box, to end a cell with.

    Parameters
    ----------
    text : str
        The formula that stands in it at first.

    Returns
    -------
    ipywidgets.VBox
        Its first child holds the text, its second the answer, which follows when Enter is pressed
        or the field is left.

    Examples
    --------
    >>> field, said = box("x > 0").children
    >>> field.value = "exp(-x**2)"
    >>> "It fails" in said.value
    True
    """
    field = ipywidgets.Text(
        value=text,
        description="μ'(x) =",
        continuous_update=False,
        placeholder=f"a formula of at most {LONGEST} characters",
        layout={"width": "min(36em, 100%)"},
    )
    said = ipywidgets.HTML(answer(text))

    def changed(change: dict) -> None:
        said.value = ""  # should the answer fail or be interrupted, none of another formula stays
        said.value = answer(change["new"])

    field.observe(changed, names="value")
    return ipywidgets.VBox([field, said])
