"""Worst errors of every function against the 40-digit oracle, as multiples of the stated scales.

Run from the root of the repository: ``python -m tools.accuracy``.
"""

from collections.abc import Callable, Iterable, Iterator

import ste
from tests import oracle

#: Teachers in a sweep; each brings up to six students.
TEACHERS = 360
#: Points at which the oracle integrates the moments itself, which takes it a second each.
INTEGRATED = ((1e-8, 1.0), (0.7, 1e-4), (0.7, 1.0), (2.0, 1e4), (3.141592643589793, 0.4))


def worst(error: Callable[..., float], cases: Iterable[oracle.Case], *args) -> tuple[float, int]:
    errors = [error(case, *args) for case in cases]
    return max(errors), len(errors)


def table() -> Iterator[tuple[str, float, float, int]]:
    """Rows (function, worst error, bound, number of cases)."""
    sweep = list(oracle.cases(TEACHERS, seed=1))
    ends = list(oracle.cases(TEACHERS // 6, seed=2, angles=oracle.PARALLEL))
    every = sweep + ends
    yield "population_loss", *worst_row(oracle.loss_error, every)
    yield "grad_v", *worst_row(oracle.gradient_v_error, every)
    yield "population_gradient, w", *worst_row(oracle.population_gradient_w_error, sweep)
    for estimator, moments in oracle.CLOSED_FORMS:
        args = every, estimator, moments
        name = f"expected_coarse_gradient, w, {estimator.name}"
        yield name, *worst_row(oracle.expected_gradient_w_error, *args)
    for estimator, moments in oracle.CLOSED_FORMS[:3]:
        name = f"correlation, inner, {estimator.name}"
        yield name, *worst_row(oracle.inner_error, sweep, estimator, moments)
    for estimator, moments in oracle.CLOSED_FORMS:
        args = every[::5], oracle.without_closed_form(estimator), moments
        name = f"quadrature, {estimator.name}"
        yield name, *worst_row(oracle.expected_gradient_w_error, *args, bound=1e-10)
    for name, derivative, g, breakpoints in oracle.CURVED:
        estimator = ste.Estimator(name, derivative, breakpoints)
        cases = [
            case
            for i, (theta, rho) in enumerate(INTEGRATED)
            for case in oracle.cases(1, seed=i, angles=(theta,), norms=(rho,))
        ]
        args = cases[:: max(1, len(cases) // 5)], estimator, oracle.by_definition(g, breakpoints)
        yield (
            f"quadrature, {name}",
            *worst_row(oracle.expected_gradient_w_error, *args, bound=1e-10),
        )


def worst_row(
    error: Callable[..., float], cases: Iterable[oracle.Case], *args, bound: float = 1e-13
) -> tuple[float, float, int]:
    value, count = worst(error, cases, *args)
    return value, bound, count


def main() -> None:
    print(f"{'function':<48}{'worst error':>12}{'bound':>9}{'cases':>7}")
    for name, value, bound, count in table():
        print(f"{name:<48}{value:>12.1e}{bound:>9.0e}{count:>7}", flush=True)


if __name__ == "__main__":
    main()
