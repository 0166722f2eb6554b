"""Bad input: every public function refuses it, naming the argument, what came, what was expected.

Also here: what `import ste` pulls in.
"""

import re
import subprocess
import sys

import numpy as np
import pytest

import ste
from ste import _checks

TEACHER = ste.Teacher([1.0, -0.5, 0.8], [3.0, 4.0])
V, W, Z = np.ones(3), np.array([1.0, 2.0]), np.ones((3, 2))
NAN, INF = float("nan"), float("inf")


def refuses(call, *words):
    """`call` raises a ValueError whose message has all the words."""
    with pytest.raises(ValueError) as caught:
        call()
    message = str(caught.value)
    assert "expected" in message
    for word in words:
        assert word in message, f"{word!r} not in {message!r}"


#: Every public function of (v, w), as a function of v and w alone.
OF_V_AND_W = {
    "population_loss": lambda v, w: ste.population_loss(v, w, TEACHER),
    "population_gradient": lambda v, w: ste.population_gradient(v, w, TEACHER),
    "sample_loss": lambda v, w: ste.sample_loss(v, w, Z, TEACHER),
    "coarse_gradient": lambda v, w: ste.coarse_gradient(v, w, Z, TEACHER, ste.RELU),
    "monte_carlo_gradient": lambda v, w: ste.monte_carlo_gradient(v, w, TEACHER, ste.RELU, 9, 0),
    "expected_coarse_gradient": lambda v, w: ste.expected_coarse_gradient(v, w, TEACHER, ste.RELU),
    "correlation": lambda v, w: ste.correlation(v, w, TEACHER, ste.RELU),
    "gradient_bound": lambda v, w: ste.gradient_bound(v, w, TEACHER, ste.RELU),
    "descend": lambda v, w: ste.descend(v, w, TEACHER, ste.RELU, 0.1, 2),
}
NEED_A_DIRECTION = (
    "population_gradient",
    "expected_coarse_gradient",
    "correlation",
    "gradient_bound",
)


@pytest.fixture(params=OF_V_AND_W, ids=str)
def function(request):
    return OF_V_AND_W[request.param]


@pytest.mark.parametrize("bad", [NAN, INF, -INF])
def test_not_finite(function, bad):
    refuses(lambda: function([1.0, bad, 1.0], W), "v", "finite", str(bad))
    refuses(lambda: function(V, [bad, 1.0]), "w", "finite", str(bad))


@pytest.mark.parametrize("bad", [1.0, np.ones(2), np.ones((3, 4)), np.ones(0)])
def test_v_of_the_wrong_shape(function, bad):
    refuses(lambda: function(bad, W), "v", "(..., 3)", str(np.shape(bad)))


@pytest.mark.parametrize("bad", [1.0, np.ones(3), np.ones((2, 1))])
def test_w_of_the_wrong_shape(function, bad):
    refuses(lambda: function(V, bad), "w", "(..., 2)", str(np.shape(bad)))


def test_leading_axes_that_do_not_broadcast(function):
    refuses(lambda: function(np.ones((4, 3)), np.ones((5, 2))), "v", "w", "(4,)", "(5,)")


@pytest.mark.parametrize("bad", [["a", "b", "c"], [1j, 1.0, 1.0], [None, 1.0, 1.0]])
def test_not_numbers(function, bad):
    refuses(lambda: function(bad, W), "v", "real numbers", "dtype")


def test_ragged(function):
    refuses(lambda: function([[1.0, 2.0, 3.0], [1.0]], W), "v", "array of numbers", "ragged")


@pytest.mark.parametrize("name", OF_V_AND_W)
def test_w_zero_is_refused_only_where_a_direction_is_needed(name):
    zero = np.array([[1.0, 2.0], [0.0, 0.0]])
    if name in NEED_A_DIRECTION:
        refuses(lambda: OF_V_AND_W[name](V, zero), "w", "non-zero", "w = 0")
    else:
        OF_V_AND_W[name](V, zero)


@pytest.mark.parametrize("bad", [np.ones((2, 3)), np.ones(3), np.ones((3, 3)), 1.0])
def test_inputs_of_the_wrong_shape(bad):
    expected = "(..., 3, 2)", str(np.shape(bad))
    refuses(lambda: ste.sample_loss(V, W, bad, TEACHER), "Z", *expected)
    refuses(lambda: ste.coarse_gradient(V, W, bad, TEACHER, ste.RELU), "Z", *expected)


def test_inputs_that_do_not_broadcast_or_are_not_finite():
    many = np.ones((4, 3, 2))
    refuses(lambda: ste.sample_loss(np.ones((5, 3)), W, many, TEACHER), "v", "Z", "(5,)", "(4,)")
    refuses(lambda: ste.sample_loss(V, np.ones((5, 2)), many, TEACHER), "w", "Z", "(5,)", "(4,)")
    refuses(lambda: ste.sample_loss(V, W, NAN * Z, TEACHER), "Z", "finite", "nan")


