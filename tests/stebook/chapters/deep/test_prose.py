"""The numbers that the chapter's sentences state are those of the stored runs."""

import re

import numpy as np
import pytest
from toc import ROOT

from stebook.chapters.deep import claims, equal, forecast, records
from stebook.chapters.deep.claims import CLIPPED, FULL, IDENTITY, RELU, lead
from stebook.chapters.deep.deep_accuracy import BITS, NETWORKS, cell
from stebook.chapters.deep.deep_stability import RATES, STARTS, changes

PAGE = " ".join((ROOT / "book" / "deep.md").read_text(encoding="utf-8").split())
HALF, WIDE, LONG = "resnet-fashion", "resnet-fashion-full", "resnet-fashion-full-14"
STABLE = "resnet-stability-full"


def states(*numbers):
    """Whether the page has these words one after the other."""
    return " ".join(numbers) in PAGE


def relative(estimator, rate, start):
    """How much the training loss of the full ResNet-20 gains, in percent of itself, by seed."""
    before = records.stability(STABLE, start, estimator, rate, "loss")[:, 0]
    return 100 * changes(STABLE, start, estimator, rate, "loss") / before


def moved(estimator, rate):
    """How far its weights have moved, in percent of their length, run by run."""
    both = [records.stability(STABLE, start, estimator, rate, "moved")[:, -1] for start in STARTS]
    return 100 * np.concatenate(both)


def test_what_more_bits_do_to_the_gaps():
    relu, identity = ([lead(WIDE, bits, k) for bits in (2, 4)] for k in (RELU, IDENTITY))
    assert np.all(relu[0] > relu[1])
    assert states(f"from {relu[0].mean():.1f} to {relu[1].mean():.1f} points. The gap between")
    assert states(f"from {identity[0].mean():.1f} to {identity[1].mean():.1f} points, because")
    worst = records.accuracy(WIDE, 2, "identity").min()
    assert states(f"one seed of identity ends at {worst:.1f} %")
    grown = np.sort(identity[1] - identity[0])[1:]
    np.testing.assert_allclose(grown, 3, atol=0.15)
    half = [lead(HALF, bits, IDENTITY) for bits in (2, 4)]
    assert np.all(half[1] > half[0])
    assert states(f"from {half[0].mean():.1f} to {half[1].mean():.1f} points.")


def test_what_more_training_does_to_the_gaps():
    for k in (IDENTITY, RELU):
        short, long = lead(WIDE, 2, k).mean(), lead(LONG, 2, k).mean()
        assert states(f"from {short:.1f} to {long:.1f} points"), k
    narrower = np.sort(lead(WIDE, 2, IDENTITY) - lead(LONG, 2, IDENTITY))
    assert 0 < narrower[0] < 1 and narrower[1] < 1.2
    assert np.all(lead(LONG, 2, RELU) > lead(WIDE, 2, RELU))


def test_vgg_at_full_width_separates_little():
    means = cell("vgg-fashion-full", 2, "accuracy").mean(axis=0)[[CLIPPED, RELU, IDENTITY]]
    clipped, relu, identity = (f"{mean:.1f}" for mean in means)
    assert states(f"{clipped}, {relu} and {identity} % for clipped ReLU, ReLU and identity")


@pytest.mark.parametrize("name", FULL)
def test_the_table_of_full_width_has_the_runs(name):
    rows = [line for line in claims.full_width().splitlines() if "epochs" in line]
    assert len(rows) == sum(len(records.bits(full)) for full in FULL)
    for bits in records.bits(name):
        ran = records.setup(name)
        place = f"| {ran.net}, {bits} bits, {ran.epochs} epochs | "
        (row,) = [row for row in rows if row.startswith(place)]
        for k, text in zip((CLIPPED, RELU, IDENTITY), row.split(" | ")[1:4], strict=True):
            mean = cell(name, bits, "accuracy")[:, k].mean()
            assert float(text.split(" ± ")[0]) == pytest.approx(mean, abs=0.0501)


def test_the_table_of_set_ups_has_every_run():
    rows = [line.strip("| ").split(" | ") for line in claims.setups().splitlines()[2:]]
    assert sum(int(row[-1]) for row in rows) == 519
    names = [row[0].split("`")[1] for row in rows]
    assert [int(row[-1]) for row in rows] == [len(records.table(name)) for name in names]
    assert {name for name, row in zip(names, rows, strict=True) if row[2].count("+") == 2} == {
        name for name in names if "stability" in name
    }
    five = {name for name in names if len(records.seeds(name)) == 5}
    assert five == {"lenet-mnist", "probe"}
    assert states("three seeds for each cell, five in `lenet-mnist` and `probe`")


