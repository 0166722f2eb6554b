"""Steps of equal length."""

import pytest
import torch

from experiments.lengths import EqualLength


@pytest.mark.parametrize("size", [1e-8, 1.0, 1e8])
def test_a_step_has_its_length_whatever_the_gradient_s(size):
    weights = [torch.randn(4, 3).requires_grad_(), torch.randn(7).requires_grad_()]
    before = [weight.detach().clone() for weight in weights]
    moves = EqualLength(weights, lr=0.01, momentum=0.9)
    for weight in weights:
        weight.grad = size * torch.randn(weight.shape)
    moves.step()
    for weight, start in zip(weights, before, strict=True):
        step = start - weight.detach()
        assert (step.norm() / start.norm()).item() == pytest.approx(0.01, rel=1e-4)
        cosine = torch.cosine_similarity(step.flatten(), weight.grad.flatten(), dim=0)
        assert cosine.item() == pytest.approx(1, abs=1e-5)


def test_the_direction_is_that_of_sgd_with_momentum():
    one, other = (torch.tensor([3.0, 4.0], requires_grad=True) for _ in range(2))
    even, usual = EqualLength([one], 0.1, 0.9), torch.optim.SGD([other], 0.1, 0.9)
    for gradient in ([1.0, 0.0], [0.0, 2.0]):
        at = [one.detach().clone(), other.detach().clone()]
        one.grad, other.grad = torch.tensor(gradient), torch.tensor(gradient)
        even.step()
        usual.step()
        moved = [(end - start).detach() for end, start in zip((one, other), at, strict=True)]
        assert torch.cosine_similarity(*moved, dim=0).item() == pytest.approx(1, abs=1e-6)
        assert moved[0].norm().item() == pytest.approx(0.1 * at[0].norm().item(), rel=1e-5)


def test_without_a_gradient_nothing_moves():
    still, none = torch.ones(3, requires_grad=True), torch.ones(2, requires_grad=True)
    still.grad = torch.zeros(3)
    EqualLength([still, none], 0.1, 0.9).step()
    assert still.tolist() == [1, 1, 1]
    assert none.tolist() == [1, 1]
