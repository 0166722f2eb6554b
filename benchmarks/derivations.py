"""The derivations of the book by sympy, each in a process that has derived nothing yet."""

import subprocess
import sys
from collections.abc import Iterator

from benchmarks.timing import Row, row

PART = "derivations"
CALLS = {
    "population loss": "derive_population_loss()",
    "population gradient": "derive_population_gradient()",
    "coarse gradient, identity": "derive_coarse_gradient('identity')",
    "coarse gradient, ReLU": "derive_coarse_gradient('relu')",
    "coarse gradient, clipped ReLU": "derive_coarse_gradient('clipped_relu')",
    "critical points": "derive_critical_points()",
    "cycle": "derive_cycle()",
}
SCRIPT = """
import time
from ste.symbolic import *
start = time.perf_counter()
{call}
print(time.perf_counter() - start)
"""


def seconds(call: str) -> float:
    """Of one derivation, without the import of sympy."""
    command = [sys.executable, "-c", SCRIPT.format(call=call)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def measure(rounds: int) -> Iterator[Row]:
    """One row; the first derivation is what the others are compared with."""
    measured = [{name: seconds(call) for name, call in CALLS.items()} for _ in range(rounds)]
    yield row(PART, "each on its own", measured)
