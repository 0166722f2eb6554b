"""The accuracy explorer of the deep networks against the files of the runs."""

import json
import math
import statistics

import pytest

from stebook.chapters.deep.collect import TABLES
from stebook.chapters.deep.deep_accuracy import BITS, EXPLORER, NETWORKS, cell

NAMES = ("identity", "relu", "clipped_relu")


def read(network, bits):
    """Accuracy and loss by estimator and seed, straight from the files."""
    found = {}
    for path in (TABLES[network] / network).glob(f"b{bits}-*.json"):
        run = json.loads(path.read_text(encoding="utf-8"))
        result, job = run["result"], run["job"]
        found[job["estimator"], job["seed"]] = (result["test"]["accuracy"], result["train"]["loss"])
    return found


CELLS = [(network, bits) for network in NETWORKS for bits in BITS if read(network, bits)]


def test_a_cell_that_was_not_run_says_so():
    missing = {(network, bits) for network in NETWORKS for bits in BITS} - set(CELLS)
    assert {network for network, _ in missing} == {
        "resnet-fashion",
        "vgg-fast",
        "vgg-fashion-full",
        "resnet-fashion-full",
        "resnet-fashion-full-14",
    }
    assert len(missing) == 1 + 2 + 2 + 1 + 2
    for network, bits in missing:
        for measure in ("accuracy", "loss"):
            values = EXPLORER.evaluate(network=network, bits=bits, measure=measure)
            assert EXPLORER.say(values) == "This cell was not run."
            assert EXPLORER.cells(values)[:6] == [*["\N{EN DASH}"] * 5, "0"]
            assert values["seeds"] == len(cell(network, bits, measure)) == 0


@pytest.mark.parametrize(("network", "bits"), CELLS)
def test_numbers_are_those_of_the_files(network, bits):
    found = read(network, bits)
    seeds = sorted({seed for _, seed in found})
    assert len(found) == 3 * len(seeds) and len(seeds) >= 3
    for k, (measure, scale) in enumerate((("accuracy", 100), ("loss", 1))):
        values = EXPLORER.evaluate(network=network, bits=bits, measure=measure)
        for at, name in enumerate(NAMES):
            mine = [scale * found[name, seed][k] for seed in seeds]
            assert values[f"mean_{name}"] == pytest.approx(statistics.mean(mine))
            assert values[f"spread_{name}"] == pytest.approx(statistics.stdev(mine))
            assert cell(network, bits, measure)[:, at].tolist() == pytest.approx(mine)


@pytest.mark.parametrize(("network", "bits"), CELLS)
@pytest.mark.parametrize("measure", ["accuracy", "loss"])
def test_the_sentence_names_the_last(network, bits, measure):
    values = EXPLORER.evaluate(network=network, bits=bits, measure=measure)
    said = EXPLORER.say(values)
    *numbers, clipped, relu, count = EXPLORER.cells(values)[:6]
    means = [values[f"mean_{name}"] for name in NAMES]
    k = ("accuracy", "loss").index(measure)
    found = {key: pair[k] for key, pair in read(network, bits).items()}
    seeds = sorted({seed for _, seed in found})
    digits = (2, 4)[k]
    assert [float(x) for x in numbers] == pytest.approx(means, abs=0.51 * 10**-digits)
    assert [len(x.split(".")[1]) for x in numbers] == [digits] * 3 and count == str(len(seeds))
    leads = [
        [100 ** (measure == "accuracy") * (found[one, seed] - found[other, seed]) for seed in seeds]
        for one, other in (("clipped_relu", "relu"), ("relu", "identity"))
    ]
    clear = any(
        abs(statistics.mean(lead)) > 2 * statistics.stdev(lead) / math.sqrt(len(lead))
        for lead in leads
    )
    for text, lead in zip((clipped, relu), leads, strict=True):
        error = statistics.stdev(lead) / math.sqrt(len(lead))
        told = [float(part.replace("\N{MINUS SIGN}", "-")) for part in text.split(" ± ")]
        assert told == pytest.approx([statistics.mean(lead), error], abs=0.51 * 10**-digits)
    assert ("Neither difference" in said) == (not clear)
    assert ("over two standard errors." in said) and ("At least one" in said) == clear
    if clear:
        worst = (min if measure == "accuracy" else max)(range(3), key=means.__getitem__)
        assert ("Identity", "Plain ReLU", "Clipped ReLU")[worst] + " is last" in said
        best = (max if measure == "accuracy" else min)(means)
        assert ("and clipped ReLU first" in said) == (worst == 0 and best == means[2])


def test_every_run_is_in_the_figure():
    values = EXPLORER.evaluate(network="vgg-fashion", bits=2)
    shown = [y for y in values["all_y"].tolist() if y == y]
    assert sorted(shown) == pytest.approx(
        sorted(100 * accuracy for accuracy, _ in read("vgg-fashion", 2).values())
    )
    assert min(shown) > values["window"][0] and max(shown) < values["window"][1]


@pytest.mark.title("Clipped ReLU is best, or within two standard errors of the best")
@pytest.mark.parametrize(("network", "bits"), CELLS)
def test_clipped_relu_is_best_or_not_clearly_behind(network, bits):
    """By paired differences, seed by seed, against each of the others."""
    for measure, sign in (("accuracy", 1.0), ("loss", -1.0)):
        values = sign * cell(network, bits, measure)
        for other in (0, 1):
            lead = (values[:, 2] - values[:, other]).tolist()
            error = statistics.stdev(lead) / math.sqrt(len(lead))
            assert statistics.mean(lead) > -2.0 * error
