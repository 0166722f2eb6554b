"""The paper's b-bit activation and its three proxies, as a layer of PyTorch."""

import torch

ESTIMATORS = ("identity", "relu", "clipped_relu")


class _Quantize(torch.autograd.Function):
    """Forward the stairs, backward the proxy."""

    @staticmethod
    def forward(ctx, x, bits, alpha, estimator):
        top = 2**bits - 1
        if estimator == "relu":
            ctx.save_for_backward(x > 0)
        elif estimator == "clipped_relu":
            ctx.save_for_backward((x > 0) & (x < top * alpha))
        return alpha * torch.clamp(torch.ceil(x / alpha), 0, top)

    @staticmethod
    def backward(ctx, grad):
        for window in ctx.saved_tensors:  # identity has saved none
            grad = grad * window
        return grad, None, None, None


class Quantizer(torch.nn.Module):
    """alpha min(ceil(x / alpha), 2^bits - 1) for x > 0, else 0; the gradient is a proxy's.

    Going back, the gradient is multiplied by 1 ("identity"), by 1 where x > 0 ("relu"), or by 1
    where 0 < x < (2^bits - 1) alpha ("clipped_relu").
    """

    def __init__(self, bits: int, alpha: float, estimator: str):
        super().__init__()
        if estimator not in ESTIMATORS:
            raise ValueError(f"estimator: expected one of {ESTIMATORS}, got {estimator!r}")
        self.bits, self.alpha, self.estimator = bits, alpha, estimator

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return _Quantize.apply(x, self.bits, self.alpha, self.estimator)

    def extra_repr(self) -> str:
        return f"bits={self.bits}, alpha={self.alpha}, estimator={self.estimator!r}"
