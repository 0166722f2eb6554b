"""All comparisons by one command: ``make benchmarks``, or ``python -m benchmarks [PART ...]``.

The parts are gradients, descents, derivations, builds, pages and plane; the last two need the built
book. What was measured goes into the file that the book's page and the README read; a part that is
not named keeps its rows.
"""

import argparse
import importlib
import os
import platform
from importlib.metadata import version

from benchmarks import report
from benchmarks.timing import Limit, Row, Trace

PARTS = ("gradients", "descents", "derivations", "builds", "pages", "plane")
ROUNDS = 5
PACKAGES = ("numpy", "sympy", "torch", "jax", "jupyter-book", "plotly")


def machine() -> dict[str, object]:
    """What the numbers belong to."""
    return {
        "system": platform.system(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
    }


def show(one: Row | Limit | Trace) -> None:
    """Print what was measured: median, least and greatest, and the ratios of a row."""
    print(f"\n{one.task}")
    for name, taken in (one.seconds if isinstance(one, Row) else one.spreads).items():
        line = f"  {name:32} {taken.median:10.4g} ({taken.least:.4g} to {taken.most:.4g})"
        ratio = one.ratios.get(name) if isinstance(one, Row) else None
        print(f"{line}  x {ratio.median:.4g}" if ratio else line, flush=True)


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"turns; {ROUNDS} if not given")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"PART: expected some of {', '.join(PARTS)}, got {', '.join(unknown)}")
    if given.rounds < 1:
        parser.error(f"--rounds: expected at least 1, got {given.rounds}")
    rows = report.parts()
    for part in given.parts or PARTS:
        measured: dict[type, list[dict]] = {Row: [], Limit: [], Trace: []}
        for one in importlib.import_module(f"benchmarks.{part}").measure(given.rounds):
            show(one)
            measured[type(one)].append(one.record())
        rows[part] = {
            "machine": machine(),
            "rounds": given.rounds,
            "rows": measured[Row],
            "limits": measured[Limit],
            "traces": measured[Trace],
        }
        report.write(rows)


if __name__ == "__main__":
    main()