@pytest.mark.parametrize(
    ("v", "w", "words"),
    [
        ([0.0, 0.0], [1.0], ("teacher.v", "non-zero", "zeros")),
        ([1.0], [0.0, 0.0], ("teacher.w", "non-zero", "zeros")),
        ([], [1.0], ("teacher.v", "one-dimensional", "(0,)")),
        ([1.0], 2.0, ("teacher.w", "one-dimensional", "()")),
        ([[1.0]], [1.0], ("teacher.v", "one-dimensional", "(1, 1)")),
        ([1.0, NAN], [1.0], ("teacher.v", "finite", "nan")),
        ([1.0], [INF], ("teacher.w", "finite", "inf")),
        (["a"], [1.0], ("teacher.v", "real numbers")),
    ],
)
def test_teacher(v, w, words):
    refuses(lambda: ste.Teacher(v, w), *words)


@pytest.mark.parametrize(
    "call",
    [
        lambda teacher: ste.population_loss(V, W, teacher),
        lambda teacher: ste.population_gradient(V, W, teacher),
        lambda teacher: ste.sample_loss(V, W, Z, teacher),
        lambda teacher: ste.coarse_gradient(V, W, Z, teacher, ste.RELU),
        lambda teacher: ste.monte_carlo_gradient(V, W, teacher, ste.RELU, 9, 0),
        lambda teacher: ste.expected_coarse_gradient(V, W, teacher, ste.RELU),
        lambda teacher: ste.correlation(V, W, teacher, ste.RELU),
        lambda teacher: ste.descend(V, W, teacher, ste.RELU, 0.1, 2),
        lambda teacher: ste.critical_points(teacher),
        lambda teacher: ste.best_v(0.1, teacher),
        lambda teacher: ste.profile_loss(0.1, teacher),
        lambda teacher: ste.limit_cycle(teacher),
    ],
)
def test_what_is_no_teacher(call):
    refuses(lambda: call([1.0, 2.0, 3.0]), "teacher", "Teacher", "list")


@pytest.mark.parametrize(
    "call",
    [
        lambda estimator: ste.coarse_gradient(V, W, Z, TEACHER, estimator),
        lambda estimator: ste.monte_carlo_gradient(V, W, TEACHER, estimator, 9, 0),
        lambda estimator: ste.expected_coarse_gradient(V, W, TEACHER, estimator),
        lambda estimator: ste.correlation(V, W, TEACHER, estimator),
        lambda estimator: ste.descend(V, W, TEACHER, estimator, 0.1, 2),
    ],
)
def test_what_is_no_estimator(call):
    refuses(lambda: call("relu"), "estimator", "Estimator", "str")


@pytest.mark.parametrize("samples", [1, 0, -3, 2.5, "many", True])
def test_samples(samples):
    words = "samples", "an integer >= 2", repr(samples)
    refuses(lambda: ste.monte_carlo_gradient(V, W, TEACHER, ste.RELU, samples, 0), *words)
    refuses(lambda: ste.descend(V, W, TEACHER, ste.RELU, 0.1, 2, samples=samples), *words)


@pytest.mark.parametrize("seed", [-1, 0.5, None])
def test_seed(seed):
    words = "seed", "an integer >= 0", repr(seed)
    refuses(lambda: ste.monte_carlo_gradient(V, W, TEACHER, ste.RELU, 9, seed), *words)
    refuses(lambda: ste.descend(V, W, TEACHER, ste.RELU, 0.1, 2, samples=9, seed=seed), *words)


@pytest.mark.parametrize("call", [ste.best_v, ste.profile_loss])
@pytest.mark.parametrize("theta", [-1e-9, 3.2, [0.0, 4.0]])
def test_angle_outside_the_range(call, theta):
    refuses(lambda: call(theta, TEACHER), "theta", "[0, pi]", str(np.max(np.abs(theta))))


def test_seeds_and_counts_may_be_numpy_integers():
    wanted = ste.monte_carlo_gradient(V, W, TEACHER, ste.RELU, 9, 3)
    got = ste.monte_carlo_gradient(V, W, TEACHER, ste.RELU, np.int64(9), np.uint8(3))
    assert np.array_equal(got.mean, wanted.mean)


def test_integers_and_booleans_are_numbers():
    assert _checks.finite_array("x", [1, True]).tolist() == [1.0, 1.0]


def test_the_argument_is_named_first():
    with pytest.raises(ValueError, match=re.compile(r"^w: ")):
        ste.population_gradient(V, np.zeros(2), TEACHER)


def test_import_needs_numpy_alone():
    code = """
import sys
import numpy
before = set(sys.modules)
import ste
ste.descend([1.0], [1.0, 2.0], ste.Teacher([1.0], [1.0, 0.0]), ste.RELU, 0.1, 2)
new = {name.partition(".")[0] for name in set(sys.modules) - before}
print(*sorted(new - set(sys.stdlib_module_names) - {"numpy"}))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout.split() == ["ste"]


def test_every_public_name_is_there():
    assert sorted(ste.__all__) == sorted(set(ste.__all__))
    for name in ste.__all__:
        assert hasattr(ste, name)
