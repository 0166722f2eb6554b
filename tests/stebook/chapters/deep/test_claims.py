"""The table of claims: every cell of every table is asked, and none is counted twice."""

import re

import numpy as np
import pytest

from stebook.chapters.deep import claims, records
from stebook.chapters.deep.deep_accuracy import NETWORKS
from stebook.chapters.deep.deep_stability import NETWORKS as STABLE
from stebook.chapters.deep.deep_stability import RATES


@pytest.fixture(scope="module")
def cases():
    return claims.cases()


def test_each_claim_is_looked_at_wherever_it_can_be(cases):
    counts = {}
    for case in cases:
        counts[case.claim] = counts.get(case.claim, 0) + 1
    rates = len(STABLE) * len(RATES)
    # five tables have 2 and 4 bits, three have 2 alone; three have 1 bit
    order, gaps = [13, 13, 13, 13, 3], [5, 5, 1, 1]
    assert list(counts.values()) == [*order, *gaps, 2 * rates, rates, rates, rates]
    assert len({(case.claim, case.where) for case in cases}) == len(cases)


def test_the_summary_counts_the_cases(cases):
    rows = re.findall(r"^\| (.+?) \| (\d+) \| (.+) \|$", claims.summary(), re.M)
    assert [row[0] for row in rows] == list(dict.fromkeys(case.claim for case in cases))
    for name, total, counts in rows:
        mine = [case.strength for case in cases if case.claim == name]
        assert int(total) == len(mine) == sum(map(int, counts.split(" | ")))
        assert int(counts.split(" | ")[0]) == mine.count("supported")


def test_details_give_every_case(cases):
    for name in dict.fromkeys(case.claim for case in cases):
        rows = re.findall(r"^\| (.+?) \| .* \| (.+?) \|$", claims.details(name), re.M)[1:]
        assert rows == [(case.where, case.strength) for case in cases if case.claim == name]
    with pytest.raises(ValueError, match="claim: expected one of ReLU trains better"):
        claims.details("nope")


def test_a_case_reads_the_runs_it_names(cases):
    """The sign of the first two, from the accuracies themselves."""
    for case in cases:
        if case.claim == "Clipped ReLU tests better than ReLU":
            words, bits = case.where.rsplit(", ", 1)
            (network,) = [key for key, name in NETWORKS.items() if name == words]
            clipped, relu = (
                records.accuracy(network, int(bits[0]), name) for name in ("clipped_relu", "relu")
            )
            np.testing.assert_allclose(case.differences, clipped - relu)


def test_the_table_of_results_has_every_cell_and_the_paper_below():
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", claims.results(), re.M)[1:]
    ours = {row[0]: row[1:] for row in rows if not row[0].startswith("*")}
    paper = [row for row in rows if row[0].startswith("*")]
    cells = [
        (network, bits)
        for network in NETWORKS
        for bits in (1, 2, 4)
        if len(records.accuracy(network, bits, "relu"))
    ]
    assert len(ours) == len(cells)
    for (network, bits), row in zip(cells, ours.values(), strict=True):
        for name, text in zip(records.ESTIMATORS, row, strict=True):
            loss, right = text.split(", ")
            mean = records.accuracy(network, bits, name).mean()
            assert float(right.split(" ± ")[0]) == pytest.approx(mean, abs=0.0051)
            wanted = records.training_loss(network, bits, name).mean()
            assert float(loss) == pytest.approx(wanted, abs=5.1e-5)
    assert len(paper) == sum(bits > 1 for _, bits in cells)
    assert (
        "*the paper, CIFAR-10, 2 bits*",
        "*1.56, 46.52*",
        "*1.5, 48.05*",
        "*0.24, 88.39*",
    ) in paper
