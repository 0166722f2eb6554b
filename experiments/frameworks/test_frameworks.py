"""What libraries send back, measured, against the rows of ste/zoo/libraries.json."""

from importlib.metadata import version

import bitorch.quantizations as bitorch
import brevitas.nn as brevitas
import numpy as np
import pytest
import torch
from brevitas.quant.binary import SignedBinaryActPerTensorConst
from snntorch import surrogate
from torchao.quantization import quant_primitives as torchao

from ste.zoo.libraries import framework, frameworks

#: No point of the grid is a tie of rounding, an edge of a window, or 0.
X = np.linspace(-3.0, 3.0, 1201) + 0.00123


def fake_quantize(x, bits=1, step=1.0):
    return torch.fake_quantize_per_tensor_affine(x, step, 0, 0, 2**bits - 1)


def fake_quantize_of_torchao(x):
    one, zero = torch.tensor([1.0]), torch.tensor([0])
    return torchao._fake_quantize_affine(x, (x.numel(),), one, zero, torch.uint8, 0, 1)


def quant_relu(bits=1, top=1.0):
    return brevitas.QuantReLU(bit_width=bits, scaling_impl_type="const", scaling_init=top)


RUN = {
    "torch_fake_quantize": fake_quantize,
    "torch_relu_fake_quantize": lambda x: fake_quantize(torch.relu(x)),
    "torchao_fake_quantize": fake_quantize_of_torchao,
    "torchao_round": torchao._Round.apply,
    "brevitas_quant_relu": quant_relu(),
    "brevitas_binary": brevitas.QuantIdentity(act_quant=SignedBinaryActPerTensorConst),
    "bitorch_sign": bitorch.Sign(),
    "bitorch_approx_sign": bitorch.ApproxSign(),
    "bitorch_swish_sign": bitorch.SwishSign(),
    "bitorch_ste_heaviside": bitorch.SteHeaviside(),
    "bitorch_dorefa": bitorch.InputDoReFa(bits=1),
    "snntorch_atan": surrogate.atan(),
    "snntorch_heaviside": surrogate.heaviside(),
    "snntorch_straight_through": surrogate.straight_through_estimator(),
    "snntorch_fast_sigmoid": surrogate.fast_sigmoid(),
    "snntorch_triangular": surrogate.triangular(),
}
PACKAGES = {"PyTorch": "torch", "snnTorch": "snntorch"}


def measured(run, points=X):
    """What comes out, and what goes back."""
    x = torch.tensor(points, dtype=torch.float32, requires_grad=True)
    out = run(x)
    out.sum().backward()
    return out.detach().numpy(), x.grad.numpy()


def test_every_row_that_says_so_is_run_here():
    assert set(RUN) == {row.id for row in frameworks() if row.checked == "test"}


@pytest.mark.parametrize("row", [framework(name) for name in RUN], ids=lambda row: row.id)
def test_the_version_is_the_one_that_the_row_names(row):
    assert version(PACKAGES.get(row.library, row.library)).split("+")[0] == row.version


@pytest.mark.parametrize("name", RUN)
def test_the_derivative_going_back_is_the_one_in_the_table(name):
    found, wanted = measured(RUN[name])[1], framework(name).estimator.evaluate(X)
    np.testing.assert_allclose(found, wanted, rtol=2e-4, atol=2e-6)


@pytest.mark.parametrize("name", RUN)
def test_the_output_is_the_one_in_the_table(name):
    row, out = framework(name), measured(RUN[name])[0]
    if row.forward == "step":
        np.testing.assert_array_equal(out, (row.jump < X).astype(float))
    elif row.forward == "sign":
        np.testing.assert_array_equal(out, np.where(row.jump < X, 1.0, -1.0))
    else:
        np.testing.assert_array_equal(out, np.round(X))
        assert row.jump == 0.5


def test_the_defaults_are_what_the_rows_say():
    from bitorch.quantizations.config import config
    from snntorch import Leaky

    assert config.beta == 5.0 and bitorch.SwishSign().beta == 5.0
    neuron = measured(Leaky(beta=0.9).spike_grad)[1]
    np.testing.assert_allclose(neuron, framework("snntorch_atan").estimator.evaluate(X), rtol=2e-4)


@pytest.mark.parametrize("bits", [1, 2, 4])
@pytest.mark.parametrize("step", [1.0, 0.25])
def test_fake_quantization_leaks_half_a_step(bits, step):
    top = (2**bits - 0.5) * step
    for before, low in ((lambda x: x, -0.5 * step), (torch.relu, 0.0)):
        out, back = measured(lambda x, first=before: fake_quantize(first(x), bits, step), 2 * X)
        np.testing.assert_array_equal(back, (low < 2 * X) & (top > 2 * X))
        assert out[0.5 * step > 2 * X].max() == 0.0
        assert out[(0.5 * step < 2 * X) & (step > 2 * X)].min() > 0.0


@pytest.mark.parametrize("bits", [2, 4])
def test_quant_relu_of_more_bits(bits):
    step = 1.0 / (2**bits - 1)
    back = measured(quant_relu(bits))[1]
    np.testing.assert_array_equal(back, (X > 0.0) & (1.0 + 0.5 * step > X))
