"""The table of libraries: its schema, its words against its numbers, what the model says of it."""

import json
import re

import jsonschema
import numpy as np
import pytest
from toc import ROOT

import ste
from ste.zoo.libraries import framework, frameworks
from ste.zoo.typed import proxy as proxy_of
from ste.zoo.windows import window

DATA = ROOT / "ste" / "zoo"
X = np.linspace(0.0013, 6.0, 2000)
ROWS = pytest.mark.parametrize("row", frameworks(), ids=lambda row: row.id)
TEACHER = ste.Teacher(v=[1.0, -0.5, 0.8, 0.3], w=[1.0, 0.0, 0.0])


def read(name):
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def test_the_data_fit_their_schema():
    schema = read("libraries.schema.json")
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(read("libraries.json"), schema)


@pytest.mark.parametrize(
    "change", [{"kind": "good"}, {"jump": "-1"}, {"version": "newest"}, {"more": 1}]
)
def test_the_schema_refuses_what_is_not_a_row(change):
    row = {**read("libraries.json")[0], **change}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([row], read("libraries.schema.json"))


def test_ids_are_there_once():
    names = [row.id for row in frameworks()]
    assert len(set(names)) == len(names)


def test_the_pins_are_the_versions_of_the_rows_that_are_run():
    pinned = (ROOT / "experiments/frameworks/requirements.txt").read_text(encoding="utf-8")
    pins = dict(re.findall(r"^(\w+)==(\S+)$", pinned, re.M))
    run = {row.library.lower(): row.version for row in frameworks() if row.checked == "test"}
    del run["pytorch"]
    assert pins == run


@ROWS
def test_the_kind_is_the_shape_about_zero(row):
    right, left = row.estimator.evaluate(X), row.estimator.evaluate(-X)
    constant = (right == right[0]).all() and (left == right[0]).all()
    if row.kind == "constant":
        assert constant and right[0] == 1.0
    elif row.kind == "odd":
        np.testing.assert_array_equal(left, -right)
        assert right.any()
    elif row.kind == "symmetric":
        np.testing.assert_allclose(left, right, atol=1e-15)
        assert not constant
    elif row.kind == "one-sided":
        assert not left.any() and right.any()
    else:  # the leak is shorter than the window on the right
        assert 0.0 < X[left > 0].max() < X[right > 0].max()


@ROWS
def test_the_jump_is_moved_to_zero(row):
    x = np.concatenate([-X, X])
    np.testing.assert_array_equal(row.at_jump.evaluate(x), row.estimator.evaluate(x + row.jump))
    assert 0.0 in row.at_jump.breakpoints
    if row.jump:
        assert {b - row.jump for b in row.estimator.breakpoints} <= set(row.at_jump.breakpoints)
    else:
        assert row.at_jump == row.estimator or row.at_jump.name == row.estimator.name


WINDOWS = {
    "torch_fake_quantize": (1.0, 1.0),
    "torchao_fake_quantize": (1.0, 1.0),
    "torch_relu_fake_quantize": (0.5, 1.0),
    "brevitas_quant_relu": (0.5, 1.0),
    "larq_dorefa": (0.5, 0.5),
    "qkeras_quantized_relu": (0.5, 0.5),
    "larq_ste_heaviside": (1.0, 1.0),
}


@pytest.mark.parametrize("name", WINDOWS)
def test_about_their_jump_they_are_windows(name):
    found = ste.residuals(TEACHER, framework(name).at_jump)
    wanted = ste.residuals(TEACHER, window(*WINDOWS[name]))
    assert found.spurious == pytest.approx(wanted.spurious, rel=1e-12)
    assert found.saddle == pytest.approx(wanted.saddle, rel=1e-12)


def test_of_all_that_put_out_a_step_one_passes_where_it_jumps():
    steps = [row for row in frameworks() if row.forward == "step"]
    assert [row.id for row in steps if ste.one_sided(row.at_jump).one_sided] == [
        "snntorch_heaviside"
    ]
    assert sum(row.kind == "one-sided" for row in steps) == 5


@pytest.mark.result("prop-odd")
@pytest.mark.parametrize("odd", ["snntorch_triangular", "x*exp(-x**2)"])
def test_an_odd_proxy_never_turns_the_filter(odd):
    named = odd in [row.id for row in frameworks()]
    proxy = framework(odd).estimator if named else proxy_of(odd)
    rng = np.random.default_rng(2)
    v, w = rng.standard_normal((20, 4)), rng.standard_normal((20, 3))
    found = ste.expected_coarse_gradient(v, w, TEACHER, proxy)[1]
    across = found - np.sum(found * w, -1, keepdims=True) * w / np.sum(w * w, -1, keepdims=True)
    assert np.abs(across).max() < 1e-14 < np.abs(found).min()
    np.testing.assert_allclose(ste.correlation(v, w, TEACHER, proxy).inner, 0.0, atol=1e-14)
    mean, error = ste.monte_carlo_gradient(v[:3], w[:3], TEACHER, proxy, 40_000, seed=4)
    assert (np.abs(mean - found[:3]) < 4.5 * error).all()


def test_an_unknown_row_is_refused():
    with pytest.raises(ValueError, match="name: expected one of torch_fake_quantize, "):
        framework("jax")
