"""The layer for PyTorch against the package: forward, each proxy, the model, the expectation.

Then every type of number, infinity and nan, the learned step, and what is refused.
"""

import copy
import pickle

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

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


TYPES = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
STEPS = (1.0, 0.1, 0.01, 0.6511, 1 / 3, 3e-5, 700.0)
INF, NAN = float("inf"), float("nan")


def levels(bits, alpha, dtype):
    """The levels as numbers of a type."""
    return torch.arange(2**bits).to(dtype) * alpha


def numbers(dtype, rungs):
    """All numbers of a type of 16 bits; else the levels, their neighbors and some others."""
    if dtype.itemsize == 2:
        every = torch.arange(-(2**15), 2**15, dtype=torch.int16).view(dtype)
        return every[every.isfinite()]
    ends = torch.full_like(rungs, INF)
    others = torch.linspace(-1.0, 1.5, 2001, dtype=dtype) * rungs[-1]
    return torch.cat([rungs, rungs.nextafter(ends), rungs.nextafter(-ends), others])


@pytest.mark.parametrize("dtype", TYPES, ids=str)
@pytest.mark.parametrize("alpha", STEPS)
@pytest.mark.parametrize("bits", [1, 4, 8])
def test_the_lowest_level_that_is_not_below_and_again_the_same(bits, alpha, dtype):
    rungs = levels(bits, alpha, dtype)
    x = numbers(dtype, rungs)
    y = Quantizer(bits, alpha, "relu")(x)
    assert y.dtype == dtype
    assert torch.isin(y, rungs).all()
    assert ((y >= x) | (y == rungs[-1])).all()
    for lower in rungs[:-1]:
        assert not ((lower < y) & (lower >= x)).any()
    assert torch.equal(Quantizer(bits, alpha, "relu")(y), y)


def test_a_level_stays_where_a_quotient_would_climb_a_stair():
    level = torch.tensor(13) * 0.1
    assert torch.ceil(level / 0.1) == 14
    assert Quantizer(4, 0.1, "relu")(level) == level


def sent_back(layer, x, sent=None):
    """What goes back when `sent`, or a one, comes in at each entry."""
    x = x.clone().requires_grad_()
    layer(x).backward(torch.ones_like(x) if sent is None else sent)
    return x.grad


@pytest.mark.parametrize("dtype", TYPES, ids=str)
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_the_gradient_of_every_type_is_the_package_s(estimator, dtype):
    rungs = levels(2, 0.6511, dtype)
    x = numbers(dtype, rungs)
    window = ste.clipped_relu(float(rungs[-1])) if estimator == "clipped_relu" else None
    wanted = (window or ste.get_estimator(estimator)).evaluate(x.double().numpy())
    got = sent_back(Quantizer(2, 0.6511, estimator), x)
    assert got.dtype == dtype
    np.testing.assert_array_equal(got.double(), wanted)


@pytest.mark.parametrize("dtype", TYPES, ids=str)
@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("learned", [False, True])
def test_infinity_is_quantized_and_lies_in_no_window(learned, estimator, dtype):
    layer = Quantizer(2, 0.5, estimator, learned)
    x = torch.tensor([-INF, INF, NAN, 0.25], dtype=dtype)
    assert layer(x)[[0, 1, 3]].tolist() == [0.0, 1.5, 0.5]
    assert layer(x)[2].isnan()
    for sent in (1.0, INF, NAN):
        came = torch.tensor([sent, sent, sent, 2.0], dtype=dtype)
        assert sent_back(layer, x, came).tolist() == [0.0, 0.0, 0.0, 2.0]


def test_the_largest_number_of_a_type_passes():
    for dtype in TYPES:
        x = torch.tensor([torch.finfo(dtype).max], dtype=dtype)
        assert sent_back(Quantizer(2, 0.5, "identity"), x) == 1.0
        assert Quantizer(2, 0.5, "identity")(x) == 1.5


def test_integers_are_quantized_as_numbers():
    assert Quantizer(2, 0.5, "relu")(torch.tensor([-1, 0, 1, 5])).tolist() == [0.0, 0.0, 1.0, 1.5]


def test_any_order_in_memory_is_taken_without_a_warning_and_kept():
    layer, x = Quantizer(2, 0.5, "relu"), torch.randn(2, 3, 4, 5)
    for turned in (x.mT, x.to(memory_format=torch.channels_last), x[:, ::2]):
        assert torch.equal(layer(turned), layer(turned.contiguous()))
    assert layer(x.to(memory_format=torch.channels_last)).stride() == (60, 1, 15, 3)


def small_net():
    """A layer between two matrices, and an input that meets all of its levels."""
    torch.manual_seed(1)
    net = nn.Sequential(nn.Linear(3, 5), Quantizer(2, 0.5, "clipped_relu"), nn.Linear(5, 2))
    return net, torch.randn(40, 3)


def gradients_of(net, run):
    """The gradients of all weights."""
    net.zero_grad()
    run().square().sum().backward()
    return [weight.grad.clone() for weight in net.parameters()]


def test_checkpoint_copy_and_pickle_change_nothing():
    net, x = small_net()
    plain = gradients_of(net, lambda: net(x))
    again = gradients_of(net, lambda: checkpoint(net, x, use_reentrant=False))
    for copied in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert torch.equal(copied(x), net(x))
        again += gradients_of(copied, lambda copied=copied: copied(x))
    assert all(map(torch.equal, plain * 3, again))
    assert not Quantizer(2, 0.5, "relu").state_dict()


