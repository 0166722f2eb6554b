"""The frameworks explorer against the rows, the criterion and the cycle."""

import numpy as np
import pytest

import ste
from ste.zoo.libraries import framework, frameworks
from stebook.chapters.frameworks.frameworks import CURVE, EXPLORER, LENGTHS, TEACHER
from stebook.templates import number

NAMES = [row.id for row in frameworks()]
IDENTITY = ste.residuals(TEACHER, ste.IDENTITY).spurious


@pytest.mark.parametrize("name", NAMES)
def test_the_curve_is_the_proxy_about_its_jump(name):
    values = EXPLORER.evaluate(framework=name)
    wanted = framework(name).at_jump.evaluate(CURVE)
    sides = (values["left"], values["right"])
    np.testing.assert_array_equal(np.where(CURVE < 0.0, *sides), wanted)
    assert np.isnan(np.where(CURVE > 0.0, *sides)).all()
    assert values["low"] < wanted.min() and wanted.max() < values["top"]


@pytest.mark.title("A proxy that is zero below the jump rests at the trap")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("length", LENGTHS)
def test_what_is_left_over_is_the_residual(name, length):
    values = EXPLORER.evaluate(framework=name, length=length)
    found = ste.residuals(TEACHER, framework(name).at_jump, length).spurious
    assert values["trap"] == pytest.approx(found, rel=1e-9, abs=1e-12)
    assert values["percent"] == pytest.approx(100.0 * found / IDENTITY, rel=1e-9, abs=1e-9)
    zero = not np.nanmax(np.abs(values["left"])) > 0.0
    assert zero == (values["trap"] == 0.0) == (name == "snntorch_heaviside")


@pytest.mark.parametrize("row", frameworks(), ids=lambda row: row.id)
def test_the_sentence_says_what_the_theorems_say(row):
    values = EXPLORER.evaluate(framework=row.id)
    said = EXPLORER.say(values)
    left = [number(values["trap"], 4), number(IDENTITY, 4), f"{number(values['percent'], 2)} %"]
    assert EXPLORER.cells(values)[:4] == [*left, f"{row.library}: {row.name}"]
    label = values["framework_label"]
    assert label.startswith(f"{row.library}: {row.name.split('_per_')[0][:4]}") and len(label) < 37
    passes = ste.one_sided(row.at_jump).one_sided
    assert ("every proxy rests" in said) == (row.forward == "sign")
    assert ("The model says nothing" in said) == (row.forward == "round")
    if row.forward == "step":
        assert ("there is no residual" in said) == passes
        assert ("never turns the filter" in said) == (row.kind == "odd")
        assert said.startswith("It fails") == (not passes and row.kind != "odd")
        assert ("jumps at x = 1/2" in said) == (row.jump == 0.5)
    assert ("for a 0/1 step" in said) == (row.forward != "step")
    if "acts as identity" in said:
        cycle, wanted = ste.limit_cycle(TEACHER, row.at_jump), ste.limit_cycle(TEACHER)
        assert cycle.kappa == pytest.approx(1.0, abs=1e-6)
        assert cycle.threshold == pytest.approx(wanted.threshold, abs=1e-6)
