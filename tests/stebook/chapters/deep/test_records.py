"""The reader of results, on files of its own and on those of the project."""

import json

import numpy as np
import pytest

from stebook.chapters.deep import records


def trained(seed, estimator, accuracy):
    job = {"bits": 2, "estimator": estimator, "seed": seed, "net": "vgg11"}
    return {"job": job, "result": {"test": {"accuracy": accuracy}, "train": {"loss": 1 - accuracy}}}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Two tables of three seeds, written in no order, in place of the project's."""
    tables = {"small": [], "after": []}
    for seed, accuracy in ((2, 0.5), (0, 0.25), (10, 0.75)):
        tables["small"].append(trained(seed, "relu", accuracy))
        start = trained(seed, "relu", 0.5)["job"]
        rows = [{"loss": 0.1 * k + seed} for k in range(3)]
        for rate in (1e-3, 1e-5):
            job = {"start": start, "estimator": "identity", "rate": rate}
            tables["after"].append({"job": job, "result": {"epochs": rows}})
    for name, runs in tables.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(runs))
    read = records.table.__wrapped__
    monkeypatch.setattr(records, "table", lambda name: read(name, tmp_path))
    return tmp_path


def test_cells_are_in_the_order_of_the_seeds(folder):
    assert records.seeds("small") == records.seeds("after") == (0, 2, 10)
    assert records.bits("small") == (2,)
    np.testing.assert_allclose(records.accuracy("small", 2, "relu"), [25.0, 50.0, 75.0])
    np.testing.assert_allclose(records.training_loss("small", 2, "relu"), [0.75, 0.5, 0.25])
    rows = records.stability("after", "relu", "identity", 1e-5, "loss")
    np.testing.assert_allclose(rows, np.add.outer([0.0, 2.0, 10.0], [0.0, 0.1, 0.2]))


def test_the_paper_has_no_row_with_one_bit(folder):
    assert "88.39" not in records.said_by_the_paper("small", 2)
    assert "86.58, 88.69, 90.92" in records.said_by_the_paper("small", 2)
    assert records.said_by_the_paper("small", 1) == "not in the paper"


def test_a_table_without_results_is_refused(folder):
    with pytest.raises(
        ValueError, match="table: expected one with results, of after, small, got 'nope'"
    ):
        records.table("nope")


@pytest.mark.parametrize(
    ("differences", "strength"),
    [
        ([1.0, 1.1, 0.9], "supported"),
        ([2.0, 0.1, 0.1], "weakly supported"),
        ([1.0, 0.9, -0.1], "weakly supported"),
        ([1.0, -0.9, 0.1], "not reproduced"),
        ([-0.1, -2.0, -0.1], "not reproduced"),
        ([-1.0, -1.1, -0.9], "contradicted"),
        ([0.0, 0.0, 0.0], "not reproduced"),
    ],
)
def test_strength(differences, strength):
    assert records.strength(differences) == strength
    mirrored = records.strength(np.negative(differences))
    if strength in ("supported", "contradicted"):
        assert {mirrored, strength} == {"supported", "contradicted"}


@pytest.mark.parametrize("bad", [[1.0, 2.0], 3.0, [[1.0, 2.0, 3.0]]])
def test_too_few_differences_are_refused(bad):
    with pytest.raises(ValueError, match="differences: expected three or more"):
        records.strength(bad)


def test_the_standard_error_is_that_of_repeated_means():
    rng = np.random.default_rng(0)
    many = rng.normal(size=(4000, 5))
    errors = [records.standard_error(row) ** 2 for row in many]
    assert np.mean(errors) == pytest.approx(np.var(many.mean(axis=1)), rel=0.05)
