"""Where the oscillation explorer starts, and its runs on samples.

``python -m stebook.chapters.oscillation.sampled_runs`` writes the runs to sampled.json, in some ten
minutes. They are stored not only for the time: a run at the origin magnifies rounding, so that
another machine makes another one.
"""

import json
import math
from functools import cache
from pathlib import Path

import numpy as np

from ste.descent import Trajectory, descend
from ste.model import Teacher
from ste.zoo import get_estimator
from stebook.chapters.teachers import saddle_and_trap

M = 8
STEPS = 900
#: Closer together around r* = 0.215.
RATIOS = (0.05, 0.1, 0.15, 0.175, 0.2, 0.21, 0.22, 0.25, 0.3, 0.4, 0.45)
START_NORM = 0.2
START_ANGLE = math.pi - 1e-3
#: Runs on so many fresh samples in a step are stored, for identity at one learning rate, and of
#: each block of steps the least and the largest loss, angle and length.
SAMPLES, SAMPLED_RATE, BLOCK = (20_000, 1_000, 100), 0.05, 12
#: Written by ``python -m stebook.chapters.oscillation.sampled_runs``.
STORED = Path(__file__).with_name("sampled.json")


@cache
def teacher_with(ratio: float) -> Teacher:
    """v* = a 1 + b (1, -1, 1, ...) with a^2 + b^2 = 1, so |v*|^2 = m, and a set by the ratio r."""
    level = math.sqrt(ratio * (M + 1) / M)
    alternating = (-1.0) ** np.arange(M)
    return Teacher(level + math.sqrt(1.0 - level**2) * alternating, [1.0, 0.0])


def spike_steps(angle: np.ndarray) -> np.ndarray:
    """Steps at which w has just come across the origin, from theta near pi to theta near 0."""
    return 1 + np.flatnonzero((angle[1:] < math.pi / 2) & (angle[:-1] > math.pi / 2))


def start(teacher: Teacher) -> tuple[np.ndarray, np.ndarray]:
    """The spurious v, and w next to theta = pi."""
    w0 = START_NORM * np.array([math.cos(START_ANGLE), math.sin(START_ANGLE)])
    return saddle_and_trap(teacher)[1].v, w0


def run(samples: int, ratio: float, steps: int = STEPS) -> Trajectory:
    """Descent with identity from the explorer's start, with fresh samples in each step."""
    teacher, identity = teacher_with(ratio), get_estimator("identity")
    return descend(*start(teacher), teacher, identity, SAMPLED_RATE, steps, samples=samples)


def shown(run: Trajectory) -> dict[str, float | list[float]]:
    """The least and the largest of each block of steps, and what the explorer says."""
    late = run.steps > run.steps[-1] // 2
    band = {}
    for name, values, decimals in (
        ("loss", run.loss, 2),
        ("angle", np.degrees(run.angle), 0),
        ("norm", run.norm, 3),
    ):
        blocks = values[1:].reshape(-1, BLOCK).round(decimals)
        band[f"{name}_low"] = blocks.min(axis=1).tolist()
        band[f"{name}_high"] = blocks.max(axis=1).tolist()
    spikes = spike_steps(run.angle)
    return {
        **band,
        "spikes": len(spikes),
        "late": int(late[spikes].sum()),
        "mean": round(float(run.loss[late].mean()), 3),
        "middle": round(float(np.median(run.norm[late])), 3),
        "end": round(float(run.loss[-1]), 3),
    }


def main() -> None:
    """Run all, one line of the file for each."""
    lines = []
    for samples in SAMPLES:
        for ratio in RATIOS:
            seen = shown(run(samples, ratio))
            lines.append(f"{json.dumps(f'{samples} {ratio}')}: {json.dumps(seen)}")
            print(f"{samples} {ratio}: {seen['spikes']} spikes, loss {seen['end']}", flush=True)
    STORED.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
