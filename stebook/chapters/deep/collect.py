"""The stored data of the chapter: of each run what the chapter reads, one file for each table.

``python -m stebook.chapters.deep.collect`` writes ``results/<table>.json`` anew from the runs in
``experiments`` of the project's repository, in a second. Numbers stay as they are.
"""

import json
import sys
from pathlib import Path
from typing import Any

from stebook.chapters.deep.records import STORED

#: One folder for each table, one file for each run; they are in the repository, not in the package.
EXPERIMENTS = Path(__file__).resolve().parents[3] / "experiments"
SMALL, FULL = EXPERIMENTS / "results", EXPERIMENTS / "results-full"
#: The tables that the chapter reads, and where their runs are.
TABLES = {
    "lenet-mnist": SMALL,
    "lenet-fashion": SMALL,
    "vgg-fashion": SMALL,
    "vgg-fast": SMALL,
    "resnet-fashion": SMALL,
    "vgg-stability": SMALL,
    "resnet-stability": SMALL,
    "windows": SMALL,
    "probe": SMALL,
    "vgg-fashion-full": FULL,
    "resnet-fashion-full": FULL,
    "resnet-fashion-full-14": FULL,
    "resnet-stability-full": FULL,
    "forecast-resnet": SMALL,
    "forecast-vgg": SMALL,
    "slopes-resnet": SMALL,
    "slopes-vgg": SMALL,
    "resnet-equal": SMALL,
    "resnet-equal-stability": SMALL,
}
#: What is read of a training and of what comes after one; a dict asks for parts of a part.
TRAINING: dict[str, Any] = {
    **dict.fromkeys(("net", "width", "data", "size", "bits", "estimator", "low", "high", "seed")),
    "start": {"epochs": None},
    "schedule": {"epochs": None},
}
EPOCH = dict.fromkeys(("loss", "accuracy", "moved"))
READ: dict[str, dict[str, Any]] = {
    "training": {
        "job": TRAINING,
        "result": {"float_accuracy": None, "train": {"loss": None}, "test": {"accuracy": None}},
    },
    "stability": {
        "job": {"start": TRAINING, "estimator": None, "rate": None},
        "result": {"epochs": EPOCH},
    },
    "probe": {"job": {"start": TRAINING}, "result": {"changes": None}},
    "forecast": {
        "job": {"start": TRAINING},
        "result": {"looks": dict.fromkeys(("ratios", "falls"))},
    },
    "slopes": {"job": {"start": TRAINING}, "result": {"test": {"accuracy": None}}},
}


def part(value: Any, names: dict[str, Any] | None) -> Any:
    """The named parts of a value, or of each of its items if it is a list; without names, all."""
    if names is None:
        return value
    if isinstance(value, list):
        return [part(item, names) for item in value]
    return {name: part(value[name], inner) for name, inner in names.items()}


def asked(run: dict) -> dict[str, Any]:
    """What is read of a run: of slopes along training the accuracy, of a forecast the slopes."""
    trained = run["kind"] != "slopes" or "test" in run["result"]
    return READ[run["kind"] if trained else "forecast"]


def collected(table: str, runs: Path) -> str:
    """What is stored of a table: a JSON list, one run on each line, in the order of the files.

    Raises
    ------
    ValueError
        If the table has no runs.
    """
    paths = sorted((runs / table).glob("*.json"))
    if not paths:
        raise ValueError(f"table: expected one with runs in {runs}, got {table!r}")
    read = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    lines = [json.dumps(part(run, asked(run)), separators=(",", ":")) for run in read]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def main() -> int:
    """Write the file of each table."""
    STORED.mkdir(exist_ok=True)
    for table, runs in TABLES.items():
        (STORED / f"{table}.json").write_text(collected(table, runs), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
