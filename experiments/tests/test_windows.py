"""The quantized activation: its stairs, its windows, its steps, and the gradient of a network."""

import numpy as np
import pytest
import torch

import ste
from experiments.dropin import Quantizer
from experiments.tables import HIGHS, LOWS
from experiments.windows import ESTIMATORS, STEPS, Windowed, step, window
from ste.beyond.quantizer import quantize

X = np.linspace(-4.0, 4.0, 1601)
INF = float("inf")


def proxy(bits, estimator):
    """The package's estimator for one of the three."""
    if estimator == "clipped_relu":
        return ste.clipped_relu((2**bits - 1) * step(bits))
    return ste.get_estimator(estimator)


def sent_back(module, points):
    """What comes out, and what goes back when a ramp comes in."""
    x = torch.tensor(points, dtype=torch.float64, requires_grad=True)
    ramp = torch.linspace(1.0, 2.0, len(points), dtype=torch.float64)
    out = module(x)
    out.backward(ramp)
    return out.detach().numpy(), (x.grad / ramp).numpy()


@pytest.mark.parametrize("bits", STEPS)
def test_forward_is_the_package_s_quantizer(bits):
    out, _ = sent_back(Windowed(bits, step(bits), None, None), X)
    np.testing.assert_array_equal(out, quantize(X, step(bits), bits))


@pytest.mark.parametrize("low", LOWS)
@pytest.mark.parametrize("high", HIGHS)
def test_backward_is_the_window(low, high):
    _, back = sent_back(Windowed(2, step(2), low, high), X)
    above = np.ones(X.size, bool) if low is None else low < X
    below = np.ones(X.size, bool) if high is None else high > X
    np.testing.assert_array_equal(back, above & below)


@pytest.mark.parametrize("bits", [0, 25, 10**9, 1.5])
def test_so_many_levels_are_not_counted(bits):
    with pytest.raises(ValueError, match="bits: expected an integer from 1 to 24, got"):
        Windowed(bits, 1.0, None, None)


def test_the_ends_of_a_window_do_not_belong_to_it():
    low, high = -0.6, 1.2
    points = [low, np.nextafter(low, 1), np.nextafter(high, 0), high]
    _, back = sent_back(Windowed(2, step(2), low, high), points)
    np.testing.assert_array_equal(back, [0, 1, 1, 0])


@pytest.mark.parametrize("bits", STEPS)
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_the_three_are_those_of_the_package_and_of_the_drop_in_layer(bits, estimator):
    out, back = sent_back(Windowed(bits, step(bits), *window(estimator, bits)), X)
    np.testing.assert_array_equal(back, proxy(bits, estimator).evaluate(X))
    again, layer = sent_back(Quantizer(bits, step(bits), estimator), X)
    np.testing.assert_array_equal(again, out)
    np.testing.assert_array_equal(layer, back)


@pytest.mark.parametrize("bits", STEPS)
def test_the_steps_are_best_in_the_mean_square(bits):
    """Rounding max(X, 0) on a grid of steps, by the midpoint rule on X in (0, 9)."""
    x = (np.arange(45_000) + 0.5) * 2e-4
    weight = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi) * 2e-4
    alphas = step(bits) + np.arange(-20, 21) * 1e-4

    def error(alpha):
        return weight @ (alpha * np.clip(np.round(x / alpha), 0, 2**bits - 1) - x) ** 2

    errors = [error(alpha) for alpha in alphas]
    assert alphas[np.argmin(errors)] == pytest.approx(step(bits), abs=1.01e-4)
    assert errors[0] > min(errors) < errors[-1]


def test_the_model_s_coarse_gradient():
    """Windowed in the two-layer model gives the package's gradient of each sample's loss."""
    rng = np.random.default_rng(1)
    v, w, Z = rng.normal(size=4), rng.normal(size=3), rng.normal(size=(50, 4, 3))
    teacher = ste.Teacher(v=[1.0, -0.5, 0.8, 0.3], w=[1.0, 0.0, 0.0])
    targets = quantize(Z @ teacher.w) @ teacher.v
    for estimator in (ste.IDENTITY, ste.RELU, ste.clipped_relu(1.0)):
        low = None if estimator == ste.IDENTITY else 0.0
        high = 1.0 if estimator not in (ste.IDENTITY, ste.RELU) else None
        second, filters = (torch.tensor(part, requires_grad=True) for part in (v, w))
        scores = Windowed(1, 1.0, low, high)(torch.tensor(Z) @ filters) @ second
        loss = 0.5 * (scores - torch.tensor(targets)).square().sum()
        loss.backward()
        by_second, by_filter = ste.coarse_gradient(v, w, Z, teacher, estimator)
        np.testing.assert_allclose(second.grad, by_second.sum(0), rtol=1e-12)
        np.testing.assert_allclose(filters.grad, by_filter.sum(0), rtol=1e-12)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_back_propagation_by_hand(estimator):
    """Two quantized layers and cross-entropy: autograd against the chain rule in numpy."""
    bits, (low, high) = 2, window(estimator, 2)
    rng = np.random.default_rng(2)
    x, labels = rng.normal(size=(30, 6)), rng.integers(0, 3, 30)
    weights = [rng.normal(size=shape) / 2 for shape in ((6, 8), (8, 7), (7, 3))]

    ends = (-INF if low is None else low, INF if high is None else high)
    hidden, before = [x], []
    for weight in weights[:-1]:
        before.append(hidden[-1] @ weight)
        hidden.append(quantize(before[-1], step(bits), bits))
    scores = hidden[-1] @ weights[-1]
    share = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    back = (share - np.eye(3)[labels]) / len(x)
    wanted = [hidden[-1].T @ back]
    for k in (1, 0):
        passes = (before[k] > ends[0]) & (before[k] < ends[1])
        back = (back @ weights[k + 1].T) * passes
        wanted.insert(0, hidden[k].T @ back)

    layers = [torch.tensor(weight, requires_grad=True) for weight in weights]
    out = torch.tensor(x)
    for layer in layers[:-1]:
        out = Windowed(bits, step(bits), low, high)(out @ layer)
    torch.nn.functional.cross_entropy(out @ layers[-1], torch.tensor(labels)).backward()
    for layer, gradient in zip(layers, wanted, strict=True):
        assert np.abs(gradient).max() > 1e-3
        np.testing.assert_allclose(layer.grad, gradient, atol=1e-14)


def test_what_is_not_known_is_named():
    with pytest.raises(ValueError, match="bits: expected one of 1, 2, 4, got 3"):
        step(3)
    with pytest.raises(ValueError, match="estimator: expected one of identity, relu, clipped_relu"):
        window("sigmoid", 2)
