"""The same in PyTorch: a custom Function and autograd, a loop, and a compiled step."""

from collections.abc import Callable

import numpy as np
import torch

from benchmarks.setting import RATE, STUDENT, TEACHER, population_field

#: Samples in one call; the largest that was no slower than others on the machine at hand.
BLOCK = 1_000_000


class Step(torch.autograd.Function):
    """The binary activation with the derivative of ReLU on the way back."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return (x > 0).to(x.dtype)

    @staticmethod
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return grad * (x > 0)


def monte_carlo(samples: int, bits: int, seed: int = 1) -> np.ndarray:
    """The mean coarse gradient in w over so many inputs."""
    kind = {32: torch.float32, 64: torch.float64}[bits]
    v, w, v_star, w_star = (
        torch.tensor(part, dtype=kind) for part in (*STUDENT, TEACHER.v, TEACHER.w)
    )
    w.requires_grad_()
    generator, total = torch.Generator().manual_seed(seed), torch.zeros(TEACHER.n, dtype=kind)
    for done in range(0, samples, BLOCK):
        size = min(BLOCK, samples - done)
        Z = torch.randn(size, TEACHER.m, TEACHER.n, dtype=kind, generator=generator)
        label = (Z @ w_star > 0).to(kind) @ v_star
        loss = 0.5 * torch.square(Step.apply(Z @ w) @ v - label).sum()
        total += torch.autograd.grad(loss, w)[0]
    return (total / samples).numpy()


def length(x: torch.Tensor) -> torch.Tensor:
    """Euclidean length over the last axis."""
    return torch.linalg.vector_norm(x, dim=-1)


def step(v, w, v_star, w_star):
    """One step of descent on the population."""
    along_v, along_w = population_field(torch, length, v, w, v_star, w_star)
    return v - RATE * along_v, w - RATE * along_w


def sample_step(v, w, Z, v_star, w_star):
    """One step of descent on inputs Z that all starts share."""
    pre = torch.einsum("si,kji->skj", w, Z)
    hidden = (pre > 0).to(v.dtype)
    residual = (hidden * v[:, None]).sum(-1) - (Z @ w_star > 0).to(v.dtype) @ v_star
    along_v = torch.einsum("skj,sk->sj", hidden, residual)
    each = (pre > 0).to(v.dtype) * v[:, None] * residual[..., None]
    along_w = torch.einsum("skj,kji->si", each, Z)
    return v - RATE / len(Z) * along_v, w - RATE / len(Z) * along_w


def descend(
    starts: tuple[np.ndarray, np.ndarray], steps: int, samples: int | None, compiled: bool
) -> Callable[[], np.ndarray]:
    """A run on the population, or on so many fresh inputs a step; its last v."""
    v_star, w_star = torch.tensor(TEACHER.v), torch.tensor(TEACHER.w)
    one = step if samples is None else sample_step
    one = torch.compile(one) if compiled else one

    def run() -> np.ndarray:
        v, w = map(torch.tensor, starts)
        generator = torch.Generator().manual_seed(0)
        with torch.no_grad():
            for _ in range(steps):
                drawn = ()
                if samples is not None:
                    shape = samples, TEACHER.m, TEACHER.n
                    drawn = (torch.randn(shape, dtype=v.dtype, generator=generator),)
                v, w = one(v, w, *drawn, v_star, w_star)
        return v.numpy()

    return run
