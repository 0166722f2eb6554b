"""Who asks PyTorch for a gradient, and what each gets of two Functions and of the drop-in layer.

A script, since torch's own code warns where it traces, and `torch.compile` needs a compiler for C++
as soon as it generates code. It prints what it measured.
"""

import json
import sys
from collections.abc import Callable
from math import inf
from shutil import which

import torch
from torch import Tensor, nn
from torch.autograd import forward_ad
from torch.func import functional_call, grad, jacfwd, jacrev, jvp, vmap
from torch.fx.experimental.proxy_tensor import make_fx

from experiments.dropin import ESTIMATORS, Quantizer

Entrywise = Callable[[Tensor], Tensor]


class Short(torch.autograd.Function):
    """The step with ReLU's proxy, as short as a Function can be."""

    @staticmethod
    def forward(ctx, x: Tensor) -> Tensor:
        ctx.save_for_backward(x > 0)
        return torch.ceil(x).clamp(0, 1)

    @staticmethod
    def backward(ctx, sent: Tensor) -> Tensor:
        (passes,) = ctx.saved_tensors
        return sent * passes


class Whole(torch.autograd.Function):
    """The same with everything that `torch.func` and forward mode ask for."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x: Tensor) -> Tensor:
        return torch.ceil(x).clamp(0, 1)

    @staticmethod
    def setup_context(ctx, inputs: tuple[Tensor], output: Tensor) -> None:
        passes = inputs[0] > 0
        ctx.save_for_backward(passes)
        ctx.save_for_forward(passes)

    @staticmethod
    def backward(ctx, sent: Tensor) -> Tensor:
        (passes,) = ctx.saved_tensors
        return sent * passes

    @staticmethod
    def jvp(ctx, sent: Tensor) -> Tensor:
        (passes,) = ctx.saved_tensors
        return sent * passes


class Layer(nn.Module):
    """A function as a module."""

    def __init__(self, f: Entrywise):
        super().__init__()
        self.f = f

    def forward(self, x: Tensor) -> Tensor:
        return self.f(x)


def back(f: Entrywise, x: Tensor) -> Tensor:
    """A plain backward pass, with a one sent through each entry."""
    x = x.clone().requires_grad_()
    f(x).sum().backward()
    return x.grad


def total(f: Entrywise) -> Callable[[Tensor], Tensor]:
    """The sum of the entries, whose gradient is the derivative of each."""
    return lambda x: f(x).sum()


def dual(f: Entrywise, x: Tensor) -> Tensor:
    """Forward mode by hand."""
    with forward_ad.dual_level():
        out = f(forward_ad.make_dual(x, torch.ones_like(x)))
        return forward_ad.unpack_dual(out).tangent


def compiled(f: Callable) -> Callable:
    """Traced by torch.compile and run as it was traced, without code of its own."""
    return torch.compile(f, backend="aot_eager")


def forward(f: Entrywise, x: Tensor) -> Tensor:
    """The derivative of each entry by jvp."""
    return jvp(f, (x,), (torch.ones_like(x),))[1]


def exported(f: Entrywise, x: Tensor, strict: bool = False) -> nn.Module:
    """What torch.export makes of it."""
    return torch.export.export(Layer(f), (x,), strict=strict).module()


def lowered(f: Entrywise, x: Tensor) -> nn.Module:
    """What is left of it for inference."""
    return torch.export.export(Layer(f), (x,)).run_decompositions().module()


#: The rows of the table in the chapter, each with all that it stands for.
ASKED = {
    "`backward`": [back],
    "`grad`, `vmap`, `jacrev`": [
        lambda f, x: grad(total(f))(x),
        lambda f, x: vmap(grad(f))(x),
        lambda f, x: back(vmap(f), x),
        lambda f, x: jacrev(f)(x).diagonal(),
    ],
    "`jvp`, `jacfwd`": [
        forward,
        lambda f, x: jacfwd(f)(x).diagonal(),
        dual,
    ],
    "`compile`, then `backward`": [lambda f, x: back(compiled(f), x)],
    "`compile` of `grad` or `jvp`": [
        lambda f, x: compiled(grad(total(f)))(x),
        lambda f, x: compiled(vmap(grad(f)))(x),
        lambda f, x: compiled(lambda y: forward(f, y))(x),
    ],
    "`export`, `make_fx`": [
        lambda f, x: back(exported(f, x), x),
        lambda f, x: back(exported(f, x, strict=True), x),
        lambda f, x: back(make_fx(f)(x), x),
    ],
    "`symbolic_trace`": [lambda f, x: back(torch.fx.symbolic_trace(Layer(f)), x)],
    "`export`, then lowered": [lambda f, x: back(lowered(f, x), x)],
}


#: Minus infinity, both signs, the ends of the windows of two bits and a step of 1/2, infinity.
POINTS = (-inf, -1.0, 0.0, 0.25, 1.5, 2.0, inf)


def asked(f: Entrywise, x: Tensor) -> dict[str, list]:
    """What each who asks gets: the derivatives, or the name of the error."""
    answers: dict[str, list] = {}
    for name, ways in ASKED.items():
        answers[name] = []
        for way in ways:
            torch._dynamo.reset()
            try:
                answers[name].append(way(f, x).tolist())
            except Exception as error:  # whatever it is, the answer is no gradient
                answers[name].append(type(error).__name__)
    return answers


def by_generated_code() -> dict[str, int]:
    """In how many of all half-precision numbers the layer differs when it is compiled."""
    halves = torch.arange(-(2**15), 2**15, dtype=torch.int16)
    layer, differ = Quantizer(4, 0.1, "clipped_relu"), {}
    for dtype in (torch.float16, torch.bfloat16):
        torch._dynamo.reset()
        x = halves.view(dtype)
        once, twice = torch.compile(layer), torch.compile(nn.Sequential(layer, layer))
        pairs = {
            "value": (once(x), layer(x)),
            "gradient": (back(once, x), back(layer, x)),
            "gradient by grad": (torch.compile(grad(total(layer)))(x), back(layer, x)),
            "twice": (twice(x), layer(x)),
        }
        for name, (got, wanted) in pairs.items():
            apart = (got != wanted) & ~(got.isnan() & wanted.isnan())
            differ[f"{dtype}: {name}"] = int(apart.sum())
    return differ


def by_several_steps() -> list[list[float]]:
    """The gradients of two learned steps at once, compiled too; bucketize warns of the order."""
    layer = Quantizer(2, 1.0, "clipped_relu", learned=True)
    x = torch.tensor([-1.0, 0.25, 0.75, 9.0])

    def sum_of(alpha: Tensor) -> Tensor:
        return functional_call(layer, {"alpha": alpha}, (x,)).sum()

    steps, each = torch.tensor([0.5, 1.0]), vmap(grad(sum_of))
    return [f(steps).tolist() for f in (each, compiled(each))]


def measured() -> dict[str, dict]:
    """Everything, for the tests."""
    torch.set_num_threads(1)
    x = torch.tensor(POINTS)
    functions = {"short": Short.apply, "whole": Whole.apply}
    layers = {name: Quantizer(2, 0.5, name) for name in ESTIMATORS}
    answers = {name: asked(f, x) for name, f in (functions | layers).items()}
    generated = by_generated_code() if which("c++") else {}
    return {"asked": answers, "steps": by_several_steps(), "generated": generated}


if __name__ == "__main__":
    json.dump(measured(), sys.stdout)
