"""The same in JAX: custom_vjp, jit and scan."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.setting import RATE, STUDENT, TEACHER, population_field

jax.config.update("jax_enable_x64", True)
#: Samples in one turn of the scan; the best of some on the machine at hand.
BLOCK = 50_000


@jax.custom_vjp
def act(x):
    """The binary activation with the derivative of ReLU on the way back."""
    return (x > 0).astype(x.dtype)


act.defvjp(lambda x: (act(x), x), lambda x, grad: (grad * (x > 0),))


def monte_carlo(samples: int, bits: int) -> Callable[[int], np.ndarray]:
    """The mean coarse gradient in w over so many inputs, a multiple of a turn, by seed."""
    kind = {32: jnp.float32, 64: jnp.float64}[bits]
    v, w, v_star, w_star = (
        jnp.asarray(part, dtype=kind) for part in (*STUDENT, TEACHER.v, TEACHER.w)
    )

    def loss(w, key):
        Z = jax.random.normal(key, (BLOCK, TEACHER.m, TEACHER.n), dtype=kind)
        label = (Z @ w_star > 0).astype(kind) @ v_star
        return 0.5 * jnp.square(act(Z @ w) @ v - label).sum()

    gradient = jax.grad(loss)

    @jax.jit
    def mean(key):
        keys = jax.random.split(key, samples // BLOCK)
        total, _ = jax.lax.scan(
            lambda total, key: (total + gradient(w, key), None), jnp.zeros_like(w), keys
        )
        return total / samples

    return lambda seed=1: np.asarray(mean(jax.random.key(seed)))


def length(x):
    """Euclidean length over the last axis."""
    return jnp.linalg.norm(x, axis=-1)


def descend(
    starts: tuple[np.ndarray, np.ndarray], steps: int, samples: int | None
) -> Callable[[], np.ndarray]:
    """A run on the population, or on so many fresh inputs a step; its last v."""
    v_star, w_star = jnp.asarray(TEACHER.v), jnp.asarray(TEACHER.w)

    def step(state, key):
        v, w = state
        if samples is None:
            along_v, along_w = population_field(jnp, length, v, w, v_star, w_star)
            return (v - RATE * along_v, w - RATE * along_w), None
        Z = jax.random.normal(key, (samples, TEACHER.m, TEACHER.n), dtype=v.dtype)
        pre = jnp.einsum("si,kji->skj", w, Z)
        hidden = (pre > 0).astype(v.dtype)
        residual = (hidden * v[:, None]).sum(-1) - (Z @ w_star > 0).astype(v.dtype) @ v_star
        along_v = jnp.einsum("skj,sk->sj", hidden, residual)
        along_w = jnp.einsum("skj,kji->si", hidden * v[:, None] * residual[..., None], Z)
        return (v - RATE / samples * along_v, w - RATE / samples * along_w), None

    @jax.jit
    def run(v, w):
        return jax.lax.scan(step, (v, w), jax.random.split(jax.random.key(0), steps))[0][0]

    v0, w0 = map(jnp.asarray, starts)
    return lambda: np.asarray(run(v0, w0))
