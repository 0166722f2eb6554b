"""The paper's b-bit activation and its three proxies, as a layer of PyTorch."""

from math import inf, nan
from numbers import Integral, Real

import torch
from torch import Tensor, nn

ESTIMATORS = ("identity", "relu", "clipped_relu")


def _check(name: str, got: object, expected: str, good: bool) -> None:
    if not good:
        raise ValueError(f"{name}: expected {expected}, got {got!r}")


def _stairs(x: Tensor, levels: Tensor) -> Tensor:
    """The lowest level that is not below x, the highest if all are; nan for nan."""
    place = torch.bucketize(x.contiguous(), levels)
    place = place.clamp(max=levels.numel() - 1)
    level = levels[place[None]][0]  # vmap takes no single number for an index
    return torch.where(x.isnan(), x, level)


def _nothing(x: Tensor) -> Tensor:
    """0 in value, x in its gradient."""
    return x - x.detach()


class Quantizer(nn.Module):
    """alpha min(ceil(x / alpha), 2^bits - 1) for x > 0, else 0; a proxy's gradient.

    Going back, the gradient is multiplied by 1 where low < x < high, else by 0:
    (low, high) is (-inf, inf) for "identity", (0, inf) for "relu" and
    (0, (2^bits - 1) alpha) for "clipped_relu".

    A learned step is a parameter. Its gradient is that of LSQ (Esser et al. 2020)
    without the scale: (y - x) / alpha where 0 < x < (2^bits - 1) alpha, else
    y / alpha, for y the output. A step trained to 0 or below gives nan.
    """

    def __init__(self, bits: int, alpha: float, estimator: str, learned=False):
        super().__init__()
        count = isinstance(bits, Integral) and not isinstance(bits, bool)
        _check("bits", bits, "an integer from 1 to 8", count and 1 <= bits <= 8)
        number = isinstance(alpha, Real) and not isinstance(alpha, bool)
        wanted = "a number from 1e-30 to 1e30 (learned=True trains it)"
        _check("alpha", alpha, wanted, number and 1e-30 <= alpha <= 1e30)
        _check("estimator", estimator, f"one of {ESTIMATORS}", estimator in ESTIMATORS)
        self.bits, self.estimator, self.learned = int(bits), estimator, learned
        alpha = float(alpha)
        self.alpha = nn.Parameter(torch.tensor(alpha)) if learned else alpha
        self.register_buffer("counts", torch.arange(2**bits), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        alpha = self.alpha
        if self.learned:
            alpha = torch.where(alpha > 0.0, alpha, nan)
        levels = (self.counts.to(x.dtype) * alpha).detach()
        y = _stairs(x.detach(), levels)

        low = -inf if self.estimator == "identity" else 0.0
        high = levels[-1] if self.estimator == "clipped_relu" else inf
        out = y + _nothing(torch.where((x > low) & (x < high), x, 0.0))
        if self.learned:
            inside = (x > 0.0) & (x < levels[-1])
            slope = (y - torch.where(inside, x, 0.0)) / alpha
            out = out + slope.detach() * _nothing(alpha)
        return out

    def extra_repr(self) -> str:
        alpha = self.alpha.item() if self.learned else self.alpha
        end = ", learned=True" if self.learned else ""
        return f"bits={self.bits}, alpha={alpha:g}, estimator={self.estimator!r}{end}"
