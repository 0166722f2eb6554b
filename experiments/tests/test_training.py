"""Training: the schedule, the order of images, the numbers, the same again from the same seed."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from experiments import training
from experiments.training import Schedule, batches, fit, pretrain, quantized, score


def test_the_rate_falls_to_a_tenth_twice():
    schedule = Schedule(epochs=20, rate=0.1, batch=64, drops=(0.4, 0.75))
    rates = [schedule.rate_at(epoch) for epoch in range(20)]
    assert rates == pytest.approx([0.1] * 8 + [0.01] * 7 + [0.001] * 5)


def test_each_image_comes_once_an_epoch_and_a_rest_of_one_not():
    def order(count, seed):
        return [*batches(count, 8, torch.Generator().manual_seed(seed))]

    parts = order(20, 0)
    assert [len(part) for part in parts] == [8, 8, 4]
    assert torch.cat(parts).sort().values.tolist() == list(range(20))
    assert [len(part) for part in order(17, 0)] == [8, 8]
    assert torch.cat(order(20, 0)).tolist() != torch.cat(order(20, 1)).tolist()


def test_the_numbers_are_of_all_images_and_of_the_network_as_it_is(noise):
    class Always(nn.Module):
        """Scores that say 3 with a share of e^2 / (e^2 + 9)."""

        def forward(self, x):
            return torch.zeros(len(x), 10).index_fill(1, torch.tensor(3), 2.0)

    found = score(Always(), noise.train)
    e = torch.exp(torch.tensor(2.0))
    right, wrong = torch.log(e + 9) - 2, torch.log(e + 9)
    assert found["accuracy"] == pytest.approx(0.1)
    assert found["loss"] == pytest.approx((0.1 * right + 0.9 * wrong).item(), rel=1e-5)
    assert score(Always(), noise.train, 3)["accuracy"] == 0


def test_the_same_seed_gives_the_same_bits(job, noise):
    state = pretrain(job, noise)
    again = pretrain(job, noise)
    assert all(torch.equal(state[key], again[key]) for key in state)
    other = pretrain(replace(job, seed=1), noise)
    assert any(not torch.equal(state[key], other[key]) for key in state)

    ends = [quantized(job, noise, state) for _ in range(2)]
    (one, first), (two, second) = ends
    assert {**first, "seconds": 0} == {**second, "seconds": 0}
    for here, there in zip(one.parameters(), two.parameters(), strict=True):
        assert torch.equal(here, there)


def test_the_quantized_network_begins_at_the_float_one(job, noise):
    state = pretrain(job, noise)
    still = replace(job, schedule=replace(job.schedule, rate=1e-30))
    net, result = quantized(still, noise, state)
    for name, weight in net.named_parameters():
        assert torch.equal(weight, state[name])
    before = training.network(job, noise, quantized=False)
    before.load_state_dict(state)
    assert result["float_accuracy"] == score(before, noise.test)["accuracy"]


def test_training_learns_and_says_how(job, noise):
    rows = []
    net, result = quantized(job, noise, pretrain(job, noise), rows.append)
    assert rows == result["epochs"]
    assert len(rows) == 2
    assert rows[-1]["loss"] < 2.3
    assert result["test"] == score(net, noise.test)
    assert result["train"] == score(net, noise.train)


def test_a_loss_that_is_no_number_stops_the_run(noise):
    class Lost(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.ones(1))

        def forward(self, x):
            return self.weight * torch.full((len(x), 10), float("nan"))

    with pytest.raises(FloatingPointError, match="the training loss is nan in epoch 0"):
        fit(Lost(), noise, Schedule(3, 0.1, 8), 0)
