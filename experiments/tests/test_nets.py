"""The networks: as large as published, batch norm without scale and shift, every activation met."""

import pytest
import torch
from torch import nn

from experiments import nets
from experiments.windows import Windowed, step

#: Channels and side of the images, activations, published number of parameters, and what the
#: published network has besides ours: biases and the scale and shift of batch norm.
PUBLISHED = {
    "lenet5": (1, 28, 4, 61_706, 6 + 16 + 120 + 84),
    "vgg11": (3, 32, 8, 9_231_114, 3 * (64 + 128 + 2 * 256 + 4 * 512)),
    "resnet20": (3, 32, 19, 269_722, 2 * (7 * 16 + 6 * 32 + 6 * 64)),
}
ALL = pytest.mark.parametrize("net", PUBLISHED)


def parameters(module):
    return sum(part.numel() for part in module.parameters())


@ALL
def test_a_network_is_as_large_as_published(net):
    channels, side, _, published, more = PUBLISHED[net]
    assert parameters(nets.build(net, nn.ReLU, channels, side, 1.0)) + more == published


@ALL
@pytest.mark.parametrize("width", [0.125, 0.5])
def test_every_activation_is_met_and_ten_scores_come_out(net, width):
    channels, side, places, _, _ = PUBLISHED[net]
    met = []

    def activation():
        made = Windowed(2, step(2), 0.0, None)
        made.register_forward_hook(lambda module, *_: met.append(module))
        return made

    made = nets.build(net, activation, channels, side, width)
    scores = made(torch.randn(4, channels, side, side))
    assert scores.shape == (4, 10)
    there = [module for module in made.modules() if isinstance(module, Windowed)]
    assert len(met) == len(set(met)) == len(there) == places
    scores.sum().backward()
    assert all(part.grad is not None for part in made.parameters())


@ALL
def test_batch_norm_has_no_scale_and_no_shift(net):
    channels, side, places, _, _ = PUBLISHED[net]
    made = nets.build(net, nn.ReLU, channels, side, 0.25)
    norms = [m for m in made.modules() if isinstance(m, nn.BatchNorm1d | nn.BatchNorm2d)]
    assert len(norms) == places
    assert all(norm.weight is None and norm.bias is None for norm in norms)


@ALL
def test_width_multiplies_the_filters(net):
    channels, side, _, _, _ = PUBLISHED[net]
    half = nets.build(net, nn.ReLU, channels, side, 0.5)
    whole = nets.build(net, nn.ReLU, channels, side, 1.0)
    filters = [
        [m.out_channels for m in made.modules() if isinstance(m, nn.Conv2d)]
        for made in (half, whole)
    ]
    assert filters[1] == [2 * count for count in filters[0]]


@pytest.mark.parametrize("net", ["lenet5", "resnet20"])
def test_other_images_fit(net):
    made = nets.build(net, nn.ReLU, 3, 32, 0.25)
    assert made(torch.randn(2, 3, 32, 32)).shape == (2, 10)


def test_around_a_block_goes_its_thinned_input():
    """With convolutions that give 0 a block hands on every second pixel; new channels are 0."""
    block = nets._Block(nn.ReLU, 2, 4, stride=2).eval()
    for part in block.parameters():
        nn.init.zeros_(part)
    x = torch.rand(1, 2, 6, 6)
    out = block(x)
    torch.testing.assert_close(out[:, 1:3], x[:, :, ::2, ::2])
    assert not out[:, [0, 3]].any()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("lenet", nn.ReLU, 1, 28, 1.0),
            "net: expected one of lenet5, vgg11, resnet20, plain20, got 'lenet'",
        ),
        (("lenet5", nn.ReLU, 1, 28, 0.0), "width: expected more than 0 and at most 8, got 0"),
        (("lenet5", nn.ReLU, 1, 28, 9.0), "width: expected more than 0 and at most 8, got 9"),
        (("vgg11", nn.ReLU, 1, 28, 1.0), "side: expected images of 32 x 32 for vgg11, got 28 x 28"),
    ],
)
def test_what_cannot_be_built_is_named(arguments, said):
    with pytest.raises(ValueError, match=said):
        nets.build(*arguments)


@pytest.mark.parametrize("net", ["resnet20", "plain20"])
def test_the_plain_stack_has_the_layers_and_no_sums(net):
    made = nets.build(net, nn.ReLU, 1, 28, 0.25)
    assert sum(part.dim() > 1 for part in made.parameters()) == 20
    block = made.blocks[1]
    x = torch.ones(2, 4, 6, 6)
    with torch.no_grad():
        for part in block.parameters():
            part.zero_()
    assert torch.equal(block(x), x if net.startswith("resnet") else torch.zeros_like(x))
