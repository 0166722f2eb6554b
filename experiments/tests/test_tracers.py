"""What each who asks for a gradient gets of the layer, and that the chapter's table says so."""

import json
import subprocess
import sys
from math import inf
from pathlib import Path

import numpy as np
import pytest

import ste
from experiments.dropin import ESTIMATORS
from experiments.tests.tracers import ASKED, POINTS

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "book" / "frameworks.md"
#: The row that nothing comes back in.
FOR_INFERENCE = "`export`, then lowered"


@pytest.fixture(scope="module")
def measured():
    """What the script of the tracers prints."""
    command = [sys.executable, "-m", "experiments.tests.tracers"]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("who", [name for name in ASKED if name != FOR_INFERENCE])
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_everyone_gets_the_package_s_gradient_of_the_layer(measured, estimator, who):
    proxy = ste.clipped_relu(1.5) if estimator == "clipped_relu" else ste.get_estimator(estimator)
    wanted = [float(proxy.evaluate(x)) if abs(x) < inf else 0.0 for x in POINTS]
    answers = measured["asked"][estimator][who]
    assert answers == [wanted] * len(ASKED[who])


def test_several_learned_steps_at_once(measured):
    wanted = [0.5 + 0.5 + 3.0, 0.75 + 0.25 + 3.0]
    assert measured["steps"] == [wanted, wanted]


def test_generated_code_gives_the_same_values_and_gradients_in_half_precision(measured):
    assert not any(measured["generated"].values()), measured["generated"]


def cell(answers):
    """One word for what a function with ReLU's proxy got at the finite points."""
    right = [float(x > 0) for x in POINTS[1:-1]]
    words = set()
    for answer in answers:
        if isinstance(answer, str):
            words.add("an error")
        else:
            inner = answer[1:-1]
            words.add("right" if inner == right else "zeros" if not np.any(inner) else "wrong")
    (word,) = words
    return word


def test_the_table_of_the_chapter_is_what_was_measured(measured):
    rows = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        parts = [part.strip() for part in line.strip("|").split("|")]
        if parts[0] in ASKED:
            rows[parts[0]] = parts[1:]
    asked = measured["asked"]
    forms = ("short", "whole", "relu")
    assert rows == {who: [cell(asked[form][who]) for form in forms] for who in ASKED}
