"""The shares that the chapters print are those of the table that compares them."""

import json

import numpy as np
import pytest

import ste
from stebook.chapters.assumptions.runs import PATH, STARTS
from stebook.chapters.tables import shares
from stebook.chapters.tables.shares import SETUPS, share
from stebook.chapters.teachers import TEACHER


def test_the_share_of_the_chapter_on_assumptions_is_that_of_its_stored_runs():
    (setup,) = [setup for setup in SETUPS if setup.page == "assumptions"]
    losses = json.loads(PATH.read_text(encoding="utf-8"))["as in the paper"]["relu"]
    assert share(setup)[0] == np.mean(np.array(losses) < 1e-3)
    assert setup.starts == STARTS


@pytest.mark.parametrize("n", [2, 5])
def test_the_share_of_the_chapter_on_descent_is_what_its_cell_computes(n):
    rng = np.random.default_rng(5)
    v0 = 0.1 * rng.standard_normal((900, 4))
    w0 = rng.standard_normal((900, n))
    w0 /= np.linalg.norm(w0, axis=1, keepdims=True)
    teacher = ste.Teacher(TEACHER.v, np.eye(n)[0])
    run = ste.descend(v0, w0, teacher, ste.RELU, 0.5, 450, record_every=10)
    (setup,) = [setup for setup in SETUPS if (setup.page, setup.n) == ("descent", n)]
    assert share(setup)[0] == np.mean(ste.outcome(run, teacher) == "global")


def test_with_five_coordinates_all_shares_at_length_one_agree_within_chance():
    (one, first), (two, second) = (
        share(setup) for setup in SETUPS if setup.n == 5 and setup.length == 1
    )
    assert abs(one - two) < 2 * np.hypot(first, second)
    less = [share(setup)[0] for setup in SETUPS if setup.n == 2]
    assert max(less) < min(one, two)


def test_the_table_has_a_line_for_each_set_up():
    table = shares()._repr_markdown_().splitlines()
    assert len(table) == 2 + len(SETUPS)
    assert {line.count("|") for line in table} == {9}, "a bar more would be one more column"
    for setup, line in zip(SETUPS, table[2:], strict=True):
        part, error = share(setup)
        assert line.endswith(f"| {100 * part:.1f} ± {100 * error:.1f} |")
        assert f"/book/{setup.page}.md" in line and f"| {setup.success} |" in line
