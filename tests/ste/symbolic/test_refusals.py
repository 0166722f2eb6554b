"""Where derivations take numbers: any form of them, and nothing else."""

import math

import corners
import numpy as np
import pytest
import sympy as sp

from ste import Teacher
from ste.symbolic import (
    TwoSlope,
    derive_coarse_gradient,
    derive_inner_product,
    derive_population_gradient,
    derive_population_loss,
    gaussian,
)
from ste.symbolic.rows.density import RadialDensity
from ste.symbolic.steps.exact import exact, positive

TEACHER = Teacher([1.0, 2.0], [1.0, 0.0])
#: What is no number for any of them; integers may be of any size.
RUBBISH = {k: v for k, v in corners.RUBBISH.items() if k not in ("complex", "huge integer", "inf")}
CALLS = {
    "value": exact,
    "clip": lambda x: positive("clip", x),
    "left": lambda x: TwoSlope(x, 1),
    "right": lambda x: TwoSlope(0, x),
    "variance": gaussian,
    "radius": lambda x: RadialDensity("disc", 1 / sp.pi, x),
    "expression": lambda x: RadialDensity("mine", x),
    "density": derive_population_loss,
    "density of the gradient": derive_population_gradient,
    "density of the coarse gradient": lambda x: derive_coarse_gradient("relu", x),
    "proxy": derive_coarse_gradient,
    "proxy of the inner product": derive_inner_product,
    "clip of the coarse gradient": lambda x: derive_coarse_gradient("clipped_relu", clip=x),
    "variance of the coarse gradient": lambda x: derive_coarse_gradient("relu", variance=x),
    "values": lambda x: derive_population_loss().numeric(x or 0),
    "teacher": lambda x: derive_population_loss().numeric()([1.0, 1.0], [0.0, 1.0], x),
}


#: An infinite density is refused by the step that integrates it.
CASES = [
    (name, kind)
    for name in CALLS
    for kind in RUBBISH
    if (name, kind) not in (("value", "-inf"), ("expression", "-inf"))
]


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_what_is_no_number_is_refused_by_name(name, kind):
    with pytest.raises(ValueError, match=rf"\b{name.split()[0]}\b.*expected"):
        CALLS[name](RUBBISH[kind])


@pytest.mark.parametrize("bad", [math.inf, 1j, 0, -1, True, np.array([1.0, 2.0])])
def test_a_variance_is_a_positive_number(bad):
    with pytest.raises(ValueError, match=r"^variance: got .*, expected"):
        gaussian(bad)


@pytest.mark.parametrize(
    "form", [2, 2.0, np.float32(2.0), np.int64(2), sp.Integer(2), np.array(2.0)]
)
def test_a_number_may_have_any_form(form):
    assert gaussian(form) == gaussian(2)
    assert TwoSlope(0, form) == TwoSlope(0, 2)


def test_text_is_not_run():
    with pytest.raises(ValueError, match="value: got '1/0', expected a number"):
        exact("1/0")


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_numbers_of_any_size_are_exact(size):
    assert gaussian(size).gaussian_variance == exact(size)
    assert float(exact(size)) == size


@pytest.mark.parametrize("size", [1e-160, 1e160])
def test_what_leaves_the_doubles_is_refused(size):
    loss = derive_population_loss().numeric()
    assert float(loss([2.0, 1.0], [0.0, size], TEACHER)["f"]) == 1.25
    if size > 1.0:
        with pytest.raises(ValueError, match="v, w, teacher: expected numbers for which"):
            loss([size, 1.0], [0.0, 3.0], TEACHER)
