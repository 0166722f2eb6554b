"""Where networks are trained, and how: the same numbers each time."""

import os

import torch


def settle(threads: int) -> None:
    """Let this process compute with so many threads, and so that it gives the same numbers."""
    # What cuBLAS wants for that; it reads this when it is first used.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True)


def device(name: str) -> torch.device:
    """A device by name.

    Raises
    ------
    ValueError
        If this machine has none of that name.
    """
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        chosen = torch.device(name)
        torch.empty(1, device=chosen)
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"device: expected cpu, cuda or auto, got {name}: {reason}") from error
    return chosen
