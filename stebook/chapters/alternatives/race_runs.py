"""The simulations of the race explorer: descent with each method on equal numbers of samples.

``python -m stebook.chapters.alternatives.race_runs`` writes them to race.json; it takes a few
minutes.
"""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from ste.alternatives.compare import METHODS, train
from ste.descent import Trajectory
from stebook.chapters.teachers import TEACHER, saddle_and_trap

#: Where the runs are kept.
STORED = Path(__file__).with_name("race.json")
RATES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6)
#: All runs see so many samples, in steps of one of these sizes.
BUDGET, SIZES, TAU = 4800, (5, 20, 80), 0.3
#: Places on a curve.
PLACES = 20
#: Starts to choose the learning rate on, and others to show.
TRIALS, RUNS = 24, 48
#: Halfway to the spurious minimum's loss: a run above it has not got to the global minimum.
CAUGHT = 0.5 * saddle_and_trap(TEACHER)[1].loss


def starts(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Small second layers and unit filters at random."""
    rng = np.random.default_rng(seed)
    v0 = 0.1 * rng.standard_normal((count, TEACHER.m))
    w0 = rng.standard_normal((count, TEACHER.n))
    return v0, w0 / np.linalg.norm(w0, axis=1, keepdims=True)


def runs(method: str, size: int, rate: float, count: int, seed: int) -> Trajectory | None:
    """Descent from so many starts; None if a run leaves the range of doubles."""
    steps = BUDGET // size
    try:
        return train(
            METHODS[method],
            *starts(count, seed),
            TEACHER,
            rate,
            steps,
            samples=size,
            tau=TAU,
            seed=seed + 1,
            record_every=steps // PLACES,
        )
    except ValueError:
        return None


def simulate(method: str, size: int) -> dict[str, Any]:
    """The rate with the least mean loss at the end over the trials, and other runs at it."""
    ends: dict[float, float] = {}
    for rate in RATES:
        trial = runs(method, size, rate, TRIALS, seed=10)
        ends[rate] = math.inf if trial is None else float(trial.loss[-1].mean())
    rate = min(ends, key=lambda rate: ends[rate])
    shown = runs(method, size, rate, RUNS, seed=20)
    if shown is None:
        raise ValueError(f"rate: expected one that is safe for {method}, got {rate}")
    error = shown.loss.std(axis=1, ddof=1) / math.sqrt(RUNS)
    return {
        "rate": rate,
        "mean": shown.loss.mean(axis=1).round(5).tolist(),
        "error": error.round(5).tolist(),
        "middle": round(float(np.median(shown.loss[-1])), 5),
        "angle": round(math.degrees(np.median(shown.angle[-1])), 2),
        "norm": round(float(np.median(shown.norm[-1])), 3),
        "caught": int(np.count_nonzero(shown.loss[-1] > CAUGHT)),
    }


def main() -> None:
    """Run all methods at all step sizes, one line of the file for each."""
    lines = []
    for method in METHODS:
        for size in SIZES:
            found = simulate(method, size)
            lines.append(f"{json.dumps(f'{method} {size}')}: {json.dumps(found)}")
            print(f"{method} {size}: rate {found['rate']}, loss {found['mean'][-1]}", flush=True)
    STORED.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
