"""LeNet-5, VGG-11 and ResNet-20, with batch norm without scale and shift before each activation.

ResNet-20 comes without the sums too.
"""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F

#: Makes the activation modules of a network, one for each place.
Activation = Callable[[], nn.Module]
#: The largest share of the published number of filters.
WIDEST = 8.0


def build(net: str, activation: Activation, channels: int, side: int, width: float) -> nn.Module:
    """A network by name.

    Parameters
    ----------
    net : str
        "lenet5", "vgg11", "resnet20", or "plain20": the same stack without the sums.
    activation : callable
        Makes an activation module; called once for each place of one.
    channels, side : int
        Of the images: (N, channels, side, side). vgg11 halves them five times and needs 32.
    width : float
        Multiplies the published number of filters, which stays at least 1; in (0, 8].

    Raises
    ------
    ValueError
        If the name is not known, or a number is out of its range.
    """
    if not 0 < width <= WIDEST:
        raise ValueError(f"width: expected more than 0 and at most {WIDEST:g}, got {width}")
    makers = {
        "lenet5": LeNet5,
        "vgg11": VGG11,
        "resnet20": ResNet20,
        "plain20": partial(ResNet20, skips=False),
    }
    if net not in makers:
        raise ValueError(f"net: expected one of {', '.join(makers)}, got {net!r}")
    return makers[net](activation, channels, side, width)


def _many(filters: int, width: float) -> int:
    """So many filters at a width; never none."""
    return max(1, round(filters * width))


def _conv(inward: int, outward: int, size: int, stride: int = 1, padding: int = 0) -> nn.Sequential:
    """A convolution and its batch norm: what comes out is about N(0, 1) in each channel."""
    return nn.Sequential(
        nn.Conv2d(inward, outward, size, stride, padding, bias=False),
        nn.BatchNorm2d(outward, affine=False),
    )


def _full(inward: int, outward: int) -> nn.Sequential:
    """A full layer and its batch norm."""
    return nn.Sequential(
        nn.Linear(inward, outward, bias=False), nn.BatchNorm1d(outward, affine=False)
    )


class LeNet5(nn.Module):
    """Two convolutions of 5 x 5 with max pooling, then 120 and 84 units, then ten scores."""

    def __init__(self, activation: Activation, channels: int, side: int, width: float):
        super().__init__()
        one, two, three, four = (_many(count, width) for count in (6, 16, 120, 84))
        left = ((side // 2) - 4) // 2
        self.body = nn.Sequential(
            _conv(channels, one, 5, padding=2),
            nn.MaxPool2d(2),
            activation(),
            _conv(one, two, 5),
            nn.MaxPool2d(2),
            activation(),
            nn.Flatten(),
            _full(two * left * left, three),
            activation(),
            _full(three, four),
            activation(),
            nn.Linear(four, 10),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x)


class VGG11(nn.Module):
    """Eight convolutions of 3 x 3, five times max pooling, then ten scores."""

    def __init__(self, activation: Activation, channels: int, side: int, width: float):
        super().__init__()
        if side != 32:
            raise ValueError(f"side: expected images of 32 x 32 for vgg11, got {side} x {side}")
        layers: list[nn.Module] = []
        inward = channels
        for part in (64, "pool", 128, "pool", 256, 256, "pool", 512, 512, "pool", 512, 512, "pool"):
            if part == "pool":
                layers.append(nn.MaxPool2d(2))
            else:
                outward = _many(part, width)
                layers += [_conv(inward, outward, 3, padding=1), activation()]
                inward = outward
        self.body = nn.Sequential(*layers, nn.Flatten(), nn.Linear(inward, 10))

    def forward(self, x: Tensor) -> Tensor:
        return self.body(x)


class _Block(nn.Module):
    """Two convolutions, and around them the input, thinned and padded with zero channels.

    Without `skips` nothing goes around them.
    """

    def __init__(
        self, activation: Activation, inward: int, outward: int, stride: int, skips: bool = True
    ):
        super().__init__()
        self.first = _conv(inward, outward, 3, stride, 1)
        self.second = _conv(outward, outward, 3, 1, 1)
        self.between, self.after = activation(), activation()
        self.stride, self.more, self.skips = stride, outward - inward, skips

    def forward(self, x: Tensor) -> Tensor:
        through = self.second(self.between(self.first(x)))
        if not self.skips:
            return self.after(through)
        around = x[:, :, :: self.stride, :: self.stride]
        around = F.pad(around, (0, 0, 0, 0, self.more // 2, self.more - self.more // 2))
        return self.after(through + around)


class ResNet20(nn.Module):
    """A convolution, nine blocks of two at three scales, the mean over the image, ten scores.

    Without `skips` it is the same stack without sums.
    """

    def __init__(
        self,
        activation: Activation,
        channels: int,
        side: int,
        width: float,
        skips: bool = True,
    ):
        super().__init__()
        sizes = [_many(count, width) for count in (16, 32, 64)]
        blocks, inward = [], sizes[0]
        for scale, outward in enumerate(sizes):
            for k in range(3):
                stride = 2 if scale and not k else 1
                blocks.append(_Block(activation, inward, outward, stride, skips))
                inward = outward
        self.first = nn.Sequential(_conv(channels, sizes[0], 3, padding=1), activation())
        self.blocks = nn.Sequential(*blocks)
        self.last = nn.Linear(inward, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(torch.mean(self.blocks(self.first(x)), dim=(2, 3)))
