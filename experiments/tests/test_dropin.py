"""The layer for PyTorch against the package: forward, each proxy, the model, the expectation."""

import numpy as np
import pytest
import torch

import ste
from experiments.dropin import ESTIMATORS, Quantizer
from ste.beyond.quantizer import quantize

X = np.concatenate([np.linspace(-3.0, 6.0, 721), [0.0, -0.0, 1e-12, -1e-12]])


def proxy(bits, alpha, estimator):
    """The package's estimator for the same proxy."""
    if estimator == "clipped_relu":
        return ste.clipped_relu((2**bits - 1) * alpha)
    return ste.get_estimator(estimator)


@pytest.mark.parametrize("bits", [1, 2, 4])
@pytest.mark.parametrize("alpha", [1.0, 0.6511, 0.1946])
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_forward_and_backward_are_those_of_the_package(bits, alpha, estimator):
    x = torch.tensor(X, requires_grad=True)
    out = Quantizer(bits, alpha, estimator)(x)
    np.testing.assert_array_equal(out.detach(), quantize(X, alpha, bits))
    sent = torch.linspace(-1.0, 2.0, X.size, dtype=torch.float64)
    out.backward(sent)
    wanted = sent.numpy() * proxy(bits, alpha, estimator).evaluate(X)
    np.testing.assert_array_equal(x.grad, wanted)


def gradients(v, w, Z, teacher, estimator):
    """Gradients of the mean loss of the two-layer model, by autograd."""
    v, w = (torch.tensor(part, requires_grad=True) for part in (v, w))
    step = Quantizer(1, 1.0, estimator)
    Z = torch.tensor(Z)
    target = step(Z @ torch.tensor(teacher.w.copy())) @ torch.tensor(teacher.v.copy())
    loss = 0.5 * (step(Z @ w) @ v - target).square().mean()
    loss.backward()
    return float(loss.detach()), v.grad.numpy(), w.grad.numpy()


TEACHER = ste.Teacher(v=[1.0, -0.5, 0.8, 0.3], w=[1.0, 0.0, 0.0])
V, W = np.array([0.3, 0.7, -0.4, 1.1]), np.array([-0.5, 0.8, 0.4])


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_autograd_gives_the_coarse_gradient_of_the_model(estimator):
    Z = np.random.default_rng(1).standard_normal((50, TEACHER.m, TEACHER.n))
    loss, grad_v, grad_w = gradients(V, W, Z, TEACHER, estimator)
    wanted = ste.coarse_gradient(V, W, Z, TEACHER, ste.get_estimator(estimator))
    assert loss == pytest.approx(ste.sample_loss(V, W, Z, TEACHER).mean(), rel=1e-12)
    np.testing.assert_allclose(grad_v, wanted[0].mean(axis=0), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(grad_w, wanted[1].mean(axis=0), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_its_mean_is_the_expected_coarse_gradient(estimator):
    samples, seed = 40_000, 3
    Z = np.random.default_rng(seed).standard_normal((samples, TEACHER.m, TEACHER.n))
    _, grad_v, grad_w = gradients(V, W, Z, TEACHER, estimator)
    each = ste.coarse_gradient(V, W, Z, TEACHER, ste.get_estimator(estimator))
    exact = ste.expected_coarse_gradient(V, W, TEACHER, ste.get_estimator(estimator))
    for mean, parts, wanted in zip((grad_v, grad_w), each, exact, strict=True):
        error = parts.std(axis=0) / np.sqrt(samples)
        assert (np.abs(mean - wanted) < 4.0 * error).all()


def test_an_unknown_estimator_is_refused():
    with pytest.raises(ValueError, match="estimator: expected one of"):
        Quantizer(2, 1.0, "tanh")


def test_it_says_what_it_is():
    assert str(Quantizer(2, 0.5, "relu")) == "Quantizer(bits=2, alpha=0.5, estimator='relu')"
