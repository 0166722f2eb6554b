"""What the benchmarks measured, as the page *How fast* and the README tell it."""

import json

from tools.project import ROOT

#: What was measured; the tables of the page are made of it.
STORED, TABLES = ROOT / "benchmarks" / "results.json", ROOT / "book" / "measured"


def parts() -> dict[str, dict]:
    """By part: the machine, how many rounds, and the rows."""
    return json.loads(STORED.read_text(encoding="utf-8"))["rows"]


def write(measured: dict[str, dict]) -> None:
    """Store what was measured, and the tables of the page."""
    STORED.write_text(json.dumps({"rows": measured}, indent=1) + "\n", encoding="utf-8")
    for part in measured:
        told = f"{table(part)}\n\n{machine(part)}\n"
        (TABLES / f"{part}.md").write_text(told, encoding="utf-8")


def duration(seconds: float) -> str:
    """Seconds as one reads them.

    Examples
    --------
    >>> duration(0.0000832), duration(0.25), duration(83.2)
    ('83 µs', '250 ms', '83 s')
    """
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{digits(seconds / size)} {unit}"
    return f"{digits(seconds / 1e-6)} µs"


def digits(value: float) -> str:
    """Two digits of a number, all of a large one.

    Examples
    --------
    >>> digits(0.4321), digits(3.21), digits(12345.6)
    ('0.43', '3.2', '12,000')
    """
    if value < 10:
        return f"{value:.2g}" if value < 1 else f"{value:.1f}"
    return f"{float(f'{value:.2g}'):,.0f}"


def table(part: str) -> str:
    """The rows of a part, as Markdown: medians, their ends, and the ratio to the first line."""
    lines = []
    for row in parts()[part]["rows"]:
        first = next(iter(row["seconds"]))
        lines += ["", f"| {row['task']} | median | least to most | times the first |"]
        lines += ["|---|--:|--:|--:|"]
        for name, taken in row["seconds"].items():
            ends = f"{duration(taken['least'])} to {duration(taken['most'])}"
            times = "1" if name == first else digits(row["ratios"][name]["median"])
            lines.append(f"| {name} | {duration(taken['median'])} | {ends} | {times} |")
    return "\n".join(lines).strip()


def machine(part: str) -> str:
    """A sentence on the machine, the versions and the rounds of a part."""
    one = parts()[part]
    where = one["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in where["packages"].items())
    return (
        f"{where['system']} on {where['machine']} with {where['cores']} cores, "
        f"Python {where['python']}; {versions}; {one['rounds']} rounds."
    )


def ratio(part: str, row: int, name: str) -> str:
    """How many times the first contender's time another takes, by the median of the rounds."""
    return digits(parts()[part]["rows"][row]["ratios"][name]["median"])


def headline() -> str:
    """The four rows of the README, as Markdown."""

    def seconds(part: str, name: str) -> str:
        return duration(parts()[part]["rows"][0]["seconds"][name]["median"])

    closed, once = "ste, closed form", "the chapter with its explorers"
    stock = "one plot, Plotly's own page"
    rows = (
        (
            "Expected coarse gradient, closed form",
            seconds("gradients", closed),
            f"Monte Carlo to 0.1 %: {fastest('gradients', 0)}",
        ),
        (
            "10,000 descents of 1,000 steps",
            seconds("descents", "ste"),
            ", ".join(
                f"{name} {seconds('descents', name)}"
                for name in ("PyTorch, compiled", "JAX, a jitted scan")
            ),
        ),
        (
            "The whole book, cold",
            seconds("builds", "cold"),
            f"stock Jupyter Book {seconds('builds', 'stock Jupyter Book, cold')}",
        ),
        (
            "First paint of a chapter, 4 x slower",
            seconds("pages", once),
            f"{stock} {seconds('pages', stock)}",
        ),
    )
    lines = ["| | here | elsewhere |", "|---|--:|--:|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def fastest(part: str, row: int) -> str:
    """The quickest Monte Carlo of a row, with its name."""
    seconds = parts()[part]["rows"][row]["seconds"]
    others = {n: s["median"] for n, s in seconds.items() if not n.startswith("ste, ")}
    name = min(others, key=others.__getitem__)
    return f"{name} {duration(others[name])}"
