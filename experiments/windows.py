"""The quantized activation with any window for a proxy, and the step that it is given."""

import torch
from torch import Tensor, nn

#: The step that fits a uniform quantizer with rounding to max(X, 0), X ~ N(0, 1), best in the mean
#: square; `tests/` finds them anew. One number for each count of bits, as in the paper.
STEPS = {1: 1.2240, 2: 0.6508, 4: 0.1932}

#: The paper's three estimators.
ESTIMATORS = ("identity", "relu", "clipped_relu")


def step(bits: int) -> float:
    """alpha for a number of bits.

    Raises
    ------
    ValueError
        For a number of bits that has no step here.
    """
    if bits not in STEPS:
        raise ValueError(f"bits: expected one of {', '.join(map(str, STEPS))}, got {bits}")
    return STEPS[bits]


def window(estimator: str, bits: int) -> tuple[float | None, float | None]:
    """The ends of the window of one of the paper's three estimators, None for no end.

    Raises
    ------
    ValueError
        If the estimator is none of the three, or the number of bits has no step.
    """
    windows = {
        "identity": (None, None),
        "relu": (0.0, None),
        "clipped_relu": (0.0, (2**bits - 1) * step(bits)),
    }
    if estimator not in windows:
        raise ValueError(f"estimator: expected one of {', '.join(windows)}, got {estimator!r}")
    return windows[estimator]


class _Staircase(torch.autograd.Function):
    """Forward the stairs; backward what comes in where low < x < high, and 0 elsewhere."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x: Tensor, alpha: float, top: int, low: float, high: float) -> Tensor:
        return alpha * torch.ceil(x / alpha).clamp(0, top)

    @staticmethod
    def setup_context(ctx, inputs: tuple, output: Tensor) -> None:
        x, _, _, low, high = inputs
        ctx.save_for_backward((x > low) & (x < high))

    @staticmethod
    def backward(ctx, grad: Tensor) -> tuple[Tensor, None, None, None, None]:
        (inside,) = ctx.saved_tensors
        return grad * inside, None, None, None, None


class Windowed(nn.Module):
    """``sigma_alpha`` forward; backward the proxy ``1{low < x < high}``.

    Parameters
    ----------
    bits : int
        2^bits levels; from 1 to 24, beyond which a float32 does not count them.
    alpha : float
        Height and width of a stair.
    low, high : float or None
        Ends of the window, which do not belong to it; None for no end.

    Raises
    ------
    ValueError
        If `bits` is out of range.
    """

    def __init__(self, bits: int, alpha: float, low: float | None, high: float | None):
        super().__init__()
        if bits not in range(1, 25):
            raise ValueError(f"bits: expected an integer from 1 to 24, got {bits!r}")
        self.alpha, self.top = alpha, 2**bits - 1
        self.low = -float("inf") if low is None else low
        self.high = float("inf") if high is None else high

    def forward(self, x: Tensor) -> Tensor:
        return _Staircase.apply(x, self.alpha, self.top, self.low, self.high)

    def extra_repr(self) -> str:
        return f"alpha={self.alpha}, top={self.top}, low={self.low}, high={self.high}"
