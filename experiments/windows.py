"""The quantized activation with any window for a proxy, and the step that it is given."""

from torch import Tensor, nn

from experiments.dropin import _Quantize

#: The step that fits a uniform quantizer with rounding to max(X, 0), X ~ N(0, 1), best in the mean
#: square; `tests/` finds them anew. One number for each count of bits, as in the paper.
STEPS = {1: 1.2240, 2: 0.6508, 4: 0.1932}


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
    """The ends of the window of one of the paper's three, None for no end."""
    windows = {
        "identity": (None, None),
        "relu": (0.0, None),
        "clipped_relu": (0.0, (2**bits - 1) * step(bits)),
    }
    if estimator not in windows:
        raise ValueError(f"estimator: expected one of {', '.join(windows)}, got {estimator!r}")
    return windows[estimator]


class Windowed(nn.Module):
    """``sigma_alpha`` forward; backward the proxy ``1{low < x < high}``."""

    def __init__(self, bits: int, alpha: float, low: float | None, high: float | None):
        super().__init__()
        self.alpha, self.top = alpha, 2**bits - 1
        self.low = -float("inf") if low is None else low
        self.high = float("inf") if high is None else high

    def forward(self, x: Tensor) -> Tensor:
        return _Quantize.apply(x, self.alpha, self.top, self.low, self.high)