def test_identity_trains_worse_in_all_seeds_but_one():
    losses = [cell(network, bits, "loss") for network in NETWORKS for bits in BITS if bits > 1]
    better = [np.count_nonzero(x[:, IDENTITY] <= x[:, RELU]) for x in losses if len(x)]
    assert sum(better) == 1
    assert states("its training loss is larger in all seeds but one")


def test_how_far_identity_is_behind_in_resnet():
    tables = [(HALF, 2), (HALF, 4), (WIDE, 2), (WIDE, 4), (LONG, 2)]
    behind = [np.diff(cell(*table, "accuracy")[:, :2], axis=1).mean() for table in tables]
    assert states(f"and {min(behind):.0f} to {max(behind):.0f} points in ResNet-20")
    two = [lead(name, 2, RELU).mean() for name in (HALF, WIDE, LONG)]
    assert states(f"clipped ReLU is {min(two):.0f} to {max(two):.0f} points ahead")


def test_what_of_it_is_left_in_vgg():
    small, full = (
        claims.Case("", name, "", np.diff(cell(name, 2, "accuracy")[:, :2], axis=1)[:, 0], "points")
        for name in ("vgg-fashion", "vgg-fashion-full")
    )
    assert abs(small.mean) < 0.5
    assert full.strength == "not reproduced"
    assert states(f"{full.mean:.1f} points in the full one, which may be chance")


def test_what_holds_at_full_width():
    rows = dict(
        line.strip("| ").split(" | ", 1) for line in claims.at_full_width().splitlines()[2:]
    )
    full = [case for case in claims.cases() if records.is_full(case.table)]
    cells = [count for row in rows.values() for count in re.findall(r"(\d+) [a-z]", row)]
    assert sum(map(int, cells)) == len(full)

    def strengths(claim, net):
        return {
            case.strength
            for case in full
            if case.claim == claim and records.net_of(case.table) == net
        }

    for net in ("resnet20", "lenet5"):
        assert strengths("ReLU tests better than identity", net) == {"supported"}
    assert strengths("Clipped ReLU tests better than ReLU", "resnet20") == {"supported"}
    assert strengths("Identity leaves good minima", "resnet20") <= set(records.STRENGTHS[:2])
    assert strengths("More bits narrow ReLU's gap to clipped ReLU", "resnet20") == {"supported"}
    assert strengths("More bits narrow identity's gap to clipped ReLU", "resnet20") == {
        "not reproduced"
    }
    assert "supported" not in strengths("ReLU tests better than identity", "vgg11")
    assert "supported" not in strengths("Clipped ReLU tests better than ReLU", "vgg11")
    place = "| 2 supported | 1 not reproduced | 3 supported |"
    assert f"| ReLU tests better than identity {place}" in claims.at_full_width()


def test_relu_is_last_at_one_bit():
    behind = {
        name: -np.diff(cell(name, 1, "accuracy")[:, :2], axis=1).mean()
        for name in ("lenet-mnist", "lenet-fashion", "vgg-fashion")
    }
    assert states(f"by {behind['lenet-mnist']:.1f} points in LeNet-5 on 4,000 digits")
    assert states(f"by {behind['lenet-fashion']:.1f} in LeNet-5 on all")
    assert states(f"by {behind['vgg-fashion']:.1f} in VGG-11 at 1/8")


def test_who_leaves_the_minima_of_the_full_resnet_at_the_papers_rate():
    rises = np.concatenate([relative("identity", 1e-5, start) for start in STARTS])
    assert states(f"in all six runs, by {rises.min():.1f} to {rises.max():.1f} % of itself")
    at_home, elsewhere = (relative("clipped_relu", 1e-5, x) for x in ("clipped_relu", "relu"))
    assert states(f"changes by ${at_home.min():.1f}$ to {at_home.max():.1f} %")
    assert states(f"it rises by {elsewhere.min():.1f} to {elsewhere.max():.1f} %")


def test_who_leaves_them_at_ten_times_that_rate():
    ends = [records.stability(STABLE, start, "identity", 1e-4, "loss") for start in STARTS]
    ends = np.concatenate(ends)
    assert np.all(ends[:, 1] > ends[:, 0])
    assert states(f"to between {ends[:, 1].min():.2f} and {ends[:, 1].max():.1f}")
    others = [relative(name, 1e-4, start) for name in ("relu", "clipped_relu") for start in STARTS]
    assert np.abs(others).max() < 4


