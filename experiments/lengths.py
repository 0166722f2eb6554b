"""Steps of equal length: gradients give the direction and nothing else."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor


class EqualLength(torch.optim.Optimizer):
    """SGD with momentum whose step is ``lr |w| m / |m|`` in each layer's weights ``w``.

    ``m`` becomes ``momentum m + gradient``, as in SGD. So the rate is the share of its length that
    a layer moves, whatever the size of its gradient. Where ``m`` is 0 it stays. The constant terms
    of the scores are a layer of their own.
    """

    def __init__(self, params: Iterable[Tensor], lr: float, momentum: float):
        super().__init__(params, {"lr": lr, "momentum": momentum})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:
        """One step; a closure is not asked."""
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is None:
                    continue
                mean = self.state[weight].setdefault("mean", torch.zeros_like(weight))
                mean.mul_(group["momentum"]).add_(weight.grad)
                length = mean.norm().clamp_min(torch.finfo(mean.dtype).tiny)
                weight.sub_(group["lr"] * weight.norm() * mean / length)
