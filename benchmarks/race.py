"""The simulations of the race explorer, written to its data file.

Run from the root of the repository: ``python -m benchmarks.race``. It takes a few minutes.
"""

import json
from pathlib import Path

from ste.compare import METHODS
from ste.explorers.race_runs import SIZES, simulate

STORED = Path(__file__).resolve().parents[1] / "ste" / "explorers" / "data" / "race.json"


def main() -> None:
    """Run all methods at all step sizes, one line of the file for each."""
    lines = []
    for method in METHODS:
        for size in SIZES:
            found = simulate(method, size)
            lines.append(f"{json.dumps(f'{method} {size}')}: {json.dumps(found)}")
            print(f"{method} {size}: rate {found['rate']}, loss {found['mean'][-1]}", flush=True)
    STORED.parent.mkdir(exist_ok=True)
    STORED.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
