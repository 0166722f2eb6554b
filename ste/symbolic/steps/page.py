"""How a derivation reads: a page of sections, of lines, each a sentence and its equation.

Every derivation has two parts. The algebra computes and checks expressions, one idea a function.
The page tells them, in the order in which a reader needs them::

    page(
        section(SET_UP, line("angle", "The angle lies in a half-plane.", theta, value), ...),
        section(ASSEMBLY, ...),
    )
"""

from dataclasses import dataclass

from sympy import Basic, Eq, Expr

from ste.symbolic.steps.derivation import STAGES, Step

SET_UP, REDUCTION, INNER, OUTER, ASSEMBLY = STAGES


@dataclass(frozen=True)
class Line:
    """A sentence and what it says as an equation or inequality; its section gives it its stage."""

    key: str
    explanation: str
    relation: Basic


def equation(left: Expr, right: Expr) -> Eq:
    """Return an equation that sympy does not turn into True."""
    return Eq(left, right, evaluate=False)


def line(key: str, explanation: str, left: Expr, right: Expr) -> Line:
    """Say that `left` equals `right`.

    Examples
    --------
    >>> from ste.symbolic.steps.symbols import c, c_definition
    >>> line("c", "Abbreviate the angle.", c, c_definition).relation
    Eq(c, -2*\\theta/pi + 1)
    """
    return Line(key, explanation, equation(left, right))


def section(stage: str, *lines: Line) -> tuple[Step, ...]:
    """The lines of one stage of `STAGES`, as steps.

    Raises
    ------
    ValueError
        If there is no such stage.
    """
    return tuple(Step(each.key, stage, each.explanation, each.relation) for each in lines)


def page(*sections: tuple[Step, ...]) -> tuple[Step, ...]:
    """Join sections; those of one stage stand together, in the order of `STAGES`.

    Within a stage the order is the one given.

    Examples
    --------
    >>> from ste.symbolic.steps.symbols import c, c_definition
    >>> abbreviation = line("c", "Abbreviate the angle.", c, c_definition)
    >>> [step.title for step in page(section(ASSEMBLY, abbreviation), section(INNER, abbreviation))]
    ['inner integral', 'assembly']
    """
    steps = (step for each in sections for step in each)
    return tuple(sorted(steps, key=lambda step: STAGES.index(step.title)))
