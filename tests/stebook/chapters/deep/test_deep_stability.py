"""The stability explorer against the files of the runs."""

import json
import math
import statistics

import pytest

from stebook.chapters.deep.collect import TABLES
from stebook.chapters.deep.deep_stability import EXPLORER, NETWORKS, RATES, STARTS
from stebook.chapters.styles import STYLES
from stebook.templates import number

NAMES = ("identity", "relu", "clipped_relu")


def read(network):
    """First and last training loss by start, estimator, rate and seed."""
    found = {}
    for path in (TABLES[network] / network).glob("*.json"):
        run = json.loads(path.read_text(encoding="utf-8"))
        job, rows = run["job"], run["result"]["epochs"]
        key = job["start"]["estimator"], job["estimator"], job["rate"], job["start"]["seed"]
        found[key] = rows[0]["loss"], rows[-1]["loss"]
    return found


@pytest.mark.parametrize("network", NETWORKS)
def test_changes_and_verdicts_are_those_of_the_files(network):
    found = read(network)
    seeds = sorted({key[-1] for key in found})
    assert len(found) == len(STARTS) * 3 * len(RATES) * len(seeds) and len(seeds) >= 3
    for start in STARTS:
        for rate in RATES:
            values = EXPLORER.evaluate(network=network, start=start, rate=rate)
            rising = []
            for name in NAMES:
                both = [found[start, name, rate, seed] for seed in seeds]
                change = [last - before for before, last in both]
                error = statistics.stdev(change) / math.sqrt(len(change))
                assert values[f"change_{name}"] == pytest.approx(statistics.mean(change))
                assert values[f"error_{name}"] == pytest.approx(error)
                assert values[f"rises_{name}"] == sum(x > 0 for x in change)
                rising.append(statistics.mean(change) > 2 * error)
            said, cells = EXPLORER.say(values), EXPLORER.cells(values)
            for name, cell in zip(STYLES, cells, strict=False):
                parts = (number(values[f"{part}_{name}"], 3) for part in ("change", "error"))
                assert cell == " ± ".join(parts)
            assert cells[3] == f"{values['epochs']:.0f} epochs, {len(seeds)} seeds"
            assert ("a null" in said) == (not any(rising))
            assert ("the paper's effect" in said) == (rising == [True, False, False])
            assert ("none rests" in said) == all(rising)


@pytest.mark.parametrize("network", NETWORKS)
def test_all_start_from_one_minimum(network):
    before = {}
    for (start, _, _, seed), (first, _) in read(network).items():
        before.setdefault((start, seed), set()).add(first)
    assert all(len(values) == 1 for values in before.values())


def test_every_line_is_in_the_window():
    for network in NETWORKS:
        for column in ("loss", "accuracy"):
            values = EXPLORER.evaluate(network=network, column=column)
            for name in NAMES:
                shown = [y for y in values[f"y_{name}"].tolist() if y == y]
                assert values["span"][0] < min(shown) <= max(shown) < values["span"][1]


def epochs(network, estimator, rate):
    """Losses after each epoch and how far the weights have moved at the end, run by run."""
    for path in sorted((TABLES[network] / network).glob("*.json")):
        run = json.loads(path.read_text(encoding="utf-8"))
        if (run["job"]["estimator"], run["job"]["rate"]) == (estimator, rate):
            rows = run["result"]["epochs"]
            yield [row["loss"] for row in rows], rows[-1]["moved"]


def test_identity_is_below_its_peak_after_the_third_epoch_in_five_runs_of_six():
    runs = [losses for losses, _ in epochs("vgg-stability", "identity", 1e-2)]
    assert len(runs) == 6 and all(losses[1] > losses[0] for losses in runs)
    assert sum(losses[-1] < max(losses) for losses in runs) == 5


@pytest.mark.parametrize(
    ("estimator", "least", "most"),
    [("identity", 0.30, 1.31), ("relu", 0.0038, 0.0126), ("clipped_relu", 0.0015, 0.0027)],
)
def test_how_far_the_weights_of_resnet_move_at_a_thousandth(estimator, least, most):
    """The text: 30 to 130 %, 0.4 to 1.3 %, about 0.2 % of their length."""
    moved = [move for _, move in epochs("resnet-stability", estimator, 1e-3)]
    assert len(moved) == 6
    assert least < min(moved) < 1.15 * least and most / 1.15 < max(moved) < most


@pytest.mark.title("At the largest rate identity leaves, clipped ReLU stays")
@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("network", NETWORKS)
def test_at_the_largest_rate_identity_leaves_and_clipped_relu_stays(network, start):
    """By the loss over two standard errors; by the accuracy over one percent."""
    state = {"network": network, "start": start, "rate": max(RATES)}
    values = EXPLORER.evaluate(**state)
    assert values["leaves_identity"] and not values["leaves_clipped"]
    values = EXPLORER.evaluate(column="accuracy", **state)
    assert values["change_identity"] < -1.0 < values["change_clipped_relu"] < 1.0
