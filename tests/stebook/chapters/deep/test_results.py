"""The results of the deep experiments: each file by the schema, each table whole. No torch here."""

import ast
import copy
import hashlib
import json
import re
from itertools import product

import jsonschema
import pytest
from toc import ROOT

RESULTS = ROOT / "experiments" / "results"
SCHEMA = json.loads((ROOT / "experiments" / "schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
ESTIMATORS = {"identity", "relu", "clipped_relu"}


def refuse(constant):
    raise ValueError(f"{constant} is no JSON")


def parse(text):
    """Strictly: Python's reader takes NaN and Infinity, JSON has neither."""
    return json.loads(text, parse_constant=refuse)


def by_table():
    """Each table's files with what is in them."""
    found = {}
    for path in sorted(RESULTS.rglob("*.json")):
        found.setdefault(path.parent, []).append((path, parse(path.read_text(encoding="utf-8"))))
    return found


TABLES = by_table()
FILES = [pair for pairs in TABLES.values() for pair in pairs]


def trained(record):
    """The training that a run is, or that it begins with."""
    return record["job"] if record["kind"] == "training" else record["job"]["start"]


def cell(record):
    """Where a run stands in its table: names of the axes, and its place on each."""
    job, first = record["job"], trained(record)
    place = {"seed": first["seed"], "bits": first["bits"]}
    if first["estimator"] == "window":
        return place | {"low": first["low"], "high": first["high"]}
    if record["kind"] == "stability":
        place |= {"then": job["estimator"], "rate": job["rate"]}
    if record["kind"] == "slopes":
        place |= {"net": first["net"]}
    return place | {"estimator": first["estimator"]}


def rest(record):
    """A run without its place: the same throughout a table."""
    places = ["seed", "bits", "estimator", "low", "high", "rate"]
    if record["kind"] == "slopes":
        places.append("net")

    def without(job):
        return {
            key: without(value) if key == "start" and "net" in value else value
            for key, value in job.items()
            if key not in places
        }

    return [record["kind"], record["schema"], without(record["job"])]


def holes(records):
    """Places of the full crossing of a table's axes that have no run, and those that have two."""
    cells = [cell(record) for record in records]
    names = list(cells[0])
    assert all(list(place) == names for place in cells)
    places = [tuple(place.values()) for place in cells]
    axes = [set(values) for values in zip(*places, strict=True)]
    twice = {place for place in places if places.count(place) > 1}
    return (set(product(*axes)) - set(places)) | twice


def steps():
    """STEPS of experiments/windows.py, read without importing it."""
    tree = ast.parse((ROOT / "experiments" / "windows.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "STEPS":
            return ast.literal_eval(node.value)
    raise AssertionError("experiments/windows.py has no STEPS")


# The schema -----------------------------------------------------------------------------------


COMMAND = "python -m experiments lenet-mnist"
SCHEDULE = {"epochs": 2, "rate": 0.1, "batch": 64, "drops": [0.4, 0.75], "momentum": 0.9}
JOB = {
    "net": "lenet5",
    "width": 1.0,
    "data": "mnist-5k",
    "size": None,
    "bits": 2,
    "estimator": "relu",
    "low": 0.0,
    "high": None,
    "seed": 0,
    "start": SCHEDULE,
    "schedule": SCHEDULE,
}
COMMON = {
    "schema": 1,
    "table": "lenet-mnist",
    "circumstances": {
        "versions": {"python": "3.11.7", "torch": "2.13.0+cpu", "numpy": "2.4.6", "ste": "0.2.0"},
        "data_sha256": "0123456789abcdef" * 4,
        "device": "NVIDIA GeForce RTX 3090",
        "threads": 1,
        "command": f"{COMMAND} --width 0.5 --bits 1 2 --paper --data-dir DIR",
    },
}
SCORE = {"loss": 0.5, "accuracy": 0.9}
ROW = {"loss": 0.5, "train_accuracy": 0.9, "accuracy": 0.9, "moved": 0.0}
LATER = {"estimator": "clipped_relu", "low": 0.0, "high": 1.9, "rate": 1e-5, "epochs": 1}
SAMPLES = {
    "training": {
        **COMMON,
        "kind": "training",
        "job": JOB,
        "result": {
            "float_accuracy": 0.9,
            "epochs": [{"rate": 0.1, "loss": 0.5, "accuracy": 0.9}],
            "train": SCORE,
            "test": SCORE,
            "seconds": 1.5,
        },
    },
    "stability": {
        **COMMON,
        "kind": "stability",
        "job": {"start": JOB, **LATER},
        "result": {"epochs": [ROW, ROW]},
    },
    "probe": {
        **COMMON,
        "kind": "probe",
        "job": {"start": JOB, "sizes": [0.001, 0.01], "directions": 2, "images": 4000},
        "result": {
            "loss": 0.5,
            "changes": {name: [0.1, -0.1] for name in ESTIMATORS} | {"random": [[0.0, 0.1]] * 2},
            "cosines": {
                "identity relu": 0.5,
                "identity clipped_relu": -0.5,
                "relu clipped_relu": 1.0,
            },
        },
    },
}
NUMBERS = {name: [1.0, 2.0] for name in ESTIMATORS}
LOOK = {
    "epoch": 0,
    "cosines": NUMBERS | {"relu": [0.5, -0.5], "identity": [0.0, 1.0], "clipped_relu": [1.0, 1.0]},
    "ratios": NUMBERS,
    "below": [0.5],
    "above": [0.1],
}
SAMPLES["slopes"] = {
    **COMMON,
    "kind": "slopes",
    "job": {"start": JOB, "stages": [0.0, 1.0], "draws": 0, "images": 512, "smoothing": 0.5},
    "result": {
        "looks": [LOOK, LOOK],
        "epochs": SAMPLES["training"]["result"]["epochs"],
        "train": SCORE,
        "test": SCORE,
    },
}
GONE = object()
#: Kind, where, and what is put there.
BROKEN = [
    ("training", "schema", 2),
    ("training", "table", "Lenet/../mnist"),
    ("training", "kind", "probe"),
    ("training", "kind", "other"),
    ("training", "note", "a word more"),
    ("training", "circumstances", GONE),
    ("training", "circumstances.command", "python run.py lenet-mnist"),
    (
        "training",
        "circumstances.command",
        f"{COMMAND} --data-dir /data",
    ),
    ("training", "circumstances.command", f"{COMMAND}; rm"),
    ("training", "circumstances.data_sha256", "0123"),
    ("training", "circumstances.data_sha256", "G" * 64),
    ("training", "circumstances.device", "/dev/nvidia0"),
    ("training", "circumstances.threads", 0),
    ("training", "circumstances.versions.torch", GONE),
    ("training", "circumstances.versions.numpy", "new"),
    ("training", "job.net", "lenet"),
    ("training", "job.width", 0),
    ("training", "job.data", "imagenet"),
    ("training", "job.size", 0),
    ("training", "job.bits", 3),
    ("training", "job.estimator", "sigmoid"),
    ("training", "job.estimator", "identity"),
    ("training", "job.estimator", "clipped_relu"),
    ("training", "job.low", None),
    ("training", "job.high", 1.0),
    ("training", "job.seed", -1),
    ("training", "job.seed", 0.5),
    ("training", "job.seed", GONE),
    ("training", "job.schedule.epochs", 0),
    ("training", "job.schedule.rate", 0.0),
    ("training", "job.schedule.drops", [0.4]),
    ("training", "job.start.momentum", 1.0),
    ("training", "job.more", 1),
    ("training", "result.epochs", []),
    ("training", "result.epochs.0.accuracy", 90.0),
    ("training", "result.epochs.0.loss", "0.5"),
    ("training", "result.epochs.0.loss", -0.5),
    ("training", "result.test.accuracy", 1.1),
    ("training", "result.test.loss", GONE),
    ("training", "result.float_accuracy", None),
    ("training", "result.seconds", -1),
    ("training", "result.date", "today"),
    ("stability", "job.rate", -1e-5),
    ("stability", "job.epochs", 0),
    ("stability", "job.high", None),
    ("stability", "job.start.estimator", "window"),
    ("stability", "job.start.seed", GONE),
    ("stability", "result.epochs", [ROW]),
    ("stability", "result.epochs.0.moved", -0.1),
    ("stability", "result.epochs.1.train_accuracy", 1.5),
    ("stability", "result.seconds", 1.0),
    ("probe", "job.sizes", [0.0]),
    ("probe", "job.sizes", []),
    ("probe", "job.directions", 0),
    ("probe", "job.start.estimator", "window"),
    ("probe", "result.loss", GONE),
    ("probe", "result.changes.random", [0.1]),
    ("probe", "result.changes.identity", ["0"]),
    ("probe", "result.changes.identity", GONE),
    ("probe", "result.changes.sigmoid", [0.1]),
    ("probe", "result.cosines.identity relu", 1.1),
    ("probe", "result.cosines", {}),
    ("slopes", "job.stages", [1.5]),
    ("slopes", "job.smoothing", 0),
    ("slopes", "result.test", GONE),
    ("slopes", "result.looks", []),
    ("slopes", "result.looks.0.cosines.relu", [1.1]),
    ("slopes", "result.looks.0.ratios.relu", GONE),
    ("slopes", "result.looks.1.below", [-0.1]),
    ("slopes", "result.looks.1.falls", {}),
    ("training", "job.equal_length", False),
]


def broken(kind, where, value):
    """A sample with one thing changed."""
    record = copy.deepcopy(SAMPLES[kind])
    *way, last = where.split(".")
    inside = record
    for part in way:
        inside = inside[int(part) if part.isdecimal() else part]
    if value is GONE:
        del inside[last]
    else:
        inside[last] = value
    return record


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_sound_record_passes(kind):
    VALIDATOR.validate(SAMPLES[kind])


@pytest.mark.parametrize(("kind", "where", "value"), BROKEN)
def test_a_broken_record_is_refused(kind, where, value):
    assert not VALIDATOR.is_valid(broken(kind, where, value))


def test_what_is_no_json_is_refused():
    with pytest.raises(ValueError, match="NaN is no JSON"):
        parse('{"loss": NaN}')


def test_a_hole_in_a_table_and_a_run_done_twice_are_seen():
    grid = product((0, 1, 2), (1, 2), sorted(ESTIMATORS))
    places = [{"seed": seed, "bits": bits, "estimator": name} for seed, bits, name in grid]
    records = [{"kind": "training", "job": JOB | place} for place in places]
    assert holes(records) == set()
    assert holes(records[1:]) == {(0, 1, "clipped_relu")}
    assert holes([*records, records[3]]) == {(0, 2, "clipped_relu")}


# The results ----------------------------------------------------------------------------------


def test_every_result_is_valid():
    for path, record in FILES:
        VALIDATOR.validate(record)
        assert path.parent.parent == RESULTS, path


def test_every_result_is_named_after_what_is_in_it():
    for path, record in FILES:
        first = trained(record)
        text = json.dumps(record["job"], sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()[:8]
        assert path.parent.name == record["table"]
        kind = first["estimator"]
        net = ""
        if record["kind"] == "slopes":
            net = f"{first['net']}-"
            kind = kind if max(record["job"]["stages"]) else "float"
        assert path.name.startswith(f"{net}b{first['bits']}-{kind}-"), path
        assert path.name.endswith(f"-s{first['seed']}-{digest}.json"), path
        words = record["circumstances"]["command"].split()
        assert words[3] == record["table"], path


def test_no_result_names_a_path():
    for path, _ in FILES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"/|\\\\|\b[A-Za-z]:\\", text), path


def test_every_run_has_the_rows_that_its_job_asks_for():
    for path, record in FILES:
        job, result = record["job"], record["result"]
        if record["kind"] == "training":
            schedule = job["schedule"]
            assert len(result["epochs"]) == schedule["epochs"], path
            for number, row in enumerate(result["epochs"]):
                drops = sum(number >= share * schedule["epochs"] for share in schedule["drops"])
                assert row["rate"] == pytest.approx(schedule["rate"] / 10**drops), path
        elif record["kind"] == "stability":
            assert len(result["epochs"]) == job["epochs"] + 1, path
            assert result["epochs"][0]["moved"] == 0, path
        elif record["kind"] == "slopes":
            epochs = trained(record)["schedule"]["epochs"]
            asked = [round(share * epochs) for share in job["stages"]]
            assert [look["epoch"] for look in result["looks"]] == asked, path
            assert len(result.get("epochs", [])) == (epochs if max(asked) else 0), path
        else:
            changes = result["changes"]
            rows = [*(changes[name] for name in ESTIMATORS), *changes["random"]]
            assert {len(row) for row in rows} == {len(job["sizes"])}, path
            assert len(changes["random"]) == job["directions"], path


def test_a_clip_ends_where_the_stairs_end():
    alpha = steps()
    for path, record in FILES:
        for job in (record["job"], trained(record)):
            bits = trained(record)["bits"]
            if job.get("estimator") == "clipped_relu":
                assert job["high"] == pytest.approx((2**bits - 1) * alpha[bits]), path


def test_every_table_is_complete():
    for folder, pairs in TABLES.items():
        records = [record for _, record in pairs]
        assert holes(records) == set(), folder.name
        assert all(rest(record) == rest(records[0]) for record in records), folder.name
        places = [cell(record) for record in records]
        assert len({place["seed"] for place in places}) >= 3, folder.name
        if records[0]["kind"] == "slopes" and not max(records[0]["job"]["stages"]):
            assert {place["estimator"] for place in places} == {"clipped_relu"}, folder.name
        elif "low" not in places[0]:
            assert {place.get("then", place["estimator"]) for place in places} == ESTIMATORS


def test_every_table_has_the_runs_that_the_readme_says():
    text = (ROOT / "experiments" / "README.md").read_text(encoding="utf-8")
    runs = dict(re.findall(r"^\| `([a-z-]+)` \|.*?\| (\d+) \|", text, re.M))
    assert {folder.name for folder in TABLES} == set(runs)
    for folder, pairs in TABLES.items():
        assert len(pairs) == int(runs[folder.name]), folder.name


def test_one_data_set_is_the_same_in_all_results():
    hashes = {}
    for _, record in FILES:
        of = hashes.setdefault(trained(record)["data"], set())
        of.add(record["circumstances"]["data_sha256"])
    assert all(len(of) == 1 for of in hashes.values()), hashes


def test_runs_from_one_float_network_agree_on_its_accuracy():
    accuracies = {}
    for _, record in FILES:
        if record["kind"] == "training":
            job = record["job"]
            parts = [job[key] for key in ("net", "width", "data", "size", "seed", "start")]
            of = accuracies.setdefault(json.dumps(parts, sort_keys=True), set())
            of.add(record["result"]["float_accuracy"])
    assert all(len(of) == 1 for of in accuracies.values()), accuracies


# Without torch --------------------------------------------------------------------------------


def imported(source):
    """Names of the packages that a piece of Python imports."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def cells(text):
    """The code cells of a chapter, one string."""
    return "\n".join(re.findall(r"^```\{code-cell\}.*?\n(?::.*\n)*(.*?)^```", text, re.M | re.S))


def test_nothing_in_the_book_needs_torch():
    parts = [(path, path.read_text(encoding="utf-8")) for path in (ROOT / "book").rglob("*.md")]
    sources = [(path, cells(text)) for path, text in parts]
    for folder in ("ste", "stebook", "book", "tests"):
        found = (ROOT / folder).rglob("*.py")
        sources += [(path, path.read_text(encoding="utf-8")) for path in found]
    assert len(sources) > 50
    for path, source in sources:
        assert not imported(source) & {"torch", "experiments", "mlxtend"}, path
