"""End expressions of a derivation as numpy functions of (v, w, teacher)."""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike
from sympy import Expr, lambdify, sympify

from ste import _checks
from ste._normal import erf
from ste.model import Teacher, check_student
from ste.plane import plane
from ste.symbolic.steps import symbols as sym

_SCALARS = (
    sym.rho,
    sym.theta,
    sym.v_norm2,
    sym.teacher_norm2,
    sym.d,
    sym.s,
    sym.s_v,
)


def scalar_function(
    expression: Expr, values: Mapping[Expr, float]
) -> Callable[..., float | np.ndarray]:
    """Return a numpy function of (rho, theta, |v|^2, |v*|^2, d, s, s_v).

    Raises
    ------
    ValueError
        If the expression holds another symbol that has no value.
    """
    numbers = {key: _checks.finite("values", value) for key, value in values.items()}
    expression = sympify(expression).subs(numbers).subs(sym.h, sym.h_definition).doit()
    missing = expression.free_symbols - set(_SCALARS)
    if missing:
        names = ", ".join(sorted(str(symbol) for symbol in missing))
        raise ValueError(f"values: got none for {names}, expected a number for each")
    return lambdify(_SCALARS, expression, modules=[{"erf": erf}, "numpy"])


def numpy_function(
    result: Mapping[str, Expr | Mapping[str, Expr]], values: Mapping[Expr, float]
) -> Callable[[ArrayLike, ArrayLike, Teacher], dict[str, np.ndarray]]:
    """Return ``function(v, w, teacher)`` with the entries of `result`; see `Derivation.numeric`."""
    _checks.instance("values", values, Mapping)
    functions = {
        key: {direction: scalar_function(part, values) for direction, part in entry.items()}
        if isinstance(entry, Mapping)
        else scalar_function(entry, values)
        for key, entry in result.items()
    }

    @_checks.in_doubles
    def function(v: ArrayLike, w: ArrayLike, teacher: Teacher) -> dict[str, np.ndarray]:
        _checks.instance("teacher", teacher, Teacher)
        v, w = check_student(v, w, teacher, direction=True)
        frame = plane(w, teacher)
        if np.any(frame.sin == 0.0):
            raise ValueError("w: got a vector parallel to w*, expected an angle in (0, pi)")
        directions = {
            "v": v,
            "v*": teacher.v,
            "1": np.ones(teacher.m),
            "u": frame.unit,
            "e": frame.tangent / frame.sin[..., None],
            "w*": teacher.w,
        }
        scalars = np.broadcast_arrays(
            frame.norm,
            frame.theta,
            np.sum(np.square(v), axis=-1),
            np.sum(np.square(teacher.v)),
            v @ teacher.v,
            np.sum(teacher.v),
            np.sum(v, axis=-1),
        )
        shape = scalars[0].shape

        def scalar(part: Callable[..., float | np.ndarray]) -> np.ndarray:
            return np.array(np.broadcast_to(part(*scalars), shape))

        return {
            key: sum(scalar(part)[..., None] * directions[name] for name, part in entry.items())
            if isinstance(entry, Mapping)
            else scalar(entry)
            for key, entry in functions.items()
        }

    return function
