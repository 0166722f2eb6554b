"""What a derivation is: assumptions, named steps in order, and the end expressions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike
from sympy import Basic, Expr

from ste.model import Teacher
from ste.symbolic.steps.display import display
from ste.symbolic.steps.numeric import numpy_function

#: The stages of every derivation, in order.
STAGES = (
    "set-up",
    "reduction to the plane of w and w*",
    "inner integral",
    "outer integral",
    "assembly",
)


class DerivationError(ValueError):
    """A step could not be derived or did not pass its check; `step` names it.

    Examples
    --------
    >>> str(DerivationError("radius", "sympy returned the integral unevaluated"))
    'step "radius": sympy returned the integral unevaluated'
    """

    def __init__(self, step: str, reason: str):
        super().__init__(f'step "{step}": {reason}')
        self.step = step


@dataclass(frozen=True)
class Step:
    """One line of a derivation.

    Attributes
    ----------
    key : str
        Name within its derivation.
    title : str
        Stage, one of `STAGES`.
    explanation : str
        One or two sentences, in Markdown.
    equation : object
        A sympy equation. Where an integral was done, its left side holds the integral unevaluated.
    """

    key: str
    title: str
    explanation: str
    equation: Basic

    def __post_init__(self):
        if self.title not in STAGES:
            raise ValueError(f"title: got {self.title!r}, expected one of {', '.join(STAGES)}")

    def _repr_markdown_(self) -> str:
        label = self.title.capitalize().replace("w and w*", "$w$ and $w^*$")
        return f"**{label}.** {self._body()}"

    def _body(self) -> str:
        return f"{self.explanation}\n\n$$\n{display(self.equation)}\n$$\n"


@dataclass(frozen=True)
class Steps:
    """Several steps, shown one below the other; a stage is named where it begins."""

    steps: tuple[Step, ...]

    def _repr_markdown_(self) -> str:
        stages = [step.title for step in self.steps]
        return "\n".join(
            step._body() if stage == before else step._repr_markdown_()
            for step, stage, before in zip(self.steps, stages, [None, *stages], strict=False)
        )


@dataclass(frozen=True, repr=False)
class Derivation:
    """A result and the steps that lead to it.

    Attributes
    ----------
    name : str
    assumptions : tuple of str
    steps : tuple of Step
        In the order of `STAGES`; keys are unique.
    result : dict
        End expressions, read-only. A scalar is an expression; a vector is a mapping from a
        direction (``"v"``, ``"v*"``, ``"1"``, ``"u"``, ``"e"``, ``"w*"``) to its coefficient.

    Examples
    --------
    >>> from ste.symbolic import derive_population_gradient
    >>> derivation = derive_population_gradient()
    >>> derivation.step("gradient in w").title
    'assembly'
    >>> derivation.result["w"]["e"]
    -d/(2*pi*\\rho)
    """

    name: str
    assumptions: tuple[str, ...]
    steps: tuple[Step, ...]
    result: Mapping[str, Expr | Mapping[str, Expr]]

    def __post_init__(self):
        keys = [step.key for step in self.steps]
        repeated = sorted({key for key in keys if keys.count(key) > 1})
        if repeated:
            raise ValueError(f"steps: got the keys {repeated} more than once, expected unique keys")
        stages = [STAGES.index(step.title) for step in self.steps]
        if stages != sorted(stages):
            raise ValueError(f"steps: got stages in the order {stages}, expected them sorted")
        frozen = {
            key: MappingProxyType(dict(value)) if isinstance(value, Mapping) else value
            for key, value in self.result.items()
        }
        object.__setattr__(self, "result", MappingProxyType(frozen))

    def __repr__(self) -> str:
        return f"<Derivation {self.name!r}: {len(self.steps)} steps>"

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the steps, in order."""
        return tuple(step.key for step in self.steps)

    def step(self, key: str) -> Step:
        """Return the step of that key.

        Raises
        ------
        ValueError
            If there is none; the message lists the keys.
        """
        for step in self.steps:
            if step.key == key:
                return step
        raise ValueError(f"key: got {key!r}, expected one of {', '.join(self.keys)}")

    def show(self, *keys: str) -> Steps:
        """Return the steps of those keys, or all steps, to be displayed together."""
        return Steps(tuple(self.step(key) for key in keys) if keys else self.steps)

    def stage(self, title: str) -> Steps:
        """Return every step of one stage of `STAGES`.

        Raises
        ------
        ValueError
            If `title` is not a stage.
        """
        if title not in STAGES:
            raise ValueError(f"title: got {title!r}, expected one of {', '.join(STAGES)}")
        return Steps(tuple(step for step in self.steps if step.title == title))

    def numeric(
        self, values: Mapping[Expr, float] | None = None
    ) -> Callable[[ArrayLike, ArrayLike, Teacher], dict[str, np.ndarray]]:
        """Turn the end expressions into a numpy function.

        Parameters
        ----------
        values : mapping from symbol to float, optional
            Values for the symbols that the derivation was given (a clip level, a variance).

        Returns
        -------
        callable
            ``function(v, w, teacher)`` with v (..., m) and w (..., n), which is not parallel to
            ``teacher.w``. It returns a dictionary with the keys of `result`: arrays (...) for
            scalars, (..., m) or (..., n) for vectors.

        Raises
        ------
        ValueError
            If a symbol of the result has no value, or w is parallel to w*.

        Examples
        --------
        >>> from ste import Teacher
        >>> from ste.symbolic import derive_population_loss
        >>> loss = derive_population_loss().numeric()
        >>> teacher = Teacher(v=[1.0, 2.0], w=[1.0, 0.0])
        >>> float(loss([2.0, 1.0], [0.0, 3.0], teacher)["f"])
        1.25
        """
        return numpy_function(self.result, {} if values is None else values)

    def _repr_markdown_(self) -> str:
        assumptions = "\n".join(f"- {assumption}" for assumption in self.assumptions)
        return f"**{self.name}**\n\n{assumptions}\n\n{self.show()._repr_markdown_()}"