def test_autocast_computes_in_half_precision_and_keeps_the_window():
    net, x = small_net()
    with torch.autocast("cpu", torch.bfloat16):
        before = net[0](x).detach()
        assert before.dtype == net[1](before).dtype == torch.bfloat16
        back = sent_back(net[1], before)
        assert all(grad.dtype == torch.float32 for grad in gradients_of(net, lambda: net(x)))
    assert torch.equal(back, ((before > 0) & (before < 1.5)).to(torch.bfloat16))


def test_a_model_that_was_of_half_precision_has_lost_nothing():
    net = Quantizer(4, 0.1, "relu").half().double()
    assert torch.equal(net(torch.tensor(X)), Quantizer(4, 0.1, "relu")(torch.tensor(X)))


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize(("bits", "alpha"), [(1, 1.0), (2, 0.5), (4, 0.25)])
def test_a_learned_step_has_the_gradient_of_lsq(bits, alpha, estimator):
    """Equation 3 of Esser et al. 2020 with Q_N = 0, rounding up; steps that divide exactly."""
    layer = Quantizer(bits, alpha, estimator, learned=True)
    top = 2**bits - 1
    x = torch.tensor([-1.0, 0.0, alpha / 4, alpha, 0.75 * top * alpha, top * alpha, 9.0, INF])
    sent = torch.linspace(1.0, 3.0, x.numel())
    q = np.minimum(x.numpy() / alpha, 1e6)
    wanted = np.where(q <= 0, 0, np.where(q >= top, top, np.ceil(q) - q))
    back = sent_back(layer, x, sent)
    assert float(layer.alpha.grad) == pytest.approx(sent.numpy() @ wanted, rel=1e-6)
    assert torch.equal(back, sent_back(Quantizer(bits, alpha, estimator), x, sent))
    assert torch.equal(layer(x), Quantizer(bits, alpha, estimator)(x))
    assert sent_back(layer, x[2:3], torch.tensor([INF])) == INF


@pytest.mark.parametrize("dtype", TYPES, ids=str)
def test_a_learned_step_keeps_the_type_and_the_levels(dtype):
    layer = Quantizer(4, 0.1, "clipped_relu", learned=True)
    x = torch.linspace(-1.0, 2.0, 301).to(dtype)
    y = layer(x)
    assert y.dtype == dtype
    assert torch.equal(layer(y), y)
    y.sum().backward()
    assert layer.alpha.grad.isfinite()


def test_a_learned_step_is_trained_and_stored():
    layer = Quantizer(2, 1.0, "clipped_relu", learned=True)
    x = torch.linspace(0.0, 1.5, 301)  # on three stairs of 1/2 the error is least
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.05)
    for _ in range(300):
        optimizer.zero_grad()
        (layer(x) - x - 0.25).square().mean().backward()
        optimizer.step()
    assert float(layer.alpha.detach()) == pytest.approx(0.5, abs=0.02)
    fresh = Quantizer(2, 1.0, "clipped_relu", learned=True)
    fresh.load_state_dict(layer.state_dict())
    assert torch.equal(fresh(x), layer(x))


def test_a_step_that_has_become_negative_says_so():
    layer, x = Quantizer(2, 0.5, "relu", learned=True), torch.tensor([-1.0, 0.25, 9.0])
    for step in (0.0, -0.5, NAN):
        with torch.no_grad():
            layer.alpha.fill_(step)
        assert layer(x).isnan().all()


@pytest.mark.parametrize("bits", [0, -1, 9, 2.5, 2.0, True, "2", None])
def test_other_bits_are_refused(bits):
    with pytest.raises(ValueError, match="bits: expected an integer from 1 to 8, got"):
        Quantizer(bits, 1.0, "relu")


STRANGE_STEPS = [0, 0.0, -1.0, NAN, INF, -INF, 10**400, 1e-40, True, "1", None]
STRANGE_STEPS += [torch.tensor(0.5), nn.Parameter(torch.tensor(0.5))]


@pytest.mark.parametrize("alpha", STRANGE_STEPS, ids=repr)
@pytest.mark.parametrize("learned", [False, True])
def test_other_steps_are_refused(alpha, learned):
    with pytest.raises(ValueError, match=r"alpha: expected a number from 1e-30 to 1e30.*got"):
        Quantizer(2, alpha, "relu", learned)


def test_a_step_cannot_become_a_parameter_by_the_way():
    with pytest.raises(KeyError, match="alpha"):
        Quantizer(2, 0.5, "relu").register_parameter("alpha", nn.Parameter(torch.tensor(0.5)))


def test_an_unknown_estimator_is_refused():
    with pytest.raises(ValueError, match="estimator: expected one of"):
        Quantizer(2, 1.0, "tanh")


def test_it_says_what_it_is():
    assert str(Quantizer(2, 0.5, "relu")) == "Quantizer(bits=2, alpha=0.5, estimator='relu')"
    learned = Quantizer(2, 0.5, "relu", learned=True)
    assert str(learned) == "Quantizer(bits=2, alpha=0.5, estimator='relu', learned=True)"
