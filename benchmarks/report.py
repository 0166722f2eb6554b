"""What the benchmarks measured, as the page *How fast* and the README tell it."""

import json
import statistics
from collections.abc import Callable

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
    >>> duration(0.0000832), duration(0.25), duration(83.2), duration(0.0)
    ('83 µs', '250 ms', '83 s', '0 s')
    """
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size or not seconds:
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
    """What was measured of a part, as Markdown: rows, then limits, then traces."""
    one = parts()[part]
    tables = [compared(row) for row in one["rows"]]
    if limits := one.get("limits"):
        tables.append(within(limits))
        names = dict.fromkeys(tuple(limit["spreads"]) for limit in limits)
        tables += [each([o for o in limits if tuple(o["spreads"]) == them]) for them in names]
    tables += [traced(trace) for trace in one.get("traces", ())]
    return "\n\n".join(tables)


def compared(row: dict) -> str:
    """The medians of a row, their ends, and the ratio to the first line."""
    first = next(iter(row["seconds"]))
    lines = [f"| {row['task']} | median | least to most | times the first |", "|---|--:|--:|--:|"]
    for name, taken in row["seconds"].items():
        ends = f"{duration(taken['least'])} to {duration(taken['most'])}"
        times = "1" if name == first else digits(row["ratios"][name]["median"])
        lines.append(f"| {name} | {duration(taken['median'])} | {ends} | {times} |")
    return "\n".join(lines)


def within(limits: list[dict]) -> str:
    """Of each limit the goal, the median of all medians, and the worst of them with its name."""
    lines = ["| of all | at most | in the middle | the worst | which |", "|---|--:|--:|--:|---|"]
    for limit in limits:
        say, spreads = saying(limit), limit["spreads"]
        name = worst(limit)
        middle = statistics.median(taken["median"] for taken in spreads.values())
        numbers = f"{say(limit['goal'])} | {say(middle)} | {say(spreads[name]['median'])}"
        lines.append(f"| {limit['task']} ({len(spreads)}) | {numbers} | {shown(name)} |")
    return "\n".join(lines)


def each(limits: list[dict]) -> str:
    """Limits of the same things, one by one, the worst of the first limit on top."""
    heads = " | ".join(limit["task"] for limit in limits)
    title = f"All {len(limits[0]['spreads'])}, one by one: median, and least to most"
    lines = [f":::{{dropdown}} {title}", f"| | {heads} |"]
    lines.append(f"|---|{'--:|' * len(limits)}")
    spreads = limits[0]["spreads"]
    for name in sorted(spreads, key=lambda name: -spreads[name]["median"]):
        cells = (told(limit["spreads"][name], saying(limit)) for limit in limits)
        lines.append(f"| {shown(name)} | {' | '.join(cells)} |")
    return "\n".join([*lines, ":::"])


def traced(trace: dict) -> str:
    """When things happen."""
    lines = [f"| {shown(trace['task'])} | after |", "|---|--:|"]
    lines += [f"| {name} | {told(taken, duration)} |" for name, taken in trace["spreads"].items()]
    return "\n".join(lines)


def told(taken: dict, say: Callable[[float], str]) -> str:
    """A median and its ends."""
    return f"{say(taken['median'])}, {say(taken['least'])} to {say(taken['most'])}"


def saying(limit: dict) -> Callable[[float], str]:
    """How the numbers of a limit are written."""
    return duration if limit["unit"] == "s" else digits


def worst(limit: dict) -> str:
    """What of a limit has the greatest median."""
    return max(limit["spreads"], key=lambda name: limit["spreads"][name]["median"])


def shown(name: str) -> str:
    """The name of a page or an explorer, without its folder.

    Examples
    --------
    >>> shown("book/correlation.html"), shown("outcomes")
    ('correlation', 'outcomes')
    """
    return name.removeprefix("book/").removesuffix(".html")


def machine(part: str) -> str:
    """A sentence on the machine, the versions and the rounds of a part."""
    one = parts()[part]
    where = one["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in where["packages"].items())
    return (
        f"{where['system']} on {where['machine']} with {where['cores']} cores, "
        f"Python {where['python']}; {versions}; {one['rounds']} round{'s' * (one['rounds'] > 1)}."
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
            "First paint of a chapter, slow machine",
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
