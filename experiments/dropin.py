"""The paper's quantized activation with a straight-through estimator, for any PyTorch network.

Put ``Quantizer(bits=2, alpha=0.65, estimator="clipped_relu")`` where a ReLU stands.
"""

import torch
from torch import Tensor, nn

ESTIMATORS = ("identity", "relu", "clipped_relu")


class _Quantize(torch.autograd.Function):
    """Forward: the staircase. Backward: the incoming gradient where low < x < high, else 0."""

    @staticmethod
    def forward(ctx, x: Tensor, alpha: float, top: int, low: float, high: float) -> Tensor:
        ctx.save_for_backward(x)
        ctx.window = low, high
        return alpha * torch.ceil(x / alpha).clamp(0, top)

    @staticmethod
    def backward(ctx, grad: Tensor) -> tuple[Tensor, None, None, None, None]:
        (x,) = ctx.saved_tensors
        low, high = ctx.window
        return grad * ((x > low) & (x < high)), None, None, None, None


class Quantizer(nn.Module):
    """placeholder"""

    def __init__(self, bits: int, alpha: float, estimator: str):
        super().__init__()
        top = 2**bits - 1
        windows = {
            "identity": (-float("inf"), float("inf")),
            "relu": (0.0, float("inf")),
            "clipped_relu": (0.0, top * alpha),
        }
        self.bits, self.alpha, self.top = bits, alpha, top
        self.estimator, self.window = estimator, windows[estimator]

    def forward(self, x: Tensor) -> Tensor:
        return _Quantize.apply(x, self.alpha, self.top, *self.window)
