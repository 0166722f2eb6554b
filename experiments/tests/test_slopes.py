"""Gradients against a smoothed network's: what is compared, and that looking changes nothing."""

from dataclasses import replace

import pytest
import torch

from experiments import slopes
from experiments.probes import batch_statistics, through
from experiments.slopes import Slopes, Smoothed
from experiments.training import pretrain, quantized
from experiments.windows import ESTIMATORS, Windowed, step


@pytest.fixture(scope="module")
def state(noise):
    kept = {}

    def of(job):
        if job.bits not in kept:
            kept[job.bits] = pretrain(job, noise)
        return kept[job.bits]

    return of


@pytest.mark.parametrize("bits", [1, 2])
def test_the_smoothed_stairs_are_the_mean_over_noise(bits):
    alpha, tau = step(bits), 0.3
    x = torch.linspace(-1, 3, 9, dtype=torch.float64)
    points = torch.special.ndtri(torch.linspace(0, 1, 20_002, dtype=torch.float64)[1:-1])
    stairs = Windowed(bits, alpha, None, None)
    mean = torch.stack([stairs(at + tau * points).mean() for at in x])
    assert torch.allclose(Smoothed(bits, alpha, tau)(x), mean, atol=1e-3)


def test_a_look_at_a_training_leaves_its_numbers_alone(job, noise, state):
    alone = quantized(job, noise, state(job))[1]
    seen = []
    found = slopes.slopes(Slopes(job, (0.0, 0.5, 1.0), 0, 40), noise, state(job), seen.append)
    assert [look["epoch"] for look in found["looks"]] == [0, 1, 2]
    assert found["epochs"] == seen == alone["epochs"]
    assert (found["train"], found["test"]) == (alone["train"], alone["test"])


def test_a_forecast_trains_nothing(job, noise, state):
    found = slopes.slopes(Slopes(job, (0.0,), 2, 40), noise, state(job))
    assert list(found) == ["looks"]
    (look,) = found["looks"]
    assert set(look["cosines"]) == set(look["ratios"]) == set(ESTIMATORS)
    assert all(len(row) == 5 for row in look["cosines"].values())
    assert all(abs(value) <= 1 for row in look["cosines"].values() for value in row)
    assert len(look["below"]) == len(look["above"]) == 4
    assert [len(part) for part in look["falls"]["smoothed"]] == [2, 2, 2]


def test_the_last_layer_has_no_stairs_after_it(job, noise, state):
    """There the three estimators have one gradient."""
    look = slopes.look(Slopes(job, (0.0,), 0, 40), noise, state(job))
    assert len({row[-1] for row in look["cosines"].values()}) == 1
    assert len({row[-1] for row in look["ratios"].values()}) == 1


def test_the_falls_are_those_of_the_smooth_loss_where_it_is_smooth(job, noise, state, monkeypatch):
    """Along its own gradient a smooth loss falls by the gradient's length times the layer's."""
    net = through(job, noise, state(job), job.low, job.high)
    batch_statistics(net)
    layers = slopes.weights(net)
    slope = [torch.randn(layer.shape) for layer in layers]

    def loss_on(net, *pair):
        parts = zip(slope, slopes.weights(net), strict=True)
        return sum(torch.sum(one * other) for one, other in parts)

    monkeypatch.setattr(slopes, "loss_on", loss_on)
    falls = slopes.checked(
        net, {"one": slopes.unit(slope)}, noise.train, Slopes(job, (0.0,), 3, 40)
    )["one"]
    each = [(one.norm() * layer.norm()).item() for one, layer in zip(slope, layers, strict=True)]
    wanted = [sum(each[:2]), each[2], sum(each[3:])]
    for part, sum_of_part in zip(falls, wanted, strict=True):
        assert part == pytest.approx([sum_of_part] * 3, rel=2e-3)


def test_shares_off_the_stairs(job, noise, state):
    net = through(job, noise, state(job), job.low, job.high)
    batch_statistics(net)
    found = slopes.outside(net, noise.train[0])
    assert all(0 < share < 1 for share in found["below"])
    assert all(0 <= share < 0.5 for share in found["above"])


def test_numbers_are_kept_to_four_digits():
    assert slopes.shortened({"a": [1 / 3, 2, [123456.0]]}) == {"a": [0.3333, 2, [123500.0]]}


def test_the_label_says_what_is_looked_at(job):
    assert Slopes(job, (0.0,), 4).label == "lenet5-b2-float"
    assert Slopes(replace(job, bits=1), (1.0,), 0).label == "lenet5-b1-clipped_relu"
