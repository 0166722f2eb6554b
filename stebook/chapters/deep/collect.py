"""The stored data of the chapter: of each run what the chapter reads, one file for each table.

``python -m stebook.chapters.deep.collect`` writes ``results/<table>.json`` anew from the runs in
``experiments/results`` of the project's repository, in a second. Numbers stay as they are.
"""

import json
import sys
from pathlib import Path
from typing import Any

from stebook.chapters.deep.records import STORED

#: One folder for each table, one file for each run; they are in the repository, not in the package.
RUNS = Path(__file__).resolve().parents[3] / "experiments" / "results"
#: The tables that the chapter's explorers read; they cannot be asked before there is a file.
TABLES = (
    "lenet-mnist",
    "lenet-fashion",
    "vgg-fashion",
    "vgg-fast",
    "resnet-fashion",
    "vgg-stability",
    "resnet-stability",
    "windows",
    "probe",
)
#: What is read of a training and of what comes after one; a dict asks for parts of a part.
TRAINING = dict.fromkeys(("net", "bits", "estimator", "low", "high", "seed"))
EPOCH = dict.fromkeys(("loss", "accuracy", "moved"))
READ: dict[str, dict[str, Any]] = {
    "training": {"job": TRAINING, "result": {"train": {"loss": None}, "test": {"accuracy": None}}},
    "stability": {
        "job": {"start": TRAINING, "estimator": None, "rate": None},
        "result": {"epochs": EPOCH},
    },
    "probe": {"job": {"start": TRAINING}, "result": {"changes": None}},
}


def part(value: Any, names: dict[str, Any] | None) -> Any:
    """The named parts of a value, or of each of its items if it is a list; without names, all."""
    if names is None:
        return value
    if isinstance(value, list):
        return [part(item, names) for item in value]
    return {name: part(value[name], inner) for name, inner in names.items()}


def collected(table: str, runs: Path = RUNS) -> str:
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
    lines = [json.dumps(part(run, READ[run["kind"]]), separators=(",", ":")) for run in read]
    return "[\n" + ",\n".join(lines) + "\n]\n"


def main() -> int:
    """Write the file of each table."""
    STORED.mkdir(exist_ok=True)
    for table in TABLES:
        (STORED / f"{table}.json").write_text(collected(table), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