def test_how_far_the_weights_of_the_full_resnet_move():
    identity = moved("identity", 1e-4)
    assert states(f"by {identity.min():.0f} to {identity.max():.0f} % of their length")
    np.testing.assert_allclose(moved("relu", 1e-4), 0.1, atol=0.05)
    clipped = moved("clipped_relu", 1e-4)
    assert states(f"by {clipped.min():.2f} to {clipped.max():.2f} %")
    rises = np.concatenate([changes(STABLE, start, "identity", 1e-4, "loss") for start in STARTS])
    near = np.flatnonzero((identity > 5) & (identity < 10))
    assert sorted(np.round(identity[near])) == [6, 8]
    assert sorted(np.round(rises[near], 2)) == [0.16, 0.85]
    assert states("raises the loss by 0.16 and 0.85")
    far = moved("relu", 1e-2)
    less = np.concatenate([changes(STABLE, start, "relu", 1e-2, "loss") for start in STARTS])
    assert states(f"which moved {far.min():.0f} to {far.max():.0f} %")
    assert states(f"raises it by {less.min():.2f} to {less.max():.2f}")
    assert max(RATES) == 1e-2


def even(what, estimator, rate):
    """A measure of the six further trainings at equal length, run by run."""
    columns = [records.stability(equal.FURTHER, start, estimator, rate, what) for start in STARTS]
    return np.concatenate([rows[:, -1] - rows[:, 0] for rows in columns])


def test_what_steps_of_equal_length_leave():
    rises = {name: even("loss", name, 1e-3) for name in records.ESTIMATORS}
    low, high = rises["identity"].min(), rises["identity"].max()
    assert low > 0 and states(f"in all six runs, but by {low:.3f} to {high:.3f} only")
    low, high = rises["relu"].min(), rises["relu"].max()
    assert low > 0 and states(f"ReLU raises it by {low:.3f} to {high:.3f}")
    low, high = rises["clipped_relu"].min(), rises["clipped_relu"].max()
    assert states(f"clipped ReLU changes it by ${low:.3f}$ to {high:.3f}")
    for rate, words in (
        (1e-3, "{:.1f} to {:.1f} % of their length in all"),
        (1e-2, "{:.0f} to {:.0f} %, none"),
    ):
        far = 100 * np.concatenate([even("moved", name, rate) for name in records.ESTIMATORS])
        assert states(words.format(far.min(), far.max()))
    for start in STARTS:
        assert records.strength(equal.apart(start, "identity", 1e-3)) == "supported"
        means = [
            changes(equal.FURTHER, start, name, 1e-3, "loss").mean() for name in records.ESTIMATORS
        ]
        assert means[0] > means[1] > means[2] and means[2] <= 0
    assert all(np.all(even("loss", name, 1e-2) > 0) for name in records.ESTIMATORS)


def test_the_table_of_equal_lengths_has_a_row_for_each_start_and_rate():
    rows = equal.further().splitlines()[2:]
    assert len(rows) == len(STARTS) * len(RATES)
    change = changes(equal.FURTHER, "relu", "identity", 1e-3, "loss")
    shown = f"{change.mean():.3f} ± {records.standard_error(change):.3f}".replace(" ", "\u00a0")
    assert rows[2].startswith(f"| by ReLU, $10^{{-3}}$ | {shown} | ")
    assert not any("\u22120.000" in row for row in rows) and any("\u2212" in row for row in rows)


def test_what_the_forecasts_came_to():
    found = forecast.forecasts()
    right = [sum(getattr(one, rule) == one.fails for one in found) for rule in ("long", "little")]
    assert (len(found), *right) == (6, 5, 3)
    assert states("right in five cases of six, direction in three")
    near = forecast.behind(forecast.TRAININGS, "plain20", "relu")
    assert states(f"the seeds lie between {near.min():.1f} and {near.max():.1f} points")
    with_sums, without = (
        forecast.behind(forecast.TRAININGS, net, "identity").mean()
        for net in ("resnet20", "plain20")
    )
    assert without > with_sums
    for proxy, words in (
        ("identity", " behind clipped ReLU in the place of "),
        ("relu", " in the place of "),
    ):
        even = forecast.behind((equal.TRAINING,), "resnet20", proxy).mean()
        usual = forecast.behind(forecast.TRAININGS, "resnet20", proxy).mean()
        points = " points" if proxy == "identity" else ""
        assert states(f"{even:.1f}{points}{words}{usual:.1f}")
    assert forecast.TOO_LONG == 30 and forecast.TOO_LITTLE == 0.6 and forecast.BEHIND == 2
    assert (
        states("more than 30 times") and states("less than 0.6 of") and states("more than 2 points")
    )


def test_the_table_of_forecasts_has_a_row_for_each_and_marks_what_is_right():
    rows = forecast.compared().splitlines()[2:]
    assert rows[0].startswith("| ResNet-20, identity | 6,539 | **fails** | 1.01 | holds | 10.7 ± ")
    assert len(rows) == 6 and sum(row.count("**") for row in rows) == 2 * 8
    assert not any("-0.0" in row for row in rows)
